package com.healthmetrics.aws.testkit.mail;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * What was captured, and a way to wait for more of it without looking again and again.
 *
 * <p>The mails stay where they were captured; here is only told that there is a new one.
 * Thread-safe.
 */
final class Inbox {
  private final Supplier<List<CapturedMail>> mails;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition arrived = lock.newCondition();
  private final Runnable unregister;

  /**
   * Begins to listen.
   *
   * @param mails everything captured so far, whenever it is asked
   * @param register takes what is to be called once a mail was captured, gives what ends that
   */
  Inbox(Supplier<List<CapturedMail>> mails, Function<Runnable, Runnable> register) {
    this.mails = mails;
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
    return mails.get();
  }

  /**
   * Waits until the mails are as wished, or until it is too late.
   *
   * @param deadline by {@link System#nanoTime}
   * @return the mails as they were looked at last
   */
  List<CapturedMail> await(Predicate<List<CapturedMail>> wish, long deadline) {
    lock.lock();
    try {
      // Who captures a mail now has to wait for the lock to say so, thus no signal is lost.
      while (true) {
        List<CapturedMail> now = mails.get();
        long left = deadline - System.nanoTime();
        if (wish.test(now) || left <= 0) {
          return now;
        }
        arrived.await(left, TimeUnit.NANOSECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("The thread was interrupted while the test waited for a mail.", e);
    } finally {
      lock.unlock();
    }
  }

  void close() {
    unregister.run();
  }
}
