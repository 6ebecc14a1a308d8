package com.healthmetrics.aws.internal.image;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Removes metadata from JPEG files.
 *
 * <p>Kept are the segments that a decoder needs, the header of JFIF without its thumbnail, the
 * Adobe segment (both select the color transform), the ICC profile, and the orientation as fresh
 * Exif. Everything else goes: other application segments (Exif with maker notes and thumbnail, XMP,
 * Extended XMP, IPTC, MPF), comments, bytes between segments, and whatever follows the first end of
 * image (videos of Motion Photos, images of MPF, trailers of Samsung).
 *
 * <p>Source: ITU-T T.81, Annex B; ITU-T T.871, "JPEG File Interchange Format (JFIF)"; Exif 2.32,
 * section 4.7; ICC.1:2022, Annex B.4; Adobe, Technical Note #5116, section 18, for APP14.
 */
final class Jpeg {
  private static final int APP0 = 0xE0;
  private static final int APP1 = 0xE1;
  private static final int APP2 = 0xE2;
  private static final int APP13 = 0xED;
  private static final int APP14 = 0xEE;

  private static final byte[] JFIF = ascii("JFIF\0");
  private static final byte[] XMP = ascii("http://ns.adobe.com/xap/1.0/\0");
  private static final byte[] EXTENDED_XMP = ascii("http://ns.adobe.com/xmp/extension/\0");
  private static final byte[] ICC = ascii("ICC_PROFILE\0");
  private static final byte[] MPF = ascii("MPF\0");
  private static final byte[] PHOTOSHOP = ascii("Photoshop 3.0\0");
  private static final byte[] ADOBE = ascii("Adobe");

  /** Marker, length, identifier, version, unit and both densities; the thumbnail's size follows. */
  private static final int JFIF_BYTES = 2 + 2 + 5 + 2 + 1 + 2 + 2;

  /** Marker, length, identifier, version, both flags and the transform. */
  private static final int ADOBE_BYTES = 2 + 2 + 5 + 2 + 2 + 2 + 1;

  private final JpegStructure structure;
  private final Rewrite rewrite;
  private int orientation;

