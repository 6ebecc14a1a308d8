package com.healthmetrics.aws.internal.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Reads WebP files, simple, extended and animated, and removes their metadata.
 *
 * <p>Kept are {@code VP8X} with its flags corrected, {@code ICCP}, {@code ANIM}, {@code ANMF} with
 * nothing but image and alpha in it, {@code ALPH}, {@code VP8} and {@code VP8L}, and the
 * orientation as a fresh {@code EXIF}. XMP, unknown chunks and whatever follows the RIFF structure
 * go.
 *
 * <p>Source: Google, "WebP Container Specification". A chunk that its flag in {@code VP8X} does not
 * announce is one that libwebp ignores, so it goes, too.
 */
final class WebP {
  private static final int ICC_FLAG = 0x20;
  private static final int ALPHA_FLAG = 0x10;
  private static final int EXIF_FLAG = 0x08;
  private static final int ANIMATION_FLAG = 0x02;

  private static final byte[] RIFF = "RIFF".getBytes(StandardCharsets.US_ASCII);
  private static final int RIFF_HEADER_BYTES = 12;
  private static final int CHUNK_HEADER_BYTES = 8;
  private static final int ANIMATION_FRAME_BYTES = 16;

  /** More frames than any animation has. */
  private static final int MAX_CHUNKS = 50_000;

  private final byte[] file;
  private final Rewrite body;
  private int flags;
  private int width;
  private int height;
  private int orientation = Exif.UPRIGHT;
  private boolean hasProfile;

  private WebP(byte[] file) {
    this.file = file;
    this.body = new Rewrite(file);
  }

  /** A chunk from its name to its last byte, without the padding. */
  private record Chunk(String type, int from, int data, int to) {}

  static boolean begins(byte[] file) {
    return new ByteReader(file).startsWith(RIFF)
        && file.length >= RIFF_HEADER_BYTES
        && new String(file, 8, 4, StandardCharsets.ISO_8859_1).equals("WEBP");
  }

  static ImageFile parse(byte[] file) throws UnreadableImageException {
    WebP webp = new WebP(file);
    Rewrite rewrite = webp.read();
    return new ImageFile(
        ImageFormat.WEBP,
        webp.width,
        webp.height,
        (long) webp.width * webp.height,
        webp.orientation,
        rewrite);
  }

  private Rewrite read() throws UnreadableImageException {
    ByteReader reader = new ByteReader(file);
    reader.skip(4);
    ByteReader content = reader.slice(reader.littleEndian(4));
    content.skip(4);
    List<Chunk> chunks = chunks(content);
    if (chunks.isEmpty()) {
      throw UnreadableImageException.noImageData("it has no chunks");
    }
    if (chunks.get(0).type().equals("VP8X")) {
      readExtended(chunks);
    } else {
      readSimple(chunks);
    }
    Rewrite rewrite = new Rewrite(file);
    rewrite.derive(0, RIFF_HEADER_BYTES, header(body.length() + 4));
    rewrite.append(body);
    if (reader.remaining() > 0) {
      rewrite.drop("trailer");
    }
    return rewrite;
  }

  private byte[] header(int size) {
    return ByteBuffer.allocate(RIFF_HEADER_BYTES)
        .put(file, 0, RIFF_HEADER_BYTES)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(4, size)
        .array();
  }

  private List<Chunk> chunks(ByteReader content) throws UnreadableImageException {
    List<Chunk> chunks = new ArrayList<>();
    while (content.remaining() > 0) {
      if (chunks.size() == MAX_CHUNKS) {
        throw UnreadableImageException.tooComplex(MAX_CHUNKS, "chunks");
      }
      int from = content.position();
      String type = content.fourCharacters();
      ByteReader data = content.slice(content.littleEndian(4));
      // The last chunk of a file sometimes lacks the byte that makes its size even.
      content.skip(Math.min(data.end() - from & 1, content.remaining()));
      chunks.add(new Chunk(type, from, data.position(), data.end()));
    }
    return chunks;
  }

