package com.healthmetrics.aws.internal.image;

import java.nio.ByteBuffer;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Whether bytes are a color profile, which a picture keeps, or only in the place of one.
 *
 * <p>A profile stays as it is, with the description and the copyright notice of who made the
 * profile: both are required tags, and come from the maker of the screen, the camera or the
 * software.
 *
 * <p>Source: International Color Consortium, "ICC.1:2022", section 7.2: the header of 128 bytes
 * begins with the size of the profile and has the signature {@code acsp} at byte 36.
 */
final class IccProfile {
  private static final int HEADER_BYTES = 128;
  private static final int SIGNATURE = 0x61637370;

  /** The largest that compressed bytes may grow to; profiles of printers have some 3 MiB. */
  private static final int MAX_BYTES = 4 * 1024 * 1024;

  private IccProfile() {}

  /** Whether a profile begins here and has exactly so many bytes. */
  static boolean isProfile(ByteReader bytes, long length) {
    return bytes.remaining() >= HEADER_BYTES
        && isHeader(ByteBuffer.wrap(bytes.file(), bytes.position(), HEADER_BYTES), length);
  }

  /** Whether bytes are a profile that zlib compressed, and nothing else. */
  static boolean isCompressedProfile(ByteReader bytes) {
    Inflater inflater = new Inflater();
    try {
      inflater.setInput(bytes.file(), bytes.position(), bytes.remaining());
      byte[] header = new byte[HEADER_BYTES];
      int length = inflater.inflate(header);
      byte[] buffer = new byte[8_192];
      while (!inflater.finished()) {
        int read = inflater.inflate(buffer);
        length += read;
        // Without progress, the bytes end too early or need a dictionary.
        if (length > MAX_BYTES || (read == 0 && !inflater.finished())) {
          return false;
        }
      }
      return inflater.getRemaining() == 0 && isHeader(ByteBuffer.wrap(header), length);
    } catch (DataFormatException e) {
      return false;
    } finally {
      inflater.end();
    }
  }

  private static boolean isHeader(ByteBuffer header, long length) {
    int start = header.position();
    return length >= HEADER_BYTES
        && Integer.toUnsignedLong(header.getInt(start)) == length
        && header.getInt(start + 36) == SIGNATURE;
  }
}
