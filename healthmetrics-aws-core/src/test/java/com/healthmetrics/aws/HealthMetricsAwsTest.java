package com.healthmetrics.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.healthmetrics.aws.cdn.CdnUrlResolver;
import com.healthmetrics.aws.cdn.CloudFrontUrlSigner;
import com.healthmetrics.aws.cdn.SignedUrl;
import com.healthmetrics.aws.fixtures.CapturingLogger;
import com.healthmetrics.aws.fixtures.MovableClock;
import com.healthmetrics.aws.fixtures.Pictures;
import com.healthmetrics.aws.fixtures.RecordingCredentials;
import com.healthmetrics.aws.fixtures.SimpleJson;
import com.healthmetrics.aws.fixtures.StubHttp;
import com.healthmetrics.aws.fixtures.StubSes;
import com.healthmetrics.aws.mail.AccountEmails;
import com.healthmetrics.aws.mail.Email;
import com.healthmetrics.aws.mail.EmailAddress;
import com.healthmetrics.aws.mail.IdempotencyStore;
import com.healthmetrics.aws.mail.LoggingMailer;
import com.healthmetrics.aws.mail.MailException;
import com.healthmetrics.aws.mail.MailerChain;
import com.healthmetrics.aws.mail.SesMailer;
import com.healthmetrics.aws.mail.SuppressionList.Suppression;
import com.healthmetrics.aws.mail.TransactionalMailer;
import com.healthmetrics.aws.storage.ObjectHead;
import com.healthmetrics.aws.storage.ObjectKey;
import com.healthmetrics.aws.storage.ObjectStore;
import com.healthmetrics.aws.storage.PresignedPost;
import com.healthmetrics.aws.storage.PresignedPut;
import com.healthmetrics.aws.storage.UploadEvent;
import com.healthmetrics.aws.storage.UploadInspector;
import com.healthmetrics.aws.storage.UploadPolicy;
import com.healthmetrics.aws.storage.UploadRejectedException;
import com.healthmetrics.aws.storage.UploadRequest;
import com.healthmetrics.aws.storage.UploadUrlSigner;
import com.healthmetrics.aws.storage.UploadVerification;
import com.healthmetrics.aws.storage.UploadVerifier;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.helpers.NOPLogger;
import software.amazon.awssdk.protocols.jsoncore.JsonNode;

class HealthMetricsAwsTest {
  private static final byte[] PNG = Pictures.png(100);
  private static final UploadRequest PICTURE = UploadRequest.of("user-42", "image/png", PNG.length);
  private static final EmailAddress ADA = EmailAddress.of("ada@example.com");

  private static Map<String, String> environment() {
    Map<String, String> environment = new HashMap<>();
    environment.put("AWS_REGION", "eu-central-1");
    environment.put("S3_BUCKET_NAME", "healthmetrics-uploads");
    environment.put("CLOUDFRONT_URL", "https://cdn.healthmetrics.example/media");
    environment.put("SES_FROM_EMAIL", "HealthMetrics <noreply@healthmetrics.example>");
    environment.put("APP_URL", "https://app.healthmetrics.example");
    return environment;
  }

  private static HealthMetricsAws.Builder builder(Map<String, String> environment) {
    return HealthMetricsAws.builder(AwsSettings.fromEnvironment(environment));
  }

  private static HealthMetricsAws aws(Map<String, String> environment) {
    return builder(environment).credentials(RecordingCredentials.longTerm()).build();
  }

  @Test
  void logsEmailsInDevelopment() {
    Map<String, String> environment = environment();
    environment.put("ENVIRONMENT", "development");

    try (HealthMetricsAws aws = HealthMetricsAws.fromEnvironment(environment)) {
      assertThat(aws.mailer()).isInstanceOf(LoggingMailer.class);
      assertThat(aws.suppressionList().suppression(ADA)).isEmpty();
      assertThat(aws.suppressionList().release(ADA)).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"production", "Development", " development", "dev", "", "staging"})
  void sendsEmailsForEveryOtherValue(String name) {
    Map<String, String> environment = environment();
    environment.put("ENVIRONMENT", name);

    try (HealthMetricsAws aws = HealthMetricsAws.fromEnvironment(environment)) {
      assertThat(aws.mailer()).isInstanceOf(SesMailer.class);
    }
  }

