package com.healthmetrics.aws.storage;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import com.healthmetrics.aws.internal.Time;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How the content of an object ends at a deadline, though its HTTP client hinders it. */
@Timeout(60)
class ObjectContentTest {
  private static final long END = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);

  /** Bytes without a pause, for longer than any deadline here. */
  private static final InputStream STEADY =
      new InputStream() {
        @Override
        public int read() {
          return System.nanoTime() - END < 0 ? 0 : -1;
        }
      };

  @Test
  void endsThoughNoOtherThreadGetsAtTheStream() throws IOException {
    ReentrantLock reading = new ReentrantLock();
    reading.lock();
    try (ObjectContent content = new ObjectContent(STEADY, Long.MAX_VALUE)) {
      content.abortAt(
          Deadline.after(Duration.ofMillis(20), Time.SYSTEM),
          () -> {
            reading.lock();
            reading.unlock();
          });

      assertThatIOException()
          .isThrownBy(() -> content.transferTo(OutputStream.nullOutputStream()))
          .withMessage("The time of the operation has passed.");
    } finally {
      reading.unlock();
    }
  }

  @Test
  void doesNotHoldUpOtherTimeoutsWhileItEnds() throws IOException, InterruptedException {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch nextByte = new CountDownLatch(1);
    try (ObjectContent content = new ObjectContent(STEADY, Long.MAX_VALUE)) {
      content.abortAt(
          Deadline.after(Duration.ofMillis(1), Time.SYSTEM),
          () -> {
            begun.countDown();
            waitFor(nextByte);
          });
      begun.await();

      CompletableFuture<Void> another = new CompletableFuture<>();
      assertThatExceptionOfType(ExecutionException.class)
          .isThrownBy(() -> another.orTimeout(1, TimeUnit.MILLISECONDS).get(30, TimeUnit.SECONDS))
          .withCauseInstanceOf(TimeoutException.class);
    } finally {
      nextByte.countDown();
    }
  }

  private static void waitFor(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
