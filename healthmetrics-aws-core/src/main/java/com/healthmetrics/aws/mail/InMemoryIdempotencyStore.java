package com.healthmetrics.aws.mail;

import com.healthmetrics.aws.internal.Failures;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.stream.Stream;
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

  /** By attempt. */
  private final Map<String, String> keys = new HashMap<>();

  private boolean nearlyFull;

  /** By our own clock; {@link Entry#since()} is by the clock of whatever wrote the entry. */
  private record Kept(Entry entry, Instant changed) {}

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
  public Optional<Entry> findByAttempt(String attempt) {
    Objects.requireNonNull(attempt, "attempt");
    return locked(
        now ->
            Optional.ofNullable(keys.get(attempt))
                .flatMap(this::entry)
                .filter(entry -> entry.attempt().equals(attempt)));
  }

  @Override
  public List<Entry> unresolved(Instant before, int limit) {
    Objects.requireNonNull(before, "before");
    if (limit < 1) {
      throw Invalid.argument("A limit of %s entries lists nothing. Use at least 1.", limit);
    }
    return locked(
        now ->
            Stream.of(State.IN_PROGRESS, State.UNKNOWN)
                .flatMap(state -> in(state).values().stream())
                .map(Kept::entry)
                .filter(entry -> entry.since().isBefore(before))
                // By their own times: other clocks may have written them.
                .sorted(Comparator.comparing(Entry::since))
                .limit(limit)
                .toList());
  }

  @Override
  public Optional<Entry> putIfAbsent(Entry entry) {
    Objects.requireNonNull(entry, "entry");
    List<Runnable> reports = new ArrayList<>();
    Optional<Entry> known =
        locked(
            now -> {
              Optional<Entry> present = entry(entry.key());
              if (present.isEmpty()) {
                makeRoom(now, reports);
                put(entry, now);
                reportIfNearlyFull(reports);
              }
              return present;
            });
    // Without the lock, which no logger may hold up.
    reports.forEach(Failures::quietly);
    return known;
  }

  @Override
  public boolean replace(Entry expected, Entry next) {
    if (!expected.key().equals(next.key())) {
      throw Invalid.argument(
          "The new entry (attempt %s) has another key than the expected one (attempt %s). Use the"
              + " same key.",
          next.attempt(), expected.attempt());
    }
    return locked(
        now -> {
          boolean same = isSame(expected);
          if (same) {
            // First, as a lack of memory here must not lose the key.
            put(next, now);
            if (expected.state() != next.state()) {
              in(expected.state()).remove(expected.key());
            }
            if (!expected.attempt().equals(next.attempt())) {
              keys.remove(expected.attempt(), expected.key());
            }
          }
          return same;
        });
  }

  @Override
  public boolean remove(Entry expected) {
    Objects.requireNonNull(expected, "expected");
    return locked(
        now -> {
          boolean same = isSame(expected);
          if (same) {
            in(expected.state()).remove(expected.key());
            keys.remove(expected.attempt(), expected.key());
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

  private boolean isSame(Entry expected) {
    return entry(expected.key()).equals(Optional.of(expected));
  }

  private void put(Entry entry, Instant now) {
    keys.put(entry.attempt(), entry.key());
    in(entry.state()).put(entry.key(), new Kept(entry, now));
  }

  private boolean isOld(Kept kept, Instant now) {
    return Duration.between(kept.changed(), now).compareTo(remembered) >= 0;
  }

  /** Time settles no outcome: a key whose outcome is unknown stays while there is room. */
  private void forgetLongSettled(Instant now) {
    for (State settled : List.of(State.SENT, State.REJECTED)) {
      while (oldest(settled).filter(kept -> isOld(kept, now)).isPresent()) {
        forgetOldest(settled);
      }
    }
  }

  private Optional<Kept> oldest(State state) {
    return in(state).values().stream().findFirst();
  }

  private Entry forgetOldest(State state) {
    Iterator<Kept> oldestFirst = in(state).values().iterator();
    Entry forgotten = oldestFirst.next().entry();
    oldestFirst.remove();
    keys.remove(forgotten.attempt(), forgotten.key());
    return forgotten;
  }

  private void makeRoom(Instant now, List<Runnable> reports) {
    if (size() < maxKeys) {
      return;
    }
    if (oldest(State.REJECTED).isPresent()) {
      forgetOldest(State.REJECTED);
    } else if (oldest(State.UNKNOWN).filter(kept -> isOld(kept, now)).isPresent()) {
      Entry unknown = forgetOldest(State.UNKNOWN);
      reports.add(() -> logForgotten(unknown));
    } else if (oldest(State.SENT).isPresent()) {
      forgetOldest(State.SENT);
    } else {
      throw new StoreFailure(
          "All %s keys are of emails that are being sent, or whose outcome is unknown for less than"
              + " %s, so none can be forgotten. Confirm or forget some, or make the store larger.",
          maxKeys, remembered);
    }
  }

  private void logForgotten(Entry unknown) {
    log.warn(
        "The idempotency store is full and has forgotten an email whose outcome is unknown"
            + " since {} (attempt {}): a call with its key would send it again. Make the"
            + " store larger than {} keys, or settle unknown outcomes.",
        unknown.since(),
        unknown.attempt(),
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
                    + " of unknown outcome. When it is full it forgets emails that were"
                    + " rejected, then old unknown outcomes, then emails that were sent, before"
                    + " their time, and then refuses emails. Make it larger, or settle unknown"
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
      forgetLongSettled(now);
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
