package com.healthmetrics.aws.storage;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * Content of a known length, as a stream that fails if it has another.
 *
 * <p>It fails before it returns the last byte, as what has all its bytes is stored.
 */
final class ExactContent extends FilterInputStream {
  private final long expected;
  private long count;

  ExactContent(InputStream in, long expected) {
    super(in);
    this.expected = expected;
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
    if (count == expected) {
      requireEnd();
      return -1;
    }
    int read = in.read(buffer, offset, (int) Math.min(length, expected - count));
    if (read < 0) {
      throw new IOException("The content has %s bytes, not %s.".formatted(count, expected));
    }
    count += read;
    if (count == expected) {
      requireEnd();
    }
    return read;
  }

  private void requireEnd() throws IOException {
    if (in.read() >= 0) {
      throw new IOException("The content has more than %s bytes.".formatted(expected));
    }
  }

  @Override
  public long skip(long wanted) throws IOException {
    byte[] skipped = new byte[(int) Math.min(8_192, Math.max(wanted, 0))];
    return Math.max(read(skipped, 0, skipped.length), 0);
  }

  @Override
  public int available() throws IOException {
    return (int) Math.min(in.available(), expected - count);
  }

  @Override
  public boolean markSupported() {
    return false;
  }
}
