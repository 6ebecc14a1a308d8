package com.healthmetrics.aws.mail;

import com.healthmetrics.aws.mail.MailException.Delivery;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongUnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tries a mail again, but only one that was certainly not accepted and that may be soon.
 *
 * <p>Waits are random below a bound that doubles ("full jitter"), so that many callers who were
 * throttled together do not come back together. The waiting thread holds no lock.
 *
 * <p>Source: AWS Architecture Blog, "Exponential Backoff And Jitter".
 */
final class Retry {
  private static final Logger LOG = LoggerFactory.getLogger(Retry.class);
  private static final Duration FIRST_BOUND = Duration.ofMillis(500);

  /** Less might end a try in the middle, and leave open what was certain: that nothing was sent. */
  private static final Duration LEAST = Duration.ofSeconds(1);

  /** What time does to a caller. */
  interface Time {
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

    long nanos();

    void sleep(Duration wait) throws InterruptedException;
  }

  private final int maxTries;
  private final Duration deadline;
  private final Time time;
  private final LongUnaryOperator jitter;

  /**
   * Holds what decides how often and when.
   *
   * @param jitter gives a number from 0 up to, but without, the one it is given
   */
  Retry(int maxTries, Duration deadline, Time time, LongUnaryOperator jitter) {
    this.maxTries = maxTries;
    this.deadline = deadline;
    this.time = time;
    this.jitter = jitter;
  }

  /** Chooses waits as chance will have it. */
  static long random(long bound) {
    return ThreadLocalRandom.current().nextLong(bound);
  }

  /**
   * Makes the first try and those that are allowed to follow.
   *
   * @param attempt makes one try in the time it is given
   */
  <T> T run(Function<Duration, T> attempt) {
    long start = time.nanos();
    Duration left = deadline;
    for (int tries = 1; ; tries++) {
      try {
        return attempt.apply(left);
      } catch (MailException failure) {
        Duration wait = Duration.ofNanos(jitter.applyAsLong(bound(tries)));
        if (tries == maxTries
            || !mayPass(failure)
            || left(start).minus(wait).compareTo(LEAST) < 0) {
          throw failure;
        }
        pause(wait, failure);
        left = left(start);
        if (left.compareTo(LEAST) < 0) {
          throw failure;
        }
      }
    }
  }

  private static boolean mayPass(MailException failure) {
    return failure.delivery() == Delivery.NOT_SENT && SesFailures.passesSoon(failure);
  }

  private static long bound(int tries) {
    return FIRST_BOUND.multipliedBy(1L << (tries - 1)).toNanos();
  }

  private Duration left(long start) {
    return deadline.minusNanos(time.nanos() - start);
  }

  private void pause(Duration wait, MailException failure) {
    LOG.debug("SES took no mail ({}); trying again in {}", failure.kind(), wait);
    try {
      time.sleep(wait);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      MailException interrupted =
          new MailException(
              failure.kind(),
              failure.getMessage() + " The thread was interrupted while it waited to try again.",
              e);
      interrupted.addSuppressed(failure);
      throw interrupted;
    }
  }
}
