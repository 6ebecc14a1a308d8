package com.healthmetrics.aws.internal.image;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.imageio.ImageIO;

/** The pixels of a picture, as decoders of others see them. */
final class Pixels {
  /** Above, the alpha of HEIC is not compared: a PNG of 200 million pixels takes a minute. */
  private static final long MAX_PNG_PIXELS = 2_000_000;

  private Pixels() {}

  /** A program that displays pictures; returns a fingerprint of all pixels. */
  private interface Decoder {
    Optional<String> decode(Path folder, byte[] file);
  }

  private static List<Decoder> decoders(ImageFile image) {
    Decoder libheif = (folder, file) -> ofLibheif(folder, image, file);
    return switch (image.format()) {
      case JPEG, PNG -> List.of((folder, file) -> ofImageIo(file), Pixels::ofImageMagick);
      case WEBP -> List.of(Pixels::ofImageMagick);
      case HEIC -> List.of(libheif);
      case AVIF -> List.of(Pixels::ofLibavif, libheif);
    };
  }

  static boolean areDecoded(Path folder, ImageFile image, byte[] file) {
    return decoders(image).stream().anyMatch(decoder -> decoder.decode(folder, file).isPresent());
  }

  /** Compares two files with the first decoder that displays both; empty without one. */
  static Optional<Boolean> areEqual(Path folder, ImageFile image, byte[] before, byte[] after) {
    for (Decoder decoder : decoders(image)) {
      Optional<String> was = decoder.decode(folder, before);
      Optional<String> is = decoder.decode(folder, after);
      if (was.isPresent() && is.isPresent()) {
        return Optional.of(was.equals(is));
      }
    }
    return Optional.empty();
  }

  private static Optional<String> ofImageIo(byte[] file) {
    try {
      BufferedImage image = ImageIO.read(new ByteArrayInputStream(file));
      if (image == null) {
        return Optional.empty();
      }
      MessageDigest digest = sha256();
      int[] row = new int[image.getWidth()];
      byte[] bytes = new byte[4 * row.length];
      for (int y = 0; y < image.getHeight(); y++) {
        image.getRGB(0, y, row.length, 1, row, 0, row.length);
        java.nio.ByteBuffer.wrap(bytes).asIntBuffer().put(row);
        digest.update(bytes);
      }
      return Optional.of(HexFormat.of().formatHex(digest.digest()));
    } catch (IOException | RuntimeException e) {
      // It reads neither CMYK nor damaged profiles, and fails in several ways.
      return Optional.empty();
    }
  }

  private static Optional<String> ofImageMagick(Path folder, byte[] file) {
    Path path = write(folder, "picture", file);
    Tool.Result result = Tool.run(folder, "identify", "-quiet", "-format", "%# ", path.toString());
    return result.exitCode() == 0 && result.output().matches("([0-9a-f]{64} )+")
        ? Optional.of(result.output())
        : Optional.empty();
  }

  private static Optional<String> ofLibheif(Path folder, ImageFile image, byte[] file) {
    Path path = write(folder, "picture.heic", file);
    String extension = image.pixels() > MAX_PNG_PIXELS ? ".y4m" : ".png";
    return decoded(folder, "heif-convert", path.toString(), "decoded" + extension);
  }

  private static Optional<String> ofLibavif(Path folder, byte[] file) {
    Path path = write(folder, "picture.avif", file);
    return decoded(folder, "avifdec", path.toString(), "decoded.png");
  }

  /** Runs a decoder that writes one file for each image, and reads all of them. */
  private static Optional<String> decoded(Path folder, String... command) {
    int exitCode = Tool.run(folder, command).exitCode();
    try (Stream<Path> files = Files.list(folder)) {
      MessageDigest digest = sha256();
      List<Path> images =
          files
              .filter(file -> file.getFileName().toString().startsWith("decoded"))
              .sorted()
              .toList();
      for (Path image : images) {
        byte[] bytes = Files.readAllBytes(image);
        // A PNG also has the metadata that the decoder found.
        digest.update(ofImageIo(bytes).map(Bytes::ascii).orElse(bytes));
        Files.delete(image);
      }
      return exitCode == 0 && !images.isEmpty()
          ? Optional.of(HexFormat.of().formatHex(digest.digest()))
          : Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path write(Path folder, String name, byte[] file) {
    try {
      return Files.write(folder.resolve(name), file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}
