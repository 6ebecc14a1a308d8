package com.healthmetrics.aws.mail;

import com.healthmetrics.aws.mail.IdempotencyStore.Entry;
import com.healthmetrics.aws.mail.IdempotencyStore.State;
import com.healthmetrics.aws.mail.MailException.Delivery;
import com.healthmetrics.aws.mail.MailException.Kind;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends an email once per idempotency key; SES has no such key, so a store remembers it. */
record OnceStep(IdempotencyStore store, Clock clock, Duration abandonedAfter)
    implements MailerStep {
  private static final Logger LOG = LoggerFactory.getLogger(MailerChain.class);

  @Override
  public MailReceipt send(Email email, TransactionalMailer next) {
    Optional<String> key = email.idempotencyKey();
    return key.isPresent() ? sendOnce(key.get(), email, next) : next.send(email);
  }

  private MailReceipt sendOnce(String key, Email email, TransactionalMailer next) {
    Entry attempt = entry(State.IN_PROGRESS, UUID.randomUUID().toString());
    Optional<Entry> known;
    try {
      known = store.putIfAbsent(key, attempt);
    } catch (RuntimeException e) {
      throw new MailException(
          Kind.UNREACHABLE,
          // Our own store states what to do; the message of another may repeat a key.
          store instanceof InMemoryIdempotencyStore
              ? e.getMessage() + " The email was not sent."
              : ("The idempotency store failed with %s, so the email was not sent. Send it again"
                      + " when the store works.")
                  .formatted(e.getClass().getSimpleName()),
          Failures.withoutMessage(e));
    }
    return known.isPresent() ? outcomeOf(known.get()) : sendFirst(key, attempt, email, next);
  }

  private MailReceipt outcomeOf(Entry known) {
    if (known.state() == State.SENT) {
      return MailReceipt.of(known.id());
    }
    if (isUnknown(known)) {
      throw new MailException(
          Kind.UNKNOWN_OUTCOME,
          ("The outcome of the email with this idempotency key is unknown since %s; it was not sent"
                  + " again. Look it up in SES's events, then call confirm(key, receipt) if it was"
                  + " sent, or forget(key) to let it be sent again.")
              .formatted(known.since()));
    }
    throw MailException.retriable(
        Kind.UNKNOWN_OUTCOME,
        "Another call is sending the email with this idempotency key; it was not sent a second"
            + " time. Call again with the same key to get the outcome.",
        Duration.ofSeconds(1));
  }

  private MailReceipt sendFirst(String key, Entry attempt, Email email, TransactionalMailer next) {
    // Whatever fails from here on, the email may be on its way.
    @Nullable Entry outcome = entry(State.UNKNOWN, attempt.id());
    try {
      MailReceipt receipt = next.send(email);
      outcome = entry(State.SENT, receipt.messageId());
      return receipt;
    } catch (MailException e) {
      if (e.delivery() == Delivery.NOT_SENT) {
        outcome = null;
      }
      throw e;
    } finally {
      record(key, attempt, outcome);
    }
  }

  /** A store that fails now must lose neither the receipt nor the failure. */
  private void record(String key, Entry attempt, @Nullable Entry outcome) {
    try {
      boolean recorded =
          outcome == null ? store.remove(key, attempt) : store.replace(key, attempt, outcome);
      if (!recorded) {
        LOG.warn("An idempotency key was updated concurrently while its email was being sent");
      }
    } catch (RuntimeException e) {
      LOG.warn(
          "The idempotency store failed with {} after an email was handled; its key stays in"
              + " progress and will count as unknown",
          e.getClass().getName());
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
      case IN_PROGRESS -> !clock.instant().isBefore(entry.since().plus(abandonedAfter));
    };
  }

  /** In milliseconds, which databases keep. */
  private Entry entry(State state, String id) {
    return new Entry(state, Instant.ofEpochMilli(clock.millis()), id);
  }

  @Override
  public String toString() {
    return "once";
  }
}
