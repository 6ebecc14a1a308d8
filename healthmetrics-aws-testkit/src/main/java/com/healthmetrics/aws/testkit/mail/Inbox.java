package com.healthmetrics.aws.testkit.mail;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * The captured emails, and a way to wait for more without polling.
 *
 * <p>The emails stay where they were captured; this class only learns that there is a new one.
 *
 * <p>Thread-safe.
 */
final class Inbox {
  private final Supplier<List<CapturedMail>> emails;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition arrived = lock.newCondition();
  private final Runnable unregister;

  /**
   * Starts to listen.
   *
   * @param emails all emails captured so far
   * @param register registers a callback for each captured email, and returns what unregisters it
   */
  Inbox(Supplier<List<CapturedMail>> emails, Function<Runnable, Runnable> register) {
    this.emails = emails;
    this.unregister = register.apply(this::signal);
  }

  private void signal() {
    lock.lock();
    try {
      arrived.signalAll();
    } finally {
      lock.unlock();
    }
  }

  List<CapturedMail> emails() {
    return emails.get();
  }

  /**
   * Waits until the emails satisfy a condition, or until the deadline.
   *
   * @param deadline by {@link System#nanoTime}
   * @return the last inspected emails
   */
  List<CapturedMail> await(Predicate<List<CapturedMail>> condition, long deadline) {
    lock.lock();
    try {
      // A thread that captures an email now waits for the lock to signal it: no signal is lost.
      while (true) {
        List<CapturedMail> now = emails.get();
        long left = deadline - System.nanoTime();
        if (condition.test(now) || left <= 0) {
          return now;
        }
        arrived.await(left, TimeUnit.NANOSECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("The thread was interrupted while the test waited for an email.", e);
    } finally {
      lock.unlock();
    }
  }

  void close() {
    unregister.run();
  }
}
