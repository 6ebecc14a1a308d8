package com.healthmetrics.aws.testkit.storage;

import static org.assertj.core.api.Assertions.assertThat;

import com.healthmetrics.aws.testkit.storage.SignedRequest.Response;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.regions.Region;

/** LocalS3 acts upon every header and parameter of a request, or refuses it by name. */
class UnderstoodRequestTest {
  @AutoClose private final LocalS3 s3 = LocalS3.builder().bucket("my.pictures").start();

  @BeforeEach
  void upload() {
    s3.put("a", "text/plain", new byte[3]);
  }

  @ParameterizedTest
  @CsvSource({
    "PUT, x-amz-tagging",
    "PUT, x-amz-object-lock-mode",
    "PUT, x-amz-grant-read",
    "PUT, x-amz-server-side-encryption-customer-algorithm",
    "PUT, x-amz-checksum-xxhash64",
    "PUT, x-amz-write-offset-bytes",
    "PUT, x-amz-made-up",
    "PUT, x-amx-meta-owner",
    "PUT, if-modified-since",
    "PUT, range",
    "PUT, if-nonematch",
    "GET, x-amz-expected-bucket-owner",
    "GET, x-amz-meta-owner",
    "GET, x-amz-storage-class",
    "GET, content-disposition",
    "HEAD, x-amz-request-payer",
    "DELETE, if-none-match",
    "DELETE, x-amz-mfa",
    "DELETE, x-amz-bypass-governance-retention",
    "DELETE, x-amz-if-match-size"
  })
  void refusesAHeaderThatTheOperationDoesNotHave(String method, String name) {
    Response response = SignedRequest.ofObject(s3, method, "a").header(name, "1").send();
    assertThat(response.status()).isEqualTo(501);
    if (!method.equals("HEAD")) {
      assertThat(response.refusal()).isEqualTo("501 NotImplemented");
      assertThat(response.element("Header")).isEqualTo(name);
    }
    assertThat(s3.find("a").orElseThrow().sizeBytes()).isEqualTo(3);
  }

  @ParameterizedTest
  @CsvSource({
    "PUT, x-amz-meta-owner",
    "PUT, versionId",
    "GET, if-none-match",
    "GET, x-amz-meta-owner",
    "GET, prefix",
    "GET, download",
    "DELETE, response-content-type",
    "DELETE, made-up"
  })
  void refusesAParameterThatTheOperationDoesNotHave(String method, String name) {
    Response response = SignedRequest.ofObject(s3, method, "a").query(name, "1").send();
    assertThat(response.refusal()).isEqualTo("501 NotImplemented");
    assertThat(response.element("Reason")).contains("?" + name);
  }

  @ParameterizedTest
  @ValueSource(strings = {"PUT", "GET", "DELETE"})
  void acceptsTheHeadersOfEveryClient(String method) {
    SignedRequest request = SignedRequest.ofObject(s3, method, "b");
    s3.put("b", "text/plain", new byte[0]);
    for (String name :
        new String[] {
          "accept",
          "accept-encoding",
          "accept-language",
          "amz-sdk-invocation-id",
          "amz-sdk-request",
          "cache-control",
          "content-type",
          "cookie",
          "origin",
          "pragma",
          "referer",
          "sec-fetch-mode",
          "sec-ch-ua",
          "traceparent",
          "user-agent",
          "via",
          "x-amz-user-agent",
          "x-forwarded-for"
        }) {
      request.header(name, "1");
    }
    assertThat(request.query("x-id", "Anything").send().status()).isBetween(200, 204);
  }

  @Test
  void ignoresTheChecksumInTheQueryAsS3Does() {
    // The JavaScript SDK presigns a PUT with the checksum of an empty body.
    SignedRequest put =
        SignedRequest.presignedPut(s3, "b")
            .query("x-amz-checksum-crc32", "AAAAAA==")
            .query("x-amz-sdk-checksum-algorithm", "CRC32")
            .query("x-id", "PutObject");
    Response response = put.send("123456789");
    assertThat(response.status()).as(response.body()).isEqualTo(200);
    assertThat(response.header("x-amz-checksum-crc64nvme")).contains("rosUhgp5mIg=");
    assertThat(put.sendReplacing("AAAAAA", "AAAAAB").refusal())
        .isEqualTo("403 SignatureDoesNotMatch");
  }

  @Test
  void ignoresHeadersInTheQueryThatAreNotItsOwnAsS3Does() {
    assertThat(
            SignedRequest.presignedPut(s3, "b")
                .query("cache-control", "no-store")
                .send("1")
                .status())
        .isEqualTo(200);
    assertThat(s3.find("b").orElseThrow().cacheControl()).isEmpty();
  }

