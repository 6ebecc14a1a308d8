package com.healthmetrics.aws.testkit.storage;

import static org.assertj.core.api.Assertions.assertThat;

import com.healthmetrics.aws.testkit.TestClock;
import com.healthmetrics.aws.testkit.storage.SignedRequest.Response;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class S3AuthorizationTest {
  private static final String KEY = "pictures/a b+c%.png";

  private final TestClock clock = TestClock.startingAt(Instant.parse("2026-11-23T12:00:00Z"));
  private final LocalS3 s3 = LocalS3.builder().clock(clock).start();

  @BeforeEach
  void upload() {
    s3.put(KEY, "image/png", "12345".getBytes(StandardCharsets.UTF_8));
  }

  @AfterEach
  void stop() {
    s3.close();
  }

  private SignedRequest get() {
    return SignedRequest.ofObject(s3, "GET", KEY).clock(clock);
  }

  private static UnaryOperator<Map<String, String>> changing(String name, String value) {
    return headers -> {
      headers.keySet().removeIf(name::equalsIgnoreCase);
      if (!value.isEmpty()) {
        headers.put(name, value);
      }
      return headers;
    };
  }

  @Test
  void servesWhatIsSignedInTheHeader() {
    assertThat(get().send().body()).isEqualTo("12345");
    assertThat(get().unsignedPayload().send().body()).isEqualTo("12345");
    assertThat(get().query("response-content-type", "a/b c").send().header("content-type"))
        .contains("a/b c");
  }

  @Test
  void acceptsTemporaryCredentialsWithTheirTokenOnly() {
    try (LocalS3 s3 = LocalS3.builder().clock(clock).sessionToken("token/+==").start()) {
      s3.put(KEY, "image/png", new byte[1]);
      SignedRequest request = SignedRequest.ofObject(s3, "GET", KEY).clock(clock);
      assertThat(request.send().status()).isEqualTo(200);
      assertThat(request.token("another").send().refusal()).isEqualTo("400 InvalidToken");
    }
    assertThat(get().token("uncalled for").send().refusal()).isEqualTo("400 InvalidToken");
  }

  @ParameterizedTest
  @CsvSource({"-15, 200", "15, 200", "-16, 403", "16, 403", "-100000, 403"})
  void toleratesClocksThatDifferByAQuarterOfAnHour(long minutes, int status) {
    Instant signedAt = clock.instant().plus(Duration.ofMinutes(minutes));
    Response response = get().clock(Clock.fixed(signedAt, ZoneOffset.UTC)).send();

    assertThat(response.status()).isEqualTo(status);
    if (status == 403) {
      assertThat(response.refusal()).isEqualTo("403 RequestTimeTooSkewed");
      assertThat(response.element("MaxAllowedSkewMilliseconds")).isEqualTo("900000");
      assertThat(response.element("Reason")).contains("" + Math.abs(minutes));
    }
  }

  @Test
  void refusesAWrongSecret() {
    Response response = get().credentials(s3.accessKeyId(), "another secret").send();
    assertThat(response.refusal()).isEqualTo("403 SignatureDoesNotMatch");
    assertThat(response.element("Reason")).contains("another secret key was used");
    assertThat(response.body()).doesNotContain(s3.secretAccessKey());
  }

  @Test
  void refusesAnUnknownKey() {
    assertThat(get().credentials("AKIDUNKNOWN", "secret").send().refusal())
        .isEqualTo("403 InvalidAccessKeyId");
  }

  @ParameterizedTest
  @CsvSource({"eu-west-1, s3", "us-east-1, ses"})
  void refusesAnotherScope(String region, String service) {
    assertThat(get().scope(region, service).send().refusal())
        .isEqualTo("400 AuthorizationHeaderMalformed");
  }

  @ParameterizedTest
  @CsvSource({
    "authorization, AWS AKID:signature, 400 InvalidRequest",
    "authorization, Bearer token, 400 InvalidRequest",
    "authorization, AWS4-HMAC-SHA256 x, 400 AuthorizationHeaderMalformed",
    "authorization, 'AWS4-HMAC-SHA256 Credential=a/b, SignedHeaders=host, Signature=0',"
        + " 400 AuthorizationHeaderMalformed",
    "authorization, '', 403 AccessDenied",
    "x-amz-date, '', 403 AccessDenied",
    "x-amz-date, yesterday, 403 AccessDenied",
    "x-amz-date, 20261122T120000Z, 400 AuthorizationHeaderMalformed",
    "x-amz-date, 20261123T120001Z, 403 SignatureDoesNotMatch",
    "x-amz-content-sha256, '', 400 InvalidRequest",
    "x-amz-content-sha256, abc, 400 InvalidArgument",
    "x-amz-content-sha256, UNSIGNED-PAYLOAD, 403 SignatureDoesNotMatch",
    "x-amz-content-sha256, STREAMING-AWS4-HMAC-SHA256-PAYLOAD, 403 SignatureDoesNotMatch",
    "x-amz-content-sha256, STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD, 501 NotImplemented",
    "x-amz-meta-more, 1, 403 AccessDenied"
  })
  void refusesAHeaderThatIsNotAsItWasSigned(String name, String value, String refusal) {
    Response response = get().sendChanged(changing(name, value), "");
    assertThat(response.refusal()).isEqualTo(refusal);
    assertThat(response.element("Reason")).isNotEmpty();
  }

  @Test
  void refusesASignedHeaderThatIsMissing() {
    Response response = get().header("range", "bytes=0-1").sendChanged(changing("range", ""), "");
    assertThat(response.refusal()).isEqualTo("403 SignatureDoesNotMatch");
    assertThat(response.element("Reason")).contains("Signed but not sent: range");
  }

  @Test
  void refusesHeaderNamesOutOfOrder() {
    Response response =
        get()
            .sendChanged(
                headers -> {
                  headers.replaceAll(
                      (name, value) ->
                          value.replaceFirst("SignedHeaders=[^,]*", "SignedHeaders=x;host"));
                  return headers;
                },
                "");
    assertThat(response.refusal()).isEqualTo("400 AuthorizationHeaderMalformed");
  }

  @Test
  void refusesABodyThatWasNotSigned() {
    String list = "<Delete><Object><Key>" + KEY + "</Key></Object></Delete>";
    Response response = SignedRequest.delete(s3, list).clock(clock).send(list + "\n");
    assertThat(response.refusal()).isEqualTo("400 XAmzContentSHA256Mismatch");
    assertThat(s3.keys()).containsExactly(KEY);
  }

  @ParameterizedTest
  @ValueSource(strings = {"PUT", "GET", "DELETE"})
  void storesServesAndDeletes(String method) {
    Response response = SignedRequest.ofObject(s3, method, "x").clock(clock).send();
    assertThat(response.status())
        .isEqualTo(Map.of("PUT", 200, "GET", 404, "DELETE", 204).get(method));
  }
}
