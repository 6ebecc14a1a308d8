package com.healthmetrics.aws.internal.image;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.function.BiConsumer;

/** Parts of a file that something uses, in any order and overlapping. Not thread-safe. */
final class Ranges {
  /** More tiles and samples than any picture has. */
  private static final int MAX_RANGES = 100_000;

  private record Range(int from, int to) {}

  private final List<Range> ranges = new ArrayList<>();

  void add(int from, int to) throws UnreadableImageException {
    if (ranges.size() == MAX_RANGES) {
      throw UnreadableImageException.tooComplex(MAX_RANGES, "extents");
    }
    ranges.add(new Range(from, to));
  }

  void addAll(Ranges other) throws UnreadableImageException {
    for (Range range : other.ranges) {
      add(range.from(), range.to());
    }
  }

  private List<Range> sorted() {
    List<Range> sorted = new ArrayList<>(ranges);
    sorted.sort(Comparator.comparingInt(Range::from));
    return sorted;
  }

  /** Requires that no range of the other ones shares a byte with one of these. */
  void requireApart(Ranges others) throws UnreadableImageException {
    List<Range> mine = sorted();
    List<Range> theirs = others.sorted();
    int at = 0;
    int end = 0;
    for (Range range : theirs) {
      // The furthest end of all ranges that begin before this one ends.
      while (at < mine.size() && mine.get(at).from() < range.to()) {
        end = Math.max(end, mine.get(at).to());
        at++;
      }
      if (end > range.from()) {
        throw UnreadableImageException.sharedExtent(range.from());
      }
    }
  }

  /** Requires that no two ranges share a byte. */
  void requireDisjoint() throws UnreadableImageException {
    int end = 0;
    for (Range range : sorted()) {
      if (range.from() < end) {
        throw UnreadableImageException.sharedExtent(range.from());
      }
      end = range.to();
    }
  }

  /** Reports what of a part of the file no range covers. */
  void gaps(Collection<Box> parts, BiConsumer<Integer, Integer> gap) {
    List<Range> sorted = sorted();
    int at = 0;
    for (Box part : parts) {
      int from = part.payload();
      while (at < sorted.size() && sorted.get(at).from() < part.end()) {
        if (sorted.get(at).from() > from) {
          gap.accept(from, sorted.get(at).from());
        }
        from = Math.max(from, sorted.get(at).to());
        at++;
      }
      if (from < part.end()) {
        gap.accept(from, part.end());
      }
    }
  }
}
