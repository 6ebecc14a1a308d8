package com.healthmetrics.aws.storage;

import com.healthmetrics.aws.internal.Checks;
import com.healthmetrics.aws.internal.PercentEncoding;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The properties of a stored object as S3 reports them, without its bytes.
 *
 * <pre>{@code
 * Optional<ObjectHead> head = objects.head(ObjectKey.of("avatars/user-42/picture.png"));
 * long bytes = head.map(ObjectHead::sizeBytes).orElse(0L);
 * Optional<String> fileName = head.flatMap(ObjectHead::fileName);
 * }</pre>
 *
 * <p>Type, metadata and cache header come from the uploader and are not compared with the bytes.
 * Immutable and thread-safe.
 *
 * <p>Source: Amazon S3 API Reference, "HeadObject".
 */
public final class ObjectHead {
  private static final String FILE_NAME = "filename";

  private final ObjectKey key;
  private final long sizeBytes;
  private final Optional<String> contentType;
  private final Optional<String> contentEncoding;
  private final Optional<String> contentDisposition;
  private final String eTag;
  private final Optional<String> versionId;
  private final Instant lastModified;
  private final Map<String, String> metadata;
  private final Optional<String> cacheControl;
  private final Optional<String> sha256;
  private final Optional<String> crc32c;

  private ObjectHead(Builder builder) {
    this.key = builder.key;
    this.sizeBytes = builder.sizeBytes;
    this.contentType = Optional.ofNullable(builder.contentType);
    this.contentEncoding = Optional.ofNullable(builder.contentEncoding);
    this.contentDisposition = Optional.ofNullable(builder.contentDisposition);
    this.eTag = builder.eTag;
    this.versionId = Optional.ofNullable(builder.versionId);
    this.lastModified = builder.lastModified;
    this.metadata = Collections.unmodifiableMap(new TreeMap<>(builder.metadata));
    this.cacheControl = Optional.ofNullable(builder.cacheControl);
    this.sha256 = Optional.ofNullable(builder.sha256);
    this.crc32c = Optional.ofNullable(builder.crc32c);
  }

  /**
   * {@return a new builder, for implementations of {@link ObjectStore}: an empty object without
   * further values}
   *
   * @param key the object's key
   */
  public static Builder builder(ObjectKey key) {
    return new Builder(Objects.requireNonNull(key, "key"));
  }

  /** {@return the object's key} */
  public ObjectKey key() {
    return key;
  }

  /** {@return the size in bytes} */
  public long sizeBytes() {
    return sizeBytes;
  }

  /** {@return the media type that the uploader sent, or empty if the store has none} */
  public Optional<String> contentType() {
    return contentType;
  }

  /**
   * {@return the {@code Content-Encoding} that the uploader sent, such as {@code gzip}, or empty if
   * there is none}
   */
  public Optional<String> contentEncoding() {
    return contentEncoding;
  }

  /**
   * {@return the {@code Content-Disposition} that the uploader sent, such as {@code attachment}, or
   * empty if there is none}
   */
  public Optional<String> contentDisposition() {
    return contentDisposition;
  }

  /**
   * {@return the entity tag, which changes with the bytes, in its quotes as in {@code If-Match}}
   */
  public String eTag() {
    return eTag;
  }

  /** {@return the version's id, or empty if the bucket keeps no versions} */
  public Optional<String> versionId() {
    return versionId;
  }

  /** {@return the instant it was stored, in whole seconds} */
  public Instant lastModified() {
    return lastModified;
  }

  /**
   * {@return the metadata as it is stored: names in lower case without {@code x-amz-meta-}, sorted,
   * and values; immutable}
   */
  public Map<String, String> metadata() {
    return metadata;
  }

  /**
   * {@return the file name stored by {@link UploadRequest#withFileName}, decoded, or empty if there
   * is none or the metadata was not written by this library}
   */
  public Optional<String> fileName() {
    return Optional.ofNullable(metadata.get(FILE_NAME))
        .flatMap(PercentEncoding::decode)
        .filter(name -> !name.isEmpty() && Checks.indexOfUnsafeCharacter(name) < 0);
  }

  /**
   * {@return the {@code Cache-Control} that the object is served with, or empty if there is none}
   */
  public Optional<String> cacheControl() {
    return cacheControl;
  }

