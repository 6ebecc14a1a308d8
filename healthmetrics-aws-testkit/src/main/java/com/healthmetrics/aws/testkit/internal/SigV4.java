package com.healthmetrics.aws.testkit.internal;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.ResolverStyle;
import java.util.HexFormat;
import java.util.Optional;
import java.util.SortedMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signature version 4, recomputed by the server from the request that arrived.
 *
 * <p>Written for the testkit from the IAM User Guide, "Create a signed AWS API request". It shares
 * no code with a signer, so that a bug cannot sign and verify itself.
 */
public final class SigV4 {
  /** The only supported algorithm. */
  public static final String ALGORITHM = "AWS4-HMAC-SHA256";

  private static final DateTimeFormatter TIMESTAMP =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'")
          .withResolverStyle(ResolverStyle.STRICT)
          .withZone(ZoneOffset.UTC);

  private SigV4() {}

  /**
   * The canonical request.
   *
   * @param method HTTP method
   * @param canonicalPath path, encoded as the service requires
   * @param canonicalQuery query, encoded and sorted
   * @param signedHeaders lower-case names and values as they arrived
   * @param payloadHash hash of the body, or the marker the service accepts instead
   */
  public static String canonicalRequest(
      String method,
      String canonicalPath,
      String canonicalQuery,
      SortedMap<String, String> signedHeaders,
      String payloadHash) {
    StringBuilder text = new StringBuilder();
    text.append(method).append('\n');
    text.append(canonicalPath).append('\n');
    text.append(canonicalQuery).append('\n');
    signedHeaders.forEach(
        (name, value) -> text.append(name).append(':').append(collapseSpaces(value)).append('\n'));
    text.append('\n');
    text.append(String.join(";", signedHeaders.keySet())).append('\n');
    return text.append(payloadHash).toString();
  }

  private static String collapseSpaces(String value) {
    return value.strip().replaceAll(" +", " ");
  }

  /** The string to sign for a canonical request. */
  public static String stringToSign(
      String timestamp, CredentialScope scope, String canonicalRequest) {
    return String.join("\n", ALGORITHM, timestamp, scope.text(), sha256Hex(utf8(canonicalRequest)));
  }

  /**
   * The string to sign of a chunk of a body, or of its trailer, as the S3 API Reference defines it
   * in "Signature Calculations for the Authorization Header: Transferring Payload in Multiple
   * Chunks".
   *
   * @param kind {@code PAYLOAD} or {@code TRAILER}
   * @param previousSignature the signature of the request or of the chunk before this one
   * @param hashes what is signed: hashes in hex
   */
  public static String stringToSignOfPart(
      String kind,
      String timestamp,
      CredentialScope scope,
      String previousSignature,
      String... hashes) {
    return String.join(
        "\n",
        ALGORITHM + "-" + kind,
        timestamp,
        scope.text(),
        previousSignature,
        String.join("\n", hashes));
  }

  /** The signature over a string to sign, in lower-case hex. */
  public static String signature(
      String secretAccessKey, CredentialScope scope, String stringToSign) {
    byte[] day = hmac(utf8("AWS4" + secretAccessKey), scope.date());
    byte[] region = hmac(day, scope.region());
    byte[] service = hmac(region, scope.service());
    byte[] signingKey = hmac(service, "aws4_request");
    return HexFormat.of().formatHex(hmac(signingKey, stringToSign));
  }

  /** Compares in constant time, so that timing does not reveal a signature. */
  public static boolean same(String expected, String provided) {
    return MessageDigest.isEqual(utf8(expected), utf8(provided));
  }

  /** Parses {@code yyyyMMdd'T'HHmmss'Z'}; empty for anything else. */
  public static Optional<Instant> parseTimestamp(String text) {
    try {
      return Optional.of(TIMESTAMP.parse(text, Instant::from));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  /** An instant as {@code yyyyMMdd'T'HHmmss'Z'}. */
  public static String formatTimestamp(Instant instant) {
    return TIMESTAMP.format(instant);
  }

  /** SHA-256 in lower-case hex. */
  public static String sha256Hex(byte[] bytes) {
    return sha256Hex(bytes, 0, bytes.length);
  }

  /** SHA-256 of a part of an array, in lower-case hex. */
  public static String sha256Hex(byte[] bytes, int offset, int length) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(bytes, offset, length);
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private static byte[] hmac(byte[] key, String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(utf8(text));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has HmacSHA256", e);
    }
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