  @Test
  void acceptsAnUnsignedMarkOfAnUnsignedPayload() {
    SignedRequest put = SignedRequest.presignedPut(s3, "b");
    assertThat(put.sendWith("x-amz-content-sha256", "UNSIGNED-PAYLOAD", "1").status())
        .isEqualTo(200);
    assertThat(put.sendWith("x-amz-content-sha256", "0".repeat(64), "1").refusal())
        .isEqualTo("403 AccessDenied");
    assertThat(
            SignedRequest.ofObject(s3, "GET", "a")
                .sendChanged(
                    headers -> {
                      headers.replaceAll(
                          (name, value) -> value.replace("x-amz-content-sha256;", ""));
                      return headers;
                    },
                    "")
                .element("HeadersNotSigned"))
        .isEqualTo("x-amz-content-sha256");
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "DELETE"})
  void refusesABodyThatTheOperationDoesNotHave(String method) {
    URI url = SignedRequest.presigned(s3, method, "a").url();
    assertThat(SignedRequest.send(method, url, Map.of(), BodyPublishers.ofString("x")).refusal())
        .isEqualTo("501 NotImplemented");
    assertThat(
            SignedRequest.send(
                    method,
                    url,
                    Map.of(),
                    BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(new byte[0])))
                .refusal())
        .isEqualTo("501 NotImplemented");
    assertThat(s3.keys()).containsExactly("a");
  }

  @Test
  void refusesABodyThatWasSignedAndNotSent() {
    SignedRequest get = SignedRequest.ofObject(s3, "GET", "a").body("x");
    assertThat(get.sendWithout("Content-Length", "").refusal())
        .isEqualTo("400 XAmzContentSHA256Mismatch");
  }

  @Test
  void refusesTwoChecksums() {
    assertThat(
            SignedRequest.presignedPut(s3, "b")
                .header("x-amz-checksum-crc32", "iEhj0g==")
                .header("x-amz-checksum-sha1", "QL0AFWMIX8NRZTKeof9cXsvbvu8=")
                .send("123")
                .refusal())
        .isEqualTo("400 InvalidRequest");
  }

  @Test
  void refusesAnAnnouncedChecksumThatIsNotThere() {
    assertThat(
            SignedRequest.ofObject(s3, "PUT", "b")
                .header("x-amz-sdk-checksum-algorithm", "CRC32")
                .send()
                .refusal())
        .isEqualTo("400 InvalidRequest");
  }

  @Test
  void refusesUrlsOfSignatureVersion2() {
    URI url =
        URI.create(s3.endpoint() + "/my.pictures/a?AWSAccessKeyId=AKID&Expires=1&Signature=abc%3D");
    Response response = SignedRequest.send("GET", url, Map.of(), "");
    assertThat(response.refusal()).isEqualTo("400 InvalidRequest");
    assertThat(response.message()).contains("Please use AWS4-HMAC-SHA256");
  }

  @ParameterizedTest
  @CsvSource({
    "/my.pictures/a#fragment, HOST, 400",
    "http://evil.example/my.pictures/a, HOST, 421",
    "http://HOST/my.pictures/a, HOST, 403",
    "/my.pictures/a, HOST, 403"
  })
  void refusesATargetOfAnotherHost(String target, String host, int status) throws IOException {
    assertThat(raw("GET", target, host)).startsWith("HTTP/1.1 " + status);
  }

  /** Sends what HTTP clients refuse to send. */
  private String raw(String method, String target, String host) throws IOException {
    String authority = s3.endpoint().getAuthority();
    try (Socket socket = new Socket(s3.endpoint().getHost(), s3.endpoint().getPort())) {
      socket
          .getOutputStream()
          .write(
              (method
                      + " "
                      + target.replace("HOST", authority)
                      + " HTTP/1.1\r\nHost: "
                      + host.replace("HOST", authority)
                      + "\r\nConnection: close\r\n\r\n")
                  .getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void findsTheBucketInTheHostName() throws IOException {
    String virtual = "my.pictures.localhost:" + s3.endpoint().getPort();
    String path = SignedRequest.presignedGet(s3, "a").virtualHost(virtual).pathAndQuery();
    assertThat(path).startsWith("/a?");
    assertThat(raw("GET", path, virtual)).startsWith("HTTP/1.1 200 OK");
    assertThat(raw("GET", path, virtual.replace("my.pictures", "other")))
        .startsWith("HTTP/1.1 404");
  }

  @Test
  void namesItsRegionAndTheBucketThatExists() {
    try (LocalS3 europe = LocalS3.builder().region(Region.EU_CENTRAL_1).start()) {
      assertThat(SignedRequest.ofBucket(europe).query("location", "").send().body())
          .endsWith(">eu-central-1</LocationConstraint>");
      assertThat(SignedRequest.ofBucket(europe, "HEAD").send().header("x-amz-bucket-region"))
          .contains("eu-central-1");
      assertThat(SignedRequest.ofBucket(europe, "PUT").send().refusal())
          .isEqualTo("409 BucketAlreadyOwnedByYou");
    }
    assertThat(SignedRequest.ofBucket(s3, "PUT").send().status()).isEqualTo(200);
    assertThat(
            SignedRequest.ofBucket(s3, "PUT").header("x-amz-acl", "public-read").send().refusal())
        .isEqualTo("400 InvalidBucketAclWithObjectOwnership");
    assertThat(SignedRequest.ofBucket(s3, "DELETE").send().refusal())
        .isEqualTo("501 NotImplemented");
  }
}
