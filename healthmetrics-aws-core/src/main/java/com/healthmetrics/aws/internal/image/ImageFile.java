package com.healthmetrics.aws.internal.image;

import java.util.List;

/**
 * A picture whose structure was read from its first byte to its last.
 *
 * <p>Guarantees: reading is linear in the length of the file, needs memory for a bounded number of
 * parts and no copy of the file, and ends with this type or with an {@link
 * UnreadableImageException}. The image is not decoded, so a file with an intact structure may still
 * not be displayable.
 *
 * <p>Immutable and thread-safe as long as nobody writes to the array, which is not copied.
 */
public final class ImageFile {
  private final ImageFormat format;
  private final int width;
  private final int height;
  private final long pixels;
  private final int orientation;
  private final Rewrite rewrite;

  /**
   * Creates a picture.
   *
   * @param width columns as stored, before the orientation
   * @param height rows as stored, before the orientation
   */
  ImageFile(
      ImageFormat format, int width, int height, long pixels, int orientation, Rewrite rewrite) {
    // Orientations 5 to 8 turn the picture by a quarter.
    boolean turned = orientation >= 5;
    this.format = format;
    this.width = turned ? height : width;
    this.height = turned ? width : height;
    this.pixels = pixels;
    this.orientation = orientation;
    this.rewrite = rewrite;
  }

  /**
   * Reads the structure of a file.
   *
   * @param file the whole file
   * @return the picture
   * @throws UnreadableImageException if the file is not a picture, or one that cannot be published
   */
  public static ImageFile parse(byte[] file) throws UnreadableImageException {
    if (Jpeg.begins(file)) {
      return Jpeg.parse(file);
    }
    if (Png.begins(file)) {
      return Png.parse(file);
    }
    if (WebP.begins(file)) {
      return WebP.parse(file);
    }
    if (Heif.begins(file)) {
      return Heif.parse(file);
    }
    throw UnreadableImageException.unknownFormat();
  }

  /** {@return the format, which the content decides and no brand or file name} */
  public ImageFormat format() {
    return format;
  }

  /** {@return the columns of the picture as a viewer shows it, after its orientation} */
  public int width() {
    return width;
  }

  /** {@return the rows of the picture as a viewer shows it, after its orientation} */
  public int height() {
    return height;
  }

  /**
   * {@return the pixels of the largest image in the file, which bounds what a decoder allocates}
   *
   * <p>At least {@code width() * height()}; more if a file of HEIC or AVIF has a larger image
   * beside the one that is shown.
   */
  public long pixels() {
    return pixels;
  }

  /**
   * {@return how a viewer turns the stored image, 1 to 8 as in Exif; 1 is upright}
   *
   * <p>In HEIC and AVIF, this is what the image's own properties say; viewers ignore their Exif.
   */
  public int orientation() {
    return orientation;
  }

  /**
   * {@return what {@link #withoutMetadata()} leaves out, such as {@code Exif} or {@code comment},
   * in the order of the file; empty if and only if it returns the file as it is}
   */
  public List<String> metadata() {
    return rewrite.removed();
  }

  /**
   * Returns the picture with pixel data, orientation and color, and nothing else that the format
   * could store. The image is not encoded again: it decodes to the same pixels.
   *
   * @return new bytes, or the file itself if there is nothing to leave out; reading them again
   *     finds no metadata
   */
  public byte[] withoutMetadata() {
    return rewrite.toBytes();
  }
}
