package com.healthmetrics.aws.doctor;

/** One check under its name in the report. */
record Check(String name, Body body) {
  /** What a check does. */
  @FunctionalInterface
  interface Body {
    /**
     * Checks.
     *
     * @param name the check's name, for the finding
     * @throws NotCheckedException if that is not possible
     */
    Finding find(String name) throws NotCheckedException;
  }

  Finding run() {
    try {
      return body.find(name);
    } catch (NotCheckedException e) {
      return Finding.notChecked(name, e.reason());
    }
  }
}
