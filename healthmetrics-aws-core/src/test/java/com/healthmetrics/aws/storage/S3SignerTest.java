package com.healthmetrics.aws.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.healthmetrics.aws.fixtures.FixedRandom;
import com.healthmetrics.aws.fixtures.MovableClock;
import com.healthmetrics.aws.fixtures.RecordingCredentials;
import com.healthmetrics.aws.fixtures.SimpleJson;
import com.healthmetrics.aws.fixtures.Sneaky;
import com.healthmetrics.aws.fixtures.UnusableCredentials;
import com.healthmetrics.aws.internal.sigv4.SigV4;
import com.healthmetrics.aws.internal.sigv4.SigningBuffer;
import com.healthmetrics.aws.internal.sigv4.SigningCredentials;
import com.healthmetrics.aws.storage.PresignedUpload.ExpiryLimit;
import com.healthmetrics.aws.storage.StorageException.Kind;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.protocols.jsoncore.JsonNode;
import software.amazon.awssdk.regions.Region;

class S3SignerTest {
  private static final Instant NOW = Instant.parse("2026-03-01T10:15:30Z");
  private static final String BUCKET = "healthmetrics-uploads";
  private static final UploadRequest REQUEST = UploadRequest.of("user-42", "image/png", 48_213);
  private static final UploadRequest NAMED = REQUEST.withFileName("Mein Bild ä.png");

  private static S3Bucket.Builder complete() {
    return S3Bucket.builder()
        .bucket(BUCKET)
        .region(Region.EU_CENTRAL_1)
        .credentials(RecordingCredentials.longTerm())
        .clock(Clock.fixed(NOW, ZoneOffset.UTC));
  }

  private static UploadUrlSigner signingWith(AwsCredentialsProvider credentials) {
    return complete().credentials(credentials).build().uploads();
  }

