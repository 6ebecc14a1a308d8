package com.healthmetrics.aws.internal.image;

import static com.healthmetrics.aws.internal.image.Bytes.ascii;
import static com.healthmetrics.aws.internal.image.Bytes.concat;
import static com.healthmetrics.aws.internal.image.Bytes.hex;
import static com.healthmetrics.aws.internal.image.Bytes.u16;
import static com.healthmetrics.aws.internal.image.Bytes.u32;
import static com.healthmetrics.aws.internal.image.Bytes.u8;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * Generates HEIC and AVIF files, and lists their boxes with code of its own. The image data are
 * those of x265 and libaom, for a gradient.
 */
final class HeifFile {
  static final byte[] HEVC =
      hex(
          "0000002f2801af0512137560faba36cd384dd4a8df4361812c80c9d3af450377979c6b1df7255c80c4970d9e"
              + "b6e4bca004317c");
  static final int HEVC_SIZE = 64;

  static final byte[] AV1 = hex("12000a08380cfff9404341a4320f1f4000004000318f5cf1778ee78e80");
  static final int AV1_SIZE = 16;

  private static final byte[] HEVC_CONFIGURATION =
      hex(
          "0103700000000000000000001ef000fcfdf8f800000f03200001001840010c01ffff03700000030090000003"
              + "000003001eba0240210001002a42010103700000030090000003000003001ea020810596eaae9ae6e04040"
              + "c0800000030080000003008422000100064401c173c189");
  private static final byte[] AV1_CONFIGURATION = hex("81200000");

  private static final Set<String> CONTAINERS =
      Set.of(
          "meta", "iprp", "ipco", "grpl", "moov", "trak", "mdia", "minf", "stbl", "edts", "dinf");

  private String brands = "heic\0\0\0\0mif1heic";
  private int primary = 1;
  private final List<Item> items = new ArrayList<>();
  private final List<byte[]> properties = new ArrayList<>();
  private final List<byte[]> references = new ArrayList<>();
  private final List<byte[]> metaBoxes = new ArrayList<>();
  private final List<byte[]> before = new ArrayList<>();
  private final List<byte[]> after = new ArrayList<>();
  private String handlerText = "";
  private byte[] besideProperties = {};

  /** An item whose data this class places. */
  static final class Item {
    final int id;
    final String type;
    private byte[] texts = {0};
    private byte[] data = {};
    private int method;
    private int parts = 1;
    private long[] extents = {};
    private int dataReference;
    private int protection;
    private final List<Integer> properties = new ArrayList<>();

    Item(int id, String type) {
      this.id = id;
      this.type = type;
    }

    Item data(byte[]... parts) {
      data = concat(parts);
      return this;
    }

    /** The name, and whatever follows it. */
    Item texts(String texts) {
      this.texts = ascii(texts);
      return this;
    }

    Item method(int method) {
      this.method = method;
      return this;
    }

    Item inParts(int parts) {
      this.parts = parts;
      return this;
    }

    /** Pairs of offset and length from the start of the media or item data, instead of data. */
    Item at(long... extents) {
      this.extents = extents;
      return this;
    }

    Item inOtherFile() {
      dataReference = 1;
      return this;
    }

    Item encrypted() {
      protection = 1;
      return this;
    }

    Item property(int index) {
      properties.add(index);
      return this;
    }

    Item essential(int index) {
      properties.add(0x80 | index);
      return this;
    }
  }

  static HeifFile heic() {
    HeifFile file = new HeifFile();
    int configuration = file.property(box("hvcC", HEVC_CONFIGURATION));
    int size = file.property(size(HEVC_SIZE, HEVC_SIZE));
    return file.item(new Item(1, "hvc1").data(HEVC).essential(configuration).property(size));
  }

  static HeifFile avif() {
    HeifFile file = new HeifFile().brands("avif\0\0\0\0mif1avifmiaf");
    int configuration = file.property(box("av1C", AV1_CONFIGURATION));
    int size = file.property(size(AV1_SIZE, AV1_SIZE));
    return file.item(new Item(1, "av01").data(AV1).essential(configuration).property(size));
  }

  /** A file whose primary item is a grid of two images, one above the other. */
  static HeifFile grid() {
    HeifFile file = heic().primary(3);
    int size = file.property(size(HEVC_SIZE, 2 * HEVC_SIZE));
    return file.item(new Item(2, "hvc1").data(HEVC).essential(1).property(2))
        .item(
            new Item(3, "grid")
                .method(1)
                .data(u8(0, 0, 1, 0), u16(HEVC_SIZE, 2 * HEVC_SIZE))
                .property(size))
        .reference("dimg", 3, 1, 2);
  }

  HeifFile brands(String brands) {
    this.brands = brands;
    return this;
  }

  HeifFile primary(int id) {
    primary = id;
    return this;
  }

  HeifFile item(Item item) {
    items.add(item);
    return this;
  }

  Item item(int id) {
    return items.stream().filter(item -> item.id == id).findFirst().orElseThrow();
  }

  /** Adds a property; returns its index. */
  int property(byte[] box) {
    properties.add(box);
    return properties.size();
  }

  /** Adds a property to an item. */
  HeifFile property(int id, byte[] box) {
    item(id).property(property(box));
    return this;
  }

  HeifFile reference(String type, int from, int... to) {
    references.add(box(type, u16(from, to.length), u16(to)));
    return this;
  }

  HeifFile inMeta(byte[] box) {
    metaBoxes.add(box);
    return this;
  }

  HeifFile besideProperties(byte[] box) {
    besideProperties = box;
    return this;
  }

  HeifFile before(byte[] box) {
    before.add(box);
    return this;
  }

