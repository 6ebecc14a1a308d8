package com.healthmetrics.aws.mail;

import com.healthmetrics.aws.internal.Required;
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

/**
 * Sends a mail once, however often it is asked, by the key that {@link
 * Email.Builder#idempotencyKey} gave it.
 *
 * <p>SES knows no idempotency token, so this is remembered on our side, in a {@link Store}. What
 * becomes of a mail whose key is known:
 *
 * <ul>
 *   <li>It was sent: the same receipt again, and nothing is sent.
 *   <li>Nobody knows whether it was sent: refused as {@link Kind#UNKNOWN_OUTCOME}, until somebody
 *       who found out says so, with {@link #confirm} or {@link #forget}.
 *   <li>Another call is sending it: refused likewise, with a {@link MailException#retryAfter()};
 *       nobody waits here. When that call does not end within {@link Builder#abandonedAfter}, its
 *       process has crashed, and nobody knows whether the mail was sent.
 *   <li>It certainly was not sent: sent now. A failure of that kind leaves no trace of the key.
 * </ul>
 *
 * <p>Mails without a key pass.
 *
 * <pre>{@code
 * IdempotentMailer once =
 *     IdempotentMailer.builder(mailer).store(new IdempotentMailer.InMemoryStore()).build();
 * Email keyed = email.toBuilder().idempotencyKey("reset-7f3c9a51").build();
 * MailReceipt first = once.send(keyed);
 * MailReceipt again = once.send(keyed); // the same receipt, no second mail
 * }</pre>
 *
 * <p>Safe for use by several threads, and by several processes that share a store.
 */
public final class IdempotentMailer implements TransactionalMailer {
  private static final Logger LOG = LoggerFactory.getLogger(IdempotentMailer.class);

  private final TransactionalMailer mailer;
  private final Store store;
  private final Clock clock;
  private final Duration abandonedAfter;

  /** How far a mail is. */
  public enum State {
    /** A call is sending it, or was when its process crashed. */
    IN_PROGRESS,
    /** It was accepted. */
    SENT,
    /** It may have been accepted; nobody can tell. */
    UNKNOWN
  }

  /**
   * What a store keeps for a key; three columns of a table.
   *
   * @param state how far the mail is
   * @param since since when
   * @param id the receipt's message id of a mail that was sent, else an id of the attempt
   */
  public record Entry(State state, Instant since, String id) {

    /**
     * An entry, as a store reads it back.
     *
     * @param state how far the mail is
     * @param since since when
     * @param id the receipt's message id, or an id of the attempt
     * @throws NullPointerException if an argument is null
     */
    public Entry {
      Objects.requireNonNull(state, "state");
      Objects.requireNonNull(since, "since");
      Objects.requireNonNull(id, "id");
    }
  }

  /**
   * Remembers what became of keys: in memory ({@link InMemoryStore}), or in a database that several
   * processes share.
   *
   * <p>Every method is atomic: of several callers at the same time, one wins and the others see its
   * entry. Entries are compared with {@code equals}, so a store keeps {@link Entry#since()} as
   * precisely as it got it, which is to the millisecond. What a store throws before a mail is sent
   * stops the mail, as certainly not sent; what it throws after that leaves the key in progress.
   */
  public interface Store {

    /**
     * What is known of a key.
     *
     * @param key the key
     * @return its entry, or empty when nothing is known
     */
    Optional<Entry> find(String key);

    /**
     * Keeps an entry if there is none.
     *
     * @param key the key
     * @param entry what to keep
     * @return empty if it was kept, else the entry that was there
     */
    Optional<Entry> putIfAbsent(String key, Entry entry);

    /**
     * Replaces an entry if it still is the expected one.
     *
     * @param key the key
     * @param expected what must be there
     * @param entry what takes its place
     * @return whether it was replaced
     */
    boolean replace(String key, Entry expected, Entry entry);

    /**
     * Removes an entry if it still is the expected one.
     *
     * @param key the key
     * @param expected what must be there
     * @return whether it was removed
     */
    boolean remove(String key, Entry expected);
  }

  private IdempotentMailer(Builder builder, Store store) {
    this.mailer = builder.mailer;
    this.store = store;
    this.clock = builder.clock;
    this.abandonedAfter = builder.abandonedAfter;
  }