  private static List<String> logged(Map<String, String> environment) {
    CapturingLogger log = new CapturingLogger();
    ConfiguredAws.of(builder(environment), RecordingCredentials.longTerm(), () -> {}, log).close();
    return log.entries();
  }

  @ParameterizedTest
  @ValueSource(strings = {"Development", "dev", "local", "DEV", "development ", "devel\r"})
  void warnsOnceThatEmailsAreSentWhereDevelopmentWasMeant(String name) {
    Map<String, String> environment = environment();
    environment.put("ENVIRONMENT", name);

    assertThat(logged(environment))
        .containsExactly(
            "WARN ENVIRONMENT is \""
                + name.replace("\r", "\\u000d")
                + "\", so emails are SENT, through SES in eu-central-1. Only the exact word"
                + " development logs them instead.");
    environment.put("AWS_ENDPOINT_URL_SESV2", "http://127.0.0.1:8005");
    assertThat(logged(environment))
        .singleElement()
        .asString()
        .contains("through SES at http://127.0.0.1:8005.");
  }

  @ParameterizedTest
  @ValueSource(strings = {"production", "prod", "staging", "test", "", "local-aws"})
  void logsWhereEmailsGoOtherwise(String name) {
    Map<String, String> environment = environment();
    environment.put("ENVIRONMENT", name);

    assertThat(logged(environment))
        .containsExactly("INFO Emails are sent through SES in eu-central-1");
    environment.put("AWS_ENDPOINT_URL", "https://ses.internal.example");
    assertThat(logged(environment))
        .containsExactly("INFO Emails are sent through SES at https://ses.internal.example");
  }

  @Test
  void isSilentAboutEmailsThatStayOnThisMachine() {
    Map<String, String> environment = environment();
    environment.put("AWS_ENDPOINT_URL", "http://127.0.0.1:8005");

    assertThat(logged(environment))
        .containsExactly("DEBUG Emails are sent through SES at http://127.0.0.1:8005");
  }

  @Test
  void logsThatEmailsAreNotSentInDevelopment() {
    Map<String, String> environment = environment();
    environment.put("ENVIRONMENT", "development");

    assertThat(logged(environment))
        .containsExactly("INFO ENVIRONMENT is development: emails are logged, not sent");
  }

  @ParameterizedTest
  @CsvSource({"ENVIRONMENT, development", "ALLOW_CLEARTEXT_HTTP, true"})
  void worksInAComposeFile(String name, String value) {
    Map<String, String> environment = environment();
    environment.put("AWS_ENDPOINT_URL_S3", "http://minio:9000");
    environment.put("S3_PUBLIC_ENDPOINT_URL", "http://10.0.2.2:9000");
    environment.put("AWS_ENDPOINT_URL_SESV2", "http://localstack:4566");
    environment.put("CLOUDFRONT_URL", "http://10.0.2.2:8080");
    environment.put("CLOUDFRONT_KEY_PAIR_ID", "K2JCJMDEHXQW5F");
    environment.put("CLOUDFRONT_PRIVATE_KEY", AwsSettingsTest.PEM);
    environment.put("APP_URL", "http://10.0.2.2:3003");
    environment.put(name, value);

    try (HealthMetricsAws aws = aws(environment)) {
      PresignedPost post = aws.uploads().presignPost(UploadPolicy.avatars(), PICTURE);

      assertThat(post.url()).hasToString("http://10.0.2.2:9000/healthmetrics-uploads");
      assertThat(post.publicUrl()).get().asString().startsWith("http://10.0.2.2:8080/avatars/");
      assertThat(aws.signedUrls().sign(post.key(), Duration.ofMinutes(1)).url())
          .hasHost("10.0.2.2");
      assertThat(aws.toString()).contains("S3Bucket[http://minio:9000/healthmetrics-uploads]");
      Email preview =
          aws.accountEmails()
              .templates()
              .sample("verification", Locale.ENGLISH)
              .from(ADA)
              .to(ADA)
              .build();
      assertThat(preview.text()).contains("http://10.0.2.2:3003/auth/verify-email?token=sample");
      if (aws.settings().development()) {
        aws.accountEmails().sendVerification(ADA, "abc");
      } else {
        assertThat(aws.mailer().toString()).contains("at http://localstack:4566");
      }
    }
  }

