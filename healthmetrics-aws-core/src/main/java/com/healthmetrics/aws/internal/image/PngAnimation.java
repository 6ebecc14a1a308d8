package com.healthmetrics.aws.internal.image;

/**
 * The animation of a PNG file, which is kept if it is one: chunks of the same name could otherwise
 * hold anything.
 *
 * <p>Source: W3C, "Portable Network Graphics (PNG) Specification (Third Edition)", section 11.3.6.
 */
final class PngAnimation {
  private static final int FRAME_CONTROL_BYTES = 26;

  private boolean begun;
  private long frames;
  private long controls;
  private long sequence;
  private boolean expectsData;
  private boolean acceptsData;
  private boolean defaultImage;

  /** Reads {@code acTL}. */
  void begin(int offset, ByteReader data) throws UnreadableImageException {
    check(data.remaining() == 8, offset, "acTL has a wrong length");
    frames = data.u32();
    check(frames > 0, offset, "the animation has no frames");
    begun = true;
  }

  /** Takes note of {@code IDAT}, which is the first frame if a frame control precedes it. */
  void defaultImage() {
    defaultImage = true;
    expectsData = false;
    acceptsData = false;
  }

  /** Reads {@code fcTL} or {@code fdAT}; returns whether it belongs to an animation. */
  boolean read(String type, int offset, ByteReader data, int width, int height)
      throws UnreadableImageException {
    if (!begun) {
      return false;
    }
    boolean control = type.equals("fcTL");
    check(
        control ? data.remaining() == FRAME_CONTROL_BYTES : data.remaining() > 4,
        offset,
        "a chunk of the animation has a wrong length");
    check(data.u32() == sequence, offset, "the animation has a wrong sequence number");
    sequence++;
    if (control) {
      check(!expectsData && controls < frames, offset, "the animation has a frame too many");
      readControl(offset, data, width, height);
      controls++;
      expectsData = true;
      acceptsData = defaultImage;
    } else {
      check(acceptsData, offset, "data of the animation precede their frame");
      expectsData = false;
    }
    return true;
  }

  private static void readControl(int offset, ByteReader data, int width, int height)
      throws UnreadableImageException {
    long frameWidth = data.u32();
    long frameHeight = data.u32();
    long x = data.u32();
    long y = data.u32();
    check(
        frameWidth > 0 && frameHeight > 0 && x + frameWidth <= width && y + frameHeight <= height,
        offset,
        "a frame is not within the image");
  }

  /** Checks the animation where the file ends. */
  void end(int offset) throws UnreadableImageException {
    check(!begun || (controls == frames && !expectsData), offset, "the animation lacks frames");
  }

  private static void check(boolean wellFormed, int offset, String problem)
      throws UnreadableImageException {
    if (!wellFormed) {
      throw UnreadableImageException.malformed(offset, problem);
    }
  }
}
