package com.healthmetrics.aws.cdn;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.interfaces.ECPrivateKey;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The randomness of one ECDSA signature, drawn from the private key and from all that decides about
 * the signature, so that the same policy always has the same signature.
 *
 * <p>An ECDSA signature is random by nature, which would give each page view, and each server
 * behind a load balancer, another URL and leave browsers nothing to cache. RFC 6979 shows the way
 * out: who does not know the key cannot tell the output of a keyed hash from chance. As there, two
 * different messages, or one message under two hashes, never share a nonce: both are in what is
 * hashed.
 *
 * <p>For one signature; not safe for use by several threads.
 */
final class RepeatableRandom extends SecureRandom {
  private static final long serialVersionUID = 1L;
  private static final String HMAC = "HmacSHA256";

  private final transient Mac mac;
  private int blocks;

  private RepeatableRandom(Mac mac) {
    super(null, null);
    this.mac = mac;
  }

  static SecureRandom of(ECPrivateKey key, String algorithm, byte[] message)
      throws GeneralSecurityException {
    Mac seed = keyed(fixedLength(key.getS()));
    seed.update(algorithm.getBytes(StandardCharsets.US_ASCII));
    seed.update((byte) 0);
    return new RepeatableRandom(keyed(seed.doFinal(message)));
  }

  private static Mac keyed(byte[] key) throws GeneralSecurityException {
    Mac mac = Mac.getInstance(HMAC);
    mac.init(new SecretKeySpec(key, HMAC));
    return mac;
  }

  private static byte[] fixedLength(BigInteger number) {
    byte[] fixed = new byte[32];
    byte[] bytes = number.toByteArray();
    int length = Math.min(bytes.length, fixed.length);
    System.arraycopy(bytes, bytes.length - length, fixed, fixed.length - length, length);
    return fixed;
  }

  @Override
  public void nextBytes(byte[] bytes) {
    for (int at = 0; at < bytes.length; ) {
      blocks++;
      for (int shift = 24; shift >= 0; shift -= 8) {
        mac.update((byte) (blocks >> shift));
      }
      byte[] block = mac.doFinal();
      int length = Math.min(block.length, bytes.length - at);
      System.arraycopy(block, 0, bytes, at, length);
      at += length;
    }
  }

  /** Nothing: this randomness depends on the key and the message alone. */
  @Override
  public void setSeed(long seed) {
    // SecureRandom's constructor calls it.
  }
}
