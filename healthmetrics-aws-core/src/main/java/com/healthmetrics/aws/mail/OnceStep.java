package com.healthmetrics.aws.mail;

import com.healthmetrics.aws.internal.Failures;
import com.healthmetrics.aws.mail.IdempotencyStore.Entry;
import com.healthmetrics.aws.mail.IdempotencyStore.State;
import com.healthmetrics.aws.mail.MailException.Delivery;
import com.healthmetrics.aws.mail.MailException.Kind;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/** Sends an email once per idempotency key; SES has no such key, so a store remembers it. */
final class OnceStep implements MailerStep {
  private final IdempotencyStore store;
  private final Set<String> inFlight;
  private final Logger log;
  private final Attempts attempts;

  OnceStep(Attempts.Settings settings) {
    store = settings.store();
    inFlight = settings.inFlight();
    log = settings.log();
    attempts = new Attempts(settings);
  }

  Attempts attempts() {
    return attempts;
  }

  @Override
  public MailReceipt send(Email email, TransactionalMailer next) {
    Optional<String> key = email.idempotencyKey();
    return key.isPresent() ? sendOnce(key.get(), email, next) : next.send(email);
  }

  private MailReceipt sendOnce(String key, Email email, TransactionalMailer next) {
    Entry first = attempts.next(key);
    return whileInFlight(
        first,
        () -> {
          Optional<Entry> known = begin(first);
          return known.isPresent()
              ? sendAgain(known.get(), email, next)
              : send(first, null, email, next);
        });
  }

  private MailReceipt sendAgain(Entry known, Email email, TransactionalMailer next) {
    Optional<Entry> retry = attempts.retry(known);
    if (retry.isEmpty()) {
      return outcomeOf(known);
    }
    return whileInFlight(
        retry.get(),
        () -> {
          beginAgain(known, retry.get());
          return send(retry.get(), known, email, next);
        });
  }

  private MailReceipt whileInFlight(Entry attempt, Supplier<MailReceipt> work) {
    if (!inFlight.add(attempt.attempt())) {
      throw anotherCall();
    }
    try {
      return work.get();
    } finally {
      inFlight.remove(attempt.attempt());
    }
  }

  private Optional<Entry> begin(Entry attempt) {
    try {
      Optional<Entry> known = putIfAbsent(attempt);
      if (known.isPresent() && attempts.isLeftOver(known.get())) {
        store.remove(known.get());
        known = putIfAbsent(attempt);
      }
      return known;
    } catch (Throwable e) {
      // It may have stored the entry before it failed.
      throw refusal(e, () -> attempts.removeUnsent(attempt));
    }
  }

  private Optional<Entry> putIfAbsent(Entry attempt) {
    return Objects.requireNonNull(store.putIfAbsent(attempt), "putIfAbsent");
  }

  private void beginAgain(Entry known, Entry retry) {
    boolean begun;
    try {
      begun = store.replace(known, retry);
    } catch (Throwable e) {
      throw stillUnknown(refusal(e, () -> store.replace(retry, known)));
    }
    if (!begun) {
      throw anotherCall();
    }
  }

  /** That a second try was not sent says nothing about the first one. */
  private static MailException stillUnknown(MailException refusal) {
    return refusal.delivery() == Delivery.UNKNOWN
        ? refusal
        : new MailException(
            Kind.UNKNOWN_OUTCOME,
            "The outcome of the email with this idempotency key is unknown. Another try after its"
                + " silence was not sent: see the cause.",
            refusal);
  }

  /** A store may throw anything, such as the checked exceptions of a database from Kotlin. */
  private static MailException refusal(Throwable failure, Runnable undo) {
    Failures.quietly(() -> Failures.uninterrupted(undo));
    // An error of the virtual machine is thrown here, so it comes after the undo.
    Failures.beforeReplacing(failure);
    if (failure instanceof StoreFailure ours) {
      return new MailException(
          Kind.UNREACHABLE, ours.getMessage() + " The email was not sent.", ours);
    }
    return new MailException(
        Kind.UNREACHABLE,
        ("The idempotency store failed with %s, so the email was not sent. Send it again when the"
                + " store works.")
            .formatted(failure.getClass().getSimpleName()),
        // It may repeat a key.
        Failures.withoutMessage(failure));
  }

  private MailReceipt outcomeOf(Entry known) {
    if (known.state() == State.SENT) {
      return MailReceipt.of(Objects.requireNonNull(known.messageId()));
    }
    if (known.state() == State.REJECTED) {
      throw new MailException(
          Kind.REJECTED,
          ("SES rejected the email with this idempotency key at %s (attempt %s); it was delivered to"
                  + " nobody and not sent again. Correct what it contains, then call forget(key) to"
                  + " let it be sent again.")
              .formatted(known.since(), known.attempt()));
    }
    if (attempts.isUnknown(known)) {
      throw new MailException(
          Kind.UNKNOWN_OUTCOME,
          ("The outcome of the email with this idempotency key is unknown since %s (attempt %s); it"
                  + " was not sent again. Call settle(event) with SES's events: those of this email have"
                  + " the tag %s with the attempt's value. Without events, call confirm(key, receipt)"
                  + " if it was sent, or forget(key) to let it be sent again.")
              .formatted(known.since(), known.attempt(), SesLimits.ATTEMPT_TAG));
    }
    throw anotherCall();
  }

  private static MailException anotherCall() {
    return MailException.retriable(
        Kind.UNKNOWN_OUTCOME,
        "Another call is sending the email with this idempotency key; it was not sent a second"
            + " time. Call again with the same key to get the outcome.",
        Duration.ofSeconds(1));
  }

  /**
   * Sends the email of an attempt.
   *
   * @param silent what the attempt was before this try, if it was unknown
   */
  private MailReceipt send(
      Entry attempt, @Nullable Entry silent, Email email, TransactionalMailer next) {
    // Whatever is thrown from here on, the email may be on its way.
    Runnable record = () -> attempts.record(attempt, attempts.unknown(attempt));
    try {
      MailReceipt receipt = next.send(email.withAttempt(attempt.attempt()));
      String messageId = receipt.messageId();
      record = () -> attempts.record(attempt, attempts.sent(attempt, messageId));
      return receipt;
    } catch (MailException e) {
      if (e.delivery() == Delivery.NOT_SENT) {
        record = () -> attempts.recordNotSent(attempt, silent);
      }
      throw silent == null ? e : stillUnknown(e);
    } finally {
      recordSafely(record);
    }
  }

  /** A store, clock or logger that fails now must hide neither the receipt nor the failure. */
  private void recordSafely(Runnable record) {
    try {
      Failures.uninterrupted(record);
    } catch (Throwable e) {
      // Even an error of the virtual machine: an email whose receipt is lost is sent again.
      Failures.keepInterrupt(e);
      Failures.quietly(
          () ->
              log.warn(
                  "The idempotency store failed with {} after an email was handled; its key stays"
                      + " in progress and will count as unknown",
                  e.getClass().getName()));
    }
  }

  @Override
  public String toString() {
    return "once";
  }
}