  @Test
  void sendsEmailsWithoutAnEnvironment() {
    try (HealthMetricsAws aws = HealthMetricsAws.fromEnvironment(environment())) {
      assertThat(aws.mailer()).isInstanceOf(SesMailer.class);
    }
  }

  @Test
  void wiresTheBucketToItsDistribution() {
    try (HealthMetricsAws aws = aws(environment())) {
      PresignedPut put = aws.uploads().presignPut(UploadPolicy.avatars(), PICTURE);

      assertThat(put.url()).hasHost("healthmetrics-uploads.s3.eu-central-1.amazonaws.com");
      assertThat(put.url().getQuery()).contains("/eu-central-1/s3/aws4_request");
      assertThat(put.publicUrl())
          .hasValue(aws.cdn().resolve(put.key()))
          .get()
          .asString()
          .isEqualTo("https://cdn.healthmetrics.example/media/" + put.key());
      assertThat(aws.toString())
          .contains("S3Bucket", "CdnUrlResolver", "SesMailer")
          .doesNotContain("SECRET");
    }
  }

  @Test
  void signsUploadsForTheEndpointOfBrowsers() {
    Map<String, String> environment = environment();
    environment.put("AWS_ENDPOINT_URL_S3", "http://localhost:4566");
    environment.put("S3_PUBLIC_ENDPOINT_URL", "https://s3.healthmetrics.example");
    try (HealthMetricsAws aws = aws(environment)) {

      assertThat(aws.uploads().presignPost(UploadPolicy.avatars(), PICTURE).url())
          .hasToString("https://s3.healthmetrics.example/healthmetrics-uploads");
      assertThat(aws.objects()).asString().contains("http://localhost:4566/healthmetrics-uploads");
    }
  }

  @Test
  void signsAndInspectsUploadsAtTheSameHosts() {
    Map<String, String> environment = environment();
    environment.put("AWS_USE_FIPS_ENDPOINT", "true");
    environment.put("AWS_USE_DUALSTACK_ENDPOINT", "true");
    environment.put("AWS_REGION", "us-east-2");
    try (HealthMetricsAws aws = aws(environment)) {
      String host = "https://healthmetrics-uploads.s3-fips.dualstack.us-east-2.amazonaws.com";

      assertThat(aws.uploads().presignPost(UploadPolicy.avatars(), PICTURE).url())
          .hasToString(host + "/");
      assertThat(aws.objects()).asString().contains(host);
    }
  }

  @Test
  void signsNoUrlOfPrivatePicturesWithoutAKey() {
    try (HealthMetricsAws aws = HealthMetricsAws.fromEnvironment(environment())) {
      assertThatExceptionOfType(ConfigurationException.class)
          .isThrownBy(aws::signedUrls)
          .withMessageContainingAll("CLOUDFRONT_KEY_PAIR_ID", "CLOUDFRONT_PRIVATE_KEY");
    }
  }