  private Jpeg(byte[] file, JpegStructure structure) {
    this.structure = structure;
    this.rewrite = new Rewrite(file);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  static boolean begins(byte[] file) {
    return file.length >= 3
        && (file[0] & 0xFF) == 0xFF
        && (file[1] & 0xFF) == 0xD8
        && (file[2] & 0xFF) == 0xFF;
  }

  static ImageFile parse(byte[] file) throws UnreadableImageException {
    JpegStructure structure = JpegStructure.read(file);
    Jpeg jpeg = new Jpeg(file, structure);
    jpeg.removeMetadata(file);
    return new ImageFile(
        ImageFormat.JPEG,
        structure.width(),
        structure.height(),
        (long) structure.width() * structure.height(),
        Math.max(Exif.UPRIGHT, jpeg.orientation),
        jpeg.rewrite);
  }

  private void removeMetadata(byte[] file) {
    boolean profile = hasProfile(file);
    boolean jfif = false;
    int end = 0;
    for (JpegStructure.Segment segment : structure.segments()) {
      if (segment.from() > end) {
        rewrite.drop("padding");
      }
      end = segment.to();
      if (segment.isStructure()) {
        rewrite.keep(segment.from(), segment.to());
        continue;
      }
      ByteReader content = new ByteReader(file, segment.content(), segment.to());
      int marker = segment.marker();
      if (segment.afterScan()) {
        // Decoders evaluate application data before the first scan only.
        rewrite.drop("application data");
      } else if (marker == APP0 && !jfif && isJfif(content)) {
        jfif = true;
        replace(segment, withoutThumbnail(file, segment), "thumbnail");
      } else if (marker == APP1 && orientation == 0 && content.startsWith(Exif.PREFIX)) {
        keepOrientation(segment, content);
      } else if (marker == APP2 && profile && content.startsWith(ICC)) {
        rewrite.keep(segment.from(), segment.to());
      } else if (marker == APP14 && isAdobe(content)) {
        replace(segment, shortened(file, segment, ADOBE_BYTES, 0), "application data");
      } else {
        rewrite.drop(name(marker, content));
      }
    }
    if (end < file.length) {
      rewrite.drop("trailer");
    }
  }

  private static String name(int marker, ByteReader content) {
    return switch (marker) {
      case APP0 -> "thumbnail";
      case APP1 ->
          content.startsWith(Exif.PREFIX)
              ? "Exif"
              : content.startsWith(XMP) || content.startsWith(EXTENDED_XMP)
                  ? "XMP"
                  : "application data";
      case APP2 -> content.startsWith(MPF) ? "other pictures" : "application data";
      case APP13 -> content.startsWith(PHOTOSHOP) ? "IPTC" : "application data";
      case JpegStructure.COM -> "comment";
      default -> "application data";
    };
  }

  private void replace(JpegStructure.Segment segment, byte[] bytes, String name) {
    rewrite.replace(segment.from(), segment.to(), bytes, name);
  }

  /** The first Exif segment is the one that viewers read. */
  private void keepOrientation(JpegStructure.Segment segment, ByteReader content) {
    orientation =
        Exif.orientation(
            new ByteReader(content.file(), content.position() + Exif.PREFIX.length, content.end()));
    if (orientation == Exif.UPRIGHT) {
      rewrite.drop("Exif");
      return;
    }
    byte[] tiff = Exif.of(orientation);
    byte[] fresh =
        ByteBuffer.allocate(4 + Exif.PREFIX.length + tiff.length)
            .putShort((short) (0xFF00 | APP1))
            .putShort((short) (2 + Exif.PREFIX.length + tiff.length))
            .put(Exif.PREFIX)
            .put(tiff)
            .array();
    replace(segment, fresh, "Exif");
  }

  private static boolean isJfif(ByteReader content) {
    return content.startsWith(JFIF) && content.remaining() >= JFIF_BYTES + 2 - 4;
  }

  private static byte[] withoutThumbnail(byte[] file, JpegStructure.Segment segment) {
    return shortened(file, segment, JFIF_BYTES, 2);
  }

  private static boolean isAdobe(ByteReader content) {
    return content.startsWith(ADOBE) && content.remaining() >= ADOBE_BYTES - 4;
  }

  /** The beginning of a segment, then zeros, with its length corrected. */
  private static byte[] shortened(
      byte[] file, JpegStructure.Segment segment, int copied, int zeros) {
    return ByteBuffer.allocate(copied + zeros)
        .put(file, segment.from(), copied)
        .putShort(2, (short) (copied + zeros - 2))
        .array();
  }

  /**
   * Whether the ICC segments are one profile: each has its number, beginning with 1, and how many
   * there are. Segments that are not are no color, and decoders ignore them.
   */
  private boolean hasProfile(byte[] file) {
    List<ByteReader> parts = new ArrayList<>();
    for (JpegStructure.Segment segment : structure.segments()) {
      ByteReader content = new ByteReader(file, segment.content(), segment.to());
      if (segment.marker() == APP2 && !segment.afterScan() && content.startsWith(ICC)) {
        parts.add(content);
      }
    }
    long length = 0;
    ByteReader first = null;
    boolean[] seen = new boolean[256];
    for (ByteReader part : parts) {
      int number = part.position() + ICC.length;
      if (part.remaining() < ICC.length + 2) {
        return false;
      }
      int index = file[number] & 0xFF;
      if (index == 0 || index > parts.size() || seen[index]) {
        return false;
      }
      if ((file[number + 1] & 0xFF) != parts.size()) {
        return false;
      }
      seen[index] = true;
      ByteReader data = new ByteReader(file, number + 2, part.end());
      length += data.remaining();
      first = index == 1 ? data : first;
    }
    return first != null && IccProfile.isProfile(first, length);
  }
}
