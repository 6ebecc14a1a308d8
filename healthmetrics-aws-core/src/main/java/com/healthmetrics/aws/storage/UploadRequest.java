package com.healthmetrics.aws.storage;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * A request to upload one picture: owner, content type and size.
 *
 * <p>The values may come directly from a browser: none is trusted, and the {@link UploadPolicy}
 * decides before the upload is signed.
 *
 * <pre>{@code
 * UploadRequest request =
 *     UploadRequest.of("user-42", "image/png", 184_320)
 *         .withFileName("me & my dog.png")
 *         .withMetadata("taken", "2026-11-23");
 * PresignedPut upload = signer.presignPut(UploadPolicy.avatars(), request);
 * }</pre>
 *
 * <p>Immutable and thread-safe. Sources: Amazon S3 User Guide, "Working with object metadata" and
 * "Checking object integrity in Amazon S3".
 */
public final class UploadRequest {
  /** The name of the metadata that holds the file name. */
  static final String FILE_NAME = "filename";

  private final String owner;
  private final String contentType;
  private final long sizeBytes;
  private final Optional<String> fileName;
  private final Optional<String> sha256;
  private final Optional<String> crc32c;
  private final Map<String, String> metadata;

  private UploadRequest(
      String owner,
      String contentType,
      long sizeBytes,
      Optional<String> fileName,
      Optional<String> sha256,
      Optional<String> crc32c,
      Map<String, String> metadata) {
    this.owner = owner;
    this.contentType = contentType;
    this.sizeBytes = sizeBytes;
    this.fileName = fileName;
    this.sha256 = sha256;
    this.crc32c = crc32c;
    this.metadata = metadata;
  }

  /**
   * {@return a request, not yet checked}
   *
   * @param owner the owner of the picture, the segment of the key that follows the policy's prefix:
   *     1 to 128 letters, digits and {@code . _ - @ | : + = ~}; take it from the session, never
   *     from the browser
   * @param contentType the media type from the browser, such as {@code image/png}
   * @param sizeBytes the exact size in bytes, at least 1
   */
  public static UploadRequest of(String owner, String contentType, long sizeBytes) {
    return new UploadRequest(
        Objects.requireNonNull(owner, "owner"),
        Objects.requireNonNull(contentType, "contentType"),
        sizeBytes,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Map.of());
  }

  /**
   * {@return a new request with the original file name, to be stored with the object}
   *
   * <p>It is stored percent-encoded as the metadata {@code x-amz-meta-filename}, so that any
   * Unicode survives, and published only if the policy keeps it ({@link
   * UploadPolicy#keptMetadata()}): then anyone who can load the picture can read it. It never
   * influences key or content type.
   *
   * @param fileName the file's name, at most 255 characters, without control characters
   */
  public UploadRequest withFileName(String fileName) {
    return new UploadRequest(
        owner, contentType, sizeBytes, Optional.of(fileName), sha256, crc32c, metadata);
  }

  /**
   * {@return a new request for exactly the bytes with this SHA-256; S3 refuses any others}
   *
   * <p>A browser computes it with {@code crypto.subtle.digest("SHA-256", bytes)}. S3 accepts one
   * checksum, this one or a CRC32C.
   *
   * @param base64 the 32 bytes of the digest in base64
   */
  public UploadRequest withSha256(String base64) {
    return new UploadRequest(
        owner, contentType, sizeBytes, fileName, Optional.of(base64), crc32c, metadata);
  }

  /**
   * {@return a new request for exactly the bytes with this CRC32C; S3 refuses any others}
   *
   * @param base64 the 4 bytes of the checksum, the highest first, in base64
   */
  public UploadRequest withCrc32c(String base64) {
    return new UploadRequest(
        owner, contentType, sizeBytes, fileName, sha256, Optional.of(base64), metadata);
  }

  /**
   * {@return a new request with an entry of metadata added or replaced}
   *
   * <p>It is published only if the policy keeps it ({@link UploadPolicy#keptMetadata()}): then
   * anyone who can load the picture can read it. Encode non-ASCII characters, for example with
   * percent-encoding: S3 does not store them otherwise.
   *
   * @param name lower-case letters, digits and hyphens, without {@code x-amz-meta-}
   * @param value visible ASCII, words separated by single spaces
   */
  public UploadRequest withMetadata(String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(metadata);
    more.put(Objects.requireNonNull(name, "name"), Objects.requireNonNull(value, "value"));
    return new UploadRequest(
        owner, contentType, sizeBytes, fileName, sha256, crc32c, Collections.unmodifiableMap(more));
  }

  /** {@return the owner's id} */
  public String owner() {
    return owner;
  }

  /** {@return the media type according to the browser, not yet checked} */
  public String contentType() {
    return contentType;
  }

  /** {@return the declared size in bytes, not yet checked} */
  public long sizeBytes() {
    return sizeBytes;
  }

  /** {@return the file name to store, or empty if none is to be stored} */
  public Optional<String> fileName() {
    return fileName;
  }

  /** {@return the SHA-256 that the bytes must have, in base64, not yet checked, or empty} */
  public Optional<String> sha256() {
    return sha256;
  }

  /** {@return the CRC32C that the bytes must have, in base64, not yet checked, or empty} */
  public Optional<String> crc32c() {
    return crc32c;
  }

  /**
   * {@return further metadata without the file name: names and values, not yet checked, in the
   * order they were added; unmodifiable}
   */
  public Map<String, String> metadata() {
    return metadata;
  }

  /** Content type and size; owner, file name and metadata may be personal and are left out. */
  @Override
  public String toString() {
    return "UploadRequest[" + contentType + ", " + sizeBytes + " bytes]";
  }
}
