package com.healthmetrics.aws.internal.image;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.zip.CRC32;

/**
 * Reads PNG files, with or without an animation, and removes their metadata.
 *
 * <p>Kept are the critical chunks, {@code tRNS gAMA cHRM sRGB iCCP cICP pHYs}, the chunks of an
 * animation, and the orientation as a fresh {@code eXIf}. Everything else goes: text in all its
 * forms, XMP and raw profiles among it, times, unknown chunks, and whatever follows {@code IEND}.
 *
 * <p>A critical chunk with a wrong CRC is refused and an ancillary one is left out, as libpng does
 * for browsers.
 *
 * <p>Source: W3C, "Portable Network Graphics (PNG) Specification (Third Edition)", sections 5, 11
 * and 13.
 */
final class Png {
  private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
  private static final int HEADER_BYTES = 8;
  private static final int CRC_BYTES = 4;

  /** Some encoders write a chunk for each 8 KiB; the smallest part of an animation is 100 bytes. */
  private static final int MAX_CHUNKS = 100_000;

  /** Not the one in the file, which its author chose. */
  private static final byte[] PROFILE_NAME = "ICC\0".getBytes(StandardCharsets.US_ASCII);

  private final byte[] file;
  private final Rewrite rewrite;
  private final ByteReader reader;
  private final PngAnimation animation = new PngAnimation();

  /** The types that were read, without those of chunks that go: there may be millions. */
  private final Set<String> seen = new HashSet<>();

  private int width;
  private int height;
  private int colorType;
  private int palette;
  private String previous = "";
  private int orientation = Exif.UPRIGHT;

  private Png(byte[] file) {
    this.file = file;
    this.rewrite = new Rewrite(file);
    this.reader = new ByteReader(file);
  }

  /** A chunk whose data are {@code length} bytes from {@code data}. */
  private record Chunk(String type, int from, int data, int length) {
    int to() {
      return data + length + CRC_BYTES;
    }

    /** Section 5.4: upper case in the first letter. */
    boolean isCritical() {
      return type.charAt(0) <= 'Z';
    }
  }

  static boolean begins(byte[] file) {
    return new ByteReader(file).startsWith(SIGNATURE);
  }

  static ImageFile parse(byte[] file) throws UnreadableImageException {
    Png png = new Png(file);
    png.readChunks();
    return new ImageFile(
        ImageFormat.PNG,
        png.width,
        png.height,
        (long) png.width * png.height,
        png.orientation,
        png.rewrite);
  }

  private void readChunks() throws UnreadableImageException {
    reader.skip(SIGNATURE.length);
    rewrite.keep(0, SIGNATURE.length);
    int count = 0;
    Chunk chunk;
    do {
      if (count == MAX_CHUNKS) {
        throw UnreadableImageException.tooComplex(MAX_CHUNKS, "chunks");
      }
      count++;
      chunk = nextChunk();
      check(seen.isEmpty() == chunk.type().equals("IHDR"), chunk, "IHDR is not the first chunk");
      if (chunk.isCritical()) {
        readCritical(chunk);
      } else if (hasValidCrc(chunk)) {
        readAncillary(chunk);
      } else {
        drop(chunk);
      }
      previous = chunk.type();
    } while (!chunk.type().equals("IEND"));
    animation.end(chunk.from());
    if (reader.remaining() > 0) {
      rewrite.drop("trailer");
    }
  }

  private Chunk nextChunk() throws UnreadableImageException {
    if (reader.remaining() == 0) {
      throw UnreadableImageException.truncated(file.length, "the chunk IEND");
    }
    int from = reader.position();
    long length = reader.u32();
    String type = reader.fourCharacters();
    for (int i = 0; i < type.length(); i++) {
      char letter = type.charAt(i);
      if (!((letter >= 'A' && letter <= 'Z') || (letter >= 'a' && letter <= 'z'))) {
        throw UnreadableImageException.malformed(from, "this is not the type of a chunk");
      }
    }
    int data = reader.position();
    reader.skip(length);
    reader.skip(CRC_BYTES);
    return new Chunk(type, from, data, (int) length);
  }

