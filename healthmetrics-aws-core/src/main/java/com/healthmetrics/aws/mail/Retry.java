package com.healthmetrics.aws.mail;

import com.healthmetrics.aws.internal.Failures;
import com.healthmetrics.aws.internal.Time;
import com.healthmetrics.aws.mail.MailException.Delivery;
import com.healthmetrics.aws.mail.MailException.Kind;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import java.util.function.LongUnaryOperator;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Retries a request, but only if it was certainly not accepted and may be accepted soon.
 *
 * <p>Waits are random below a bound that doubles ("full jitter"), so that callers that were
 * throttled together do not come back together. The waiting thread holds no lock.
 *
 * <p>Source: AWS Architecture Blog, "Exponential Backoff And Jitter".
 *
 * @param jitter returns a number from 0 (inclusive) to the given one (exclusive)
 */
record Retry(int maxTries, Duration deadline, Time time, LongUnaryOperator jitter) {
  private static final Logger LOG = LoggerFactory.getLogger(Retry.class);
  private static final Duration FIRST_BOUND = Duration.ofMillis(500);

  /** With less, a try could time out, and the outcome would be unknown instead of "not sent". */
  private static final Duration MIN_LEFT = Duration.ofSeconds(1);

  static long uniformJitter(long bound) {
    return ThreadLocalRandom.current().nextLong(bound);
  }

  /**
   * Runs the first try and the retries; each is given the time that is left, as it passes.
   *
   * <p>A second try after a refusal for the clock is signed by the time of the response. If that is
   * refused for the clock, too, the response's time is of no use.
   */
  <T> T run(Function<Supplier<Duration>, T> attempt) {
    long start = time.nanos();
    boolean timeCorrected = false;
    for (int tries = 1; ; tries++) {
      try {
        return attempt.apply(() -> left(start));
      } catch (MailException failure) {
        Duration wait = Duration.ofNanos(jitter.applyAsLong(bound(tries)));
        boolean clock = failure.kind() == Kind.CLOCK_SKEWED;
        if (tries == maxTries
            || !isRetriable(failure)
            || (clock && timeCorrected)
            || isTooShort(left(start).minus(wait))) {
          throw failure;
        }
        timeCorrected |= clock;
        pause(wait, failure);
        if (isTooShort(left(start))) {
          throw failure;
        }
      }
    }
  }

  static boolean isTooShort(Duration left) {
    return left.compareTo(MIN_LEFT) < 0;
  }

  private static boolean isRetriable(MailException failure) {
    return failure.delivery() == Delivery.NOT_SENT && SesFailures.mayPassSoon(failure);
  }

  private static long bound(int tries) {
    return FIRST_BOUND.multipliedBy(1L << (tries - 1)).toNanos();
  }

  private Duration left(long start) {
    return deadline.minusNanos(time.nanos() - start);
  }

  private void pause(Duration wait, MailException failure) {
    Failures.quietly(
        () ->
            LOG.debug("SES did not accept the request ({}); retrying in {}", failure.kind(), wait));
    try {
      time.sleep(wait);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      MailException interrupted =
          new MailException(
              failure.kind(),
              failure.getMessage() + " The thread was interrupted while it waited to retry.",
              e);
      interrupted.addSuppressed(failure);
      throw interrupted;
    }
  }
}
