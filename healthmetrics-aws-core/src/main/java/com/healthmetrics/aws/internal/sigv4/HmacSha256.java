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
  }

  private static byte[] masked(byte[] block, int mask) {
    byte[] masked = new byte[BLOCK_BYTES];
    for (int i = 0; i < BLOCK_BYTES; i++) {
      masked[i] = (byte) (block[i] ^ mask);
    }
    return masked;
  }

  /**
   * Authenticates the first bytes of an array.
   *
   * @param sha256 a digest without input, and without it again afterwards
   * @param code where the code is written
   */
  void write(byte[] message, int length, MessageDigest sha256, byte[] code) {
    sha256.update(inner);
    sha256.update(message, 0, length);
    Sha256.finish(sha256, code);
    sha256.update(outer);
    sha256.update(code);
    Sha256.finish(sha256, code);
  }
}
