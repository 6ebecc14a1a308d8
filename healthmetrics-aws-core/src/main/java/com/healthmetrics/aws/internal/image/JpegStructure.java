package com.healthmetrics.aws.internal.image;

import java.util.ArrayList;
import java.util.List;

/**
 * The segments of a JPEG file up to its end of image.
 *
 * <p>The end of image is found by walking the file: thumbnails inside segments have one, too, and
 * the entropy-coded data of a scan ends at the first marker that is not a restart.
 *
 * <p>Source: ITU-T T.81, B.1.1 (markers, fill bytes, byte stuffing) and B.2 (syntax).
 */
final class JpegStructure {
  static final int COM = 0xFE;

  private static final int TEM = 0x01;
  private static final int DHT = 0xC4;
  private static final int JPG = 0xC8;
  private static final int DAC = 0xCC;
  private static final int RST0 = 0xD0;
  private static final int RST7 = 0xD7;
  private static final int EOI = 0xD9;
  private static final int SOS = 0xDA;
  private static final int DQT = 0xDB;
  private static final int DNL = 0xDC;
  private static final int DRI = 0xDD;
  private static final int APP0 = 0xE0;
  private static final int APP15 = 0xEF;

  /** More than the 256 segments of the largest Extended XMP, and the scans of any encoder. */
  private static final int MAX_SEGMENTS = 10_000;

  /**
   * A segment from its marker to its last byte; that of a scan includes its data.
   *
   * @param content the index of the first byte after marker and length
   * @param afterScan whether a scan precedes it
   */
  record Segment(int marker, int from, int content, int to, boolean afterScan) {
    /** Whether it is neither application data nor a comment. */
    boolean isStructure() {
      return marker != COM && (marker < APP0 || marker > APP15);
    }
  }

  private final byte[] file;
  private final List<Segment> segments = new ArrayList<>();
  private int position;
  private boolean hasFrame;
  private int width;
  private int height;
  private int scans;

  private JpegStructure(byte[] file) {
    this.file = file;
  }

  static JpegStructure read(byte[] file) throws UnreadableImageException {
    JpegStructure structure = new JpegStructure(file);
    structure.readSegments();
    return structure;
  }

  List<Segment> segments() {
    return segments;
  }

  int width() {
    return width;
  }

  int height() {
    return height;
  }

  private void readSegments() throws UnreadableImageException {
    add(0xD8, 0, 2, 2);
    int marker;
    do {
      marker = nextMarker();
      readSegment(marker);
    } while (marker != EOI);
    if (scans == 0) {
      throw UnreadableImageException.noImageData("it ends without a scan");
    }
    if (height == 0) {
      throw UnreadableImageException.malformed(position, "the number of lines is missing");
    }
  }

  private void add(int marker, int from, int content, int to) throws UnreadableImageException {
    if (segments.size() == MAX_SEGMENTS) {
      throw UnreadableImageException.tooComplex(MAX_SEGMENTS, "segments");
    }
    segments.add(new Segment(marker, from, content, to, scans > 0));
    position = to;
  }

  /**
   * Finds the next marker; {@code position} is then that of its first byte.
   *
   * <p>Fill bytes may precede a marker. Decoders also skip other bytes there, which cameras do
   * write, and markers without a meaning between segments.
   */
  private int nextMarker() throws UnreadableImageException {
    for (int i = position; i + 1 < file.length; i++) {
      int code = file[i + 1] & 0xFF;
      if ((file[i] & 0xFF) == 0xFF && code != 0 && code != 0xFF && !isStandalone(code)) {
        position = i;
        return code;
      }
    }
    throw UnreadableImageException.truncated(file.length, "the end of image");
  }

  private static boolean isStandalone(int code) {
    return code == TEM || isRestart(code);
  }

  private static boolean isRestart(int code) {
    return code >= RST0 && code <= RST7;
  }

