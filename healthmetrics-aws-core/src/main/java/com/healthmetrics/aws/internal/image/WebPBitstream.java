package com.healthmetrics.aws.internal.image;

/**
 * The size of an image in a WebP file, from the first bytes of its data.
 *
 * <p>Source: RFC 6386, section 9.1, for VP8; "WebP Lossless Bitstream Specification", section 3,
 * for VP8L.
 */
record WebPBitstream(int width, int height) {
  static WebPBitstream read(String chunk, ByteReader data) throws UnreadableImageException {
    return chunk.equals("VP8L") ? lossless(data) : lossy(data);
  }

  private static WebPBitstream lossy(ByteReader data) throws UnreadableImageException {
    int offset = data.position();
    int frameTag = (int) data.littleEndian(3);
    int startCode = (int) data.unsigned(3);
    int width = (int) data.littleEndian(2) & 0x3FFF;
    int height = (int) data.littleEndian(2) & 0x3FFF;
    boolean keyFrame = (frameTag & 1) == 0;
    int firstPartition = frameTag >> 5;
    if (!keyFrame || startCode != 0x9D012A || width == 0 || height == 0) {
      throw UnreadableImageException.malformed(offset, "this is not a key frame of VP8");
    }
    if (firstPartition >= data.remaining()) {
      throw UnreadableImageException.malformed(offset, "the image is shorter than its partition");
    }
    return new WebPBitstream(width, height);
  }

  private static WebPBitstream lossless(ByteReader data) throws UnreadableImageException {
    int offset = data.position();
    int signature = data.u8();
    long bits = data.littleEndian(4);
    boolean firstVersion = bits >> 29 == 0;
    if (signature != 0x2F || !firstVersion || data.remaining() == 0) {
      throw UnreadableImageException.malformed(offset, "this is not an image of VP8L");
    }
    return new WebPBitstream(1 + (int) (bits & 0x3FFF), 1 + (int) (bits >> 14 & 0x3FFF));
  }
}
