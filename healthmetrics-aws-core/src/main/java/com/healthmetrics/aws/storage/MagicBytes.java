package com.healthmetrics.aws.storage;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The bytes that a file of a type begins with.
 *
 * <p>Source: WHATWG, "MIME Sniffing"; ISO/IEC 14496-12, "File Type Box"; ISO/IEC 23008-12, Annex B,
 * for HEIC; AOMedia, "AV1 Image File Format" for AVIF.
 */
@FunctionalInterface
interface MagicBytes {
  /** The brands that name a codec, without those of sequences in HEVC, and the codec. */
  Map<String, String> CODECS =
      Map.of(
          "heic", "hvc1", "heix", "hvc1", "heim", "hvc1", "heis", "hvc1", "avif", "av01", "avis",
          "av01");

  /** Pictures in HEVC. */
  MagicBytes HEIC = container("hvc1");

  /** Pictures in AV1. */
  MagicBytes AVIF = container("av01");

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
   * A file of the ISO base media format with pictures of one codec.
   *
   * <p>HEIC and AVIF share their container. Many files begin with a brand that names no codec, such
   * as {@code mif1}: the next brand that does decides, so that no file is both, and where none
   * does, the first item that names its codec.
   */
  static MagicBytes container(String codec) {
    return file -> {
      List<String> brands = brands(file);
      return brands.stream()
          .filter(CODECS::containsKey)
          .findFirst()
          .map(CODECS::get)
          .or(() -> brands.contains("mif1") ? firstItemType(file) : Optional.empty())
          .filter(codec::equals)
          .isPresent();
    };
  }

  /** The first type of an item with a codec; a file lists its items close to its beginning. */
  private static Optional<String> firstItemType(byte[] file) {
    String text = new String(file, StandardCharsets.ISO_8859_1);
    return CODECS.values().stream()
        .distinct()
        .filter(text::contains)
        .min(Comparator.comparingInt(text::indexOf));
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