  private void readSegment(int marker) throws UnreadableImageException {
    int from = position;
    if (marker == EOI) {
      add(marker, from, from + 2, from + 2);
      return;
    }
    check(
        (marker >= SOS && marker <= DRI)
            || (marker >= APP0 && marker <= APP15)
            || marker == COM
            || marker == DHT
            || marker == DAC
            || isFrame(marker),
        "a segment has a reserved marker");
    ByteReader reader = new ByteReader(file, from + 2);
    int length = reader.u16();
    check(length >= 2, "a segment is shorter than its own length");
    ByteReader content = reader.slice(length - 2);
    int start = content.position();
    int end = content.end();
    switch (marker) {
      case DQT -> readQuantizationTables(content);
      case DHT -> readHuffmanTables(content);
      case DAC -> check(content.remaining() % 2 == 0, "a table has a wrong length");
      case DRI -> check(content.remaining() == 2, "the restart interval has a wrong length");
      case DNL -> readNumberOfLines(content);
      case SOS -> {
        readScanHeader(content);
        end = endOfScan(end);
      }
      default -> {
        if (isFrame(marker)) {
          readFrame(marker, content);
        }
      }
    }
    add(marker, from, start, end);
    if (marker == SOS) {
      scans++;
    }
  }

  private void check(boolean wellFormed, String problem) throws UnreadableImageException {
    if (!wellFormed) {
      throw UnreadableImageException.malformed(position, problem);
    }
  }

  /** SOF0 to SOF15, DHP and EXP. */
  private static boolean isFrame(int marker) {
    boolean table = marker == DHT || marker == JPG || marker == DAC;
    return (marker >= 0xC0 && marker <= 0xCF && !table) || marker == 0xDE || marker == 0xDF;
  }

  /** T.81, B.2.2. */
  private void readFrame(int marker, ByteReader content) throws UnreadableImageException {
    boolean sequentialOrProgressive = marker <= 0xC2 || marker == 0xC9 || marker == 0xCA;
    if (!sequentialOrProgressive) {
      throw UnreadableImageException.unsupported("lossless or hierarchical JPEG");
    }
    check(!hasFrame, "there is a second frame");
    hasFrame = true;
    content.skip(1);
    height = content.u16();
    width = content.u16();
    int components = content.u8();
    check(width > 0, "the frame has no columns");
    check(components >= 1 && components <= 4, "the number of components is not 1 to 4");
    check(content.remaining() == 3 * components, "the frame has a wrong length");
  }

  /** T.81, B.2.3. */
  private void readScanHeader(ByteReader content) throws UnreadableImageException {
    check(hasFrame, "a scan precedes the frame");
    int components = content.u8();
    check(components >= 1 && components <= 4, "the number of components is not 1 to 4");
    check(content.remaining() == 2 * components + 3, "the scan header has a wrong length");
  }

  /** T.81, B.2.4.1. */
  private void readQuantizationTables(ByteReader content) throws UnreadableImageException {
    while (content.remaining() > 0) {
      int precision = content.u8() >> 4;
      content.skip(precision == 0 ? 64 : 128);
    }
  }

  /** T.81, B.2.4.2. */
  private void readHuffmanTables(ByteReader content) throws UnreadableImageException {
    while (content.remaining() > 0) {
      content.skip(1);
      int codes = 0;
      for (int i = 0; i < 16; i++) {
        codes += content.u8();
      }
      content.skip(codes);
    }
  }

  /** T.81, B.2.5: for a frame whose height was unknown when it began. */
  private void readNumberOfLines(ByteReader content) throws UnreadableImageException {
    check(scans == 1 && content.remaining() == 2, "the number of lines is misplaced");
    int lines = content.u16();
    check(lines > 0 && (height == 0 || height == lines), "the number of lines is contradictory");
    height = lines;
  }

  /** The index of the marker that ends a scan: T.81, B.1.1.5 and F.1.2.3. */
  private int endOfScan(int from) throws UnreadableImageException {
    for (int i = from; i + 1 < file.length; i++) {
      int code = file[i + 1] & 0xFF;
      if ((file[i] & 0xFF) == 0xFF && code != 0 && code != 0xFF && !isRestart(code)) {
        if (i == from) {
          throw UnreadableImageException.noImageData("a scan is empty");
        }
        return i;
      }
    }
    throw UnreadableImageException.truncated(file.length, "the end of image");
  }
}