  /**
   * A builder that needs at least a store.
   *
   * @param mailer what sends the mails; it stays yours to close
   * @return a new builder
   * @throws NullPointerException if {@code mailer} is null
   */
  public static Builder builder(TransactionalMailer mailer) {
    return new Builder(Objects.requireNonNull(mailer, "mailer"));
  }

  /**
   * Sends the mail, unless its key says that this was done or may have been.
   *
   * @return the receipt, possibly that of an earlier call
   * @throws MailException of kind {@code UNKNOWN_OUTCOME} also where nothing was tried now, since
   *     an earlier or another call with this key may have sent the mail; of kind {@code
   *     UNREACHABLE} if the store failed before anything was sent
   */
  @Override
  public MailReceipt send(Email email) {
    Optional<String> key = email.idempotencyKey();
    return key.isPresent() ? sendOnce(key.get(), email) : mailer.send(email);
  }

  private MailReceipt sendOnce(String key, Email email) {
    Entry attempt = entry(State.IN_PROGRESS, UUID.randomUUID().toString());
    Optional<Entry> known;
    try {
      known = store.putIfAbsent(key, attempt);
    } catch (RuntimeException e) {
      throw new MailException(
          Kind.UNREACHABLE,
          // Our own store says what to do; what another says may repeat a key.
          store instanceof InMemoryStore
              ? e.getMessage() + " The mail was not sent."
              : "The store of idempotency keys failed with "
                  + e.getClass().getSimpleName()
                  + ", so the mail was not sent. Send it again when the store works.",
          Failures.withoutMessage(e));
    }
    return known.isPresent() ? answer(known.get()) : sendFirst(key, attempt, email);
  }

  private MailReceipt answer(Entry known) {
    if (known.state() == State.SENT) {
      return MailReceipt.of(known.id());
    }
    if (isUnknown(known)) {
      throw new MailException(
          Kind.UNKNOWN_OUTCOME,
          "Nobody knows whether the mail with this idempotency key was sent, since "
              + known.since()
              + "; it was not sent again. Look it up in SES's events, then call confirm(key,"
              + " receipt) if it was sent, or forget(key) to let it be sent again.");
    }
    throw MailException.retriable(
        Kind.UNKNOWN_OUTCOME,
        "Another call is sending the mail with this idempotency key; it was not sent a second time."
            + " Ask again with the same key to learn what became of it.",
        Duration.ofSeconds(1));
  }

  private MailReceipt sendFirst(String key, Entry attempt, Email email) {
    // Until we know better: whatever breaks from here on, the mail may be on its way.
    @Nullable Entry outcome = entry(State.UNKNOWN, attempt.id());
    try {
      MailReceipt receipt = mailer.send(email);
      outcome = entry(State.SENT, receipt.messageId());
      return receipt;
    } catch (MailException e) {
      if (e.delivery() == Delivery.NOT_SENT) {
        outcome = null;
      }
      throw e;
    } finally {
      settle(key, attempt, outcome);
    }
  }

  /** Neither receipt nor failure may be lost to a store that fails now. */
  private void settle(String key, Entry attempt, @Nullable Entry outcome) {
    try {
      boolean settled =
          outcome == null ? store.remove(key, attempt) : store.replace(key, attempt, outcome);
      if (!settled) {
        LOG.warn("An idempotency key was settled by somebody else while its mail was being sent");
      }
    } catch (RuntimeException e) {
      LOG.warn(
          "The store of idempotency keys failed with {} after a mail was handled; its key stays in"
              + " progress, and will count as unknown",
          e.getClass().getName());
    }
  }

  /**
   * Says that a mail of unknown outcome was sent, as its events have shown; from now on its key
   * gives this receipt.
   *
   * @param key the mail's key
   * @param receipt the receipt with the id under which SES knows the mail
   * @return whether the outcome was unknown; where it was not, nothing is changed
   * @throws NullPointerException if an argument is null
   */
  public boolean confirm(String key, MailReceipt receipt) {
    Entry sent = entry(State.SENT, receipt.messageId());
    return unknown(key).map(entry -> store.replace(key, entry, sent)).orElse(false);
  }