  @Test
  void signsUrlsOfPrivatePicturesWithTheKeyOfTheEnvironment() {
    Map<String, String> environment = environment();
    environment.put("CLOUDFRONT_KEY_PAIR_ID", "K2JCJMDEHXQW5F");
    environment.put("CLOUDFRONT_PRIVATE_KEY", AwsSettingsTest.PEM);
    ObjectKey key = ObjectKey.of("progress-photos/user-42/picture.png");
    try (HealthMetricsAws aws = HealthMetricsAws.fromEnvironment(environment)) {
      Instant hourLater = Instant.now().plus(Duration.ofHours(1));
      SignedUrl picture = aws.signedUrls().sign(key, Duration.ofHours(1));

      assertThat(picture.url().toString())
          .startsWith("https://cdn.healthmetrics.example/media/" + key + "?Expires=")
          .contains("&Key-Pair-Id=K2JCJMDEHXQW5F");
      assertThat(picture.expiresAt())
          .as("aligned, so that browsers can cache")
          .isBetween(hourLater, hourLater.plus(Duration.ofMinutes(16)))
          .satisfies(end -> assertThat(end.getEpochSecond() % (15 * 60)).isZero());
    }
  }

  @Test
  void signsUrlsOfPrivatePicturesInMemoryToo() {
    MovableClock clock = MovableClock.at("2026-11-01T10:00:00Z");
    InMemoryAws aws = InMemoryAws.builder().clock(clock).build();
    ObjectKey key = ObjectKey.of("progress-photos/user-42/picture.png");

    SignedUrl picture = aws.signedUrls().sign(key, Duration.ofMinutes(10));

    assertThat(picture.url().toString())
        .startsWith(aws.cdn().resolve(key) + "?Expires=")
        .contains("&Signature=");
    assertThat(picture.expiresAt()).isEqualTo(clock.instant().plus(Duration.ofMinutes(10)));
  }

  @Test
  void usesTheEndpointsOfALocalStack() {
    try (StubSes ses = StubSes.accepting()) {
      Map<String, String> environment = environment();
      environment.put("AWS_ENDPOINT_URL_S3", "http://localhost:9000");
      environment.put("AWS_ENDPOINT_URL_SESV2", ses.endpoint().toString());
      environment.put("SES_REGION", "eu-west-1");
      environment.put("SES_CONFIGURATION_SET", "health-prod");
      String arn = "arn:aws:ses:eu-west-1:111122223333:identity/healthmetrics.example";
      environment.put("SES_IDENTITY_ARN", arn);
      try (HealthMetricsAws aws = aws(environment)) {

        PresignedPost post = aws.uploads().presignPost(UploadPolicy.avatars(), PICTURE);
        aws.accountEmails().sendVerification(ADA, "abc");

        assertThat(post.url()).hasToString("http://localhost:9000/healthmetrics-uploads");
        StubSes.Request request = ses.requests().get(0);
        assertThat(request.headers().get("authorization")).contains("/eu-west-1/ses/");
        JsonNode sent = SimpleJson.parse(request.body());
        assertThat(SimpleJson.text(sent, "ConfigurationSetName")).isEqualTo("health-prod");
        assertThat(SimpleJson.text(sent, "FromEmailAddressIdentityArn")).isEqualTo(arn);
        assertThat(SimpleJson.text(sent, "FromEmailAddress"))
            .isEqualTo("\"HealthMetrics\" <noreply@healthmetrics.example>");
        assertThat(SimpleJson.text(sent, "Content", "Simple", "Body", "Text", "Data"))
            .contains("https://app.healthmetrics.example/auth/verify-email?token=abc");
      }
    }
  }

