package com.healthmetrics.aws.testkit.cdn;

import static org.assertj.core.api.Assertions.assertThat;

import com.healthmetrics.aws.testkit.TestClock;
import com.healthmetrics.aws.testkit.internal.HttpDates;
import com.healthmetrics.aws.testkit.storage.LocalS3;
import com.healthmetrics.aws.testkit.storage.LocalS3Uploads;
import com.healthmetrics.aws.testkit.storage.StoredObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Headers and query strings of viewers: forwarded to S3, dropped, or refused. */
class ViewerRequestsTest {
  private static final String CONTENT = "0123456789";
  private static final String E_TAG = "\"781e5e245d69b566979b86e28d23f2c7\"";
  private static final String STORED = "Fri, 02 Jan 2026 10:00:00 GMT";

  private final TestClock clock = TestClock.startingAt(Instant.parse("2026-01-02T10:00:00.500Z"));
  @AutoClose private final LocalS3 s3 = LocalS3.builder().versioning().clock(clock).start();

  @AutoClose private final LocalCloudFront cdn = LocalCloudFront.builder(s3).clock(clock).start();

  private final HttpClient client = HttpClient.newHttpClient();

  @BeforeEach
  void upload() {
    s3.put("a", "text/plain", CONTENT.getBytes(StandardCharsets.US_ASCII));
    clock.advance(Duration.ofHours(1));
  }

  private HttpResponse<String> send(String method, String path, String... headers)
      throws IOException, InterruptedException {
    return send(cdn, method, path, headers);
  }

