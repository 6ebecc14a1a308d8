package com.healthmetrics.aws.doctor;

import org.jspecify.annotations.Nullable;

/** What several checks need and is asked for once, by the first of them; a failure is kept, too. */
final class Once<T> {
  /** Where it comes from. */
  @FunctionalInterface
  interface Source<T> {
    T get() throws NotCheckedException;
  }

  private final Source<T> source;
  private @Nullable T value;
  private @Nullable NotCheckedException failure;

  Once(Source<T> source) {
    this.source = source;
  }

  T get() throws NotCheckedException {
    if (failure != null) {
      throw failure;
    }
    if (value == null) {
      try {
        value = source.get();
      } catch (NotCheckedException e) {
        failure = e;
        throw e;
      }
    }
    return value;
  }
}
