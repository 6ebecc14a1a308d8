package com.healthmetrics.aws.testkit.terraform;

import com.healthmetrics.aws.testkit.ProjectClasses;
import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;

/** The compiled classes of the library, by who calls them. */
final class LibraryClasses {
  private static final DescribedPredicate<JavaClass> OF_THE_DOCTOR =
      JavaClass.Predicates.resideInAPackage("com.healthmetrics.aws.doctor");

  /** The classes that an application calls, with its permissions. */
  static final JavaClasses OF_APPLICATIONS =
      ProjectClasses.CORE.that(DescribedPredicate.not(OF_THE_DOCTOR));

  /** The classes that an operator runs, with permissions of their own. */
  static final JavaClasses DOCTOR = ProjectClasses.CORE.that(OF_THE_DOCTOR);

  private LibraryClasses() {}
}
