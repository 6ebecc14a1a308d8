package com.healthmetrics.aws.internal.sigv4;

import java.security.MessageDigest;
import java.util.Arrays;

/**
 * HMAC with SHA-256 and one key, over {@link MessageDigest}: the machinery behind {@code
 * javax.crypto.Mac} costs a new JVM some 30 milliseconds.
 *
 * <p>Immutable and thread-safe. Source: RFC 2104.
 */
final class HmacSha256 {
  private static final int BLOCK_BYTES = 64;

  private final byte[] inner;
  private final byte[] outer;

  HmacSha256(byte[] key) {
    byte[] block =
        Arrays.copyOf(key.length > BLOCK_BYTES ? Sha256.digest().digest(key) : key, BLOCK_BYTES);
    inner = masked(block, 0x36);
    outer = masked(block, 0x5C);
    Arrays.fill(block, (byte) 0);
  }

  private static byte[] masked(byte[] block, int mask) {
    byte[] masked = new byte[BLOCK_BYTES];
    for (int i = 0; i < BLOCK_BYTES; i++) {
      masked[i] = (byte) (block[i] ^ mask);
    }
    return masked;
  }

  /**
   * Authenticates a message.
   *
   * @param sha256 a digest without input, and without it again afterwards
   */
  byte[] of(byte[] message, MessageDigest sha256) {
    return of(message, message.length, sha256);
  }

  /** Authenticates the first bytes of an array. */
  byte[] of(byte[] message, int length, MessageDigest sha256) {
    sha256.update(inner);
    sha256.update(message, 0, length);
    byte[] hash = sha256.digest();
    sha256.update(outer);
    return sha256.digest(hash);
  }
}