  private boolean hasValidCrc(Chunk chunk) {
    CRC32 crc = new CRC32();
    int end = chunk.data() + chunk.length();
    crc.update(file, chunk.from() + 4, end - chunk.from() - 4);
    return (int) crc.getValue() == ByteBuffer.wrap(file).getInt(end);
  }

  private static void check(boolean wellFormed, Chunk chunk, String problem)
      throws UnreadableImageException {
    if (!wellFormed) {
      throw UnreadableImageException.malformed(chunk.from(), problem);
    }
  }

  private void keep(Chunk chunk) {
    seen.add(chunk.type());
    rewrite.keep(chunk.from(), chunk.to());
  }

  private void readCritical(Chunk chunk) throws UnreadableImageException {
    String type = chunk.type();
    check(hasValidCrc(chunk), chunk, "the CRC of a chunk is wrong");
    switch (type) {
      case "IHDR" -> readHeader(chunk);
      case "PLTE" -> {
        check(!seen.contains(type) && !seen.contains("IDAT"), chunk, "PLTE is misplaced");
        check(
            chunk.length() % 3 == 0 && chunk.length() <= 768 && chunk.length() > 0,
            chunk,
            "PLTE has a wrong length");
        palette = chunk.length() / 3;
      }
      case "IDAT" -> {
        check(!seen.contains(type) || previous.equals(type), chunk, "IDAT chunks are not together");
        check(colorType != 3 || palette > 0, chunk, "the palette is missing");
        animation.defaultImage();
      }
      case "IEND" -> {
        check(chunk.length() == 0, chunk, "IEND is not empty");
        if (!seen.contains("IDAT")) {
          throw UnreadableImageException.noImageData("it ends without an IDAT chunk");
        }
      }
      default -> throw UnreadableImageException.unsupported("an unknown critical chunk");
    }
    keep(chunk);
  }

  /** Section 11.2.1. */
  private void readHeader(Chunk chunk) throws UnreadableImageException {
    check(chunk.length() == 13, chunk, "IHDR has a wrong length");
    ByteReader header = new ByteReader(file, chunk.data(), chunk.data() + chunk.length());
    long columns = header.u32();
    long rows = header.u32();
    check(
        columns >= 1 && columns <= Integer.MAX_VALUE && rows >= 1 && rows <= Integer.MAX_VALUE,
        chunk,
        "the size is not 1 to 2147483647");
    width = (int) columns;
    height = (int) rows;
    int bitDepth = header.u8();
    colorType = header.u8();
    check(isBitDepth(bitDepth, colorType), chunk, "color type and bit depth do not fit");
    check(header.u8() == 0, chunk, "the compression method is unknown");
    check(header.u8() == 0, chunk, "the filter method is unknown");
    check(header.u8() <= 1, chunk, "the interlace method is unknown");
  }

  private static boolean isBitDepth(int bitDepth, int colorType) {
    return switch (colorType) {
      case 0 -> Set.of(1, 2, 4, 8, 16).contains(bitDepth);
      case 3 -> Set.of(1, 2, 4, 8).contains(bitDepth);
      case 2, 4, 6 -> bitDepth == 8 || bitDepth == 16;
      default -> false;
    };
  }

  private void readAncillary(Chunk chunk) throws UnreadableImageException {
    ByteReader data = new ByteReader(file, chunk.data(), chunk.data() + chunk.length());
    switch (chunk.type()) {
      case "tRNS" -> keepIf(isTransparency(chunk), chunk);
      case "gAMA" -> keepIf(chunk.length() == 4, chunk);
      case "cHRM" -> keepIf(chunk.length() == 32, chunk);
      case "sRGB" -> keepIf(chunk.length() == 1, chunk);
      case "cICP" -> keepIf(chunk.length() == 4, chunk);
      case "pHYs" -> keepIf(chunk.length() == 9, chunk);
      case "iCCP" -> keepProfile(chunk, data);
      case "eXIf" -> keepOrientation(chunk, data);
      case "acTL" -> {
        // Without one before the image, there is no animation, and nothing reads its chunks.
        if (isFirstBeforeImage(chunk)) {
          animation.begin(chunk.from(), data);
          keep(chunk);
        } else {
          drop(chunk);
        }
      }
      case "fcTL", "fdAT" -> {
        if (animation.read(chunk.type(), chunk.from(), data, width, height)) {
          keep(chunk);
        } else {
          drop(chunk);
        }
      }
      default -> drop(chunk);
    }
  }