  @Test
  void looksUpSuppressedAddressesThroughTheSameMailer() {
    try (StubSes ses = StubSes.refusing(404, "NotFoundException", "Not on your list.")) {
      Map<String, String> environment = environment();
      environment.put("AWS_ENDPOINT_URL_SESV2", ses.endpoint().toString());
      try (HealthMetricsAws aws = aws(environment)) {
        assertThat(aws.suppressionList()).isSameAs(aws.mailer());
        assertThat(aws.suppressionList().suppression(ADA)).isEmpty();
        assertThat(aws.suppressionList().release(ADA)).isFalse();
      }

      assertThat(ses.requests())
          .extracting(StubSes.Request::line)
          .containsExactly(
              "GET /v2/email/suppression/addresses/ada%40example.com HTTP/1.1",
              "DELETE /v2/email/suppression/addresses/ada%40example.com HTTP/1.1");
    }
  }

  @Test
  void closesNothingThatWasHandedIn() {
    RecordingCredentials credentials = RecordingCredentials.longTerm();
    HealthMetricsAws aws = builder(environment()).credentials(credentials).build();
    aws.uploads().presignPut(UploadPolicy.avatars(), PICTURE);

    aws.close();

    assertThat(credentials.timesAsked()).isEqualTo(1);
    assertThat(credentials.timesClosed()).isZero();
  }

  @Test
  void closesTheClientsAndTheCredentialsThatItCreated() {
    RecordingCredentials own = RecordingCredentials.longTerm();
    try (StubSes ses = StubSes.accepting()) {
      Map<String, String> environment = environment();
      environment.put("AWS_ENDPOINT_URL_SESV2", ses.endpoint().toString());
      HealthMetricsAws aws =
          ConfiguredAws.of(builder(environment), own, own::close, NOPLogger.NOP_LOGGER);
      aws.accountEmails().sendVerification(ADA, "abc");
      assertThat(ses.requests()).hasSize(1);

      aws.close();

      assertThat(own.timesClosed()).isEqualTo(1);
      assertThatExceptionOfType(IllegalStateException.class)
          .isThrownBy(() -> aws.objects().delete(ObjectKey.of("a")));
      assertThatExceptionOfType(MailException.class)
          .isThrownBy(() -> aws.accountEmails().sendVerification(ADA, "abc"));
      assertThat(ses.requests()).hasSize(1);
    }
  }

  @Test
  void warmsUpWithoutNetworkOrCredentialsAndNotOnceItIsClosed() {
    RecordingCredentials credentials = RecordingCredentials.longTerm();
    try (StubSes ses = StubSes.accepting()) {
      Map<String, String> environment = environment();
      environment.put("AWS_ENDPOINT_URL", ses.endpoint().toString());
      HealthMetricsAws aws = builder(environment).credentials(credentials).build();
      assertThat(aws.accountEmails()).isSameAs(aws.accountEmails());

      aws.warmUp();
      aws.close();
      aws.warmUp();
      HealthMetricsAws.inMemory().warmUp();

      assertThat(ses.requests()).isEmpty();
      assertThat(credentials.timesAsked()).isZero();
    }
  }

  @Test
  void sendsAccountEmailsThroughTheMailerChain() {
    try (StubSes ses = StubSes.accepting()) {
      Map<String, String> environment = environment();
      environment.put("AWS_ENDPOINT_URL_SESV2", ses.endpoint().toString());
      List<String> outcomes = new ArrayList<>();
      MailerChain chain =
          MailerChain.builder()
              .observe(sending -> outcomes.add(sending.outcome()))
              .allowOnly(List.of("healthmetrics.example"))
              .build();
      try (HealthMetricsAws aws =
          builder(environment)
              .credentials(RecordingCredentials.longTerm())
              .mailerChain(chain)
              .build()) {
        aws.accountEmails()
            .sendVerification(EmailAddress.of("tester@healthmetrics.example"), "abc");
        assertThatExceptionOfType(MailException.class)
            .isThrownBy(() -> aws.accountEmails().sendVerification(ADA, "abc"));

        assertThat(outcomes).containsExactly("sent", "recipient_not_allowed");
        assertThat(ses.requests()).hasSize(1);
      }
    }
  }

