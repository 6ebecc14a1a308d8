package com.healthmetrics.aws.cdn;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.interfaces.ECPrivateKey;
import java.util.Base64;
import java.util.regex.Pattern;

/**
 * The private key that signs URLs and cookies for CloudFront, with the id of its public key there.
 *
 * <p>The key is RSA with 2,048 bits or ECDSA on P-256; CloudFront accepts no other. It is read and
 * checked once. Neither messages nor {@code toString()} contain any part of it.
 *
 * <p>To rotate keys, add the new public key to the distribution's key group, then start the
 * application with the new private key and its id, and remove the old public key once the last URL
 * it signed has expired. CloudFront trusts both in the meantime; a signer signs with one.
 *
 * <pre>{@code
 * CloudFrontSigningKey key =
 *     CloudFrontSigningKey.fromPem(
 *         System.getenv("CLOUDFRONT_KEY_PAIR_ID"), System.getenv("CLOUDFRONT_PRIVATE_KEY"));
 * }</pre>
 *
 * <p>Immutable and thread-safe. Source: Amazon CloudFront Developer Guide, "Specify signers that
 * can create signed URLs and signed cookies".
 */
public final class CloudFrontSigningKey {
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9]{1,64}");

  private final String publicKeyId;
  private final PrivateKey key;

  private CloudFrontSigningKey(String publicKeyId, PrivateKey key) {
    this.publicKeyId = publicKeyId;
    this.key = key;
  }

  /**
   * Reads a key in PEM form.
   *
   * <p>Accepts PKCS#8 ({@code BEGIN PRIVATE KEY}), PKCS#1 ({@code BEGIN RSA PRIVATE KEY}) and SEC1
   * ({@code BEGIN EC PRIVATE KEY}). Line breaks may also be written as the two characters {@code
   * \n}, as they often are in environment variables.
   *
   * <p>An RSA key is checked by its own numbers, an elliptic-curve key by the copy of the public
   * key that OpenSSL writes next to it, compressed or not. Damage to a file without that copy does
   * not show: CloudFront refuses what such a key signs.
   *
   * @param publicKeyId the id of the public key in CloudFront, such as {@code K2JCJMDEHXQW5F}
   * @param pem the private key, not encrypted
   * @return the key
   * @throws IllegalArgumentException if the id is not 1 to 64 letters and digits, if the text does
   *     not contain exactly one private key of a kind that CloudFront accepts, or if that key is
   *     damaged
   */
  public static CloudFrontSigningKey fromPem(String publicKeyId, String pem) {
    return new CloudFrontSigningKey(checkId(publicKeyId), PrivateKeyPem.read(pem));
  }

  /**
   * {@return a key that was read or generated elsewhere, such as by a key store}
   *
   * @param publicKeyId the id of the public key in CloudFront, such as {@code K2JCJMDEHXQW5F}
   * @param key the private key, in a form that can be exported
   * @throws IllegalArgumentException if the id is not 1 to 64 letters and digits, or if the key is
   *     damaged, of a kind that CloudFront does not accept, or cannot leave its hardware
   */
  public static CloudFrontSigningKey of(String publicKeyId, PrivateKey key) {
    return new CloudFrontSigningKey(checkId(publicKeyId), PrivateKeyPem.copyOf(key));
  }

  private static String checkId(String publicKeyId) {
    if (!ID.matcher(publicKeyId).matches()) {
      // Not repeated: with swapped arguments the private key would end in a log.
      throw new IllegalArgumentException(
          "The public key id is not a CloudFront public key id. Use 1 to 64 letters and digits, such"
              + " as K2JCJMDEHXQW5F, as the CloudFront console shows it under Public keys.");
    }
    return publicKeyId;
  }

  /** {@return the id of the public key in CloudFront; not a secret, it is part of signed URLs} */
  public String publicKeyId() {
    return publicKeyId;
  }

  /** Signs a policy; base64 with CloudFront's replacements. */
  String sign(byte[] policy, boolean sha256) {
    try {
      String hash = sha256 ? "SHA256" : "SHA1";
      Signature signature;
      if (key instanceof ECPrivateKey ecKey) {
        signature = Signature.getInstance(hash + "withECDSA");
        RepeatableRandom.initSign(signature, ecKey, policy);
      } else {
        signature = Signature.getInstance(hash + "withRSA");
        signature.initSign(key);
      }
      signature.update(policy);
      return urlSafe(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(
          "This Java runtime cannot sign for CloudFront; its security providers lack RSA, ECDSA or"
              + (sha256 ? " SHA-256." : " SHA-1. Where SHA-1 is switched off, call sha256()."),
          e);
    }
  }

  /** Base64 whose characters have no meaning in a query or a cookie. */
  static String urlSafe(byte[] bytes) {
    return Base64.getEncoder()
        .encodeToString(bytes)
        .replace('+', '-')
        .replace('=', '_')
        .replace('/', '~');
  }

  /** The id of the public key; the private key is left out. */
  @Override
  public String toString() {
    return "CloudFrontSigningKey["
        + publicKeyId
        + (key instanceof ECPrivateKey ? ", ECDSA P-256]" : ", RSA 2048]");
  }
}
