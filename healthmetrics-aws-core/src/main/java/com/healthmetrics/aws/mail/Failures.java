package com.healthmetrics.aws.mail;

/** Puts failures of code that is not ours into words that may be logged. */
final class Failures {
  private static final int MAX_DEPTH = 10;

  private Failures() {}

  /**
   * A failure without its message, which may repeat an address or a token; type and stack remain,
   * and so does the way down to what lies behind it.
   */
  static RuntimeException withoutMessage(Throwable failure) {
    return withoutMessage(failure, 0);
  }

  private static RuntimeException withoutMessage(Throwable failure, int depth) {
    RuntimeException silent = new RuntimeException(failure.getClass().getName());
    silent.setStackTrace(failure.getStackTrace());
    Throwable cause = failure.getCause();
    // A chain of causes may be a circle.
    if (cause != null && depth < MAX_DEPTH) {
      silent.initCause(withoutMessage(cause, depth + 1));
    }
    return silent;
  }
}
