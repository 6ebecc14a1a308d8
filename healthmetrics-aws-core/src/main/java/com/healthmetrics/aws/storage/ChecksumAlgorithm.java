package com.healthmetrics.aws.storage;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Optional;
import java.util.function.Function;
import java.util.zip.CRC32C;

/**
 * A checksum that S3 enforces: the header that carries it, and how it is calculated.
 *
 * <p>Source: Amazon S3 User Guide, "Checking object integrity in Amazon S3".
 */
@SuppressWarnings("ImmutableEnumChecker") // functions without state
enum ChecksumAlgorithm {
  SHA256("x-amz-checksum-sha256", 32, UploadRequest::sha256) {
    @Override
    byte[] calculate(byte[] content) {
      try {
        return MessageDigest.getInstance("SHA-256").digest(content);
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("Every Java platform has SHA-256.", e);
      }
    }
  },
  CRC32C("x-amz-checksum-crc32c", 4, UploadRequest::crc32c) {
    @Override
    byte[] calculate(byte[] content) {
      CRC32C crc = new CRC32C();
      crc.update(content, 0, content.length);
      return ByteBuffer.allocate(Integer.BYTES).putInt((int) crc.getValue()).array();
    }
  };

  private final String header;
  private final int bytes;
  private final Function<UploadRequest, Optional<String>> declared;

  ChecksumAlgorithm(String header, int bytes, Function<UploadRequest, Optional<String>> declared) {
    this.header = header;
    this.bytes = bytes;
    this.declared = declared;
  }

  /** The name of the header and of the form field. */
  String header() {
    return header;
  }

  /** The length of the checksum in bytes. */
  int bytes() {
    return bytes;
  }

  /** The checksum of a request, in base64. */
  Optional<String> declaredBy(UploadRequest request) {
    return declared.apply(request);
  }

  /** The checksum of some content, in base64. */
  final String of(byte[] content) {
    return Base64.getEncoder().encodeToString(calculate(content));
  }

  abstract byte[] calculate(byte[] content);
}
