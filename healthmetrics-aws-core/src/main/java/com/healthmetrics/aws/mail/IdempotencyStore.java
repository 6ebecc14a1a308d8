package com.healthmetrics.aws.mail;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * Remembers the outcome of emails by idempotency key, for {@link MailerChain.Builder#once}: in
 * memory, or in a database that several processes share.
 *
 * <p>Implementations are thread-safe, and every method is atomic: of several concurrent callers one
 * wins and the others see its entry. Entries are compared with {@code equals}, so a store keeps
 * {@link Entry#since()} as precisely as it got it, which is to the millisecond.
 *
 * <p>"Never twice" holds for as long as the store remembers a key, so that time is longer than any
 * caller repeats a call. A store may throw anything, errors and checked exceptions included: before
 * an email is sent it stops the email, which was certainly not sent; after that it leaves the key
 * in progress, and hides neither receipt nor failure.
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
    UNKNOWN
  }

  /**
   * The entry of a key; three columns of a table.
   *
   * @param state the delivery state
   * @param since when the state was entered
   * @param id the receipt's message id if the email was sent, otherwise an id of the attempt
   */
  record Entry(State state, Instant since, String id) {

    /**
     * Creates an entry, as a store reads it back.
     *
     * @param state the delivery state
     * @param since when the state was entered
     * @param id the receipt's message id, or an id of the attempt
     */
    public Entry {
      Objects.requireNonNull(state, "state");
      Objects.requireNonNull(since, "since");
      Objects.requireNonNull(id, "id");
    }
  }

  /**
   * {@return the entry of a key, or empty if there is none}
   *
   * @param key the key
   */
  Optional<Entry> find(String key);

  /**
   * Adds an entry if there is none.
   *
   * @param key the key
   * @param entry the entry to add
   * @return empty if it was added, otherwise the existing entry
   */
  Optional<Entry> putIfAbsent(String key, Entry entry);

  /**
   * Replaces an entry if it still is the expected one.
   *
   * @param key the key
   * @param expected the expected entry
   * @param entry the new entry
   * @return whether it was replaced
   */
  boolean replace(String key, Entry expected, Entry entry);

  /**
   * Removes an entry if it still is the expected one.
   *
   * @param key the key
   * @param expected the expected entry
   * @return whether it was removed
   */
  boolean remove(String key, Entry expected);

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
   * <p>A sent email is forgotten after the time that keys are remembered; a full store makes room
   * for a new key:
   *
   * <ol>
   *   <li>The email whose outcome is unknown for longest is forgotten, if that is at least as long
   *       as keys are remembered. It is logged as a warning, with {@link Entry#since()} and the id
   *       of the attempt, and without the key, which may be personal.
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
