package com.healthmetrics.aws.cdn;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.interfaces.ECPrivateKey;
import java.util.Base64;
import java.util.regex.Pattern;

/**
 * The private key that signs URLs and cookies for CloudFront, and the id under which CloudFront
 * holds its public key.
 *
 * <p>The key is RSA with 2,048 bits or ECDSA on P-256, as CloudFront takes no other. It is read and
 * checked once; nothing that this type says, in messages or in {@code toString()}, holds a part of
 * it.
 *
 * <p>To change keys, put the new public key into the distribution's key group beside the old one,
 * then start the application with the new private key and its id, and remove the old public key
 * once the last URL it signed has expired. CloudFront trusts both meanwhile; a signer signs with
 * one.
 *
 * <pre>{@code
 * CloudFrontSigningKey key =
 *     CloudFrontSigningKey.fromPem(
 *         System.getenv("CLOUDFRONT_KEY_PAIR_ID"), System.getenv("CLOUDFRONT_PRIVATE_KEY"));
 * }</pre>
 *
 * <p>Immutable and safe for use by several threads. Source: Amazon CloudFront Developer Guide,
 * "Specify signers that can create signed URLs and signed cookies".
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
   * The key in a PEM text.
   *
   * <p>PKCS#8 ({@code BEGIN PRIVATE KEY}), PKCS#1 ({@code BEGIN RSA PRIVATE KEY}) and SEC1 ({@code
   * BEGIN EC PRIVATE KEY}) are read. Line breaks may also be written as the two characters {@code
   * \n}, as they often are in environment variables.
   *
   * @param publicKeyId the id that CloudFront gave the public key, such as {@code K2JCJMDEHXQW5F}
   * @param pem the private key, not encrypted
   * @return the key
   * @throws NullPointerException if an argument is null
   * @throws IllegalArgumentException if the id has another form, or the text does not hold exactly
   *     one private key of a kind that CloudFront takes, or that key is damaged
   */
  public static CloudFrontSigningKey fromPem(String publicKeyId, String pem) {
    return new CloudFrontSigningKey(checkId(publicKeyId), PrivateKeyPem.read(pem));
  }

  /**
   * A key that was read or made elsewhere, such as by a key store.
   *
   * @param publicKeyId the id that CloudFront gave the public key, such as {@code K2JCJMDEHXQW5F}
   * @param key the private key, which must be of the kind that can be written down
   * @return the key
   * @throws NullPointerException if an argument is null
   * @throws IllegalArgumentException if the id has another form, or the key is damaged, of a kind
   *     that CloudFront does not take, or one that cannot leave its hardware
   */
  public static CloudFrontSigningKey of(String publicKeyId, PrivateKey key) {
    return new CloudFrontSigningKey(checkId(publicKeyId), PrivateKeyPem.copyOf(key));
  }

  private static String checkId(String publicKeyId) {
    if (!ID.matcher(publicKeyId).matches()) {
      // It is not repeated: whoever swaps the arguments would find the private key in a log.
      throw new IllegalArgumentException(
          "The public key id is not one of CloudFront's: give 1 to 64 letters and digits, such as"
              + " K2JCJMDEHXQW5F, as the CloudFront console shows it under Public keys.");
    }
    return publicKeyId;
  }

  /**
   * The id under which CloudFront holds the public key.
   *
   * @return the id; it is no secret and stands in every signed URL
   */
  public String publicKeyId() {
    return publicKeyId;
  }

  /** The signature of a policy, base64 with CloudFront's replacements. */
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

  /** Base64 whose characters mean nothing in a query or a cookie. */
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
