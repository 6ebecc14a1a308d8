package com.healthmetrics.aws.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.healthmetrics.aws.fixtures.LongBody;
import com.healthmetrics.aws.fixtures.RecordingCredentials;
import com.healthmetrics.aws.fixtures.StreamedHttp;
import com.healthmetrics.aws.mail.Email;
import com.healthmetrics.aws.mail.Emails;
import com.healthmetrics.aws.mail.MailException;
import com.healthmetrics.aws.mail.SesMailer;
import com.healthmetrics.aws.storage.NewObject;
import com.healthmetrics.aws.storage.ObjectKey;
import com.healthmetrics.aws.storage.ObjectStore;
import com.healthmetrics.aws.storage.S3Bucket;
import com.healthmetrics.aws.storage.StorageException;
import com.healthmetrics.aws.storage.UploadPolicy;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.regions.Region;

/** Responses without an end, and those that are as long as S3's can be. */
class BoundedResponsesTest {
  private static final Map<String, String> GZIP = Map.of("Content-Encoding", "gzip");
  private static final ObjectKey KEY = ObjectKey.of("avatars/u/picture.png");
  private static final int LONGEST_OF_S3 = 9_216_000;

  private static final Email EMAIL = Emails.to("ada@example.com");

  private final AtomicLong read = new AtomicLong();

  /** The beginning of a response, and what follows without an end. */
  private record Shape(String beginning, String repeated) {
    InputStream endless(AtomicLong read) {
      return new LongBody(beginning, repeated, read);
    }
  }

  static Stream<Arguments> responsesOfSes() {
    return Stream.of(200, 400, 403, 429, 500)
        .flatMap(
            status ->
                Stream.of(
                    Arguments.of(status, false, new Shape("{\"message\":\"", "ada@example.com ")),
                    Arguments.of(status, false, new Shape("{\"MessageId\":\"1\"}", " ")),
                    Arguments.of(status, true, new Shape("<Error><Message>", "ada@example.com ")),
                    Arguments.of(status, true, new Shape("<Error>", "<a/>"))));
  }

  private static SesMailer mailer(boolean apiV1, StreamedHttp http) {
    SesMailer.Builder builder =
        SesMailer.builder()
            .region(Region.EU_CENTRAL_1)
            .credentials(RecordingCredentials.longTerm())
            .httpClient(http);
    return (apiV1 ? builder.apiV1() : builder).build();
  }

  private static MailException failureOf(boolean apiV1, StreamedHttp http) {
    try (SesMailer mailer = mailer(apiV1, http)) {
      MailException failure = catchThrowableOfType(MailException.class, () -> mailer.send(EMAIL));
      assertThat(failure).isNotNull();
      return failure;
    }
  }

