package com.healthmetrics.aws.internal.image;

final class Heif {
  static boolean begins(byte[] file) {
    return false;
  }

  static ImageFile parse(byte[] file) throws UnreadableImageException {
    throw UnreadableImageException.unknownFormat();
  }
}
