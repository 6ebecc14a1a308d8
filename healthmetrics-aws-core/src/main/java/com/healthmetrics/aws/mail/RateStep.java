package com.healthmetrics.aws.mail;

import com.healthmetrics.aws.internal.Time;
import com.healthmetrics.aws.mail.MailException.Kind;
import java.time.Duration;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/** Lets no more recipients through than the account may send to; one per wrapped mailer. */
final class RateStep implements MailerStep {
  static final double MAX_RATE = 100_000;

  private static final Duration REREAD = Duration.ofMinutes(15);

  /** The configured limit; the account's rate takes the place of the configured one if known. */
  record Limit(
      double rate, OptionalInt burst, Duration maxWait, Supplier<OptionalDouble> accountRate) {}

  private final Limit limit;
  private final Time time;
  private final TokenBucket bucket;
  private final AtomicLong nextReading;

  RateStep(Limit limit, Time time) {
    this.limit = limit;
    this.time = time;
    this.bucket = new TokenBucket(limit.rate(), burstAt(limit.rate()), time::nanos);
    this.nextReading = new AtomicLong(time.nanos());
  }

  static boolean isRate(double rate) {
    return rate > 0 && rate <= MAX_RATE;
  }

  @Override
  public MailReceipt send(Email email, TransactionalMailer next) {
    int recipients = email.recipients().size();
    rereadRate();
    long maxWait = limit.maxWait().toNanos();
    TokenBucket.Turn turn = bucket.reserve(recipients, maxWait);
    if (turn.nanosAway() > maxWait) {
      Duration wait = Duration.ofNanos(turn.nanosAway());
      throw MailException.retriable(
          Kind.THROTTLED,
          ("The turn of this email with %s recipient(s) would come in %s ms, and the maximum wait is"
                  + " %s ms; it was not sent. Send it again later, or raise the rate if the account"
                  + " may send more.")
              .formatted(recipients, wait.toMillis(), limit.maxWait().toMillis()),
          wait);
    }
    await(turn.at());
    return next.send(email);
  }

  /** The turn of an interrupted email stays empty, so that the others keep theirs. */
  private void await(long turn) {
    try {
      for (long left = turn - time.nanos(); left > 0; left = turn - time.nanos()) {
        time.sleep(Duration.ofNanos(left));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new MailException(
          Kind.THROTTLED,
          "The thread was interrupted while the email waited for its turn; it was not sent. Send"
              + " it again if it is still needed.",
          e);
    }
  }

  /** One thread asks; the others go on with the current rate. */
  private void rereadRate() {
    long due = nextReading.get();
    long now = time.nanos();
    if (now - due < 0 || !nextReading.compareAndSet(due, now + REREAD.toNanos())) {
      return;
    }
    double rate = accountRate().orElse(limit.rate());
    bucket.adjust(rate, burstAt(rate));
  }

  private OptionalDouble accountRate() {
    OptionalDouble rate = limit.accountRate().get();
    return rate.isPresent() && isRate(rate.getAsDouble()) ? rate : OptionalDouble.empty();
  }

  private int burstAt(double rate) {
    return limit.burst().orElse((int) Math.max(1, Math.floor(rate)));
  }

  @Override
  public String toString() {
    return bucket.toString();
  }
}
