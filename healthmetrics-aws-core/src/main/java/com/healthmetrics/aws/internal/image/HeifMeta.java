package com.healthmetrics.aws.internal.image;

import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;

/**
 * The items of a HEIF file, from its meta box.
 *
 * <p>Source: ISO/IEC 14496-12, section 8.11; ISO/IEC 23008-12, section 9.3, for item properties.
 */
final class HeifMeta {
  /** The boxes that describe the image; all others go. */
  static final Set<String> KEPT =
      Set.of("hdlr", "pitm", "iloc", "iinf", "iref", "iprp", "idat", "dinf", "grpl");

  /** The content type of XMP items. */
  static final byte[] XMP = "application/rdf+xml\0".getBytes(StandardCharsets.US_ASCII);

  /** More than 20 times as many as a picture of 200 million pixels has. */
  private static final int MAX_ITEMS = 20_000;

  /** Extents, properties of items, and references between them. */
  private static final int MAX_LINKS = 200_000;

  private final byte[] file;
  private final Boxes boxes;
  private final NavigableMap<Integer, Box> mediaData;
  private final List<Box> children;
  private final Map<String, Box> parts;
  private final Map<Long, HeifItem> items = new LinkedHashMap<>();
  private final List<Box> properties;
  private final HeifItem primary;
  private int links;

  /**
   * Reads a meta box.
   *
   * @param mediaData the media data boxes of the file by the index of their payload
   */
  HeifMeta(byte[] file, Boxes boxes, Box meta, NavigableMap<Integer, Box> mediaData)
      throws UnreadableImageException {
    this.file = file;
    this.boxes = boxes;
    this.mediaData = mediaData;
    // Version and flags precede the boxes.
    this.children = boxes.in(meta.payload() + Math.min(4, meta.length()), meta.end());
    this.parts = Boxes.single(children, KEPT);
    requirePictures(part("hdlr").reader(file));
    long primaryId = readPrimary(part("pitm").reader(file));
    readEntries();
    readLocations(part("iloc").reader(file));
    Map<String, Box> itemProperties = Boxes.single(boxes.in(part("iprp")), Set.of("ipco"));
    this.properties = boxes.in(Boxes.required(itemProperties, "ipco"));
    readAssociations();
    readReferences();
    this.primary = item(primaryId);
  }

  private Box part(String type) throws UnreadableImageException {
    return Boxes.required(parts, type);
  }

  List<Box> children() {
    return children;
  }

  Collection<HeifItem> items() {
    return items.values();
  }

  /** The item with an id, which must be there. */
  HeifItem item(long id) throws UnreadableImageException {
    HeifItem item = items.get(id);
    if (item == null) {
      throw UnreadableImageException.noImageData("an item is missing that an image refers to");
    }
    return item;
  }

  HeifItem primary() {
    return primary;
  }

  /** The box with the data of items that are not in the media data. */
  Optional<Box> itemData() {
    return Optional.ofNullable(parts.get("idat"));
  }

  List<Box> properties() {
    return properties;
  }

  private static void requirePictures(ByteReader handler) throws UnreadableImageException {
    handler.skip(8);
    if (!handler.fourCharacters().equals("pict")) {
      throw UnreadableImageException.noImageData("its metadata describe no pictures");
    }
  }

  private static UnreadableImageException malformed(ByteReader at, String problem) {
    return UnreadableImageException.malformed(at.position(), problem);
  }

  private static void requireEnd(ByteReader reader) throws UnreadableImageException {
    if (reader.remaining() > 0) {
      throw malformed(reader, "a table is followed by something else");
    }
  }

  /** The identifier of an item, of 16 bits, or 32 in later versions of a box. */
  private static long id(ByteReader reader, boolean large) throws UnreadableImageException {
    return reader.unsigned(large ? 4 : 2);
  }

  private void addLinks(int count) throws UnreadableImageException {
    links += count;
    if (links > MAX_LINKS) {
      throw UnreadableImageException.tooComplex(MAX_LINKS, "parts of items");
    }
  }

  /** Adds an item to those that a table has; twice the same is one too many. */
  private static void addTo(Set<Long> seen, long id, ByteReader reader, String problem)
      throws UnreadableImageException {
    if (seen.size() == MAX_ITEMS) {
      throw UnreadableImageException.tooComplex(MAX_ITEMS, "items");
    }
    if (!seen.add(id)) {
      throw malformed(reader, problem);
    }
  }

  private void readEntries() throws UnreadableImageException {
    Box info = part("iinf");
    ByteReader reader = info.reader(file);
    int version = reader.u8();
    reader.skip(3);
    long count = reader.unsigned(version == 0 ? 2 : 4);
    if (count > MAX_ITEMS) {
      throw UnreadableImageException.tooComplex(MAX_ITEMS, "items");
    }
    List<Box> entries = boxes.in(reader.position(), info.end());
    if (entries.size() != count || !entries.stream().allMatch(box -> box.is("infe"))) {
      throw malformed(reader, "the number of items is wrong");
    }
    for (Box entry : entries) {
      readEntry(entry);
    }
  }

  private void readEntry(Box box) throws UnreadableImageException {
    ByteReader reader = box.reader(file);
    int version = reader.u8();
    reader.skip(3);
    if (version != 2 && version != 3) {
      throw UnreadableImageException.unsupported("items without a type");
    }
    long id = id(reader, version == 3);
    if (reader.u16() != 0) {
      throw UnreadableImageException.unsupported("encrypted items");
    }
    String type = reader.fourCharacters();
    int name = reader.position();
    boolean xmp = false;
    boolean encoded = false;
    if (type.equals("mime")) {
      skipText(reader);
      xmp = reader.startsWith(XMP);
      skipText(reader);
      encoded = reader.remaining() > 0 && reader.u8() != 0;
    }
    HeifItem.Entry entry = new HeifItem.Entry(type, name, box.end(), xmp, encoded);
    if (items.put(id, new HeifItem(id, entry)) != null) {
      throw malformed(reader, "two items have the same identifier");
    }
  }

