package com.healthmetrics.aws.storage;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Optional;
import java.util.function.Function;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;

/**
 * A checksum that S3 enforces: the header that carries it, and how it is calculated.
 *
 * <p>Source: Amazon S3 User Guide, "Checking object integrity in Amazon S3".
 */
@SuppressWarnings("ImmutableEnumChecker") // functions without state
enum ChecksumAlgorithm {
  SHA256("x-amz-checksum-sha256", 32, UploadRequest::sha256, ObjectHead::sha256) {
    @Override
    byte[] calculate(InputStream content) throws IOException {
      MessageDigest digest = sha256();
      new DigestInputStream(content, digest).transferTo(OutputStream.nullOutputStream());
      return digest.digest();
    }
  },
  CRC32C("x-amz-checksum-crc32c", 4, UploadRequest::crc32c, ObjectHead::crc32c) {
    @Override
    byte[] calculate(InputStream content) throws IOException {
      CRC32C crc = new CRC32C();
      new CheckedInputStream(content, crc).transferTo(OutputStream.nullOutputStream());
      return ByteBuffer.allocate(Integer.BYTES).putInt((int) crc.getValue()).array();
    }
  };

  private final String header;
  private final int bytes;
  private final Function<UploadRequest, Optional<String>> declared;
  private final Function<ObjectHead, Optional<String>> stored;

  ChecksumAlgorithm(
      String header,
      int bytes,
      Function<UploadRequest, Optional<String>> declared,
      Function<ObjectHead, Optional<String>> stored) {
    this.header = header;
    this.bytes = bytes;
    this.declared = declared;
    this.stored = stored;
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

  /** The checksum that S3 verified during the upload, in base64. */
  Optional<String> storedWith(ObjectHead head) {
    return stored.apply(head);
  }

  /** The checksum of all bytes up to the end, in base64. */
  final String of(InputStream content) throws IOException {
    return Base64.getEncoder().encodeToString(calculate(content));
  }

  /** The checksum of bytes in memory, in base64. */
  final String of(byte[] bytes) {
    try {
      return of(new ByteArrayInputStream(bytes));
    } catch (IOException e) {
      throw new IllegalStateException("Bytes in memory could not be read.", e);
    }
  }

  abstract byte[] calculate(InputStream content) throws IOException;

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256.", e);
    }
  }
}
