package com.healthmetrics.aws.mail;

/** Puts failures of code that is not ours into words that may be logged. */
final class Failures {
  private Failures() {}

  /**
   * A failure without its message, which may repeat an address or a token; type and stack remain,
   * and so does the way down to what lies behind it.
   */
  static RuntimeException withoutMessage(Throwable failure) {
    return withoutMessage(failure, 0);
  }

  private static RuntimeException withoutMessage(Throwable failure, int depth) {
    Throwable cause = failure.getCause();
    // A chain of causes may be a circle.
    boolean goOn = cause != null && depth < 10;
    RuntimeException silent =
        new RuntimeException(
            failure.getClass().getName(), goOn ? withoutMessage(cause, depth + 1) : null);
    silent.setStackTrace(failure.getStackTrace());
    return silent;
  }
}
