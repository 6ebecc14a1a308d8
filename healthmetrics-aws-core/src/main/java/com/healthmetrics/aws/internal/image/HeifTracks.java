package com.healthmetrics.aws.internal.image;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;

/**
 * The image sequences of a HEIF file, from its movie box, and what of that box stays.
 *
 * <p>Kept are tracks of pictures and of their alpha, with the tables that locate their samples.
 * Other tracks (sound, video, position), dates, names, user data and metadata go.
 *
 * <p>Source: ISO/IEC 14496-12, section 8; ISO/IEC 23008-12, section 7.
 */
final class HeifTracks {
  private static final Set<String> PICTURES = Set.of("pict", "auxv");

  private static final Set<String> TRACK = Set.of("tkhd", "edts", "tref", "mdia");
  private static final Set<String> EDITS = Set.of("elst");
  private static final Set<String> MEDIA = Set.of("mdhd", "hdlr", "minf");
  private static final Set<String> MEDIA_INFORMATION = Set.of("vmhd", "dinf", "stbl");
  private static final Set<String> SAMPLES =
      Set.of(
          "stsd", "stts", "ctts", "cslg", "stsc", "stsz", "stz2", "stco", "co64", "stss", "sdtp");

  /** Groups of samples by how they depend on each other. */
  private static final Set<String> SAMPLE_GROUPS = Set.of("rap ", "refs", "roll", "sync");

  private static final Set<String> CODECS = Set.of("hvc1", "hev1", "av01");

  private final byte[] file;
  private final Boxes boxes;
  private final NavigableMap<Integer, Box> mediaData;
  private final Overwrites overwrites;
  private final Ranges imageData;
  private final List<Track> tracks = new ArrayList<>();

  /** A sequence: how its samples are encoded, and their size. */
  record Track(String handler, String codec, HeifProperty.Size size) {}

  HeifTracks(
      byte[] file,
      Boxes boxes,
      NavigableMap<Integer, Box> mediaData,
      Ranges imageData,
      Overwrites overwrites) {
    this.file = file;
    this.boxes = boxes;
    this.mediaData = mediaData;
    this.imageData = imageData;
    this.overwrites = overwrites;
  }

  /** The pixels of the largest image in a sequence; 0 without a sequence. */
  long largest() {
    return tracks.stream().mapToLong(track -> track.size().pixels()).max().orElse(0);
  }

  /** What a viewer shows of a file that has a sequence and no items. */
  HeifImages.Shown shown() throws UnreadableImageException {
    for (Track track : tracks) {
      if (track.handler().equals("pict")) {
        ImageFormat format = track.codec().equals("av01") ? ImageFormat.AVIF : ImageFormat.HEIC;
        return new HeifImages.Shown(format, track.size(), Exif.UPRIGHT, largest());
      }
    }
    throw UnreadableImageException.noImageData("it has neither items nor a sequence of pictures");
  }

  void read(Box movie) throws UnreadableImageException {
    List<Box> children = boxes.in(movie);
    Map<String, Box> parts = Boxes.single(children, Set.of("mvhd"));
    removeDates(Boxes.required(parts, "mvhd"));
    for (Box box : children) {
      if (box.is("mvex")) {
        throw UnreadableImageException.unsupported("fragments");
      } else if (box.is("trak")) {
        readTrack(box);
      }
    }
    overwrites.keepOnly(Set.of("mvhd", "trak"), children, "other boxes");
  }

  private void readTrack(Box track) throws UnreadableImageException {
    Map<String, Box> media =
        Boxes.single(boxes.in(Boxes.required(Boxes.single(boxes.in(track), TRACK), "mdia")), MEDIA);
    Box handler = Boxes.required(media, "hdlr");
    ByteReader reader = handler.reader(file);
    reader.skip(8);
    String type = reader.fourCharacters();
    if (!PICTURES.contains(type)) {
      overwrites.blank(track, "other tracks");
      return;
    }
    Map<String, Box> parts = keepOnly(track, TRACK);
    removeDates(Boxes.required(parts, "tkhd"));
    if (parts.containsKey("edts")) {
      keepOnly(Boxes.required(parts, "edts"), EDITS);
    }
    keepOnly(Boxes.required(parts, "mdia"), MEDIA);
    removeDates(Boxes.required(media, "mdhd"));
    HeifRemoval.removeHandlerName(handler, overwrites);
    Map<String, Box> information = keepOnly(Boxes.required(media, "minf"), MEDIA_INFORMATION);
    HeifRemoval.keepDataInThisFile(file, boxes, Boxes.required(information, "dinf"), overwrites);
    Map<String, Box> samples = keepSamples(Boxes.required(information, "stbl"));
    readDescriptions(type, Boxes.required(samples, "stsd"));
    if (!new HeifSamples(file, mediaData).addTo(imageData, samples)) {
      throw UnreadableImageException.noImageData("a sequence has no samples");
    }
  }

  /** Blanks what a box contains, but for some types, each of which occurs once. */
  private Map<String, Box> keepOnly(Box box, Set<String> types) throws UnreadableImageException {
    List<Box> children = boxes.in(box);
    overwrites.keepOnly(types, children, "other boxes");
    return Boxes.single(children, types);
  }

  private Map<String, Box> keepSamples(Box table) throws UnreadableImageException {
    List<Box> children = boxes.in(table);
    for (Box child : children) {
      if (!SAMPLES.contains(child.type()) && !isSampleGroup(child)) {
        overwrites.blank(child, "other boxes");
      }
    }
    return Boxes.single(children, SAMPLES);
  }

  private boolean isSampleGroup(Box box) throws UnreadableImageException {
    if (!box.is("sbgp") && !box.is("sgpd")) {
      return false;
    }
    ByteReader reader = box.reader(file);
    reader.skip(4);
    return SAMPLE_GROUPS.contains(reader.fourCharacters());
  }

  /** Creation and modification precede everything else in all three headers. */
  private void removeDates(Box header) throws UnreadableImageException {
    ByteReader reader = header.reader(file);
    int version = reader.u8();
    reader.skip(3);
    ByteReader dates = reader.slice(version == 0 ? 8 : 16);
    overwrites.zero(dates.position(), dates.end(), "dates");
  }

  /** ISO/IEC 14496-12, sections 8.5.2 and 12.1.3. */
  private void readDescriptions(String handler, Box descriptions) throws UnreadableImageException {
    ByteReader header = descriptions.reader(file);
    header.skip(8);
    for (Box entry : boxes.in(header.position(), descriptions.end())) {
      if (!CODECS.contains(entry.type())) {
        throw UnreadableImageException.unsupported("a codec other than HEVC and AV1");
      }
      ByteReader reader = entry.reader(file);
      reader.skip(24);
      int width = reader.u16();
      int height = reader.u16();
      reader.skip(14);
      ByteReader compressor = reader.slice(32);
      overwrites.zero(compressor.position(), compressor.end(), "name");
      reader.skip(4);
      for (Box property : boxes.in(reader.position(), entry.end())) {
        if (!HeifProperty.isKept(file, property)) {
          overwrites.blank(property, "other properties");
        }
      }
      tracks.add(new Track(handler, entry.type(), HeifProperty.size(entry.start(), width, height)));
    }
  }
}
