package com.healthmetrics.aws.mail;

/** Failures of callers, with a message in the format of {@link String#format}. */
final class Invalid {
  private Invalid() {}

  static IllegalArgumentException argument(String format, Object... values) {
    return new IllegalArgumentException(format.formatted(values));
  }

  static IllegalStateException state(String format, Object... values) {
    return new IllegalStateException(format.formatted(values));
  }
}
