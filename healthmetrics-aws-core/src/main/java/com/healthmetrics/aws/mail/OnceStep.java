package com.healthmetrics.aws.mail;

import com.healthmetrics.aws.internal.Failures;
import com.healthmetrics.aws.mail.IdempotencyStore.Entry;
import com.healthmetrics.aws.mail.IdempotencyStore.State;
import com.healthmetrics.aws.mail.MailException.Delivery;
import com.healthmetrics.aws.mail.MailException.Kind;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
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
    Entry attempt = entry(State.IN_PROGRESS, UUID.randomUUID().toString());
    IN_FLIGHT.add(attempt.id());
    try {
      Optional<Entry> known = begin(key, attempt);
      return known.isPresent() ? outcomeOf(known.get()) : sendFirst(key, attempt, email, next);
    } finally {
      IN_FLIGHT.remove(attempt.id());
    }
  }

  private Optional<Entry> begin(String key, Entry attempt) {
    try {
      return Objects.requireNonNull(store.putIfAbsent(key, attempt), "putIfAbsent");
    } catch (Throwable e) {
      // A store may throw anything, such as the checked exceptions of a database from Kotlin.
      Failures.beforeReplacing(e);
      // It may have stored the entry before it failed.
      Failures.quietly(() -> store.remove(key, attempt));
      throw new MailException(
          Kind.UNREACHABLE,
          // Our own store states what to do; the message of another may repeat a key.
          e instanceof InMemoryIdempotencyStore.Full
              ? e.getMessage() + " The email was not sent."
              : ("The idempotency store failed with %s, so the email was not sent. Send it again"
                      + " when the store works.")
                  .formatted(e.getClass().getSimpleName()),
          Failures.withoutMessage(e));
    }
  }

  private MailReceipt outcomeOf(Entry known) {
    if (known.state() == State.SENT) {
      return MailReceipt.of(known.id());
    }
    if (isUnknown(known)) {
      throw new MailException(
          Kind.UNKNOWN_OUTCOME,
          ("The outcome of the email with this idempotency key is unknown since %s (attempt %s); it"
                  + " was not sent again. Look it up in SES's events, then call confirm(key, receipt)"
                  + " if it was sent, or forget(key) to let it be sent again.")
              .formatted(known.since(), known.id()));
    }
    throw MailException.retriable(
        Kind.UNKNOWN_OUTCOME,
        "Another call is sending the email with this idempotency key; it was not sent a second"
            + " time. Call again with the same key to get the outcome.",
        Duration.ofSeconds(1));
  }

  private MailReceipt sendFirst(String key, Entry attempt, Email email, TransactionalMailer next) {
    // Whatever is thrown from here on, the email may be on its way.
    @Nullable State outcome = State.UNKNOWN;
    String id = attempt.id();
    try {
      MailReceipt receipt = next.send(email);
      id = receipt.messageId();
      outcome = State.SENT;
      return receipt;
    } catch (MailException e) {
      if (e.delivery() == Delivery.NOT_SENT) {
        outcome = null;
      }
      throw e;
    } finally {
      record(key, attempt, outcome, id);
    }
  }

  /** A store, clock or logger that fails now must hide neither the receipt nor the failure. */
  private void record(String key, Entry attempt, @Nullable State outcome, String id) {
    try {
      boolean recorded =
          outcome == null
              ? store.remove(key, attempt)
              : store.replace(key, attempt, entry(outcome, id));
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
    Entry sent = entry(State.SENT, receipt.messageId());
    return unknown(key).map(entry -> store.replace(key, entry, sent)).orElse(false);
  }

  boolean forget(String key) {
    return unknown(key).map(entry -> store.remove(key, entry)).orElse(false);
  }

  private Optional<Entry> unknown(String key) {
    return store.find(Objects.requireNonNull(key, "key")).filter(this::isUnknown);
  }

  private boolean isUnknown(Entry entry) {
    return switch (entry.state()) {
      case SENT -> false;
      case UNKNOWN -> true;
      case IN_PROGRESS ->
          !IN_FLIGHT.contains(entry.id())
              && Duration.between(entry.since(), clock.instant()).compareTo(abandonedAfter) >= 0;
    };
  }

  /** In milliseconds, which databases keep. */
  private Entry entry(State state, String id) {
    return new Entry(state, clock.instant().truncatedTo(ChronoUnit.MILLIS), id);
  }

  @Override
  public String toString() {
    return "once";
  }
}
