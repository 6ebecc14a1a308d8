package com.healthmetrics.aws.storage;

import java.util.Objects;
import java.util.Optional;

/**
 * A wish to upload one picture: whose, of which content type, how many bytes.
 *
 * <p>The values may come straight from a browser: nothing is trusted here, an {@link UploadPolicy}
 * decides when the upload is signed. Immutable and safe for use by several threads.
 */
public final class UploadRequest {
  private final String owner;
  private final String contentType;
  private final long sizeBytes;
  private final Optional<String> fileName;

  private UploadRequest(
      String owner, String contentType, long sizeBytes, Optional<String> fileName) {
    this.owner = owner;
    this.contentType = contentType;
    this.sizeBytes = sizeBytes;
    this.fileName = fileName;
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
        Optional.empty());
  }

  /**
   * The same wish, asking that the original file name be kept with the object.
   *
   * <p>It is stored percent-encoded as the metadata {@code x-amz-meta-filename}, so that any
   * Unicode survives. Leave it out unless you need it: everybody who may fetch the picture can read
   * it. It never influences key or content type.
   *
   * @param fileName the file's name, at most 255 characters and 2,029 once percent-encoded (S3
   *     takes no more metadata), without control characters
   * @return a new wish
   * @throws NullPointerException if {@code fileName} is null
   */
  public UploadRequest withFileName(String fileName) {
    return new UploadRequest(owner, contentType, sizeBytes, Optional.of(fileName));
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

  /** Content type and size; owner and file name may be personal and are left out. */
  @Override
  public String toString() {
    return "UploadRequest[" + contentType + ", " + sizeBytes + " bytes]";
  }
}
