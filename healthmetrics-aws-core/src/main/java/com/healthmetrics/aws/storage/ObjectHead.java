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
   * A builder; for those who write a store of their own.
   *
   * @param key the object's key
   * @return a builder for an empty object of which nothing else is known
   * @throws NullPointerException if {@code key} is null
   */
  public static Builder builder(ObjectKey key) {
    return new Builder(Objects.requireNonNull(key, "key"));
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
   * The encoding that the uploader says the bytes are in, such as {@code gzip}.
   *
   * @return the encoding, or empty when the bytes are what they are
   */
  public Optional<String> contentEncoding() {
    return contentEncoding;
  }

  /**
   * What the uploader wishes browsers to do with the object, such as {@code attachment}.
   *
   * @return the value of {@code Content-Disposition}, or empty when there is none
   */
  public Optional<String> contentDisposition() {
    return contentDisposition;
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

  /**
   * The SHA-256 that came with the upload and that S3 found to be that of the bytes.
   *
   * @return the digest in base64, or empty when none came or the store does not tell
   */
  public Optional<String> sha256() {
    return sha256;
  }

  /**
   * The CRC32C that came with the upload and that S3 found to be that of the bytes.
   *
   * @return the checksum in base64, or empty when none came or the store does not tell
   */
  public Optional<String> crc32c() {
    return crc32c;
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

  /**
   * Collects what is known about an object. What is null counts as unknown, where that is said.
   *
   * <p>Mutable and not safe for use by several threads.
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
     * Sets how large the object is.
     *
     * @param bytes the size, at least 0
     * @return this builder
     * @throws IllegalArgumentException if it is negative
     */
    public Builder sizeBytes(long bytes) {
      if (bytes < 0) {
        throw new IllegalArgumentException(
            "An object of " + bytes + " bytes cannot be; give 0 or more.");
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
     * Sets the encoding that the bytes are said to be in.
     *
     * @param encoding the encoding, or null
     * @return this builder
     */
    public Builder contentEncoding(@Nullable String encoding) {
      contentEncoding = encoding;
      return this;
    }

    /**
     * Sets what browsers shall do with the object.
     *
     * @param value the value of {@code Content-Disposition}, or null
     * @return this builder
     */
    public Builder contentDisposition(@Nullable String value) {
      contentDisposition = value;
      return this;
    }

    /**
     * Sets the entity tag; empty when not called.
     *
     * @param quoted the tag in its quotes, different whenever the bytes are
     * @return this builder
     * @throws NullPointerException if {@code quoted} is null
     */
    public Builder eTag(String quoted) {
      eTag = Objects.requireNonNull(quoted, "quoted");
      return this;
    }

    /**
     * Sets which version it is.
     *
     * @param id the version's id, or null
     * @return this builder
     */
    public Builder versionId(@Nullable String id) {
      versionId = id;
      return this;
    }

    /**
     * Sets when it was stored; 1970 when not called.
     *
     * @param instant the instant, in whole seconds
     * @return this builder
     * @throws NullPointerException if {@code instant} is null
     */
    public Builder lastModified(Instant instant) {
      lastModified = Objects.requireNonNull(instant, "instant");
      return this;
    }

    /**
     * Sets the metadata; none when not called.
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
     * What was collected.
     *
     * @return an immutable head
     */
    public ObjectHead build() {
      return new ObjectHead(this);
    }
  }
}
