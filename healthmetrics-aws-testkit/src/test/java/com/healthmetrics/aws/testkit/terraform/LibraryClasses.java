package com.healthmetrics.aws.testkit.terraform;

import com.healthmetrics.aws.HealthMetricsAws;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarFile;

/**
 * The compiled classes of the library, from its jar or, before that is built, from their folder.
 */
final class LibraryClasses {
  static final JavaClasses ALL = importFrom(folderOrJar());

  private LibraryClasses() {}

  private static JavaClasses importFrom(Path folderOrJar) {
    if (Files.isDirectory(folderOrJar)) {
      return new ClassFileImporter().importPath(folderOrJar);
    }
    try (JarFile jar = new JarFile(folderOrJar.toFile())) {
      return new ClassFileImporter().importJar(jar);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path folderOrJar() {
    try {
      return Path.of(
          HealthMetricsAws.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }
}
