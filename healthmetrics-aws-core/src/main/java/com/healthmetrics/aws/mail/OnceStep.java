package com.healthmetrics.aws.mail;

import com.healthmetrics.aws.internal.Failures;
import com.healthmetrics.aws.mail.IdempotencyStore.Entry;
import com.healthmetrics.aws.mail.IdempotencyStore.State;
import com.healthmetrics.aws.mail.MailException.Delivery;
import com.healthmetrics.aws.mail.MailException.Kind;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends an email once per idempotency key; SES has no such key, so a store remembers it. */
record OnceStep(IdempotencyStore store, Clock clock, Duration abandonedAfter)
    implements MailerStep {
  private static final Logger LOG = LoggerFactory.getLogger(MailerChain.class);

  /**
   * The attempts of all chains in this process, by their random ids: those are known to go on,
   * whatever the clock shows.
   */
  private static final Set<String> IN_FLIGHT = ConcurrentHashMap.newKeySet();

  @Override
  public MailReceipt send(Email email, TransactionalMailer next) {
    Optional<String> key = email.idempotencyKey();
    return key.isPresent() ? sendOnce(key.get(), email, next) : next.send(email);
  }

  private MailReceipt sendOnce(String key, Email email, TransactionalMailer next) {
    Entry attempt = entry(key, State.IN_PROGRESS, UUID.randomUUID().toString(), null);
    IN_FLIGHT.add(attempt.attempt());
    try {
      Optional<Entry> known = begin(attempt);
      return known.isPresent() ? outcomeOf(known.get()) : sendFirst(attempt, email, next);
    } finally {
      IN_FLIGHT.remove(attempt.attempt());
    }
  }

  private Optional<Entry> begin(Entry attempt) {
    try {
      return Objects.requireNonNull(store.putIfAbsent(attempt), "putIfAbsent");
    } catch (Throwable e) {
      // A store may throw anything, such as the checked exceptions of a database from Kotlin.
      Failures.beforeReplacing(e);
      // It may have stored the entry before it failed.
      Failures.quietly(() -> store.remove(attempt));
      if (e instanceof StoreFailure ours) {
        throw new MailException(
            Kind.UNREACHABLE, ours.getMessage() + " The email was not sent.", ours);
      }
      throw new MailException(
          Kind.UNREACHABLE,
          ("The idempotency store failed with %s, so the email was not sent. Send it again when the"
                  + " store works.")
              .formatted(e.getClass().getSimpleName()),
          // Its message may repeat a key.
          Failures.withoutMessage(e));
    }
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
    if (isUnknown(known)) {
      throw new MailException(
          Kind.UNKNOWN_OUTCOME,
          ("The outcome of the email with this idempotency key is unknown since %s (attempt %s); it"
                  + " was not sent again. Look it up in SES's events, then call confirm(key, receipt)"
                  + " if it was sent, or forget(key) to let it be sent again.")
              .formatted(known.since(), known.attempt()));
    }
    throw MailException.retriable(
        Kind.UNKNOWN_OUTCOME,
        "Another call is sending the email with this idempotency key; it was not sent a second"
            + " time. Call again with the same key to get the outcome.",
        Duration.ofSeconds(1));
  }

  private MailReceipt sendFirst(Entry attempt, Email email, TransactionalMailer next) {
    // Whatever is thrown from here on, the email may be on its way.
    @Nullable State outcome = State.UNKNOWN;
    @Nullable String messageId = null;
    try {
      MailReceipt receipt = next.send(email);
      messageId = receipt.messageId();
      outcome = State.SENT;
      return receipt;
    } catch (MailException e) {
      if (e.delivery() == Delivery.NOT_SENT) {
        outcome = null;
      }
      throw e;
    } finally {
      record(attempt, outcome, messageId);
    }
  }

  /** A store, clock or logger that fails now must hide neither the receipt nor the failure. */
  private void record(Entry attempt, @Nullable State outcome, @Nullable String messageId) {
    try {
      boolean recorded =
          outcome == null
              ? store.remove(attempt)
              : store.replace(attempt, entry(attempt.key(), outcome, attempt.attempt(), messageId));
      if (!recorded) {
        LOG.warn("An idempotency key was updated concurrently while its email was being sent");
      }
    } catch (Throwable e) {
      // Even an error of the virtual machine: an email whose receipt is lost is sent again.
      Failures.keepInterrupt(e);
      Failures.quietly(
          () ->
              LOG.warn(
                  "The idempotency store failed with {} after an email was handled; its key stays"
                      + " in progress and will count as unknown",
                  e.getClass().getName()));
    }
  }

  boolean confirm(String key, MailReceipt receipt) {
    String messageId = receipt.messageId();
    return unknown(key)
        .map(entry -> store.replace(entry, entry(key, State.SENT, entry.attempt(), messageId)))
        .orElse(false);
  }

  boolean forget(String key) {
    return find(key)
        .filter(entry -> isUnknown(entry) || entry.state() == State.REJECTED)
        .map(store::remove)
        .orElse(false);
  }

  private Optional<Entry> unknown(String key) {
    return find(key).filter(this::isUnknown);
  }

  private Optional<Entry> find(String key) {
    return store.find(Objects.requireNonNull(key, "key"));
  }

  private boolean isUnknown(Entry entry) {
    return switch (entry.state()) {
      case SENT, REJECTED -> false;
      case UNKNOWN -> true;
      case IN_PROGRESS ->
          !IN_FLIGHT.contains(entry.attempt())
              && Duration.between(entry.since(), clock.instant()).compareTo(abandonedAfter) >= 0;
    };
  }

  private Entry entry(String key, State state, String attempt, @Nullable String messageId) {
    return new Entry(key, state, clock.instant(), attempt, messageId);
  }

  @Override
  public String toString() {
    return "once";
  }
}
