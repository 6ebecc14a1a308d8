package com.healthmetrics.aws.storage;

import com.healthmetrics.aws.internal.image.ImageFormat;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * A type of picture: its media type, the file extension of its object keys, and the bytes that such
 * a file begins with.
 *
 * <p>One constant has all three, so they cannot disagree. Types that a browser runs rather than
 * shows (SVG, HTML, XML) are missing on purpose.
 *
 * <pre>{@code
 * ImageType declared = ImageType.ofMediaType("image/png").orElseThrow();
 * try (InputStream content = objects.open(key, 0, 511)) {
 *   boolean honest = ImageType.ofFirstBytes(content.readAllBytes()).equals(Optional.of(declared));
 * }
 * }</pre>
 *
 * <p>Immutable and thread-safe. Source: IANA, "Media Types".
 */
public enum ImageType {
  /** JPEG, {@code image/jpeg}. */
  JPEG("image/jpeg", "jpg", "image/jpg", "image/pjpeg"),
  /** PNG, {@code image/png}. */
  PNG("image/png", "png", "image/x-png"),
  /** WebP, {@code image/webp}. */
  WEBP("image/webp", "webp"),
  /** HEIC, {@code image/heic}: written by phones; not every browser shows it. */
  HEIC("image/heic", "heic", "image/heif"),
  /** AVIF, {@code image/avif}. */
  AVIF("image/avif", "avif");

  private static final List<ImageType> ALL = List.of(values());
  private static final int LONGEST_NAME = 16;
  private static final Map<String, ImageType> BY_NAME = new HashMap<>();

  static {
    for (ImageType type : ALL) {
      for (String name : type.names) {
        BY_NAME.put(name, type);
      }
    }
  }

  private final String mediaType;
  private final String extension;

  @SuppressWarnings("ImmutableEnumChecker") // unmodifiable
  private final Set<String> names;

  ImageType(String mediaType, String extension, String... aliases) {
    this.mediaType = mediaType;
    this.extension = extension;
    List<String> names = new ArrayList<>(List.of(aliases));
    names.add(mediaType);
    this.names = Set.copyOf(names);
  }

  /** {@return the media type as it is signed and stored, in lower case and without parameters} */
  public String mediaType() {
    return mediaType;
  }

  /** {@return the extension of the keys of this type, without the dot} */
  public String extension() {
    return extension;
  }

  /**
   * {@return the type with a media type, or empty if it is not supported or has parameters}
   *
   * <p>Besides the registered names it accepts those that browsers and phones use for the same
   * types: {@code image/jpg}, {@code image/pjpeg}, {@code image/x-png} and {@code image/heif},
   * which browsers on Linux call every HEIC. Some systems name no type, or {@code
   * application/octet-stream}: then let the page send the first 512 bytes, and use {@link
   * #ofFirstBytes}. In all cases {@link #mediaType()} is signed, and S3 accepts the file under that
   * name.
   *
   * @param mediaType a media type in upper or lower case, such as a browser's {@code File.type}
   */
  public static Optional<ImageType> ofMediaType(String mediaType) {
    return mediaType.length() <= LONGEST_NAME
        ? Optional.ofNullable(BY_NAME.get(mediaType.toLowerCase(Locale.ROOT)))
        : Optional.empty();
  }

  static Optional<ImageType> ofExtension(String extension) {
    for (ImageType type : ALL) {
      if (type.extension.equals(extension)) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }

  static ImageType of(ImageFormat format) {
    return switch (format) {
      case JPEG -> JPEG;
      case PNG -> PNG;
      case WEBP -> WEBP;
      case HEIC -> HEIC;
      case AVIF -> AVIF;
    };
  }

  /**
   * {@return the type of a file according to its first bytes, or empty if it is not supported}
   *
   * <p>The first bytes are only a claim: only a decoder shows whether the file can be displayed.
   *
   * @param firstBytes the first 512 bytes of the file, or all of a shorter one
   */
  public static Optional<ImageType> ofFirstBytes(byte[] firstBytes) {
    return MagicBytes.typeOf(Objects.requireNonNull(firstBytes, "firstBytes"));
  }
}
