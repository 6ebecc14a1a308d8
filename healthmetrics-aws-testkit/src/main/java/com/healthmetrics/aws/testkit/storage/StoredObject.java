package com.healthmetrics.aws.testkit.storage;

import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/**
 * An object that a {@link LocalS3} holds, as it was when it was asked for.
 *
 * <p>A later upload to the same key makes another {@code StoredObject} and leaves this one as it
 * is.
 *
 * <pre>{@code
 * try (LocalS3 s3 = LocalS3.start()) {
 *   // sign an upload and send it, then
 *   StoredObject picture = s3.find(upload.key().value()).orElseThrow();
 *   assertEquals("image/png", picture.contentType());
 *   assertArrayEquals(new byte[] {1, 2, 3}, picture.bytes());
 * }
 * }</pre>
 *
 * <p>Immutable and thread-safe.
 */
public final class StoredObject {
  private final String key;
  private final ObjectHeaders headers;
  private final byte[] bytes;
  private final String eTag;
  private final Instant lastModified;
  private final Optional<String> versionId;

  /** The bytes are handed over, not copied. */
  StoredObject(
      String key,
      ObjectHeaders headers,
      byte[] bytes,
      String eTag,
      Instant lastModified,
      Optional<String> versionId) {
    this.key = key;
    this.headers = headers;
    this.bytes = bytes;
    this.eTag = eTag;
    this.lastModified = lastModified;
    this.versionId = versionId;
  }

  /**
   * The object key, decoded.
   *
   * @return the key
   */
  public String key() {
    return key;
  }

  /**
   * The media type the uploader sent, or {@code binary/octet-stream}, S3's own default.
   *
   * @return the media type
   */
  public String contentType() {
    return headers.contentType();
  }

  /**
   * The content.
   *
   * @return a copy
   */
  public byte[] bytes() {
    return bytes.clone();
  }

  /**
   * How long the content is.
   *
   * @return the number of bytes
   */
  public long sizeBytes() {
    return bytes.length;
  }

  /**
   * The entity tag: the MD5 of the content in hex, in quotes as in the {@code ETag} header.
   *
   * @return the quoted entity tag
   */
  public String eTag() {
    return eTag;
  }

  /**
   * User metadata, names in lower case and without {@code x-amz-meta-}.
   *
   * @return an immutable map sorted by name
   */
  public Map<String, String> metadata() {
    return Collections.unmodifiableMap(new TreeMap<>(headers.metadata()));
  }

  /**
   * The {@code Cache-Control} the uploader sent.
   *
   * @return the header, or empty
   */
  public Optional<String> cacheControl() {
    return headers.standard("cache-control");
  }

  /**
   * The {@code Content-Disposition} the uploader sent.
   *
   * @return the header, or empty
   */
  public Optional<String> contentDisposition() {
    return headers.standard("content-disposition");
  }

  /**
   * The {@code Content-Encoding} the uploader sent.
   *
   * @return the header, or empty
   */
  public Optional<String> contentEncoding() {
    return headers.standard("content-encoding");
  }

  /**
   * When it arrived, by the server's clock.
   *
   * @return the instant
   */
  public Instant lastModified() {
    return lastModified;
  }

  /**
   * Which version of the object this is.
   *
   * @return the version's id, or empty when the bucket keeps no versions
   */
  public Optional<String> versionId() {
    return versionId;
  }

  ObjectHeaders headers() {
    return headers;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof StoredObject that
        && key.equals(that.key)
        && headers.equals(that.headers)
        && Arrays.equals(bytes, that.bytes)
        && lastModified.equals(that.lastModified)
        && versionId.equals(that.versionId);
  }

  @Override
  public int hashCode() {
    return Objects.hash(key, eTag, lastModified);
  }

  /** Key, type and size; not the content. */
  @Override
  public String toString() {
    return "StoredObject[" + key + ", " + contentType() + ", " + bytes.length + " bytes]";
  }
}
