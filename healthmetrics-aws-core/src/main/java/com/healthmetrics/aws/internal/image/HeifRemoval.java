package com.healthmetrics.aws.internal.image;

import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Decides what of a HEIF file's meta box stays, and overwrites the rest at equal length.
 *
 * <p>Kept are images and what they are derived from, their properties about pixels, orientation and
 * color, and the tables that connect them. Exif items become Exif with the orientation only, XMP
 * items become spaces, other items and boxes zeros; so do names.
 *
 * <p>Source: ISO/IEC 14496-12, section 8.11; ISO/IEC 23008-12, sections 6 and 6.5 and Annex A;
 * AOMedia, "AV1 Image File Format (AVIF)".
 */
final class HeifRemoval {
  private static final Set<String> IMAGES = Set.of("hvc1", "av01", "grid", "iden", "iovl", "tmap");

  /** Groups of images that replace each other, or are for the left and the right eye. */
  private static final Set<String> GROUPS = Set.of("altr", "eqiv", "ster");

  private static final Set<String> PROPERTY_TABLES = Set.of("ipco", "ipma");

  /** As much of an Exif item as its orientation is looked for in. */
  private static final int EXIF_BYTES = 64 * 1024;

  private final byte[] file;
  private final Boxes boxes;
  private final HeifMeta meta;
  private final Overwrites overwrites;
  private final Set<HeifItem> images = new HashSet<>();
  private final Ranges imageData;
  private final Ranges otherData = new Ranges();

  HeifRemoval(byte[] file, Boxes boxes, HeifMeta meta, Ranges imageData, Overwrites overwrites) {
    this.file = file;
    this.boxes = boxes;
    this.meta = meta;
    this.imageData = imageData;
    this.overwrites = overwrites;
  }

  /** The bytes of items that are no images; all are overwritten. */
  Ranges otherData() {
    return otherData;
  }

  /** The items that stay. */
  Set<HeifItem> images() {
    return images;
  }

  void run() throws UnreadableImageException {
    removeBoxes();
    classify();
    imageData.requireApart(otherData);
    otherData.requireDisjoint();
    for (HeifItem item : meta.items()) {
      if (!images.contains(item)) {
        remove(item);
      }
    }
    removeProperties();
  }

  private void classify() throws UnreadableImageException {
    long jpegBytes = 0;
    for (HeifItem item : meta.items()) {
      boolean jpeg = item.type().equals("jpeg");
      jpegBytes += jpeg ? item.length() : 0;
      // Items may share bytes, so reading each could take more than linear time.
      if (jpegBytes > file.length) {
        throw UnreadableImageException.unsupported("JPEG images that share bytes");
      }
      if (IMAGES.contains(item.type()) || (jpeg && isClean(item))) {
        images.add(item);
        addTo(imageData, item);
        overwrites.zero(item.entry().nameStart(), item.entry().end(), "name");
      } else {
        addTo(otherData, item);
      }
    }
  }

  private static void addTo(Ranges ranges, HeifItem item) throws UnreadableImageException {
    for (HeifItem.Extent extent : item.extents()) {
      ranges.add(extent.from(), extent.to());
    }
  }

  /** A thumbnail in JPEG has segments of its own, and stays only if they have no metadata. */
  private boolean isClean(HeifItem item) {
    byte[] jpeg = item.bytes(file, Integer.MAX_VALUE);
    try {
      return Jpeg.begins(jpeg) && Jpeg.parse(jpeg).metadata().isEmpty();
    } catch (UnreadableImageException e) {
      return false;
    }
  }

  private void removeBoxes() throws UnreadableImageException {
    overwrites.keepOnly(HeifMeta.KEPT, meta.children(), "other boxes");
    for (Box box : meta.children()) {
      switch (box.type()) {
        case "hdlr" -> removeHandlerName(box, overwrites);
        case "dinf" -> keepDataInThisFile(file, boxes, box, overwrites);
        case "grpl" -> overwrites.keepOnly(GROUPS, boxes.in(box), "other boxes");
        case "iprp" -> overwrites.keepOnly(PROPERTY_TABLES, boxes.in(box), "other boxes");
        default -> {
          // The others are tables of numbers, or what the items decide about.
        }
      }
    }
  }

