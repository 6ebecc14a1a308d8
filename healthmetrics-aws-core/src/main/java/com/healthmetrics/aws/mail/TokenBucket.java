package com.healthmetrics.aws.mail;

import java.util.Locale;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * A token bucket whose tokens are reserved in the order of the calls, and may be owed.
 *
 * <p>It returns how long to wait; the caller waits by itself. An email passes once the bucket holds
 * a token, whatever its number of recipients: one with more recipients than there are tokens leaves
 * the bucket in debt, as with SES, and those that follow pay. So emails with few recipients cannot
 * keep overtaking one with many.
 */
final class TokenBucket {
  private static final double NANOS = 1e9;

  /** When an email may go, by the clock, and how long that is from now, both in nanoseconds. */
  record Turn(long at, long nanosAway) {}

  // Fair, and only held for arithmetic: the order of the calls is the order of the turns.
  private final ReentrantLock lock = new ReentrantLock(true);
  private final LongSupplier nanoTime;
  private double rate;
  private int burst;
  private double tokens;
  private long filledAt;
  private long lastTurn;

  TokenBucket(double rate, int burst, LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.rate = rate;
    this.burst = burst;
    this.tokens = burst;
    this.filledAt = nanoTime.getAsLong();
    this.lastTurn = filledAt;
  }

  /**
   * Reserves tokens, unless their turn comes too late.
   *
   * @return the turn; nothing was reserved if it is further away than {@code maxWait}
   */
  Turn reserve(int count, long maxWait) {
    lock.lock();
    try {
      fill();
      double missing = 1 - tokens;
      long filling = missing <= 0 ? 0 : (long) Math.ceil(missing / rate * NANOS);
      // A rate that has just risen must let no email overtake those that wait by the old one.
      long wait = Math.max(filling, lastTurn - filledAt);
      Turn turn = new Turn(filledAt + wait, wait);
      if (wait <= maxWait) {
        tokens -= count;
        lastTurn = turn.at();
      }
      return turn;
    } finally {
      lock.unlock();
    }
  }

  void adjust(double rate, int burst) {
    lock.lock();
    try {
      fill();
      this.rate = rate;
      this.burst = burst;
      tokens = Math.min(tokens, burst);
    } finally {
      lock.unlock();
    }
  }

  private void fill() {
    long now = nanoTime.getAsLong();
    tokens = Math.min(burst, tokens + (now - filledAt) / NANOS * rate);
    filledAt = now;
  }

  @Override
  public String toString() {
    lock.lock();
    try {
      return String.format(Locale.ROOT, "%.4g recipients/s", rate);
    } finally {
      lock.unlock();
    }
  }
}
