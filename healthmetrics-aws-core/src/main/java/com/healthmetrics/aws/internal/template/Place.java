package com.healthmetrics.aws.internal.template;

/** Where something stands in a template. */
record Place(String file, int line) {

  /** As compilers write it: {@code file:line}. */
  @Override
  public String toString() {
    return file + ":" + line;
  }
}
