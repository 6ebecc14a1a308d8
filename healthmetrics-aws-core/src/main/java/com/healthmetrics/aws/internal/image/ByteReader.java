package com.healthmetrics.aws.internal.image;

import java.nio.charset.StandardCharsets;

/**
 * Reads numbers from a part of a file, and never beyond it: whatever a length in the file claims is
 * compared with the bytes that are there before anything happens.
 */
final class ByteReader {
  private final byte[] file;
  private final int end;
  private final boolean toTheEnd;
  private int position;

  private ByteReader(byte[] file, int from, int end, boolean toTheEnd) {
    this.file = file;
    this.position = from;
    this.end = end;
    this.toTheEnd = toTheEnd;
  }

  /** Reads the whole file: beyond its end, it is truncated. */
  ByteReader(byte[] file) {
    this(file, 0);
  }

  /** Reads from an index to the end of the file: beyond that, it is truncated. */
  ByteReader(byte[] file, int from) {
    this(file, from, file.length, true);
  }

  /** Reads a part of the file: beyond its end, the file contradicts itself. */
  ByteReader(byte[] file, int from, int end) {
    this(file, from, end, false);
  }

  byte[] file() {
    return file;
  }

  int position() {
    return position;
  }

  int end() {
    return end;
  }

  int remaining() {
    return end - position;
  }

  int u8() throws UnreadableImageException {
    return file[advance(1)] & 0xFF;
  }

  int u16() throws UnreadableImageException {
    return (int) unsigned(2);
  }

  long u32() throws UnreadableImageException {
    return unsigned(4);
  }

  /** Reads a number of 64 bits; one above 2^63 exceeds every file, and is refused at once. */
  long u64() throws UnreadableImageException {
    return unsigned(8);
  }

  /** Reads a big-endian number of 0 to 8 bytes; one of no bytes is 0. */
  long unsigned(int bytes) throws UnreadableImageException {
    int from = advance(bytes);
    long value = 0;
    for (int i = 0; i < bytes; i++) {
      value = (value << 8) | (file[from + i] & 0xFF);
    }
    if (value < 0) {
      throw UnreadableImageException.malformed(from, "a number exceeds 63 bits");
    }
    return value;
  }

  /** Reads a little-endian number of up to 4 bytes. */
  long littleEndian(int bytes) throws UnreadableImageException {
    int from = advance(bytes);
    long value = 0;
    for (int i = bytes - 1; i >= 0; i--) {
      value = (value << 8) | (file[from + i] & 0xFF);
    }
    return value;
  }

  /** Reads four bytes that name a box or a chunk. */
  String fourCharacters() throws UnreadableImageException {
    return new String(file, advance(4), 4, StandardCharsets.ISO_8859_1);
  }

  void skip(long bytes) throws UnreadableImageException {
    advance(bytes);
  }

  /** Returns a reader of the next bytes alone, and skips them. */
  ByteReader slice(long length) throws UnreadableImageException {
    int from = advance(length);
    return new ByteReader(file, from, position);
  }

  /** Whether the next bytes are these; reads nothing. */
  boolean startsWith(byte[] prefix) {
    if (remaining() < prefix.length) {
      return false;
    }
    for (int i = 0; i < prefix.length; i++) {
      if (file[position + i] != prefix[i]) {
        return false;
      }
    }
    return true;
  }

  private int advance(long bytes) throws UnreadableImageException {
    if (bytes > remaining()) {
      throw toTheEnd
          ? UnreadableImageException.truncated(file.length, "a part that began at " + position)
          : UnreadableImageException.malformed(position, "a part is longer than what contains it");
    }
    int from = position;
    position += (int) bytes;
    return from;
  }
}