  /**
   * {@return the SHA-256 that came with the upload and that S3 verified, in base64, or empty if
   * none came or the store does not report it}
   */
  public Optional<String> sha256() {
    return sha256;
  }

  /**
   * {@return the CRC32C that came with the upload and that S3 verified, in base64, or empty if none
   * came or the store does not report it}
   */
  public Optional<String> crc32c() {
    return crc32c;
  }

  /** Type, size and entity tag; key and file name may be personal and are left out. */
  @Override
  public String toString() {
    return "ObjectHead[%s, %s bytes, %s]"
        .formatted(contentType.orElse("no content type"), sizeBytes, eTag);
  }

  /**
   * Builder for {@link ObjectHead}. Default of each optional value: unknown.
   *
   * <p>Not thread-safe.
   */
  public static final class Builder {
    private final ObjectKey key;
    private long sizeBytes;
    private @Nullable String contentType;
    private @Nullable String contentEncoding;
    private @Nullable String contentDisposition;
    private String eTag = "";
    private @Nullable String versionId;
    private Instant lastModified = Instant.EPOCH;
    private Map<String, String> metadata = Map.of();
    private @Nullable String cacheControl;
    private @Nullable String sha256;
    private @Nullable String crc32c;

    private Builder(ObjectKey key) {
      this.key = key;
    }

    /**
     * Sets the size. Default: 0.
     *
     * @param bytes the size, at least 0
     * @return this builder
     * @throws IllegalArgumentException if it is negative
     */
    public Builder sizeBytes(long bytes) {
      if (bytes < 0) {
        throw new IllegalArgumentException(
            "The size of an object is not " + bytes + " bytes. Use 0 or more.");
      }
      sizeBytes = bytes;
      return this;
    }

    /**
     * Sets the media type.
     *
     * @param mediaType the media type, or null
     * @return this builder
     */
    public Builder contentType(@Nullable String mediaType) {
      contentType = mediaType;
      return this;
    }

    /**
     * Sets the content encoding.
     *
     * @param encoding the value of {@code Content-Encoding}, or null
     * @return this builder
     */
    public Builder contentEncoding(@Nullable String encoding) {
      contentEncoding = encoding;
      return this;
    }

    /**
     * Sets the content disposition.
     *
     * @param value the value of {@code Content-Disposition}, or null
     * @return this builder
     */
    public Builder contentDisposition(@Nullable String value) {
      contentDisposition = value;
      return this;
    }

    /**
     * Sets the entity tag. Default: empty.
     *
     * @param quoted the tag in its quotes, different whenever the bytes are
     * @return this builder
     */
    public Builder eTag(String quoted) {
      eTag = Objects.requireNonNull(quoted, "quoted");
      return this;
    }

    /**
     * Sets the version.
     *
     * @param id the version's id, or null
     * @return this builder
     */
    public Builder versionId(@Nullable String id) {
      versionId = id;
      return this;
    }

    /**
     * Sets the instant of storage. Default: {@link Instant#EPOCH}.
     *
     * @param instant the instant, in whole seconds
     * @return this builder
     */
    public Builder lastModified(Instant instant) {
      lastModified = Objects.requireNonNull(instant, "instant");
      return this;
    }

    /**
     * Sets the metadata. Default: none.
     *
     * @param metadata names in lower case without {@code x-amz-meta-}, and values; copied
     * @return this builder
     * @throws NullPointerException if {@code metadata}, a name or a value is null
     */
    public Builder metadata(Map<String, String> metadata) {
      this.metadata = Map.copyOf(metadata);
      return this;
    }

    /**
     * Sets the cache header.
     *
     * @param value the value of {@code Cache-Control}, or null
     * @return this builder
     */
    public Builder cacheControl(@Nullable String value) {
      cacheControl = value;
      return this;
    }

    /**
     * Sets the SHA-256.
     *
     * @param base64 the digest of the whole object in base64, or null
     * @return this builder
     */
    public Builder sha256(@Nullable String base64) {
      sha256 = base64;
      return this;
    }

    /**
     * Sets the CRC32C.
     *
     * @param base64 the checksum of the whole object in base64, or null
     * @return this builder
     */
    public Builder crc32c(@Nullable String base64) {
      crc32c = base64;
      return this;
    }

    /**
     * Builds the head.
     *
     * @return an immutable head
     */
    public ObjectHead build() {
      return new ObjectHead(this);
    }
  }
}
