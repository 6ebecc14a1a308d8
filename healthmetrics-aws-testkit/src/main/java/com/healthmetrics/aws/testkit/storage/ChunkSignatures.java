package com.healthmetrics.aws.testkit.storage;

import com.healthmetrics.aws.testkit.internal.CredentialScope;
import com.healthmetrics.aws.testkit.internal.SigV4;
import com.healthmetrics.aws.testkit.storage.CredentialCheck.Signer;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * The chain of signatures of a body: each covers the one before it, so chunks can neither be
 * changed nor left out, repeated or reordered. S3 API Reference, "Signature Calculations for the
 * Authorization Header: Transferring Payload in Multiple Chunks" and "... Including Trailing
 * Headers".
 *
 * <p>Not thread-safe.
 */
final class ChunkSignatures {
  private static final String HASH_OF_NOTHING = SigV4.sha256Hex(new byte[0]);

  private final String secretAccessKey;
  private final Signer signer;
  private String previous;

  /**
   * A chain.
   *
   * @param seed the signature of the request
   */
  ChunkSignatures(String secretAccessKey, Signer signer, String seed) {
    this.secretAccessKey = secretAccessKey;
    this.signer = signer;
    this.previous = seed;
  }

  /** Refuses a chunk that is not the next one that was signed. */
  void requireChunk(int number, String provided, byte[] bytes, int offset, int length) {
    String hash = SigV4.sha256Hex(bytes, offset, length);
    require("chunk " + number, "PAYLOAD", provided, HASH_OF_NOTHING, hash);
  }

  /** Refuses a trailer that was not signed after the last chunk. */
  void requireTrailer(Map<String, String> trailer, String provided) {
    StringBuilder lines = new StringBuilder();
    trailer.forEach((name, value) -> lines.append(name).append(':').append(value).append('\n'));
    String hash = SigV4.sha256Hex(lines.toString().getBytes(StandardCharsets.UTF_8));
    require("the trailer", "TRAILER", provided, hash);
  }

  private void require(String what, String kind, String provided, String... hashes) {
    CredentialScope scope = signer.scope();
    String stringToSign =
        SigV4.stringToSignOfPart(kind, signer.timestamp(), scope, previous, hashes);
    if (!SigV4.same(SigV4.signature(secretAccessKey, scope, stringToSign), provided)) {
      throw S3Refusal.of(
              403,
              "SignatureDoesNotMatch",
              "The request signature we calculated does not match the signature you provided. Check"
                  + " your key and signing method.",
              "The signature of the request is valid, that of "
                  + what
                  + " is not: its bytes differ from the signed ones, or it is not in its place.")
          .with("AWSAccessKeyId", scope.accessKeyId())
          .with("StringToSign", stringToSign)
          .with("SignatureProvided", provided);
    }
    previous = provided;
  }
}
