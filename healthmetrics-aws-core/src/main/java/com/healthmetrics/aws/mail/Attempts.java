package com.healthmetrics.aws.mail;

import com.healthmetrics.aws.internal.Failures;
import com.healthmetrics.aws.mail.EndedAttempts.Ended;
import com.healthmetrics.aws.mail.IdempotencyStore.Entry;
import com.healthmetrics.aws.mail.IdempotencyStore.State;
import com.healthmetrics.aws.mail.Settlement.Outcome;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * The state machine of the once-only step: all changes of an entry, whether its sender, an event of
 * SES or a person makes them.
 *
 * <p>Every change is a compare-and-set, so of several that happen at once one wins, and the others
 * start from what it left. {@code docs/settling.md} draws it.
 */
final class Attempts {
  /** Of each, a key of at most 255 characters is kept. */
  private static final int MAX_ENDED = 10_000;

  /** An event changes an entry after at most three others did; more is a store that never does. */
  private static final int MAX_CHANGES = 4;

  private final Settings settings;
  private final IdempotencyStore store;
  private final EndedAttempts ended = new EndedAttempts(MAX_ENDED);
  private final AtomicLong brokenPromises = new AtomicLong();

  /**
   * When the email was accepted that is the youngest of those of which an event came; not when the
   * event came, which may be of an email that is older than the feed's silence.
   */
  private final AtomicReference<@Nullable Instant> seen = new AtomicReference<>();

  /**
   * What a chain is built with.
   *
   * @param inFlight the attempts of this process: those are known to go on, whatever the clock
   *     shows
   */
  record Settings(
      IdempotencyStore store,
      Clock clock,
      Duration abandonedAfter,
      @Nullable Duration resendAfterSilence,
      Set<String> inFlight,
      Logger log) {}

  Attempts(Settings settings) {
    this.settings = settings;
    this.store = settings.store();
  }

  /** A new attempt, which is not in the store yet. */
  Entry next(String key) {
    return entry(key, State.IN_PROGRESS, UUID.randomUUID().toString(), null);
  }

  Entry sent(Entry attempt, String messageId) {
    return entry(attempt.key(), State.SENT, attempt.attempt(), messageId);
  }

  Entry unknown(Entry attempt) {
    return entry(attempt.key(), State.UNKNOWN, attempt.attempt(), null);
  }

  /** Records the sender's outcome, which an event may have anticipated. */
  void record(Entry attempt, Entry outcome) {
    if (!store.replace(attempt, outcome)) {
      Optional<Entry> settled = store.findByAttempt(attempt.attempt());
      if (settled.isEmpty()) {
        logConcurrentUpdate();
      } else if (outcome.state() == State.SENT) {
        isOtherMessage(settled.get(), outcome.messageId());
      }
    }
  }

  /**
   * Records that the email was certainly not sent.
   *
   * @param silent what the attempt was before this try, if it was unknown and is so again
   */
  void recordNotSent(Entry attempt, @Nullable Entry silent) {
    boolean recorded;
    if (silent == null) {
      recorded = removeUnsent(attempt);
    } else {
      recorded = store.replace(attempt, silent);
    }
    if (!recorded) {
      Optional<Entry> settled = store.findByAttempt(attempt.attempt());
      if (settled.filter(entry -> entry.messageId() != null).isPresent()) {
        reportIfPromiseBroke(attempt.attempt());
      } else {
        logConcurrentUpdate();
      }
    }
  }

  /**
   * Removes the entry of an email that was certainly not sent, now or when its key is used next.
   */
  boolean removeUnsent(Entry attempt) {
    ended.add(attempt, true);
    return store.remove(attempt);
  }

  /** {@return whether the store failed to remove an entry, the email of which was not sent} */
  boolean isLeftOver(Entry known) {
    // As a whole: another process may have sent the same attempt again since.
    return !settings.inFlight().contains(known.attempt())
        && ended
            .find(known.attempt())
            .filter(end -> end.promised() && end.entry().equals(known))
            .isPresent();
  }

  /**
   * {@return the next try of an unknown attempt, if its silence means that it was not sent}
   *
   * <p>It is the same attempt, so that a late event of the earlier try still settles it.
   */
  Optional<Entry> retry(Entry unknown) {
    return isSilent(unknown)
        ? Optional.of(entry(unknown.key(), State.IN_PROGRESS, unknown.attempt(), null))
        : Optional.empty();
  }

  /** Only while events come does silence mean anything. */
  private boolean isSilent(Entry unknown) {
    Instant later = seen.get();
    return settings.resendAfterSilence() != null
        && later != null
        && isUnknown(unknown)
        && age(unknown).compareTo(settings.resendAfterSilence()) >= 0
        // While its call may have gone on, the email may have been accepted after the other one.
        && Duration.between(unknown.since(), later).compareTo(settings.abandonedAfter()) >= 0;
  }

  Settlement settle(MailEvent event) {
    Optional<AttemptEvent> settling = AttemptEvent.of(event);
    if (settling.isEmpty()) {
      return new Settlement(Outcome.NOT_SETTLING, Optional.empty(), Optional.empty(), List.of());
    }
    Optional<String> attempt = settling.get().attempt();
    if (attempt.isEmpty()) {
      return settling.get().settlement(Outcome.NO_TAG, Optional.empty());
    }
    for (int tries = 0; tries <= MAX_CHANGES; tries++) {
      Optional<Entry> entry = store.findByAttempt(attempt.get());
      Optional<Settlement> settlement =
          entry.isPresent()
              ? settle(entry.get(), settling.get())
              : settleEnded(attempt.get(), settling.get());
      if (settlement.isPresent()) {
        return settlement.get();
      }
    }
    throw Invalid.state(
        "The idempotency store refused %s times to replace the entry that it returned (attempt %s)."
            + " Hand the event in again.",
        MAX_CHANGES + 1, attempt.get());
  }

