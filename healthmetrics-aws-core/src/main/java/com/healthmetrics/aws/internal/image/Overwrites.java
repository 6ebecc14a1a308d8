package com.healthmetrics.aws.internal.image;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/**
 * What to write over parts of a file whose other parts must not move, in any order. Not
 * thread-safe.
 */
final class Overwrites {
  private static final byte[] FREE = "free".getBytes(StandardCharsets.US_ASCII);

  private interface Change {
    void addTo(Rewrite rewrite);
  }

  private record Overwrite(int from, int to, Change change) {}

  private final List<Overwrite> overwrites = new ArrayList<>();

  void fill(int from, int to, byte value, String name) {
    if (from < to) {
      overwrites.add(new Overwrite(from, to, rewrite -> rewrite.fill(from, to, value, name)));
    }
  }

  void zero(int from, int to, String name) {
    fill(from, to, (byte) 0, name);
  }

  void write(int from, byte[] bytes, String name) {
    int to = from + bytes.length;
    overwrites.add(new Overwrite(from, to, rewrite -> rewrite.replace(from, to, bytes, name)));
  }

  /** Turns a box into free space: ISO/IEC 14496-12, section 8.1.2. */
  void blank(Box box, String name) {
    write(box.start() + 4, FREE, name);
    zero(box.payload(), box.end(), name);
  }

  /** Turns all boxes but those of some types into free space. */
  void keepOnly(Set<String> types, List<Box> boxes, String name) {
    for (Box box : boxes) {
      if (!types.contains(box.type())) {
        blank(box, name);
      }
    }
  }

  /** The file up to an index, with everything overwritten that precedes it. */
  Rewrite applyTo(byte[] file, int end) throws UnreadableImageException {
    Rewrite rewrite = new Rewrite(file);
    overwrites.sort(Comparator.comparingInt(Overwrite::from));
    int position = 0;
    for (Overwrite overwrite : overwrites) {
      if (overwrite.from() < position) {
        throw UnreadableImageException.sharedExtent(overwrite.from());
      }
      rewrite.keep(position, overwrite.from());
      overwrite.change().addTo(rewrite);
      position = overwrite.to();
    }
    rewrite.keep(position, end);
    if (end < file.length) {
      rewrite.drop("trailer");
    }
    return rewrite;
  }
}
