package com.healthmetrics.aws.testkit.storage;

import com.healthmetrics.aws.testkit.internal.SigV4;
import java.util.Optional;

/**
 * How the signature of a request covers its body.
 *
 * @param hash the value of {@code x-amz-content-sha256}
 * @param chunks verifies the chunks of a body that is signed chunk by chunk
 */
record SignedPayload(String hash, Optional<ChunkSignatures> chunks) {
  static final String UNSIGNED = "UNSIGNED-PAYLOAD";

  private static final String STREAMING = "STREAMING-";
  private static final String CHUNKED_UNSIGNED = "STREAMING-UNSIGNED-PAYLOAD-TRAILER";
  private static final String CHUNKED = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD";
  private static final String CHUNKED_WITH_TRAILER = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER";

  /** A body that the signature does not cover. */
  static SignedPayload unsigned() {
    return new SignedPayload(UNSIGNED, Optional.empty());
  }

  /** Refuses a value that S3 does not know. */
  static void requireKnown(String hash) {
    boolean chunked =
        hash.equals(CHUNKED) || hash.equals(CHUNKED_WITH_TRAILER) || hash.equals(CHUNKED_UNSIGNED);
    if (hash.startsWith(STREAMING) && !chunked) {
      throw S3Refusal.notImplementedHeader(
          "x-amz-content-sha256",
          "LocalS3 reads " + CHUNKED + ", also with -TRAILER, and " + CHUNKED_UNSIGNED + ".");
    }
    if (!chunked && !hash.equals(UNSIGNED) && !hash.matches("[0-9a-f]{64}")) {
      throw S3Refusal.invalidArgument(
              "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD or"
                  + " a valid sha256 value.",
              "x-amz-content-sha256 has another value.")
          .with("ArgumentName", "x-amz-content-sha256")
          .with("ArgumentValue", hash);
    }
  }

  /** The payload of a request whose signature was verified. */
  static SignedPayload of(String hash, ChunkSignatures chunks) {
    boolean signsChunks = hash.equals(CHUNKED) || hash.equals(CHUNKED_WITH_TRAILER);
    return new SignedPayload(hash, signsChunks ? Optional.of(chunks) : Optional.empty());
  }

  /** Whether the body is {@code aws-chunked}. */
  boolean isChunked() {
    return hash.startsWith(STREAMING);
  }

  /** Whether a trailer follows the last chunk. */
  boolean hasTrailer() {
    return hash.equals(CHUNKED_WITH_TRAILER) || hash.equals(CHUNKED_UNSIGNED);
  }

  /** Refuses a body that is not the signed one, where one hash covers it all. */
  void requireHashOf(byte[] body) {
    if (isChunked() || hash.equals(UNSIGNED)) {
      return;
    }
    String actual = SigV4.sha256Hex(body);
    if (!actual.equals(hash)) {
      throw S3Refusal.of(
              400,
              "XAmzContentSHA256Mismatch",
              "The provided 'x-amz-content-sha256' header does not match what was computed.",
              "The body that arrived is not the signed one.")
          .with("ClientComputedContentSHA256", hash)
          .with("S3ComputedContentSHA256", actual);
    }
  }
}
