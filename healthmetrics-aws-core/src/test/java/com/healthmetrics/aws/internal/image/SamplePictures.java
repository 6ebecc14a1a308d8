package com.healthmetrics.aws.internal.image;

/** One small picture of each format, and photos with a position in them, for tests elsewhere. */
public final class SamplePictures {
  private SamplePictures() {}

  /** A picture without metadata. */
  public static byte[] of(ImageFormat format) {
    return switch (format) {
      case JPEG -> JpegFile.plain();
      case PNG -> PngFile.plain();
      case WEBP -> WebPFile.of(WebPFile.lossy());
      case HEIC -> HeifFile.heic().toBytes();
      case AVIF -> HeifFile.avif().toBytes();
    };
  }

  /** A JPEG with Exif, turned by a quarter. */
  public static byte[] photo() {
    return JpegFile.with(JpegFile.exif(6));
  }
}
