package com.healthmetrics.aws.storage;

import com.healthmetrics.aws.internal.Failures;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * The content of an object, as a stream that fails if it is incomplete.
 *
 * <p>{@code HttpURLConnection} reports a broken connection as the end of the body; here it is an
 * {@link IOException}, and so is whatever else the SDK or its HTTP client throws.
 */
final class ObjectContent extends FilterInputStream {
  private final long expected;
  private final CompletableFuture<Void> closed = new CompletableFuture<>();
  private Runnable abort = () -> {};
  private volatile boolean late;
  private long received;

  ObjectContent(InputStream in, long expected) {
    super(in);
    this.expected = expected;
  }

  /** Ends reading at a deadline, also a read that waits for the next byte. */
  void abortAt(Deadline end, Runnable abort) {
    this.abort = abort;
    CompletableFuture<Void> unused =
        closed
            .orTimeout(end.left().toNanos(), TimeUnit.NANOSECONDS)
            .whenComplete(
                (nothing, timeout) -> {
                  if (timeout != null) {
                    late = true;
                    abortAside();
                  }
                });
  }

  /**
   * {@code HttpURLConnection} locks its stream while it reads, so this can wait for the next byte;
   * the thread of the timer is that of every timeout in the JVM.
   */
  private void abortAside() {
    Thread thread = new Thread(() -> Failures.quietly(abort), "healthmetrics-aws-abort");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() throws IOException {
    try {
      // Some HTTP clients read on to the end first, so the deadline still counts.
      super.close();
    } finally {
      closed.complete(null);
    }
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (late) {
      // Bytes that arrive steadily may never let the other thread have the stream.
      Failures.quietly(abort);
      throw new IOException("The time of the operation has passed.");
    }
    int count;
    try {
      count = in.read(buffer, offset, length);
    } catch (IOException e) {
      throw e;
    } catch (Throwable e) {
      Failures.beforeReplacing(e);
      throw new IOException("The object could not be read to its end.", e);
    }
    if (count > 0) {
      received += count;
    } else if (count < 0 && received < expected) {
      throw new IOException(
          "The connection broke after " + received + " of " + expected + " bytes. Open it again.");
    }
    return count;
  }

  @Override
  public long skip(long count) throws IOException {
    long skipped = 0;
    byte[] buffer = new byte[(int) Math.min(8_192, Math.max(count, 0))];
    while (skipped < count) {
      int read = read(buffer, 0, (int) Math.min(buffer.length, count - skipped));
      if (read < 0) {
        break;
      }
      skipped += read;
    }
    return skipped;
  }

  @Override
  public boolean markSupported() {
    return false;
  }
}
