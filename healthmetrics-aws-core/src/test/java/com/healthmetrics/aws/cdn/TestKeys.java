package com.healthmetrics.aws.cdn;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.Objects;

/** Keys that OpenSSL wrote in all its forms, read independently by the JDK. */
final class TestKeys {
  static final String ID = "K2JCJMDEHXQW5F";

  private TestKeys() {}

  static CloudFrontSigningKey rsa() {
    return CloudFrontSigningKey.fromPem(ID, pem("rsa-pkcs8"));
  }

  static CloudFrontSigningKey ec() {
    return CloudFrontSigningKey.fromPem(ID, pem("ec-pkcs8"));
  }

  static String pem(String name) {
    try (InputStream in = TestKeys.class.getResourceAsStream(name + ".pem")) {
      return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.US_ASCII);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static PrivateKey privateKey(String algorithm) {
    try {
      return KeyFactory.getInstance(algorithm)
          .generatePrivate(new PKCS8EncodedKeySpec(der(pem(algorithm.toLowerCase() + "-pkcs8"))));
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  static PublicKey publicKey(String algorithm) {
    try {
      return KeyFactory.getInstance(algorithm)
          .generatePublic(new X509EncodedKeySpec(der(pem(algorithm.toLowerCase() + "-public"))));
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  /** The last block of a PEM. */
  static byte[] der(String pem) {
    int begin = pem.indexOf('\n', pem.lastIndexOf("-----BEGIN "));
    return Base64.getMimeDecoder().decode(pem.substring(begin, pem.indexOf("-----END", begin)));
  }

  static boolean verifies(String algorithm, String hash, String text, String urlSafeSignature) {
    try {
      Signature signature =
          Signature.getInstance(hash + "with" + (algorithm.equals("EC") ? "ECDSA" : algorithm));
      signature.initVerify(publicKey(algorithm));
      signature.update(text.getBytes(StandardCharsets.UTF_8));
      return signature.verify(decode(urlSafeSignature));
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  /** Whether a message repeats some of a key's base64 text. */
  static boolean repeats(Throwable refusal, String pem) {
    return pem.lines()
        .filter(line -> line.length() > 20 && !line.startsWith("-") && !line.contains(" "))
        .anyMatch(line -> refusal.toString().contains(line.substring(0, 12)));
  }

  static byte[] decode(String urlSafe) {
    return Base64.getDecoder()
        .decode(urlSafe.replace('-', '+').replace('_', '=').replace('~', '/'));
  }
}