  @Test
  void sendsDevelopmentEmailsThroughTheMailerChain() {
    Map<String, String> environment = environment();
    environment.put("ENVIRONMENT", "development");
    List<String> outcomes = new ArrayList<>();
    MailerChain chain =
        MailerChain.builder().observe(sending -> outcomes.add(sending.outcome())).build();

    try (HealthMetricsAws aws = builder(environment).mailerChain(chain).build()) {
      aws.accountEmails().sendVerification(ADA, "abc");

      assertThat(outcomes).containsExactly("sent");
    }
  }

  @Test
  void givesAccessToTheMailerChainThatSettlesEmails() {
    MailerChain chain = MailerChain.builder().once(IdempotencyStore.inMemory()).build();
    Map<String, String> environment = environment();
    environment.put("ENVIRONMENT", "development");
    try (HealthMetricsAws aws = builder(environment).mailerChain(chain).build();
        HealthMetricsAws none = builder(environment).build()) {
      assertThat(aws.mailerChain()).isSameAs(chain);
      assertThat(none.mailerChain()).hasToString("MailerChain[]");
    }
  }

  @Test
  void settlesEmailsInMemory() {
    MailerChain chain = MailerChain.builder().once(IdempotencyStore.inMemory()).build();
    InMemoryAws aws = InMemoryAws.builder().mailerChain(chain).build();
    AccountEmails emails = aws.accountEmails().toBuilder().oneEmailPerToken().build();
    aws.mailer().failNext(MailException.Kind.UNKNOWN_OUTCOME);
    assertThatExceptionOfType(MailException.class)
        .isThrownBy(() -> emails.sendVerification(ADA, "abc"));

    aws.mailer().events().forEach(aws.mailerChain()::settle);

    assertThat(emails.sendVerification(ADA, "abc").messageId()).isEqualTo("in-memory-1");
    assertThat(aws.mailer().sent()).hasSize(1);
    assertThat(HealthMetricsAws.inMemory().mailerChain()).hasToString("MailerChain[]");
  }

  @Test
  void usesTheHttpClientThatWasHandedInAndLeavesItOpen() {
    StubHttp http = StubHttp.responding(404, "");
    try (HealthMetricsAws aws =
        builder(environment())
            .credentials(RecordingCredentials.longTerm())
            .httpClient(http)
            .build()) {
      assertThat(aws.objects().head(ObjectKey.of("avatars/user-42/picture.png"))).isEmpty();
    }

    assertThat(http.requests()).hasSize(1);
    assertThat(http.timesClosed()).isZero();
  }

  @Test
  void signsByTheClockThatWasHandedIn() {
    MovableClock clock = MovableClock.at("2026-03-01T10:15:30Z");
    try (HealthMetricsAws aws =
        builder(environment()).credentials(RecordingCredentials.longTerm()).clock(clock).build()) {
      assertThat(aws.uploads().presignPut(UploadPolicy.avatars(), PICTURE).expiresAt())
          .isEqualTo(clock.instant().plus(UploadPolicy.avatars().lifetime()));
    }
  }

  @Test
  void returnsItsSettings() {
    AwsSettings settings = AwsSettings.fromEnvironment(environment());
    try (HealthMetricsAws aws = HealthMetricsAws.builder(settings).build();
        InMemoryAws inMemory = HealthMetricsAws.inMemory()) {
      assertThat(aws.settings()).isSameAs(settings);
      assertThat(inMemory.settings().appUrl()).hasToString("https://app.healthmetrics.invalid");
    }
  }