  HeifFile after(byte[] box) {
    after.add(box);
    return this;
  }

  HeifFile handlerText(String text) {
    handlerText = text;
    return this;
  }

  static byte[] box(String type, byte[]... content) {
    byte[] all = concat(content);
    return concat(u32(all.length + 8), ascii(type), all);
  }

  static byte[] fullBox(String type, int version, int flags, byte[]... content) {
    return box(type, u32((long) version << 24 | flags), concat(content));
  }

  static byte[] size(long width, long height) {
    return fullBox("ispe", 0, 0, u32(width, height));
  }

  /** A handler with a text in all its fields but the type. */
  static byte[] handler(String type, String text) {
    return fullBox(
        "hdlr",
        0,
        0,
        Arrays.copyOf(ascii(text), 4),
        ascii(type),
        Arrays.copyOf(ascii(text), 12),
        ascii(text + "\0"));
  }

  /** An Exif item's data with a position. */
  static byte[] exif(int orientation) {
    return concat(u32(6), Exif.PREFIX, Bytes.exif(orientation));
  }

  /** What replaces the Exif of an item of some length. */
  static byte[] freshExif(int orientation, int length) {
    return Arrays.copyOf(concat(u32(0), Exif.of(orientation)), length);
  }

  byte[] toBytes() {
    byte[] fileType = box("ftyp", ascii(brands));
    byte[] preceding = concat(before.toArray(byte[][]::new));
    int metaLength = meta(0).length;
    int mediaData = fileType.length + preceding.length + metaLength + 8;
    return concat(
        fileType,
        preceding,
        meta(mediaData),
        box("mdat", data(0)),
        concat(after.toArray(byte[][]::new)));
  }

  /** The bytes that the locations of items begin with, in the media data. */
  int mediaDataStart() {
    return box("ftyp", ascii(brands)).length
        + concat(before.toArray(byte[][]::new)).length
        + meta(0).length
        + 8;
  }

  private byte[] data(int method) {
    return concat(
        items.stream()
            .filter(item -> item.method == method)
            .map(item -> item.data)
            .toArray(byte[][]::new));
  }

  private byte[] meta(int mediaData) {
    List<byte[]> boxes = new ArrayList<>();
    boxes.add(handler("pict", handlerText));
    boxes.add(fullBox("pitm", 0, 0, u16(primary)));
    boxes.add(locations(mediaData));
    boxes.add(
        fullBox(
            "iinf",
            0,
            0,
            u16(items.size()),
            concat(items.stream().map(HeifFile::entry).toArray(byte[][]::new))));
    if (!references.isEmpty()) {
      boxes.add(fullBox("iref", 0, 0, concat(references.toArray(byte[][]::new))));
    }
    boxes.add(
        box(
            "iprp",
            box("ipco", concat(properties.toArray(byte[][]::new))),
            fullBox(
                "ipma",
                0,
                0,
                u32(items.size()),
                concat(items.stream().map(HeifFile::associations).toArray(byte[][]::new))),
            besideProperties));
    if (data(1).length > 0) {
      boxes.add(box("idat", data(1)));
    }
    boxes.addAll(metaBoxes);
    return fullBox("meta", 0, 0, concat(boxes.toArray(byte[][]::new)));
  }

  private static byte[] entry(Item item) {
    return fullBox("infe", 2, 0, u16(item.id, item.protection), ascii(item.type), item.texts);
  }

  private static byte[] associations(Item item) {
    return concat(
        u16(item.id),
        u8(item.properties.size()),
        u8(item.properties.stream().mapToInt(Integer::intValue).toArray()));
  }

  private byte[] locations(int mediaData) {
    int[] next = {mediaData, 0, 0};
    List<byte[]> entries = new ArrayList<>();
    for (Item item : items) {
      long[] extents = item.extents;
      if (extents.length > 0) {
        extents = extents.clone();
        for (int i = 0; i < extents.length; i += 2) {
          extents[i] += item.method == 0 ? mediaData : 0;
        }
      } else if (item.data.length > 0) {
        extents = new long[2 * item.parts];
        int at = next[Math.min(item.method, 2)];
        int length = item.data.length / item.parts;
        for (int i = 0; i < item.parts; i++) {
          extents[2 * i] = at + (long) i * length;
          extents[2 * i + 1] = i < item.parts - 1 ? length : item.data.length - (long) i * length;
        }
        next[Math.min(item.method, 2)] += item.data.length;
      }
      entries.add(
          concat(u16(item.id, item.method, item.dataReference, extents.length / 2), u32(extents)));
    }
    return fullBox("iloc", 1, 0, u16(0x4400, items.size()), concat(entries.toArray(byte[][]::new)));
  }

  /** The paths of all boxes; those below a box follow it. */
  static List<String> boxes(byte[] file) {
    List<String> paths = new ArrayList<>();
    list(ByteBuffer.wrap(file), 0, file.length, "", paths);
    return paths;
  }

  private static void list(ByteBuffer file, int from, int end, String parent, List<String> paths) {
    int i = from;
    while (i < end) {
      String type = new String(file.array(), i + 4, 4, StandardCharsets.ISO_8859_1);
      long size = Integer.toUnsignedLong(file.getInt(i));
      int header = 8;
      if (size == 1) {
        size = file.getLong(i + 8);
        header = 16;
      } else if (size == 0) {
        size = end - i;
      }
      paths.add(parent + type);
      int skipped = header + (type.equals("meta") ? 4 : 0);
      if (CONTAINERS.contains(type)) {
        list(file, i + skipped, i + (int) size, parent + type + "/", paths);
      }
      i += (int) size;
    }
  }
}
