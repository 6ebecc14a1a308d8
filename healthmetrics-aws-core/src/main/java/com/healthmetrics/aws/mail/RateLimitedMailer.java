package com.healthmetrics.aws.mail;

import com.healthmetrics.aws.internal.Required;
import com.healthmetrics.aws.mail.MailException.Kind;
import java.time.Duration;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets no more mails through than the account may send, so that SES has none to refuse.
 *
 * <p>Guarantees:
 *
 * <ul>
 *   <li>What is counted are recipients, copies included, as SES counts them: a mail to ten takes as
 *       much of the rate as ten mails.
 *   <li>After a pause a burst passes at once, and is paid back by those that follow, as SES does
 *       it. A mail waits for one free place, whatever its recipients, and those behind it pay for
 *       the others.
 *   <li>Mails go through in the order in which they came.
 *   <li>Nobody waits longer for a turn than agreed: a mail whose turn comes later is refused at
 *       once, as {@link MailException.Kind#THROTTLED} and certainly not sent, with the time until
 *       its turn as {@link MailException#retryAfter()}.
 *   <li>No lock is held by those who wait, and an interrupt ends the wait.
 * </ul>
 *
 * <pre>{@code
 * TransactionalMailer limited =
 *     RateLimitedMailer.builder(mailer)
 *         .recipientsPerSecond(14) // what SES shows as the account's maximum send rate
 *         .maxWait(Duration.ofSeconds(10))
 *         .build();
 * limited.sendAll(List.of(email));
 * }</pre>
 *
 * <p>The rate is that of one mailer in one process. Where several share an account, give each its
 * share. Safe for use by several threads. Source: Amazon SES Developer Guide, "Managing your Amazon
 * SES sending limits".
 */
public final class RateLimitedMailer implements TransactionalMailer {
  private static final Logger LOG = LoggerFactory.getLogger(RateLimitedMailer.class);

  private final TransactionalMailer mailer;
  private final Supplier<OptionalDouble> rateSource;
  private final long reread;
  private final Duration maxWait;
  private final Retry.Time time;
  private final TokenBucket bucket;
  private final double configuredRate;
  private final OptionalInt burst;
  private final AtomicLong nextReading;

  private RateLimitedMailer(Builder builder, double configuredRate) {
    this.mailer = builder.mailer;
    this.rateSource = builder.rateSource;
    this.reread = builder.reread.toNanos();
    this.maxWait = builder.maxWait;
    this.time = builder.time;
    this.configuredRate = configuredRate;
    this.burst = builder.burst;
    this.bucket = new TokenBucket(configuredRate, burstAt(configuredRate), time::nanos);
    this.nextReading = new AtomicLong(time.nanos());
  }

  /**
   * A builder that needs at least a rate.
   *
   * @param mailer what sends the mails that may pass; it stays yours to close
   * @return a new builder
   * @throws NullPointerException if {@code mailer} is null
   */
  public static Builder builder(TransactionalMailer mailer) {
    return new Builder(Objects.requireNonNull(mailer, "mailer"));
  }

  /**
   * Waits for the mail's turn and sends it.
   *
   * @throws MailException of kind {@code THROTTLED} if its turn comes too late, or if the thread is
   *     interrupted before; the thread stays interrupted then
   */
  @Override
  public MailReceipt send(Email email) {
    int recipients = email.recipients().size();
    rereadRate();
    TokenBucket.Turn turn = bucket.reserve(recipients, maxWait.toNanos());
    if (turn.nanosAway() > maxWait.toNanos()) {
      throw MailException.retriable(
          Kind.THROTTLED,
          "The turn of this mail with "
              + recipients
              + " recipient(s) would come in "
              + Duration.ofNanos(turn.nanosAway()).toMillis()
              + " ms, and none waits longer than "
              + maxWait.toMillis()
              + " ms; it was not sent. Send it again later, or raise the rate if the account may"
              + " send more.",
          Duration.ofNanos(turn.nanosAway()));
    }
    await(turn.at());
    return mailer.send(email);
  }

  /** The place of a mail that is interrupted stays empty, so that the others keep theirs. */
  private void await(long turn) {
    try {
      for (long left = turn - time.nanos(); left > 0; left = turn - time.nanos()) {
        time.sleep(Duration.ofNanos(left));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new MailException(
          Kind.THROTTLED,
          "The thread was interrupted while the mail waited for its turn; it was not sent. Send it"
              + " again if it is still wanted.",
          e);
    }
  }

  /** One thread asks, and the others go on with the rate there is. */
  private void rereadRate() {
    long due = nextReading.get();
    long now = time.nanos();
    if (now - due < 0 || !nextReading.compareAndSet(due, now + reread)) {
      return;
    }
    double rate = currentRate().orElse(configuredRate);
    bucket.adjust(rate, burstAt(rate));
  }

  private OptionalDouble currentRate() {
    OptionalDouble rate;
    try {
      rate = rateSource.get();
    } catch (RuntimeException e) {
      LOG.warn(
          "Asking for the account's send rate failed with {}; the configured rate is used",
          e.getClass().getName());
      return OptionalDouble.empty();
    }
    return rate.isPresent() && isRate(rate.getAsDouble()) ? rate : OptionalDouble.empty();
  }

  private static boolean isRate(double rate) {
    return rate > 0 && rate <= Builder.MAX_RATE;
  }

  private int burstAt(double rate) {
    return burst.orElse((int) Math.max(1, Math.floor(rate)));
  }

  /** The rate now in use, and what is wrapped. */
  @Override
  public String toString() {
    return "RateLimitedMailer[" + bucket + ", " + mailer + "]";
  }

  /**
   * Collects what limiting needs.
   *
   * <p>Mutable and not safe for use by several threads.
   */
  public static final class Builder {
    private static final double MAX_RATE = 100_000;
    private static final Duration MAX_WAIT = Duration.ofHours(1);

    private final TransactionalMailer mailer;
    private @Nullable Double rate;
    private OptionalInt burst = OptionalInt.empty();
    private Supplier<OptionalDouble> rateSource = OptionalDouble::empty;
    private Duration reread = Duration.ofMinutes(15);
    private Duration maxWait = Duration.ofSeconds(10);
    private Retry.Time time = Retry.Time.SYSTEM;

    private Builder(TransactionalMailer mailer) {
      this.mailer = mailer;
    }

    /**
     * Sets how many recipients a second may get a mail.
     *
     * @param rate more than 0 and at most 100,000; 1 in the SES sandbox, and 0.2 is one every five
     *     seconds
     * @return this builder
     * @throws IllegalArgumentException if it is out of range
     */
    public Builder recipientsPerSecond(double rate) {
      if (!isRate(rate)) {
        throw new IllegalArgumentException(
            "A rate of " + rate + " recipients a second is none. Give more than 0, up to 100000.");
      }
      this.rate = rate;
      return this;
    }

    /**
     * Sets how many recipients may get a mail at once after a pause; when not called, as many as
     * the rate allows in one second, and at least one. So twice the rate can pass in the first
     * second after a pause; give a smaller burst where SES throttles that.
     *
     * @param recipients 1 to 100,000
     * @return this builder
     * @throws IllegalArgumentException if it is out of range
     */
    public Builder burst(int recipients) {
      if (recipients < 1 || recipients > MAX_RATE) {
        throw new IllegalArgumentException(
            "A burst of " + recipients + " recipients is none. Give 1 to 100000.");
      }
      burst = OptionalInt.of(recipients);
      return this;
    }

    /**
     * Follows a rate that is asked for at the first mail and every 15 minutes after, such as {@code
     * ses::sendRate} of a {@link SesV2Mailer}. Where it is unknown, because the question is not
     * permitted or failed, {@link #recipientsPerSecond} counts. The mail whose thread asks waits
     * for the answer on top of its turn.
     *
     * @param rateSource the account's rate, or empty where it is unknown; asked by the thread that
     *     sends a mail
     * @return this builder
     * @throws NullPointerException if {@code rateSource} is null
     */
    public Builder following(Supplier<OptionalDouble> rateSource) {
      this.rateSource = Objects.requireNonNull(rateSource, "rateSource");
      return this;
    }

    /**
     * Sets how long a mail may wait for its turn; 10 seconds when not called.
     *
     * @param maxWait zero to an hour; zero refuses what cannot go at once
     * @return this builder
     * @throws NullPointerException if {@code maxWait} is null
     * @throws IllegalArgumentException if it is out of range
     */
    public Builder maxWait(Duration maxWait) {
      if (maxWait.isNegative() || maxWait.compareTo(MAX_WAIT) > 0) {
        throw new IllegalArgumentException(
            "Nobody can wait " + maxWait + " for a mail's turn. Give zero to " + MAX_WAIT + ".");
      }
      this.maxWait = maxWait;
      return this;
    }

    /** Another time than the system's, for tests that cannot wait. */
    Builder time(Retry.Time time) {
      this.time = time;
      return this;
    }

    /**
     * The mailer.
     *
     * @return a mailer with a full burst
     * @throws IllegalStateException if no rate was said
     */
    public RateLimitedMailer build() {
      Required.of("The rate limit").value("recipientsPerSecond", rate).check();
      return new RateLimitedMailer(this, Objects.requireNonNull(rate));
    }
  }
}
