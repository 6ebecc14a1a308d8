package com.healthmetrics.aws.testkit.storage;

import static org.assertj.core.api.Assertions.assertThat;

import com.healthmetrics.aws.testkit.TestClock;
import com.healthmetrics.aws.testkit.storage.SignedRequest.Response;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PresignedGetTest {
  private static final String KEY = "reports/7/summary.txt";

  private final TestClock clock = TestClock.startingAt(Instant.parse("2026-11-23T12:00:00Z"));
  private final LocalS3 s3 = LocalS3.builder().clock(clock).start();

  @AfterEach
  void stop() {
    s3.close();
  }

  private SignedRequest get() {
    return SignedRequest.presignedGet(s3, KEY).clock(clock);
  }

  private void upload() {
    Response response =
        SignedRequest.presignedPut(s3, KEY)
            .clock(clock)
            .header("content-type", "text/plain")
            .header("cache-control", "no-store")
            .header("x-amz-meta-owner", "7")
            .send("12345");
    assertThat(response.status()).as(response.body()).isEqualTo(200);
  }

  @Test
  void servesWhatWasUploaded() {
    upload();
    Response response = get().send("");
    assertThat(response.status()).isEqualTo(200);
    assertThat(response.body()).isEqualTo("12345");
    assertThat(response.header("Content-Type")).contains("text/plain");
    assertThat(response.header("Content-Length")).contains("5");
    assertThat(response.header("Cache-Control")).contains("no-store");
    assertThat(response.header("x-amz-meta-owner")).contains("7");
    assertThat(response.header("ETag")).contains("\"827ccb0eea8a706c4c34a16891f84e7b\"");
    assertThat(response.header("Last-Modified")).contains("Mon, 23 Nov 2026 12:00:00 GMT");
  }

  @Test
  void respondsToHeadWithoutABody() {
    upload();
    Response response = SignedRequest.presigned(s3, "HEAD", KEY).clock(clock).send("");
    assertThat(response.status()).isEqualTo(200);
    assertThat(response.header("Content-Length")).contains("5");
    assertThat(response.header("Content-Type")).contains("text/plain");
    assertThat(response.body()).isEmpty();
  }

  @Test
  void reportsAMissingKey() {
    Response response = get().send("");
    assertThat(response.refusal()).isEqualTo("404 NoSuchKey");
    assertThat(response.element("Key")).isEqualTo(KEY);
  }

  @Test
  void respondsToHeadOfAMissingKeyWithoutABody() {
    Response response = SignedRequest.presigned(s3, "HEAD", KEY).clock(clock).send("");
    assertThat(response.status()).isEqualTo(404);
    assertThat(response.body()).isEmpty();
  }

  @Test
  void appliesOverridesInTheQuery() {
    upload();
    Response response =
        get()
            .query("response-content-type", "application/pdf")
            .query("response-content-disposition", "attachment; filename=\"a b.pdf\"")
            .query("response-cache-control", "private")
            .send("");
    assertThat(response.status()).as(response.body()).isEqualTo(200);
    assertThat(response.header("Content-Type")).contains("application/pdf");
    assertThat(response.header("Content-Disposition")).contains("attachment; filename=\"a b.pdf\"");
    assertThat(response.http().headers().allValues("Cache-Control")).containsExactly("private");
  }

  @Test
  void refusesAnOverrideThatWouldInjectAHeader() {
    upload();
    Response response =
        get().query("response-content-type", "text/plain\r\nSet-Cookie: a=b").send("");
    assertThat(response.refusal()).isEqualTo("400 InvalidArgument");
    assertThat(response.element("ArgumentName")).isEqualTo("response-content-type");
  }

  @Test
  void refusesAnAnonymousDownload() {
    upload();
    URI url = URI.create(s3.endpoint() + "/" + s3.bucket() + "/" + KEY);
    assertThat(SignedRequest.send("GET", url, Map.of(), "").refusal())
        .isEqualTo("403 AccessDenied");
  }

  @Test
  void refusesAnExpiredDownload() {
    upload();
    URI url = get().lifetime(Duration.ofSeconds(1)).url();
    clock.advance(Duration.ofSeconds(2));
    assertThat(SignedRequest.send("GET", url, Map.of(), "").message())
        .isEqualTo("Request has expired");
  }

  @Test
  void refusesAPutWithADownloadUrl() {
    Response response = SignedRequest.send("PUT", get().url(), Map.of(), "x");
    assertThat(response.refusal()).isEqualTo("403 SignatureDoesNotMatch");
    assertThat(response.element("Reason"))
        .isEqualTo("The URL was signed for GET and used for PUT.");
    assertThat(s3.keys()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "GET, acl, owner",
    "PUT, tagging, x-amz-meta",
    "GET, attributes, x-amz-checksum-mode",
    "POST, uploads, one PUT",
    "PUT, partNumber, one PUT",
    "DELETE, uploadId, one PUT",
    "HEAD, partNumber, one PUT"
  })
  void refusesSubresourcesWhateverTheMethodAndNamesWhatToUse(
      String method, String name, String instead) {
    Response response = SignedRequest.presigned(s3, method, KEY).query(name, "").send("");
    assertThat(response.status()).isEqualTo(501);
    if (!method.equals("HEAD")) {
      assertThat(response.element("Reason")).contains("?" + name).contains(instead);
      assertThat(response.element("Message")).contains("?" + name).contains(instead);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"PATCH"})
  void refusesOtherMethods(String method) {
    Response response = SignedRequest.presigned(s3, method, KEY).clock(clock).send("");
    assertThat(response.refusal()).isEqualTo("501 NotImplemented");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "?list-type=2",
        "?versions",
        "?location",
        "/reports/7/summary.txt?versionId=null"
      })
  void refusesAnonymousListsAndVersions(String target) {
    URI url = URI.create(s3.endpoint() + "/" + s3.bucket() + target);
    assertThat(SignedRequest.send("GET", url, Map.of(), "").refusal())
        .isEqualTo("403 AccessDenied");
  }

  @ParameterizedTest
  @ValueSource(strings = {"?cors", "?list-type=2&acl"})
  void refusesOtherBucketOperations(String query) {
    URI url = URI.create(s3.endpoint() + "/" + s3.bucket() + query);
    assertThat(SignedRequest.send("GET", url, Map.of(), "").refusal())
        .isEqualTo("501 NotImplemented");
  }

  @Test
  void refusesAUrlThatIsPresignedAndSignedInAHeader() {
    upload();
    Response response =
        SignedRequest.send("GET", get().url(), Map.of("authorization", "AWS4-HMAC-SHA256 x"), "");
    assertThat(response.refusal()).isEqualTo("400 InvalidArgument");
    assertThat(response.element("Reason")).contains("without an Authorization header");
  }

  @Test
  void deletesWithAPresignedUrl() {
    upload();
    assertThat(SignedRequest.presigned(s3, "DELETE", KEY).clock(clock).send("").status())
        .isEqualTo(204);
    assertThat(s3.keys()).isEmpty();
  }
}
