package com.healthmetrics.aws.testkit.background;

import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Sends emails in threads of its own, so that no request waits for SES. */
final class BackgroundEmails implements AutoCloseable {
  private final ExecutorService threads;
  private final Semaphore room;
  private final Duration grace;
  private final Consumer<Throwable> failed;

  /**
   * @param threads Executors.newFixedThreadPool(8); on JDK 21 and newer
   *     Executors.newVirtualThreadPerTaskExecutor()
   * @param most how many emails may wait or be sent at the same time
   * @param grace how long close waits for them, and once more after it has interrupted them; longer
   *     than one email takes
   * @param failed logs and counts what was not sent
   */
  BackgroundEmails(ExecutorService threads, int most, Duration grace, Consumer<Throwable> failed) {
    this.threads = threads;
    this.room = new Semaphore(most);
    this.grace = grace;
    this.failed = failed;
  }

  /** Returns at once: whether the work was accepted. */
  boolean submit(Runnable work) {
    if (!room.tryAcquire()) {
      failed.accept(new RejectedExecutionException("Too many emails are waiting."));
      return false;
    }
    try {
      threads.execute(() -> run(work));
      return true;
    } catch (RejectedExecutionException closed) {
      room.release();
      failed.accept(closed);
      return false;
    }
  }

  private void run(Runnable work) {
    try {
      work.run();
    } catch (Throwable e) {
      // Nobody waits for the result: what is not reported here is lost.
      failed.accept(e);
    } finally {
      room.release();
    }
  }

  /** Sends what was accepted; interrupts what takes too long, and reports what was not begun. */
  @Override
  public void close() {
    threads.shutdown();
    boolean interrupted = !await();
    for (Runnable unused : threads.shutdownNow()) {
      failed.accept(new RejectedExecutionException("The application stopped."));
    }
    // What was interrupted records its outcome before the pool of connections is closed.
    interrupted |= !await();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Returns false if this thread was interrupted. */
  private boolean await() {
    try {
      threads.awaitTermination(grace.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (InterruptedException e) {
      return false;
    }
  }
}
