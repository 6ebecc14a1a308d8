package com.healthmetrics.aws.testkit.storage;

import static org.assertj.core.api.Assertions.assertThat;

import com.healthmetrics.aws.testkit.TestClock;
import com.healthmetrics.aws.testkit.storage.PresignedRequest.Answer;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PresignedGetTest {
  private static final String KEY = "reports/7/summary.txt";

  private final TestClock clock = TestClock.startingAt(Instant.parse("2026-11-23T12:00:00Z"));
  private final LocalS3 s3 = LocalS3.builder().clock(clock).start();

  @AfterEach
  void stop() {
    s3.close();
  }

  private PresignedRequest get() {
    return PresignedRequest.get(s3, KEY).clock(clock);
  }

  private void upload() {
    Answer answer =
        PresignedRequest.put(s3, KEY)
            .clock(clock)
            .header("content-type", "text/plain")
            .header("cache-control", "no-store")
            .header("x-amz-meta-owner", "7")
            .send("12345");
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
  }

  @Test
  void servesWhatWasUploaded() {
    upload();
    Answer answer = get().send("");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("12345");
    assertThat(answer.header("Content-Type")).contains("text/plain");
    assertThat(answer.header("Content-Length")).contains("5");
    assertThat(answer.header("Cache-Control")).contains("no-store");
    assertThat(answer.header("x-amz-meta-owner")).contains("7");
    assertThat(answer.header("ETag")).contains("\"827ccb0eea8a706c4c34a16891f84e7b\"");
    assertThat(answer.header("Last-Modified")).contains("Mon, 23 Nov 2026 12:00:00 GMT");
  }

  @Test
  void answersHeadWithoutABody() {
    upload();
    Answer answer = PresignedRequest.of(s3, "HEAD", KEY).clock(clock).send("");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("Content-Length")).contains("5");
    assertThat(answer.header("Content-Type")).contains("text/plain");
    assertThat(answer.body()).isEmpty();
  }

  @Test
  void answersAMissingKey() {
    Answer answer = get().send("");
    assertThat(answer.refusal()).isEqualTo("404 NoSuchKey");
    assertThat(answer.element("Key")).isEqualTo(KEY);
  }

  @Test
  void answersHeadOfAMissingKeyWithoutABody() {
    Answer answer = PresignedRequest.of(s3, "HEAD", KEY).clock(clock).send("");
    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.body()).isEmpty();
  }

  @Test
  void honoursOverridesInTheQuery() {
    upload();
    Answer answer =
        get()
            .query("response-content-type", "application/pdf")
            .query("response-content-disposition", "attachment; filename=\"a b.pdf\"")
            .query("response-cache-control", "private")
            .send("");
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    assertThat(answer.header("Content-Type")).contains("application/pdf");
    assertThat(answer.header("Content-Disposition")).contains("attachment; filename=\"a b.pdf\"");
    assertThat(answer.response().headers().allValues("Cache-Control")).containsExactly("private");
  }

  @Test
  void refusesAnOverrideThatWouldSmuggleAHeader() {
    upload();
    Answer answer = get().query("response-content-type", "text/plain\r\nSet-Cookie: a=b").send("");
    assertThat(answer.refusal()).isEqualTo("400 InvalidArgument");
    assertThat(answer.element("ArgumentName")).isEqualTo("response-content-type");
  }

  @Test
  void refusesAnAnonymousDownload() {
    upload();
    URI url = URI.create(s3.endpoint() + "/" + s3.bucket() + "/" + KEY);
    assertThat(PresignedRequest.send("GET", url, Map.of(), "").refusal())
        .isEqualTo("403 AccessDenied");
  }

  @Test
  void refusesAnExpiredDownload() {
    upload();
    URI url = get().lifetime(Duration.ofSeconds(1)).url();
    clock.advance(Duration.ofSeconds(2));
    assertThat(PresignedRequest.send("GET", url, Map.of(), "").element("Message"))
        .isEqualTo("Request has expired");
  }

  @Test
  void refusesAPutWithADownloadUrl() {
    Answer answer = PresignedRequest.send("PUT", get().url(), Map.of(), "x");
    assertThat(answer.refusal()).isEqualTo("403 SignatureDoesNotMatch");
    assertThat(answer.element("Reason")).isEqualTo("The URL was signed for GET and used for PUT.");
    assertThat(s3.keys()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"acl", "tagging", "partNumber", "uploads", "attributes"})
  void saysThatItHasNoSubresources(String name) {
    Answer answer = get().query(name, "").send("");
    assertThat(answer.refusal()).isEqualTo("501 NotImplemented");
    assertThat(answer.element("Reason")).contains("?" + name).contains("does not do this yet");
  }

  @ParameterizedTest
  @ValueSource(strings = {"PATCH"})
  void saysThatItDoesNotDoOtherMethods(String method) {
    Answer answer = PresignedRequest.of(s3, method, KEY).clock(clock).send("");
    assertThat(answer.refusal()).isEqualTo("501 NotImplemented");
  }

  @Test
  void saysThatItDoesNotListBuckets() {
    URI root = URI.create(s3.endpoint() + "/");
    assertThat(PresignedRequest.send("GET", root, Map.of(), "").refusal())
        .isEqualTo("501 NotImplemented");
  }

  @ParameterizedTest
  @ValueSource(strings = {"?list-type=2", "?versions", "/reports/7/summary.txt?versionId=null"})
  void refusesAnonymousListsAndVersions(String target) {
    URI url = URI.create(s3.endpoint() + "/" + s3.bucket() + target);
    assertThat(PresignedRequest.send("GET", url, Map.of(), "").refusal())
        .isEqualTo("403 AccessDenied");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "?cors", "?list-type=2&acl"})
  void saysWhatElseItDoesNotDoWithABucket(String query) {
    URI url = URI.create(s3.endpoint() + "/" + s3.bucket() + query);
    assertThat(PresignedRequest.send("GET", url, Map.of(), "").refusal())
        .isEqualTo("501 NotImplemented");
  }

  @Test
  void refusesAUrlThatIsPresignedAndSignedInAHeader() {
    upload();
    Answer answer =
        PresignedRequest.send(
            "GET", get().url(), Map.of("authorization", "AWS4-HMAC-SHA256 x"), "");
    assertThat(answer.refusal()).isEqualTo("400 InvalidArgument");
    assertThat(answer.element("Reason")).contains("without an Authorization header");
  }

  @Test
  void deletesWithAPresignedUrl() {
    upload();
    assertThat(PresignedRequest.of(s3, "DELETE", KEY).clock(clock).send("").status())
        .isEqualTo(204);
    assertThat(s3.keys()).isEmpty();
  }
}
