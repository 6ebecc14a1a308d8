package com.healthmetrics.aws.testkit.storage;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;
import java.util.zip.Checksum;

/** Compares a body with the digests of its request. */
final class Checksums {
  /** The checksum headers that are verified. */
  static final Set<String> NAMES =
      Set.of(
          "x-amz-checksum-crc32",
          "x-amz-checksum-crc32c",
          "x-amz-checksum-sha1",
          "x-amz-checksum-sha256");

  private Checksums() {}

  /**
   * Refuses a body that does not match its digests.
   *
   * @param sent lower-case names and values of headers or form fields
   */
  static void requireMatching(Map<String, String> sent, byte[] body) {
    Optional.ofNullable(sent.get("content-md5")).ifPresent(md5 -> requireMd5(md5, body));
    for (String name : NAMES) {
      Optional.ofNullable(sent.get(name)).ifPresent(value -> requireChecksum(name, value, body));
    }
  }

  /** The entity tag of a body: its MD5 in hex, in quotes. */
  static String eTag(byte[] body) {
    return '"' + HexFormat.of().formatHex(digest("MD5", body)) + '"';
  }

  private static void requireMd5(String sent, byte[] body) {
    byte[] expected =
        decode(sent, 16)
            .orElseThrow(
                () ->
                    S3Refusal.of(
                        400,
                        "InvalidDigest",
                        "The Content-MD5 you specified was invalid.",
                        "Content-MD5 must be the base64 of 16 bytes (not their hex)."));
    byte[] actual = digest("MD5", body);
    if (!Arrays.equals(expected, actual)) {
      throw S3Refusal.of(
              400,
              "BadDigest",
              "The Content-MD5 you specified did not match what we received.",
              bodyDiffers("Content-MD5", sent, actual, body))
          .with("ExpectedDigest", sent)
          .with("CalculatedDigest", base64(actual));
    }
  }

  private static void requireChecksum(String name, String sent, byte[] body) {
    String algorithm = name.substring("x-amz-checksum-".length());
    byte[] actual = calculate(algorithm, body);
    byte[] expected =
        decode(sent, actual.length)
            .orElseThrow(
                () ->
                    S3Refusal.of(
                        400,
                        "InvalidRequest",
                        "Value for " + name + " header is invalid.",
                        name + " must be the base64 of " + actual.length + " bytes."));
    if (!Arrays.equals(expected, actual)) {
      throw S3Refusal.of(
          400,
          "BadDigest",
          "The "
              + algorithm.toUpperCase(Locale.ROOT)
              + " you specified did not match the calculated checksum.",
          bodyDiffers(name, sent, actual, body));
    }
  }

  private static String bodyDiffers(String name, String sent, byte[] actual, byte[] body) {
    return name
        + " was "
        + sent
        + ", but the "
        + body.length
        + " bytes that arrived have "
        + base64(actual)
        + ": the digest was computed over another body.";
  }

  private static byte[] calculate(String algorithm, byte[] body) {
    return switch (algorithm) {
      case "crc32" -> crc(new CRC32(), body);
      case "crc32c" -> crc(new CRC32C(), body);
      case "sha1" -> digest("SHA-1", body);
      default -> digest("SHA-256", body);
    };
  }

  private static byte[] crc(Checksum checksum, byte[] body) {
    checksum.update(body);
    return ByteBuffer.allocate(Integer.BYTES).putInt((int) checksum.getValue()).array();
  }

  private static byte[] digest(String algorithm, byte[] body) {
    try {
      return MessageDigest.getInstance(algorithm).digest(body);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has " + algorithm, e);
    }
  }

  private static Optional<byte[]> decode(String base64, int length) {
    try {
      return Optional.of(Base64.getDecoder().decode(base64)).filter(b -> b.length == length);
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }
}
