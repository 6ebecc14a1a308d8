package com.healthmetrics.aws.internal.image;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * A file without its metadata, as a list of what to copy and what to write instead; the bytes are
 * made only when somebody asks for them.
 *
 * <p>Not thread-safe while it is built.
 */
final class Rewrite {
  private sealed interface Piece {
    int length();
  }

  private record Copy(int from, int to) implements Piece {
    @Override
    public int length() {
      return to - from;
    }
  }

  // Never compared, and never leaves this class.
  @SuppressWarnings("ArrayRecordComponent")
  private record Fresh(byte[] bytes) implements Piece {
    @Override
    public int length() {
      return bytes.length;
    }
  }

  private record Fill(byte value, int length) implements Piece {}

  private final byte[] file;
  private final List<Piece> pieces = new ArrayList<>();
  private final Set<String> removed = new LinkedHashSet<>();
  private int length;

  Rewrite(byte[] file) {
    this.file = file;
  }

  /** Copies a range of the file. */
  void keep(int from, int to) {
    if (from == to) {
      return;
    }
    int last = pieces.size() - 1;
    if (last >= 0 && pieces.get(last) instanceof Copy copy && copy.to() == from) {
      pieces.set(last, new Copy(copy.from(), to));
    } else {
      pieces.add(new Copy(from, to));
    }
    length += to - from;
  }

  /** Writes bytes in place of a range of the file, which has the name if the bytes differ. */
  void replace(int from, int to, byte[] bytes, String name) {
    if (!Arrays.equals(file, from, to, bytes, 0, bytes.length)) {
      removed.add(name);
    }
    derive(from, to, bytes);
  }

  /** Writes one value over a range of the file, which has the name if it has other bytes. */
  void fill(int from, int to, byte value, String name) {
    for (int i = from; i < to; i++) {
      if (file[i] != value) {
        removed.add(name);
        add(new Fill(value, to - from));
        return;
      }
    }
    keep(from, to);
  }

  /** Writes numbers that follow from the rest, such as the size of what has become shorter. */
  void derive(int from, int to, byte[] bytes) {
    if (Arrays.equals(file, from, to, bytes, 0, bytes.length)) {
      keep(from, to);
    } else {
      add(new Fresh(bytes));
    }
  }

  /** Appends the rewrite of a later part of the same file. */
  void append(Rewrite part) {
    removed.addAll(part.removed);
    for (Piece piece : part.pieces) {
      if (piece instanceof Copy copy) {
        keep(copy.from(), copy.to());
      } else {
        add(piece);
      }
    }
  }

  /** Leaves a part of the file out. */
  void drop(String name) {
    removed.add(name);
  }

  private void add(Piece piece) {
    pieces.add(piece);
    length += piece.length();
  }

  /** The number of bytes so far. */
  int length() {
    return length;
  }

  /** The names of what the file loses, in the order of the file; empty if it stays as it is. */
  List<String> removed() {
    return List.copyOf(removed);
  }

  /** The file itself if it loses nothing, or new bytes. */
  byte[] toBytes() {
    if (removed.isEmpty()) {
      return file;
    }
    byte[] bytes = new byte[length];
    int at = 0;
    for (Piece piece : pieces) {
      int end = at + piece.length();
      if (piece instanceof Copy copy) {
        System.arraycopy(file, copy.from(), bytes, at, copy.length());
      } else if (piece instanceof Fresh fresh) {
        System.arraycopy(fresh.bytes(), 0, bytes, at, fresh.length());
      } else if (piece instanceof Fill fill) {
        Arrays.fill(bytes, at, end, fill.value());
      }
      at = end;
    }
    return bytes;
  }
}
