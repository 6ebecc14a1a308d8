package com.healthmetrics.aws.mail;

import com.healthmetrics.aws.internal.Failures;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Idempotency keys in memory, by state; {@link IdempotencyStore#inMemory(int, Duration, Clock)}.
 */
final class InMemoryIdempotencyStore implements IdempotencyStore {
  private final int maxKeys;
  private final Duration remembered;
  private final Clock clock;
  private final Logger log;
  private final ReentrantLock lock = new ReentrantLock();

  /** Those that entered the state last at the end. */
  private final Map<State, LinkedHashMap<String, Kept>> table = new EnumMap<>(State.class);

  private boolean nearlyFull;

  /** By our own clock; {@link Entry#since()} is by the clock of whatever wrote the entry. */
  private record Kept(Entry entry, Instant changed) {}

  /** A refusal whose message has no key, also when another store wraps this one. */
  static final class Full extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    private Full(int maxKeys, Duration remembered) {
      super(
          ("All %s keys are of emails that are being sent, or whose outcome is unknown for less than"
                  + " %s, so none can be forgotten. Confirm or forget some, or make the store"
                  + " larger.")
              .formatted(maxKeys, remembered));
    }
  }

  InMemoryIdempotencyStore(int maxKeys, Duration remembered, Clock clock) {
    this(maxKeys, remembered, clock, LoggerFactory.getLogger(IdempotencyStore.class));
  }

  InMemoryIdempotencyStore(int maxKeys, Duration remembered, Clock clock, Logger log) {
    if (maxKeys < 1 || remembered.isNegative() || remembered.isZero()) {
      throw Invalid.argument(
          "A store of %s keys for %s remembers nothing. Use at least 1 key and a positive"
              + " duration.",
          maxKeys, remembered);
    }
    this.maxKeys = maxKeys;
    this.remembered = remembered;
    this.clock = Objects.requireNonNull(clock, "clock");
    this.log = log;
    for (State state : State.values()) {
      table.put(state, new LinkedHashMap<>());
    }
  }

  @Override
  public Optional<Entry> find(String key) {
    Objects.requireNonNull(key, "key");
    return locked(now -> entry(key));
  }

  @Override
  public Optional<Entry> putIfAbsent(String key, Entry entry) {
    Objects.requireNonNull(key, "key");
    Objects.requireNonNull(entry, "entry");
    List<Runnable> reports = new ArrayList<>();
    Optional<Entry> known =
        locked(
            now -> {
              Optional<Entry> present = entry(key);
              if (present.isEmpty()) {
                makeRoom(now, reports);
                put(key, entry, now);
                reportIfNearlyFull(reports);
              }
              return present;
            });
    // Without the lock, which no logger may hold up.
    reports.forEach(Failures::quietly);
    return known;
  }

  @Override
  public boolean replace(String key, Entry expected, Entry entry) {
    Objects.requireNonNull(entry, "entry");
    return locked(
        now -> {
          boolean same = isSame(key, expected);
          if (same) {
            // First, as a lack of memory here must not lose the key.
            put(key, entry, now);
            if (expected.state() != entry.state()) {
              in(expected.state()).remove(key);
            }
          }
          return same;
        });
  }

  @Override
  public boolean remove(String key, Entry expected) {
    return locked(
        now -> {
          boolean same = isSame(key, expected);
          if (same) {
            in(expected.state()).remove(key);
          }
          return same;
        });
  }

  private Map<String, Kept> in(State state) {
    return Objects.requireNonNull(table.get(state));
  }

  private int size() {
    return table.values().stream().mapToInt(Map::size).sum();
  }

  private Optional<Entry> entry(String key) {
    for (Map<String, Kept> entries : table.values()) {
      Kept kept = entries.get(key);
      if (kept != null) {
        return Optional.of(kept.entry());
      }
    }
    return Optional.empty();
  }

  private boolean isSame(String key, Entry expected) {
    Objects.requireNonNull(key, "key");
    Objects.requireNonNull(expected, "expected");
    return entry(key).equals(Optional.of(expected));
  }

  private void put(String key, Entry entry, Instant now) {
    in(entry.state()).put(key, new Kept(entry, now));
  }

  private boolean isOld(Kept kept, Instant now) {
    return Duration.between(kept.changed(), now).compareTo(remembered) >= 0;
  }

  /** Time settles no outcome: a key whose outcome is unknown stays while there is room. */
  private void forgetLongSent(Instant now) {
    Iterator<Kept> oldestFirst = in(State.SENT).values().iterator();
    while (oldestFirst.hasNext() && isOld(oldestFirst.next(), now)) {
      oldestFirst.remove();
    }
  }

  private void makeRoom(Instant now, List<Runnable> reports) {
    if (size() < maxKeys) {
      return;
    }
    Iterator<Kept> unknown = in(State.UNKNOWN).values().iterator();
    Kept oldest = unknown.hasNext() ? unknown.next() : null;
    if (oldest != null && isOld(oldest, now)) {
      unknown.remove();
      reports.add(() -> logForgotten(oldest.entry()));
      return;
    }
    Iterator<Kept> sent = in(State.SENT).values().iterator();
    if (!sent.hasNext()) {
      throw new Full(maxKeys, remembered);
    }
    sent.next();
    sent.remove();
  }

  private void logForgotten(Entry unknown) {
    log.warn(
        "The idempotency store is full and has forgotten an email whose outcome is unknown"
            + " since {} (attempt {}): a call with its key would send it again. Make the"
            + " store larger than {} keys, or settle unknown outcomes.",
        unknown.since(),
        unknown.id(),
        maxKeys);
  }

  private void reportIfNearlyFull(List<Runnable> reports) {
    int size = size();
    if (nearlyFull || size < percent(80)) {
      return;
    }
    nearlyFull = true;
    int sent = in(State.SENT).size();
    int unknown = in(State.UNKNOWN).size();
    reports.add(
        () ->
            log.warn(
                "The idempotency store holds {} of at most {} keys: {} of emails that were sent, {}"
                    + " of unknown outcome. When it is full it forgets old unknown outcomes, then"
                    + " emails that were sent, before their time, and then refuses emails. Make it larger, or settle unknown"
                    + " outcomes.",
                size,
                maxKeys,
                sent,
                unknown));
  }

  private int percent(int percent) {
    return Math.toIntExact(((long) maxKeys * percent + 99) / 100);
  }

  private <T> T locked(Function<Instant, T> work) {
    lock.lock();
    try {
      Instant now = clock.instant();
      forgetLongSent(now);
      T result = work.apply(now);
      // Not at 80 % at once: a number of keys that varies about it is reported once.
      nearlyFull &= size() >= percent(60);
      return result;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public String toString() {
    return "IdempotencyStore[" + locked(now -> size()) + " keys]";
  }
}
