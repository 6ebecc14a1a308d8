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
 * {@link Entry#since()} as precisely as it got it, which is to the millisecond. An exception that a
 * store throws before an email is sent stops the email, which was certainly not sent; one that it
 * throws after that leaves the key in progress.
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
   * {@return a new store of 10,000 keys, each remembered for a day after its email was sent; see
   * {@link #inMemory(int, Duration, Clock)}}
   */
  static IdempotencyStore inMemory() {
    return inMemory(10_000, Duration.ofDays(1), Clock.systemUTC());
  }

  /**
   * Returns a new store in this process, which is enough if one process sends and may forget when
   * it restarts.
   *
   * <p>When the store is full, the email that was sent longest ago is forgotten first. An email
   * that is being sent or whose outcome is unknown is never forgotten by itself; a store that holds
   * nothing else refuses new keys. Thread-safe.
   *
   * @param maxKeys the maximum number of keys, at least 1
   * @param remembered how long a key is remembered after its email was sent
   * @param clock the clock
   * @return a new, isolated store
   * @throws IllegalArgumentException if {@code maxKeys} or {@code remembered} is not positive
   */
  static IdempotencyStore inMemory(int maxKeys, Duration remembered, Clock clock) {
    return new InMemoryIdempotencyStore(maxKeys, remembered, clock);
  }
}
