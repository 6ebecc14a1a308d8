package com.healthmetrics.aws.internal.image;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The one value of Exif that a picture keeps: how a viewer turns it.
 *
 * <p>Source: CIPA DC-008, "Exchangeable image file format for digital still cameras: Exif Version
 * 2.32", section 4.6 for the structure, which is that of TIFF, and 4.6.4 for the orientation.
 */
final class Exif {
  /** The orientation of a picture that is shown as it is stored. */
  static final int UPRIGHT = 1;

  /** What JPEG puts before the TIFF structure, and other formats sometimes do. */
  static final byte[] PREFIX = "Exif\0\0".getBytes(StandardCharsets.US_ASCII);

  private static final int ORIENTATION_TAG = 0x0112;
  private static final int SHORT = 3;
  private static final int ENTRY_BYTES = 12;

  private Exif() {}

  /**
   * Returns the orientation in a TIFF structure, 1 to 8, or 1 if there is none to be found: a
   * viewer does the same with damaged Exif, and nothing else of it stays.
   */
  static int orientation(ByteReader tiff) {
    try {
      return orientationOf(tiff);
    } catch (UnreadableImageException e) {
      return UPRIGHT;
    }
  }

  private static int orientationOf(ByteReader tiff) throws UnreadableImageException {
    int start = tiff.position();
    int byteOrder = tiff.u16();
    boolean little = byteOrder == 0x4949;
    if ((!little && byteOrder != 0x4D4D) || number(tiff, 2, little) != 42) {
      return UPRIGHT;
    }
    tiff.skip(Math.max(0, number(tiff, 4, little) - (tiff.position() - start)));
    long entries = number(tiff, 2, little);
    for (long i = 0; i < entries; i++) {
      ByteReader entry = tiff.slice(ENTRY_BYTES);
      if (number(entry, 2, little) == ORIENTATION_TAG) {
        long type = number(entry, 2, little);
        long count = number(entry, 4, little);
        long value = number(entry, 2, little);
        return type == SHORT && count == 1 && value >= 1 && value <= 8 ? (int) value : UPRIGHT;
      }
    }
    return UPRIGHT;
  }

  private static long number(ByteReader tiff, int bytes, boolean little)
      throws UnreadableImageException {
    return little ? tiff.littleEndian(bytes) : tiff.unsigned(bytes);
  }

  /** A TIFF structure with the orientation and nothing else. */
  static byte[] of(int orientation) {
    return ByteBuffer.allocate(8 + 2 + ENTRY_BYTES + 4)
        .putShort((short) 0x4D4D)
        .putShort((short) 42)
        .putInt(8)
        .putShort((short) 1)
        .putShort((short) ORIENTATION_TAG)
        .putShort((short) SHORT)
        .putInt(1)
        .putShort((short) orientation)
        .putShort((short) 0)
        .putInt(0)
        .array();
  }
}
