package com.healthmetrics.aws.storage;

import com.healthmetrics.aws.internal.Checks;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An object to store: key, content type, bytes, and the headers that it is served with.
 *
 * <pre>{@code
 * byte[] bytes = {1, 2, 3};
 * NewObject chart =
 *     NewObject.of(ObjectKey.of("charts/user-42/2026-11.png"), "image/png", bytes)
 *         .withCacheControl("private, max-age=3600")
 *         .withMetadata("created", "2026-11-30");
 * ObjectHead stored = objects.put(chart);
 * }</pre>
 *
 * <p>It creates, and never overwrites, unless {@link #replacingExisting()} is called.
 *
 * <p>Immutable and thread-safe, if its content is. Sources: Amazon S3 User Guide, "Uploading
 * objects" and "Working with object metadata".
 */
public final class NewObject {
  private static final long MAX_BYTES = 5L * 1_024 * 1_024 * 1_024;

  private final ObjectKey key;
  private final String contentType;
  private final long sizeBytes;
  private final Supplier<InputStream> content;
  private final Optional<String> sha256;
  private final @Nullable String cacheControl;
  private final Map<String, String> metadata;
  private final boolean replacing;

  private NewObject(
      ObjectKey key,
      String contentType,
      long sizeBytes,
      Supplier<InputStream> content,
      Optional<String> sha256) {
    this(key, contentType, sizeBytes, content, sha256, null, Map.of(), false);
  }

  private NewObject(
      ObjectKey key,
      String contentType,
      long sizeBytes,
      Supplier<InputStream> content,
      Optional<String> sha256,
      @Nullable String cacheControl,
      Map<String, String> metadata,
      boolean replacing) {
    this.key = key;
    this.contentType = contentType;
    this.sizeBytes = sizeBytes;
    this.content = content;
    this.sha256 = sha256;
    this.cacheControl = cacheControl;
    this.metadata = metadata;
    this.replacing = replacing;
  }

  /**
   * {@return an object with bytes in memory; S3 compares them with their SHA-256 and refuses
   * others}
   *
   * @param key the object's key
   * @param contentType its media type: visible ASCII, words separated by single spaces
   * @param bytes its bytes; copied
   * @throws IllegalArgumentException if the content type has another form
   */
  public static NewObject of(ObjectKey key, String contentType, byte[] bytes) {
    return ofUncopied(key, contentType, bytes.clone());
  }

  /** Bytes that nobody changes: a copy would count twice where memory is bounded. */
  static NewObject ofUncopied(ObjectKey key, String contentType, byte[] bytes) {
    return new NewObject(
        Objects.requireNonNull(key, "key"),
        requireHeader("content type " + Checks.quote(contentType), contentType),
        bytes.length,
        () -> new ByteArrayInputStream(bytes),
        Optional.of(ChecksumAlgorithm.SHA256.of(bytes)));
  }

  /**
   * {@return an object with bytes from elsewhere, which are never all in memory}
   *
   * @param key the object's key
   * @param contentType its media type: visible ASCII, words separated by single spaces
   * @param sizeBytes its size, 0 bytes to 5 GiB, the most that S3 accepts in one request
   * @param content returns a new stream of all bytes with each call, as a request is read to be
   *     signed, and may be repeated; the store closes it
   * @throws IllegalArgumentException if the content type has another form, or the size is out of
   *     range
   */
  public static NewObject of(
      ObjectKey key, String contentType, long sizeBytes, Supplier<InputStream> content) {
    if (sizeBytes < 0 || sizeBytes > MAX_BYTES) {
      throw new IllegalArgumentException(
          "A size of %s bytes is out of range. Use 0 to %s bytes, S3's limit for one request."
              .formatted(sizeBytes, MAX_BYTES));
    }
    return new NewObject(
        Objects.requireNonNull(key, "key"),
        requireHeader("content type " + Checks.quote(contentType), contentType),
        sizeBytes,
        Objects.requireNonNull(content, "content"),
        Optional.empty());
  }

  private static String requireHeader(String name, String value) {
    if (!Checks.isHeaderValue(value)) {
      throw new IllegalArgumentException(
          ("The %s is not the value of a header. Use up to 2,048 visible ASCII characters, words"
                  + " separated by single spaces.")
              .formatted(name));
    }
    return value;
  }

  /**
   * {@return a new object with the {@code Cache-Control} that it is served with}
   *
   * @param value the header's value: visible ASCII, words separated by single spaces
   * @throws IllegalArgumentException if it has another form
   */
  public NewObject withCacheControl(String value) {
    requireHeader("cache control " + Checks.quote(value), value);
    return new NewObject(key, contentType, sizeBytes, content, sha256, value, metadata, replacing);
  }

  /**
   * {@return a new object with an entry of metadata added or replaced}
   *
   * @param name lower-case letters, digits and hyphens, without {@code x-amz-meta-}
   * @param value visible ASCII, words separated by single spaces
   * @throws IllegalArgumentException if one of them has another form, or all names and values
   *     together have more than S3's 2,048 bytes
   */
  public NewObject withMetadata(String name, String value) {
    if (!Metadata.isName(name)) {
      throw new IllegalArgumentException(
          "The metadata name %s is malformed. Use lower-case letters, digits and hyphens."
              .formatted(Checks.quote(name)));
    }
    requireHeader("value of the metadata " + Checks.quote(name), value);
    Map<String, String> more = new TreeMap<>(metadata);
    more.put(name, value);
    int bytes = Metadata.bytes(more);
    if (bytes > Metadata.MAX_BYTES) {
      throw new IllegalArgumentException(
          "The metadata has %s bytes of names and values; S3 stores at most %s."
              .formatted(bytes, Metadata.MAX_BYTES));
    }
    return new NewObject(
        key,
        contentType,
        sizeBytes,
        content,
        sha256,
        cacheControl,
        Collections.unmodifiableMap(more),
        replacing);
  }

  /** {@return a new object that replaces one with the same key} */
  public NewObject replacingExisting() {
    return new NewObject(
        key, contentType, sizeBytes, content, sha256, cacheControl, metadata, true);
  }

  /** {@return the object's key} */
  public ObjectKey key() {
    return key;
  }

  /** {@return the media type} */
  public String contentType() {
    return contentType;
  }

  /** {@return the size in bytes} */
  public long sizeBytes() {
    return sizeBytes;
  }

  /**
   * {@return a new stream of the bytes; the caller closes it}
   *
   * <p>Reading throws an {@link IOException} if they are not exactly {@link #sizeBytes()}, before
   * the last of them is returned: nothing is stored that is cut off.
   */
  public InputStream open() {
    return new ExactContent(Objects.requireNonNull(content.get(), "content"), sizeBytes);
  }

  /** {@return the SHA-256 in base64, or empty if the bytes are not in memory} */
  public Optional<String> sha256() {
    return sha256;
  }

  /** {@return the {@code Cache-Control}, or empty if none is set} */
  public Optional<String> cacheControl() {
    return Optional.ofNullable(cacheControl);
  }

  /** {@return names without {@code x-amz-meta-}, sorted, and values; immutable} */
  public Map<String, String> metadata() {
    return metadata;
  }

  /** {@return whether it replaces an object with the same key} */
  public boolean replacesExisting() {
    return replacing;
  }

  /** Type and size; the key may be personal and is left out. */
  @Override
  public String toString() {
    return "NewObject[%s, %s bytes]".formatted(contentType, sizeBytes);
  }
}
