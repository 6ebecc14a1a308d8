package com.healthmetrics.aws.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.healthmetrics.aws.fixtures.MovableClock;
import com.healthmetrics.aws.fixtures.RecordingCredentials;
import com.healthmetrics.aws.fixtures.StubHttp;
import com.healthmetrics.aws.fixtures.StubHttp.Response;
import com.healthmetrics.aws.storage.StorageException.Kind;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.regions.Region;

class S3UploadTest {
  private static final byte[] BYTES = "a picture".getBytes(StandardCharsets.UTF_8);
  private static final String SHA256 = "krL6WAKJWDF+QIvYTs+nD17jWxIZkdvCMsSdFmNTcIs=";
  private static final NewObject PICTURE =
      NewObject.of(ObjectKey.of("avatars/user-42/secret-name.png"), "image/png", BYTES);
  private static final Response STORED = Response.of(200, "").with("ETag", "\"a\"");

  private static S3Bucket.Builder builder(StubHttp http) {
    return S3Bucket.builder()
        .bucket("healthmetrics-uploads")
        .region(Region.EU_CENTRAL_1)
        .credentials(RecordingCredentials.longTerm())
        .httpClient(http);
  }

  private static ObjectHead put(StubHttp http, NewObject object) {
    try (S3Bucket bucket = builder(http).build()) {
      return bucket.objects().put(object);
    }
  }

  private static StorageException failureOf(StubHttp http, NewObject object) {
    StorageException failure =
        catchThrowableOfType(StorageException.class, () -> put(http, object));
    assertThat(failure).isNotNull();
    return failure;
  }

  /** The headers that S3 stores, checks or refuses, whatever the SDK adds for HTTP. */
  private static Set<String> headers(StubHttp.Request request) {
    Set<String> names = new TreeSet<>();
    request.http().headers().keySet().forEach(name -> names.add(name.toLowerCase(Locale.ROOT)));
    names.removeAll(
        Set.of(
            "amz-sdk-invocation-id",
            "amz-sdk-request",
            "authorization",
            // Of older SDKs, for every body.
            "expect",
            "host",
            "user-agent"));
    return names;
  }

  @Test
  void sendsWhatTheObjectHasAndNothingElse() {
    StubHttp http = StubHttp.responding(request -> STORED);

    put(http, PICTURE.withCacheControl("private, max-age=60").withMetadata("taken", "today"));

    StubHttp.Request request = http.requests().get(0);
    assertThat(request.http().method().name()).isEqualTo("PUT");
    assertThat(headers(request))
        .containsExactly(
            "cache-control",
            "content-length",
            "content-type",
            "if-none-match",
            "x-amz-checksum-sha256",
            "x-amz-content-sha256",
            "x-amz-date",
            "x-amz-meta-taken");
    assertThat(request.header("Content-Type")).isEqualTo("image/png");
    assertThat(request.header("Content-Length")).isEqualTo("9");
    assertThat(request.header("Cache-Control")).isEqualTo("private, max-age=60");
    assertThat(request.header("x-amz-meta-taken")).isEqualTo("today");
    assertThat(request.header("If-None-Match")).isEqualTo("*");
    assertThat(request.header("x-amz-checksum-sha256")).isEqualTo(SHA256);
    assertThat(request.body()).isEqualTo("a picture");
  }

  @Test
  void sendsAStreamWithoutChecksumOrTrailer() {
    StubHttp http = StubHttp.responding(request -> STORED);

    put(http, stream(() -> new ByteArrayInputStream(BYTES)).replacingExisting());

    StubHttp.Request request = http.requests().get(0);
    assertThat(headers(request))
        .containsExactly("content-length", "content-type", "x-amz-content-sha256", "x-amz-date");
    assertThat(request.body()).isEqualTo("a picture");
  }

  /** Plain http is signed with its body; some stores keep the SDK's chunks as the object. */
  @Test
  void sendsNoChunksToALocalStack() {
    StubHttp http = StubHttp.responding(request -> STORED);
    URI endpoint = URI.create("http://localhost:9000");
    try (S3Bucket bucket = builder(http).endpoint(endpoint).pathStyle().build()) {
      bucket.objects().put(PICTURE);
      bucket.objects().put(stream(() -> new ByteArrayInputStream(BYTES)));
    }

    assertThat(http.requests())
        .allSatisfy(
            request -> {
              assertThat(request.body()).isEqualTo("a picture");
              assertThat(request.header("x-amz-content-sha256")).matches("[0-9a-f]{64}");
              assertThat(headers(request))
                  .doesNotContain("content-encoding", "x-amz-trailer", "content-md5");
            });
  }

  private interface Content {
    InputStream open() throws IOException;
  }

  private static NewObject stream(Content content) {
    return NewObject.of(
        PICTURE.key(),
        "image/png",
        BYTES.length,
        () -> {
          try {
            return content.open();
          } catch (IOException e) {
            throw new AssertionError(e);
          }
        });
  }

