package com.healthmetrics.aws.storage;

import com.healthmetrics.aws.internal.Spares;
import java.security.SecureRandom;
import java.time.Clock;

/**
 * The 128 random bits of each key, drawn for several keys at a time: a {@link SecureRandom} is
 * locked meanwhile, and threads that sign would wait for one another.
 *
 * <p>What was used is overwritten. What is older than a moment, in which the JDK keeps random bytes
 * too, is never used: two JVMs that continue from one snapshot of the memory would make the same
 * keys. Source: AWS Lambda Developer Guide, "Handling uniqueness with Lambda SnapStart".
 *
 * <p>Thread-safe.
 */
final class KeyRandom {
  /** Of a key. */
  static final int BYTES = 16;

  private static final int KEYS = 16;
  private static final int MAX_AGE_MILLIS = 100;
  private static final char[] HEX = "0123456789abcdef".toCharArray();

  private final SecureRandom random;
  private final Clock clock;
  private final Spares<Block> spares = new Spares<>();

  /** Bytes that one thread at a time uses. */
  private static final class Block {
    private final byte[] bytes = new byte[KEYS * BYTES];
    private int used = bytes.length;
    private long drawnAt;

    private void draw(SecureRandom random, long now) {
      random.nextBytes(bytes);
      used = 0;
      drawnAt = now;
    }

    private boolean isFresh(long now) {
      return used < bytes.length && now >= drawnAt && now - drawnAt < MAX_AGE_MILLIS;
    }

    private void appendHex(StringBuilder out) {
      for (int end = used + BYTES; used < end; used++) {
        out.append(HEX[bytes[used] >> 4 & 0xF]).append(HEX[bytes[used] & 0xF]);
        bytes[used] = 0;
      }
    }
  }

  /**
   * @param clock the system's: an application's own clock may stand still, and bits would be kept
   *     for as long
   */
  KeyRandom(SecureRandom random, Clock clock) {
    this.random = random;
    this.clock = clock;
  }

  /** Appends 32 lower-case hexadecimal digits that were never appended before. */
  void appendHex(StringBuilder out) {
    long now = clock.millis();
    Block block = spares.take();
    if (block == null) {
      block = new Block();
    }
    if (!block.isFresh(now)) {
      block.draw(random, now);
    }
    block.appendHex(out);
    spares.putBack(block);
  }
}
