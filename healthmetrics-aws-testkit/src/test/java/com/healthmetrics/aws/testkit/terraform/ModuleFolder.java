package com.healthmetrics.aws.testkit.terraform;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The module's files. */
final class ModuleFolder {
  static final Path SOURCE = Path.of("..", "terraform-module");

  private ModuleFolder() {}

  /** Copies the module without files that terraform left there, so tests leave none. */
  static Path copyTo(Path target) {
    try (Stream<Path> files = Files.walk(SOURCE)) {
      for (Path file : files.filter(ModuleFolder::isOfTheModule).toList()) {
        Path copy = target.resolve(SOURCE.relativize(file).toString());
        Files.createDirectories(copy.getParent());
        Files.copy(file, copy);
      }
      return target;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isOfTheModule(Path file) {
    return Files.isRegularFile(file)
        && file.getFileName().toString().matches(".*\\.(tf|tftest\\.hcl|tfmock\\.hcl|json|md|pem)")
        && !SOURCE.relativize(file).toString().contains(".terraform");
  }

  /** The top-level blocks of the module itself, without its examples and tests. */
  static List<HclBlock> blocks() {
    return children(SOURCE)
        .filter(file -> file.toString().endsWith(".tf"))
        .flatMap(file -> HclBlock.in(file).stream())
        .toList();
  }

  /** The examples of a copy of the module, each a folder that Terraform can apply, by name. */
  static Stream<Path> examples(Path module) {
    try (Stream<Path> files = Files.walk(module.resolve("examples"))) {
      return files
          .filter(file -> file.endsWith("main.tf"))
          .map(Path::getParent)
          .sorted()
          .toList()
          .stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The children of a folder, sorted by name. */
  static Stream<Path> children(Path folder) {
    try (Stream<Path> children = Files.list(folder)) {
      return children.sorted().toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
