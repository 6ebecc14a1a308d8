package com.healthmetrics.aws.storage;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * A checksum that S3 enforces: the header that carries it, and how it is calculated.
 *
 * <p>Source: Amazon S3 User Guide, "Checking object integrity in Amazon S3".
 */
enum ChecksumAlgorithm {
  SHA256("x-amz-checksum-sha256", 32) {
    @Override
    Optional<String> declaredBy(UploadRequest request) {
      return request.sha256();
    }

    @Override
    Optional<String> storedWith(ObjectHead head) {
      return head.sha256();
    }

    @Override
    byte[] calculate(InputStream content) throws IOException {
      MessageDigest digest = sha256();
      forEachBlock(content, digest::update);
      return digest.digest();
    }
  },
  CRC32C("x-amz-checksum-crc32c", 4) {
    @Override
    Optional<String> declaredBy(UploadRequest request) {
      return request.crc32c();
    }

    @Override
    Optional<String> storedWith(ObjectHead head) {
      return head.crc32c();
    }

    @Override
    byte[] calculate(InputStream content) throws IOException {
      CRC32C crc = new CRC32C();
      forEachBlock(content, crc::update);
      return ByteBuffer.allocate(Integer.BYTES).putInt((int) crc.getValue()).array();
    }
  };

  private final String header;
  private final int bytes;

  ChecksumAlgorithm(String header, int bytes) {
    this.header = header;
    this.bytes = bytes;
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
  abstract Optional<String> declaredBy(UploadRequest request);

  /** The checksum that S3 verified during the upload, in base64. */
  abstract Optional<String> storedWith(ObjectHead head);

  /** The checksum of all bytes up to the end, in base64. */
  final String of(InputStream content) throws IOException {
    return Base64.getEncoder().encodeToString(calculate(content));
  }

  abstract byte[] calculate(InputStream content) throws IOException;

  private interface Block {
    void update(byte[] buffer, int offset, int length);
  }

  private static void forEachBlock(InputStream content, Block block) throws IOException {
    byte[] buffer = new byte[8_192];
    for (int count = content.read(buffer); count >= 0; count = content.read(buffer)) {
      block.update(buffer, 0, count);
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256.", e);
    }
  }
}
