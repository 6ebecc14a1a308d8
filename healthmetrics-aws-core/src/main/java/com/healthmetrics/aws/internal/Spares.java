package com.healthmetrics.aws.internal;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Objects that take longer to build than to use, and are used by one thread at a time.
 *
 * <p>Thread-safe. A thread finds what it put back itself, so that threads do not wait for one
 * another; unlike a thread-local, an object is neither tied to its thread nor kept for each of
 * many.
 */
public final class Spares<T> {
  private static final int PLACES = 16;

  /** Two cache lines: else processors would pass one of them to and fro. */
  private static final int APART = 32;

  private final AtomicReferenceArray<@Nullable T> places =
      new AtomicReferenceArray<>(PLACES * APART);

  /** No object yet. */
  public Spares() {}

  /** Removes and returns an object, or null if none is spare. */
  public @Nullable T take() {
    return places.getAndSet(place(), null);
  }

  /** Takes an object back, which the caller uses no more. */
  public void putBack(T spare) {
    places.set(place(), spare);
  }

  private static int place() {
    return (int) (Thread.currentThread().getId() & (PLACES - 1)) * APART;
  }
}
