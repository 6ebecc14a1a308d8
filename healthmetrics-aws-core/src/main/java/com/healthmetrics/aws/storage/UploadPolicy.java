package com.healthmetrics.aws.storage;

import com.healthmetrics.aws.internal.Checks;
import com.healthmetrics.aws.internal.Required;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The rules for uploads: types, maximum size, key prefix, the lifetime of a signed upload, and what
 * the published object is served with.
 *
 * <p>A policy is closed by default. Types, size, lifetime and prefix have no default and must be
 * set, and pictures are private unless {@link Builder#publiclyReadable()} is called. There are
 * presets, named after their purpose: {@link #avatars()}, {@link #progressPhotos()} and {@link
 * #foodPhotos()}.
 *
 * <pre>{@code
 * UploadPolicy recipes =
 *     UploadPolicy.builder()
 *         .keyPrefix("recipes/")
 *         .types(ImageType.JPEG, ImageType.WEBP)
 *         .maxBytes(2 * 1024 * 1024)
 *         .lifetime(Duration.ofMinutes(2))
 *         .build();
 * }</pre>
 *
 * <p>Immutable and thread-safe. Sources: Amazon S3 User Guide, "Uploading objects" and "Download
 * and upload objects with presigned URLs".
 */
public final class UploadPolicy {
  private final String keyPrefix;
  private final Set<ImageType> types;
  private final long maxBytes;
  private final Duration lifetime;
  private final Optional<String> cacheControl;
  private final Set<String> keptMetadata;
  private final long maxPixels;
  private final ImageMetadata imageMetadata;
  private final boolean publiclyReadable;

  private UploadPolicy(Builder builder) {
    this.keyPrefix = Objects.requireNonNull(builder.keyPrefix);
    this.types = Collections.unmodifiableSet(EnumSet.copyOf(builder.types));
    this.maxBytes = builder.maxBytes;
    this.lifetime = Objects.requireNonNull(builder.lifetime);
    this.cacheControl = Optional.ofNullable(builder.cacheControl);
    this.keptMetadata = Collections.unmodifiableSet(new LinkedHashSet<>(builder.keptMetadata));
    this.maxPixels = builder.maxPixels;
    this.imageMetadata = builder.imageMetadata;
    this.publiclyReadable = builder.publiclyReadable;
  }

  /** What becomes of the metadata inside a picture, such as the position of an iPhone's photo. */
  public enum ImageMetadata {
    /**
     * Only pixel data, orientation and color are published. Everything else that the file contains
     * is left out: Exif, XMP, IPTC, comments, previews, and what follows the picture.
     */
    REMOVE,
    /** Pictures with any of it are rejected. */
    REFUSE,
    /** The file is published as it is, with everything that it contains. */
    KEEP
  }

  /**
   * {@return the policy for avatars: JPEG, PNG or WebP of at most 5 MiB under {@code avatars/}, to
   * be uploaded within 5 minutes, and cached by browsers and the CDN for a year, as a new avatar
   * gets a new key}
   */
  public static UploadPolicy avatars() {
    return Presets.AVATARS;
  }

  /**
   * {@return the policy for progress photos: private pictures of at most 20 MiB under {@code
   * progress-photos/}, JPEG, PNG, WebP, HEIC or AVIF, to be uploaded within 5 minutes, and cached
   * by the owner's browser alone; the published object keeps the file name, as the metadata {@code
   * filename}}
   */
  public static UploadPolicy progressPhotos() {
    return Presets.PROGRESS_PHOTOS;
  }

  /** {@return the policy for food photos: {@link #progressPhotos()} under {@code food-photos/}} */
  public static UploadPolicy foodPhotos() {
    return Presets.FOOD_PHOTOS;
  }

  /** Built when one of them is asked for first. */
  private static final class Presets {
    static final UploadPolicy AVATARS =
        builder()
            .keyPrefix("avatars/")
            .types(ImageType.JPEG, ImageType.PNG, ImageType.WEBP)
            .maxBytes(5 * 1024 * 1024)
            .lifetime(Duration.ofMinutes(5))
            .cacheControl("public, max-age=31536000, immutable")
            .publiclyReadable()
            .build();
    static final UploadPolicy PROGRESS_PHOTOS = privatePhotos("progress-photos/");
    static final UploadPolicy FOOD_PHOTOS = privatePhotos("food-photos/");

    private static UploadPolicy privatePhotos(String keyPrefix) {
      return builder()
          .keyPrefix(keyPrefix)
          .types(ImageType.JPEG, ImageType.PNG, ImageType.WEBP, ImageType.HEIC, ImageType.AVIF)
          .maxBytes(20 * 1024 * 1024)
          .lifetime(Duration.ofMinutes(5))
          .cacheControl("private, max-age=31536000, immutable")
          .keepMetadata(UploadRequest.FILE_NAME)
          .build();
    }
  }

  /** {@return a new builder; key prefix, types, maximum size and lifetime are required} */
  public static Builder builder() {
    return new Builder();
  }

  /** {@return the beginning of the keys, ending in a slash} */
  public String keyPrefix() {
    return keyPrefix;
  }

  /**
   * {@return the types that may be uploaded, in the order of {@link ImageType}; unmodifiable, never
   * empty}
   */
  public Set<ImageType> types() {
    return types;
  }

  /** {@return the size in bytes of the largest upload allowed, inclusive} */
  public long maxBytes() {
    return maxBytes;
  }

  /**
   * {@return the lifetime of a signed upload, in whole seconds, unless its credentials end sooner}
   */
  public Duration lifetime() {
    return lifetime;
  }

  /**
   * {@return the {@code Cache-Control} that the object is stored and served with, or empty if it
   * has none}
   */
  public Optional<String> cacheControl() {
    return cacheControl;
  }

  /**
   * {@return the names of the metadata that the published object keeps, without {@code
   * x-amz-meta-}; all other metadata of the upload is dropped; unmodifiable}
   */
  public Set<String> keptMetadata() {
    return keptMetadata;
  }

  /** {@return the number of pixels of the largest picture allowed, inclusive} */
  public long maxPixels() {
    return maxPixels;
  }

  /** {@return what becomes of the metadata inside a picture} */
  public ImageMetadata imageMetadata() {
    return imageMetadata;
  }

  /**
   * {@return whether the CDN serves the pictures to anyone who has their URL; otherwise it serves
   * them to signed URLs only}
   */
  public boolean publiclyReadable() {
    return publiclyReadable;
  }

  /** All settings; none of them is secret. */
  @Override
  public String toString() {
    return "UploadPolicy[%s, %s, at most %s bytes and %s pixels, metadata: %s, %s%s%s, %s]"
        .formatted(
            keyPrefix,
            types,
            maxBytes,
            maxPixels,
            imageMetadata,
            lifetime,
            cacheControl.map(value -> ", " + value).orElse(""),
            keptMetadata.isEmpty() ? "" : ", keeps " + keptMetadata,
            publiclyReadable ? "publicly readable" : "private");
  }

  /**
   * Builder for {@link UploadPolicy}. {@link #build()} reports all missing values at once.
   *
   * <p>Not thread-safe.
   */
  public static final class Builder {
    private static final Pattern PREFIX = Pattern.compile("([a-z0-9][a-z0-9._-]*/)+");
    private static final Duration USUAL_LIFETIME = Duration.ofMinutes(15);
    private static final Duration LONGEST_LIFETIME = Duration.ofDays(7);
    private static final long LARGEST_PICTURE = 64L * 1024 * 1024;
    private static final long USUAL_PIXELS = 50_000_000;
    private static final long MOST_PIXELS = 1_000_000_000;

    private @Nullable String keyPrefix;
    private Set<ImageType> types = Set.of();
    private long maxBytes;
    private @Nullable Duration lifetime;
    private @Nullable String cacheControl;
    private Set<String> keptMetadata = Set.of();
    private long maxPixels = USUAL_PIXELS;
    private ImageMetadata imageMetadata = ImageMetadata.REMOVE;
    private boolean publiclyReadable;

    private Builder() {}

    /**
     * Sets the beginning of the keys.
     *
     * @param prefix lower-case letters, digits, dots, hyphens and underscores, ending in a slash;
     *     not beginning with {@code pending/}, where uploads wait until they are verified
     * @return this builder
     * @throws IllegalArgumentException if the prefix has another form
     */
    public Builder keyPrefix(String prefix) {
      if (prefix.length() > 256 || !PREFIX.matcher(prefix).matches()) {
        throw new IllegalArgumentException(
            Checks.quote(prefix)
                + " is not a valid key prefix. Use at most 256 lower-case letters, digits, dots, hyphens,"
                + " underscores and slashes, ending in a slash, such as avatars/.");
      }
      if (prefix.startsWith(ObjectKey.PENDING)) {
        throw new IllegalArgumentException(
            Checks.quote(prefix)
                + " begins with pending/, where uploads wait until they are verified. Use another"
                + " prefix, such as avatars/; uploads are signed for pending/avatars/ by themselves.");
      }
      keyPrefix = prefix;
      return this;
    }

    /**
     * Sets the types that may be uploaded.
     *
     * @param first a type
     * @param more further types
     * @return this builder
     * @throws NullPointerException if a type is null
     */
    public Builder types(ImageType first, ImageType... more) {
      types = EnumSet.of(first, more);
      return this;
    }

    /**
     * Sets the largest upload allowed.
     *
     * @param bytes 1 byte to 64 MiB: a verifier holds the whole picture in memory, so larger files
     *     need another design
     * @return this builder
     * @throws IllegalArgumentException if the size is outside that range
     */
    public Builder maxBytes(long bytes) {
      if (bytes < 1 || bytes > LARGEST_PICTURE) {
        throw new IllegalArgumentException(
            ("A maximum of %s bytes is out of range. Use 1 to %s bytes (64 MiB): uploads are pictures,"
                    + " which are inspected in memory.")
                .formatted(bytes, LARGEST_PICTURE));
      }
      maxBytes = bytes;
      return this;
    }

    /**
     * Sets the lifetime of a signed upload.
     *
     * @param lifetime 1 second to 15 minutes, in whole seconds
     * @return this builder
     * @throws IllegalArgumentException if it is outside that range; see {@link
     *     #unusuallyLongLifetime}
     */
    public Builder lifetime(Duration lifetime) {
      this.lifetime = checkLifetime(lifetime, USUAL_LIFETIME, ", or call unusuallyLongLifetime");
      return this;
    }

    /**
     * Sets a lifetime that may exceed 15 minutes: until then, anyone who obtains the signed upload
     * can use it.
     *
     * @param lifetime 1 second to 7 days, in whole seconds
     * @return this builder
     * @throws IllegalArgumentException if it is outside that range
     */
    public Builder unusuallyLongLifetime(Duration lifetime) {
      this.lifetime = checkLifetime(lifetime, LONGEST_LIFETIME, "");
      return this;
    }

    private static Duration checkLifetime(Duration lifetime, Duration longest, String remedy) {
      if (!lifetime.truncatedTo(ChronoUnit.SECONDS).equals(lifetime)
          || lifetime.compareTo(Duration.ofSeconds(1)) < 0
          || lifetime.compareTo(longest) > 0) {
        throw new IllegalArgumentException(
            "A lifetime of %s is out of range. Use whole seconds, PT1S to %s%s."
                .formatted(lifetime, longest, remedy));
      }
      return lifetime;
    }

    /**
     * Sets the {@code Cache-Control} that the published object is served with. Default: none.
     *
     * @param value the header's value: visible ASCII, words separated by single spaces
     * @return this builder
     * @throws IllegalArgumentException if it contains other characters, such as a line break
     */
    public Builder cacheControl(String value) {
      if (!Checks.isHeaderValue(value)) {
        throw new IllegalArgumentException(
            Checks.quote(value)
                + " is not a valid Cache-Control value. Use visible ASCII characters, words separated by"
                + " single spaces.");
      }
      cacheControl = value;
      return this;
    }

    /**
     * Sets the metadata that the published object keeps. Default: none, so that nothing personal
     * that was signed for the upload reaches those who load the picture.
     *
     * @param names names as for {@link UploadRequest#withMetadata}, or {@code filename} for the
     *     file name
     * @return this builder
     * @throws IllegalArgumentException if one of them is not such a name
     */
    public Builder keepMetadata(String... names) {
      for (String name : names) {
        if (!Metadata.isName(name)) {
          throw new IllegalArgumentException(
              Checks.quote(name)
                  + " is not a name of metadata. Use lower-case letters, digits and hyphens, without"
                  + " x-amz-meta-.");
        }
      }
      keptMetadata = new LinkedHashSet<>(List.of(names));
      return this;
    }

    /**
     * Sets the largest picture allowed, in pixels: a file of a few bytes can claim so many that
     * decoding it exhausts the memory of a phone. Default: 50,000,000.
     *
     * @param pixels columns times rows, 1 to 1,000,000,000
     * @return this builder
     * @throws IllegalArgumentException if it is outside that range
     */
    public Builder maxPixels(long pixels) {
      if (pixels < 1 || pixels > MOST_PIXELS) {
        throw new IllegalArgumentException(
            "A maximum of %s pixels is out of range. Use 1 to %s.".formatted(pixels, MOST_PIXELS));
      }
      maxPixels = pixels;
      return this;
    }

    /**
     * Sets what becomes of the metadata inside a picture. Default: {@link ImageMetadata#REMOVE}.
     *
     * @param metadata what to do
     * @return this builder
     */
    public Builder imageMetadata(ImageMetadata metadata) {
      imageMetadata = Objects.requireNonNull(metadata, "metadata");
      return this;
    }

    /**
     * Lets the CDN serve the pictures to anyone who has their URL. Default: they are private.
     *
     * @return this builder
     */
    public Builder publiclyReadable() {
      publiclyReadable = true;
      return this;
    }

    /**
     * Builds the policy.
     *
     * @return an immutable policy
     * @throws IllegalStateException if types, size, lifetime or prefix are missing; all missing
     *     values are named
     */
    public UploadPolicy build() {
      Required.of("The upload policy")
          .value("keyPrefix", keyPrefix)
          .condition("types", !types.isEmpty())
          .condition("maxBytes", maxBytes > 0)
          .value("lifetime", lifetime)
          .check();
      return new UploadPolicy(this);
    }
  }
}
