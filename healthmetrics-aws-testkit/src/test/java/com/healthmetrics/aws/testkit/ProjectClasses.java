package com.healthmetrics.aws.testkit;

import com.healthmetrics.aws.HealthMetricsAws;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarFile;

/** The compiled classes of both modules, each imported once for all tests. */
public final class ProjectClasses {
  /** The classes of core, from its jar or, before that is built, from their folder. */
  public static final JavaClasses CORE = importFrom(location(HealthMetricsAws.class));

  static final Path TESTKIT_FOLDER = location(TestClock.class);
  public static final JavaClasses TESTKIT = importFrom(TESTKIT_FOLDER);

  private ProjectClasses() {}

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

  private static Path location(Class<?> type) {
    try {
      return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }
}
