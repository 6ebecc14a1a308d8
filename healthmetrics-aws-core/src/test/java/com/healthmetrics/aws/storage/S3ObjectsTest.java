package com.healthmetrics.aws.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.groups.Tuple.tuple;

import com.healthmetrics.aws.fixtures.MovableClock;
import com.healthmetrics.aws.fixtures.RecordingCredentials;
import com.healthmetrics.aws.fixtures.StreamedHttp;
import com.healthmetrics.aws.fixtures.StubHttp;
import com.healthmetrics.aws.fixtures.StubHttp.Response;
import com.healthmetrics.aws.fixtures.StubStore;
import com.healthmetrics.aws.fixtures.UnusableCredentials;
import com.healthmetrics.aws.storage.DeletionReport.Deleted;
import com.healthmetrics.aws.storage.DeletionReport.Failure;
import com.healthmetrics.aws.storage.StorageException.Kind;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.regions.Region;

class S3ObjectsTest {
  private static final ObjectKey KEY = ObjectKey.of("avatars/user-42/secret-name.png");
  private static final Pattern LISTED_KEY = Pattern.compile("<Key>(.*?)</Key>");

  private final RecordingCredentials credentials = RecordingCredentials.longTerm();

  private S3Bucket bucket(StubHttp http) {
    return builder().credentials(credentials).httpClient(http).build();
  }

  private static S3Bucket.Builder builder() {
    return S3Bucket.builder().bucket("healthmetrics-uploads").region(Region.EU_CENTRAL_1);
  }

  private static StorageException failureOf(Runnable attempt) {
    StorageException failure = catchThrowableOfType(StorageException.class, attempt::run);
    assertThat(failure).isNotNull();
    return failure;
  }

  private static List<ObjectKey> keys(int count) {
    return IntStream.range(0, count).mapToObj(i -> ObjectKey.of("avatars/u/" + i)).toList();
  }

  /** Deletes all requested objects. */
  private static Response deleting(StubHttp.Request request) {
    String deleted =
        LISTED_KEY
            .matcher(request.body())
            .results()
            .map(MatchResult::group)
            .map(key -> "<Deleted>" + key + "</Deleted>")
            .collect(Collectors.joining());
    return Response.of(200, "<DeleteResult>" + deleted + "</DeleteResult>");
  }

  /** Deletes pending uploads, and responds to the deletion of others. */
  private static StubHttp deletingOthers(StubHttp.Responder others) {
    return StubHttp.responding(
        request ->
            request.body().contains("<Key>pending/") ? deleting(request) : others.to(request));
  }

  private static StubHttp deletingOthers(String response) {
    return deletingOthers(request -> Response.of(200, response));
  }

  @Test
  void sendsRequestsToTheHostOfTheBucket() {
    StubHttp http = StubHttp.responding(204, "");
    try (S3Bucket bucket = bucket(http)) {
      bucket.objects().delete(KEY);
    }

    assertThat(http.requests())
        .extracting(request -> request.http().getUri().toString())
        .containsExactly(
            "https://healthmetrics-uploads.s3.eu-central-1.amazonaws.com/pending/" + KEY,
            "https://healthmetrics-uploads.s3.eu-central-1.amazonaws.com/" + KEY);
  }

  @Test
  void sendsRequestsToThePathOfTheBucketOnALocalStack() {
    StubHttp http = StubHttp.responding(204, "");
    try (S3Bucket bucket =
        builder()
            .credentials(credentials)
            .httpClient(http)
            .endpoint(URI.create("http://localhost:9000"))
            .pathStyle()
            .build()) {
      bucket.objects().delete(KEY);
    }

    assertThat(http.requests())
        .extracting(request -> request.http().getUri().toString())
        .contains("http://localhost:9000/healthmetrics-uploads/" + KEY);
  }

  @Test
  void protectsAListByMd5WhichEveryStoreSupports() {
    StubHttp http = StubHttp.responding(S3ObjectsTest::deleting);
    try (S3Bucket bucket = bucket(http)) {
      bucket.objects().deleteAll(keys(2)).orThrow();
    }

    StubHttp.Request request = http.requests().get(0);
    assertThat(request.header("Content-MD5")).isEqualTo(md5(request.body()));
  }

