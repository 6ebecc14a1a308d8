package com.healthmetrics.aws.mail;

import com.healthmetrics.aws.internal.Required;
import com.healthmetrics.aws.internal.Time;
import com.healthmetrics.aws.mail.MailException.Kind;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The steps that an email passes on its way to the provider: observe → once → guard → rate →
 * provider.
 *
 * <p>Each step is optional and the order is fixed, whatever the order of the builder's calls: the
 * observer sees what the application sees, waits included; a key is free again when the guard or
 * the rate refuses its email; and only emails that really go to the provider use up the rate.
 *
 * <p><b>Observe</b> ({@link Builder#observe}) reports the outcome and the duration of every email,
 * for metrics and traces.
 *
 * <ul>
 *   <li>The observer is called exactly once per email, in the thread that sends it, after the email
 *       was sent or failed, with an error too.
 *   <li>An observer that throws does not disturb sending: a lost metric is not worth an email that
 *       is sent again because its receipt was lost.
 *   <li>It gets nothing personal: no address, subject or token.
 * </ul>
 *
 * <p><b>Once</b> ({@link Builder#once}) sends an email once, however often it is asked to, by its
 * {@link Email.Builder#idempotencyKey}. SES has no such key, so an {@link IdempotencyStore}
 * remembers it. What happens to an email with a known key:
 *
 * <ul>
 *   <li>It was sent: the same receipt is returned, and nothing is sent.
 *   <li>The outcome is unknown: it is refused as {@link Kind#UNKNOWN_OUTCOME}, until an event of
 *       SES ({@link #settle}), {@link #confirm} or {@link #forget} settles it. Silence settles
 *       nothing, unless {@link Builder#resendAfterSilence} is set.
 *   <li>SES accepted it and then rejected its content: it is refused as {@link Kind#REJECTED},
 *       until {@link #forget}.
 *   <li>Another call is sending it: it is refused likewise, with a {@link
 *       MailException#retryAfter()}; no call waits for another. When a call of another process does
 *       not end within {@link Builder#abandonedAfter}, that process has crashed and the outcome is
 *       unknown. A call of this process is known to go on, whatever the clock shows.
 *   <li>It certainly was not sent: it is sent now. Such a failure leaves no trace of the key;
 *       should the store fail to remove it, this process does so at the next call, and in others
 *       its outcome is unknown.
 *   <li>The store fails before anything is sent, or is full: it is refused as {@link
 *       Kind#UNREACHABLE}. If the store fails later, neither receipt nor failure is lost, and the
 *       key stays in progress.
 * </ul>
 *
 * <p>Each email with a key carries the random id of its attempt as the tag {@code
 * healthmetrics-attempt}, by which SES's events name it; all tries of one call share it. {@link
 * #unresolved} lists what is in progress or unknown. The document "Emails that settle" of this
 * module draws all states.
 *
 * <p>Emails without a key pass. All of this holds across the processes that share a store, and for
 * as long as the store remembers a key: {@link IdempotencyStore#inMemory()} remembers it for a day,
 * and forgets sent emails earlier when it is full.
 *
 * <p><b>Guard</b> ({@link Builder#allowOnly} or {@link Builder#redirectAll}) keeps the emails of a
 * test environment from people who did not ask for them.
 *
 * <ul>
 *   <li>All recipients are checked, Cc and Bcc included.
 *   <li>One recipient who is not allowed stops the whole email, as {@link
 *       Kind#RECIPIENT_NOT_ALLOWED}: an email never goes out to some of its recipients.
 *   <li>A redirected email goes to the one address only. It shows its original recipients at the
 *       top of text and HTML and in the header {@code X-Original-Recipients}, masked ({@code
 *       a***@example.com}): test environments hold copied data, and many people read their inbox.
 *   <li>An account email remains one, and exceptions repeat no address.
 * </ul>
 *
 * <p><b>Rate</b> ({@link Builder#recipientsPerSecond}) lets no more emails through than the account
 * may send, so that SES has none to reject.
 *
 * <ul>
 *   <li>Recipients are counted, Cc and Bcc included, as SES counts them: an email to ten uses as
 *       much of the rate as ten emails.
 *   <li>After a pause a burst passes at once, and those that follow pay it back, as with SES. An
 *       email waits for one free place, whatever its number of recipients, and those behind it pay
 *       for the others.
 *   <li>Emails pass in the order in which they came.
 *   <li>No email waits longer than {@link Builder#maxWait}: one whose turn comes later is refused
 *       at once, as {@link Kind#THROTTLED} and certainly not sent, with the time until its turn as
 *       {@link MailException#retryAfter()}.
 *   <li>Waiting threads hold no lock. An interrupt ends the wait, as {@link Kind#THROTTLED} and
 *       certainly not sent; the thread stays interrupted.
 *   <li>The rate is that of one wrapped mailer in one process. Where several share an account, give
 *       each its share.
 * </ul>
 *
 * <pre>{@code
 * MailerChain chain =
 *     MailerChain.builder()
 *         .observe(sending -> LOG.info("email {} in {}", sending.outcome(), sending.duration()))
 *         .once(IdempotencyStore.inMemory())
 *         .allowOnly(List.of("healthmetrics.example", "tester@example.com"))
 *         .recipientsPerSecond(14)
 *         .followingSendRate()
 *         .build();
 * TransactionalMailer mailer = chain.wrap(sesMailer);
 * }</pre>
 *
 * <p>Immutable and thread-safe; the wrapped mailers are thread-safe too. Source: Amazon SES
 * Developer Guide, "Managing your Amazon SES sending limits".
 */
public final class MailerChain {
  private static final Logger LOG = LoggerFactory.getLogger(MailerChain.class);

  /** The attempts of all chains in this process, by their random ids. */
  private static final Set<String> IN_FLIGHT = ConcurrentHashMap.newKeySet();

  private final Time time;
  private final Clock clock;
  private final @Nullable ObserveStep observe;
  private final @Nullable OnceStep once;
  private final @Nullable GuardStep guard;
  private final @Nullable Double rate;
  private final OptionalInt burst;
  private final Duration maxWait;
  private final boolean followingSendRate;

  private MailerChain(Builder builder) {
    time = builder.time;
    clock = builder.clock;
    observe = builder.observer == null ? null : new ObserveStep(builder.observer, time);
    once =
        builder.store == null
            ? null
            : new OnceStep(
                new Attempts.Settings(
                    builder.store,
                    clock,
                    builder.abandonedAfter(),
                    builder.resendAfterSilence,
                    IN_FLIGHT,
                    LOG));
    guard = builder.allowList == null ? builder.redirection : builder.allowList;
    rate = builder.rate;
    burst = builder.burst;
    maxWait = Objects.requireNonNullElse(builder.maxWait, Builder.MAX_WAIT);
    followingSendRate = builder.followingSendRate;
  }

  /** {@return a new builder; no step is required} */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Returns a mailer that sends through the steps of this chain.
   *
   * <p>One chain can wrap one provider or several: each wrapped mailer has a rate limit of its own,
   * with a full burst, and all share observer and idempotency store.
   *
   * @param provider the mailer at the end of the chain; the caller closes it
   * @return the wrapped mailer; the provider itself if the chain has no steps
   */
  public TransactionalMailer wrap(TransactionalMailer provider) {
    Objects.requireNonNull(provider, "provider");
    return through(observe, through(once, through(guard, through(rateStep(provider), provider))));
  }

  Clock clock() {
    return clock;
  }

  private static TransactionalMailer through(@Nullable MailerStep step, TransactionalMailer next) {
    return step == null ? next : new Stage(step, next);
  }

  /** A step in its place. */
  private record Stage(MailerStep step, TransactionalMailer next) implements TransactionalMailer {
    @Override
    public MailReceipt send(Email email) {
      return step.send(Objects.requireNonNull(email, "email"), next);
    }

    @Override
    public String toString() {
      return step + " -> " + next;
    }
  }

  private @Nullable RateStep rateStep(TransactionalMailer provider) {
    if (rate == null) {
      return null;
    }
    Supplier<OptionalDouble> accountRate =
        followingSendRate && provider instanceof SesMailer ses
            ? ses::sendRate
            : OptionalDouble::empty;
    return new RateStep(new RateStep.Limit(rate, burst, maxWait, accountRate), time);
  }

  /**
   * Settles the email that an event of SES is about: one that SES accepted is sent from now on, and
   * one that it rejected is refused. Call it with every event of the {@linkplain MailEvent#parse
   * queue}, in any process that shares the store, as often and in whatever order they come; delete
   * an event from the queue after this method has returned.
   *
   * <p>SES publishes events only about emails with a configuration set that has an event
   * destination; without one, nothing is settled.
   *
   * @param event the event
   * @return what happened to the key, and what is to do
   * @throws IllegalStateException if the chain has no {@link Builder#once} step
   * @throws RuntimeException whatever the store throws; hand the event in again
   */
  public Settlement settle(MailEvent event) {
    return attempts().settle(Objects.requireNonNull(event, "event"));
  }

  /**
   * {@return the emails that are in progress or of unknown outcome since longer than a time, the
   * oldest first; their keys may be personal}
   *
   * <p>None is forgotten silently: a call that crashed is among them, and one that still goes on.
   *
   * @param olderThan zero to 36,500 days; zero lists all, those too that another clock dated later
   * @param limit the maximum number of emails, at least 1; if as many are returned, there may be
   *     more
   * @throws IllegalArgumentException if the time or the limit is out of range
   * @throws IllegalStateException if the chain has no {@link Builder#once} step
   * @throws RuntimeException whatever the store throws; call again
   */
  public List<IdempotencyStore.Entry> unresolved(Duration olderThan, int limit) {
    if (olderThan.isNegative() || olderThan.compareTo(Builder.LONGEST_SILENCE) > 0) {
      throw Invalid.argument(
          "No email is unresolved for longer than %s. Use zero to 36500 days.", olderThan);
    }
    return attempts().unresolved(olderThan, limit);
  }

  /**
   * Settles an email of unknown outcome as sent, as its events have shown; from now on its key
   * gives this receipt. With {@link #settle} no call of this method is needed.
   *
   * @param key the email's idempotency key
   * @param receipt the receipt with the message id that SES's events name
   * @return whether the outcome was unknown; if it was not, nothing changes
   * @throws IllegalArgumentException if the message id is that of a {@code Message-ID} header, with
   *     a host
   * @throws IllegalStateException if the chain has no {@link Builder#once} step
   * @throws RuntimeException whatever the store throws; call again
   */
  public boolean confirm(String key, MailReceipt receipt) {
    if (receipt.messageId().indexOf('@') >= 0) {
      throw Invalid.argument(
          "The message id is that of a Message-ID header, which no event has. Use its part before"
              + " the @, without <.");
    }
    return attempts().confirm(Objects.requireNonNull(key, "key"), receipt);
  }

  /**
   * Lets an email be sent again whose outcome is unknown, as it was not sent, or a second one does
   * no harm; or that SES rejected, as its content was corrected.
   *
   * @param key the email's idempotency key
   * @return whether the outcome was unknown or rejected; if it was not, nothing changes
   * @throws IllegalStateException if the chain has no {@link Builder#once} step
   * @throws RuntimeException whatever the store throws; call again
   */
  public boolean forget(String key) {
    return attempts().forget(Objects.requireNonNull(key, "key"));
  }

  /**
   * {@return how many emails of this chain were reported as certainly not sent and then accepted,
   * as their events show; 0 unless SES, a proxy or a mailer of the application breaks its promise;
   * each is logged as an error}
   *
   * <p>The last 10,000 emails that were not sent are known, in this process only.
   *
   * @throws IllegalStateException if the chain has no {@link Builder#once} step
   */
  public long brokenPromises() {
    return attempts().brokenPromises();
  }

  private Attempts attempts() {
    if (once == null) {
      throw Invalid.state("This chain remembers no idempotency keys. Build it with once(store).");
    }
    return once.attempts();
  }

  /** The steps, with masked addresses. */
  @Override
  public String toString() {
    return Stream.of(observe, once, guard, rate == null ? null : rate + " recipients/s")
        .filter(Objects::nonNull)
        .map(Object::toString)
        .collect(Collectors.joining(" -> ", "MailerChain[", "]"));
  }

  /** The outcome of one email, as an observer gets it. Immutable and thread-safe. */
  public static final class Sending {
    private final Email email;
    private final Duration duration;
    private final @Nullable MailReceipt receipt;
    private final @Nullable Throwable failure;

    Sending(
        Email email,
        Duration duration,
        @Nullable MailReceipt receipt,
        @Nullable Throwable failure) {
      this.email = email;
      this.duration = duration;
      this.receipt = receipt;
      this.failure = failure;
    }

    /**
     * {@return the outcome in one word, as a metric's label; the failure's kind in lower case, such
     * as {@code throttled}; or {@code error} for a failure that is not a {@link MailException}}
     */
    public String outcome() {
      if (receipt != null) {
        return "sent";
      }
      return kind().map(kind -> kind.name().toLowerCase(Locale.ROOT)).orElse("error");
    }

    /** {@return the receipt, or empty if the email failed} */
    public Optional<MailReceipt> receipt() {
      return Optional.ofNullable(receipt);
    }

    /**
     * {@return the kind of failure, or empty if the email was sent or the failure is not a {@link
     * MailException}}
     */
    public Optional<Kind> kind() {
      return failure instanceof MailException known ? Optional.of(known.kind()) : Optional.empty();
    }

    /** {@return whether an email that failed may have gone out, or empty if it was sent} */
    public Optional<MailException.Delivery> delivery() {
      if (receipt != null) {
        return Optional.empty();
      }
      return Optional.of(
          failure instanceof MailException known
              ? known.delivery()
              : MailException.Delivery.UNKNOWN);
    }

    /** {@return the time between the call and its end, by a monotonic clock} */
    public Duration duration() {
      return duration;
    }

    /** {@return the number of recipients, Cc and Bcc included, 1 to 50} */
    public int recipients() {
      return email.recipients().size();
    }

    /**
     * {@return the tags of the email; use them as labels of a metric only if there are few values;
     * unmodifiable}
     */
    public Map<String, String> tags() {
      return email.tags();
    }

    /** {@return whether it is an account email, as {@link Email#isAccountMail()}} */
    public boolean isAccountMail() {
      return email.isAccountMail();
    }

    /** The outcome, the duration and the number of recipients. */
    @Override
    public String toString() {
      return "Sending[" + outcome() + ", " + duration + ", " + recipients() + " recipients]";
    }
  }

  /** Builder for {@link MailerChain}. Not thread-safe. */
  public static final class Builder {
    private static final Duration ABANDONED_AFTER = Duration.ofMinutes(10);
    private static final Duration MAX_WAIT = Duration.ofSeconds(10);
    private static final Duration LONGEST_WAIT = Duration.ofHours(1);

    /** Longer than the entries of two tries can have the same millisecond. */
    private static final Duration SHORTEST_SILENCE = Duration.ofSeconds(1);

    private static final Duration LONGEST_SILENCE = Duration.ofDays(36_500);

    private @Nullable Consumer<Sending> observer;
    private @Nullable IdempotencyStore store;
    private @Nullable Duration abandonedAfter;
    private @Nullable Duration resendAfterSilence;
    private @Nullable GuardStep allowList;
    private @Nullable GuardStep redirection;
    private @Nullable Double rate;
    private OptionalInt burst = OptionalInt.empty();
    private @Nullable Duration maxWait;
    private boolean followingSendRate;
    private Clock clock = Clock.systemUTC();
    private Time time = Time.SYSTEM;

    private Builder() {}

    /**
     * Sets the observer of every email. Default: none.
     *
     * @param observer called once per email; thread-safe and quick
     * @return this builder
     */
    public Builder observe(Consumer<Sending> observer) {
      this.observer = Objects.requireNonNull(observer, "observer");
      return this;
    }

    /**
     * Sends emails that have an {@link Email.Builder#idempotencyKey} once. Default: every call
     * sends.
     *
     * @param store {@link IdempotencyStore#inMemory()} for one process, {@link
     *     JdbcIdempotencyStore} for several
     * @return this builder
     */
    public Builder once(IdempotencyStore store) {
      this.store = Objects.requireNonNull(store, "store");
      return this;
    }

    /**
     * Sets after how long a call of another process that has not ended counts as crashed; needs
     * {@link #once}. Default: 10 minutes.
     *
     * @param duration longer than the longest call, with its wait for the rate ({@link #maxWait}),
     *     plus the difference of the clocks of the processes; any positive duration
     * @return this builder
     * @throws IllegalArgumentException if it is not positive
     */
    public Builder abandonedAfter(Duration duration) {
      if (duration.isNegative() || duration.isZero()) {
        throw Invalid.argument(
            "A call cannot count as crashed after %s. Use a positive duration.", duration);
      }
      abandonedAfter = duration;
      return this;
    }

    /**
     * Sends an email of unknown outcome again, when it is asked for, if no event has come about it
     * for a time though one has come about a later attempt; needs {@link #once} and {@link
     * #settle}. Default: its outcome stays unknown.
     *
     * <p>Silence proves nothing, so this may send an email twice: if the event comes later than
     * this time, or was lost. It is another try of the same attempt, which an event of the first
     * one still settles; that this one was not sent leaves the outcome unknown. An event about a
     * later attempt shows that events are published and handed to {@link #settle}, in this process
     * since it started; later means that SES accepted it by {@link #abandonedAfter} or more after
     * the outcome became unknown.
     *
     * @param duration longer than an event takes from SES through the queue to {@link #settle},
     *     repeated deliveries included; at least 1 second
     * @return this builder
     * @throws IllegalArgumentException if it is less
     */
    public Builder resendAfterSilence(Duration duration) {
      if (duration.compareTo(SHORTEST_SILENCE) < 0) {
        throw Invalid.argument(
            "%s without an event is too short. Use at least %s.", duration, SHORTEST_SILENCE);
      }
      resendAfterSilence = duration;
      return this;
    }

    /**
     * Sets the clock that dates the entries of the idempotency store. Default: the system's.
     *
     * @param clock the clock
     * @return this builder
     */
    public Builder clock(Clock clock) {
      this.clock = Objects.requireNonNull(clock, "clock");
      return this;
    }

    /**
     * Sends emails to allowed recipients only. Default: to all.
     *
     * @param addressesAndDomains such as {@code tester@example.com} for one mailbox, or {@code
     *     example.com} for all of exactly that domain, without its subdomains; compared without
     *     regard to case
     * @return this builder
     * @throws NullPointerException if the collection or an element is null
     * @throws IllegalArgumentException if the collection is empty, or if an entry is neither an
     *     address nor a domain
     */
    public Builder allowOnly(Collection<String> addressesAndDomains) {
      allowList = new GuardStep.AllowList(addressesAndDomains);
      return this;
    }

    /**
     * Sends every email to one address instead. Default: to its own recipients.
     *
     * <p>The subject begins with {@code [redirected]}. Everything else stays as it is; replies go
     * where they would have gone.
     *
     * @param target the only recipient
     * @return this builder
     */
    public Builder redirectAll(EmailAddress target) {
      redirection = new GuardStep.Redirection(Objects.requireNonNull(target, "target"));
      return this;
    }

    /**
     * Limits how many recipients per second emails are sent to. Default: no limit.
     *
     * @param rate more than 0 and at most 100,000; 1 in the SES sandbox, and 0.2 is one every five
     *     seconds
     * @return this builder
     * @throws IllegalArgumentException if it is out of range
     */
    public Builder recipientsPerSecond(double rate) {
      if (!RateStep.isRate(rate)) {
        throw Invalid.argument(
            "A rate of %s recipients per second is out of range. Use more than 0, up to 100000.",
            rate);
      }
      this.rate = rate;
      return this;
    }

    /**
     * Sets how many recipients emails are sent to at once after a pause; needs {@link
     * #recipientsPerSecond}. Default: as many as the rate allows in one second, and at least one.
     * So twice the rate can pass in the first second after a pause; use a smaller burst where SES
     * throttles that.
     *
     * @param recipients 1 to 100,000
     * @return this builder
     * @throws IllegalArgumentException if it is out of range
     */
    public Builder burst(int recipients) {
      if (recipients < 1 || recipients > RateStep.MAX_RATE) {
        throw Invalid.argument(
            "A burst of %s recipients is out of range. Use 1 to 100000.", recipients);
      }
      burst = OptionalInt.of(recipients);
      return this;
    }

    /**
     * Sets how long an email may wait for its turn; needs {@link #recipientsPerSecond}. Default: 10
     * seconds.
     *
     * @param maxWait zero to 1 hour; zero refuses what cannot go at once
     * @return this builder
     * @throws IllegalArgumentException if it is out of range
     */
    public Builder maxWait(Duration maxWait) {
      if (maxWait.isNegative() || maxWait.compareTo(LONGEST_WAIT) > 0) {
        throw Invalid.argument(
            "A wait of %s is out of range. Use zero to %s.", maxWait, LONGEST_WAIT);
      }
      this.maxWait = maxWait;
      return this;
    }

    /**
     * Follows the account's own send rate, which a wrapped {@link SesMailer} is asked for at the
     * first email and every 15 minutes after; needs {@link #recipientsPerSecond}. Where the rate is
     * unknown ({@link SesMailer#sendRate()}) and for every other provider, {@code
     * recipientsPerSecond} counts. The email whose thread asks waits for the response in addition
     * to its turn. Default: {@code recipientsPerSecond} counts.
     *
     * @return this builder
     */
    public Builder followingSendRate() {
      followingSendRate = true;
      return this;
    }

    /** Clock and sleep, replaceable in tests. */
    Builder time(Time time) {
      this.time = time;
      return this;
    }

    /** Otherwise another process takes a call that waits for its turn for one that has crashed. */
    private void requireLongerThanAnyWait(Duration wait) {
      if (store != null && rate != null && abandonedAfter().compareTo(wait) <= 0) {
        throw Invalid.state(
            "abandonedAfter is %s, but an email may wait %s for its turn (maxWait). Set"
                + " abandonedAfter to more than that and the time SES takes, or a shorter maxWait.",
            abandonedAfter(), wait);
      }
    }

    private Duration abandonedAfter() {
      return Objects.requireNonNullElse(abandonedAfter, ABANDONED_AFTER);
    }

    /**
     * Builds the chain.
     *
     * @return the chain
     * @throws IllegalStateException if both {@link #allowOnly} and {@link #redirectAll} were
     *     called; or if {@link #burst}, {@link #maxWait} or {@link #followingSendRate} was called
     *     without {@link #recipientsPerSecond}, or {@link #abandonedAfter} or {@link
     *     #resendAfterSilence} without {@link #once}; all that are missing are named; or if {@link
     *     #abandonedAfter}, also by default, is not longer than {@link #maxWait}, and the chain has
     *     both steps
     */
    public MailerChain build() {
      if (allowList != null && redirection != null) {
        throw Invalid.state("allowOnly and redirectAll exclude each other. Leave one of them out.");
      }
      boolean limited = burst.isPresent() || maxWait != null || followingSendRate;
      Required.of("The chain")
          .condition(
              "once", store != null || (abandonedAfter == null && resendAfterSilence == null))
          .condition("recipientsPerSecond", rate != null || !limited)
          .check();
      MailerChain chain = new MailerChain(this);
      requireLongerThanAnyWait(chain.maxWait);
      return chain;
    }
  }
}
