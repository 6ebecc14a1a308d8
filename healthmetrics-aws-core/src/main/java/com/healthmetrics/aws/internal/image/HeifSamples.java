package com.healthmetrics.aws.internal.image;

import java.util.Map;
import java.util.NavigableMap;

/**
 * Locates the samples of a track.
 *
 * <p>Source: ISO/IEC 14496-12, sections 8.7.3 (sizes), 8.7.4 (samples of each chunk) and 8.7.5
 * (offsets of the chunks).
 */
final class HeifSamples {
  private final byte[] file;
  private final NavigableMap<Integer, Box> mediaData;

  HeifSamples(byte[] file, NavigableMap<Integer, Box> mediaData) {
    this.file = file;
    this.mediaData = mediaData;
  }

  /** Adds the bytes of all samples; returns whether there are any. */
  boolean addTo(Ranges ranges, Map<String, Box> table) throws UnreadableImageException {
    boolean largeOffsets = !table.containsKey("stco");
    ByteReader offsets = entries(Boxes.required(table, largeOffsets ? "co64" : "stco"));
    Sizes sizes = new Sizes(table);
    ByteReader runs = entries(Boxes.required(table, "stsc"));
    long chunks = offsets.u32();
    long remainingRuns = runs.u32();
    long nextRun = remainingRuns == 0 ? Long.MAX_VALUE : runs.u32();
    requireOrder(nextRun == 1 || remainingRuns == 0, runs);
    long samplesPerChunk = 0;
    boolean any = false;
    for (long chunk = 1; chunk <= chunks; chunk++) {
      if (chunk == nextRun) {
        samplesPerChunk = runs.u32();
        runs.skip(4);
        remainingRuns--;
        nextRun = remainingRuns == 0 ? Long.MAX_VALUE : runs.u32();
        requireOrder(nextRun > chunk, runs);
      }
      long from = offsets.unsigned(largeOffsets ? 8 : 4);
      long length = sizes.next(samplesPerChunk);
      if (length > 0) {
        add(ranges, from, length);
        any = true;
      }
    }
    return any;
  }

  private static void requireOrder(boolean ordered, ByteReader runs)
      throws UnreadableImageException {
    if (!ordered) {
      throw UnreadableImageException.malformed(
          runs.position(), "the chunks of samples are not in order");
    }
  }

  private ByteReader entries(Box box) throws UnreadableImageException {
    ByteReader reader = box.reader(file);
    reader.skip(4);
    return reader;
  }

  private void add(Ranges ranges, long from, long length) throws UnreadableImageException {
    if (from > file.length || length > file.length - from) {
      throw UnreadableImageException.truncated(file.length, "the end of a sample");
    }
    Map.Entry<Integer, Box> box = mediaData.floorEntry((int) from);
    if (box == null || from + length > box.getValue().end()) {
      throw UnreadableImageException.malformed(
          (int) from, "a sample is not within the data of the file");
    }
    ranges.add((int) from, (int) (from + length));
  }

  /** The sizes of samples, in order. */
  private final class Sizes {
    private final ByteReader reader;
    private final int bits;
    private final long same;
    private long remaining;

    Sizes(Map<String, Box> table) throws UnreadableImageException {
      boolean compact = !table.containsKey("stsz");
      this.reader = entries(Boxes.required(table, compact ? "stz2" : "stsz"));
      if (compact) {
        reader.skip(3);
        this.bits = reader.u8();
        this.same = 0;
        if (bits != 8 && bits != 16) {
          throw UnreadableImageException.unsupported("sizes of samples with " + bits + " bits");
        }
      } else {
        this.bits = 32;
        this.same = reader.u32();
      }
      this.remaining = reader.u32();
    }

    /** The sum of the next sizes; a table with one size for all has no others. */
    long next(long samples) throws UnreadableImageException {
      long count = Math.min(samples, remaining);
      remaining -= count;
      if (same > 0) {
        // Both factors together cannot exceed 63 bits.
        return same * Math.min(count, file.length + 1L);
      }
      long sum = 0;
      for (long i = 0; i < count; i++) {
        sum += reader.unsigned(bits / 8);
      }
      return sum;
    }
  }
}
