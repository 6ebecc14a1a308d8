package com.healthmetrics.aws.internal.image;

import java.util.ArrayList;
import java.util.List;

/**
 * An item of a HEIF file: an image, or data about one.
 *
 * <p>Filled by {@link HeifMeta}; not thread-safe.
 */
final class HeifItem {
  /** Some bytes of the file that an item consists of. */
  record Extent(int from, int to) {}

  /** A property of an item; readers that do not know an essential one must not show the item. */
  record Association(Box property, boolean essential) {}

  /**
   * The item's information entry: ISO/IEC 14496-12, section 8.11.6.
   *
   * @param nameStart the index of its texts, which reach to its end
   * @param xmp whether they say that the item is XMP
   * @param encoded whether they say that the item is compressed
   */
  record Entry(String type, int nameStart, int end, boolean xmp, boolean encoded) {}

  private final long id;
  private final Entry entry;
  private final List<Extent> extents = new ArrayList<>();
  private final List<Association> properties = new ArrayList<>();
  private final List<Long> derivedFrom = new ArrayList<>();

  HeifItem(long id, Entry entry) {
    this.id = id;
    this.entry = entry;
  }

  long id() {
    return id;
  }

  Entry entry() {
    return entry;
  }

  String type() {
    return entry.type();
  }

  List<Extent> extents() {
    return extents;
  }

  List<Association> properties() {
    return properties;
  }

  /** The items that a derived image is made of, in order. */
  List<Long> derivedFrom() {
    return derivedFrom;
  }

  long length() {
    return extents.stream().mapToLong(extent -> extent.to() - extent.from()).sum();
  }

  /** Copies the first bytes of the item, from all its extents. */
  byte[] bytes(byte[] file, int atMost) {
    byte[] bytes = new byte[(int) Math.min(atMost, length())];
    int at = 0;
    for (Extent extent : extents) {
      int length = Math.min(extent.to() - extent.from(), bytes.length - at);
      System.arraycopy(file, extent.from(), bytes, at, length);
      at += length;
    }
    return bytes;
  }
}
