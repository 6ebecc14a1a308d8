package com.healthmetrics.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.healthmetrics.aws.cdn.CloudFrontUrlSigner;
import com.healthmetrics.aws.fixtures.MovableClock;
import com.healthmetrics.aws.fixtures.RecordingCredentials;
import com.healthmetrics.aws.fixtures.StubHttp;
import com.healthmetrics.aws.mail.AccountEmails;
import com.healthmetrics.aws.mail.Email;
import com.healthmetrics.aws.mail.EmailTemplates;
import com.healthmetrics.aws.mail.Emails;
import com.healthmetrics.aws.mail.IdempotencyStore;
import com.healthmetrics.aws.mail.IdempotencyStore.Entry;
import com.healthmetrics.aws.mail.IdempotencyStore.State;
import com.healthmetrics.aws.mail.InMemoryMailer;
import com.healthmetrics.aws.mail.MailException;
import com.healthmetrics.aws.mail.MailReceipt;
import com.healthmetrics.aws.mail.MailerChain;
import com.healthmetrics.aws.mail.SesMailer;
import com.healthmetrics.aws.storage.ObjectHead;
import com.healthmetrics.aws.storage.ObjectKey;
import com.healthmetrics.aws.storage.S3Bucket;
import com.healthmetrics.aws.storage.StorageException;
import com.healthmetrics.aws.storage.UploadPolicy;
import com.healthmetrics.aws.storage.UploadRequest;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.regions.Region;

/**
 * "Forever" and "never", wherever a duration or an instant is accepted: each works, or is refused
 * with the range.
 */
class ExtremeTimesTest {
  private static final ObjectKey KEY = ObjectKey.of("avatars/u/picture.png");

  private static final Email EMAIL = Emails.keyed("reset-1");

  /** A model with a duration. */
  public record Trial(Duration left) {}

  private static final EmailTemplates TEMPLATES =
      EmailTemplates.builder()
          .template("trial", Trial.class)
          .locales(Locale.ENGLISH)
          .files(
              name ->
                  name.startsWith("trial")
                      ? new ByteArrayInputStream("{{left}}".getBytes(StandardCharsets.UTF_8))
                      : null)
          .build();

  private static final CloudFrontUrlSigner SIGNER = HealthMetricsAws.inMemory().signedUrls();

  /** Each public method that accepts a duration. */
  private static final Map<String, Consumer<Duration>> DURATIONS =
      Map.ofEntries(
          Map.entry("IdempotencyStore.inMemory", ExtremeTimesTest::remember),
          Map.entry("MailerChain.abandonedAfter", ExtremeTimesTest::abandon),
          Map.entry("MailerChain.maxWait", d -> MailerChain.builder().maxWait(d)),
          Map.entry("S3Bucket.deadline", d -> S3Bucket.builder().deadline(d)),
          Map.entry("SesMailer.deadline", d -> SesMailer.builder().deadline(d)),
          Map.entry(
              "AccountEmails.verificationLifetime",
              d -> AccountEmails.builder().verificationLifetime(d)),
          Map.entry(
              "AccountEmails.passwordResetLifetime",
              d -> AccountEmails.builder().passwordResetLifetime(d)),
          Map.entry("EmailTemplates.render", d -> TEMPLATES.render(new Trial(d))),
          Map.entry("UploadPolicy.lifetime", d -> UploadPolicy.builder().lifetime(d)),
          Map.entry(
              "UploadPolicy.unusuallyLongLifetime",
              d -> UploadPolicy.builder().unusuallyLongLifetime(d)),
          Map.entry(
              "CloudFrontUrlSigner.expiresAligned",
              d -> CloudFrontUrlSigner.builder().expiresAligned(d)),
          Map.entry(
              "CloudFrontUrlSigner.unusuallyLongLifetimes",
              d -> CloudFrontUrlSigner.builder().unusuallyLongLifetimes(d)),
          Map.entry("CloudFrontUrlSigner.sign", d -> SIGNER.sign(KEY, d)),
          Map.entry("CloudFrontUrlSigner.grant", d -> SIGNER.grant(KEY, d)),
          Map.entry("CloudFrontUrlSigner.grant of a prefix", d -> SIGNER.grant("avatars/u/", d)));

  static Stream<Arguments> durations() {
    return DURATIONS.entrySet().stream()
        .flatMap(
            each ->
                Stream.of(
                        Duration.ofSeconds(Long.MAX_VALUE, 999_999_999),
                        Duration.ofSeconds(Long.MAX_VALUE),
                        Duration.ofMillis(Long.MAX_VALUE),
                        Duration.ofNanos(1),
                        Duration.ZERO,
                        Duration.ofNanos(-1),
                        Duration.ofSeconds(Long.MIN_VALUE, 1),
                        Duration.ofSeconds(Long.MIN_VALUE))
                    .map(duration -> Arguments.of(each.getKey(), duration)));
  }

