package com.healthmetrics.aws.internal.image;

import static com.healthmetrics.aws.internal.image.Bytes.ascii;
import static com.healthmetrics.aws.internal.image.Bytes.concat;
import static com.healthmetrics.aws.internal.image.Bytes.deflate;
import static com.healthmetrics.aws.internal.image.Bytes.u16;
import static com.healthmetrics.aws.internal.image.Bytes.u32;
import static com.healthmetrics.aws.internal.image.Bytes.u8;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;

/** Generates PNG files, and lists their chunks with code of its own. */
final class PngFile {
  static final int WIDTH = 3;
  static final int HEIGHT = 2;
  static final byte[] SIGNATURE = u8(0x89, 'P', 'N', 'G', 0x0D, 0x0A, 0x1A, 0x0A);

  private PngFile() {}

  static byte[] chunk(String type, byte[]... data) {
    byte[] named = concat(ascii(type), concat(data));
    CRC32 crc = new CRC32();
    crc.update(named);
    return concat(u32(named.length - 4), named, u32(crc.getValue()));
  }

  /** A chunk whose CRC is that of something else. */
  static byte[] damaged(String type, byte[]... data) {
    byte[] chunk = chunk(type, data);
    chunk[chunk.length - 1] ^= 1;
    return chunk;
  }

  static byte[] header(long width, long height, int bitDepth, int colorType) {
    return chunk("IHDR", u32(width, height), u8(bitDepth, colorType, 0, 0, 0));
  }

  static byte[] header() {
    return header(WIDTH, HEIGHT, 8, 2);
  }

  static byte[] image() {
    byte[] rows = new byte[HEIGHT * (1 + WIDTH * 3)];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = (byte) (i % (1 + WIDTH * 3) == 0 ? 0 : i * 9);
    }
    return chunk("IDAT", deflate(rows));
  }

  static byte[] end() {
    return chunk("IEND");
  }

  static byte[] of(byte[]... chunks) {
    return concat(SIGNATURE, concat(chunks));
  }

  static byte[] plain() {
    return of(header(), image(), end());
  }

  static byte[] beforeImage(byte[]... chunks) {
    return of(header(), concat(chunks), image(), end());
  }

  static byte[] afterImage(byte[]... chunks) {
    return of(header(), image(), concat(chunks), end());
  }

  static byte[] profile(String name, byte[] profile) {
    return chunk("iCCP", ascii(name), u8(0, 0), deflate(profile));
  }

  static byte[] frame(int sequence, int width, int height, int x, int y) {
    return chunk("fcTL", u32(sequence, width, height, x, y), u16(1, 10), u8(0, 0));
  }

  static byte[] frame(int sequence) {
    return frame(sequence, WIDTH, HEIGHT, 0, 0);
  }

  static byte[] frameData(int sequence) {
    byte[] image = image();
    return chunk("fdAT", u32(sequence), java.util.Arrays.copyOfRange(image, 8, image.length - 4));
  }

  /** An animation of two frames, of which the first is the image of old readers. */
  static byte[] animation() {
    return of(header(), chunk("acTL", u32(2, 0)), frame(0), image(), frame(1), frameData(2), end());
  }

  /** The types of all chunks, and the number of bytes after the last. */
  static List<String> chunks(byte[] file) {
    List<String> types = new ArrayList<>();
    ByteBuffer buffer = ByteBuffer.wrap(file).position(8);
    while (buffer.hasRemaining()) {
      int length = buffer.getInt();
      byte[] type = new byte[4];
      buffer.get(type).position(buffer.position() + length + 4);
      types.add(new String(type, StandardCharsets.US_ASCII));
      if (types.contains("IEND")) {
        break;
      }
    }
    if (buffer.hasRemaining()) {
      types.add("+" + buffer.remaining());
    }
    return types;
  }
}