  /** Skips a text that ends with a zero. */
  private static void skipText(ByteReader reader) throws UnreadableImageException {
    while (reader.u8() != 0) {}
  }

  private long readPrimary(ByteReader reader) throws UnreadableImageException {
    int version = reader.u8();
    reader.skip(3);
    long id = id(reader, version > 0);
    requireEnd(reader);
    return id;
  }

  /** ISO/IEC 14496-12, section 8.11.3. */
  private void readLocations(ByteReader reader) throws UnreadableImageException {
    int version = reader.u8();
    reader.skip(3);
    if (version > 2) {
      throw UnreadableImageException.unsupported("an unknown version of the item locations");
    }
    int sizes = reader.u16();
    int offsetSize = sizes >> 12;
    int lengthSize = sizes >> 8 & 0xF;
    int baseOffsetSize = sizes >> 4 & 0xF;
    int indexSize = version == 0 ? 0 : sizes & 0xF;
    if (offsetSize > 8 || lengthSize > 8 || baseOffsetSize > 8 || indexSize > 8) {
      throw malformed(reader, "a size in the item locations exceeds 8 bytes");
    }
    long count = reader.unsigned(version == 2 ? 4 : 2);
    Set<Long> seen = new HashSet<>();
    for (long i = 0; i < count; i++) {
      long id = id(reader, version == 2);
      addTo(seen, id, reader, "an item has two locations");
      int method = version == 0 ? 0 : reader.u16() & 0xF;
      if (reader.u16() != 0) {
        throw UnreadableImageException.unsupported("data in other files");
      }
      long base = reader.unsigned(baseOffsetSize);
      int extents = reader.u16();
      addLinks(extents);
      if (extents > 1 && indexSize + offsetSize + lengthSize == 0) {
        throw malformed(reader, "the extents of an item have no size");
      }
      HeifItem item = items.get(id);
      for (int extent = 0; extent < extents; extent++) {
        reader.skip(indexSize);
        long offset = reader.unsigned(offsetSize);
        long length = reader.unsigned(lengthSize);
        // Nothing describes an item without an entry, so its bytes are not used.
        if (item != null) {
          item.extents().add(extent(method, base, offset, length));
        }
      }
    }
    requireEnd(reader);
  }

  /** Finds the bytes of an extent, which are within one media data box or the item data box. */
  private HeifItem.Extent extent(int method, long base, long offset, long length)
      throws UnreadableImageException {
    if (base > Integer.MAX_VALUE || offset > Integer.MAX_VALUE || length > Integer.MAX_VALUE) {
      throw UnreadableImageException.truncated(file.length, "the end of an item");
    }
    long from = base + offset;
    Box container;
    switch (method) {
      case 0 -> {
        if (from + length > file.length) {
          throw UnreadableImageException.truncated(file.length, "the end of an item");
        }
        Map.Entry<Integer, Box> box = mediaData.floorEntry((int) from);
        container = box == null ? null : box.getValue();
      }
      case 1 -> {
        container = part("idat");
        from += container.payload();
      }
      default ->
          throw UnreadableImageException.unsupported("items that are located in other items");
    }
    if (container == null || length == 0 || from + length > container.end()) {
      throw UnreadableImageException.malformed(
          (int) Math.min(from, file.length), "an item is not within the data of the file");
    }
    return new HeifItem.Extent((int) from, (int) (from + length));
  }

  /** ISO/IEC 23008-12, section 9.3.1. */
  private void readAssociations() throws UnreadableImageException {
    Set<Long> seen = new HashSet<>();
    for (Box box : boxes.in(part("iprp"))) {
      if (!box.is("ipma")) {
        continue;
      }
      ByteReader reader = box.reader(file);
      int version = reader.u8();
      boolean largeIndex = (reader.unsigned(3) & 1) == 1;
      long count = reader.u32();
      for (long i = 0; i < count; i++) {
        long id = id(reader, version > 0);
        addTo(seen, id, reader, "an item has two lists of properties");
        HeifItem item = items.get(id);
        int associations = reader.u8();
        addLinks(associations);
        for (int association = 0; association < associations; association++) {
          int value = largeIndex ? reader.u16() : reader.u8();
          int essential = largeIndex ? 0x8000 : 0x80;
          int index = value & ~essential;
          if (index > properties.size()) {
            throw malformed(reader, "an item has a property that is missing");
          }
          if (item != null && index > 0) {
            item.properties()
                .add(new HeifItem.Association(properties.get(index - 1), (value & essential) != 0));
          }
        }
      }
      requireEnd(reader);
    }
  }

  /** ISO/IEC 14496-12, section 8.11.12. */
  private void readReferences() throws UnreadableImageException {
    Box references = parts.get("iref");
    if (references == null) {
      return;
    }
    ByteReader header = references.reader(file);
    boolean large = header.u8() > 0;
    header.skip(3);
    Map<Long, HeifItem> derived = new HashMap<>();
    for (Box box : boxes.in(header.position(), references.end())) {
      ByteReader reader = box.reader(file);
      long from = id(reader, large);
      int count = reader.u16();
      addLinks(count);
      HeifItem item = box.is("dimg") ? items.get(from) : null;
      if (item != null && derived.put(from, item) != null) {
        throw malformed(reader, "an image is derived twice");
      }
      for (int i = 0; i < count; i++) {
        long to = id(reader, large);
        if (item != null) {
          item.derivedFrom().add(to);
        }
      }
      requireEnd(reader);
    }
  }
}
