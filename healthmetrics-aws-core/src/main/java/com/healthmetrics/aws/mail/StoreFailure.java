package com.healthmetrics.aws.mail;

/** A failure of one of our own stores: its message states what to do, and repeats no key. */
final class StoreFailure extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  StoreFailure(String message, Object... values) {
    super(message.formatted(values));
  }

  StoreFailure(String message, RuntimeException cause) {
    super(message, cause);
  }
}
