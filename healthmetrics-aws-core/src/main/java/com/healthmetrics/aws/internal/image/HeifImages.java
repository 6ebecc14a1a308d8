package com.healthmetrics.aws.internal.image;

import java.util.Optional;
import java.util.Set;

/**
 * The images of a HEIF file: which of them is shown, its codec, size and orientation.
 *
 * <p>Source: ISO/IEC 23008-12, sections 6.2 (primary item), 6.5.3 (size) and 6.6 (derived images).
 */
final class HeifImages {
  /** Derived images of derived images; cameras write one level. */
  private static final int MAX_DERIVATIONS = 8;

  /** Version, flags, rows and columns, and a width and height of 16 bits. */
  private static final int MIN_GRID_BYTES = 8;

  /** With a width and height of 32 bits. */
  private static final int MAX_GRID_BYTES = 12;

  private final byte[] file;
  private final HeifMeta meta;
  private final Set<HeifItem> images;

  /**
   * The image that a viewer shows.
   *
   * @param largest the pixels of the largest image in the file
   */
  record Shown(ImageFormat format, HeifProperty.Size size, int orientation, long largest) {}

  HeifImages(byte[] file, HeifMeta meta, Set<HeifItem> images) {
    this.file = file;
    this.meta = meta;
    this.images = images;
  }

  Shown shown() throws UnreadableImageException {
    HeifItem primary = meta.primary();
    ImageFormat format = format(primary);
    HeifProperty.Size size =
        size(primary)
            .orElseThrow(() -> UnreadableImageException.noImageData("the image has no size"));
    long largest = 0;
    for (HeifItem image : images) {
      Optional<HeifProperty.Size> stored = size(image);
      largest = Math.max(largest, stored.map(HeifProperty.Size::pixels).orElse(0L));
      if (image.type().equals("grid")) {
        checkGrid(image, stored);
      }
    }
    return new Shown(format, crop(primary, size), orientation(primary), largest);
  }

  /** The codec of an image, or of the first of those that it is derived from. */
  private ImageFormat format(HeifItem primary) throws UnreadableImageException {
    HeifItem item = primary;
    for (int i = 0; i < MAX_DERIVATIONS; i++) {
      switch (item.type()) {
        case "hvc1" -> {
          return requireData(item, ImageFormat.HEIC);
        }
        case "av01" -> {
          return requireData(item, ImageFormat.AVIF);
        }
        case "grid", "iden", "iovl", "tmap" -> {
          for (long input : item.derivedFrom()) {
            if (!images.contains(meta.item(input))) {
              throw UnreadableImageException.unsupported("a codec other than HEVC and AV1");
            }
          }
          if (item.derivedFrom().isEmpty()) {
            throw UnreadableImageException.noImageData("an image is derived from none");
          }
          item = meta.item(item.derivedFrom().get(0));
        }
        default -> throw UnreadableImageException.unsupported("a codec other than HEVC and AV1");
      }
    }
    throw UnreadableImageException.tooComplex(MAX_DERIVATIONS, "derivations of one image");
  }

  private static ImageFormat requireData(HeifItem item, ImageFormat format)
      throws UnreadableImageException {
    if (item.length() == 0) {
      throw UnreadableImageException.noImageData("the image is empty");
    }
    return format;
  }

  private Optional<HeifProperty.Size> size(HeifItem item) throws UnreadableImageException {
    Optional<HeifProperty.Size> size = Optional.empty();
    for (HeifItem.Association association : item.properties()) {
      if (association.property().is("ispe")) {
        if (size.isPresent()) {
          throw UnreadableImageException.malformed(
              association.property().start(), "an image has two sizes");
        }
        size = Optional.of(HeifProperty.size(file, association.property()));
      }
    }
    return size;
  }

  private HeifProperty.Size crop(HeifItem item, HeifProperty.Size stored)
      throws UnreadableImageException {
    HeifProperty.Size size = stored;
    for (HeifItem.Association association : item.properties()) {
      if (association.property().is("clap")) {
        size = HeifProperty.crop(size, association.property().reader(file));
      }
    }
    return size;
  }

  private int orientation(HeifItem item) throws UnreadableImageException {
    HeifProperty.Orientation orientation = HeifProperty.Orientation.UPRIGHT;
    for (HeifItem.Association association : item.properties()) {
      orientation = orientation.then(file, association.property());
    }
    return orientation.asExif();
  }

  /** ISO/IEC 23008-12, section 6.6.2.3. */
  private void checkGrid(HeifItem grid, Optional<HeifProperty.Size> size)
      throws UnreadableImageException {
    if (grid.length() == 0) {
      throw UnreadableImageException.noImageData("a grid is empty");
    }
    int offset = grid.extents().get(0).from();
    if (grid.length() < MIN_GRID_BYTES) {
      throw UnreadableImageException.malformed(offset, "a grid is too short");
    }
    byte[] bytes = grid.bytes(file, 1 + MAX_GRID_BYTES);
    ByteReader reader = new ByteReader(bytes);
    reader.skip(1);
    int fieldBytes = (reader.u8() & 1) == 0 ? 2 : 4;
    int tiles = (reader.u8() + 1) * (reader.u8() + 1);
    HeifProperty.Size output =
        HeifProperty.size(offset, reader.unsigned(fieldBytes), reader.unsigned(fieldBytes));
    if (reader.remaining() > 0
        || tiles != grid.derivedFrom().size()
        || !size.equals(Optional.of(output))) {
      throw UnreadableImageException.malformed(offset, "a grid does not fit its tiles");
    }
  }
}
