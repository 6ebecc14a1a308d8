package com.healthmetrics.aws.mail;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Remembers the outcome of emails by idempotency key, for {@link MailerChain.Builder#once}: in
 * memory, or in a database that several processes share.
 *
 * <p>Implementations are thread-safe, and every method is atomic: of several concurrent callers one
 * wins and the others see its entry. Entries are compared with {@code equals}, so a store returns
 * each of their values as it got it.
 *
 * <p>"Never twice" holds for as long as the store remembers a key, so that time is longer than any
 * caller repeats a call, and than SES's events about an email arrive. A store may throw anything,
 * errors and checked exceptions included: before an email is sent it stops the email, which was
 * certainly not sent; after that it leaves the key in progress, and hides neither receipt nor
 * failure.
 *
 * <pre>{@code
 * MailerChain chain = MailerChain.builder().once(IdempotencyStore.inMemory()).build();
 * }</pre>
 */
public interface IdempotencyStore {

  /** Delivery state of an email. */
  enum State {
    /** A call is sending it, or was when its process crashed. */
    IN_PROGRESS,
    /** It was accepted. */
    SENT,
    /** It may have been accepted; the outcome is unknown. */
    UNKNOWN,
    /** SES accepted it, found it harmful and delivered it to nobody. */
    REJECTED
  }

  /**
   * The entry of a key; a row of a table.
   *
   * @param key the idempotency key, 1 to 255 characters; it may be personal
   * @param state the delivery state
   * @param since when the state was entered, cut to milliseconds, which databases keep
   * @param attempt the id of the attempt to send it, 1 to 255 characters; no two attempts have the
   *     same, whatever their keys
   * @param messageId the id that the provider gave the email; null while it is unknown
   */
  record Entry(String key, State state, Instant since, String attempt, @Nullable String messageId) {

    /**
     * Creates an entry, as a store reads it back.
     *
     * @param key the idempotency key
     * @param state the delivery state
     * @param since when the state was entered
     * @param attempt the id of the attempt
     * @param messageId the id that the provider gave the email; null while it is unknown
     * @throws IllegalArgumentException if an email that was sent has no message id
     */
    public Entry {
      Objects.requireNonNull(key, "key");
      Objects.requireNonNull(state, "state");
      since = since.truncatedTo(ChronoUnit.MILLIS);
      Objects.requireNonNull(attempt, "attempt");
      if (state == State.SENT && messageId == null) {
        throw Invalid.argument(
            "The entry of an email that was sent has no message id (attempt %s). Keep the id that"
                + " the entry was stored with.",
            attempt);
      }
    }

    /** All but the key, which may be personal. */
    @Override
    public String toString() {
      return "Entry[%s since %s, attempt %s, message %s]"
          .formatted(state, since, attempt, messageId);
    }
  }

  /**
   * {@return the entry of a key, or empty if there is none}
   *
   * @param key the key
   */
  Optional<Entry> find(String key);

  /**
   * {@return the entry of an attempt, or empty if no entry has this attempt now}
   *
   * @param attempt the id of the attempt
   */
  Optional<Entry> findByAttempt(String attempt);

  /**
   * {@return the entries that are {@link State#IN_PROGRESS} or {@link State#UNKNOWN} since an
   * earlier time, the oldest first}
   *
   * @param before the time before which the state was entered; {@link Instant#MAX} lists all
   * @param limit the maximum number of entries, at least 1; the oldest ones are returned
   * @throws IllegalArgumentException if the limit is less than 1
   */
  List<Entry> unresolved(Instant before, int limit);

  /**
   * Adds an entry if there is none of its key.
   *
   * @param entry the entry to add
   * @return empty if it was added, otherwise the existing entry
   */
  Optional<Entry> putIfAbsent(Entry entry);

  /**
   * Replaces an entry if it still is the expected one.
   *
   * @param expected the expected entry
   * @param next the new entry, of the same key
   * @return whether it was replaced
   */
  boolean replace(Entry expected, Entry next);

  /**
   * Removes an entry if it still is the expected one.
   *
   * @param expected the expected entry
   * @return whether it was removed
   */
  boolean remove(Entry expected);

  /**
   * {@return a new store of 10,000 keys, each remembered for a day; see {@link #inMemory(int,
   * Duration, Clock)}}
   */
  static IdempotencyStore inMemory() {
    return inMemory(10_000, Duration.ofDays(1), Clock.systemUTC());
  }

  /**
   * Returns a new store in this process, which is enough if one process sends and may forget when
   * it restarts.
   *
   * <p>An email that was sent or rejected is forgotten after the time that keys are remembered; a
   * full store makes room for a new key:
   *
   * <ol>
   *   <li>The email that was rejected longest ago is forgotten, before its time: sent again, it
   *       would be rejected again.
   *   <li>If there is none, the email whose outcome is unknown for longest is forgotten, if that is
   *       at least as long as keys are remembered. It is logged as a warning, with {@link
   *       Entry#since()} and the id of the attempt, and without the key, which may be personal.
   *   <li>If there is none, the email that was sent longest ago is forgotten, before its time: the
   *       store is too small for "never twice".
   *   <li>Otherwise the new key is refused, and its email was certainly not sent. An email that is
   *       being sent is never forgotten, whatever the clock shows.
   * </ol>
   *
   * <p>A store that is 80 % full logs a warning, and the next one after it was less than 60 % full.
   * Thread-safe.
   *
   * @param maxKeys the maximum number of keys, at least 1; more than the emails of that time
   * @param remembered how long a key is remembered after its last change; any positive duration
   * @param clock the clock
   * @return a new, isolated store
   * @throws IllegalArgumentException if {@code maxKeys} or {@code remembered} is not positive
   */
  static IdempotencyStore inMemory(int maxKeys, Duration remembered, Clock clock) {
    return new InMemoryIdempotencyStore(maxKeys, remembered, clock);
  }
}