  /** As containers do for scopes and lazy beans. */
  @Test
  void canBeProxied() {
    InMemoryAws target = HealthMetricsAws.inMemory();
    HealthMetricsAws proxy =
        (HealthMetricsAws)
            Proxy.newProxyInstance(
                HealthMetricsAws.class.getClassLoader(),
                new Class<?>[] {HealthMetricsAws.class},
                (self, method, arguments) -> method.invoke(target, arguments));

    assertThat(proxy.cdn()).isSameAs(target.cdn());
    for (Class<?> type :
        List.of(
            UploadUrlSigner.class,
            UploadVerifier.class,
            ObjectStore.class,
            CdnUrlResolver.class,
            CloudFrontUrlSigner.class,
            TransactionalMailer.class,
            AccountEmails.class)) {
      assertThat(type).isInterface();
      assertThat(type.isSealed()).as(type.getName()).isFalse();
    }
  }

  @Test
  void refusesNull() {
    HealthMetricsAws.Builder builder = builder(environment());
    assertThatNullPointerException().isThrownBy(() -> HealthMetricsAws.builder(null));
    assertThatNullPointerException().isThrownBy(() -> builder.credentials(null));
    assertThatNullPointerException().isThrownBy(() -> builder.clock(null));
    assertThatNullPointerException().isThrownBy(() -> builder.httpClient(null));
    assertThatNullPointerException().isThrownBy(() -> builder.mailerChain(null));
    assertThatNullPointerException().isThrownBy(() -> builder.uploadInspector(null));
    assertThatNullPointerException().isThrownBy(() -> builder.observeUploads(null));
    assertThatNullPointerException().isThrownBy(() -> builder.storageDeadline(null));
    InMemoryAws.Builder inMemory = InMemoryAws.builder();
    assertThatNullPointerException().isThrownBy(() -> inMemory.clock(null));
    assertThatNullPointerException().isThrownBy(() -> inMemory.mailerChain(null));
    assertThatNullPointerException().isThrownBy(() -> inMemory.uploadInspector(null));
    assertThatNullPointerException().isThrownBy(() -> inMemory.observeUploads(null));
  }

  @Test
  void namesEveryProblemOfTheEnvironment() {
    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(() -> HealthMetricsAws.fromEnvironment(Map.of()))
        .withMessageContaining("AWS_REGION")
        .withMessageContaining("APP_URL");
  }

  /** Whatever the environment of this build may be. */
  @Test
  void readsTheEnvironmentOfTheProcess() {
    ConfigurationException expected =
        catchThrowableOfType(
            ConfigurationException.class, () -> AwsSettings.fromEnvironment(System.getenv()));

    if (expected == null) {
      try (HealthMetricsAws aws = HealthMetricsAws.fromEnvironment()) {
        assertThat(aws.uploads()).isNotNull();
      }
    } else {
      assertThatExceptionOfType(ConfigurationException.class)
          .isThrownBy(HealthMetricsAws::fromEnvironment)
          .withMessage(expected.getMessage());
    }
  }

  @Test
  void uploadsInMemory() {
    try (InMemoryAws aws = HealthMetricsAws.inMemory()) {
      PresignedPut put = aws.uploads().presignPut(UploadPolicy.avatars(), PICTURE);
      aws.bucket().upload(put, "image/png", PNG);

      URI published =
          aws.uploadVerifier()
              .verify(UploadPolicy.avatars(), PICTURE, put.key())
              .orThrow()
              .publicUrl()
              .orElseThrow();

      assertThat(aws.bucket().bytes(put.key())).hasValue(PNG);
      assertThat(put.publicUrl()).hasValue(published);
      assertThat(aws.cdn().keyOf(published)).hasValue(put.key());
    }
  }

  @Test
  void erasesAnAccountInMemory() {
    try (InMemoryAws aws = HealthMetricsAws.inMemory()) {
      PresignedPut put =
          aws.uploads().presignPut(UploadPolicy.avatars(), PICTURE.withFileName("Übung/1.png"));
      aws.bucket().upload(put, "image/png", PNG);
      ObjectHead head = aws.objects().head(put.pendingKey()).orElseThrow();

      assertThat(head.fileName()).contains("Übung/1.png");
      assertThat(head.cacheControl()).isPresent();
      assertThat(aws.objects().erasePrefix("avatars/user-42/").orThrow().deleted()).hasSize(1);
      assertThat(aws.bucket().keys()).isEmpty();
    }
  }

