package com.healthmetrics.aws.doctor;

/** Thrown when something cannot be checked; the message is the reason, a line of the report. */
class NotCheckedException extends Exception {
  private static final long serialVersionUID = 1L;

  NotCheckedException(String reason) {
    super(reason);
  }

  /** The reason, as sentences. */
  String reason() {
    return String.valueOf(getMessage());
  }
}
