package com.healthmetrics.aws.mail;

import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells an observer what became of every mail and how long it took, for metrics and traces.
 *
 * <p>An observer that throws does not disturb sending: a lost metric is not worth a mail that is
 * sent again because its receipt was lost. It is told nothing personal: no address, subject or
 * token.
 *
 * <pre>{@code
 * TransactionalMailer observed =
 *     ObservedMailer.of(
 *         mailer,
 *         sending ->
 *             LOG.info("mail {} in {} ms", sending.outcome(), sending.duration().toMillis()));
 * }</pre>
 *
 * <p>Safe for use by several threads, as the mailer and the observer are. Wrapped outermost it sees
 * what the application sees, waiting included; wrapped innermost, what the provider does.
 */
public final class ObservedMailer implements TransactionalMailer {
  private static final Logger LOG = LoggerFactory.getLogger(ObservedMailer.class);

  private final TransactionalMailer mailer;
  private final Observer observer;
  private final LongSupplier nanoTime;

  /** Who is told. */
  @FunctionalInterface
  public interface Observer {

    /**
     * Is called once for each mail, in the thread that sends it, after it was sent or failed.
     *
     * @param sending what became of the mail
     */
    void observed(Sending sending);
  }

  /**
   * What became of one mail.
   *
   * <p>Immutable and safe for use by several threads.
   */
  public static final class Sending {
    private final Email email;
    private final Duration duration;
    private final @Nullable MailReceipt receipt;
    private final @Nullable RuntimeException failure;

    private Sending(
        Email email,
        Duration duration,
        @Nullable MailReceipt receipt,
        @Nullable RuntimeException failure) {
      this.email = email;
      this.duration = duration;
      this.receipt = receipt;
      this.failure = failure;
    }

    /**
     * The outcome in one word, as a metric's label.
     *
     * @return {@code sent}; the failure's kind in lower case, such as {@code throttled}; or {@code
     *     error} for a failure that is no {@link MailException}
     */
    public String outcome() {
      if (receipt != null) {
        return "sent";
      }
      return kind().map(kind -> kind.name().toLowerCase(Locale.ROOT)).orElse("error");
    }

    /**
     * What the mailer gave for the mail.
     *
     * @return the receipt, or empty where it failed
     */
    public Optional<MailReceipt> receipt() {
      return Optional.ofNullable(receipt);
    }

    /**
     * What went wrong.
     *
     * @return the kind, or empty where the mail was sent or the failure is no {@link MailException}
     */
    public Optional<MailException.Kind> kind() {
      return failure instanceof MailException known ? Optional.of(known.kind()) : Optional.empty();
    }

    /**
     * Whether a mail that failed may have gone out all the same.
     *
     * @return what is known about it, or empty where the mail was sent
     */
    public Optional<MailException.Delivery> delivery() {
      if (receipt != null) {
        return Optional.empty();
      }
      return Optional.of(
          failure instanceof MailException known
              ? known.delivery()
              : MailException.Delivery.UNKNOWN);
    }

    /**
     * How long it took, by a clock that nobody sets.
     *
     * @return the time between the call and its end
     */
    public Duration duration() {
      return duration;
    }

    /**
     * How many recipients the mail has, copies included.
     *
     * @return 1 to 50
     */
    public int recipients() {
      return email.recipients().size();
    }

    /**
     * The tags of the mail; labels of a metric only where there are few of them.
     *
     * @return names with values, in the order they were added; unmodifiable
     */
    public Map<String, String> tags() {
      return email.tags();
    }

    /**
     * Whether it is a mail that an account needs.
     *
     * @return as {@link Email#isAccountMail()}
     */
    public boolean isAccountMail() {
      return email.isAccountMail();
    }

    /** Outcome, duration and number of recipients. */
    @Override
    public String toString() {
      return "Sending[" + outcome() + ", " + duration + ", " + recipients() + " recipients]";
    }
  }

  private ObservedMailer(TransactionalMailer mailer, Observer observer, LongSupplier nanoTime) {
    this.mailer = Objects.requireNonNull(mailer, "mailer");
    this.observer = Objects.requireNonNull(observer, "observer");
    this.nanoTime = nanoTime;
  }

  /**
   * A mailer that is observed.
   *
   * @param mailer what sends the mails; it stays yours to close
   * @param observer who is told; safe for use by several threads, and quick
   * @return the mailer
   * @throws NullPointerException if an argument is null
   */
  public static ObservedMailer of(TransactionalMailer mailer, Observer observer) {
    return new ObservedMailer(mailer, observer, System::nanoTime);
  }

  /** With another time than the system's. */
  static ObservedMailer of(TransactionalMailer mailer, Observer observer, LongSupplier nanoTime) {
    return new ObservedMailer(mailer, observer, nanoTime);
  }

  @Override
  public MailReceipt send(Email email) {
    Objects.requireNonNull(email, "email");
    long start = nanoTime.getAsLong();
    MailReceipt receipt;
    try {
      receipt = mailer.send(email);
    } catch (RuntimeException e) {
      tell(new Sending(email, since(start), null, e));
      throw e;
    }
    tell(new Sending(email, since(start), receipt, null));
    return receipt;
  }

  private Duration since(long start) {
    return Duration.ofNanos(nanoTime.getAsLong() - start);
  }

  private void tell(Sending sending) {
    try {
      observer.observed(sending);
    } catch (Throwable e) {
      // Errors too: a metrics library that does not link must not make a sent mail look failed.
      LOG.warn("The observer of mails failed with {}", e.getClass().getName());
    }
  }

  /** What is wrapped. */
  @Override
  public String toString() {
    return "ObservedMailer[" + mailer + "]";
  }
}
