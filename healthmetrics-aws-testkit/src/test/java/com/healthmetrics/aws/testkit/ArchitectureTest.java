package com.healthmetrics.aws.testkit;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleDescriptor;
import java.nio.file.Files;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The rules between the packages of the testkit, and its exact list of public types. */
class ArchitectureTest {
  private static final String ROOT = "com.healthmetrics.aws.testkit";
  private static final String INTERNAL = ROOT + ".internal";

  /** Adding a public type is a decision: it adds a line here. Nested types have a dollar sign. */
  private static final String[] PUBLIC_TYPES = {
    "LocalAws",
    "LocalAws$Builder",
    "TestClock",
    "cdn.LocalCloudFront",
    "cdn.LocalCloudFront$Builder",
    "contract.CdnUrlResolverContract",
    "contract.IdempotencyStoreContract",
    "contract.ObjectStoreContract",
    "contract.TransactionalMailerContract",
    "contract.UploadUrlSignerContract",
    "dev.DevServer",
    "junit.LocalAwsExtension",
    "junit.LocalAwsTest",
    "lint.EmailLint",
    "lint.EmailLint$Finding",
    "lint.EmailLint$Rule",
    "mail.LocalSes",
    "mail.LocalSes$Builder",
    "mail.Mailbox",
    "mail.Mailbox$Found",
    "mail.ReceivedMail",
    "mail.ReceivedMail$Attachment",
    "mail.SesFault",
    "mail.SesIdentity",
    "storage.LocalS3",
    "storage.LocalS3$Builder",
    "storage.S3Fault",
    "storage.StoredObject",
  };

  @Test
  void publishesExactlyTheseTypes() {
    assertThat(
            ProjectClasses.TESTKIT.stream()
                .filter(ArchitectureTest::isPublished)
                .map(type -> type.getName().substring(ROOT.length() + 1)))
        .containsExactlyInAnyOrder(PUBLIC_TYPES);
  }

  /** Whether a type, and all types that enclose it, are public in an exported package. */
  private static boolean isPublished(JavaClass type) {
    boolean open = type.getModifiers().contains(JavaModifier.PUBLIC);
    Optional<JavaClass> enclosing = type.getEnclosingClass();
    return open
        && !type.getPackageName().equals(INTERNAL)
        && enclosing.map(ArchitectureTest::isPublished).orElse(true);
  }

  @Test
  void publishesAtMostTwentyTopLevelTypes() {
    assertThat(Stream.of(PUBLIC_TYPES).filter(name -> !name.contains("$")))
        .hasSizeLessThanOrEqualTo(20);
  }

  @Test
  void keepsTheLintApartFromTheServers() {
    noClasses()
        .that()
        .resideInAPackage(ROOT + ".lint..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(ROOT + ".storage..", ROOT + ".cdn..", ROOT + ".mail..")
        .check(ProjectClasses.TESTKIT);
  }

  @Test
  void keepsTheServersApart() {
    noClasses()
        .that()
        .resideInAPackage(ROOT + ".storage..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(ROOT + ".cdn..", ROOT + ".mail..")
        .check(ProjectClasses.TESTKIT);
    noClasses()
        .that()
        .resideInAPackage(ROOT + ".mail..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(ROOT + ".cdn..", ROOT + ".storage..", ROOT + ".lint..")
        .check(ProjectClasses.TESTKIT);
    noClasses()
        .that()
        .resideInAPackage(INTERNAL)
        .should()
        .dependOnClassesThat(
            JavaClass.Predicates.resideInAPackage(ROOT + "..")
                .and(JavaClass.Predicates.resideOutsideOfPackage(INTERNAL)))
        .check(ProjectClasses.TESTKIT);
  }

  @Test
  void usesNothingInternalOfTheLibrary() {
    classes()
        .should()
        .onlyDependOnClassesThat()
        .resideOutsideOfPackage("com.healthmetrics.aws.internal..")
        .check(ProjectClasses.TESTKIT);
  }

  @Test
  void exportsEveryPackageExceptInternal() throws IOException {
    ModuleDescriptor module;
    try (InputStream in =
        Files.newInputStream(ProjectClasses.TESTKIT_FOLDER.resolve("module-info.class"))) {
      module = ModuleDescriptor.read(in);
    }
    assertThat(module.exports())
        .noneMatch(ModuleDescriptor.Exports::isQualified)
        .extracting(ModuleDescriptor.Exports::source)
        .doesNotContain(INTERNAL)
        .containsExactlyInAnyOrderElementsOf(
            ProjectClasses.TESTKIT.stream()
                .map(JavaClass::getPackageName)
                .filter(name -> !name.equals(INTERNAL))
                .distinct()
                .toList());
    assertThat(module.opens()).isEmpty();
  }
}
