package com.healthmetrics.aws.testkit.storage;

import static org.assertj.core.api.Assertions.assertThat;

import com.healthmetrics.aws.testkit.TestClock;
import com.healthmetrics.aws.testkit.storage.SignedRequest.Response;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GetObjectTest {
  @AutoClose private final LocalS3 s3 = LocalS3.builder().versioning().start();
  @AutoClose private final LocalS3 secretive = LocalS3.builder().withoutListPermission().start();

  @BeforeEach
  void upload() {
    put("a", "0123456789");
    put("empty", "");
  }

  private String put(String key, String content) {
    s3.put(key, "text/plain", content.getBytes(StandardCharsets.UTF_8));
    return s3.find(key).orElseThrow().versionId().orElseThrow();
  }

  private SignedRequest get(String key) {
    return SignedRequest.ofObject(s3, "GET", key);
  }

  @ParameterizedTest
  @CsvSource({
    "0-0, 0, bytes 0-0/10",
    "2-4, 234, bytes 2-4/10",
    "7-, 789, bytes 7-9/10",
    "-3, 789, bytes 7-9/10",
    "-99, 0123456789, bytes 0-9/10",
    "8-99999999999999999999999, 89, bytes 8-9/10"
  })
  void servesARange(String range, String content, String contentRange) {
    Response response = get("a").header("range", "bytes=" + range).send();
    assertThat(response.status()).isEqualTo(206);
    assertThat(response.body()).isEqualTo(content);
    assertThat(response.header("Content-Range")).contains(contentRange);
    assertThat(response.header("Content-Type")).contains("text/plain");
  }

  @ParameterizedTest
  @CsvSource({"a, 10-12", "a, 99999999999999999999-", "a, -0", "empty, 0-0", "empty, -1"})
  void refusesARangeBeyondTheEnd(String key, String range) {
    Response response = get(key).header("range", "bytes=" + range).send();
    assertThat(response.refusal()).isEqualTo("416 InvalidRange");
    assertThat(response.element("ActualObjectSize")).isEqualTo(key.equals("a") ? "10" : "0");
  }

  @ParameterizedTest
  @ValueSource(strings = {"bytes=4-2", "bytes=-", "bytes=a-b", "lines=0-1", "bytes 0-1"})
  void ignoresAnInvalidRange(String range) {
    Response response = get("a").header("range", range).send();
    assertThat(response.status()).isEqualTo(200);
    assertThat(response.body()).isEqualTo("0123456789");
  }

  @Test
  void refusesSeveralRanges() {
    assertThat(get("a").header("range", "bytes=0-1,3-4").send().refusal())
        .isEqualTo("501 NotImplemented");
  }

  @Test
  void servesAnUnchangedObject() {
    String eTag = s3.find("a").orElseThrow().eTag();
    assertThat(get("a").header("if-match", eTag).send().status()).isEqualTo(200);
    assertThat(get("a").header("if-match", "\"x\", " + eTag).send().status()).isEqualTo(200);
    assertThat(get("a").header("if-match", "*").send().status()).isEqualTo(200);

    Response response = get("a").header("if-match", "\"x\"").send();
    assertThat(response.refusal()).isEqualTo("412 PreconditionFailed");
    assertThat(response.element("Condition")).isEqualTo("If-Match");
  }

  /** S3's table of conditions in "GetObject"; the object was stored at 12:00. */
  @ParameterizedTest
  @CsvSource({
    "if-none-match=ETAG,                     304",
    "if-none-match=*,                        304",
    "if-none-match=W/ETAG,                   304",
    "if-none-match=\"x\",                    200",
    "if-modified-since=12:00:00,             304",
    "if-modified-since=11:59:59,             200",
    "if-modified-since=23:59:59,             200",
    "if-unmodified-since=12:00:00,           200",
    "if-unmodified-since=11:59:59,           412 If-Unmodified-Since",
    "if-match=\"x\",                         412 If-Match",
    "if-match=ETAG;if-unmodified-since=11:59:59, 200",
    "if-match=\"x\";if-unmodified-since=12:00:00, 412 If-Match",
    "if-none-match=\"x\";if-modified-since=12:00:00, 200",
    "if-none-match=ETAG;if-modified-since=11:59:59, 304",
    "if-match=\"x\";if-none-match=ETAG,      412 If-Match",
    "if-match=ETAG;if-none-match=ETAG,       304",
    "if-none-match=ETAG;range=bytes=0-1,     304",
    "if-match=ETAG;range=bytes=0-1,          206",
    "if-range=ETAG;range=bytes=0-1,          206",
    "if-range=\"x\";range=bytes=0-1,         200"
  })
  void servesUnderConditions(String headers, String expected) {
    TestClock clock = TestClock.startingAt(Instant.parse("2026-11-23T12:00:00.7Z"));
    try (LocalS3 s3 = LocalS3.builder().clock(clock).start()) {
      s3.put("a", "text/plain", "0123456789".getBytes(StandardCharsets.UTF_8));
      clock.advance(Duration.ofHours(1));
      for (String method : List.of("GET", "HEAD")) {
        SignedRequest request = SignedRequest.ofObject(s3, method, "a").clock(clock);
        for (String header : headers.split(";")) {
          String[] parts = header.split("=", 2);
          request.header(
              parts[0],
              parts[1]
                  .replace("ETAG", s3.find("a").orElseThrow().eTag())
                  .replaceFirst("^(\\d\\d:.*)", "Mon, 23 Nov 2026 $1 GMT"));
        }
        Response response = request.send();
        assertThat("" + response.status()).isEqualTo(expected.substring(0, 3));
        if (response.status() == 304) {
          assertThat(response.body()).isEmpty();
          assertThat(response.header("ETag")).isPresent();
          assertThat(response.header("Last-Modified")).contains("Mon, 23 Nov 2026 12:00:00 GMT");
        }
        if (expected.startsWith("412") && method.equals("GET")) {
          assertThat(response.element("Condition")).isEqualTo(expected.substring(4));
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"if-modified-since", "if-unmodified-since"})
  void ignoresAConditionThatIsNotADate(String name) {
    assertThat(get("a").header(name, "yesterday").send().status()).isEqualTo(200);
  }

  @Test
  void returnsTheChecksumThatS3AddsToAnUploadWithoutOne() {
    Response stored = SignedRequest.presignedPut(s3, "c").send("123456789");
    assertThat(stored.header("x-amz-checksum-crc64nvme")).contains("rosUhgp5mIg=");
    assertThat(stored.header("x-amz-server-side-encryption")).contains("AES256");
    Response response = asking("HEAD", "c").send();
    assertThat(response.header("x-amz-checksum-crc64nvme")).contains("rosUhgp5mIg=");
    assertThat(response.header("x-amz-checksum-type")).contains("FULL_OBJECT");
    assertThat(response.header("x-amz-server-side-encryption")).contains("AES256");
  }

  /** A presigned URL may carry metadata, which a header could not. */
  @Test
  void servesMetadataBeyondAsciiAsAnEncodedWord() {
    SignedRequest.presignedPut(s3, "b").query("x-amz-meta-name", "Grüße").send("x");

    String word = "=?UTF-8?B?R3LDvMOfZQ==?=";
    assertThat(get("b").send().header("x-amz-meta-name")).contains(word);
    StoredObject stored = s3.find("b").orElseThrow();
    assertThat(stored.metadata()).containsEntry("name", "Grüße");
    assertThat(stored.servedHeaders())
        .containsEntry("x-amz-meta-name", word)
        .containsEntry("content-type", "binary/octet-stream");
  }

  @Test
  void servesFormerVersionsByTheirIds() {
    String first = s3.find("a").orElseThrow().versionId().orElseThrow();
    String second = put("a", "new");

    assertThat(get("a").send().header("x-amz-version-id")).contains(second);
    assertThat(get("a").query("versionId", first).send().body()).isEqualTo("0123456789");
    assertThat(get("a").query("versionId", "0".repeat(32)).send().refusal())
        .isEqualTo("404 NoSuchVersion");
    assertThat(get("a").query("versionId", "none").send().refusal())
        .isEqualTo("400 InvalidArgument");
    assertThat(get("a").query("versionId", "").send().refusal()).isEqualTo("400 InvalidArgument");
    assertThat(s3.versionCount()).isEqualTo(3);
  }

  @Test
  void hidesAnObjectBehindADeleteMarker() {
    Response deleted = SignedRequest.ofObject(s3, "DELETE", "a").send();
    String marker = deleted.header("x-amz-version-id").orElseThrow();

    assertThat(deleted.status()).isEqualTo(204);
    assertThat(deleted.header("x-amz-delete-marker")).contains("true");
    assertThat(get("a").send().refusal()).isEqualTo("404 NoSuchKey");
    assertThat(get("a").query("versionId", marker).send().refusal())
        .isEqualTo("405 MethodNotAllowed");
    assertThat(s3.find("a")).isEmpty();
    assertThat(s3.keys()).containsExactly("empty");

    Response undone = SignedRequest.ofObject(s3, "DELETE", "a").query("versionId", marker).send();
    assertThat(undone.header("x-amz-delete-marker")).contains("true");
    assertThat(get("a").send().body()).isEqualTo("0123456789");
  }

  @Test
  void deletesAnUnchangedObject() {
    String eTag = s3.find("a").orElseThrow().eTag();

    Response refused = deleteIfMatch("a", "\"x\"").send();
    assertThat(refused.refusal()).isEqualTo("412 PreconditionFailed");
    assertThat(refused.element("Condition")).isEqualTo("If-Match");
    assertThat(s3.find("a")).isPresent();

    assertThat(deleteIfMatch("a", eTag).send().status()).isEqualTo(204);
    assertThat(s3.find("a")).isEmpty();
    assertThat(deleteIfMatch("a", eTag).send().refusal()).isEqualTo("404 NoSuchKey");
    assertThat(deleteIfMatch("empty", "*").send().status()).isEqualTo(204);
  }

  private SignedRequest deleteIfMatch(String key, String eTag) {
    return SignedRequest.ofObject(s3, "DELETE", key).header("if-match", eTag);
  }

  @Test
  void hidesWhatCannotBeDeletedWithoutListPermission() {
    assertThat(
            SignedRequest.ofObject(secretive, "DELETE", "missing")
                .header("if-match", "*")
                .send()
                .refusal())
        .isEqualTo("403 AccessDenied");
  }

  @Test
  void comparesNoFormerVersions() {
    String version = s3.find("a").orElseThrow().versionId().orElseThrow();
    assertThat(deleteIfMatch("a", "*").query("versionId", version).send().refusal())
        .isEqualTo("501 NotImplemented");
    assertThat(s3.find("a")).isPresent();
  }

  @Test
  void refusesADeletionUnderConditionsOfDirectoryBuckets() {
    assertThat(
            SignedRequest.ofObject(s3, "DELETE", "a")
                .header("x-amz-if-match-size", "10")
                .send()
                .refusal())
        .isEqualTo("501 NotImplemented");
    assertThat(s3.find("a")).isPresent();
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "HEAD"})
  void returnsTheChecksumOfTheUploadOnRequest(String method) {
    String name = "x-amz-checksum-sha256";
    String sum = "pmWkWSBCL51Bfkhn79xPuKBKHz//H6B+mY6G9/eieuM=";
    Response stored = SignedRequest.presignedPut(s3, "c").header(name, sum).send("123");
    assertThat(stored.status()).as(stored.body()).isEqualTo(200);

    assertThat(asking(method, "c").send().header(name)).contains(sum);
    assertThat(SignedRequest.ofObject(s3, method, "c").send().header(name)).isEmpty();
    assertThat(asking(method, "a").send().header(name)).isEmpty();
    assertThat(asking("GET", "c").header("range", "bytes=0-1").send().header(name)).isEmpty();
  }

  private SignedRequest asking(String method, String key) {
    return SignedRequest.ofObject(s3, method, key).header("x-amz-checksum-mode", "ENABLED");
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "HEAD"})
  void hidesWhatIsMissingWithoutListPermission(String method) {
    assertThat(SignedRequest.ofObject(secretive, method, "missing").send().status()).isEqualTo(403);
    assertThat(SignedRequest.ofObject(s3, method, "missing").send().status()).isEqualTo(404);
  }
}
