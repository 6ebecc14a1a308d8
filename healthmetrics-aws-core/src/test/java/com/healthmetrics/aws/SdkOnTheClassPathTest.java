package com.healthmetrics.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.healthmetrics.aws.fixtures.ClassPath;
import com.healthmetrics.aws.fixtures.RecordingCredentials;
import com.healthmetrics.aws.fixtures.SdkUnderTest;
import com.healthmetrics.aws.fixtures.StubHttp;
import com.healthmetrics.aws.fixtures.Thrown;
import com.healthmetrics.aws.mail.Email;
import com.healthmetrics.aws.mail.EmailAddress;
import com.healthmetrics.aws.mail.MailException;
import com.healthmetrics.aws.mail.SesMailer;
import com.healthmetrics.aws.storage.ObjectKey;
import com.healthmetrics.aws.storage.S3Bucket;
import com.healthmetrics.aws.storage.StorageException;
import java.io.File;
import java.io.IOException;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpService;
import software.amazon.awssdk.regions.Region;

/** Applications whose class path has no HTTP client, or an SDK that does not fit together. */
class SdkOnTheClassPathTest {
  private static final String HTTP_CLIENTS =
      "apache-client|apache5-client|aws-crt|url-connection-client|http(client|core)";

  @TempDir Path folder;

  /** What an application does, in a class loader with its class path. */
  static final class Application {
    static void mailer() {
      mailer(SesMailer.builder()).close();
    }

    static void mailerOfV1() {
      mailer(SesMailer.builder().apiV1()).close();
    }

    static void bucket() {
      bucket(S3Bucket.builder()).close();
    }

    static String firstEmail() {
      try (SesMailer mailer = mailer(SesMailer.builder())) {
        EmailAddress ada = EmailAddress.of("ada@example.com");
        mailer.send(Email.builder().from(ada).to(ada).subject("Hello").text("Hello").build());
        return "sent";
      } catch (MailException e) {
        return e.kind() + " " + e.delivery() + " " + e.getCause().getClass().getSimpleName();
      }
    }

    static void warmUp() {
      try (HealthMetricsAws aws =
          HealthMetricsAws.builder(settings())
              .credentials(RecordingCredentials.longTerm())
              .build()) {
        aws.warmUp();
      }
    }

    static void everything() {
      HealthMetricsAws.builder(settings())
          .credentials(RecordingCredentials.longTerm())
          .build()
          .close();
    }

    static String mailerWithAnHttpClient() {
      SdkHttpClient http = StubHttp.responding(200, "{\"MessageId\":\"stub-1\"}");
      try (SesMailer mailer = mailer(SesMailer.builder().httpClient(http))) {
        EmailAddress ada = EmailAddress.of("ada@example.com");
        return mailer
            .send(Email.builder().from(ada).to(ada).subject("Hello").text("Hello").build())
            .messageId();
      }
    }

    static String bucketWithAnHttpClient() {
      SdkHttpClient http = StubHttp.responding(404, "");
      try (S3Bucket bucket = bucket(S3Bucket.builder().httpClient(http))) {
        return bucket.objects().head(ObjectKey.of("missing.png")).toString();
      }
    }

    /** What {@code build()} does not report works. */
    static String emailIfBuilt() {
      SdkHttpClient http = StubHttp.responding(200, "{\"MessageId\":\"stub-1\"}");
      SesMailer built;
      try {
        built = mailer(SesMailer.builder().httpClient(http));
      } catch (ConfigurationException e) {
        return "reported";
      }
      try (SesMailer mailer = built) {
        EmailAddress ada = EmailAddress.of("ada@example.com");
        mailer.send(Email.builder().from(ada).to(ada).subject("Hello").text("Hello").build());
        return "works";
      } catch (Throwable e) {
        throw new AssertionError("The first email finds what is missing.", e);
      }
    }

    /** Likewise. */
    static String objectIfBuilt() {
      SdkHttpClient http = StubHttp.responding(404, "");
      S3Bucket built;
      try {
        built = bucket(S3Bucket.builder().httpClient(http));
      } catch (ConfigurationException e) {
        return "reported";
      }
      try (S3Bucket bucket = built) {
        bucket.objects().head(ObjectKey.of("missing.png"));
        return "works";
      } catch (Throwable e) {
        throw new AssertionError("The first request finds what is missing.", e);
      }
    }

    static String firstObject() {
      try (S3Bucket bucket = bucket(S3Bucket.builder())) {
        bucket.objects().head(ObjectKey.of("missing.png"));
        return "sent";
      } catch (StorageException e) {
        return e.kind() + " " + e.getCause().getClass().getSimpleName();
      }
    }

    static String everythingWithAnHttpClient() {
      SdkHttpClient http = StubHttp.responding(200, "{\"MessageId\":\"stub-1\"}");
      try (HealthMetricsAws aws =
          HealthMetricsAws.builder(settings())
              .credentials(RecordingCredentials.longTerm())
              .httpClient(http)
              .build()) {
        return aws.accountEmails()
            .sendVerification(EmailAddress.of("ada@example.com"), "t0ken")
            .messageId();
      }
    }