  /** Section 5.6: each chunk about color precedes the image, once. */
  private boolean isFirstBeforeImage(Chunk chunk) {
    return !seen.contains(chunk.type()) && !seen.contains("IDAT");
  }

  private void keepIf(boolean hasRightLength, Chunk chunk) {
    if (hasRightLength && isFirstBeforeImage(chunk)) {
      keep(chunk);
    } else {
      drop(chunk);
    }
  }

  /** Section 11.3.1.1. */
  private boolean isTransparency(Chunk chunk) {
    return switch (colorType) {
      case 0 -> chunk.length() == 2;
      case 2 -> chunk.length() == 6;
      case 3 -> chunk.length() <= palette;
      default -> false;
    };
  }

  /** Section 11.3.2.3: a name, a zero, the compression method 0, and the compressed profile. */
  private void keepProfile(Chunk chunk, ByteReader data) {
    boolean first = isFirstBeforeImage(chunk);
    // Also if it is none: decompressing many would take more than linear time.
    seen.add(chunk.type());
    int nameEnd = chunk.data();
    while (nameEnd < data.end() && file[nameEnd] != 0) {
      nameEnd++;
    }
    int compressed = nameEnd + 2;
    if (!first
        || compressed > data.end()
        || file[nameEnd + 1] != 0
        || !IccProfile.isCompressedProfile(new ByteReader(file, compressed, data.end()))) {
      drop(chunk);
      return;
    }
    byte[] fresh =
        ByteBuffer.allocate(PROFILE_NAME.length + 1 + data.end() - compressed)
            .put(PROFILE_NAME)
            .put((byte) 0)
            .put(file, compressed, data.end() - compressed)
            .array();
    replace(chunk, fresh, "profile name");
  }

  /** Section 11.3.4.5. */
  private void keepOrientation(Chunk chunk, ByteReader data) {
    if (!seen.add(chunk.type())) {
      drop(chunk);
      return;
    }
    orientation = Exif.orientation(data);
    if (orientation == Exif.UPRIGHT) {
      drop(chunk);
    } else {
      replace(chunk, Exif.of(orientation), "Exif");
    }
  }

  private void replace(Chunk chunk, byte[] data, String name) {
    byte[] type = chunk.type().getBytes(StandardCharsets.US_ASCII);
    CRC32 crc = new CRC32();
    crc.update(type);
    crc.update(data);
    byte[] bytes =
        ByteBuffer.allocate(HEADER_BYTES + data.length + CRC_BYTES)
            .putInt(data.length)
            .put(type)
            .put(data)
            .putInt((int) crc.getValue())
            .array();
    rewrite.replace(chunk.from(), chunk.to(), bytes, name);
  }

  private void drop(Chunk chunk) {
    rewrite.drop(
        switch (chunk.type()) {
          case "tEXt", "zTXt", "iTXt" -> isXmp(chunk) ? "XMP" : "text";
          case "tIME" -> "time";
          case "eXIf" -> "Exif";
          default -> "other chunks";
        });
  }

  private boolean isXmp(Chunk chunk) {
    byte[] keyword = "XML:com.adobe.xmp\0".getBytes(StandardCharsets.US_ASCII);
    int end = Math.min(chunk.length(), keyword.length);
    return Arrays.equals(file, chunk.data(), chunk.data() + end, keyword, 0, keyword.length);
  }
}
