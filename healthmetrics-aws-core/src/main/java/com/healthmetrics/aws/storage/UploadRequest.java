package com.healthmetrics.aws.storage;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * A wish to upload one picture: whose, of which content type, how many bytes.
 *
 * <p>The values may come straight from a browser: nothing is trusted here, an {@link UploadPolicy}
 * decides when the upload is signed.
 *
 * <pre>{@code
 * UploadRequest request =
 *     UploadRequest.of("user-42", "image/png", 184_320)
 *         .withFileName("me & my dog.png")
 *         .withMetadata("taken", "2026-11-23");
 * PresignedPut upload = signer.presignPut(UploadPolicy.avatars(), request);
 * }</pre>
 *
 * <p>Immutable and safe for use by several threads. Sources: Amazon S3 User Guide, "Working with
 * object metadata" and "Checking object integrity in Amazon S3".
 */
public final class UploadRequest {
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
   * A wish to upload.
   *
   * @param owner whose picture it is, the segment of the key that follows the policy's prefix: 1 to
   *     128 letters, digits and {@code . _ - @ | : + = ~}; take it from the session, never from the
   *     browser
   * @param contentType the media type the browser gives, such as {@code image/png}
   * @param sizeBytes the exact size in bytes, at least 1
   * @return the wish, not yet checked
   * @throws NullPointerException if an argument is null
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
   * The same wish, asking that the original file name be kept with the object.
   *
   * <p>It is stored percent-encoded as the metadata {@code x-amz-meta-filename}, so that any
   * Unicode survives. Leave it out unless you need it: everybody who may fetch the picture can read
   * it. It never influences key or content type.
   *
   * @param fileName the file's name, at most 255 characters, without control characters
   * @return a new wish
   * @throws NullPointerException if {@code fileName} is null
   */
  public UploadRequest withFileName(String fileName) {
    return new UploadRequest(
        owner, contentType, sizeBytes, Optional.of(fileName), sha256, crc32c, metadata);
  }

  /**
   * The same wish for exactly the bytes with this SHA-256; S3 refuses any others.
   *
   * <p>A browser has it from {@code crypto.subtle.digest("SHA-256", bytes)}. S3 takes one checksum,
   * this one or a CRC32C.
   *
   * @param base64 the 32 bytes of the digest in base64
   * @return a new wish
   * @throws NullPointerException if {@code base64} is null
   */
  public UploadRequest withSha256(String base64) {
    return new UploadRequest(
        owner, contentType, sizeBytes, fileName, Optional.of(base64), crc32c, metadata);
  }

  /**
   * The same wish for exactly the bytes with this CRC32C; S3 refuses any others.
   *
   * @param base64 the 4 bytes of the checksum, the highest first, in base64
   * @return a new wish
   * @throws NullPointerException if {@code base64} is null
   */
  public UploadRequest withCrc32c(String base64) {
    return new UploadRequest(
        owner, contentType, sizeBytes, fileName, sha256, Optional.of(base64), metadata);
  }

  /**
   * The same wish with one more entry of metadata, or with that entry replaced.
   *
   * <p>Everybody who may fetch the picture can read it. Encode what is not ASCII, by percent
   * encoding for example: S3 does not carry it otherwise.
   *
   * @param name lower-case letters, digits and hyphens, without {@code x-amz-meta-}
   * @param value printable ASCII, words separated by single spaces
   * @return a new wish
   * @throws NullPointerException if an argument is null
   */
  public UploadRequest withMetadata(String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(metadata);
    more.put(Objects.requireNonNull(name, "name"), Objects.requireNonNull(value, "value"));
    return new UploadRequest(
        owner, contentType, sizeBytes, fileName, sha256, crc32c, Collections.unmodifiableMap(more));
  }

  /**
   * Whose picture it is.
   *
   * @return the owner's id
   */
  public String owner() {
    return owner;
  }

  /**
   * What the browser says it is.
   *
   * @return the media type, not yet checked
   */
  public String contentType() {
    return contentType;
  }

  /**
   * The declared size.
   *
   * @return the size in bytes, not yet checked
   */
  public long sizeBytes() {
    return sizeBytes;
  }

  /**
   * The file name to keep.
   *
   * @return the name, or empty when none is to be kept
   */
  public Optional<String> fileName() {
    return fileName;
  }

  /**
   * The SHA-256 that the bytes must have.
   *
   * @return the digest in base64, not yet checked, or empty
   */
  public Optional<String> sha256() {
    return sha256;
  }

  /**
   * The CRC32C that the bytes must have.
   *
   * @return the checksum in base64, not yet checked, or empty
   */
  public Optional<String> crc32c() {
    return crc32c;
  }

  /**
   * Further metadata, the file name apart.
   *
   * @return names and values, not yet checked, in the order they were added; unmodifiable
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
