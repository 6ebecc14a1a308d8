package com.healthmetrics.aws.testkit.mail;

import static com.healthmetrics.aws.testkit.mail.SesTestClient.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.healthmetrics.aws.testkit.TestClock;
import com.healthmetrics.aws.testkit.internal.SigV4;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4FamilyHttpSigner;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.services.sesv2.SesV2Client;
import software.amazon.awssdk.services.sesv2.model.SesV2Exception;
import software.amazon.awssdk.utils.StringInputStream;

class SesAuthorizationTest {
  private static final String PATH = "/v2/email/outbound-emails";
  private static final String MAIL =
      """
      {"FromEmailAddress":"a@example.com","Destination":{"ToAddresses":["jo@example.org"]},
       "Content":{"Simple":{"Subject":{"Data":"s"},"Body":{"Text":{"Data":"t"}}}}}\
      """;

  private final HttpClient http = HttpClient.newHttpClient();
  private final TestClock clock = TestClock.startingAt(Instant.parse("2026-11-23T12:00:00Z"));
  private final LocalSes ses = LocalSes.builder().clock(clock).start();

  @AfterEach
  void stop() {
    ses.close();
  }

  /** Headers of a request signed by the SDK's signer. */
  private Map<String, String> signed(String path, String region, String service, String body) {
    Map<String, String> headers = new LinkedHashMap<>();
    AwsV4HttpSigner.create()
        .sign(
            r ->
                r.identity(AwsCredentialsIdentity.create(ses.accessKeyId(), ses.secretAccessKey()))
                    .request(
                        SdkHttpRequest.builder()
                            .method(SdkHttpMethod.POST)
                            .uri(URI.create(ses.endpoint() + path))
                            .build())
                    .payload(() -> new StringInputStream(body))
                    .putProperty(AwsV4FamilyHttpSigner.SERVICE_SIGNING_NAME, service)
                    .putProperty(AwsV4HttpSigner.REGION_NAME, region)
                    .putProperty(AwsV4HttpSigner.SIGNING_CLOCK, clock))
        .request()
        .headers()
        .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values.get(0)));
    headers.remove("host");
    return headers;
  }

  private Map<String, String> signed() {
    return signed(PATH, "us-east-1", "ses", MAIL);
  }

  private HttpResponse<String> post(Map<String, String> headers, String path, String body)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(ses.endpoint() + path))
            .POST(BodyPublishers.ofString(body));
    headers.forEach(request::header);
    return http.send(request.build(), BodyHandlers.ofString());
  }

  private void assertRefused(
      Map<String, String> headers, String body, int status, String type, String text)
      throws Exception {
    HttpResponse<String> response = post(headers, PATH, body);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    assertThat(response.headers().firstValue("x-amzn-ErrorType")).contains(type);
    assertThat(response.headers().firstValue("x-amzn-RequestId")).isPresent();
    assertThat(response.body()).contains("\"message\":\"", "\"reason\":\"").contains(text);
    assertThat(ses.emails()).isEmpty();
  }

  private Map<String, String> changed(String name, String regex, String replacement) {
    Map<String, String> headers = signed();
    String before = headers.getOrDefault(name, "");
    String after = before.replaceFirst(regex, replacement);
    assertThat(after).isNotEqualTo(before);
    headers.put(name, after);
    return headers;
  }

  @Test
  void acceptsASignedRequest() throws Exception {
    HttpResponse<String> response = post(signed(), PATH, MAIL);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    assertThat(response.body())
        .isEqualTo("{\"MessageId\":\"" + ses.emails().get(0).messageId() + "\"}");
    assertThat(ses.emails().get(0).receivedAt()).isEqualTo(clock.instant());
  }

  @Test
  void refusesAQueryStringOnceItsSignatureIsVerified() throws Exception {
    String path = PATH + "?a=b%20c";
    HttpResponse<String> response = post(signed(path, "us-east-1", "ses", MAIL), path, MAIL);
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.body()).contains("A query string is not supported");
    assertThat(post(signed(), PATH + "?a=%ff", MAIL).statusCode()).isEqualTo(403);
    assertThat(ses.emails()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"x-amz-expected-bucket-owner", "x-ses-tenant", "if-match", "x-my-header"})
  void refusesAHeaderThatItDoesNotRead(String name) throws Exception {
    Map<String, String> headers = signed();
    headers.put(name, "x");
    assertRefused(
        headers, MAIL, 400, "BadRequestException", "The header " + name + " is not supported");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"Accept", "User-Agent", "amz-sdk-request", "x-amz-user-agent", "traceparent"})
  void acceptsAHeaderThatClientsUsuallySend(String name) throws Exception {
    Map<String, String> headers = signed();
    headers.put(name, "x");
    assertThat(post(headers, PATH, MAIL).statusCode()).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"FromEmail       | {\"Unknown\":1,\"FromEmail            | Unknown",
        "{\"ToAddresses     | {\"Unknown\":1,\"ToAddresses          | Destination.Unknown",
        "{\"Simple          | {\"Unknown\":1,\"Simple               | Content.Unknown",
        "{\"Subject         | {\"Unknown\":1,\"Subject              | Content.Simple.Unknown",
        "{\"Data\":\"s      | {\"Unknown\":1,\"Data\":\"s           | Subject.Unknown",
        "{\"Text            | {\"Unknown\":1,\"Text                 | Content.Simple.Body.Unknown",
        "{\"Data\":\"t      | {\"Unknown\":1,\"Data\":\"t           | Text.Unknown",
        "{\"Simple\":{      | {\"Simple\":{\"Headers\":[{\"Unknown\":1}], | Headers.Unknown",
        "{\"Simple\":{      | {\"Simple\":{\"Attachments\":[{\"Unknown\":1}], | Attachments.Unknown",
        "{\"FromEmail       | {\"EmailTags\":[{\"Unknown\":1}],\"FromEmail | EmailTags.Unknown",
        "{\"FromEmail       | {\"ConfigurationOverrides\":{\"Unknown\":1},\"FromEmail | ConfigurationOverrides.Unknown",
        "{\"FromEmail | {\"ConfigurationOverrides\":{\"Tracking\":{\"Unknown\":1}},\"FromEmail | ConfigurationOverrides.Tracking.Unknown"
      })
  void refusesAMemberThatItDoesNotRead(String before, String after, String member)
      throws Exception {
    String body = MAIL.replaceFirst(Pattern.quote(before), Matcher.quoteReplacement(after));
    assertThat(body).isNotEqualTo(MAIL);
    assertRefused(
        signed(PATH, "us-east-1", "ses", body),
        body,
        400,
        "BadRequestException",
        member + " is not supported");
  }

  @Test
  void refusesAMemberOfARawEmailThatItDoesNotRead() throws Exception {
    String body = "{\"Content\":{\"Raw\":{\"Data\":\"\",\"Unknown\":1}}}";
    assertRefused(
        signed(PATH, "us-east-1", "ses", body),
        body,
        400,
        "BadRequestException",
        "Content.Raw.Unknown is not supported");
  }

  @Test
  void refusesARequestWithoutAuthorization() throws Exception {
    assertRefused(
        Map.of(), MAIL, 403, "MissingAuthenticationTokenException", "Missing Authentication Token");
  }

  @ParameterizedTest
  @CsvSource({"^.*$, Basic abc", "'/aws4_request', ''", "'Signature=', 'Sig='"})
  void refusesAMalformedAuthorization(String regex, String replacement) throws Exception {
    assertRefused(
        changed("authorization", regex, replacement),
        MAIL,
        400,
        "IncompleteSignatureException",
        "does not conform");
  }

  @Test
  void refusesARequestWithoutADate() throws Exception {
    Map<String, String> headers = signed();
    headers.remove("x-amz-date");
    assertRefused(headers, MAIL, 400, "IncompleteSignatureException", "X-Amz-Date");
  }

  @Test
  void refusesAnUnknownKey() throws Exception {
    assertRefused(
        changed("authorization", "Credential=[^/]+", "Credential=AKIAUNKNOWN"),
        MAIL,
        403,
        "UnrecognizedClientException",
        "security token included in the request is invalid");
  }

  @Test
  void refusesASessionToken() throws Exception {
    Map<String, String> headers = signed();
    headers.put("x-amz-security-token", "token");
    assertRefused(headers, MAIL, 403, "UnrecognizedClientException", "no session token");
  }

  @Test
  void refusesAnotherBodyThanSigned() throws Exception {
    assertRefused(
        signed(), MAIL.replace("jo@", "al@"), 403, "InvalidSignatureException", "signature");
  }

  @Test
  void refusesAnotherBodyWithItsOwnHash() throws Exception {
    String other = MAIL.replace("jo@", "al@");
    Map<String, String> headers = signed();
    headers.put("x-amz-content-sha256", SigV4.sha256Hex(other.getBytes(StandardCharsets.UTF_8)));
    assertRefused(headers, other, 403, "InvalidSignatureException", "differs from what was signed");
  }

  @Test
  void refusesAChangedSignature() throws Exception {
    assertRefused(
        changed("authorization", "Signature=.", "Signature=g"),
        MAIL,
        403,
        "InvalidSignatureException",
        "Signed headers as they arrived: host=127.0.0.1");
  }

  @Test
  void namesASignedHeaderThatWasNotSent() throws Exception {
    assertRefused(
        changed("authorization", "SignedHeaders=", "SignedHeaders=content-type;"),
        MAIL,
        403,
        "InvalidSignatureException",
        "Signed but not sent: the header content-type");
  }

  @ParameterizedTest
  @CsvSource({"host;, host", ";x-amz-date, x-amz-date"})
  void requiresHostAndDateSigned(String removed, String name) throws Exception {
    assertRefused(
        changed("authorization", removed, ""),
        MAIL,
        403,
        "InvalidSignatureException",
        "'" + name + "' must be a 'SignedHeader'");
  }

  @Test
  void refusesAnotherRegion() throws Exception {
    assertRefused(
        signed(PATH, "eu-west-1", "ses", MAIL),
        MAIL,
        403,
        "InvalidSignatureException",
        "valid region");
  }

  @Test
  void refusesAnotherService() throws Exception {
    assertRefused(
        signed(PATH, "us-east-1", "email", MAIL),
        MAIL,
        403,
        "InvalidSignatureException",
        "correct service: 'ses'");
  }

  @Test
  void refusesAScopeOfAnotherDay() throws Exception {
    assertRefused(
        changed("authorization", "/20261123/", "/20261122/"),
        MAIL,
        403,
        "InvalidSignatureException",
        "Date in Credential scope");
  }

  @Test
  void toleratesFiveMinutesAndNoMore() throws Exception {
    Map<String, String> headers = signed();
    clock.advance(Duration.ofMinutes(5));
    assertThat(post(headers, PATH, MAIL).statusCode()).isEqualTo(200);
    ses.clear();
    clock.advance(Duration.ofSeconds(1));
    assertRefused(headers, MAIL, 403, "InvalidSignatureException", "Signature expired");
  }

  @Test
  void refusesASignatureFromTheFuture() throws Exception {
    clock.advance(Duration.ofSeconds(301));
    Map<String, String> headers = signed();
    try (LocalSes early =
        LocalSes.builder()
            .clock(TestClock.startingAt(Instant.parse("2026-11-23T12:00:00Z")))
            .credentials(ses.accessKeyId(), ses.secretAccessKey())
            .start()) {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(URI.create(early.endpoint() + PATH))
              .POST(BodyPublishers.ofString(MAIL));
      headers.forEach(request::header);
      HttpResponse<String> response = http.send(request.build(), BodyHandlers.ofString());
      assertThat(response.statusCode()).isEqualTo(403);
      assertThat(response.body()).contains("Signature not yet current");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "not json | SerializationException",
        "[] | SerializationException",
        "{\"FromEmailAddress\":1} | SerializationException",
        "{\"FromEmailAddress\":\"a@example.com\",\"Destination\":[]} | SerializationException",
        "{\"FromEmailAddress\":\"a@example.com\",\"Destination\":{\"ToAddresses\":\"a\"}}"
            + " | SerializationException",
        "{} | BadRequestException"
      })
  void refusesABodyThatIsNotASendEmail(String body, String type) throws Exception {
    assertRefused(signed(PATH, "us-east-1", "ses", body), body, 400, type, "");
  }

  @Test
  void reportsItsOperations() throws Exception {
    HttpResponse<String> response = post(signed(), "/v2/email/account", MAIL);
    assertThat(response.statusCode()).isEqualTo(404);
    assertThat(response.headers().firstValue("x-amzn-ErrorType"))
        .contains("UnknownOperationException");
  }

  @Test
  void returnsTheErrorCodeToTheSdk() {
    try (LocalSes now = LocalSes.start();
        SesV2Client unknown =
            SesTestClient.of(now.endpoint(), now.region(), now.accessKeyId(), "wrong")) {
      assertThatExceptionOfType(SesV2Exception.class)
          .isThrownBy(() -> unknown.sendEmail(request().build()))
          .satisfies(
              e -> {
                assertThat(e.statusCode()).isEqualTo(403);
                assertThat(e.awsErrorDetails().errorCode()).isEqualTo("InvalidSignatureException");
              });
      assertThat(now.emails()).isEqualTo(List.of());
    }
  }
}
