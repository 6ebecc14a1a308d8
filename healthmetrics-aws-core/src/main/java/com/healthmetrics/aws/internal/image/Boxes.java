package com.healthmetrics.aws.internal.image;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads the boxes of one file, at most 100,000 in all.
 *
 * <p>Source: ISO/IEC 14496-12, section 4.2: a size of 32 bits and a type; 1 announces a size of 64
 * bits, and 0, in the file's last box, that it ends where the file does.
 */
final class Boxes {
  /** A picture of 200 million pixels has some 800 tiles and as many boxes. */
  private static final int MAX_BOXES = 20_000;

  private static final int HEADER_BYTES = 8;

  private final byte[] file;
  private int count;

  Boxes(byte[] file) {
    this.file = file;
  }

  /**
   * Reads the boxes of a file up to the first byte that begins none, or another file: some phones
   * append a video with a file type box of its own.
   *
   * @param needed the types whose boxes must be complete
   */
  List<Box> ofFile(Set<String> needed) throws UnreadableImageException {
    List<Box> boxes = new ArrayList<>();
    int position = 0;
    while (file.length - position >= HEADER_BYTES) {
      ByteReader reader = new ByteReader(file, position);
      long size = reader.u32();
      String type = reader.fourCharacters();
      if (size == 1 && reader.remaining() >= 8) {
        size = reader.u64();
      } else if (size == 0) {
        size = (long) file.length - position;
      }
      if (type.equals("ftyp") && position > 0) {
        break;
      }
      if (size < reader.position() - position || size > file.length - position) {
        if (needed.contains(type)) {
          throw UnreadableImageException.truncated(file.length, "the end of the box " + type);
        }
        break;
      }
      boxes.add(box(type, position, reader.position(), position + (int) size));
      position += (int) size;
    }
    return boxes;
  }

  /** Reads the boxes that a part of a box consists of. */
  List<Box> in(int from, int to) throws UnreadableImageException {
    List<Box> boxes = new ArrayList<>();
    ByteReader reader = new ByteReader(file, from, to);
    while (reader.remaining() > 0) {
      int start = reader.position();
      long size = reader.u32();
      String type = reader.fourCharacters();
      if (size == 1) {
        size = reader.u64();
      }
      int header = reader.position() - start;
      if (size < header) {
        throw UnreadableImageException.malformed(start, "a box is shorter than its header");
      }
      ByteReader payload = reader.slice(size - header);
      boxes.add(box(type, start, payload.position(), payload.end()));
    }
    return boxes;
  }

  List<Box> in(Box box) throws UnreadableImageException {
    return in(box.payload(), box.end());
  }

  private Box box(String type, int start, int payload, int end) throws UnreadableImageException {
    count++;
    if (count > MAX_BOXES) {
      throw UnreadableImageException.tooComplex(MAX_BOXES, "boxes");
    }
    return new Box(type, start, payload, end);
  }

  /**
   * Returns the boxes of some types by their type; each occurs once, as readers would differ in
   * which of two they use.
   */
  static Map<String, Box> single(List<Box> boxes, Set<String> types)
      throws UnreadableImageException {
    Map<String, Box> byType = new HashMap<>();
    for (Box box : boxes) {
      if (types.contains(box.type()) && byType.put(box.type(), box) != null) {
        throw UnreadableImageException.malformed(
            box.start(), "there is a second box " + box.type());
      }
    }
    return byType;
  }

  /** Returns the box of a type, which must be there. */
  static Box required(Map<String, Box> boxes, String type) throws UnreadableImageException {
    Box box = boxes.get(type);
    if (box == null) {
      throw UnreadableImageException.noImageData("there is no box " + type);
    }
    return box;
  }
}
