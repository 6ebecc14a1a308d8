package com.healthmetrics.aws.mail;

/** Makes exceptions of foreign code safe to log. */
final class Failures {
  private static final int MAX_DEPTH = 10;

  private Failures() {}

  /**
   * A failure without its message, which may repeat an address or a token; type and stack trace
   * remain, those of its causes too.
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