  private ByteReader data(Chunk chunk) {
    return new ByteReader(file, chunk.data(), chunk.to());
  }

  private static void check(boolean wellFormed, Chunk chunk, String problem)
      throws UnreadableImageException {
    if (!wellFormed) {
      throw UnreadableImageException.malformed(chunk.from(), problem);
    }
  }

  private void keep(Rewrite rewrite, Chunk chunk) {
    rewrite.keep(chunk.from(), chunk.to());
    pad(rewrite, chunk);
  }

  /** Makes the size of a chunk even. */
  private void pad(Rewrite rewrite, Chunk chunk) {
    if ((chunk.to() - chunk.from() & 1) == 1) {
      rewrite.replace(chunk.to(), Math.min(chunk.to() + 1, file.length), new byte[1], "padding");
    }
  }

  private void readSimple(List<Chunk> chunks) throws UnreadableImageException {
    Chunk image = chunks.get(0);
    if (!isBitstream(image)) {
      throw UnreadableImageException.noImageData("it begins with neither VP8, VP8L nor VP8X");
    }
    WebPBitstream bitstream = WebPBitstream.read(image.type(), data(image));
    width = bitstream.width();
    height = bitstream.height();
    keep(body, image);
    for (Chunk chunk : chunks.subList(1, chunks.size())) {
      drop(chunk);
    }
  }

  private static boolean isBitstream(Chunk chunk) {
    return chunk.type().equals("VP8 ") || chunk.type().equals("VP8L");
  }

  private void readExtended(List<Chunk> chunks) throws UnreadableImageException {
    Chunk extension = chunks.get(0);
    check(extension.to() - extension.data() == 10, extension, "VP8X has a wrong length");
    ByteReader data = data(extension);
    flags = (int) data.littleEndian(4) & 0xFF;
    width = 1 + (int) data.littleEndian(3);
    height = 1 + (int) data.littleEndian(3);
    check((long) width * height <= 0xFFFF_FFFFL, extension, "the canvas is larger than 4294967295");
    List<Chunk> rest = chunks.subList(1, chunks.size());
    Rewrite contents = (flags & ANIMATION_FLAG) == 0 ? readStill(rest) : readAnimation(rest);
    body.replace(extension.from(), extension.to(), corrected(extension), "flags");
    body.append(contents);
  }

  /** The header of the extended format with the flags of what is left. */
  private byte[] corrected(Chunk extension) {
    int corrected = flags & (ALPHA_FLAG | ANIMATION_FLAG);
    if (hasProfile) {
      corrected |= ICC_FLAG;
    }
    if (orientation != Exif.UPRIGHT) {
      corrected |= EXIF_FLAG;
    }
    return ByteBuffer.allocate(extension.to() - extension.from())
        .put(file, extension.from(), extension.to() - extension.from())
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(CHUNK_HEADER_BYTES, corrected)
        .array();
  }

  private Rewrite readStill(List<Chunk> chunks) throws UnreadableImageException {
    Rewrite rewrite = new Rewrite(file);
    Set<String> seen = new HashSet<>();
    WebPBitstream image = null;
    for (Chunk chunk : chunks) {
      if (image == null && isBitstream(chunk)) {
        image = WebPBitstream.read(chunk.type(), data(chunk));
        check(
            image.width() == width && image.height() == height,
            chunk,
            "image and canvas differ in size");
        keep(rewrite, chunk);
      } else if (image == null && chunk.type().equals("ALPH") && seen.add(chunk.type())) {
        keep(rewrite, chunk);
      } else {
        readMetadata(rewrite, chunk, seen);
      }
    }
    if (image == null) {
      throw UnreadableImageException.noImageData("it has neither VP8 nor VP8L");
    }
    return rewrite;
  }

