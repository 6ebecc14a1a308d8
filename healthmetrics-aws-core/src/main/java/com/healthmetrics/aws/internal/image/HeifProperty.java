package com.healthmetrics.aws.internal.image;

import static java.util.Map.entry;

import java.util.Map;
import java.util.Set;

/**
 * The properties of an image in a HEIF file, and of the samples of an image sequence: which of them
 * are about pixels, orientation and color, and what they say about size and orientation.
 *
 * <p>Source: ISO/IEC 23008-12, section 6.5; ISO/IEC 14496-12, section 12.1; ISO/IEC 14496-15 and
 * AOMedia, "AV1 Codec ISO Media File Format Binding", for the configurations of the codecs.
 */
final class HeifProperty {
  /** Those of one length, in bytes with version and flags: nothing else fits into them. */
  private static final Map<String, Integer> LENGTHS =
      Map.ofEntries(
          entry("a1op", 1),
          entry("amve", 8),
          entry("ccst", 8),
          entry("clap", 32),
          entry("clli", 4),
          entry("imir", 1),
          entry("irot", 1),
          entry("ispe", 12),
          entry("lsel", 2),
          entry("mdcv", 24),
          entry("pasp", 8),
          entry("rloc", 12));

  /** Those that list something: channels, layers, the configuration of a decoder, a URN. */
  private static final Set<String> LISTS =
      Set.of("a1lx", "auxC", "auxi", "av1C", "cclv", "hvcC", "lhvC", "pixi");

  private static final int NCLX_BYTES = 11;

  private HeifProperty() {}

  static boolean isKept(byte[] file, Box property) throws UnreadableImageException {
    Integer length = LENGTHS.get(property.type());
    if (length != null) {
      requireLength(length, property);
      return true;
    }
    return property.is("colr") ? isColor(file, property) : LISTS.contains(property.type());
  }

  /** A decoder would read the beginning of a longer one, so it can be neither kept nor removed. */
  private static void requireLength(int length, Box property) throws UnreadableImageException {
    if (length != property.length()) {
      throw UnreadableImageException.malformed(
          property.start(), "the property " + property.type() + " has a wrong length");
    }
  }

  private static boolean isColor(byte[] file, Box property) throws UnreadableImageException {
    ByteReader color = property.reader(file);
    return switch (color.fourCharacters()) {
      case "nclx" -> {
        requireLength(NCLX_BYTES, property);
        yield true;
      }
      case "prof", "rICC" -> IccProfile.isProfile(color, color.remaining());
      default -> false;
    };
  }

  /** The number of pixels of an image as stored. */
  record Size(int width, int height) {
    long pixels() {
      return (long) width * height;
    }
  }

  static Size size(byte[] file, Box spatialExtents) throws UnreadableImageException {
    ByteReader reader = spatialExtents.reader(file);
    reader.skip(4);
    return size(spatialExtents.start(), reader.u32(), reader.u32());
  }

  static Size size(int offset, long width, long height) throws UnreadableImageException {
    if (width < 1 || height < 1 || width > Integer.MAX_VALUE || height > Integer.MAX_VALUE) {
      throw UnreadableImageException.malformed(offset, "the size is not 1 to 2147483647");
    }
    return new Size((int) width, (int) height);
  }

  /**
   * The part of an image that a clean aperture leaves, in whole pixels; one that is not within the
   * image changes nothing.
   */
  static Size crop(Size size, ByteReader cleanAperture) throws UnreadableImageException {
    long width = fraction(cleanAperture);
    long height = fraction(cleanAperture);
    return width >= 1 && width <= size.width() && height >= 1 && height <= size.height()
        ? new Size((int) width, (int) height)
        : size;
  }

  private static long fraction(ByteReader reader) throws UnreadableImageException {
    long numerator = reader.u32();
    long denominator = reader.u32();
    return denominator == 0 ? 0 : numerator / denominator;
  }

  /**
   * How a viewer turns an image: a mirror that exchanges left and right, or none, and then quarter
   * turns clockwise.
   */
  record Orientation(boolean mirrored, int quarterTurns) {
    static final Orientation UPRIGHT = new Orientation(false, 0);

    /** Exif's values by quarter turns, without and with the mirror. */
    private static final int[] PLAIN = {1, 6, 3, 8};

    private static final int[] MIRRORED = {2, 7, 4, 5};

    /** This orientation and then a transformation; other properties change nothing. */
    Orientation then(byte[] file, Box property) throws UnreadableImageException {
      if (property.is("irot")) {
        int counterclockwise = property.reader(file).u8() & 3;
        return new Orientation(mirrored, quarterTurns + 4 - counterclockwise & 3);
      }
      if (property.is("imir")) {
        // 0 exchanges top and bottom: a mirror and half a turn. Turns before a mirror are the
        // opposite turns after it.
        int half = (property.reader(file).u8() & 1) == 0 ? 2 : 0;
        return new Orientation(!mirrored, half - quarterTurns & 3);
      }
      return this;
    }

    int asExif() {
      return mirrored ? MIRRORED[quarterTurns] : PLAIN[quarterTurns];
    }
  }
}
