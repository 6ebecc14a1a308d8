package com.healthmetrics.aws.internal.image;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;

/**
 * Reads HEIC and AVIF files, and removes their metadata.
 *
 * <p>Tables of such a file locate its images by their offset, so nothing moves: what goes is
 * overwritten at equal length. What goes is every box that is not needed to show the image, and
 * every byte of the media data that no image uses; whatever follows the last box that stays is cut
 * off.
 *
 * <p>Source: ISO/IEC 14496-12, "ISO base media file format"; ISO/IEC 23008-12, "Image File Format";
 * AOMedia, "AV1 Image File Format (AVIF)".
 */
final class Heif {
  /** Brands of pictures: videos have others. */
  private static final Set<String> BRANDS =
      Set.of(
          "avif", "avio", "avis", "heic", "heim", "heis", "heix", "hevc", "hevm", "hevs", "hevx",
          "miaf", "mif1", "mif2", "mif3", "msf1");

  private static final Set<String> KEPT = Set.of("ftyp", "meta", "moov", "mdat");

  /** Other ways to describe the image, which are not read here. */
  private static final Set<String> UNSUPPORTED = Set.of("mini", "moof");

  private final byte[] file;
  private final Boxes boxes;
  private final Overwrites overwrites = new Overwrites();
  private final NavigableMap<Integer, Box> mediaData = new TreeMap<>();
  private final Ranges used = new Ranges();

  private Heif(byte[] file) {
    this.file = file;
    this.boxes = new Boxes(file);
  }

  static boolean begins(byte[] file) {
    return file.length >= 12 && new String(file, 4, 4, StandardCharsets.ISO_8859_1).equals("ftyp");
  }

  static ImageFile parse(byte[] file) throws UnreadableImageException {
    return new Heif(file).read();
  }

  private ImageFile read() throws UnreadableImageException {
    List<Box> all = boxes.ofFile(KEPT);
    Map<String, Box> single = Boxes.single(all, Set.of("ftyp", "meta", "moov"));
    requireBrand(Boxes.required(single, "ftyp"));
    int end = 0;
    for (Box box : all) {
      if (UNSUPPORTED.contains(box.type())) {
        throw UnreadableImageException.unsupported("the box " + box.type());
      }
      end = KEPT.contains(box.type()) ? box.end() : end;
      if (box.is("mdat")) {
        mediaData.put(box.payload(), box);
      }
    }
    int kept = end;
    overwrites.keepOnly(
        KEPT, all.stream().filter(box -> box.start() < kept).toList(), "other boxes");
    HeifTracks tracks = new HeifTracks(file, boxes, mediaData, used, overwrites);
    if (single.containsKey("moov")) {
      tracks.read(Boxes.required(single, "moov"));
    }
    HeifImages.Shown shown =
        single.containsKey("meta") ? readItems(Boxes.required(single, "meta")) : tracks.shown();
    used.gaps(mediaData.values(), (from, to) -> overwrites.zero(from, to, "unused bytes"));
    return new ImageFile(
        shown.format(),
        shown.size().width(),
        shown.size().height(),
        Math.max(shown.largest(), tracks.largest()),
        shown.orientation(),
        overwrites.applyTo(file, end));
  }

  private void requireBrand(Box fileType) throws UnreadableImageException {
    ByteReader reader = fileType.reader(file);
    boolean picture = BRANDS.contains(reader.fourCharacters());
    reader.skip(4);
    while (reader.remaining() > 0) {
      picture |= BRANDS.contains(reader.fourCharacters());
    }
    if (!picture) {
      throw UnreadableImageException.unknownFormat();
    }
  }

  private HeifImages.Shown readItems(Box box) throws UnreadableImageException {
    HeifMeta meta = new HeifMeta(file, boxes, box, mediaData);
    HeifRemoval removal = new HeifRemoval(file, boxes, meta, used, overwrites);
    removal.run();
    used.addAll(removal.otherData());
    if (meta.itemData().isPresent()) {
      used.gaps(
          List.of(meta.itemData().get()), (from, to) -> overwrites.zero(from, to, "unused bytes"));
    }
    return new HeifImages(file, meta, removal.images()).shown();
  }
}