  private static String md5(String text) {
    try {
      byte[] digest = MessageDigest.getInstance("MD5").digest(text.getBytes(UTF_8));
      return Base64.getEncoder().encodeToString(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void deletesAThousandObjectsPerRequest() {
    StubHttp http = StubHttp.responding(S3ObjectsTest::deleting);
    try (S3Bucket bucket = bucket(http)) {
      assertThat(bucket.objects().deleteAll(keys(2_001)).deleted()).hasSize(2_001);
    }

    assertThat(http.requests())
        .extracting(request -> LISTED_KEY.matcher(request.body()).results().count())
        .as("of the pending ones, then of the others")
        .containsExactly(1_000L, 1_000L, 1L, 1_000L, 1_000L, 1L);
  }

  @Test
  void reportsWhatS3DoesNotMention() {
    String response = "<DeleteResult><Deleted><Key>avatars/u/1</Key></Deleted></DeleteResult>";
    try (S3Bucket bucket = bucket(deletingOthers(response))) {
      DeletionReport report = bucket.objects().deleteAll(keys(2));

      assertThat(report.deleted()).containsExactly(new Deleted("avatars/u/1", Optional.empty()));
      assertThat(report.failed()).extracting(Failure::key).containsExactly("avatars/u/0");
      assertThat(report.failed().get(0).kind()).isEqualTo(Kind.SERVICE_FAILURE);
      assertThat(report.failed().get(0).retryAfter()).isPresent();
    }
  }

  @Test
  void reportsWhyASingleObjectWasNotDeleted() {
    String response =
        "<DeleteResult>"
            + "<Error><Key>avatars/u/0</Key><Code>AccessDenied</Code><Message>m</Message></Error>"
            + "<Error><Key>avatars/u/1</Key><Code>SlowDown</Code></Error>"
            + "<Error><Key>avatars/u/2</Key><Code>NoSuchKey</Code></Error>"
            + "<Error><Key>of somebody else</Key><Code>AccessDenied</Code></Error>"
            + "</DeleteResult>";
    try (S3Bucket bucket = bucket(deletingOthers(response))) {
      DeletionReport report = bucket.objects().deleteAll(keys(3));

      assertThat(report.failed())
          .extracting(Failure::key, Failure::kind)
          .containsExactly(
              tuple("avatars/u/0", Kind.ACCESS_DENIED), tuple("avatars/u/1", Kind.THROTTLED));
      assertThat(report.deleted()).extracting(Deleted::key).containsExactly("avatars/u/2");
    }
  }

  @Test
  void accountsForEverythingWhenItFailsHalfWay() {
    StubHttp http =
        deletingOthers(
            request ->
                request.number() == 4 ? deleting(request) : Response.error(403, "AccessDenied"));
    try (S3Bucket bucket = bucket(http)) {
      StorageException failure = failureOf(() -> bucket.objects().deleteAll(keys(2_500)));

      assertThat(failure.kind()).isEqualTo(Kind.ACCESS_DENIED);
      assertThat(failure).hasMessageContaining("1000 had been deleted");
      DeletionReport report = failure.report().orElseThrow();
      assertThat(report.deleted()).hasSize(1_000);
      assertThat(report.failed()).hasSize(1_500);
      assertThat(report.failed().subList(0, 1_000))
          .allMatch(failed -> failed.kind() == Kind.ACCESS_DENIED);
      assertThat(report.failed().subList(1_000, 1_500))
          .allMatch(failed -> failed.kind() == Kind.NOT_ATTEMPTED);
      assertThat(http.requests()).hasSize(5);
    }
  }

  @Test
  void accountsForEverythingWhenInterruptedHalfWay() {
    StubHttp http =
        deletingOthers(
            request -> {
              Response response = deleting(request);
              Thread.currentThread().interrupt();
              return response;
            });
    try (S3Bucket bucket = bucket(http)) {
      StorageException failure = failureOf(() -> bucket.objects().deleteAll(keys(1_500)));

      assertThat(Thread.interrupted()).isTrue();
      assertThat(failure.kind()).isEqualTo(Kind.INTERRUPTED);
      DeletionReport report = failure.report().orElseThrow();
      assertThat(report.deleted().size() + report.failed().size()).isEqualTo(1_500);
      assertThat(http.requests()).hasSize(3);
    } finally {
      Thread.interrupted();
    }
  }

  @Test
  void deletesNothingBeforeItHasCounted() {
    String[] all = keys(2_001).stream().map(ObjectKey::value).toArray(String[]::new);
    StubStore store = StubStore.of(all);
    StubHttp http = StubHttp.responding(store);
    try (S3Bucket bucket = bucket(http)) {
      StorageException failure =
          failureOf(() -> bucket.objects().deletePrefix("avatars/u/", 2_000));

      assertThat(failure.kind()).isEqualTo(Kind.LIMIT_EXCEEDED);
      assertThat(failure).hasMessageContaining("2000").hasMessageContaining("larger limit");
      assertThat(failure.report()).isEmpty();
      assertThat(failure.retryAfter()).isEmpty();
      assertThat(http.requests()).allMatch(StubStore::isListing).hasSize(4);
      assertThat(store.keys()).hasSize(2_001);
    }
  }

  @Test
  void listsNoFurtherThanTheLimit() {
    String[] all = keys(5).stream().map(ObjectKey::value).toArray(String[]::new);
    StubHttp http = StubHttp.responding(StubStore.of(all).inPagesOf(1));
    try (S3Bucket bucket = bucket(http)) {
      failureOf(() -> bucket.objects().deletePrefix("avatars/u/", 2));

      assertThat(http.requests()).as("one of pending uploads, and three").hasSize(4);
    }
  }

  @Test
  void treatsAMissingObjectAsDeleted() {
    try (S3Bucket bucket =
        bucket(StubHttp.responding(request -> Response.error(404, "NoSuchKey")))) {
      bucket.objects().delete(KEY);
    }
  }

  @Test
  void distinguishesAMissingBucketFromAMissingObject() {
    try (S3Bucket bucket =
        bucket(StubHttp.responding(request -> Response.error(404, "NoSuchBucket")))) {
      assertThat(failureOf(() -> bucket.objects().delete(KEY)).kind())
          .isEqualTo(Kind.NO_SUCH_BUCKET);
      assertThat(failureOf(() -> bucket.objects().open(KEY)).kind()).isEqualTo(Kind.NO_SUCH_BUCKET);
    }
  }

  @Test
  void neverReportsAForbiddenObjectAsMissing() {
    try (S3Bucket bucket = bucket(StubHttp.responding(403, ""))) {
      StorageException failure = failureOf(() -> bucket.objects().head(KEY));

      assertThat(failure.kind()).isEqualTo(Kind.MISSING_OR_FORBIDDEN);
      assertThat(failure).hasMessageContaining("s3:ListBucket");
      assertThat(failure.retryAfter()).isEmpty();
    }
    try (S3Bucket bucket = bucket(StubHttp.responding(404, ""))) {
      assertThat(bucket.objects().head(KEY)).isEmpty();
    }
  }

  @Test
  void doesNotRetryARefusedRequest() {
    StubHttp http = StubHttp.responding(403, "");
    try (S3Bucket bucket = bucket(http)) {
      failureOf(() -> bucket.objects().head(KEY));
    }
    assertThat(http.requests()).hasSize(1);
  }

  @Test
  void retriesAfterAnInternalErrorOfS3() {
    StubHttp http =
        StubHttp.responding(
            request ->
                request.number() == 1
                    ? Response.error(500, "InternalError")
                    : Response.of(204, ""));
    try (S3Bucket bucket = bucket(http)) {
      bucket.objects().delete(KEY);
    }
    assertThat(http.requests()).hasSize(3);
  }

  @Test
  void reportsThatS3IsUnreachable() {
    StubHttp http =
        StubHttp.responding(
            request -> {
              throw new ConnectException("Connection refused");
            });
    try (S3Bucket bucket = bucket(http)) {
      StorageException failure = failureOf(() -> bucket.objects().delete(KEY));

      assertThat(failure.kind()).isEqualTo(Kind.UNREACHABLE);
      assertThat(failure).hasMessageContaining("ConnectException");
      assertThat(failure.retryAfter()).isPresent();
    }
  }

  @Test
  void reportsAClosedPortAsUnreachable() throws IOException {
    // Bound, so that no other process gets the port, but not listening.
    try (Socket closedDoor = new Socket()) {
      closedDoor.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      S3Bucket.Builder builder =
          builder()
              .credentials(credentials)
              .endpoint(URI.create("http://127.0.0.1:" + closedDoor.getLocalPort()))
              .pathStyle();
      try (S3Bucket bucket = builder.build()) {
        assertThat(failureOf(() -> bucket.objects().head(KEY)).kind()).isEqualTo(Kind.UNREACHABLE);
      }
    }
  }

  @Test
  void noticesAConnectionThatBreaksBeforeTheLastByte() throws IOException {
    StubHttp http =
        StubHttp.responding(request -> Response.of(200, "12345").with("Content-Length", "10"));
    try (S3Bucket bucket = bucket(http);
        InputStream content = bucket.objects().open(KEY)) {
      assertThat(content.readNBytes(5)).hasSize(5);
      assertThatExceptionOfType(IOException.class).isThrownBy(content::read);
    }
  }

  @ParameterizedTest
  @EnumSource
  void sendsNothingWhateverTheProviderDoesInstead(UnusableCredentials provider) {
    StubHttp http = StubHttp.responding(204, "");
    try (S3Bucket bucket = builder().credentials(provider).httpClient(http).build()) {
      StorageException failure = failureOf(() -> bucket.objects().delete(KEY));
      Thread.interrupted();

      assertThat(failure.kind()).isEqualTo(Kind.CREDENTIALS_UNAVAILABLE);
      assertThat(failure)
          .hasMessageContaining("Nothing was sent")
          .hasMessageNotContainingAny("AKID", "S3C", "T0K");
      assertThat(
              failureOf(() -> bucket.objects().deleteAll(List.of(KEY)))
                  .report()
                  .orElseThrow()
                  .failed())
          .extracting(Failure::key, Failure::kind)
          .containsExactly(
              tuple("pending/" + KEY, Kind.CREDENTIALS_UNAVAILABLE),
              tuple(KEY.value(), Kind.NOT_ATTEMPTED));
      assertThat(http.requests()).isEmpty();
    } finally {
      Thread.interrupted();
    }
  }

  @Test
  void sendsNothingWithCredentialsThatEndedWhileTheyWereFetched() {
    MovableClock clock = MovableClock.at("2026-03-01T10:15:30Z");
    RecordingCredentials slow =
        RecordingCredentials.returning(
            call -> {
              clock.advance(Duration.ofSeconds(400));
              return AwsSessionCredentials.builder()
                  .accessKeyId("AKID")
                  .secretAccessKey("secret")
                  .sessionToken("token")
                  .expirationTime(Instant.parse("2026-03-01T10:16:00Z"))
                  .build();
            });
    StubHttp http = StubHttp.responding(204, "");
    try (S3Bucket bucket = builder().credentials(slow).httpClient(http).clock(clock).build()) {
      assertThat(failureOf(() -> bucket.objects().delete(KEY)))
          .hasMessageContaining("expired at 2026-03-01T10:16:00Z");
      assertThat(http.requests()).isEmpty();
    }
  }

  @Test
  void resolvesCredentialsOnceForEachRequest() {
    StubHttp http = StubHttp.responding(S3ObjectsTest::deleting);
    try (S3Bucket bucket = bucket(http)) {
      bucket.objects().deleteAll(keys(1_001)).orThrow();
    }
    assertThat(credentials.timesAsked()).isEqualTo(4);
  }

  private static final ObjectHead SEEN = ObjectHead.builder(KEY).sizeBytes(9).eTag("\"a\"").build();

  private static Response part(String eTag) {
    return Response.of(206, "012").with("ETag", eTag).with("Content-Range", "bytes 0-2/9");
  }

  private StorageException failureOfReading(Response response) {
    try (S3Bucket bucket = bucket(StubHttp.responding(request -> response))) {
      return failureOf(() -> bucket.objects().openIfUnchanged(SEEN, 0, 2));
    }
  }

  @Test
  void readsWhatItSaw() throws IOException {
    StubHttp http = StubHttp.responding(request -> part("\"a\""));
    try (S3Bucket bucket = bucket(http);
        InputStream content = bucket.objects().openIfUnchanged(SEEN, 0, 2)) {
      assertThat(content.readAllBytes()).hasSize(3);
      assertThat(http.requests().get(0).header("If-Match")).isEqualTo("\"a\"");
      assertThat(http.requests().get(0).header("Range")).isEqualTo("bytes=0-2");
    }
  }

  @Test
  void readsNoOtherBytesFromAStoreWithoutConditions() {
    assertThat(failureOfReading(part("\"b\"")).kind()).isEqualTo(Kind.CHANGED);
    assertThat(failureOfReading(part("\"a\"").without("ETag")).kind()).isEqualTo(Kind.CHANGED);
    assertThat(failureOfReading(part("\"a\"").with("x-amz-version-id", "2")).kind())
        .isEqualTo(Kind.CHANGED);
  }

  @Test
  void readsNoOtherBytesFromAStoreWithoutRanges() {
    Response whole = Response.of(200, "012345678").with("ETag", "\"a\"");

    assertThat(failureOfReading(whole).kind()).isEqualTo(Kind.INVALID);
    try (S3Bucket bucket = bucket(StubHttp.responding(request -> whole))) {
      assertThat(failureOf(() -> bucket.objects().open(KEY, 3, 5)).kind()).isEqualTo(Kind.INVALID);
    }
  }

  /** Closing it would read on to its end first. */
  @Test
  void givesUpTheConnectionOfBytesThatItDoesNotReturn() {
    StreamedHttp http =
        StreamedHttp.responding(
            200, Map.of("Content-Length", "9"), () -> new ByteArrayInputStream(new byte[9]));
    try (S3Bucket bucket =
        S3Bucket.builder()
            .bucket("healthmetrics-uploads")
            .region(Region.EU_CENTRAL_1)
            .credentials(RecordingCredentials.longTerm())
            .httpClient(http)
            .build()) {
      assertThat(failureOf(() -> bucket.objects().open(KEY, 3, 5)).kind()).isEqualTo(Kind.INVALID);
    }
    assertThat(http.timesAborted()).isEqualTo(1);
  }

  private static Response headResponse() {
    return Response.of(200, "").with("Content-Length", "9").with("ETag", "\"a\"");
  }

  private Optional<ObjectHead> head(Response response) {
    try (S3Bucket bucket = bucket(StubHttp.responding(request -> response))) {
      return bucket.objects().head(KEY);
    }
  }

  @Test
  void doesNotReportAnObjectOfUnknownSizeAsEmpty() {
    assertThat(head(headResponse()).orElseThrow().sizeBytes()).isEqualTo(9);
    assertThat(failureOf(() -> head(headResponse().without("Content-Length"))).kind())
        .isEqualTo(Kind.INVALID);
  }

  @Test
  void reportsTheChecksumOfTheBytesAndNotThatOfParts() {
    Response response =
        headResponse().with("x-amz-checksum-sha256", "abc=").with("x-amz-checksum-crc32c", "A");

    assertThat(head(response).orElseThrow().sha256()).hasValue("abc=");
    assertThat(head(response).orElseThrow().crc32c()).hasValue("A");
    ObjectHead ofParts = head(response.with("x-amz-checksum-type", "COMPOSITE")).orElseThrow();
    assertThat(ofParts.sha256()).isEmpty();
    assertThat(ofParts.crc32c()).isEmpty();
  }
}
