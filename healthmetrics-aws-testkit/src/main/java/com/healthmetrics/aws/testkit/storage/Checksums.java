package com.healthmetrics.aws.testkit.storage;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;
import java.util.zip.Checksum;

/** Compares a body with the digests of its request. */
final class Checksums {
  /**
   * The algorithms of "Checking object integrity in Amazon S3" (S3 User Guide) that the JDK has,
   * and CRC64NVME. Those of the XXHASH family are not implemented.
   */
  enum Algorithm {
    CRC32,
    CRC32C,
    CRC64NVME,
    MD5,
    SHA1,
    SHA256,
    SHA512;

    /** The name of its header and of its form field. */
    String header() {
      return PREFIX + name().toLowerCase(Locale.ROOT);
    }

    /** The digest of a body in base64. */
    String of(byte[] body) {
      return base64(digest(body));
    }

    private byte[] digest(byte[] body) {
      return switch (this) {
        case CRC32 -> crc(new CRC32(), body);
        case CRC32C -> crc(new CRC32C(), body);
        case CRC64NVME -> ByteBuffer.allocate(Long.BYTES).putLong(Crc64Nvme.of(body)).array();
        case MD5 -> hash("MD5", body);
        case SHA1 -> hash("SHA-1", body);
        case SHA256 -> hash("SHA-256", body);
        case SHA512 -> hash("SHA-512", body);
      };
    }

    /** The algorithm of this name, for example of {@code x-amz-checksum-algorithm}. */
    static Optional<Algorithm> named(String name) {
      return Stream.of(values())
          .filter(algorithm -> algorithm.name().equals(name.toUpperCase(Locale.ROOT)))
          .findFirst();
    }
  }

  private static final String PREFIX = "x-amz-checksum-";

  /** The checksum headers that are verified. */
  static final Set<String> HEADERS =
      Stream.of(Algorithm.values()).map(Algorithm::header).collect(Collectors.toUnmodifiableSet());

  /** Names the checksum that a request carries. */
  static final String ANNOUNCED = "x-amz-sdk-checksum-algorithm";

  /** Names the checksum that a copy shall have. */
  static final String REQUESTED = "x-amz-checksum-algorithm";

  private Checksums() {}

  /**
   * Refuses a body that does not match its digests.
   *
   * @param sent lower-case names and values of headers or form fields
   * @return the checksum to store: the verified one, or CRC64NVME, which S3 adds
   */
  static Map<String, String> requireMatching(Map<String, String> sent, byte[] body) {
    Optional.ofNullable(sent.get("content-md5")).ifPresent(md5 -> requireMd5(md5, body));
    List<Algorithm> present =
        Stream.of(Algorithm.values()).filter(it -> sent.containsKey(it.header())).toList();
    if (present.size() > 1) {
      throw S3Refusal.invalidRequest(
          "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.",
          "The request has the checksums " + present + ".");
    }
    requireAnnounced(sent, present);
    Algorithm algorithm = present.isEmpty() ? Algorithm.CRC64NVME : present.get(0);
    byte[] actual = algorithm.digest(body);
    if (!present.isEmpty()) {
      requireSame(algorithm, sent.getOrDefault(algorithm.header(), ""), actual, body);
    }
    return Map.of(algorithm.header(), base64(actual));
  }

  /** Whether a request has a digest of its body. */
  static boolean hasDigest(Map<String, String> sent) {
    return sent.containsKey("content-md5") || sent.keySet().stream().anyMatch(HEADERS::contains);
  }

  /** The algorithm of a checksum header, as documents name it. */
  static String algorithm(String header) {
    return header.substring(PREFIX.length()).toUpperCase(Locale.ROOT);
  }

  /** The entity tag of a body: its MD5 in hex, in quotes. */
  static String eTag(byte[] body) {
    return '"' + HexFormat.of().formatHex(hash("MD5", body)) + '"';
  }

  private static void requireAnnounced(Map<String, String> sent, List<Algorithm> present) {
    String announced = sent.getOrDefault(ANNOUNCED, "");
    if (!announced.isEmpty() && present.stream().noneMatch(it -> it.name().equals(announced))) {
      throw S3Refusal.invalidRequest(
          ANNOUNCED
              + " specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were"
              + " found.",
          ANNOUNCED + " is " + announced + ", and the checksums are " + present + ".");
    }
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
    byte[] actual = hash("MD5", body);
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

  private static void requireSame(Algorithm algorithm, String sent, byte[] actual, byte[] body) {
    byte[] expected =
        decode(sent, actual.length)
            .orElseThrow(
                () ->
                    S3Refusal.invalidRequest(
                        "Value for " + algorithm.header() + " header is invalid.",
                        algorithm.header()
                            + " must be the base64 of "
                            + actual.length
                            + " bytes."));
    if (!Arrays.equals(expected, actual)) {
      throw S3Refusal.of(
          400,
          "BadDigest",
          "The " + algorithm + " you specified did not match the calculated checksum.",
          bodyDiffers(algorithm.header(), sent, actual, body));
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

  private static byte[] crc(Checksum checksum, byte[] body) {
    checksum.update(body);
    return ByteBuffer.allocate(Integer.BYTES).putInt((int) checksum.getValue()).array();
  }

  private static byte[] hash(String algorithm, byte[] body) {
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
