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
 * The randomness of one ECDSA signature, drawn from the private key and from all that decides about
 * the signature, so that the same policy always has the same signature.
 *
 * <p>An ECDSA signature is random by nature, which would give each page view, and each server
 * behind a load balancer, another URL and leave browsers nothing to cache. RFC 6979 shows the way
 * out: who does not know the key cannot tell the output of a keyed hash from chance. As there, two
 * different messages, or one message under two hashes, never share a nonce: both are in what is
 * hashed.
 *
 * <p>Other than there, it is the provider that makes the nonce from these octets. Two providers
 * that made different nonces from the same octets would sign one message with two nonces that have
 * to do with each other, and a few such pairs give the key away. So only the JDK's own provider,
 * which takes 40 octets and reduces them modulo the order (FIPS 186-4, B.5.1), is handed these
 * octets, and a provider that takes another number of octets is given unrelated ones.
 *
 * <p>For one signature; not safe for use by several threads.
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
   * Prepares a signature of this very message: the same each time where the JDK's own provider
   * makes it, and with that provider's own randomness where another does.
   */
  static void initSign(Signature signature, ECPrivateKey key, byte[] message)
      throws GeneralSecurityException {
    signature.initSign(key); // Only now is it decided which provider signs.
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

  /** Nothing: this randomness depends on the key and the message alone. */
  @Override
  public void setSeed(long seed) {
    // SecureRandom's constructor calls it.
  }
}
