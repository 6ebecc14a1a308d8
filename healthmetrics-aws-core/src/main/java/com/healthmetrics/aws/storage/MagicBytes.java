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
final class MagicBytes {
  private static final byte[] JPEG = HexFormat.of().parseHex("ffd8ff");
  private static final byte[] PNG = HexFormat.of().parseHex("89504e470d0a1a0a");
  private static final byte[] RIFF = ascii("RIFF");
  private static final byte[] WEBP = ascii("WEBP");
  private static final byte[] FILE_TYPE_BOX = ascii("ftyp");

  /** The brands that name a codec, without those of sequences in HEVC. */
  private static final Map<String, ImageType> BRANDS =
      Map.of(
          "heic", ImageType.HEIC,
          "heix", ImageType.HEIC,
          "heim", ImageType.HEIC,
          "heis", ImageType.HEIC,
          "avif", ImageType.AVIF,
          "avis", ImageType.AVIF);

  /** HEVC and AV1. */
  private static final Map<String, ImageType> CODECS =
      Map.of("hvc1", ImageType.HEIC, "av01", ImageType.AVIF);

  private MagicBytes() {}

  /** The type of a file that begins like this; empty if it begins like none. */
  static Optional<ImageType> typeOf(byte[] file) {
    if (has(JPEG, file, 0)) {
      return Optional.of(ImageType.JPEG);
    }
    if (has(PNG, file, 0)) {
      return Optional.of(ImageType.PNG);
    }
    if (has(RIFF, file, 0) && has(WEBP, file, 8)) {
      return Optional.of(ImageType.WEBP);
    }
    return has(FILE_TYPE_BOX, file, 4) ? ofContainer(file) : Optional.empty();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static boolean has(byte[] expected, byte[] file, int index) {
    int end = index + expected.length;
    return file.length >= end && Arrays.equals(file, index, end, expected, 0, expected.length);
  }

  /**
   * The type of a file of the ISO base media format.
   *
   * <p>HEIC and AVIF share their container. Many files begin with a brand that names no codec, such
   * as {@code mif1}: the next brand that does decides, so that no file is both, and where none
   * does, the first item that names its codec.
   */
  private static Optional<ImageType> ofContainer(byte[] file) {
    List<String> brands = brands(file);
    return brands.stream()
        .filter(BRANDS::containsKey)
        .findFirst()
        .map(BRANDS::get)
        .or(() -> brands.contains("mif1") ? ofFirstItem(file) : Optional.empty());
  }

  /** The first type of an item with a codec; a file lists its items close to its beginning. */
  private static Optional<ImageType> ofFirstItem(byte[] file) {
    String text = new String(file, StandardCharsets.ISO_8859_1);
    return CODECS.keySet().stream()
        .filter(text::contains)
        .min(Comparator.comparingInt(text::indexOf))
        .map(CODECS::get);
  }

  /** The major brand and the compatible ones, as far as the file's first bytes reach. */
  private static List<String> brands(byte[] file) {
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