  @Test
  void returnsTheHeadThatTheResponseShows() {
    Response response =
        STORED.with("x-amz-version-id", "v1").with("Date", "Wed, 25 Nov 2026 10:00:07 GMT");

    ObjectHead head =
        put(StubHttp.responding(request -> response), PICTURE.withMetadata("taken", "today"));

    assertThat(head.key()).isEqualTo(PICTURE.key());
    assertThat(head.sizeBytes()).isEqualTo(9);
    assertThat(head.contentType()).contains("image/png");
    assertThat(head.eTag()).isEqualTo("\"a\"");
    assertThat(head.versionId()).contains("v1");
    assertThat(head.lastModified()).isEqualTo("2026-11-25T10:00:07Z");
    assertThat(head.metadata()).containsExactly(Map.entry("taken", "today"));
    assertThat(head.sha256()).contains(SHA256);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "yesterday"})
  void takesTheTimeOfTheClockIfTheResponseHasNone(String date) {
    MovableClock clock = MovableClock.at("2026-11-25T10:00:00Z");
    clock.advance(Duration.ofMillis(700));
    Response response = date.isEmpty() ? STORED : STORED.with("Date", date);
    try (S3Bucket bucket = builder(StubHttp.responding(request -> response)).clock(clock).build()) {
      assertThat(bucket.objects().put(PICTURE).lastModified())
          .isEqualTo(Instant.parse("2026-11-25T10:00:00Z"));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "412, PreconditionFailed, ALREADY_EXISTS",
    "412, '', ALREADY_EXISTS",
    "409, ConditionalRequestConflict, CHANGED",
    "409, OperationAborted, CHANGED",
    "403, AccessDenied, ACCESS_DENIED",
    "404, NoSuchBucket, NO_SUCH_BUCKET",
    "400, EntityTooLarge, INVALID",
    "400, BadDigest, UNREACHABLE",
    "501, NotImplemented, INVALID",
    "503, SlowDown, THROTTLED"
  })
  void reportsTheKindOfFailure(int status, String code, Kind expected) {
    StorageException failure =
        failureOf(StubHttp.responding(request -> Response.error(status, code)), PICTURE);

    assertThat(failure.kind()).isEqualTo(expected);
    assertThat(failure).hasMessageNotContaining("secret-name");
  }

  /** Then nothing was asked to be free, so that nothing already exists. */
  @Test
  void neverReportsAnObjectToReplaceAsExisting() {
    StubHttp http = StubHttp.responding(request -> Response.error(412, "PreconditionFailed"));

    assertThat(failureOf(http, PICTURE.replacingExisting()).kind()).isEqualTo(Kind.CHANGED);
  }

  /** The caller decides: the object may be its own. */
  @Test
  void reportsWhatItsOwnLostTryStoredAsExisting() {
    StubHttp http =
        StubHttp.responding(
            request -> {
              if (request.number() == 1) {
                throw new ConnectException("Connection reset");
              }
              return Response.error(412, "PreconditionFailed");
            });

    assertThat(failureOf(http, PICTURE).kind()).isEqualTo(Kind.ALREADY_EXISTS);
  }

  @Test
  void readsTheContentAnewForEachTry() {
    StubHttp http =
        StubHttp.responding(
            request -> request.number() == 1 ? Response.error(500, "InternalError") : STORED);

    put(http, stream(() -> new ByteArrayInputStream(BYTES)));

    assertThat(http.requests()).extracting(StubHttp.Request::body).containsOnly("a picture");
    assertThat(http.requests()).hasSize(2);
  }

  /** As a portal or a web application responds to anything. */
  @ParameterizedTest
  @ValueSource(strings = {"", "<html><body>Sign in</body></html>"})
  void doesNotTakeAPageForAStoredObject(String body) {
    Response page = Response.of(200, body).without("x-amz-request-id");

    StorageException failure = failureOf(StubHttp.responding(request -> page), PICTURE);

    assertThat(failure.kind()).isEqualTo(Kind.UNREACHABLE);
    assertThat(failure).hasMessageContaining("a proxy may have responded");
  }

  @Test
  void throwsWhatTheContentThrows() {
    IllegalStateException failure = new IllegalStateException("as the test needs");
    StubHttp http = StubHttp.responding(request -> STORED);

    assertThatThrownBy(
            () ->
                put(
                    http,
                    stream(
                        () -> {
                          throw failure;
                        })))
        .isSameAs(failure);
    assertThat(http.requests()).isEmpty();
  }

  @Test
  @Timeout(300)
  void endsWithinTheDeadlineEvenIfTheContentDoesNotArrive() {
    try (S3Bucket bucket =
        builder(StubHttp.responding(request -> STORED)).deadline(Duration.ofMillis(300)).build()) {
      StorageException failure =
          catchThrowableOfType(
              StorageException.class, () -> bucket.objects().put(stream(S3UploadTest::stalled)));

      assertThat(failure.kind()).isEqualTo(Kind.UNREACHABLE);
      assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }
  }

  private static InputStream stalled() {
    return new InputStream() {
      @Override
      public int read() throws IOException {
        try {
          new CountDownLatch(1).await();
        } catch (InterruptedException e) {
          throw new InterruptedIOException();
        }
        return 0;
      }
    };
  }
}
