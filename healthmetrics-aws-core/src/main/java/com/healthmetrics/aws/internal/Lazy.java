package com.healthmetrics.aws.internal;

import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What takes long to build and may not be needed, such as a client of the SDK: built once, when it
 * is first asked for, and never after {@link #close}.
 *
 * <p>Thread-safe. A failure to build it is thrown, and it is built anew for the next caller.
 */
public final class Lazy<T> {
  private final Supplier<T> factory;
  private final ReentrantLock building = new ReentrantLock();
  private volatile @Nullable T built;
  private volatile boolean closed;

  /** Something that a factory builds. */
  public Lazy(Supplier<T> factory) {
    this.factory = factory;
  }

  /** Returns it, built if it was not, or empty after {@link #close}. */
  public Optional<T> get() {
    return built == null || closed ? build() : Optional.ofNullable(built);
  }

  private Optional<T> build() {
    building.lock();
    try {
      if (closed) {
        return Optional.empty();
      }
      if (built == null) {
        built = factory.get();
      }
      return Optional.ofNullable(built);
    } finally {
      building.unlock();
    }
  }

  /** Returns whether it was built, for tests. */
  public boolean isBuilt() {
    return built != null;
  }

  /** Returns what was built, for the caller to close; from now on nothing is built any more. */
  public Optional<T> close() {
    building.lock();
    try {
      closed = true;
      return Optional.ofNullable(built);
    } finally {
      building.unlock();
    }
  }
}
