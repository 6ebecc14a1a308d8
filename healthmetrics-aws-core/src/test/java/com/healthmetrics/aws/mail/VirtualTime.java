package com.healthmetrics.aws.mail;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Time that passes only when a thread sleeps or a test advances it. */
final class VirtualTime implements Retry.Time {
  final List<Duration> sleeps = new ArrayList<>();
  Runnable whileAsleep = () -> {};

  // About to overflow, as System.nanoTime() may be.
  private long now = Long.MAX_VALUE - 1_000;

  @Override
  public long nanos() {
    return now;
  }

  @Override
  public void sleep(Duration wait) throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    whileAsleep.run();
    sleeps.add(wait);
    now += wait.toNanos();
  }

  void advance(Duration duration) {
    now += duration.toNanos();
  }
}
