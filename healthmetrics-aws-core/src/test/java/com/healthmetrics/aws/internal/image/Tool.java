package com.healthmetrics.aws.internal.image;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Programs of others that read pictures, where they are installed. */
final class Tool {
  /** The package of Debian for each. */
  private static final List<String> PACKAGES =
      List.of(
          "exiftool: libimage-exiftool-perl",
          "heif-convert: libheif-examples",
          "avifdec: libavif-bin",
          "identify: imagemagick");

  private Tool() {}

  /** The tools that are missing, with the package that has them. */
  static List<String> missing() {
    return PACKAGES.stream()
        .filter(
            tool ->
                Stream.of(
                        System.getenv().getOrDefault("PATH", "").split(java.io.File.pathSeparator))
                    .noneMatch(
                        folder ->
                            Files.isExecutable(
                                Path.of(folder, tool.substring(0, tool.indexOf(':'))))))
        .toList();
  }

  /** What a program that succeeded or failed wrote. */
  record Result(int exitCode, String output) {}

  static Result run(Path folder, String... command) {
    try {
      Path output = Files.createTempFile(folder, "output", ".txt");
      Process process =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      if (!process.waitFor(10, TimeUnit.MINUTES)) {
        process.destroyForcibly();
        throw new AssertionError("This takes too long: " + String.join(" ", command));
      }
      byte[] bytes = Files.readAllBytes(output);
      Files.delete(output);
      return new Result(
          process.exitValue(), new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }
}
