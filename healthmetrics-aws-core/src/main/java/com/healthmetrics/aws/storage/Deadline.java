package com.healthmetrics.aws.storage;

import com.healthmetrics.aws.internal.Time;
import com.healthmetrics.aws.storage.StorageException.Kind;
import java.time.Duration;

/**
 * The end of the time that one operation has, its waits and all of its requests included.
 *
 * <p>Immutable and thread-safe.
 */
final class Deadline {
  private final Duration total;
  private final Time time;
  private final long start;

  private Deadline(Duration total, Time time) {
    this.total = total;
    this.time = time;
    this.start = time.nanos();
  }

  /** A deadline that counts from now. */
  static Deadline after(Duration total, Time time) {
    return new Deadline(total, time);
  }

  /** The time that is left; zero or less once it has passed. */
  Duration left() {
    return total.minusNanos(time.nanos() - start);
  }

  /** Fails once it has passed. */
  void check() {
    if (left().compareTo(Duration.ZERO) <= 0) {
      throw passed();
    }
  }

  StorageException passed() {
    return new StorageException(
        Kind.UNREACHABLE,
        "The operation took longer than "
            + total
            + ", so it was given up. Check network and endpoint, and the application's"
            + " inspector if there is one, and try again.");
  }
}
