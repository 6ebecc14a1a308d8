package com.healthmetrics.aws.mail;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/** Idempotency keys in memory, those that changed last at the end. */
final class InMemoryIdempotencyStore implements IdempotencyStore {
  private final int maxKeys;
  private final Duration remembered;
  private final Clock clock;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, Kept> table = new LinkedHashMap<>();

  /** By our own clock; {@link Entry#since()} is by the clock of whatever wrote the entry. */
  private record Kept(Entry entry, Instant until) {}

  InMemoryIdempotencyStore(int maxKeys, Duration remembered, Clock clock) {
    if (maxKeys < 1 || remembered.isNegative() || remembered.isZero()) {
      throw Invalid.argument(
          "A store of %s keys for %s remembers nothing. Use at least 1 key and a positive"
              + " duration.",
          maxKeys, remembered);
    }
    this.maxKeys = maxKeys;
    this.remembered = remembered;
    this.clock = Objects.requireNonNull(clock, "clock");
  }

  @Override
  public Optional<Entry> find(String key) {
    Objects.requireNonNull(key, "key");
    return locked(() -> Optional.ofNullable(table.get(key)).map(Kept::entry));
  }

  @Override
  public Optional<Entry> putIfAbsent(String key, Entry entry) {
    Objects.requireNonNull(key, "key");
    Objects.requireNonNull(entry, "entry");
    return locked(
        () -> {
          Kept known = table.get(key);
          if (known != null) {
            return Optional.of(known.entry());
          }
          if (table.size() == maxKeys) {
            forgetOldestSent();
          }
          put(key, entry);
          return Optional.empty();
        });
  }

  @Override
  public boolean replace(String key, Entry expected, Entry entry) {
    Objects.requireNonNull(entry, "entry");
    return locked(
        () -> {
          boolean removed = removeIf(key, expected);
          if (removed) {
            put(key, entry);
          }
          return removed;
        });
  }

  @Override
  public boolean remove(String key, Entry expected) {
    return locked(() -> removeIf(key, expected));
  }

  private boolean removeIf(String key, Entry expected) {
    Kept known = table.get(Objects.requireNonNull(key, "key"));
    boolean same = known != null && known.entry().equals(Objects.requireNonNull(expected));
    if (same) {
      table.remove(key);
    }
    return same;
  }

  private void put(String key, Entry entry) {
    table.put(key, new Kept(entry, clock.instant().plus(remembered)));
  }

  private void forgetOldestSent() {
    Iterator<Kept> oldestFirst = table.values().iterator();
    while (oldestFirst.hasNext()) {
      if (oldestFirst.next().entry().state() == State.SENT) {
        oldestFirst.remove();
        return;
      }
    }
    throw Invalid.state(
        "All %s keys are of emails that are being sent or may have been sent; none of them can be"
            + " forgotten. Confirm or forget some, or make the store larger.",
        maxKeys);
  }

  /** Time settles no outcome: a key whose outcome is unknown stays. */
  private void forgetLongSent(Instant now) {
    Iterator<Kept> oldestFirst = table.values().iterator();
    while (oldestFirst.hasNext()) {
      Kept oldest = oldestFirst.next();
      if (oldest.entry().state() == State.SENT) {
        if (now.isBefore(oldest.until())) {
          return;
        }
        oldestFirst.remove();
      }
    }
  }

  private <T> T locked(Supplier<T> work) {
    lock.lock();
    try {
      forgetLongSent(clock.instant());
      return work.get();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public String toString() {
    return "IdempotencyStore[" + locked(table::size) + " keys]";
  }
}
