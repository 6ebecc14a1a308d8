package com.healthmetrics.aws.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import com.healthmetrics.aws.storage.ObjectKey;
import com.healthmetrics.aws.storage.ObjectStore;
import com.healthmetrics.aws.storage.PresignedPut;
import com.healthmetrics.aws.storage.S3Bucket;
import com.healthmetrics.aws.storage.UploadPolicy;
import com.healthmetrics.aws.storage.UploadRequest;
import com.healthmetrics.aws.testkit.cdn.LocalCloudFront;
import com.healthmetrics.aws.testkit.mail.LocalSes;
import com.healthmetrics.aws.testkit.storage.LocalS3;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.SdkGlobalTime;

/**
 * A machine whose clock differs from that of S3.
 *
 * <p>It runs alone, as a client that is built later begins with the time that the SDK has corrected
 * last.
 */
@Isolated
@Execution(ExecutionMode.SAME_THREAD)
class ClockDriftTest {
  private static final byte[] PICTURE = {1, 2, 3};

  @AfterEach
  void forgetTheCorrection() {
    SdkGlobalTime.setGlobalTimeOffset(0);
  }

  private static LocalS3 s3(Duration ahead) {
    return LocalS3.builder().clock(Clock.offset(Clock.systemUTC(), ahead)).start();
  }

  /** The SDK corrects its time by the response, and tries again by itself. */
  @ParameterizedTest
  @ValueSource(strings = {"PT20M", "PT-20M", "PT48H"})
  void readsAndDeletesObjects(Duration ahead) {
    try (LocalS3 s3 = s3(ahead);
        S3Bucket bucket = Bucket.of(s3).s3().build()) {
      List.of("a/1", "a/2", "a/3").forEach(key -> s3.put(key, "image/png", PICTURE));
      ObjectStore objects = bucket.objects();

      assertThat(objects.head(ObjectKey.of("a/1"))).isPresent();
      objects.delete(ObjectKey.of("a/1"));

      assertThat(s3.find("a/1")).isEmpty();
      assertThat(objects.deletePrefix("a/").deleted()).hasSize(2);
    }
  }

  /** The response to a HEAD has no body, and so no code: the SDK goes by status and date. */
  @Test
  void correctsTheTimeOfTheFirstRequestWhateverItIs() {
    for (boolean reading : new boolean[] {true, false}) {
      SdkGlobalTime.setGlobalTimeOffset(0);
      try (LocalS3 s3 = s3(Duration.ofMinutes(20));
          S3Bucket bucket = Bucket.of(s3).s3().build()) {
        s3.put("a", "image/png", PICTURE);
        if (reading) {
          assertThat(bucket.objects().head(ObjectKey.of("a"))).isPresent();
        } else {
          bucket.objects().delete(ObjectKey.of("a"));
          assertThat(s3.find("a")).isEmpty();
        }
      }
    }
  }

  /** Presigned URLs are signed offline, so no response can correct them. */
  @ParameterizedTest
  @CsvSource({"PT-20M, Request is not yet valid", "PT20M, Request has expired"})
  void doesNotCorrectPresignedUrls(Duration ahead, String reason) throws Exception {
    try (LocalS3 s3 = s3(ahead);
        S3Bucket bucket = Bucket.of(s3).s3().build()) {
      s3.put("a", "image/png", PICTURE);
      assertThat(bucket.objects().head(ObjectKey.of("a"))).isPresent();

      PresignedPut upload =
          bucket
              .uploads()
              .presignPut(UploadPolicy.avatars(), UploadRequest.of("user-42", "image/png", 3));
      HttpResponse<String> response = new Browser().send(upload, PICTURE);

      assertThat(response.statusCode()).isEqualTo(403);
      assertThat(response.body()).contains(reason);
    }
  }

  @Test
  void everyServerDatesItsResponsesByItsClock() throws Exception {
    TestClock clock = TestClock.startingAt(Instant.parse("2026-03-01T10:15:30Z"));
    try (LocalS3 s3 = LocalS3.builder().clock(clock).start();
        LocalSes ses = LocalSes.builder().clock(clock).start();
        LocalCloudFront cdn = LocalCloudFront.builder(s3).clock(clock).start()) {
      clock.advance(Duration.ofHours(1));

      for (URI server : List.of(s3.endpoint(), ses.endpoint(), cdn.baseUrl())) {
        assertThat(headers(server)).containsEntry("date", List.of("Sun, 01 Mar 2026 11:15:30 GMT"));
      }
    }
  }

  private static Map<String, List<String>> headers(URI server) throws Exception {
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(URI.create(server + "/x")).build(), BodyHandlers.discarding())
        .headers()
        .map();
  }
}
