package com.healthmetrics.aws.testkit.storage;

import static org.assertj.core.api.Assertions.assertThat;

import com.healthmetrics.aws.testkit.storage.SignedRequest.Response;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CorsTest {
  private static final String APP = "https://app.example.com";

  private final LocalS3 s3 =
      LocalS3.builder().allowedOrigin(APP).allowedOrigin("http://127.0.0.1:8080").start();

  @AfterEach
  void stop() {
    s3.close();
  }

  private Response preflight(Map<String, String> headers) {
    return SignedRequest.send(
        "OPTIONS", URI.create(s3.endpoint() + "/" + s3.bucket() + "/a.png"), headers, "");
  }

  private Response preflight(String origin, String method, String headers) {
    return preflight(
        Map.of(
            "Origin", origin,
            "Access-Control-Request-Method", method,
            "Access-Control-Request-Headers", headers));
  }

  private static void assertForbidden(Response response, String reason) {
    assertThat(response.refusal()).isEqualTo("403 AccessForbidden");
    assertThat(response.message())
        .startsWith("CORSResponse: This CORS request is not allowed. This is usually because")
        .endsWith("CORS spec.");
    assertThat(response.element("Reason")).contains(reason);
    assertThat(response.header("Access-Control-Allow-Origin")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"PUT", "POST"})
  void allowsTheMethodsOfAnUpload(String method) {
    Response response = preflight(APP, method, "Content-Type,x-amz-meta-owner, if-none-match");
    assertThat(response.status()).isEqualTo(200);
    assertThat(response.header("Access-Control-Allow-Origin")).contains(APP);
    assertThat(response.header("Access-Control-Allow-Methods")).contains("POST, PUT");
    assertThat(response.header("Access-Control-Allow-Headers"))
        .contains("content-type,x-amz-meta-owner, if-none-match");
    assertThat(response.header("Access-Control-Expose-Headers")).contains("ETag");
    assertThat(response.header("Access-Control-Max-Age")).contains("3600");
    assertThat(response.header("Vary"))
        .contains("Origin, Access-Control-Request-Headers, Access-Control-Request-Method");
  }

  @Test
  void allowsARequestWithoutSpecialHeaders() {
    Response response = preflight(Map.of("Origin", APP, "Access-Control-Request-Method", "PUT"));
    assertThat(response.status()).isEqualTo(200);
    assertThat(response.header("Access-Control-Allow-Headers")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://evil.example.com", "http://app.example.com", "https://app.example.com:8443",
        "https://app.example.com.evil.test", "HTTPS://APP.EXAMPLE.COM", "null"
      })
  void refusesAForeignOrigin(String origin) {
    assertForbidden(preflight(origin, "PUT", "content-type"), "origin " + origin);
  }

  @ParameterizedTest
  @ValueSource(strings = {"DELETE", "GET", "HEAD"})
  void refusesAnotherMethod(String method) {
    assertForbidden(preflight(APP, method, "content-type"), "method " + method);
  }

  @ParameterizedTest
  @ValueSource(strings = {"authorization", "content-disposition", "x-amz-acl"})
  void refusesAnotherHeader(String header) {
    assertForbidden(preflight(APP, "PUT", "content-type, " + header), "header " + header);
  }

  @Test
  void hidesDownloadsFromEveryPage() {
    Response response =
        SignedRequest.send(
            "GET",
            URI.create(s3.endpoint() + "/" + s3.bucket() + "/a.png"),
            Map.of("Origin", APP),
            "");
    assertThat(response.header("Access-Control-Allow-Origin")).isEmpty();
  }

  @Test
  void refusesAnIncompletePreflight() {
    assertThat(preflight(Map.of("Origin", APP)).refusal()).isEqualTo("400 BadRequest");
    Response withoutOrigin = preflight(Map.of("Access-Control-Request-Method", "PUT"));
    assertThat(withoutOrigin.refusal()).isEqualTo("400 BadRequest");
    assertThat(withoutOrigin.message())
        .isEqualTo("Insufficient information. Origin request header needed.");
  }

  @Test
  void refusesEveryOriginByDefault() {
    try (LocalS3 closed = LocalS3.start()) {
      Response response =
          SignedRequest.send(
              "OPTIONS",
              URI.create(closed.endpoint() + "/" + closed.bucket() + "/a.png"),
              Map.of("Origin", APP, "Access-Control-Request-Method", "PUT"),
              "");
      assertForbidden(response, "allowed are []");
    }
  }

  @Test
  void letsAnAllowedPageReadTheResponse() {
    Response response = SignedRequest.presignedPut(s3, "a.png").sendWith("Origin", APP, "x");
    assertThat(response.status()).isEqualTo(200);
    assertThat(response.header("Access-Control-Allow-Origin")).contains(APP);
    assertThat(response.header("Access-Control-Expose-Headers")).contains("ETag");
    assertThat(response.header("Vary"))
        .contains("Origin, Access-Control-Request-Headers, Access-Control-Request-Method");
  }

  @Test
  void letsAnAllowedPageReadAnError() {
    Response response =
        SignedRequest.presignedPut(s3, "a.png")
            .credentials(s3.accessKeyId(), "wrong")
            .sendWith("Origin", APP, "x");
    assertThat(response.refusal()).isEqualTo("403 SignatureDoesNotMatch");
    assertThat(response.header("Access-Control-Allow-Origin")).contains(APP);
  }

  @Test
  void hidesTheResponseFromAForeignPage() {
    Response response =
        SignedRequest.presignedPut(s3, "a.png").sendWith("Origin", "https://evil.example.com", "x");
    assertThat(response.status()).isEqualTo(200);
    assertThat(response.header("Access-Control-Allow-Origin")).isEmpty();
    assertThat(response.header("Access-Control-Expose-Headers")).isEmpty();
  }
}
