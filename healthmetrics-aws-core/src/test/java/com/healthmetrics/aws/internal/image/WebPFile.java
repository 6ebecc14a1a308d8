package com.healthmetrics.aws.internal.image;

import static com.healthmetrics.aws.internal.image.Bytes.ascii;
import static com.healthmetrics.aws.internal.image.Bytes.concat;
import static com.healthmetrics.aws.internal.image.Bytes.hex;
import static com.healthmetrics.aws.internal.image.Bytes.little24;
import static com.healthmetrics.aws.internal.image.Bytes.little32;
import static com.healthmetrics.aws.internal.image.Bytes.u8;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Generates WebP files, and lists their chunks with code of its own. The image data are those of
 * Google's encoder, for a gradient of 16 by 16 pixels.
 */
final class WebPFile {
  static final int SIZE = 16;
  static final int ICC = 0x20;
  static final int ALPHA = 0x10;
  static final int EXIF = 0x08;
  static final int XMP = 0x04;
  static final int ANIMATION = 0x02;

  private WebPFile() {}

  static byte[] lossy() {
    return chunk(
        "VP8 ",
        hex("7001009d012a100010000fc0ce25b0027401400000fdb1bf379c2ff8fcbec69db066a4418000"));
  }

  static byte[] lossless() {
    return chunk(
        "VP8L", hex("2f0fc00300893244f43f1611d1ff0091b64d25dcbfe1c1d38118c09800aa0ed47f00"));
  }

  static byte[] alpha() {
    return chunk(
        "ALPH",
        hex(
            "017f20104842d85f788588481d5045b60d15545041051554504105155450410515545041"
                + "0c1d77688e87f0622894ca1d2e80c268bcde1f2f8000"));
  }

  static byte[] chunk(String type, byte[]... data) {
    byte[] all = concat(data);
    return concat(ascii(type), little32(all.length), all, new byte[all.length % 2]);
  }

  static byte[] extension(int flags) {
    return chunk("VP8X", u8(flags, 0, 0, 0), little24(SIZE - 1), little24(SIZE - 1));
  }

  static byte[] of(byte[]... chunks) {
    byte[] all = concat(chunks);
    return concat(ascii("RIFF"), little32(all.length + 4), ascii("WEBP"), all);
  }

  static byte[] animationHeader() {
    return chunk("ANIM", new byte[6]);
  }

  static byte[] frame(byte[]... chunks) {
    return frame(0, SIZE, chunks);
  }

  static byte[] frame(int x, int width, byte[]... chunks) {
    return chunk(
        "ANMF",
        little24(x / 2),
        little24(0),
        little24(width - 1),
        little24(SIZE - 1),
        new byte[4],
        concat(chunks));
  }

  static byte[] exif(int orientation) {
    return chunk("EXIF", Bytes.exif(orientation));
  }

  /** The types of all chunks, those in a frame after it, and the bytes after the structure. */
  static List<String> chunks(byte[] file) {
    ByteBuffer buffer = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    int end = buffer.getInt(4) + 8;
    List<String> types = new ArrayList<>();
    list(buffer, 12, end, types);
    if (end != file.length) {
      types.add("+" + (file.length - end));
    }
    return types;
  }

  private static void list(ByteBuffer buffer, int from, int end, List<String> types) {
    int i = from;
    while (i < end) {
      String type = new String(buffer.array(), i, 4, StandardCharsets.US_ASCII);
      int length = buffer.getInt(i + 4);
      types.add(type);
      if (type.equals("ANMF")) {
        list(buffer, i + 8 + 16, i + 8 + length, types);
      }
      i += 8 + length + length % 2;
    }
  }
}
