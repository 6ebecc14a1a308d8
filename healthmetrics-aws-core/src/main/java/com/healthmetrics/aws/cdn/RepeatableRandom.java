package com.healthmetrics.aws.cdn;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.ECPrivateKey;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The randomness of one ECDSA signature, derived from the private key and the message, so that the
 * same policy always has the same signature.
 *
 * <p>An ECDSA signature is random by nature: each page view, and each server behind a load
 * balancer, would have another URL, and browsers could cache nothing. RFC 6979 has the solution:
 * without the key, the output of a keyed hash cannot be distinguished from random. As there, two
 * different messages, or one message under two hashes, never share a nonce: both are hashed.
 *
 * <p>Unlike there, the provider makes the nonce from these octets. Two providers that made
 * different nonces from the same octets would sign one message with two related nonces, and a few
 * such pairs reveal the key. So only the JDK's own provider, which reads 40 octets and reduces them
 * modulo the order (FIPS 186-4, B.5.1), gets these octets, and a provider that reads another number
 * of octets gets unrelated ones.
 *
 * <p>For one signature; not thread-safe.
 */
final class RepeatableRandom extends SecureRandom {
  private static final long serialVersionUID = 1L;
  private static final String HMAC = "HmacSHA256";
  private static final String JDK_PROVIDER = "SunEC";

  private final transient Mac mac;
  private int blocks;

  private RepeatableRandom(Mac mac) {
    super(null, null);
    this.mac = mac;
  }

  /**
   * Prepares a signature of this message: repeatable if the JDK's own provider signs, with that
   * provider's own randomness otherwise.
   */
  static void initSign(Signature signature, ECPrivateKey key, byte[] message)
      throws GeneralSecurityException {
    signature.initSign(key); // Selects the provider.
    if (signature.getProvider().getName().equals(JDK_PROVIDER)) {
      signature.initSign(key, of(key, signature.getAlgorithm(), message));
    }
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
      update(blocks);
      update(bytes.length);
      byte[] block = mac.doFinal();
      int length = Math.min(block.length, bytes.length - at);
      System.arraycopy(block, 0, bytes, at, length);
      at += length;
    }
  }

  private void update(int number) {
    for (int shift = 24; shift >= 0; shift -= 8) {
      mac.update((byte) (number >> shift));
    }
  }

  /** Does nothing: this randomness depends on the key and the message alone. */
  @Override
  public void setSeed(long seed) {
    // SecureRandom's constructor calls it.
  }
}
