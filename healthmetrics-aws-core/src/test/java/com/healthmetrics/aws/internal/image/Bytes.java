package com.healthmetrics.aws.internal.image;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.zip.Deflater;

/** Byte arrays for generated pictures. */
final class Bytes {
  /** What no published picture contains; as long as a position. */
  static final String SECRET = "48.137154N 11.576124E";

  private Bytes() {}

  static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  static byte[] secret() {
    return ascii(SECRET);
  }

  static byte[] hex(String hex) {
    return HexFormat.of().parseHex(hex);
  }

  static byte[] u8(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }

  static byte[] u16(int... values) {
    ByteBuffer buffer = ByteBuffer.allocate(2 * values.length);
    for (int value : values) {
      buffer.putShort((short) value);
    }
    return buffer.array();
  }

  static byte[] u32(long... values) {
    ByteBuffer buffer = ByteBuffer.allocate(4 * values.length);
    for (long value : values) {
      buffer.putInt((int) value);
    }
    return buffer.array();
  }

  static byte[] u64(long value) {
    return ByteBuffer.allocate(8).putLong(value).array();
  }

  static byte[] little32(long value) {
    return ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt((int) value).array();
  }

  static byte[] little24(int value) {
    return Arrays.copyOf(little32(value), 3);
  }

  static byte[] concat(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  static byte[] deflate(byte[] bytes) {
    Deflater deflater = new Deflater();
    deflater.setInput(bytes);
    deflater.finish();
    byte[] compressed = new byte[bytes.length + 64];
    int length = deflater.deflate(compressed);
    deflater.end();
    return Arrays.copyOf(compressed, length);
  }

  /** The first index of bytes, or -1. */
  static int indexOf(byte[] file, byte[] wanted) {
    for (int i = 0; i + wanted.length <= file.length; i++) {
      if (Arrays.equals(file, i, i + wanted.length, wanted, 0, wanted.length)) {
        return i;
      }
    }
    return -1;
  }

  static boolean contains(byte[] file, byte[] wanted) {
    return indexOf(file, wanted) >= 0;
  }

  /** A color profile as far as anybody here reads it. */
  static byte[] iccProfile(int length) {
    byte[] profile = new byte[length];
    ByteBuffer.wrap(profile).putInt(length).position(36).put(ascii("acsp"));
    return profile;
  }

  /** A TIFF structure of Exif with a camera, maker notes, a position, and an orientation. */
  static byte[] exif(int orientation) {
    byte[] camera = Arrays.copyOf(secret(), 32);
    byte[] header = concat(ascii("II"), Bytes.u8(42, 0, 8, 0, 0, 0));
    int camerasAt = 8 + 2 + 4 * 12 + 4;
    int exifAt = camerasAt + camera.length;
    int makerNoteAt = exifAt + 2 + 12 + 4;
    int gpsAt = makerNoteAt + 64;
    int latitudeAt = gpsAt + 2 + 2 * 12 + 4;
    return concat(
        header,
        little16(4),
        entry(0x010F, 2, camera.length, camerasAt),
        entry(0x0112, 3, 1, orientation),
        entry(0x8769, 4, 1, exifAt),
        entry(0x8825, 4, 1, gpsAt),
        little32(0),
        camera,
        little16(1),
        entry(0x927C, 7, 64, makerNoteAt),
        little32(0),
        Arrays.copyOf(concat(ascii("NOTE"), secret()), 64),
        little16(2),
        entry(0x0001, 2, 2, 'N'),
        entry(0x0002, 5, 3, latitudeAt),
        little32(0),
        little32(48),
        little32(1),
        little32(8),
        little32(1),
        little32(13),
        little32(1));
  }

  private static byte[] little16(int value) {
    return Arrays.copyOf(little32(value), 2);
  }

  private static byte[] entry(int tag, int type, int count, int value) {
    return concat(little16(tag), little16(type), little32(count), little32(value));
  }

  static byte[] xmp() {
    return ascii(
        "<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF"
            + " xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'><rdf:Description"
            + " xmlns:exif='http://ns.adobe.com/exif/1.0/' exif:GPSLatitude='"
            + SECRET
            + "'/></rdf:RDF></x:xmpmeta>");
  }
}
