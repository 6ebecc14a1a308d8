package com.healthmetrics.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.healthmetrics.aws.cdn.SignedUrl;
import com.healthmetrics.aws.fixtures.MovableClock;
import com.healthmetrics.aws.fixtures.RecordingCredentials;
import com.healthmetrics.aws.fixtures.SimpleJson;
import com.healthmetrics.aws.fixtures.StubSes;
import com.healthmetrics.aws.mail.Email;
import com.healthmetrics.aws.mail.EmailAddress;
import com.healthmetrics.aws.mail.LoggingMailer;
import com.healthmetrics.aws.mail.MailException;
import com.healthmetrics.aws.mail.ObservedMailer;
import com.healthmetrics.aws.mail.RecipientGuard;
import com.healthmetrics.aws.mail.SesV2Mailer;
import com.healthmetrics.aws.mail.TransactionalMailer;
import com.healthmetrics.aws.storage.ObjectHead;
import com.healthmetrics.aws.storage.ObjectKey;
import com.healthmetrics.aws.storage.PresignedPost;
import com.healthmetrics.aws.storage.PresignedPut;
import com.healthmetrics.aws.storage.UploadPolicy;
import com.healthmetrics.aws.storage.UploadRejectedException;
import com.healthmetrics.aws.storage.UploadRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.protocols.jsoncore.JsonNode;

class HealthMetricsAwsTest {
  private static final UploadRequest PICTURE = UploadRequest.of("user-42", "image/png", 3);
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

  @Test
  void logsMailsInDevelopment() {
    Map<String, String> environment = environment();
    environment.put("ENVIRONMENT", "development");

    try (HealthMetricsAws aws = HealthMetricsAws.fromEnvironment(environment)) {
      assertThat(aws.mailer()).isInstanceOf(LoggingMailer.class);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"production", "Development", " development", "dev", "", "staging"})
  void sendsMailsEverywhereElse(String name) {
    Map<String, String> environment = environment();
    environment.put("ENVIRONMENT", name);

    try (HealthMetricsAws aws = HealthMetricsAws.fromEnvironment(environment)) {
      assertThat(aws.mailer()).isInstanceOf(SesV2Mailer.class);
    }
  }

  @Test
  void sendsMailsWhereNoEnvironmentIsNamed() {
    try (HealthMetricsAws aws = HealthMetricsAws.fromEnvironment(environment())) {
      assertThat(aws.mailer()).isInstanceOf(SesV2Mailer.class);
    }
  }

  @Test
  void wiresTheBucketToItsDistribution() {
    try (HealthMetricsAws aws =
        HealthMetricsAws.create(
            AwsSettings.fromEnvironment(environment()), RecordingCredentials.longTerm())) {
      PresignedPut put = aws.uploads().presignPut(UploadPolicy.avatars(), PICTURE);

      assertThat(put.url()).hasHost("healthmetrics-uploads.s3.eu-central-1.amazonaws.com");
      assertThat(put.url().getQuery()).contains("/eu-central-1/s3/aws4_request");
      assertThat(put.publicUrl())
          .hasValue(aws.cdn().resolve(put.key()))
          .get()
          .asString()
          .isEqualTo("https://cdn.healthmetrics.example/media/" + put.key());
      assertThat(aws.toString())
          .contains("S3Bucket", "CloudFrontUrlResolver", "SesV2Mailer")
          .doesNotContain("SECRET");
    }
  }

  @Test
  void signsUploadsForTheEndpointOfBrowsers() {
    Map<String, String> environment = environment();
    environment.put("AWS_ENDPOINT_URL_S3", "http://localhost:4566");
    environment.put("S3_PUBLIC_ENDPOINT_URL", "https://s3.healthmetrics.example");
    try (HealthMetricsAws aws =
        HealthMetricsAws.create(
            AwsSettings.fromEnvironment(environment), RecordingCredentials.longTerm())) {

      assertThat(aws.uploads().presignPost(UploadPolicy.avatars(), PICTURE).url())
          .hasToString("https://s3.healthmetrics.example/healthmetrics-uploads");
      assertThat(aws.objects()).asString().contains("http://localhost:4566/healthmetrics-uploads");
    }
  }

