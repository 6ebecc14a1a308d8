package com.healthmetrics.aws.testkit.storage;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A snapshot of an object in a {@link LocalS3}; a later upload to the same key does not change it.
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

  /** The bytes are not copied. */
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

  /** {@return the object key, decoded} */
  public String key() {
    return key;
  }

  /** {@return the media type of the upload, or {@code binary/octet-stream}, S3's default} */
  public String contentType() {
    return headers.contentType();
  }

  /** {@return a copy of the content} */
  public byte[] bytes() {
    return bytes.clone();
  }

  /** {@return the size of the content in bytes} */
  public long sizeBytes() {
    return bytes.length;
  }

  /** {@return the MD5 of the content in hex, in quotes as in the {@code ETag} header} */
  public String eTag() {
    return eTag;
  }

  /**
   * {@return the user metadata: an immutable map sorted by name, names in lower case and without
   * {@code x-amz-meta-}}
   */
  public Map<String, String> metadata() {
    return Collections.unmodifiableMap(new TreeMap<>(headers.metadata()));
  }

  /** {@return the {@code Cache-Control} of the upload, or empty} */
  public Optional<String> cacheControl() {
    return headers.standard("cache-control");
  }

  /** {@return the {@code Content-Disposition} of the upload, or empty} */
  public Optional<String> contentDisposition() {
    return headers.standard("content-disposition");
  }

  /** {@return the {@code Content-Encoding} of the upload, or empty} */
  public Optional<String> contentEncoding() {
    return headers.standard("content-encoding");
  }

  /**
   * {@return the headers that describe the object when S3 serves it: an immutable map sorted by
   * name, names in lower case, {@code x-amz-meta-} included; metadata outside ASCII is an encoded
   * word (RFC 2047)}
   */
  public Map<String, String> servedHeaders() {
    Map<String, String> served = new TreeMap<>();
    served.put("content-type", contentType());
    headers.described().forEach((name, value) -> served.put(name, ascii(value)));
    return Collections.unmodifiableMap(served);
  }

  private static String ascii(String value) {
    return value.chars().allMatch(c -> c < 0x80)
        ? value
        : "=?UTF-8?B?"
            + Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8))
            + "?=";
  }

  /** {@return the instant of the upload, by the server's clock} */
  public Instant lastModified() {
    return lastModified;
  }

  /** {@return the id of this version, or empty if the bucket keeps no versions} */
  public Optional<String> versionId() {
    return versionId;
  }

  /** The content, not copied. */
  byte[] content() {
    return bytes;
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
