package com.healthmetrics.aws.internal.image;

import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/** The files of all tests of the formats: one for each feature, and one for each hiding place. */
final class GeneratedPictures {
  /** A file and what it shows. */
  record Picture(String name, byte[] file) {}

  private GeneratedPictures() {}

  static Stream<Picture> withMetadata() throws IOException {
    return Stream.of(
            pictures("JPEG", JpegTest.hidingPlaces()),
            pictures("PNG", PngTest.hidingPlaces()),
            pictures("WebP", WebPTest.hidingPlaces()),
            pictures("HEIC or AVIF", HeifTest.hidingPlaces()),
            pictures("sequence", HeifSequenceTest.hidingPlaces()))
        .flatMap(pictures -> pictures);
  }

  static Stream<Picture> withoutMetadata() {
    return Stream.of(
            Stream.of(
                new Picture("JPEG: baseline", JpegFile.plain()),
                new Picture("JPEG: progressive", JpegFile.progressive())),
            pictures("PNG", PngTest.kept()),
            pictures("WebP", WebPTest.kept()),
            pictures("HEIC or AVIF", HeifTest.kept()),
            pictures("sequence", HeifSequenceTest.kept()))
        .flatMap(pictures -> pictures);
  }

  private static Stream<Picture> pictures(String format, Stream<Arguments> arguments) {
    return arguments.map(
        argument -> {
          Object file = argument.get()[1];
          return new Picture(
              format + ": " + argument.get()[0],
              file instanceof HeifFile heif ? heif.toBytes() : (byte[]) file);
        });
  }
}