  @Test
  void signsAndLooksAtUploadsAtTheSameHosts() {
    Map<String, String> environment = environment();
    environment.put("AWS_USE_FIPS_ENDPOINT", "true");
    environment.put("AWS_USE_DUALSTACK_ENDPOINT", "true");
    environment.put("AWS_REGION", "us-east-2");
    try (HealthMetricsAws aws =
        HealthMetricsAws.create(
            AwsSettings.fromEnvironment(environment), RecordingCredentials.longTerm())) {
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
    InMemoryAws aws = HealthMetricsAws.inMemory(clock);
    ObjectKey key = ObjectKey.of("progress-photos/user-42/picture.png");

    SignedUrl picture = aws.signedUrls().sign(key, Duration.ofMinutes(10));

    assertThat(picture.url().toString())
        .startsWith(aws.cdn().resolve(key) + "?Expires=")
        .contains("&Signature=");
    assertThat(picture.expiresAt()).isEqualTo(clock.instant().plus(Duration.ofMinutes(10)));
  }

  @Test
  void followsTheEndpointsOfALocalStack() {
    try (StubSes ses = StubSes.accepting()) {
      Map<String, String> environment = environment();
      environment.put("AWS_ENDPOINT_URL_S3", "http://localhost:9000");
      environment.put("AWS_ENDPOINT_URL_SESV2", ses.endpoint().toString());
      environment.put("SES_REGION", "eu-west-1");
      environment.put("SES_CONFIGURATION_SET", "health-prod");
      try (HealthMetricsAws aws =
          HealthMetricsAws.create(
              AwsSettings.fromEnvironment(environment), RecordingCredentials.longTerm())) {

        PresignedPost post = aws.uploads().presignPost(UploadPolicy.avatars(), PICTURE);
        aws.accountEmails().sendVerification(ADA, "abc");

        assertThat(post.url()).hasToString("http://localhost:9000/healthmetrics-uploads");
        StubSes.Request request = ses.requests().get(0);
        assertThat(request.headers().get("authorization")).contains("/eu-west-1/ses/");
        JsonNode sent = SimpleJson.parse(request.body());
        assertThat(SimpleJson.text(sent, "ConfigurationSetName")).isEqualTo("health-prod");
        assertThat(SimpleJson.text(sent, "FromEmailAddress"))
            .isEqualTo("\"HealthMetrics\" <noreply@healthmetrics.example>");
        assertThat(SimpleJson.text(sent, "Content", "Simple", "Body", "Text", "Data"))
            .contains("https://app.healthmetrics.example/auth/verify-email?token=abc");
      }
    }
  }

  @Test
  void closesNothingThatItWasGiven() {
    RecordingCredentials credentials = RecordingCredentials.longTerm();
    HealthMetricsAws aws =
        HealthMetricsAws.create(AwsSettings.fromEnvironment(environment()), credentials);
    aws.uploads().presignPut(UploadPolicy.avatars(), PICTURE);

    aws.close();

    assertThat(credentials.timesAsked()).isEqualTo(1);
    assertThat(credentials.timesClosed()).isZero();
  }

  @Test
  void closesTheMailerAndTheCredentialsThatItMade() {
    RecordingCredentials own = RecordingCredentials.longTerm();
    try (StubSes ses = StubSes.accepting()) {
      Map<String, String> environment = environment();
      environment.put("AWS_ENDPOINT_URL_SESV2", ses.endpoint().toString());
      RealAws aws =
          new RealAws(AwsSettings.fromEnvironment(environment), own, mailer -> mailer, own::close);
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
  void sendsAccountMailsThroughTheDecoratedMailer() {
    try (StubSes ses = StubSes.accepting()) {
      Map<String, String> environment = environment();
      environment.put("AWS_ENDPOINT_URL_SESV2", ses.endpoint().toString());
      List<TransactionalMailer> decorated = new ArrayList<>();
      List<String> outcomes = new ArrayList<>();
      try (HealthMetricsAws aws =
          HealthMetricsAws.create(
              AwsSettings.fromEnvironment(environment),
              RecordingCredentials.longTerm(),
              provider -> {
                decorated.add(provider);
                return ObservedMailer.of(
                    RecipientGuard.allowOnly(provider, List.of("healthmetrics.example")),
                    sending -> outcomes.add(sending.outcome()));
              })) {
        aws.accountEmails()
            .sendVerification(EmailAddress.of("tester@healthmetrics.example"), "abc");
        assertThatExceptionOfType(MailException.class)
            .isThrownBy(() -> aws.accountEmails().sendVerification(ADA, "abc"));

        assertThat(decorated).hasSize(1).first().isInstanceOf(SesV2Mailer.class);
        assertThat(aws.mailer()).isInstanceOf(ObservedMailer.class);
        assertThat(outcomes).containsExactly("sent", "recipient_not_allowed");
        assertThat(ses.requests()).hasSize(1);
      }
      assertThatExceptionOfType(MailException.class)
          .as("the provider was closed with the front door")
          .isThrownBy(
              () -> decorated.get(0).send(mailTo(EmailAddress.of("a@healthmetrics.example"))));
    }
  }

  private static Email mailTo(EmailAddress to) {
    return Email.builder()
        .from(EmailAddress.of("noreply@healthmetrics.example"))
        .to(to)
        .subject("Hello")
        .text("Hello")
        .build();
  }

  @Test
  void decoratesTheMailerOfDevelopmentToo() {
    Map<String, String> environment = environment();
    environment.put("ENVIRONMENT", "development");
    List<TransactionalMailer> decorated = new ArrayList<>();

    try (HealthMetricsAws aws =
        HealthMetricsAws.fromEnvironment(
            environment,
            provider -> {
              decorated.add(provider);
              return ObservedMailer.of(provider, sending -> {});
            })) {
      assertThat(decorated).hasSize(1).first().isInstanceOf(LoggingMailer.class);
      assertThat(aws.mailer()).isInstanceOf(ObservedMailer.class);
    }
  }

  @Test
  void closesTheProviderWhereDecoratingItFails() {
    AwsSettings settings = AwsSettings.fromEnvironment(environment());
    List<TransactionalMailer> decorated = new ArrayList<>();

    assertThatExceptionOfType(NullPointerException.class)
        .isThrownBy(
            () ->
                HealthMetricsAws.create(
                    settings,
                    RecordingCredentials.longTerm(),
                    provider -> {
                      decorated.add(provider);
                      return null;
                    }))
        .withMessage("the decorated mailer");

    assertThatExceptionOfType(MailException.class)
        .isThrownBy(() -> decorated.get(0).send(mailTo(ADA)))
        .withMessageContaining("closed");
    assertThatExceptionOfType(NullPointerException.class)
        .isThrownBy(() -> HealthMetricsAws.create(settings, RecordingCredentials.longTerm(), null));
    assertThatExceptionOfType(NullPointerException.class)
        .isThrownBy(() -> HealthMetricsAws.fromEnvironment(environment(), null));
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
  void playsAnUploadInMemory() {
    try (InMemoryAws aws = HealthMetricsAws.inMemory()) {
      PresignedPut put = aws.uploads().presignPut(UploadPolicy.avatars(), PICTURE);
      aws.bucket().upload(put, "image/png", new byte[] {1, 2, 3});

      assertThat(aws.bucket().bytes(put.key())).hasValue(new byte[] {1, 2, 3});
      assertThat(aws.cdn().keyOf(put.publicUrl().orElseThrow())).hasValue(put.key());
    }
  }

  @Test
  void erasesAnAccountInMemory() {
    try (InMemoryAws aws = HealthMetricsAws.inMemory()) {
      PresignedPut put =
          aws.uploads().presignPut(UploadPolicy.avatars(), PICTURE.withFileName("Übung/1.png"));
      aws.bucket().upload(put, "image/png", new byte[] {1, 2, 3});
      ObjectHead head = aws.objects().head(put.key()).orElseThrow();

      assertThat(head.fileName()).contains("Übung/1.png");
      assertThat(head.cacheControl()).isPresent();
      assertThat(aws.objects().erasePrefix("avatars/user-42/").orThrow().deleted()).hasSize(1);
      assertThat(aws.bucket().keys()).isEmpty();
    }
  }

  @Test
  void playsAccountMailsInMemory() {
    try (InMemoryAws aws = HealthMetricsAws.inMemory()) {
      aws.accountEmails().sendPasswordReset(ADA, "abc");

      Email mail = aws.mailer().sentTo("ada@example.com").get(0);
      assertThat(mail.text())
          .contains("https://app.healthmetrics.invalid/auth/reset-password?token=abc");
      assertThat(aws)
          .hasToString("InMemoryAws[InMemoryBucket[0 objects], InMemoryMailer[1 mails]]");
    }
  }

  @Test
  void expiresInMemoryByTheClockItWasGiven() {
    MovableClock clock = MovableClock.at("2026-03-01T10:15:30Z");
    InMemoryAws aws = HealthMetricsAws.inMemory(clock);
    PresignedPost post = aws.uploads().presignPost(UploadPolicy.avatars(), PICTURE);

    clock.advance(UploadPolicy.avatars().lifetime());

    UploadRejectedException refusal =
        catchThrowableOfType(
            UploadRejectedException.class,
            () -> aws.bucket().upload(post, "image/png", new byte[3]));
    assertThat(refusal.rule()).isEqualTo(UploadRejectedException.Rule.EXPIRED);
  }

  @Test
  void sharesNothingBetweenTwoWorldsInMemory() {
    InMemoryAws first = HealthMetricsAws.inMemory();
    InMemoryAws second = HealthMetricsAws.inMemory();

    first.accountEmails().sendVerification(ADA, "abc");

    assertThat(second.mailer().sent()).isEmpty();
  }
}