  @ParameterizedTest(name = "{0}({1})")
  @MethodSource("durations")
  void acceptsADurationOrRefusesItWithTheRange(String method, Duration duration) {
    Throwable refusal = catchThrowable(() -> DURATIONS.get(method).accept(duration));

    if (refusal != null) {
      assertThat(refusal).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("Use ");
    }
  }

  private static void remember(Duration remembered) {
    MovableClock clock = new MovableClock(Instant.EPOCH);
    IdempotencyStore store = IdempotencyStore.inMemory(2, remembered, clock);
    InMemoryMailer sent = new InMemoryMailer();
    MailerChain chain = MailerChain.builder().once(store).build();
    chain.wrap(sent).send(EMAIL);
    clock.set(Instant.MAX);
    store.find("reset-1");
    clock.set(Instant.MIN);
    store.find("reset-1");
  }

  private static void abandon(Duration abandonedAfter) {
    MovableClock clock = new MovableClock(Instant.EPOCH);
    IdempotencyStore store = IdempotencyStore.inMemory();
    store.putIfAbsent(new Entry("reset-1", State.IN_PROGRESS, Instant.EPOCH, "1", null));
    MailerChain chain =
        MailerChain.builder().once(store).abandonedAfter(abandonedAfter).clock(clock).build();
    for (Instant now : EXTREMES) {
      clock.set(now);
      chain.confirm("reset-1", MailReceipt.of("found"));
    }
  }

  static final Instant[] EXTREMES = {Instant.MIN, Instant.EPOCH, Instant.MAX};

  /** As a store of the application may read it back. */
  @ParameterizedTest
  @FieldSource("EXTREMES")
  void sendsOnceWhateverTheTimeOfAnEntryAndTheClock(Instant since) {
    for (Instant now : EXTREMES) {
      Clock clock = new MovableClock(now);
      IdempotencyStore store = IdempotencyStore.inMemory(10, Duration.ofDays(1), clock);
      store.putIfAbsent(new Entry("reset-1", State.IN_PROGRESS, since, "1", null));
      InMemoryMailer sent = new InMemoryMailer();
      MailerChain chain = MailerChain.builder().once(store).clock(clock).build();

      assertThat(catchThrowable(() -> chain.wrap(sent).send(EMAIL)))
          .isInstanceOf(MailException.class);
      assertThat(chain.forget("reset-1")).isEqualTo(since.isBefore(now));
      assertThat(sent.sent()).isEmpty();

      Email other = EMAIL.toBuilder().idempotencyKey("reset-2").build();
      chain.wrap(sent).send(other);
      chain.wrap(sent).send(other);
      assertThat(sent.sent()).hasSize(1);
    }
  }

  @ParameterizedTest
  @FieldSource("EXTREMES")
  void acceptsOrRefusesCredentialsThatEndAtAnyTime(Instant end) {
    RecordingCredentials credentials = RecordingCredentials.endingAt(end);
    UploadRequest request = UploadRequest.of("u", "image/png", 48);
    StubHttp ses = StubHttp.responding(200, "{\"MessageId\":\"1\"}");
    try (S3Bucket bucket =
            S3Bucket.builder()
                .bucket("healthmetrics-uploads")
                .region(Region.EU_CENTRAL_1)
                .credentials(credentials)
                .build();
        SesMailer mailer =
            SesMailer.builder()
                .region(Region.EU_CENTRAL_1)
                .credentials(credentials)
                .httpClient(ses)
                .build()) {

      Throwable unsigned =
          catchThrowable(() -> bucket.uploads().presignPut(UploadPolicy.avatars(), request));
      Throwable unsent = catchThrowable(() -> mailer.send(EMAIL));

      if (end.equals(Instant.MAX)) {
        assertThat(unsigned).isNull();
        assertThat(unsent).isNull();
      } else {
        assertThat(unsigned).isInstanceOf(StorageException.class);
        assertThat(unsent).isInstanceOf(MailException.class);
      }
    }
  }

  @ParameterizedTest
  @FieldSource("EXTREMES")
  void keepsAnyTimeOfAnObject(Instant modified) {
    assertThat(ObjectHead.builder(KEY).lastModified(modified).build().lastModified())
        .isEqualTo(modified);
  }
}