  private static ThrowableAssertAlternative<StorageException> assertThatCredentialsAreUnavailable(
      ThrowingCallable signing) {
    return assertThatExceptionOfType(StorageException.class)
        .isThrownBy(signing)
        .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.CREDENTIALS_UNAVAILABLE))
        .withMessageContaining("Nothing was signed");
  }

  private static JsonNode policyOf(PresignedPost post) {
    byte[] json = Base64.getDecoder().decode(post.fields().get("policy"));
    return SimpleJson.parse(new String(json, StandardCharsets.UTF_8));
  }

  /** The conditions of the form {@code {name: value}}. */
  private static Map<String, String> exactConditions(PresignedPost post) {
    Map<String, String> exact = new LinkedHashMap<>();
    for (JsonNode condition : SimpleJson.at(policyOf(post), "conditions").asArray()) {
      if (condition.isObject()) {
        assertThat(condition.asObject()).hasSize(1);
        SimpleJson.texts(condition)
            .forEach((name, value) -> assertThat(exact.put(name, value)).as(name).isNull());
      }
    }
    return exact;
  }

  private static List<List<String>> otherConditions(PresignedPost post) {
    List<List<String>> others = new ArrayList<>();
    for (JsonNode condition : SimpleJson.at(policyOf(post), "conditions").asArray()) {
      if (condition.isArray()) {
        others.add(condition.asArray().stream().map(JsonNode::text).toList());
      }
    }
    return others;
  }

  @Test
  void hasEveryFieldOfAPostInTheConditionsOfItsPolicy() {
    UploadRequest request = NAMED.withMetadata("note", "\"a\" \\ <b> & {$c}");
    for (RecordingCredentials credentials :
        List.of(RecordingCredentials.longTerm(), RecordingCredentials.session())) {
      PresignedPost post = signingWith(credentials).presignPost(UploadPolicy.avatars(), request);

      Map<String, String> covered = new LinkedHashMap<>(post.fields());
      covered.remove("policy");
      covered.remove("x-amz-signature");
      covered.put("bucket", BUCKET);
      assertThat(exactConditions(post)).containsExactlyInAnyOrderEntriesOf(covered);
    }
  }

  @Test
  void postsTheFieldsThatS3Documents() {
    PresignedPost post =
        signingWith(RecordingCredentials.session()).presignPost(UploadPolicy.avatars(), NAMED);

    assertThat(post.fields())
        .containsEntry("key", post.pendingKey().value())
        .containsEntry("Content-Type", "image/png")
        .containsEntry("Cache-Control", UploadPolicy.avatars().cacheControl().orElseThrow())
        .containsEntry("x-amz-meta-filename", "Mein%20Bild%20%C3%A4.png")
        .containsEntry("x-amz-algorithm", "AWS4-HMAC-SHA256")
        .containsEntry("x-amz-date", "20260301T101530Z")
        .containsEntry(
            "x-amz-credential",
            RecordingCredentials.ACCESS_KEY + "/20260301/eu-central-1/s3/aws4_request")
        .containsEntry("x-amz-security-token", RecordingCredentials.SESSION_TOKEN)
        .containsOnlyKeys(
            "key",
            "Content-Type",
            "Cache-Control",
            "x-amz-meta-filename",
            "x-amz-algorithm",
            "x-amz-credential",
            "x-amz-date",
            "x-amz-security-token",
            "policy",
            "x-amz-signature");
    assertThat(post.url()).hasToString("https://" + BUCKET + ".s3.eu-central-1.amazonaws.com/");
  }

  @Test
  void returnsHeadersAndFieldsThatCannotBeChanged() {
    UploadUrlSigner signer = complete().build().uploads();

    assertThat(signer.presignPut(UploadPolicy.avatars(), NAMED).headers()).isUnmodifiable();
    assertThat(signer.presignPost(UploadPolicy.avatars(), NAMED).fields()).isUnmodifiable();
  }

  @Test
  void leavesOutOfAPostWhatWasNotRequested() {
    UploadPolicy policy =
        UploadPolicy.builder()
            .keyPrefix("plain/")
            .types(ImageType.PNG)
            .maxBytes(50_000)
            .lifetime(Duration.ofSeconds(30))
            .build();

    assertThat(complete().build().uploads().presignPost(policy, REQUEST).fields())
        .doesNotContainKeys("Cache-Control", "x-amz-meta-filename", "x-amz-security-token");
  }

  /** The algorithm itself is proven by AWS's own example in SigV4Test. */
  @Test
  void signsThePolicyOfAPost() {
    PresignedPost post = complete().build().uploads().presignPost(UploadPolicy.avatars(), REQUEST);

    String expected =
        new SigV4("eu-central-1", "s3")
            .at(
                NOW,
                new SigningCredentials(
                    RecordingCredentials.ACCESS_KEY, RecordingCredentials.SECRET_KEY, null))
            .signPolicy(new SigningBuffer().add(post.fields().get("policy")));
    assertThat(post.fields()).containsEntry("x-amz-signature", expected);
  }

  @Test
  void limitsAPostToOneByteUpToThePolicysMaximum() {
    UploadPolicy policy = UploadPolicy.avatars();

    PresignedPost post = complete().build().uploads().presignPost(policy, REQUEST);

    assertThat(otherConditions(post))
        .containsExactly(List.of("content-length-range", "1", Long.toString(policy.maxBytes())));
    assertThat(post.maxBytes()).isEqualTo(policy.maxBytes());
  }

  @Test
  void writesIntoThePolicyOfAPostWhenItExpires() {
    PresignedPost post = complete().build().uploads().presignPost(UploadPolicy.avatars(), REQUEST);

    assertThat(post.expiresAt()).isEqualTo(NOW.plus(UploadPolicy.avatars().lifetime()));
    assertThat(Instant.parse(SimpleJson.text(policyOf(post), "expiration")))
        .isEqualTo(post.expiresAt());
  }

  @Test
  void countsFromTheWholeSecondThatIsSigned() {
    Clock late = Clock.fixed(NOW.plusMillis(999), ZoneOffset.UTC);

    PresignedPut put =
        complete().clock(late).build().uploads().presignPut(UploadPolicy.avatars(), REQUEST);

    assertThat(put.expiresAt()).isEqualTo(NOW.plus(UploadPolicy.avatars().lifetime()));
    assertThat(put.url().getQuery()).contains("X-Amz-Date=20260301T101530Z");
  }

  @Test
  void neverOutlivesTheCredentials() {
    Instant end = NOW.plusSeconds(60).plusMillis(700);
    UploadUrlSigner signer = signingWith(RecordingCredentials.endingAt(end));

    PresignedPut put = signer.presignPut(UploadPolicy.avatars(), REQUEST);
    PresignedPost post = signer.presignPost(UploadPolicy.avatars(), REQUEST);

    assertThat(put.expiresAt()).isEqualTo(NOW.plusSeconds(60));
    assertThat(put.url().getQuery()).contains("X-Amz-Expires=60&");
    assertThat(post.expiresAt()).isEqualTo(NOW.plusSeconds(60));
    assertThat(Instant.parse(SimpleJson.text(policyOf(post), "expiration")))
        .isEqualTo(NOW.plusSeconds(60));
  }

  @Test
  void reportsWhetherPolicyOrCredentialsDecideTheExpiry() {
    PresignedPut shortened =
        signingWith(RecordingCredentials.endingAt(NOW.plusSeconds(60)))
            .presignPut(UploadPolicy.avatars(), REQUEST);
    PresignedPut whole = complete().build().uploads().presignPut(UploadPolicy.avatars(), REQUEST);

    assertThat(shortened.expiryLimitedBy()).isEqualTo(ExpiryLimit.CREDENTIALS);
    assertThat(whole.expiryLimitedBy()).isEqualTo(ExpiryLimit.POLICY);
  }

  @Test
  void refusesShortCredentialsIfConfigured() {
    Instant lifetime = NOW.plus(UploadPolicy.avatars().lifetime());
    RecordingCredentials tooShort = RecordingCredentials.endingAt(lifetime.minusSeconds(1));
    RecordingCredentials justEnough = RecordingCredentials.endingAt(lifetime);

    assertThatCredentialsAreUnavailable(
            () ->
                complete()
                    .credentials(tooShort)
                    .refusingShortCredentials()
                    .build()
                    .uploads()
                    .presignPut(UploadPolicy.avatars(), REQUEST))
        .withMessageContaining("end at " + lifetime.minusSeconds(1))
        .withMessageContaining("Nothing was signed");
    assertThat(
            complete()
                .credentials(justEnough)
                .refusingShortCredentials()
                .build()
                .uploads()
                .presignPut(UploadPolicy.avatars(), REQUEST)
                .expiresAt())
        .isEqualTo(lifetime);
  }

  @Test
  void refreshesShortCredentialsFirst() {
    AtomicBoolean refreshed = new AtomicBoolean();
    RecordingCredentials credentials =
        RecordingCredentials.returning(
            call -> endingAt(NOW.plusSeconds(refreshed.get() ? 3_600 : 60)));
    UploadUrlSigner signer =
        complete()
            .credentials(credentials)
            .refreshingCredentials(() -> assertThat(refreshed.getAndSet(true)).isFalse())
            .build()
            .uploads();

    PresignedPut put = signer.presignPut(UploadPolicy.avatars(), REQUEST);
    signer.presignPut(UploadPolicy.avatars(), REQUEST);

    assertThat(put.expiryLimitedBy()).isEqualTo(ExpiryLimit.POLICY);
    assertThat(put.expiresAt()).isEqualTo(NOW.plus(UploadPolicy.avatars().lifetime()));
    assertThat(credentials.timesAsked()).isEqualTo(3);
  }

  @Test
  void keepsTheLifetimeIfTheCredentialsLastLonger() {
    Duration lifetime = UploadPolicy.avatars().lifetime();
    UploadUrlSigner signer =
        signingWith(RecordingCredentials.endingAt(NOW.plus(lifetime).plusSeconds(1)));

    PresignedPut put = signer.presignPut(UploadPolicy.avatars(), REQUEST);

    assertThat(put.expiresAt()).isEqualTo(NOW.plus(lifetime));
    assertThat(put.url().getQuery()).contains("X-Amz-Expires=" + lifetime.toSeconds() + "&");
  }

  @ParameterizedTest
  @ValueSource(strings = {"2025-01-01T00:00:00Z", "2026-03-01T10:15:30Z", "2026-03-01T10:15:30.9Z"})
  void refusesCredentialsThatHaveExpiredOrAreInTheirLastSecond(String end) {
    UploadUrlSigner signer = signingWith(RecordingCredentials.endingAt(Instant.parse(end)));

    assertThatCredentialsAreUnavailable(() -> signer.presignPut(UploadPolicy.avatars(), REQUEST))
        .withMessageContaining("expired at " + Instant.parse(end))
        .withMessageContaining("Nothing was signed");
    assertThatCredentialsAreUnavailable(() -> signer.presignPost(UploadPolicy.avatars(), REQUEST));
  }

  @Test
  void signsWithCredentialsThatLastOneSecondMore() {
    UploadUrlSigner signer = signingWith(RecordingCredentials.endingAt(NOW.plusSeconds(1)));

    assertThat(signer.presignPut(UploadPolicy.avatars(), REQUEST).expiresAt())
        .isEqualTo(NOW.plusSeconds(1));
  }

  @Test
  void reportsThatTheProviderHasNoCredentials() {
    SdkClientException noProfile = SdkClientException.create("no profile, no role");

    assertThatCredentialsAreUnavailable(
            () ->
                signingWith(RecordingCredentials.failingWith(noProfile))
                    .presignPut(UploadPolicy.avatars(), REQUEST))
        .withMessageContaining("No AWS credentials could be resolved")
        .withRootCauseInstanceOf(SdkClientException.class)
        .havingRootCause()
        .withMessage("no profile, no role");
  }

  @ParameterizedTest
  @EnumSource
  void signsNothingWhateverTheProviderDoesInstead(UnusableCredentials provider) {
    try {
      assertThatCredentialsAreUnavailable(
              () -> signingWith(provider).presignPut(UploadPolicy.avatars(), REQUEST))
          .withMessageNotContainingAny("AKID", "S3C", "T0K");
      Thread.interrupted();
      assertThatCredentialsAreUnavailable(
          () -> signingWith(provider).presignPost(UploadPolicy.avatars(), REQUEST));
    } finally {
      Thread.interrupted();
    }
  }

  /** A URL of the time at which the provider was asked could be dead on arrival. */
  @Test
  void signsTheInstantAtWhichTheProviderHasResponded() {
    MovableClock clock = new MovableClock(NOW);
    RecordingCredentials slow =
        RecordingCredentials.returning(
            call -> {
              clock.advance(Duration.ofSeconds(400));
              return AwsBasicCredentials.create("AKID", "secret");
            });

    PresignedPut put =
        complete()
            .credentials(slow)
            .clock(clock)
            .build()
            .uploads()
            .presignPut(UploadPolicy.avatars(), REQUEST);

    assertThat(put.url().getQuery()).contains("X-Amz-Date=20260301T102210Z");
    assertThat(put.expiresAt())
        .isEqualTo(NOW.plusSeconds(400).plus(UploadPolicy.avatars().lifetime()));
  }

  @Test
  void signsTheInstantAtWhichTheCredentialsWereRefreshed() {
    MovableClock clock = new MovableClock(NOW);
    AtomicBoolean refreshed = new AtomicBoolean();
    UploadUrlSigner signer =
        complete()
            .credentials(
                RecordingCredentials.returning(
                    call -> endingAt(NOW.plusSeconds(refreshed.get() ? 3_600 : 60))))
            .clock(clock)
            .refreshingCredentials(
                () -> {
                  refreshed.set(true);
                  clock.advance(Duration.ofSeconds(400));
                })
            .build()
            .uploads();

    PresignedPut put = signer.presignPut(UploadPolicy.avatars(), REQUEST);

    assertThat(put.url().getQuery()).contains("X-Amz-Date=20260301T102210Z");
    assertThat(put.expiryLimitedBy()).isEqualTo(ExpiryLimit.POLICY);
  }

  private static AwsCredentials endingAt(Instant end) {
    return AwsSessionCredentials.builder()
        .accessKeyId("AKID")
        .secretAccessKey("secret")
        .sessionToken("token")
        .expirationTime(end)
        .build();
  }

  static List<Throwable> refreshFailures() {
    return List.of(
        new IllegalStateException("no network"),
        new Exception("Kotlin has no checked exceptions"),
        new NoClassDefFoundError("StsClient"));
  }

  @ParameterizedTest
  @MethodSource("refreshFailures")
  void signsNothingIfShortCredentialsCannotBeRefreshed(Throwable reason) {
    UploadUrlSigner signer =
        complete()
            .credentials(RecordingCredentials.endingAt(NOW.plusSeconds(60)))
            .refreshingCredentials(
                () -> {
                  throw Sneaky.unchecked(reason);
                })
            .build()
            .uploads();

    assertThatCredentialsAreUnavailable(() -> signer.presignPut(UploadPolicy.avatars(), REQUEST))
        .withMessageContaining("could not be refreshed")
        .havingRootCause()
        .isSameAs(reason);
  }

  @Test
  void resolvesCredentialsForEachSignature() {
    RecordingCredentials rotating =
        RecordingCredentials.returning(
            call -> AwsBasicCredentials.create("AKID-" + call, "secret-" + call));
    UploadUrlSigner signer = signingWith(rotating);

    assertThat(signer.presignPut(UploadPolicy.avatars(), REQUEST).url().getQuery())
        .contains("X-Amz-Credential=AKID-1/");
    assertThat(signer.presignPut(UploadPolicy.avatars(), REQUEST).url().getQuery())
        .contains("X-Amz-Credential=AKID-2/");
    assertThat(rotating.timesAsked()).isEqualTo(2);
    assertThat(rotating.timesClosed()).isZero();
  }

  /** Secrets read from files often end in a line break; the SDK's signer strips it, too. */
  @Test
  void ignoresWhiteSpaceAroundCredentials() {
    AwsCredentials clean = AwsSessionCredentials.create("AKIDCLEAN", "secret", "token");
    AwsCredentials padded = AwsSessionCredentials.create(" AKIDCLEAN\n", "\tsecret\n", "token\r\n");

    assertThat(urlSignedWith(padded)).isEqualTo(urlSignedWith(clean));
  }

  private static URI urlSignedWith(AwsCredentials credentials) {
    return complete()
        .credentials(StaticCredentialsProvider.create(credentials))
        .random(new FixedRandom(new byte[16]))
        .build()
        .uploads()
        .presignPut(UploadPolicy.avatars(), REQUEST)
        .url();
  }

  @Test
  void resolvesNoCredentialsIfThePolicyRejects() {
    RecordingCredentials credentials = RecordingCredentials.longTerm();
    UploadUrlSigner signer = signingWith(credentials);
    UploadRequest page = UploadRequest.of("user-42", "text/html", 10);

    assertThatExceptionOfType(UploadRejectedException.class)
        .isThrownBy(() -> signer.presignPut(UploadPolicy.avatars(), page));
    assertThatExceptionOfType(UploadRejectedException.class)
        .isThrownBy(() -> signer.presignPost(UploadPolicy.avatars(), page));
    assertThat(credentials.timesAsked()).isZero();
  }

  @Test
  void putsNothingSecretIntoToString() {
    UploadUrlSigner signer = signingWith(RecordingCredentials.session());

    PresignedPut put = signer.presignPut(UploadPolicy.avatars(), NAMED);
    assertThat(put.toString())
        .contains(put.key().value(), "image/png", "exactly 48213 bytes", put.expiresAt().toString())
        .doesNotContain(
            "https://", "X-Amz", "SESSION", "SECRET", RecordingCredentials.ACCESS_KEY, "Bild")
        .doesNotContain(signatureOf(put));

    PresignedPost post = signer.presignPost(UploadPolicy.avatars(), NAMED);
    assertThat(post.toString())
        .contains(post.key().value(), "image/png", "1 to 5242880 bytes")
        .doesNotContain(
            "https://", "x-amz", "SESSION", "SECRET", RecordingCredentials.ACCESS_KEY, "Bild")
        .doesNotContain(post.fields().get("policy"), post.fields().get("x-amz-signature"));

    assertThat(signer.toString())
        .contains(BUCKET)
        .doesNotContain("SESSION", "SECRET", RecordingCredentials.ACCESS_KEY);
  }

  private static String signatureOf(PresignedPut put) {
    String query = put.url().getQuery();
    return query.substring(query.indexOf("X-Amz-Signature=") + "X-Amz-Signature=".length());
  }

  @Test
  void returnsThePublicUrlOfTheKey() {
    UploadUrlSigner signer =
        complete()
            .publicUrls(key -> URI.create("https://cdn.example/" + key.value()))
            .build()
            .uploads();

    PresignedPut put = signer.presignPut(UploadPolicy.avatars(), REQUEST);
    PresignedPost post = signer.presignPost(UploadPolicy.avatars(), REQUEST);

    assertThat(put.publicUrl()).hasValue(URI.create("https://cdn.example/" + put.key().value()));
    assertThat(post.publicUrl()).hasValue(URI.create("https://cdn.example/" + post.key().value()));
  }

  @Test
  void returnsNoPublicUrlWithoutACdn() {
    assertThat(complete().build().uploads().presignPut(UploadPolicy.avatars(), REQUEST).publicUrl())
        .isEmpty();
    assertThat(complete().build().uploads().presignPost(UploadPolicy.avatars(), REQUEST).toJson())
        .doesNotContain("publicUrl");
  }

  @Test
  void makesTheKeyWithTheRandomSource() {
    byte[] random = new byte[16];
    random[0] = (byte) 0xA5;
    random[15] = 0x01;

    PresignedPut put =
        complete()
            .random(new FixedRandom(random))
            .build()
            .uploads()
            .presignPut(UploadPolicy.avatars(), REQUEST);

    assertThat(put.key().value()).isEqualTo("avatars/user-42/a5000000000000000000000000000001.png");
  }

  @Test
  void readsTheClockForEachSignature() {
    MovableClock clock = new MovableClock(NOW);
    UploadUrlSigner signer = complete().clock(clock).build().uploads();

    Instant first = signer.presignPut(UploadPolicy.avatars(), REQUEST).expiresAt();
    clock.advance(Duration.ofHours(2));

    assertThat(signer.presignPut(UploadPolicy.avatars(), REQUEST).expiresAt())
        .isEqualTo(first.plus(Duration.ofHours(2)));
  }

  /** One that stands still, as here, does not decide how long random bits are kept. */
  @Test
  void readsTheClockOnceForEachSignature() {
    AtomicInteger reads = new AtomicInteger();
    Clock counting =
        new Clock() {
          @Override
          public Instant instant() {
            reads.incrementAndGet();
            return NOW;
          }

          @Override
          public ZoneId getZone() {
            return ZoneOffset.UTC;
          }

          @Override
          public Clock withZone(ZoneId zone) {
            return this;
          }
        };
    UploadUrlSigner signer = complete().clock(counting).build().uploads();

    signer.presignPut(UploadPolicy.avatars(), REQUEST);
    signer.presignPost(UploadPolicy.avatars(), REQUEST);

    assertThat(reads).hasValue(2);
  }
}