  @ParameterizedTest
  @MethodSource("responsesOfSes")
  void endsASendWhoseResponseDoesNotEnd(int status, boolean apiV1, Shape shape) {
    StreamedHttp http = StreamedHttp.responding(status, Map.of(), () -> shape.endless(read));

    MailException failure = failureOf(apiV1, http);

    assertThat(failure.kind()).isEqualTo(MailException.Kind.UNKNOWN_OUTCOME);
    assertThat(failure).hasMessageContaining("larger than 262144 bytes");
    assertThat(failure).hasMessageNotContaining("ada@");
    assertThat(http.requests()).as("requests").isEqualTo(1);
    assertThat(http.timesAborted()).as("connections given up").isPositive();
    assertThat(read.get()).as("bytes read").isLessThan(2L * BoundedResponses.SMALL);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void endsASendWhoseResponseIsSmallOnlyBecauseItIsCompressed(boolean apiV1) {
    byte[] bomb =
        LongBody.compressed(apiV1 ? "<Error><Message>" : "{\"MessageId\":\"", "a", 10_000_000);
    assertThat(bomb.length).isLessThan(BoundedResponses.SMALL);

    for (int status : new int[] {200, 400}) {
      MailException failure =
          failureOf(
              apiV1, StreamedHttp.responding(status, GZIP, () -> new ByteArrayInputStream(bomb)));

      assertThat(failure.kind()).isEqualTo(MailException.Kind.UNKNOWN_OUTCOME);
      assertThat(failure).hasMessageContaining("larger than 262144 bytes");
    }
  }

  @Test
  void readsACompressedResponseOfUsualSize() {
    byte[] response = LongBody.compressed("{\"MessageId\":\"stub-1\"}", " ", 1_000);
    try (SesMailer mailer =
        mailer(
            false, StreamedHttp.responding(200, GZIP, () -> new ByteArrayInputStream(response)))) {

      assertThat(mailer.send(EMAIL).messageId()).isEqualTo("stub-1");
    }
  }

  @Test
  void knowsNoSendRateFromAResponseThatDoesNotEnd() {
    StreamedHttp http =
        StreamedHttp.responding(200, Map.of(), () -> new LongBody("{\"SendQuota\":\"", "a", read));
    try (SesMailer mailer = mailer(false, http)) {

      assertThat(mailer.sendRate()).isEmpty();
    }
  }

  /** A parser that calls itself for each element must not end the thread. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void endsASendWhoseResponseIsNestedDeeply(boolean apiV1) {
    String opened = apiV1 ? "<a>" : "{\"a\":";
    String nested = opened.repeat(BoundedResponses.SMALL / opened.length() - 1);

    MailException failure =
        failureOf(
            apiV1,
            StreamedHttp.responding(
                400, Map.of(), () -> new ByteArrayInputStream(nested.getBytes())));

    assertThat(failure.kind()).isEqualTo(MailException.Kind.UNKNOWN_OUTCOME);
  }

  // S3.

  private static S3Bucket bucket(StreamedHttp http) {
    return S3Bucket.builder()
        .bucket("healthmetrics-uploads")
        .region(Region.EU_CENTRAL_1)
        .credentials(RecordingCredentials.longTerm())
        .httpClient(http)
        .build();
  }

  static Stream<Arguments> requestsToS3() {
    Map<String, Consumer<ObjectStore>> errors =
        Map.of(
            "open", objects -> objects.open(KEY),
            "delete", objects -> objects.delete(KEY),
            "deleteAll", objects -> objects.deleteAll(List.of(KEY)),
            "put", objects -> objects.put(NewObject.of(KEY, "image/png", new byte[3])),
            "list", objects -> objects.list("avatars/u/").forEach(listed -> {}),
            "deletePrefix", objects -> objects.deletePrefix("avatars/u/"),
            "erasePrefix", objects -> objects.erasePrefix("avatars/u/"),
            "eraseOwner", objects -> objects.eraseOwner(List.of(UploadPolicy.avatars()), "u"));
    return Stream.concat(
        errors.entrySet().stream()
            .flatMap(
                each ->
                    Stream.of(400, 403, 404, 500)
                        .map(status -> Arguments.of(each.getKey(), status, each.getValue()))),
        errors.entrySet().stream()
            // The others read no response of success.
            .filter(each -> !List.of("open", "delete", "put").contains(each.getKey()))
            .map(each -> Arguments.of(each.getKey(), 200, each.getValue())));
  }

  @ParameterizedTest(name = "{0} with {1}")
  @MethodSource("requestsToS3")
  void endsARequestWhoseResponseDoesNotEnd(String name, int status, Consumer<ObjectStore> request) {
    StreamedHttp http =
        StreamedHttp.responding(
            status, Map.of(), () -> new LongBody("<Error><Message>", "avatars/u/picture ", read));
    int limit = status == 200 ? LONGEST_OF_S3 : BoundedResponses.SMALL;
    try (S3Bucket bucket = bucket(http)) {

      StorageException failure =
          catchThrowableOfType(StorageException.class, () -> request.accept(bucket.objects()));

      assertThat(failure).isNotNull();
      assertThat(failure.kind()).isEqualTo(StorageException.Kind.UNREACHABLE);
      assertThat(failure).hasMessageContaining("larger than " + limit + " bytes");
      assertThat(failure).hasMessageNotContaining("picture");
      assertThat(http.requests()).as("requests").isEqualTo(1);
      assertThat(read.get()).as("bytes read").isLessThan(2L * limit);
    }
  }

  @Test
  void endsAListThatIsSmallOnlyBecauseItIsCompressed() {
    byte[] bomb = LongBody.compressed("<ListBucketResult><Name>", "a", 20_000_000);
    StreamedHttp http = StreamedHttp.responding(200, GZIP, () -> new ByteArrayInputStream(bomb));
    try (S3Bucket bucket = bucket(http)) {

      StorageException failure =
          catchThrowableOfType(
              StorageException.class, () -> bucket.objects().deletePrefix("avatars/u/"));

      assertThat(failure).hasMessageContaining("larger than " + LONGEST_OF_S3 + " bytes");
    }
  }

  /**
   * A thousand keys of 1,024 bytes, each written with the most bytes that XML has for it. The
   * characters are references by number: JDK 24 and newer read 100,000 by name and no more.
   */
  @Test
  void readsTheLongestResultsOfS3() {
    List<ObjectKey> keys =
        IntStream.range(0, 1_000)
            .mapToObj(i -> ObjectKey.of("a/%04d".formatted(i) + "'".repeat(1_018)))
            .toList();
    String results =
        keys.stream()
            .map(
                key ->
                    "<Deleted><Key>%s</Key><DeleteMarker>true</DeleteMarker><DeleteMarkerVersionId>%s</DeleteMarkerVersionId></Deleted>"
                        .formatted(key.value().replace("'", "&#x27;"), "v".repeat(1_024)))
            .collect(Collectors.joining("", "<DeleteResult>", "</DeleteResult>"));
    StreamedHttp http =
        StreamedHttp.responding(200, Map.of(), () -> new ByteArrayInputStream(results.getBytes()));
    try (S3Bucket bucket = bucket(http)) {

      assertThat(bucket.objects().deleteAll(keys).deleted()).hasSize(1_000);
    }
  }

  /** What the caller reads is as long as it is, and compressed or not as it was stored. */
  @Test
  void leavesAnObjectAsItIs() throws IOException {
    int length = 2 * LONGEST_OF_S3;
    StreamedHttp http =
        StreamedHttp.responding(
            200,
            Map.of("Content-Length", Integer.toString(length), "Content-Encoding", "gzip"),
            () -> new LongBody("", "a", read));
    try (S3Bucket bucket = bucket(http);
        InputStream content = bucket.objects().open(KEY)) {

      assertThat(content.readNBytes(length)).isEqualTo("a".repeat(length).getBytes());
    }
  }

  @Test
  void keepsTheContentEncodingOfAnObjectThatIsInspected() {
    StreamedHttp http =
        StreamedHttp.responding(
            200,
            Map.of("Content-Length", "20", "Content-Encoding", "gzip"),
            InputStream::nullInputStream);
    try (S3Bucket bucket = bucket(http)) {

      assertThat(bucket.objects().head(KEY).orElseThrow().contentEncoding()).contains("gzip");
    }
  }
}