    private static SesMailer mailer(SesMailer.Builder builder) {
      return builder
          .region(Region.EU_CENTRAL_1)
          .credentials(RecordingCredentials.longTerm())
          .build();
    }

    private static S3Bucket bucket(S3Bucket.Builder builder) {
      return builder
          .bucket("healthmetrics-uploads")
          .region(Region.EU_CENTRAL_1)
          .credentials(RecordingCredentials.longTerm())
          .build();
    }

    private static AwsSettings settings() {
      return AwsSettings.fromEnvironment(
          Map.of(
              "AWS_REGION", "eu-central-1",
              "S3_BUCKET_NAME", "healthmetrics-uploads",
              "CLOUDFRONT_URL", "https://cdn.healthmetrics.example",
              "SES_FROM_EMAIL", "noreply@healthmetrics.example",
              "APP_URL", "https://app.healthmetrics.example"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"mailer", "mailerOfV1", "bucket", "everything"})
  void namesTheHttpClientsToChooseFrom(String method) throws Exception {
    try (URLClassLoader without = ClassPath.without(HTTP_CLIENTS)) {
      assertThat(catchThrowable(() -> ClassPath.call(without, Application.class, method)))
          .hasMessageContainingAll(
              "apache5-client",
              "apache-client",
              "aws-crt-client",
              "url-connection-client",
              "software.amazon.awssdk",
              "httpClient(")
          .extracting(failure -> failure.getClass().getName())
          .isEqualTo(ConfigurationException.class.getName());
    }
  }

  @ParameterizedTest
  @CsvSource({"sesv2, mailer", "sesv2, everything", "s3, bucket", "s3, everything"})
  void namesWhatIsMissingWhenItIsBuilt(String artifact, String method) throws Exception {
    try (URLClassLoader without = ClassPath.without(artifact + "-\\d")) {
      assertThat(catchThrowable(() -> ClassPath.call(without, Application.class, method)))
          .hasMessageContainingAll("software/amazon/awssdk/services/" + artifact, "do not fit")
          .extracting(failure -> failure.getClass().getName())
          .isEqualTo(ConfigurationException.class.getName());
    }
  }

  /** Which is seen when the client is built: a warm-up shows it before the first email does. */
  @Test
  void sendsNothingWithAnHttpClientThatLacksItsOwnClasses() throws Throwable {
    try (URLClassLoader without =
        ClassPath.without("url-connection-client|http(client|core)\\d?-")) {
      assertThat(ClassPath.call(without, Application.class, "firstEmail"))
          .isEqualTo("INVALID NOT_SENT ConfigurationException");
      assertThat(catchThrowable(() -> ClassPath.call(without, Application.class, "warmUp")))
          .hasMessageContaining("org/apache/h")
          .extracting(failure -> failure.getClass().getName())
          .isEqualTo(ConfigurationException.class.getName());
    }
  }

  /** It has none of Maven's files: nothing but its name states its version. */
  @Test
  void reportsAnOlderCopyOfJackson() throws Throwable {
    String jackson = "third-party-jackson-core";
    Path older = folder.resolve(jackson + "-" + SdkUnderTest.floor() + ".jar");
    Files.copy(Path.of(System.getProperty("sdk.older"), jackson + ".jar"), older);
    try (URLClassLoader mixed = ClassPath.without(jackson + "-\\d", older)) {
      assertThat(ClassPath.call(mixed, Application.class, "emailIfBuilt"))
          .isEqualTo(SdkUnderTest.isOldest() ? "works" : "reported");
    }
  }

  /** A file that names no HTTP client, or one that is missing. */
  @ParameterizedTest
  @ValueSource(strings = {"# none", "com.example.Missing"})
  void namesTheHttpClientsToChooseFromWhereAServicesFileNamesNone(String content) throws Exception {
    try (URLClassLoader without = ClassPath.without(HTTP_CLIENTS, services(content))) {
      assertThat(catchThrowable(() -> ClassPath.call(without, Application.class, "everything")))
          .hasMessageContaining("has no synchronous HTTP client")
          .extracting(failure -> failure.getClass().getName())
          .isEqualTo(ConfigurationException.class.getName());
    }
  }

  /** As HTTP clients do with settings that they do not accept. */
  @ParameterizedTest
  @ValueSource(classes = {Refusing.class, Unloadable.class, Undeclared.class})
  void reportsAnythingThatBuildingAClientThrows(Class<?> http) throws Throwable {
    try (URLClassLoader without = ClassPath.without(HTTP_CLIENTS, services(http.getName()))) {
      assertThat(ClassPath.call(without, Application.class, "firstEmail"))
          .isEqualTo("INVALID NOT_SENT ConfigurationException");
      assertThat(ClassPath.call(without, Application.class, "firstObject"))
          .isEqualTo("INVALID ConfigurationException");
      assertThat(catchThrowable(() -> ClassPath.call(without, Application.class, "warmUp")))
          .hasMessageContaining("client of S3 could not be built")
          .hasMessageNotContaining("PASSWORD")
          .hasCauseInstanceOf(Throwable.class)
          .extracting(failure -> failure.getClass().getName())
          .isEqualTo(ConfigurationException.class.getName());
    }
  }

  private Path services(String content) throws IOException {
    Path file = folder.resolve("META-INF/services/" + SdkHttpService.class.getName());
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
    return folder;
  }

  /** An HTTP client of the application whose settings are wrong. */
  public static final class Refusing implements SdkHttpService {
    @Override
    public SdkHttpClient.Builder<?> createHttpClientBuilder() {
      throw new IllegalArgumentException("http://user:PASSWORD@proxy is no URL");
    }
  }

  /** One whose own services are missing. */
  public static final class Unloadable implements SdkHttpService {
    @Override
    public SdkHttpClient.Builder<?> createHttpClientBuilder() {
      throw new ServiceConfigurationError("missing");
    }
  }

  /** One written in a language without checked exceptions. */
  public static final class Undeclared implements SdkHttpService {
    @Override
    public SdkHttpClient.Builder<?> createHttpClientBuilder() {
      throw Thrown.undeclared(new IOException("unreadable"));
    }
  }

  /** The jars of the SDK on the class path of the tests: each sixth, or all. */
  static List<String> jarsOfTheSdk() {
    List<String> jars =
        Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
            .map(entry -> Path.of(entry).getFileName().toString())
            .filter(name -> name.endsWith("-" + SdkUnderTest.version() + ".jar"))
            .toList();
    if ("true".equals(System.getenv("CI")) || "all".equals(System.getProperty("sweeps"))) {
      return jars;
    }
    List<String> some =
        IntStream.range(0, jars.size()).filter(i -> i % 6 == 0).mapToObj(jars::get).toList();
    System.err.println(
        "LEFT TO .ci/run: class paths without one of "
            + (jars.size() - some.size())
            + " jars of the SDK. To check them: -Dsweeps=all");
    return some;
  }

  @ParameterizedTest
  @MethodSource("jarsOfTheSdk")
  void reportsEveryJarThatARequestWouldMiss(String jar) throws Throwable {
    try (URLClassLoader without = ClassPath.without(jar.replace(".jar", ""))) {
      assertThat(outcome(without, "emailIfBuilt")).isIn("reported", "works");
      assertThat(outcome(without, "objectIfBuilt")).isIn("reported", "works");
    }
  }

  /** Without the types that its own methods name, an application does not even link. */
  private static Object outcome(ClassLoader classPath, String method) throws Throwable {
    try {
      return ClassPath.call(classPath, Application.class, method);
    } catch (LinkageError e) {
      return "reported";
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"mailerWithAnHttpClient", "everythingWithAnHttpClient"})
  void sendsWithTheHttpClientThatIsSet(String method) throws Throwable {
    try (URLClassLoader without = ClassPath.without(HTTP_CLIENTS)) {
      assertThat(ClassPath.call(without, Application.class, method)).isEqualTo("stub-1");
    }
  }

  @Test
  void readsObjectsWithTheHttpClientThatIsSet() throws Throwable {
    try (URLClassLoader without = ClassPath.without(HTTP_CLIENTS)) {
      assertThat(ClassPath.call(without, Application.class, "bucketWithAnHttpClient"))
          .isEqualTo("Optional.empty");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"apache5-client|http(client|core)5", "url-connection-client"})
  void isContentWithAnyHttpClient(String missing) throws Throwable {
    try (URLClassLoader without = ClassPath.without(missing)) {
      ClassPath.call(without, Application.class, "everything");
    }
  }

  /** Such as a direct dependency on an older version, which wins over those of the library. */
  @ParameterizedTest
  @CsvSource({
    "sdk-core, mailerWithAnHttpClient",
    "sdk-core, bucketWithAnHttpClient",
    "utils, mailerWithAnHttpClient",
    "utils, bucketWithAnHttpClient",
    "retries, mailerWithAnHttpClient",
    "retries, bucketWithAnHttpClient",
    "retries, mailer",
    "sdk-core, bucket",
  })
  void reportsArtifactsThatDoNotFitTogether(String artifact, String method) throws Throwable {
    Path older = Path.of(System.getProperty("sdk.older"), artifact + ".jar");
    try (URLClassLoader mixed = ClassPath.without(artifact + "-\\d", older)) {
      if (SdkUnderTest.isOldest()) {
        // All of it is that old, so it fits.
        ClassPath.call(mixed, Application.class, method);
        return;
      }
      assertThat(catchThrowable(() -> ClassPath.call(mixed, Application.class, method)))
          .hasMessageContainingAll(
              "do not fit together",
              "software.amazon.awssdk:bom",
              SdkUnderTest.floor() + "=[" + artifact + "]",
              SdkUnderTest.version() + "=[apache5-client, auth, ")
          .hasCauseInstanceOf(LinkageError.class)
          .extracting(failure -> failure.getClass().getName())
          .isEqualTo(ConfigurationException.class.getName());
    }
  }
}