  /** {@return empty if the entry was changed meanwhile} */
  private Optional<Settlement> settle(Entry entry, AttemptEvent event) {
    // By two clocks: an entry that was settled is younger than its email, and SES's may be ahead.
    Instant accepted = event.accepted().isBefore(entry.since()) ? event.accepted() : entry.since();
    seen.accumulateAndGet(accepted, Attempts::later);
    reportIfPromiseBroke(entry.attempt());
    Outcome outcome = Outcome.SETTLED;
    if (isOtherMessage(entry, event.messageId())) {
      outcome = Outcome.OTHER_MESSAGE;
    } else if (entry.state() == event.state() || entry.state() == State.REJECTED) {
      outcome = Outcome.ALREADY;
    } else if (!store.replace(entry, settled(entry.key(), entry.attempt(), event))) {
      return Optional.empty();
    }
    return Optional.of(event.settlement(outcome, Optional.of(entry.key())));
  }

  /** {@return empty if the attempt, which had no entry, has one now} */
  private Optional<Settlement> settleEnded(String attempt, AttemptEvent event) {
    Optional<Ended> known = ended.find(attempt);
    if (known.isEmpty()) {
      logUnknownAttempt(attempt, event);
      return Optional.of(event.settlement(Outcome.UNKNOWN_ATTEMPT, Optional.empty()));
    }
    String key = known.get().entry().key();
    boolean promised = known.get().promised();
    Optional<Entry> current =
        promised
            // Whoever sends with this key next gets the receipt instead of a second email.
            ? store.putIfAbsent(settled(key, attempt, event))
            : store.find(key);
    if (promised) {
      reportIfPromiseBroke(attempt);
    }
    if (current.filter(entry -> entry.attempt().equals(attempt)).isPresent()) {
      return Optional.empty();
    }
    Outcome outcome =
        current.isPresent()
            ? Outcome.OTHER_ATTEMPT
            : promised ? Outcome.BROKEN_PROMISE : Outcome.UNKNOWN_ATTEMPT;
    return Optional.of(event.settlement(outcome, Optional.of(key)));
  }

  /** A store may forget a key before the last of its events, but not before the first. */
  private void logUnknownAttempt(String attempt, AttemptEvent event) {
    if (event.meaning() == Settlement.Meaning.ACCEPTED) {
      Failures.quietly(
          () ->
              settings
                  .log()
                  .warn(
                      "SES accepted an email of an attempt that is not known ({}): its key was"
                          + " forgotten, or another process or application sent it",
                      attempt));
    }
  }

  private static Instant later(@Nullable Instant one, Instant other) {
    return one != null && one.isAfter(other) ? one : other;
  }

  /** Reports it, too: one attempt makes one email. */
  private boolean isOtherMessage(Entry entry, @Nullable String messageId) {
    boolean other = entry.messageId() != null && !entry.messageId().equals(messageId);
    if (other) {
      Failures.quietly(
          () ->
              settings
                  .log()
                  .error(
                      "SES accepted the email {} of an attempt ({}) that is known as the email {}: there"
                          + " are two emails, or one of the ids was confirmed by mistake",
                      messageId,
                      entry.attempt(),
                      entry.messageId()));
    }
    return other;
  }

  /** Once for each attempt, whatever the number of its events. */
  private void reportIfPromiseBroke(String attempt) {
    if (ended.breakPromise(attempt)) {
      long count = brokenPromises.incrementAndGet();
      Failures.quietly(
          () ->
              settings
                  .log()
                  .error(
                      "SES accepted an email (attempt {}) that was reported as certainly not sent;"
                          + " its recipient may get a second one ({} such emails of this chain so far)",
                      attempt,
                      count));
    }
  }

  private void logConcurrentUpdate() {
    settings
        .log()
        .warn("An idempotency key was updated concurrently while its email was being sent");
  }

  long brokenPromises() {
    return brokenPromises.get();
  }

  List<Entry> unresolved(Duration olderThan, int limit) {
    // Another clock may have dated an entry later than this one shows.
    Instant before = olderThan.isZero() ? Instant.MAX : settings.clock().instant().minus(olderThan);
    return store.unresolved(before, limit);
  }

  boolean confirm(String key, MailReceipt receipt) {
    String messageId = receipt.messageId();
    return store
        .find(key)
        .filter(this::isUnknown)
        .map(entry -> store.replace(entry, sent(entry, messageId)))
        .orElse(false);
  }

  boolean forget(String key) {
    Optional<Entry> entry =
        store
            .find(key)
            .filter(known -> isUnknown(known) || known.state() == State.REJECTED)
            .filter(store::remove);
    entry.ifPresent(known -> ended.add(known, false));
    return entry.isPresent();
  }

  boolean isUnknown(Entry entry) {
    return switch (entry.state()) {
      case SENT, REJECTED -> false;
      case UNKNOWN -> true;
      case IN_PROGRESS ->
          !settings.inFlight().contains(entry.attempt())
              && age(entry).compareTo(settings.abandonedAfter()) >= 0;
    };
  }

  private Duration age(Entry entry) {
    return Duration.between(entry.since(), settings.clock().instant());
  }

  private Entry settled(String key, String attempt, AttemptEvent event) {
    return entry(key, event.state(), attempt, event.messageId());
  }

  private Entry entry(String key, State state, String attempt, @Nullable String messageId) {
    return new Entry(key, state, settings.clock().instant(), attempt, messageId);
  }
}
