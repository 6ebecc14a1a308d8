package com.healthmetrics.aws.testkit.terraform;

import com.healthmetrics.aws.HealthMetricsAws;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.net.URISyntaxException;
import java.nio.file.Path;

/** The compiled classes of the library, as they are published. */
final class LibraryClasses {
  static final JavaClasses ALL = new ClassFileImporter().importPath(folderOrJar());

  private LibraryClasses() {}

  private static Path folderOrJar() {
    try {
      return Path.of(
          HealthMetricsAws.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }
}
