package com.healthmetrics.aws;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.equivalentTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaModifier.SYNCHRONIZED;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonRawValue;
import com.fasterxml.jackson.annotation.JsonValue;
import com.healthmetrics.aws.storage.ObjectKey;
import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleDescriptor;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The rules between the rooms. */
class ArchitectureTest {
  private static final String ROOT = "com.healthmetrics.aws";
  private static final String STORAGE = ROOT + ".storage..";
  private static final String CDN = ROOT + ".cdn..";
  private static final String MAIL = ROOT + ".mail..";
  private static final String INTERNAL = ROOT + ".internal..";
  private static final String DOCTOR = ROOT + ".doctor..";
  private static final Path CLASSES = classesOfTheLibrary();
  static final JavaClasses LIBRARY = new ClassFileImporter().importPath(CLASSES);

  static Path classesOfTheLibrary() {
    try {
      return Path.of(
          HealthMetricsAws.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void letsCdnUseOnlyTheObjectKeyOfStorage() {
    noClasses()
        .that()
        .resideInAPackage(CDN)
        .should()
        .dependOnClassesThat(
            resideInAPackage(STORAGE)
                .and(DescribedPredicate.not(JavaClass.Predicates.equivalentTo(ObjectKey.class))))
        .check(LIBRARY);
  }

  @Test
  void keepsStorageCdnAndMailApart() {
    noClasses()
        .that()
        .resideInAPackage(STORAGE)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(CDN, MAIL)
        .check(LIBRARY);
    noClasses()
        .that()
        .resideInAPackage(MAIL)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(CDN, STORAGE)
        .check(LIBRARY);
    noClasses()
        .that()
        .resideInAPackage(CDN)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(MAIL)
        .check(LIBRARY);
  }

  @Test
  void letsNoPackageKnowMoreOfTheRootThanItsException() {
    noClasses()
        .that()
        .resideOutsideOfPackages(ROOT, DOCTOR)
        .should()
        .dependOnClassesThat(
            resideInAPackage(ROOT)
                .and(
                    DescribedPredicate.not(
                        JavaClass.Predicates.equivalentTo(ConfigurationException.class))))
        .check(LIBRARY);
    noClasses()
        .that()
        .resideInAPackage(INTERNAL)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(STORAGE, CDN, MAIL)
        .check(LIBRARY);
  }

  @Test
  void letsNothingUseTheDoctor() {
    noClasses()
        .that()
        .resideOutsideOfPackage(DOCTOR)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(DOCTOR)
        .check(LIBRARY);
  }

  @Test
  void keepsInterfacesFreeOfTheSdk() {
    classes()
        .that()
        .areInterfaces()
        .and()
        .resideInAnyPackage(STORAGE, CDN, MAIL)
        .should()
        .onlyDependOnClassesThat()
        .resideOutsideOfPackage("software.amazon..")
        .check(LIBRARY);
  }

  @Test
  void leaksNothingInternalThroughASignature() {
    classes()
        .that()
        .arePublic()
        .and()
        .resideOutsideOfPackage(INTERNAL)
        .should(mentionNothingInternal())
        .check(LIBRARY);
  }

  private static ArchCondition<JavaClass> mentionNothingInternal() {
    return new ArchCondition<>("mention nothing internal in what others see") {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        Stream<JavaClass> parents =
            Stream.concat(
                type.getAllRawSuperclasses().stream(), type.getAllRawInterfaces().stream());
        Stream<JavaClass> members =
            type.getMembers().stream()
                .filter(ArchitectureTest::isVisible)
                .flatMap(ArchitectureTest::mentioned);
        Stream.concat(parents, members)
            .filter(mentioned -> mentioned.getPackageName().startsWith(ROOT + ".internal"))
            .forEach(
                mentioned ->
                    events.add(
                        SimpleConditionEvent.violated(
                            type, type.getName() + " mentions " + mentioned.getName())));
      }
    };
  }

  private static boolean isVisible(JavaMember member) {
    return member.getModifiers().contains(JavaModifier.PUBLIC)
        || member.getModifiers().contains(JavaModifier.PROTECTED);
  }

  private static Stream<JavaClass> mentioned(JavaMember member) {
    if (member instanceof JavaCodeUnit unit) {
      return Stream.of(
              Stream.of(unit.getRawReturnType()),
              unit.getRawParameterTypes().stream(),
              unit.getExceptionTypes().stream())
          .flatMap(types -> types);
    }
    return member.getAllInvolvedRawTypes().stream();
  }

  /**
   * Jackson is optional, so nothing may link to it: missing annotations do no harm, as long as they
   * have no elements, of which compilers warn.
   */
  @Test
  void usesOnlyThreeAnnotationsOfJackson() {
    noClasses()
        .should()
        .dependOnClassesThat(
            resideInAnyPackage("com.fasterxml..", "tools.jackson..")
                .and(not(equivalentTo(JsonValue.class)))
                .and(not(equivalentTo(JsonRawValue.class)))
                // With its modes.
                .and(not(belongTo(equivalentTo(JsonCreator.class)))))
        .check(LIBRARY);
  }

  @Test
  void neverPinsVirtualThreads() throws IOException {
    methods().should().notHaveModifier(SYNCHRONIZED).check(LIBRARY);
    noClasses().should().dependOnClassesThat().areAssignableTo(ThreadLocal.class).check(LIBRARY);
    // Blocks leave no mark that ArchUnit reads.
    assertThat(sources()).isNotEmpty();
    for (Path source : sources()) {
      assertThat(Files.readString(source))
          .as(source.toString())
          .doesNotContainPattern(Pattern.compile("\\bsynchronized\\s*[({]|\\bThreadLocal\\b"));
    }
  }

  @Test
  void readsTheEnvironmentInTheEntryPointsAndInjectsTheClock() {
    noClasses()
        .that()
        .doNotHaveFullyQualifiedName(HealthMetricsAws.class.getName())
        .and()
        .doNotHaveFullyQualifiedName(ROOT + ".doctor.Doctor")
        .should()
        .callMethod(System.class, "getenv")
        .orShould()
        .callMethod(System.class, "getenv", String.class)
        .check(LIBRARY);
    noClasses()
        .should()
        .callMethod(java.time.Instant.class, "now")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .check(LIBRARY);
  }

  private static Set<Path> sources() throws IOException {
    Path sources = CLASSES.resolve("../../src/main/java").normalize();
    try (Stream<Path> files = Files.walk(sources)) {
      return files.filter(file -> file.toString().endsWith(".java")).collect(Collectors.toSet());
    }
  }

  @Test
  void exportsExactlyThePublicPackages() throws IOException {
    try (InputStream in = Files.newInputStream(CLASSES.resolve("module-info.class"))) {
      ModuleDescriptor module = ModuleDescriptor.read(in);

      assertThat(module.name()).isEqualTo(ROOT);
      assertThat(module.exports())
          .noneMatch(ModuleDescriptor.Exports::isQualified)
          .extracting(ModuleDescriptor.Exports::source)
          .containsExactlyInAnyOrder(ROOT, ROOT + ".cdn", ROOT + ".mail", ROOT + ".storage");
      assertThat(module.opens()).isEmpty();
      assertThat(module.isOpen()).isFalse();
    }
  }

  /** Every name that an application may write; adding one is a decision. */
  private static final String[] PUBLIC_TYPES = {
    "AwsSettings",
    "ConfigurationException",
    "HealthMetricsAws",
    "HealthMetricsAws$Builder",
    "InMemoryAws",
    "InMemoryAws$Builder",
    "cdn.CdnUrlResolver",
    "cdn.CloudFrontSigningKey",
    "cdn.CloudFrontUrlSigner",
    "cdn.CloudFrontUrlSigner$Builder",
    "cdn.SignedGrant",
    "cdn.SignedUrl",
    "mail.AccountEmails",
    "mail.AccountEmails$Builder",
    "mail.AccountEmails$EmailChange",
    "mail.AccountEmails$EmailChangeNotice",
    "mail.AccountEmails$PasswordChanged",
    "mail.AccountEmails$PasswordReset",
    "mail.AccountEmails$SignInCode",
    "mail.AccountEmails$Verification",
    "mail.Email",
    "mail.Email$Builder",
    "mail.EmailAddress",
    "mail.EmailAddress$InvalidAddressException",
    "mail.EmailAddress$InvalidAddressException$Reason",
    "mail.EmailAttachment",
    "mail.EmailTemplates",
    "mail.EmailTemplates$Builder",
    "mail.EmailTemplates$Message",
    "mail.EmailTemplates$TemplateException",
    "mail.IdempotencyStore",
    "mail.IdempotencyStore$Entry",
    "mail.IdempotencyStore$State",
    "mail.InMemoryMailer",
    "mail.InMemoryMailer$Registration",
    "mail.JdbcIdempotencyStore",
    "mail.LoggingMailer",
    "mail.MailEvent",
    "mail.MailEvent$Bounce",
    "mail.MailEvent$Click",
    "mail.MailEvent$Complaint",
    "mail.MailEvent$Delivery",
    "mail.MailEvent$DeliveryDelay",
    "mail.MailEvent$Open",
    "mail.MailEvent$Other",
    "mail.MailEvent$RecipientStatus",
    "mail.MailEvent$Reject",
    "mail.MailEvent$RenderingFailure",
    "mail.MailEvent$Send",
    "mail.MailEvent$Subscription",
    "mail.MailException",
    "mail.MailException$Delivery",
    "mail.MailException$Kind",
    "mail.MailReceipt",
    "mail.MailerChain",
    "mail.MailerChain$Builder",
    "mail.MailerChain$Sending",
    "mail.SesMailer",
    "mail.SesMailer$Builder",
    "mail.Settlement",
    "mail.Settlement$Meaning",
    "mail.Settlement$Outcome",
    "mail.SuppressionList",
    "mail.SuppressionList$Suppression",
    "mail.TransactionalMailer",
    "storage.DeletionReport",
    "storage.DeletionReport$Deleted",
    "storage.DeletionReport$Failure",
    "storage.ImageType",
    "storage.InMemoryBucket",
    "storage.InMemoryBucket$Builder",
    "storage.NewObject",
    "storage.ObjectHead",
    "storage.ObjectHead$Builder",
    "storage.ObjectKey",
    "storage.ObjectStore",
    "storage.ObjectStore$Listed",
    "storage.ObjectStore$PendingUpload",
    "storage.PresignedPost",
    "storage.PresignedPut",
    "storage.PresignedUpload",
    "storage.PresignedUpload$ExpiryLimit",
    "storage.S3Bucket",
    "storage.S3Bucket$Builder",
    "storage.StorageException",
    "storage.StorageException$Kind",
    "storage.UploadEvent",
    "storage.UploadEvent$Step",
    "storage.UploadInspector",
    "storage.UploadInspector$Finding",
    "storage.UploadPolicy",
    "storage.UploadPolicy$Builder",
    "storage.UploadPolicy$ImageMetadata",
    "storage.UploadRejectedException",
    "storage.UploadRejectedException$Rule",
    "storage.UploadRequest",
    "storage.UploadUrlSigner",
    "storage.UploadVerification",
    "storage.UploadVerification$Accepted",
    "storage.UploadVerification$NotUploaded",
    "storage.UploadVerification$NotUploadedOrForbidden",
    "storage.UploadVerification$Rejected",
    "storage.UploadVerifier",
  };

  @Test
  void publishesExactlyTheseTypes() {
    assertThat(
            LIBRARY.stream()
                .filter(ArchitectureTest::isPublished)
                .map(type -> type.getName().substring(ROOT.length() + 1)))
        .containsExactlyInAnyOrder(PUBLIC_TYPES);
  }

  /** Whether a type, and all types that enclose it, are public in an exported package. */
  private static boolean isPublished(JavaClass type) {
    return type.getModifiers().contains(JavaModifier.PUBLIC)
        && !type.getPackageName().startsWith(ROOT + ".internal")
        && !type.getPackageName().startsWith(ROOT + ".doctor")
        && type.getEnclosingClass().map(ArchitectureTest::isPublished).orElse(true);
  }

  @Test
  void publishesAtMost46TopLevelTypes() {
    assertThat(Stream.of(PUBLIC_TYPES).filter(name -> !name.contains("$")))
        .hasSizeLessThanOrEqualTo(46);
    assertThat(Stream.of(PUBLIC_TYPES).filter(name -> name.contains("$")))
        .hasSizeLessThanOrEqualTo(60);
  }
}
