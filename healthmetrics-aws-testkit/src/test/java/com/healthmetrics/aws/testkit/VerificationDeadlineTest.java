package com.healthmetrics.aws.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.healthmetrics.aws.AwsSettings;
import com.healthmetrics.aws.HealthMetricsAws;
import com.healthmetrics.aws.storage.ObjectKey;
import com.healthmetrics.aws.storage.PresignedPut;
import com.healthmetrics.aws.storage.S3Bucket;
import com.healthmetrics.aws.storage.StorageException;
import com.healthmetrics.aws.storage.StorageException.Kind;
import com.healthmetrics.aws.storage.UploadPolicy;
import com.healthmetrics.aws.storage.UploadRequest;
import com.healthmetrics.aws.storage.UploadVerification.Accepted;
import com.healthmetrics.aws.testkit.storage.LocalS3;
import com.healthmetrics.aws.testkit.storage.S3Fault;
import java.time.Duration;
import java.util.Collections;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;

/**
 * A verification ends when it must, however slowly S3 responds, with every HTTP client of the SDK.
 */
@Timeout(300)
class VerificationDeadlineTest {
  private static final UploadPolicy POLICY = UploadPolicy.avatars();
  private static final Duration DEADLINE = Duration.ofMillis(800);

  /** How much later a busy machine may end it. */
  private static final Duration OVERRUN = Duration.ofSeconds(20);

  private static final byte[] PNG = Pictures.png(60, 60, 0);

  static Stream<Arguments> slowResponsesToEachClient() {
    return Stream.of(HttpClientKind.values())
        .flatMap(client -> Stream.of(Slowness.values()).map(slow -> Arguments.of(client, slow)))
        .filter(each -> !onlySocketTimeoutEnds(each.get()));
  }

  /** While a read waits, the JDK's HttpURLConnection cannot be closed by another thread. */
  private static boolean onlySocketTimeoutEnds(Object[] each) {
    return each[0] == HttpClientKind.URL_CONNECTION && each[1] == Slowness.GET_STALLS_IN_THE_BODY;
  }

  /** How S3 responds. */
  enum Slowness {
    HEAD_HANGS(S3Fault.acceptThenHang().onlyFor("HEAD")),
    GET_HANGS(S3Fault.acceptThenHang().onlyFor("GET")),
    GET_STALLS_IN_THE_BODY(S3Fault.acceptThenPause(new CountDownLatch(1)).onlyFor("GET")),
    GET_TRICKLES(S3Fault.acceptThenTrickle(Duration.ofMillis(100)).onlyFor("GET")),
    /** The next byte is there whenever it is asked for, also while the response is closed. */
    GET_IS_STEADILY_SLOW(S3Fault.acceptThenTrickle(Duration.ofMillis(1)).onlyFor("GET")),
    PUT_HANGS(S3Fault.acceptThenHang().onlyFor("PUT"));

    private final S3Fault fault;

    Slowness(S3Fault fault) {
      this.fault = fault;
    }
  }

  @ParameterizedTest
  @MethodSource("slowResponsesToEachClient")
  void endsAtItsDeadline(HttpClientKind kind, Slowness slowness) {
    try (LocalS3 s3 = LocalS3.builder().start();
        SdkHttpClient http = kind.create(HttpClientKind.Limits.USUAL, null);
        S3Bucket bucket = Bucket.of(s3).s3().httpClient(http).deadline(DEADLINE).build()) {
      PresignedPut upload = uploaded(bucket);
      warmUp(s3, http);
      s3.failNext(Collections.nCopies(10, slowness.fault).toArray(S3Fault[]::new));
      long start = System.nanoTime();

      StorageException failure =
          catchThrowableOfType(
              StorageException.class,
              () -> bucket.verifier().verify(POLICY, "user-42", upload.key()));

      Duration took = Duration.ofNanos(System.nanoTime() - start);
      assertThat(failure.kind()).isEqualTo(Kind.UNREACHABLE);
      assertThat(failure.retryAfter()).isPresent();
      assertThat(took).isBetween(DEADLINE.minusMillis(100), DEADLINE.plus(OVERRUN));
      assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }
  }

  @ParameterizedTest
  @EnumSource(HttpClientKind.class)
  void isDoneWhenCalledAgain(HttpClientKind kind) {
    try (LocalS3 s3 = LocalS3.builder().start();
        SdkHttpClient http = kind.create(HttpClientKind.Limits.USUAL, null);
        S3Bucket bucket = Bucket.of(s3).s3().httpClient(http).deadline(DEADLINE).build()) {
      PresignedPut upload = uploaded(bucket);
      warmUp(s3, http);
      // A busy machine may have ended the first call before its PUT.
      AtomicBoolean first = new AtomicBoolean(true);
      s3.failNext(S3Fault.acceptThenHang().onlyFor("PUT").onlyForKeys(key -> first.get()));
      catchThrowableOfType(
          StorageException.class, () -> bucket.verifier().verify(POLICY, "user-42", upload.key()));
      first.set(false);

      try (S3Bucket patient = Bucket.of(s3).s3().httpClient(http).build()) {
        assertThat(patient.verifier().verify(POLICY, "user-42", upload.key()))
            .isInstanceOf(Accepted.class);
      }
      assertThat(s3.keys()).containsExactly(upload.key().value());
    }
  }

  @Test
  void endsAtTheDeadlineOfTheApplication() {
    try (LocalAws local = LocalAws.start();
        HealthMetricsAws aws =
            HealthMetricsAws.builder(AwsSettings.fromEnvironment(local.environment()))
                .credentials(local.credentials())
                .storageDeadline(DEADLINE)
                .build()) {
      assertThat(aws.objects().head(ObjectKey.of("nothing"))).as("warmed up").isEmpty();
      local.s3().failNext(Slowness.HEAD_HANGS.fault);

      long start = System.nanoTime();
      StorageException failure =
          catchThrowableOfType(
              StorageException.class, () -> aws.objects().head(ObjectKey.of("nothing")));

      assertThat(failure.kind()).isEqualTo(Kind.UNREACHABLE);
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(DEADLINE.plus(OVERRUN));
    }
  }

  @Test
  void endsAtTheSocketTimeoutWhereNothingElseEndsAWaitingRead() {
    try (LocalS3 s3 = LocalS3.builder().start();
        SdkHttpClient http =
            UrlConnectionHttpClient.builder().socketTimeout(Duration.ofMillis(1_500)).build();
        S3Bucket bucket = Bucket.of(s3).s3().httpClient(http).deadline(DEADLINE).build()) {
      PresignedPut upload = uploaded(bucket);
      warmUp(s3, http);
      s3.failNext(Slowness.GET_STALLS_IN_THE_BODY.fault);

      StorageException failure =
          catchThrowableOfType(
              StorageException.class,
              () -> bucket.verifier().verify(POLICY, "user-42", upload.key()));

      assertThat(failure.kind()).isEqualTo(Kind.UNREACHABLE);
    }
  }

  /** What is slow in a fresh JVM is not what is measured. */
  private static void warmUp(LocalS3 s3, SdkHttpClient http) {
    try (S3Bucket patient = Bucket.of(s3).s3().httpClient(http).build()) {
      assertThat(patient.objects().head(ObjectKey.of("nothing"))).isEmpty();
    }
  }

  private static PresignedPut uploaded(S3Bucket bucket) {
    UploadRequest request = UploadRequest.of("user-42", "image/png", PNG.length);
    PresignedPut upload = bucket.uploads().presignPut(POLICY, request);
    assertThat(new Browser().send(upload, PNG).statusCode()).isEqualTo(200);
    return upload;
  }
}