  /** Of an application, written before there was a suppression list. */
  @Test
  void namesTheMethodThatAnOlderTestDoubleLacks() {
    HealthMetricsAws older =
        (HealthMetricsAws)
            Proxy.newProxyInstance(
                HealthMetricsAws.class.getClassLoader(),
                new Class<?>[] {HealthMetricsAws.class},
                InvocationHandler::invokeDefault);

    assertThatExceptionOfType(UnsupportedOperationException.class)
        .isThrownBy(older::suppressionList)
        .withMessageContaining("Override suppressionList()");
  }

  @Test
  void suppressesAddressesInMemory() {
    try (InMemoryAws aws = HealthMetricsAws.inMemory()) {
      aws.mailer().suppress(ADA, new Suppression(Suppression.COMPLAINT, Instant.EPOCH));

      assertThat(aws.suppressionList().suppression(ADA))
          .map(Suppression::reason)
          .hasValue("COMPLAINT");
    }
  }

  @Test
  void sendsAccountEmailsInMemory() {
    try (InMemoryAws aws = HealthMetricsAws.inMemory()) {
      aws.accountEmails().sendPasswordReset(ADA, "abc");

      Email mail = aws.mailer().sentTo("ada@example.com").get(0);
      assertThat(mail.text())
          .contains("https://app.healthmetrics.invalid/auth/reset-password?token=abc");
      assertThat(aws)
          .hasToString("InMemoryAws[InMemoryBucket[0 objects], InMemoryMailer[1 emails]]");
    }
  }

  @Test
  void expiresInMemoryByItsClock() {
    MovableClock clock = MovableClock.at("2026-03-01T10:15:30Z");
    InMemoryAws aws = InMemoryAws.builder().clock(clock).build();
    PresignedPost post = aws.uploads().presignPost(UploadPolicy.avatars(), PICTURE);

    clock.advance(UploadPolicy.avatars().lifetime());

    UploadRejectedException refusal =
        catchThrowableOfType(
            UploadRejectedException.class,
            () -> aws.bucket().upload(post, "image/png", new byte[3]));
    assertThat(refusal.rule()).isEqualTo(UploadRejectedException.Rule.EXPIRED);
  }

  @Test
  void inspectsAndReportsUploadsInMemory() {
    List<UploadEvent> events = new ArrayList<>();
    InMemoryAws aws =
        InMemoryAws.builder()
            .uploadInspector((pending, bytes) -> UploadInspector.Finding.reject("malware"))
            .observeUploads(events::add)
            .build();
    PresignedPut put = aws.uploads().presignPut(UploadPolicy.avatars(), PICTURE);
    aws.bucket().upload(put, "image/png", PNG);

    UploadVerification result =
        aws.uploadVerifier().verify(UploadPolicy.avatars(), PICTURE, put.key());

    assertThat(result).isInstanceOf(UploadVerification.Rejected.class);
    assertThat(aws.bucket().keys()).isEmpty();
    assertThat(events)
        .extracting(UploadEvent::step)
        .containsExactly(UploadEvent.Step.SIGN, UploadEvent.Step.VERIFY);
  }

  @Test
  void refusesLimitsOfInspectionsWhenTheyAreSet() {
    HealthMetricsAws.Builder builder = builder(environment());

    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.inspectionMemory(1))
        .withMessageContaining("1 MiB");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.storageDeadline(Duration.ofHours(2)))
        .withMessageContaining("1 hour");
  }

  @Test
  void isolatesInstancesInMemory() {
    InMemoryAws first = HealthMetricsAws.inMemory();
    InMemoryAws second = HealthMetricsAws.inMemory();

    first.accountEmails().sendVerification(ADA, "abc");

    assertThat(second.mailer().sent()).isEmpty();
  }
}