  /** Keeps the type of a handler, which is a number; its vendor and name are text. */
  static void removeHandlerName(Box box, Overwrites overwrites) {
    overwrites.zero(box.payload() + 4, box.payload() + 8, "name");
    overwrites.zero(box.payload() + 12, box.end(), "name");
  }

  /** ISO/IEC 14496-12, section 8.7.2: an entry of 12 bytes names no file and has the flag 1. */
  static void keepDataInThisFile(byte[] file, Boxes boxes, Box dinf, Overwrites overwrites)
      throws UnreadableImageException {
    List<Box> children = boxes.in(dinf);
    overwrites.keepOnly(Set.of("dref"), children, "other boxes");
    for (Box dref : children) {
      ByteReader reader = dref.reader(file);
      reader.skip(dref.is("dref") ? 8 : dref.length());
      for (Box entry : boxes.in(reader.position(), dref.end())) {
        if (!entry.is("url ") || entry.length() != 4 || entry.reader(file).u32() != 1) {
          throw UnreadableImageException.unsupported("data in other files");
        }
      }
    }
  }

  private void remove(HeifItem item) throws UnreadableImageException {
    if (item.entry().encoded()) {
      throw UnreadableImageException.compressedMetadata();
    }
    boolean xmp = item.entry().xmp();
    removeTexts(item.entry(), xmp);
    switch (item.type()) {
      case "Exif" -> overwriteExif(item);
      case "mime" -> fill(item.extents(), (byte) ' ', xmp ? "XMP" : "other items");
      default -> fill(item.extents(), (byte) 0, "other items");
    }
  }

  private void fill(List<HeifItem.Extent> extents, byte value, String name) {
    for (HeifItem.Extent extent : extents) {
      overwrites.fill(extent.from(), extent.to(), value, name);
    }
  }

  /** Overwrites the name of an item, and its content type unless it is that of XMP. */
  private void removeTexts(HeifItem.Entry entry, boolean xmp) {
    byte[] texts = new byte[entry.end() - entry.nameStart()];
    if (xmp) {
      // After an empty name.
      System.arraycopy(HeifMeta.XMP, 0, texts, 1, HeifMeta.XMP.length);
    }
    overwrites.write(entry.nameStart(), texts, "name");
  }

  /** ISO/IEC 23008-12, Annex A.2.1: the offset of the TIFF structure precedes it. */
  private void overwriteExif(HeifItem item) {
    byte[] tiff = Exif.of(orientation(item));
    byte[] fresh = ByteBuffer.allocate(4 + tiff.length).putInt(0).put(tiff).array();
    List<HeifItem.Extent> extents = item.extents();
    if (!extents.isEmpty() && extents.get(0).to() - extents.get(0).from() >= fresh.length) {
      HeifItem.Extent first = extents.get(0);
      overwrites.write(first.from(), fresh, "Exif");
      overwrites.zero(first.from() + fresh.length, first.to(), "Exif");
      extents = extents.subList(1, extents.size());
    }
    fill(extents, (byte) 0, "Exif");
  }

  /** Viewers ignore this orientation in favor of the image's properties, or should. */
  private int orientation(HeifItem item) {
    ByteReader reader = new ByteReader(item.bytes(file, EXIF_BYTES));
    try {
      reader.skip(reader.u32());
      return Exif.orientation(reader);
    } catch (UnreadableImageException e) {
      return Exif.UPRIGHT;
    }
  }

  private void removeProperties() throws UnreadableImageException {
    Set<Box> kept = new HashSet<>();
    // They keep their place, as items refer to properties by their index.
    for (Box property : meta.properties()) {
      if (HeifProperty.isKept(file, property)) {
        kept.add(property);
      } else {
        overwrites.blank(property, "other properties");
      }
    }
    for (HeifItem item : images) {
      for (HeifItem.Association association : item.properties()) {
        if (association.essential() && !kept.contains(association.property())) {
          throw UnreadableImageException.unsupported("an image with an unknown property");
        }
      }
    }
  }
}
