package com.healthmetrics.aws.internal;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Clock and sleep, replaceable in tests. Thread-safe. */
public interface Time {
  /** The JVM's own. */
  Time SYSTEM =
      new Time() {
        @Override
        public long nanos() {
          return System.nanoTime();
        }

        @Override
        public void sleep(Duration wait) throws InterruptedException {
          TimeUnit.NANOSECONDS.sleep(wait.toNanos());
        }
      };

  /** {@return nanoseconds since a fixed instant; never fewer than before} */
  long nanos();

  /**
   * Waits.
   *
   * @param wait how long
   * @throws InterruptedException if the thread is interrupted
   */
  void sleep(Duration wait) throws InterruptedException;
}