  private HttpResponse<String> send(
      LocalCloudFront distribution, String method, String path, String... headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(distribution.baseUrl() + path))
            .method(method, BodyPublishers.noBody());
    if (headers.length > 0) {
      request.headers(headers);
    }
    return client.send(request.build(), BodyHandlers.ofString());
  }

  private HttpResponse<String> get(String... headers) throws Exception {
    return send("GET", "/a", headers);
  }

  private static void assertRefused(HttpResponse<String> response, int status, String... words) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    assertThat(response.body()).contains(words);
    assertThat(response.headers().firstValue("x-cache")).contains("Error from cloudfront");
    assertThat(response.headers().firstValue("x-frame-options")).contains("DENY");
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "HEAD"})
  void servesAnObjectWithAllThatS3KnowsOfIt(String method) throws Exception {
    Map<String, String> sent =
        Map.of(
            "content-type", "image/png",
            "content-language", "de",
            "content-disposition", "inline",
            "expires", "Fri, 02 Jan 2026 10:00:00 GMT",
            "x-amz-meta-filename", "a.png");
    try (LocalS3 origin = LocalS3.builder().versioning().start();
        LocalCloudFront distribution = LocalCloudFront.inFrontOf(origin)) {
      LocalS3Uploads.put(origin, "b", sent, CONTENT);
      StoredObject stored = origin.find("b").orElseThrow();

      HttpResponse<String> response = send(distribution, method, "/b");

      assertThat(response.statusCode()).isEqualTo(200);
      assertThat(response.body()).isEqualTo(method.equals("GET") ? CONTENT : "");
      Map<String, String> expected = new HashMap<>(sent);
      expected.put("content-length", "10");
      expected.put("x-amz-version-id", stored.versionId().orElseThrow());
      expected.put("last-modified", HttpDates.format(stored.lastModified()));
      expected.put("etag", E_TAG);
      expected.put("accept-ranges", "bytes");
      expected.forEach(
          (name, value) ->
              assertThat(response.headers().firstValue(name)).as(name).contains(value));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "bytes=0-0, 0, bytes 0-0/10",
    "bytes=2-4, 234, bytes 2-4/10",
    "bytes=7-, 789, bytes 7-9/10",
    "bytes=-3, 789, bytes 7-9/10",
    "bytes=-99, 0123456789, bytes 0-9/10",
    "bytes=8-99999999999999999999999, 89, bytes 8-9/10"
  })
  void servesARange(String range, String content, String contentRange) throws Exception {
    HttpResponse<String> response = get("Range", range);

    assertThat(response.statusCode()).isEqualTo(206);
    assertThat(response.body()).isEqualTo(content);
    assertThat(response.headers().firstValue("content-range")).contains(contentRange);
    assertThat(response.headers().firstValue("content-type")).contains("text/plain");
    assertThat(send("HEAD", "/a", "Range", range).statusCode()).isEqualTo(206);
  }

  @ParameterizedTest
  @ValueSource(strings = {"bytes=4-2", "bytes=-", "bytes=a-b", "lines=0-1", "bytes 0-1"})
  void ignoresAnInvalidRange(String range) throws Exception {
    assertThat(get("Range", range).statusCode()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"bytes=10-", "bytes=10-12", "bytes=-0", "bytes=99999999999999999999999-"})
  void refusesARangeBeyondTheEnd(String range) throws Exception {
    assertRefused(get("Range", range), 416, "InvalidRange", "10 bytes");
  }

  @Test
  void servesARangeOfTheObjectThatTheViewerHasAPartOf() throws Exception {
    assertThat(get("Range", "bytes=2-4", "If-Range", E_TAG).statusCode()).isEqualTo(206);
    assertThat(get("Range", "bytes=2-4", "If-Range", STORED).statusCode()).isEqualTo(206);
    assertThat(get("Range", "bytes=2-4", "If-Range", "\"other\"").body()).isEqualTo(CONTENT);
    assertThat(get("Range", "bytes=2-4", "If-Range", "W/" + E_TAG).body()).isEqualTo(CONTENT);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "If-None-Match     | \"781e5e245d69b566979b86e28d23f2c7\"",
        "If-None-Match     | \"x\", W/\"781e5e245d69b566979b86e28d23f2c7\"",
        "If-None-Match     | *",
        "If-Modified-Since | Fri, 02 Jan 2026 10:00:00 GMT",
        "If-Modified-Since | Fri, 02 Jan 2026 10:30:00 GMT"
      })
  void sendsNothingToAViewerThatHasTheObject(String name, String value) throws Exception {
    for (String method : new String[] {"GET", "HEAD"}) {
      HttpResponse<String> response = send(method, "/a", name, value, "Range", "bytes=2-4");

      assertThat(response.statusCode()).isEqualTo(304);
      assertThat(response.body()).isEmpty();
      assertThat(response.headers().firstValue("etag")).contains(E_TAG);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "If-None-Match       | \"other\"",
        "If-Modified-Since   | Fri, 02 Jan 2026 09:59:59 GMT",
        "If-Modified-Since   | Fri, 02 Jan 2026 12:00:00 GMT",
        "If-Modified-Since   | yesterday",
        "If-Match            | \"781e5e245d69b566979b86e28d23f2c7\"",
        "If-Match            | *",
        "If-Unmodified-Since | Fri, 02 Jan 2026 10:00:00 GMT",
        "If-Unmodified-Since | yesterday"
      })
  void servesAViewerWhoseConditionIsMet(String name, String value) throws Exception {
    assertThat(get(name, value).body()).isEqualTo(CONTENT);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "If-Match            | \"other\"",
        "If-Unmodified-Since | Fri, 02 Jan 2026 09:59:59 GMT"
      })
  void refusesAConditionThatIsNotMet(String name, String value) throws Exception {
    assertRefused(get(name, value), 412, "PreconditionFailed", name);
  }

  @Test
  void letsEntityTagsDecideBeforeDates() throws Exception {
    String before = "Fri, 02 Jan 2026 09:00:00 GMT";
    assertThat(get("If-Match", E_TAG, "If-Unmodified-Since", before).statusCode()).isEqualTo(200);
    assertThat(get("If-None-Match", "\"x\"", "If-Modified-Since", STORED).statusCode())
        .isEqualTo(200);
    assertThat(get("If-None-Match", E_TAG, "If-Modified-Since", before).statusCode())
        .isEqualTo(304);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Accept",
        "Accept-Encoding",
        "Authorization",
        "Cache-Control",
        "Cookie",
        "Origin",
        "Pragma",
        "Referer",
        "Sec-CH-UA",
        "Sec-Fetch-Mode",
        "User-Agent",
        "X-Forwarded-For",
        "traceparent"
      })
  void dropsAHeaderThatClientsUsuallySend(String name) throws Exception {
    HttpResponse<String> response = get(name, "x");

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("access-control-allow-origin")).isEmpty();
    assertThat(response.headers().firstValue("content-encoding")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x-amz-checksum-mode",
        "x-amz-server-side-encryption-customer-key",
        "Request-Range",
        "X-My-Header",
        "Sec-WebSocket-Key"
      })
  void refusesAnyOtherHeader(String name) throws Exception {
    assertRefused(get(name, "x"), 501, "NotImplemented", name.toLowerCase(Locale.ROOT));
  }

  @Test
  void refusesSeveralRanges() throws Exception {
    assertRefused(get("Range", "bytes=0-1,3-4"), 501, "several ranges");
  }

  @ParameterizedTest
  @ValueSource(strings = {"v=2", "utm_source=mail&x", "=", "&", "%", "width=100"})
  void ignoresAQueryString(String query) throws Exception {
    String uri = cdn.baseUrl() + "/a?" + query.replace("%", "%25");
    assertThat(
            client
                .send(HttpRequest.newBuilder(URI.create(uri)).build(), BodyHandlers.ofString())
                .body())
        .isEqualTo(CONTENT);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "versionId=1",
        "v=2&response-content-disposition=attachment",
        "X-Amz-Signature=abc",
        "%76ersionId=1",
        "partNumber=1",
        "tagging",
        "x-id=GetObject",
        "Response-Expires=0"
      })
  void refusesAParameterThatS3WouldActOn(String query) throws Exception {
    assertRefused(send("GET", "/a?" + query), 501, "NotImplemented", "query string");
  }

  @Test
  void refusesABody() throws Exception {
    BodyPublisher ofKnownLength = BodyPublishers.ofString("x");
    BodyPublisher chunked = BodyPublishers.fromPublisher(ofKnownLength);
    for (BodyPublisher body : List.of(ofKnownLength, chunked)) {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(cdn.baseUrl() + "/a")).method("GET", body).build();
      assertRefused(client.send(request, BodyHandlers.ofString()), 403, "body");
    }
  }

  @Test
  void knowsNoObjectThatDoesNotExistWhateverTheCondition() throws Exception {
    assertThat(send("GET", "/missing", "If-None-Match", "*", "Range", "bytes=0-").statusCode())
        .isEqualTo(403);
  }
}
