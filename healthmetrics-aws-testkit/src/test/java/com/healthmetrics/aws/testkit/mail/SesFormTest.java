package com.healthmetrics.aws.testkit.mail;

import static org.assertj.core.api.Assertions.assertThat;

import com.healthmetrics.aws.testkit.TestClock;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
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
import software.amazon.awssdk.utils.StringInputStream;

/** Forms that no SDK posts. */
class SesFormTest {
  private static final String FORM = "application/x-www-form-urlencoded; charset=utf-8";
  private static final String MAIL =
      "Action=SendEmail&Version=2010-12-01&Source=a%40example.com"
          + "&Destination.ToAddresses.member.1=jo%40example.org"
          + "&Message.Subject.Data=s&Message.Body.Text.Data=t+u";

  private final HttpClient http = HttpClient.newHttpClient();
  private final TestClock clock = TestClock.startingAt(Instant.parse("2026-11-23T12:00:00Z"));
  private final LocalSes ses = LocalSes.builder().clock(clock).start();

  @AfterEach
  void stop() {
    ses.close();
  }

  private HttpResponse<String> post(String contentType, String body) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(ses.endpoint() + "/"))
            .POST(BodyPublishers.ofString(body, StandardCharsets.UTF_8))
            .header("Content-Type", contentType);
    AwsV4HttpSigner.create()
        .sign(
            r ->
                r.identity(AwsCredentialsIdentity.create(ses.accessKeyId(), ses.secretAccessKey()))
                    .request(
                        SdkHttpRequest.builder()
                            .method(SdkHttpMethod.POST)
                            .uri(URI.create(ses.endpoint() + "/"))
                            .build())
                    .payload(() -> new StringInputStream(body))
                    .putProperty(AwsV4FamilyHttpSigner.SERVICE_SIGNING_NAME, "ses")
                    .putProperty(AwsV4HttpSigner.REGION_NAME, ses.region().id())
                    .putProperty(AwsV4HttpSigner.SIGNING_CLOCK, clock))
        .request()
        .headers()
        .forEach(
            (name, values) -> {
              if (!name.equalsIgnoreCase("host")) {
                request.header(name, values.get(0));
              }
            });
    return http.send(request.build(), BodyHandlers.ofString());
  }

  @Test
  void respondsInXml() throws Exception {
    HttpResponse<String> response = post(FORM, MAIL);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    assertThat(response.headers().firstValue("Content-Type")).contains("text/xml");
    assertThat(response.body())
        .contains(
            "<SendEmailResponse xmlns=\"http://ses.amazonaws.com/doc/2010-12-01/\">"
                + "<SendEmailResult><MessageId>"
                + ses.emails().get(0).messageId()
                + "</MessageId></SendEmailResult><ResponseMetadata><RequestId>"
                + response.headers().firstValue("x-amzn-RequestId").orElseThrow()
                + "</RequestId></ResponseMetadata></SendEmailResponse>");
    assertThat(ses.emails().get(0).text()).contains("t u");
  }

  @Test
  void countsTheLast24HoursOnly() throws Exception {
    String quota = "Action=GetSendQuota&Version=2010-12-01";
    post(FORM, MAIL);
    clock.advance(Duration.ofHours(24).minusSeconds(1));
    assertThat(post(FORM, quota).body()).contains("<SentLast24Hours>1.0</SentLast24Hours>");
    clock.advance(Duration.ofSeconds(1));
    assertThat(post(FORM, quota).body()).contains("<SentLast24Hours>0.0</SentLast24Hours>");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Action=SendEmail& | Action=SendEmail&Action=SendEmail& | MalformedInput",
        "Data=s            | Data=%zz                           | MalformedInput",
        "Data=s            | Data=ü                             | MalformedInput",
        "2010-12-01        | 2009-01-01                         | InvalidAction",
        "Version=2010-12-01& | ''                               | InvalidAction",
        "Action=SendEmail& | ''                                 | InvalidAction",
        "SendEmail         | VerifyEmailIdentity                | InvalidAction",
        "member.1          | member.2                           | InvalidParameterValue",
        "SendEmail         | SendRawEmail                       | ValidationError",
        "SendEmail         | SendRawEmail&RawMessage.Data=%2A   | MalformedInput"
      })
  void refusesAForm(String before, String after, String code) throws Exception {
    String body = MAIL.replace(before, after);
    assertThat(body).isNotEqualTo(MAIL);
    HttpResponse<String> response = post(FORM, body);
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.body())
        .contains("<ErrorResponse xmlns=", "<Type>Sender</Type>", "<Code>" + code + "</Code>");
    assertThat(ses.emails()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"SendEmail", "SendRawEmail", "GetSendQuota"})
  void refusesAParameterThatItDoesNotRead(String action) throws Exception {
    String raw = action.equals("SendRawEmail") ? "&RawMessage.Data=" : "";
    String body =
        action.equals("SendEmail") ? MAIL : "Action=" + action + "&Version=2010-12-01" + raw;
    HttpResponse<String> response = post(FORM, body + "&ReturnPaths=a%40example.com");
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.body()).contains("ReturnPaths is not supported");
    assertThat(ses.emails()).isEmpty();
  }

  @Test
  void refusesWhatIsNoForm() throws Exception {
    assertThat(post("application/json", MAIL).body()).contains("<Code>InvalidAction</Code>");
  }

  @Test
  void refusesAnUnsignedForm() throws Exception {
    HttpResponse<String> response =
        http.send(
            HttpRequest.newBuilder(URI.create(ses.endpoint() + "/"))
                .POST(BodyPublishers.ofString(MAIL))
                .header("Content-Type", FORM)
                .build(),
            BodyHandlers.ofString());
    assertThat(response.statusCode()).isEqualTo(403);
    assertThat(response.body()).contains("<Code>MissingAuthenticationToken</Code>");
    assertThat(ses.emails()).isEmpty();
  }

  @Test
  void refusesOtherMethods() throws Exception {
    HttpResponse<String> put =
        http.send(
            HttpRequest.newBuilder(URI.create(ses.endpoint() + "/"))
                .PUT(BodyPublishers.ofString(MAIL))
                .header("Content-Type", FORM)
                .build(),
            BodyHandlers.ofString());
    assertThat(put.statusCode()).isEqualTo(400);
    assertThat(put.body()).contains("<Code>InvalidAction</Code>", "<Reason>POST a form");
    HttpResponse<String> get =
        http.send(
            HttpRequest.newBuilder(URI.create(ses.endpoint() + "/?" + MAIL)).build(),
            BodyHandlers.ofString());
    assertThat(get.statusCode()).isEqualTo(400);
    assertThat(get.body()).contains("<Code>InvalidAction</Code>");
  }
}
