package com.healthmetrics.aws.storage;

import com.healthmetrics.aws.internal.Checks;
import com.healthmetrics.aws.internal.PercentEncoding;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What S3 knows about a stored object, without its bytes.
 *
 * <pre>{@code
 * Optional<ObjectHead> head = objects.head(ObjectKey.of("avatars/user-42/picture.png"));
 * long bytes = head.map(ObjectHead::sizeBytes).orElse(0L);
 * Optional<String> fileName = head.flatMap(ObjectHead::fileName);
 * }</pre>
 *
 * <p>Type, metadata and cache header are what the uploader said; nobody has compared them with the
 * bytes. Immutable and safe for use by several threads.
 *
 * <p>Source: Amazon S3 API Reference, "HeadObject".
 */
public final class ObjectHead {
  private static final String FILE_NAME = "filename";

  private final ObjectKey key;
  private final long sizeBytes;
  private final Optional<String> contentType;
  private final String eTag;
  private final Optional<String> versionId;
  private final Instant lastModified;
  private final Map<String, String> metadata;
  private final Optional<String> cacheControl;

  ObjectHead(
      ObjectKey key,
      long sizeBytes,
      @Nullable String contentType,
      String eTag,
      @Nullable String versionId,
      Instant lastModified,
      Map<String, String> metadata,
      @Nullable String cacheControl) {
    this.key = key;
    this.sizeBytes = sizeBytes;
    this.contentType = Optional.ofNullable(contentType);
    this.eTag = eTag;
    this.versionId = Optional.ofNullable(versionId);
    this.lastModified = lastModified;
    this.metadata = Collections.unmodifiableMap(new TreeMap<>(metadata));
    this.cacheControl = Optional.ofNullable(cacheControl);
  }

  /**
   * The object's key.
   *
   * @return the key
   */
  public ObjectKey key() {
    return key;
  }

  /**
   * How large it is.
   *
   * @return the size in bytes
   */
  public long sizeBytes() {
    return sizeBytes;
  }

  /**
   * The media type that the uploader gave.
   *
   * @return the media type, or empty when the store knows none
   */
  public Optional<String> contentType() {
    return contentType;
  }

  /**
   * The entity tag, which changes with the bytes.
   *
   * @return the tag in its quotes, as {@code If-Match} takes it
   */
  public String eTag() {
    return eTag;
  }

  /**
   * Which version it is.
   *
   * @return the version's id, or empty when the bucket keeps no versions
   */
  public Optional<String> versionId() {
    return versionId;
  }

  /**
   * When it was stored.
   *
   * @return the instant, in whole seconds
   */
  public Instant lastModified() {
    return lastModified;
  }

  /**
   * The metadata that the uploader gave, as it is stored.
   *
   * @return names in lower case without {@code x-amz-meta-}, sorted, and values; immutable
   */
  public Map<String, String> metadata() {
    return metadata;
  }

  /**
   * The file name that {@link UploadRequest#withFileName} kept, decoded.
   *
   * @return the name, or empty when none was kept or the metadata was not written by this library
   */
  public Optional<String> fileName() {
    return Optional.ofNullable(metadata.get(FILE_NAME))
        .flatMap(PercentEncoding::decode)
        .filter(name -> !name.isEmpty() && Checks.indexOfUnsafeCharacter(name) < 0);
  }

  /**
   * The cache header that the object is served with.
   *
   * @return the value of {@code Cache-Control}, or empty when there is none
   */
  public Optional<String> cacheControl() {
    return cacheControl;
  }

  /** Type, size and entity tag; key and file name may be personal and are left out. */
  @Override
  public String toString() {
    return "ObjectHead["
        + contentType.orElse("no content type")
        + ", "
        + sizeBytes
        + " bytes, "
        + eTag
        + "]";
  }
}
