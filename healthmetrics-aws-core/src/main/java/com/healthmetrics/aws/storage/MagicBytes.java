package com.healthmetrics.aws.storage;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;

/**
 * The bytes that a file of a type begins with.
 *
 * <p>Source: WHATWG, "MIME Sniffing"; ISO/IEC 14496-12, "File Type Box"; ISO/IEC 23008-12, Annex B,
 * for HEIC; AOMedia, "AV1 Image File Format" for AVIF.
 */
@FunctionalInterface
interface MagicBytes {
  /** Brands of files with pictures in HEVC, without those of sequences. */
  Set<String> HEIC_BRANDS = Set.of("heic", "heix", "heim", "heis");

  /** Brands of files with pictures in AV1. */
  Set<String> AVIF_BRANDS = Set.of("avif", "avis");

  /** The bytes that decide: more than the longest file type box that cameras write. */
  int LENGTH = 512;

  /** Whether a file that begins like this is of the type. */
  boolean begin(byte[] file);

  /** A file that has these bytes, given in hex, at an index. */
  static MagicBytes at(int index, String hex) {
    byte[] expected = HexFormat.of().parseHex(hex);
    return file ->
        file.length >= index + expected.length
            && Arrays.equals(file, index, index + expected.length, expected, 0, expected.length);
  }

  default MagicBytes and(MagicBytes other) {
    return file -> begin(file) && other.begin(file);
  }

  /**
   * A file of the ISO base media format whose first brand of a codec is one of these.
   *
   * <p>HEIC and AVIF share their container. Many files begin with a brand that names no codec, such
   * as {@code mif1}; the next one that does decides, so that no file is both.
   */
  static MagicBytes brand(Set<String> wanted) {
    return file ->
        brands(file).stream()
            .filter(brand -> HEIC_BRANDS.contains(brand) || AVIF_BRANDS.contains(brand))
            .findFirst()
            .filter(wanted::contains)
            .isPresent();
  }

  /** The major brand and the compatible ones, as far as the file's first bytes reach. */
  private static List<String> brands(byte[] file) {
    if (!at(4, "66747970").begin(file)) {
      return List.of();
    }
    long boxLength = Integer.toUnsignedLong(ByteBuffer.wrap(file).getInt());
    long end = Math.min(boxLength, file.length);
    List<String> brands = new ArrayList<>();
    for (int index = 8; index + 4 <= end; index += 4) {
      // The version follows the major brand.
      if (index != 12) {
        brands.add(new String(file, index, 4, StandardCharsets.ISO_8859_1));
      }
    }
    return brands;
  }
}
