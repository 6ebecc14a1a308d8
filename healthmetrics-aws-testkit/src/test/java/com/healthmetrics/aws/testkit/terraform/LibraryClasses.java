package com.healthmetrics.aws.testkit.terraform;

import com.healthmetrics.aws.HealthMetricsAws;
import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
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

  private static final DescribedPredicate<JavaClass> OF_THE_DOCTOR =
      JavaClass.Predicates.resideInAPackage("com.healthmetrics.aws.doctor");

  /** The classes that an application calls, with its permissions. */
  static final JavaClasses OF_APPLICATIONS = ALL.that(DescribedPredicate.not(OF_THE_DOCTOR));

  /** The classes that an operator runs, with permissions of their own. */
  static final JavaClasses DOCTOR = ALL.that(OF_THE_DOCTOR);

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
