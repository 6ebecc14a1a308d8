package com.healthmetrics.aws.mail;

import com.healthmetrics.aws.mail.IdempotencyStore.Entry;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The attempts that ended last without an entry in the store, by their ids: an event has no key.
 *
 * <p>In this process only, and of a limited number: an event that comes later, or to another
 * process, is of an attempt that is not known.
 */
final class EndedAttempts {
  private final int limit;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, Ended> attempts = new LinkedHashMap<>();

  /**
   * The last entry of an attempt, and whether its caller was told that the email was not sent, and
   * no event denied it.
   */
  record Ended(Entry entry, boolean promised) {}

  EndedAttempts(int limit) {
    this.limit = limit;
  }

  void add(Entry last, boolean promised) {
    lock.lock();
    try {
      // A promise outlasts that its key, which the store could not remove, is forgotten.
      attempts.putIfAbsent(last.attempt(), new Ended(last, promised));
      if (attempts.size() > limit) {
        attempts.remove(attempts.keySet().iterator().next());
      }
    } finally {
      lock.unlock();
    }
  }

  Optional<Ended> find(String attempt) {
    lock.lock();
    try {
      return Optional.ofNullable(attempts.get(attempt));
    } finally {
      lock.unlock();
    }
  }

  /** {@return whether the promise of this attempt was not known to be broken before} */
  boolean breakPromise(String attempt) {
    lock.lock();
    try {
      Ended ended = attempts.get(attempt);
      if (ended == null || !ended.promised()) {
        return false;
      }
      attempts.put(attempt, new Ended(ended.entry(), false));
      return true;
    } finally {
      lock.unlock();
    }
  }
}
