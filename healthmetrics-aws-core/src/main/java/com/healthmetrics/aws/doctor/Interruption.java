package com.healthmetrics.aws.doctor;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ctrl-C or SIGTERM while objects of the doctor are in the bucket: nothing new is sent, and the
 * process ends once they are removed.
 */
final class Interruption implements AutoCloseable {
  /** Docker, ECS and Kubernetes kill a process not long after this. */
  private static final Duration TIMEOUT = Duration.ofSeconds(25);

  private final CountDownLatch removed = new CountDownLatch(1);
  private final Thread hook = new Thread(this::stop, "healthmetrics-doctor-stop");
  private volatile boolean stopped;

  private Interruption() {}

  /** Until it is closed, the process does not end before. */
  static Interruption awaited() {
    Interruption interruption = new Interruption();
    Runtime.getRuntime().addShutdownHook(interruption.hook);
    return interruption;
  }

  private void stop() {
    stopped = true;
    try {
      // In time or not, the process ends.
      boolean unused = removed.await(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Sends nothing once the process is told to end. */
  Http stopping(Http http) {
    return request -> {
      if (stopped) {
        throw new NotCheckedException("The doctor was told to stop.");
      }
      return http.send(request);
    };
  }

  /** Everything is removed. */
  @Override
  public void close() {
    removed.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The process is ending, and the hook is running.
    }
  }
}
