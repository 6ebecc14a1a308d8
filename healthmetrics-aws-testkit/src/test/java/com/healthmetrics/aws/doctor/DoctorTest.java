package com.healthmetrics.aws.doctor;

import static com.healthmetrics.aws.doctor.FindingAssert.assertFailed;
import static com.healthmetrics.aws.doctor.FindingAssert.assertNotChecked;
import static com.healthmetrics.aws.doctor.FindingAssert.assertPassed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.healthmetrics.aws.testkit.LocalAws;
import com.healthmetrics.aws.testkit.internal.JsonReader;
import com.healthmetrics.aws.testkit.internal.JsonValue.JsonObject;
import com.healthmetrics.aws.testkit.storage.LocalS3;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;

/** The command, as a user runs and reads it. */
class DoctorTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private int run(
      Map<String, String> environment, AwsCredentialsProvider credentials, String... arguments) {
    return Doctor.run(
        arguments, environment, credentials, new PrintStream(out), new PrintStream(err));
  }

  private int run(DoctorEnvironment environment, String... arguments) {
    return run(environment.settings(), environment.credentials(), arguments);
  }

  private String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  @Test
  void writesALineForEachCheckWithTheDateAndTheSum() {
    try (LocalAws local = LocalAws.start()) {
      int status = run(local.environment(), local.credentials());

      assertThat(out().lines())
          .anyMatch(
              line ->
                  line.matches("healthmetrics-aws .*, \\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ"))
          .contains("passed       storage.put: S3 accepted a picture by PUT, as a pending object.")
          .contains("not checked  storage.plain-http: The endpoint of S3 is not one of AWS.")
          .anyMatch(line -> line.matches("\\d+ passed, \\d+ failed, \\d+ not checked\\."));
      assertThat(status).isEqualTo(out().contains("FAILED") ? 1 : 0);
      assertThat(err()).isEmpty();
    }
  }

  @Test
  void failsOnALocalStackForItsMissingMailFromDomainAlone() {
    try (LocalAws local = LocalAws.start()) {
      int status = run(local.environment(), local.credentials());

      assertThat(out().lines().filter(line -> line.startsWith("FAILED")))
          .singleElement(InstanceOfAssertFactories.STRING)
          .startsWith(
              "FAILED       email.mail-from: healthmetrics.example has no MAIL FROM domain");
      assertThat(status).isOne();
    }
  }

  @Test
  void writesOneDocumentOfJsonForPipelines() {
    try (DoctorEnvironment environment =
        DoctorEnvironment.healthy().with("APP_URL", "https://other.example.com")) {
      int status = run(environment, "--json");

      assertThat(status).isOne();
      assertThat(out().strip().lines()).hasSize(1);
      assertThat(JsonReader.read(out()))
          .isInstanceOfSatisfying(
              JsonObject.class,
              report -> {
                assertThat(report.member("at").orElseThrow().toString())
                    .containsPattern("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ");
                assertThat(report.member("failed")).isPresent();
              });
      assertThat(out())
          .containsPattern(
              "\\{\"check\":\"storage.cors\",\"verdict\":\"FAILED\",\"details\":\"[^\"]+\",\"advice\":\"[^\"]+\"\\}");
    }
  }

  @Test
  void writesNoSecretNoKeyAndNoAddress() {
    try (DoctorEnvironment environment =
        DoctorEnvironment.of(
            LocalS3.builder().sessionToken("session-token").allowedOrigin(DoctorEnvironment.APP))) {
      run(environment);

      assertThat(out())
          .doesNotContain(environment.s3().secretAccessKey(), environment.s3().accessKeyId())
          .doesNotContain("session-token", "X-Amz-", "noreply@", ".png")
          .doesNotContain("PRIVATE KEY-----");
    }
  }

  @Test
  void explainsItself() {
    assertThat(run(Map.of(), () -> null, "--help")).isZero();
    assertThat(out()).contains("--suppression ADDRESS", "Exit status: 0 nothing failed");
  }

  @ParameterizedTest
  @CsvSource({
    "--jsn, \"--jsn\" is not an option.",
    "--suppression, --suppression has no value.",
    "--public-prefix, --public-prefix has no value."
  })
  void refusesOptionsThatItDoesNotKnow(String argument, String problem) {
    assertThat(run(Map.of(), () -> null, argument)).isEqualTo(2);
    assertThat(err()).contains(problem, "--json");
    assertThat(out()).isEmpty();
  }

  @Test
  void refusesAPrefixThatNoPolicyCanHave() {
    assertThat(run(Map.of(), () -> null, "--public-prefix", "/avatars")).isEqualTo(2);
    assertThat(err()).contains("--help");
  }

  @Test
  void namesTheSettingsThatAreMissing() {
    assertThat(run(Map.of("AWS_REGION", "eu-central-1"), () -> null)).isEqualTo(2);
    assertThat(err()).contains("S3_BUCKET_NAME is not set");
  }

  @ParameterizedTest
  @CsvSource({
    "AWS_ENDPOINT_URL_STS, http://sts.example.com",
    "AWS_ENDPOINT_URL_STS, sts.example.com"
  })
  void refusesAnEndpointOfStsThatIsNotEncryptedOrNotAUrl(String name, String value) {
    try (DoctorEnvironment environment = DoctorEnvironment.healthy()) {
      Map<String, String> settings = new HashMap<>(environment.settings());
      settings.put(name, value);

      assertThat(run(settings, environment.credentials())).isEqualTo(2);
      assertThat(err()).contains(name + " is not valid");
    }
  }

  @Test
  void saysThatThereAreNoCredentials() {
    try (DoctorEnvironment environment = DoctorEnvironment.healthy().credentials(() -> null)) {
      Report report = environment.report();

      assertFailed(report.findings().get(0), "no credentials", "provider returned null");
      assertThat(report.findings())
          .noneMatch(finding -> finding.check().startsWith("storage."))
          .filteredOn(finding -> finding.check().equals("email.identity"))
          .singleElement()
          .satisfies(finding -> assertNotChecked(finding, ""));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "assumed-role/healthmetrics-app/task-1 | Compare the role with the application's",
        "assumed-role/AWSReservedSSO_Admin_0123456789abcdef/ada | a person's role, not the application's",
        "federated-user/ada | This is not a role"
      })
  void saysWhoTheCallerIs(String resource, String details) {
    try (DoctorEnvironment environment =
        DoctorEnvironment.healthy().sts(StubSts.caller("arn:aws:sts::123456789012:" + resource))) {
      Finding caller = environment.finding("caller");

      assertPassed(caller, "The caller is arn:aws:sts::123456789012:" + resource + ". ");
      assertPassed(caller, details);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"sts::123456789012:assumed-role/Admin/", "iam::123456789012:user/"})
  void writesNoAddressThatNamesTheCaller(String resource) {
    try (DoctorEnvironment environment =
        DoctorEnvironment.healthy()
            .sts(StubSts.caller("arn:aws:" + resource + "ada@example.com"))) {
      assertPassed(environment.finding("caller"), "The caller is arn:aws:" + resource + "***. ");
    }
  }

  @Test
  void waitsForNoProviderThatHangs() {
    CompletableFuture<AwsCredentials> never = new CompletableFuture<>();
    try {
      assertThatThrownBy(
              () -> Examination.resolve(never::join, Clock.systemUTC(), Duration.ofMillis(50)))
          .isInstanceOf(NotCheckedException.class)
          .hasMessageContaining("The credentials provider did not respond within");
    } finally {
      never.complete(null);
    }
  }

  @Test
  void refersToNoCauseThatItDoesNotPrint() {
    try (DoctorEnvironment environment =
        DoctorEnvironment.healthy()
            .credentials(
                () -> {
                  throw new IllegalStateException("not printed");
                })) {
      Finding credentials = environment.finding("credentials");

      assertFailed(credentials, "no credentials", "or run with a role.");
      assertThat(credentials.advice()).doesNotContain("cause", "not printed");
    }
  }

  @Test
  void asksAProviderThatFailedOnlyOnce() {
    AtomicInteger calls = new AtomicInteger();
    try (DoctorEnvironment environment =
        DoctorEnvironment.healthy()
            .credentials(
                () -> {
                  calls.incrementAndGet();
                  return null;
                })) {
      assertFailed(environment.finding("credentials"), "no credentials", "provider returned null");
      assertThat(calls).hasValue(1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"InvalidClientTokenId", "SignatureDoesNotMatch", "ExpiredToken"})
  void saysThatStsDoesNotAcceptTheCredentials(String code) {
    try (DoctorEnvironment environment =
        DoctorEnvironment.healthy().sts(StubSts.refusing(403, code))) {
      assertFailed(environment.finding("caller"), "(403 " + code + ")", "Replace the credentials");
    }
  }

  @Test
  void doesNotTakeAProxysPageForAResponseOfSts() {
    try (DoctorEnvironment environment =
        DoctorEnvironment.healthy().sts(StubSts.page(200, "<html>Sign in</html>"))) {
      assertNotChecked(environment.finding("caller"), "a server in between, responded with 200");
    }
  }

  @Test
  void comparesTheVersionsOfLibraryAndModule() throws NotCheckedException {
    Optional<String> one = Optional.of("1.2.3");

    assertPassed(Examination.version("version", one, one), "have version 1.2.3.");
    assertFailed(
        Examination.version("version", one, Optional.of("1.2.4")),
        "The library has version 1.2.3, the Terraform module 1.2.4.",
        "the same version");
    assertThatThrownBy(() -> Examination.version("version", one, Optional.empty()))
        .isInstanceOf(NotCheckedException.class)
        .hasMessageContaining("HEALTHMETRICS_MODULE_VERSION is not set");
    assertThatThrownBy(() -> Examination.version("version", Optional.empty(), one))
        .isInstanceOf(NotCheckedException.class)
        .hasMessageContaining("not loaded from its jar");
  }

  @Test
  void asksNoStsOfAwsAboutTheCredentialsOfALocalStack() {
    try (LocalAws local = LocalAws.start()) {
      run(local.environment(), local.credentials());

      assertThat(out()).contains("caller: S3 has an endpoint of its own, and STS has none.");
    }
  }
}