  /**
   * Says that a mail of unknown outcome may be sent again: it was not sent, or a second one does no
   * harm.
   *
   * @param key the mail's key
   * @return whether the outcome was unknown; where it was not, nothing is changed
   * @throws NullPointerException if {@code key} is null
   */
  public boolean forget(String key) {
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

  /** What is wrapped. */
  @Override
  public String toString() {
    return "IdempotentMailer[" + mailer + "]";
  }

  /**
   * Collects what sending once needs.
   *
   * <p>Mutable and not safe for use by several threads.
   */
  public static final class Builder {
    private final TransactionalMailer mailer;
    private @Nullable Store store;
    private Clock clock = Clock.systemUTC();
    private Duration abandonedAfter = Duration.ofMinutes(10);

    private Builder(TransactionalMailer mailer) {
      this.mailer = mailer;
    }

    /**
     * Sets where keys are remembered.
     *
     * @param store {@link InMemoryStore} for one process, a database for several
     * @return this builder
     * @throws NullPointerException if {@code store} is null
     */
    public Builder store(Store store) {
      this.store = Objects.requireNonNull(store, "store");
      return this;
    }

    /**
     * Sets after how long a call that has not ended counts as crashed; 10 minutes when not called.
     *
     * @param time longer than any call takes, waiting for a rate limit included
     * @return this builder
     * @throws NullPointerException if {@code time} is null
     * @throws IllegalArgumentException if it is not positive
     */
    public Builder abandonedAfter(Duration time) {
      if (time.isNegative() || time.isZero()) {
        throw new IllegalArgumentException(
            "A call cannot count as crashed after " + time + ". Give a positive time.");
      }
      abandonedAfter = time;
      return this;
    }

    /**
     * Sets the clock that says since when a mail is being sent; the system's is the default.
     *
     * @param clock what says now
     * @return this builder
     * @throws NullPointerException if {@code clock} is null
     */
    public Builder clock(Clock clock) {
      this.clock = Objects.requireNonNull(clock, "clock");
      return this;
    }

    /**
     * The mailer.
     *
     * @return the mailer
     * @throws IllegalStateException if no store was said
     */
    public IdempotentMailer build() {
      Required.of("The mailer").value("store", store).check();
      return new IdempotentMailer(this, Objects.requireNonNull(store));
    }
  }

  /**
   * Remembers keys in this process, which is enough where one process sends and may forget when it
   * restarts.
   *
   * <p>The key of a mail that was sent is remembered for a day, or as the constructor says. When
   * the store is full, the mail that was sent longest ago is forgotten first. A mail that is being
   * sent or whose outcome is unknown is never forgotten by itself; with nothing but those the store
   * refuses new keys.
   *
   * <p>Safe for use by several threads.
   */
  public static final class InMemoryStore implements Store {
    private static final int MAX_KEYS = 10_000;

    private final KeyTable keys;

    /** A store of 10,000 keys, each remembered for a day after its mail was sent. */
    public InMemoryStore() {
      this(MAX_KEYS, Duration.ofDays(1), Clock.systemUTC());
    }

    /**
     * A store of another size.
     *
     * @param maxKeys how many keys it holds at most, at least 1
     * @param remembered how long a key is remembered after its mail was sent
     * @param clock what says now
     * @throws NullPointerException if an argument is null
     * @throws IllegalArgumentException if {@code maxKeys} or {@code remembered} is not positive
     */
    public InMemoryStore(int maxKeys, Duration remembered, Clock clock) {
      if (maxKeys < 1 || remembered.isNegative() || remembered.isZero()) {
        throw new IllegalArgumentException(
            "A store of "
                + maxKeys
                + " keys for "
                + remembered
                + " remembers nothing. Give at least one key and a positive time.");
      }
      keys = new KeyTable(maxKeys, remembered, Objects.requireNonNull(clock, "clock"));
    }

    @Override
    public Optional<Entry> find(String key) {
      return keys.find(key);
    }

    @Override
    public Optional<Entry> putIfAbsent(String key, Entry entry) {
      return keys.putIfAbsent(key, entry);
    }

    @Override
    public boolean replace(String key, Entry expected, Entry entry) {
      return keys.replace(key, expected, entry);
    }

    @Override
    public boolean remove(String key, Entry expected) {
      return keys.remove(key, expected);
    }

    /** How many keys it holds. */
    @Override
    public String toString() {
      return "InMemoryStore[" + keys.size() + " keys]";
    }
  }
}