  private Rewrite readAnimation(List<Chunk> chunks) throws UnreadableImageException {
    Rewrite rewrite = new Rewrite(file);
    Set<String> seen = new HashSet<>();
    for (Chunk chunk : chunks) {
      if (chunk.type().equals("ANIM") && seen.add(chunk.type())) {
        check(chunk.to() - chunk.data() == 6, chunk, "ANIM has a wrong length");
        keep(rewrite, chunk);
      } else if (chunk.type().equals("ANMF")) {
        check(seen.contains("ANIM"), chunk, "a frame precedes the animation");
        seen.add(chunk.type());
        readFrame(rewrite, chunk);
      } else {
        readMetadata(rewrite, chunk, seen);
      }
    }
    if (!seen.contains("ANMF")) {
      throw UnreadableImageException.noImageData("the animation has no frames");
    }
    return rewrite;
  }

  private void readFrame(Rewrite rewrite, Chunk frame) throws UnreadableImageException {
    ByteReader data = data(frame);
    long x = 2 * data.littleEndian(3);
    long y = 2 * data.littleEndian(3);
    long frameWidth = 1 + data.littleEndian(3);
    long frameHeight = 1 + data.littleEndian(3);
    data.skip(4);
    check(
        x + frameWidth <= width && y + frameHeight <= height,
        frame,
        "a frame is not within the canvas");
    Rewrite contents = new Rewrite(file);
    contents.keep(frame.data(), frame.data() + ANIMATION_FRAME_BYTES);
    WebPBitstream image = null;
    boolean alpha = false;
    for (Chunk chunk : chunks(data)) {
      if (image == null && isBitstream(chunk)) {
        image = WebPBitstream.read(chunk.type(), data(chunk));
        check(
            image.width() == frameWidth && image.height() == frameHeight,
            chunk,
            "image and frame differ in size");
        keep(contents, chunk);
      } else if (image == null && !alpha && chunk.type().equals("ALPH")) {
        alpha = true;
        keep(contents, chunk);
      } else {
        contents.drop("other chunks");
      }
    }
    check(image != null, frame, "a frame has no image");
    rewrite.derive(
        frame.from(),
        frame.data(),
        ByteBuffer.allocate(CHUNK_HEADER_BYTES)
            .put(file, frame.from(), 4)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putInt(contents.length())
            .array());
    rewrite.append(contents);
  }

  private void readMetadata(Rewrite rewrite, Chunk chunk, Set<String> seen) {
    if (chunk.type().equals("ICCP")
        && (flags & ICC_FLAG) != 0
        && !hasProfile
        && IccProfile.isProfile(data(chunk), chunk.to() - chunk.data())) {
      hasProfile = true;
      keep(rewrite, chunk);
    } else if (chunk.type().equals("EXIF") && (flags & EXIF_FLAG) != 0 && seen.add(chunk.type())) {
      keepOrientation(rewrite, chunk);
    } else {
      drop(chunk);
    }
  }

  private void keepOrientation(Rewrite rewrite, Chunk chunk) {
    ByteReader data = data(chunk);
    // The specification wants the TIFF structure alone; some writers prepend what JPEG has.
    int prefix = data.startsWith(Exif.PREFIX) ? Exif.PREFIX.length : 0;
    orientation = Exif.orientation(new ByteReader(file, chunk.data() + prefix, chunk.to()));
    if (orientation == Exif.UPRIGHT) {
      drop(chunk);
      return;
    }
    byte[] tiff = Exif.of(orientation);
    byte[] fresh =
        ByteBuffer.allocate(CHUNK_HEADER_BYTES + tiff.length)
            .put(file, chunk.from(), 4)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putInt(tiff.length)
            .put(tiff)
            .array();
    rewrite.replace(chunk.from(), chunk.to(), fresh, "Exif");
  }

  private void drop(Chunk chunk) {
    body.drop(
        switch (chunk.type()) {
          case "EXIF" -> "Exif";
          case "XMP " -> "XMP";
          default -> "other chunks";
        });
  }
}
