package com.healthmetrics.aws.internal.image;

/** What a picture is encoded in, decided by its content. */
public enum ImageFormat {
  /** JPEG: ITU-T T.81. */
  JPEG,
  /** PNG, with or without an animation: W3C, "Portable Network Graphics (PNG) Specification". */
  PNG,
  /** WebP, lossy, lossless or animated: Google, "WebP Container Specification". */
  WEBP,
  /** HEVC in HEIF: ISO/IEC 23008-12, whichever of its brands the file names. */
  HEIC,
  /** AV1 in HEIF: AOMedia, "AV1 Image File Format (AVIF)", whichever of its brands it names. */
  AVIF
}
