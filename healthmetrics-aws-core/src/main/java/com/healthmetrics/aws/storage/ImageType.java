package com.healthmetrics.aws.storage;

import java.util.Locale;
import java.util.Optional;

/**
 * A kind of picture: its media type and the file extension that object keys get.
 *
 * <p>Both stand in one entry so that they cannot disagree. Types that a browser runs rather than
 * shows (SVG, HTML, XML) are missing on purpose.
 *
 * <pre>{@code
 * Optional<ImageType> type = ImageType.ofMediaType("image/jpeg");
 * String extension = type.orElseThrow().extension(); // jpg
 * boolean known = ImageType.ofMediaType("image/svg+xml").isPresent(); // false
 * }</pre>
 *
 * <p>Immutable and safe for use by several threads, as enums are. Source: IANA, "Media Types".
 */
public enum ImageType {
  /** JPEG, {@code image/jpeg}. */
  JPEG("image/jpeg", "jpg"),
  /** PNG, {@code image/png}. */
  PNG("image/png", "png"),
  /** WebP, {@code image/webp}. */
  WEBP("image/webp", "webp"),
  /** HEIC, {@code image/heic}: what phones make; not every browser shows it. */
  HEIC("image/heic", "heic"),
  /** AVIF, {@code image/avif}. */
  AVIF("image/avif", "avif");

  private final String mediaType;
  private final String extension;

  ImageType(String mediaType, String extension) {
    this.mediaType = mediaType;
    this.extension = extension;
  }

  /**
   * The media type, exactly as it is signed and stored.
   *
   * @return a media type in lower case, without parameters
   */
  public String mediaType() {
    return mediaType;
  }

  /**
   * The extension that a key of this type ends in.
   *
   * @return the extension, without the dot
   */
  public String extension() {
    return extension;
  }

  /**
   * The type with a media type, in whatever case it is written.
   *
   * @param mediaType a media type, such as a browser's {@code File.type}
   * @return the type, or empty when it is not one of ours or carries parameters
   * @throws NullPointerException if {@code mediaType} is null
   */
  public static Optional<ImageType> ofMediaType(String mediaType) {
    String wanted = mediaType.toLowerCase(Locale.ROOT);
    for (ImageType type : values()) {
      if (type.mediaType.equals(wanted)) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }
}
