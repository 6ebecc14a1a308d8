package com.healthmetrics.aws.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.healthmetrics.aws.fixtures.FailingHttp;
import com.healthmetrics.aws.fixtures.FailingHttp.Moment;
import com.healthmetrics.aws.fixtures.RecordingCredentials;
import com.healthmetrics.aws.fixtures.StubHttp;
import com.healthmetrics.aws.fixtures.StubSes;
import com.healthmetrics.aws.fixtures.Thrown;
import com.healthmetrics.aws.mail.MailException.Delivery;
import com.healthmetrics.aws.mail.MailException.Kind;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;

/** What {@link SesMailer} promises with both APIs: the meaning of each failure, and one send. */
@ParameterizedClass
@EnumSource(ApiVersion.class)
class SesMailerTest {
  private static final Instant NOW = Instant.parse("2026-03-01T10:15:30Z");
  private static final String RECIPIENT = "recipient.to.hide@patients.example";
  private static final String SUBJECT = "subject-to-hide";
  private static final String TOKEN = "token-to-hide";

  /** A deadline that ends after a request is sent, also on a busy machine. */
  private static final Duration UNTIL_SENT = Duration.ofSeconds(2);

  private static final Email EMAIL =
      Email.builder()
          .from(EmailAddress.parse("HealthMetrics <noreply@healthmetrics.example>"))
          .to(EmailAddress.parse("Ada <" + RECIPIENT + ">"))
          .subject(SUBJECT)
          .text("https://app.example/auth/verify-email?token=" + TOKEN)
          .build();

  @Parameter ApiVersion api;

  /** Makes one try; {@link RetryTest} tests the retries. */
  private SesMailer.Builder complete() {
    return api.builder()
        .region(Region.EU_CENTRAL_1)
        .credentials(RecordingCredentials.longTerm())
        .withoutRetry();
  }

  private static MailException failureOf(SesMailer.Builder builder) {
    return failureOf(builder, EMAIL);
  }

  private static MailException failureOf(SesMailer.Builder builder, Email email) {
    try (SesMailer mailer = builder.build()) {
      MailException failure = catchThrowableOfType(MailException.class, () -> mailer.send(email));
      assertThat(failure).isNotNull();
      assertThatNothingLeaks(failure);
      return failure;
    }
  }

  private static void assertThatNothingLeaks(MailException failure) {
    assertThat(Thrown.logged(failure))
        .doesNotContainIgnoringCase(
            RECIPIENT, "recipient.to.hide", SUBJECT, TOKEN, "SECRET+KEY", "SESSION+TOKEN");
  }

  @Test
  void buildsTheClientForTheFirstEmail() {
    StubHttp http = StubHttp.responding(200, api.response("stub-1"));
    try (SesMailer mailer = complete().httpClient(http).deadline(Duration.ofSeconds(30)).build()) {
      assertThat(mailer.hasClient()).isFalse();

      mailer.send(EMAIL);

      assertThat(mailer.hasClient()).isTrue();
    }
  }

  @Test
  void buildsTheClientAheadOfTheFirstEmailButNotOnceItIsClosed() {
    StubHttp http = StubHttp.responding(200, api.response("stub-1"));
    try (SesMailer mailer = complete().httpClient(http).build()) {
      mailer.warmUp();

      assertThat(mailer.hasClient()).isTrue();
      assertThat(http.requests()).isEmpty();
    }
    SesMailer closed = complete().httpClient(http).build();
    closed.close();

    closed.warmUp();

    assertThat(closed.hasClient()).isFalse();
    assertThat(closed.sendRate()).isEmpty();
    assertThat(http.requests()).isEmpty();
  }

  /** As an HTTP client that fetches its proxy's password from another service throws it. */
  @Test
  void doesNotTakeTheRefusalOfAnotherServiceForOneOfSes() {
    AwsServiceException refusal =
        AwsServiceException.builder()
            .statusCode(403)
            .awsErrorDetails(AwsErrorDetails.builder().errorCode("AccessDeniedException").build())
            .build();
    StubHttp http =
        StubHttp.responding(
            request -> {
              throw refusal;
            });

    MailException failure = failureOf(complete().httpClient(http));

    assertThat(http.requests()).hasSize(1);
    assertThat(failure.kind()).isEqualTo(Kind.UNKNOWN_OUTCOME);
    assertThat(failure).hasCauseInstanceOf(AwsServiceException.class);
  }

  @Test
  void showsNoRequestIdOfAnotherFormThanThatOfAws() {
    StubHttp.Response response =
        StubHttp.Response.of(400, "{}")
            .with("x-amzn-RequestId", RECIPIENT)
            .with("x-amz-request-id", RECIPIENT);

    MailException failure =
        failureOf(complete().httpClient(StubHttp.responding(request -> response)));

    assertThat(failure).hasMessageContaining("400").hasMessageNotContaining("request id");
  }

  // Signing.

  @Test
  void signsForTheRegionWithTheCredentialsOfTheMoment() {
    RecordingCredentials rotating =
        RecordingCredentials.returning(
            call -> AwsBasicCredentials.create("AKID" + call, "secret" + call));
    try (StubSes ses = StubSes.accepting();
        SesMailer mailer = complete().credentials(rotating).endpoint(ses.endpoint()).build()) {

      mailer.send(EMAIL);
      mailer.send(EMAIL);

      assertThat(ses.requests())
          .extracting(request -> request.headers().get("authorization"))
          .satisfiesExactly(
              first -> assertThat(first).contains("Credential=AKID1/", "/eu-central-1/ses/"),
              second -> assertThat(second).contains("Credential=AKID2/"));
      assertThat(rotating.timesAsked()).isEqualTo(2);
    }
  }

  @Test
  void sendsTheSessionToken() {
    try (StubSes ses = StubSes.accepting();
        SesMailer mailer =
            complete()
                .credentials(RecordingCredentials.session())
                .endpoint(ses.endpoint())
                .build()) {

      mailer.send(EMAIL);

      assertThat(ses.requests().get(0).headers())
          .containsEntry("x-amz-security-token", RecordingCredentials.SESSION_TOKEN);
    }
  }

  // Responses that cannot be read; SesResponseTest has the rest.

  @Test
  void doesNotTrustASuccessThatCannotBeRead() {
    try (StubSes ses =
        StubSes.behaving(
            (number, out) -> {
              StubSes.write(out, 200, "", "<html>a proxy's page</html>");
              return true;
            })) {

      MailException failure = failureOf(complete().endpoint(ses.endpoint()));

      assertThat(failure.kind()).isEqualTo(Kind.UNKNOWN_OUTCOME);
      assertThat(ses.requests()).hasSize(1);
    }
  }

  @Test
  void doesNotTrustASuccessWithoutAMessageId() {
    try (StubSes ses =
        StubSes.behaving(
            (number, out) -> {
              StubSes.write(out, 200, "", api.emptyResponse());
              return true;
            })) {

      MailException failure = failureOf(complete().endpoint(ses.endpoint()));

      assertThat(failure.kind()).isEqualTo(Kind.UNKNOWN_OUTCOME);
      assertThat(ses.requests()).hasSize(1);
    }
  }

  // Connections.

  @Test
  void sendsOnceWhenTheResponseIsLost() {
    try (StubSes ses = StubSes.hangingUp()) {

      MailException failure = failureOf(complete().endpoint(ses.endpoint()));

      assertThat(failure.kind()).isEqualTo(Kind.UNKNOWN_OUTCOME);
      assertThat(failure.delivery()).isEqualTo(Delivery.UNKNOWN);
      assertThat(failure.retryAfter()).isEmpty();
      assertThat(failure).hasMessageContaining("may have been accepted");
      assertThat(ses.requests()).hasSize(1);
    }
  }

  /** HttpURLConnection repeats a POST by itself on a kept-alive connection, unless it streams. */
  @Test
  void sendsOnceWhenTheResponseIsLostOnAReusedConnection() {
    try (StubSes ses =
            StubSes.behaving(
                (number, out) -> {
                  if (number == 1) {
                    StubSes.write(out, 200, "", api.response("stub-1"));
                  }
                  return number == 1;
                });
        SesMailer mailer = complete().endpoint(ses.endpoint()).build()) {
      mailer.send(EMAIL);

      MailException failure = catchThrowableOfType(MailException.class, () -> mailer.send(EMAIL));

      assertThat(failure.kind()).isEqualTo(Kind.UNKNOWN_OUTCOME);
      assertThat(ses.connections()).isEqualTo(1);
      assertThat(ses.requests()).hasSize(2);
    }
  }

  @Test
  void sendsOnceWhenNoResponseComesInTime() throws InterruptedException {
    try (SdkHttpClient shortTimeout =
        UrlConnectionHttpClient.builder().socketTimeout(Duration.ofMillis(150)).build()) {
      assertThatNoResponseEndsAs("SocketTimeoutException", complete().httpClient(shortTimeout));
    }
  }

  @Test
  void endsACallAtTheDeadline() throws InterruptedException {
    warmUp();
    assertThatNoResponseEndsAs("ApiCallTimeoutException", complete().deadline(UNTIL_SENT));
  }

  /** What is slow in a new JVM would use up the deadline before the request is sent. */
  private void warmUp() {
    try (StubSes ses = StubSes.accepting();
        SesMailer patient = complete().endpoint(ses.endpoint()).build()) {
      patient.send(EMAIL);
    }
  }

  private void assertThatNoResponseEndsAs(String reason, SesMailer.Builder builder)
      throws InterruptedException {
    CountDownLatch read = new CountDownLatch(1);
    CountDownLatch over = new CountDownLatch(1);
    try (StubSes ses =
        StubSes.behaving(
            (number, out) -> {
              read.countDown();
              awaitQuietly(over);
              return false;
            })) {

      MailException failure = failureOf(builder.endpoint(ses.endpoint()));

      assertThat(failure.kind()).isEqualTo(Kind.UNKNOWN_OUTCOME);
      assertThat(failure).hasMessageContaining(reason);
      assertThat(read.await(1, TimeUnit.MINUTES)).isTrue();
      assertThat(ses.requests()).hasSize(1);
    } finally {
      over.countDown();
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void reportsNotSentWhenTheConnectionIsRefused() throws IOException {
    // Bound, so that no other process gets the port, but not listening.
    try (Socket closedDoor = new Socket()) {
      closedDoor.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      URI endpoint = URI.create("http://127.0.0.1:" + closedDoor.getLocalPort());

      MailException failure = failureOf(complete().endpoint(endpoint));

      assertThat(failure.kind()).isEqualTo(Kind.UNREACHABLE);
      assertThat(failure.delivery()).isEqualTo(Delivery.NOT_SENT);
      assertThat(failure.retryAfter()).hasValue(Duration.ofSeconds(5));
      assertThat(failure).hasMessageContaining("ConnectException");
    }
  }

  @Test
  void reportsNotSentWhenTheServerDoesNotSpeakTls() {
    try (StubSes ses = StubSes.accepting()) {

      MailException failure = failureOf(complete().endpoint(ses.httpsEndpoint()));

      assertThat(failure.kind()).isEqualTo(Kind.UNREACHABLE);
      assertThat(failure.delivery()).isEqualTo(Delivery.NOT_SENT);
      assertThat(failure).hasMessageContaining("SSLException");
      assertThat(ses.requests()).isEmpty();
      assertThat(ses.connections()).isEqualTo(1);
    }
  }

  static Stream<Arguments> causes() {
    return Stream.of(
            new UnknownHostException("email.eu-central-1.amazonaws.com"),
            new ConnectException("Connection refused"),
            new NoRouteToHostException("No route to host"),
            new SSLHandshakeException("No trusted certificate"),
            new SSLException("Unsupported or unrecognized SSL message"),
            new SocketTimeoutException("Connect timed out"),
            new SocketTimeoutException("connect timed out"),
            new IOException("Unable to tunnel through proxy. Proxy returns 503"),
            new SSLException("Tag mismatch"),
            new SocketTimeoutException("Read timed out"),
            new SocketTimeoutException(),
            new SocketException("Connection reset"),
            new IOException("Unexpected end of file"),
            new IllegalStateException("Connection pool shut down"),
            new NoSuchMethodError("a library of the client is too old"))
        .flatMap(
            cause ->
                Stream.of(Moment.values())
                    .filter(moment -> moment.canThrow(cause))
                    .map(moment -> Arguments.of(cause, moment)));
  }

  /** Whatever the client throws: what counts is whether it has read the body. */
  @ParameterizedTest
  @MethodSource("causes")
  void reportsWhetherTheRequestCanHaveReachedSes(Throwable cause, Moment moment) {
    FailingHttp broken = FailingHttp.at(moment, cause);

    MailException failure = failureOf(complete().httpClient(broken));

    assertThat(failure.kind()).isEqualTo(moment.unread() ? Kind.UNREACHABLE : Kind.UNKNOWN_OUTCOME);
    assertThat(failure.delivery())
        .isEqualTo(moment.unread() ? Delivery.NOT_SENT : Delivery.UNKNOWN);
    assertThat(failure).hasRootCause(cause).hasMessageContaining(cause.getClass().getSimpleName());
    assertThat(broken.calls()).isEqualTo(1);
  }

  /** A client that goes on in the background cannot send what was reported as not sent. */
  @ParameterizedTest
  @EnumSource(names = {"BEFORE_BODY", "AT_BODY"})
  void refusesToBeReadOnceItWasReportedAsNotSent(Moment moment) {
    FailingHttp client = FailingHttp.at(moment, new IOException("given up"));

    MailException failure = failureOf(complete().httpClient(client));

    assertThat(failure.delivery()).isEqualTo(Delivery.NOT_SENT);
    if (moment == Moment.AT_BODY) {
      assertThatIOException().isThrownBy(() -> client.openBody().read());
    }
    assertThatIOException()
        .isThrownBy(
            () -> client.lastRequest().contentStreamProvider().orElseThrow().newStream().read());
  }

  @Test
  void reportsUnknownWhenTheResponseComesAfterTheDeadline() {
    warmUp();
    CountDownLatch never = new CountDownLatch(1);
    StubHttp late =
        StubHttp.responding(
            request -> {
              try {
                never.await();
              } catch (InterruptedException e) {
                throw new InterruptedIOException();
              }
              throw new IOException("unreachable");
            });

    MailException failure = failureOf(complete().httpClient(late).deadline(UNTIL_SENT));

    assertThat(failure.kind()).isEqualTo(Kind.UNKNOWN_OUTCOME);
    assertThat(late.requests()).hasSize(1);
  }

  /** From a proxy, or from a server that refused the headers. */
  @ParameterizedTest
  @CsvSource({"417", "500", "503", "302"})
  void reportsNotSentWhenAnErrorResponseComesBeforeTheBodyWasRead(int status) {
    SdkHttpClient headersOnly =
        new SdkHttpClient() {
          @Override
          public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
            return new ExecutableHttpRequest() {
              @Override
              public HttpExecuteResponse call() {
                return HttpExecuteResponse.builder()
                    .response(SdkHttpResponse.builder().statusCode(status).build())
                    .build();
              }

              @Override
              public void abort() {}
            };
          }

          @Override
          public void close() {}
        };

    MailException failure = failureOf(complete().httpClient(headersOnly));

    assertThat(failure.kind()).isEqualTo(Kind.UNREACHABLE);
    assertThat(failure.delivery()).isEqualTo(Delivery.NOT_SENT);
    assertThat(failure).hasMessageContaining("A server in between responded with " + status);
  }

  /** Watching the body changes nothing that SES can see. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void sendsTheSameRequestAsAPlainClient(boolean raw) {
    Email.Builder builder =
        Email.builder()
            .from(EmailAddress.parse("HealthMetrics <noreply@healthmetrics.example>"))
            .to(EmailAddress.of("ada@healthmetrics.example"))
            .subject("Grüße & mehr")
            .text("100 % + ~*'()");
    Email email = (raw ? builder.header("X-Sample", "sample") : builder).build();
    StubHttp watched = StubHttp.responding(200, api.response("stub-1"));
    StubHttp plain = StubHttp.responding(200, api.response("stub-1"));
    try (SesMailer mailer = complete().httpClient(watched).build()) {
      mailer.send(email);
    }

    api.plain(plain).request(email, null).apply(AwsRequestOverrideConfiguration.builder().build());

    StubHttp.Request sent = watched.requests().get(0);
    StubHttp.Request expected = plain.requests().get(0);
    assertThat(sent.body()).isEqualTo(expected.body());
    assertThat(sent.header("Content-Length"))
        .isEqualTo(Integer.toString(sent.body().getBytes(StandardCharsets.UTF_8).length));
    assertThat(sent.header("Content-Type")).isEqualTo(expected.header("Content-Type"));
    assertThat(sent.http().rawQueryParameters()).isEqualTo(expected.http().rawQueryParameters());
    assertThat(sent.http().encodedPath()).isEqualTo(expected.http().encodedPath());
    assertThat(sent.http().method()).isEqualTo(expected.http().method());
  }

  // Credentials.

  @ParameterizedTest
  @ValueSource(strings = {"2026-02-01T00:00:00Z", "2026-03-01T10:15:30.999Z"})
  void sendsNothingWithExpiredCredentials(String end) {
    RecordingCredentials expired = RecordingCredentials.endingAt(Instant.parse(end));
    try (StubSes ses = StubSes.accepting()) {

      MailException failure =
          failureOf(
              complete()
                  .credentials(expired)
                  .clock(Clock.fixed(NOW, ZoneOffset.UTC))
                  .endpoint(ses.endpoint()));

      assertThat(failure.kind()).isEqualTo(Kind.CREDENTIALS_UNAVAILABLE);
      assertThat(failure.delivery()).isEqualTo(Delivery.NOT_SENT);
      assertThat(failure).hasMessageContaining("expired at " + end);
      assertThat(ses.connections()).isZero();
    }
  }

  static List<RuntimeException> providerFailures() {
    return List.of(
        SdkClientException.create("no profile, no role"),
        new IllegalStateException("helper process ended with 1"));
  }

  @ParameterizedTest
  @MethodSource("providerFailures")
  void sendsNothingWithoutCredentials(RuntimeException reason) {
    try (StubSes ses = StubSes.accepting()) {

      MailException failure =
          failureOf(
              complete()
                  .credentials(RecordingCredentials.failingWith(reason))
                  .endpoint(ses.endpoint()));

      assertThat(failure.kind()).isEqualTo(Kind.CREDENTIALS_UNAVAILABLE);
      assertThat(failure.delivery()).isEqualTo(Delivery.NOT_SENT);
      assertThat(failure).hasMessageContaining("The email was not sent.").hasRootCause(reason);
      assertThat(ses.connections()).isZero();
    }
  }

  /** The credentials that were checked are those that sign. */
  @Test
  void resolvesCredentialsOncePerTry() {
    RecordingCredentials onceOnly =
        RecordingCredentials.returning(
            call -> {
              if (call > 1) {
                throw SdkClientException.create("the role is gone");
              }
              return AwsBasicCredentials.create("AKID", "secret");
            });
    try (StubSes ses = StubSes.accepting();
        SesMailer mailer = complete().credentials(onceOnly).endpoint(ses.endpoint()).build()) {

      assertThat(mailer.send(EMAIL).messageId()).isEqualTo("stub-1");
      assertThat(onceOnly.timesAsked()).isEqualTo(1);
    }
  }

  // Ownership and building.

  @Test
  void closesNothingThatWasPassedIn() {
    RecordingCredentials credentials = RecordingCredentials.longTerm();
    FailingHttp client = FailingHttp.at(Moment.BEFORE_BODY, new IOException("unused"));
    SesMailer mailer = complete().credentials(credentials).httpClient(client).build();
    catchThrowableOfType(MailException.class, () -> mailer.send(EMAIL));

    mailer.close();

    assertThat(client.timesClosed()).isZero();
    assertThat(credentials.timesClosed()).isZero();
  }

  @Test
  void sendsNothingOnceClosed() {
    try (StubSes ses = StubSes.accepting()) {
      SesMailer mailer = complete().endpoint(ses.endpoint()).build();
      mailer.close();

      MailException failure = catchThrowableOfType(MailException.class, () -> mailer.send(EMAIL));
      assertThat(failure).hasMessageContaining("closed");
      assertThat(failure.delivery()).isEqualTo(Delivery.NOT_SENT);
      assertThat(ses.connections()).isZero();
    }
  }

  @Test
  void sendsNothingOnAThreadThatIsInterrupted() {
    try (StubSes ses = StubSes.accepting();
        SesMailer mailer = complete().endpoint(ses.endpoint()).build()) {
      Thread.currentThread().interrupt();
      try {
        MailException failure = catchThrowableOfType(MailException.class, () -> mailer.send(EMAIL));
        assertThat(failure.delivery()).isEqualTo(Delivery.NOT_SENT);
        assertThat(Thread.currentThread().isInterrupted()).isTrue();
      } finally {
        Thread.interrupted();
      }
      assertThat(ses.connections()).isZero();
    }
  }

  static Stream<IOException> failedHandshakes() {
    return Stream.of(
        new SSLHandshakeException("PKIX path building failed"),
        new SSLHandshakeException("Remote host terminated the handshake"));
  }

  /** It has deeper causes: an untrusted certificate, or a closed connection. */
  @ParameterizedTest
  @MethodSource("failedHandshakes")
  void recognizesAFailedHandshakeByMoreThanItsDeepestCause(IOException handshake) {
    handshake.initCause(new IOException("Connection reset"));

    MailException failure =
        failureOf(complete().httpClient(FailingHttp.at(Moment.BEFORE_BODY, handshake)));

    assertThat(failure.kind()).isEqualTo(Kind.UNREACHABLE);
    assertThat(failure.delivery()).isEqualTo(Delivery.NOT_SENT);
  }

  @Test
  void leavesAGivenClientUsable() {
    try (StubSes ses = StubSes.accepting();
        SdkHttpClient shared = UrlConnectionHttpClient.create()) {
      SesMailer first = complete().httpClient(shared).endpoint(ses.endpoint()).build();
      first.send(EMAIL);
      first.close();
      try (SesMailer second = complete().httpClient(shared).endpoint(ses.endpoint()).build()) {
        assertThat(second.send(EMAIL).messageId()).isEqualTo("stub-2");
      }
    }
  }

  @Test
  void namesAllThatIsMissingAtOnce() {
    assertThatIllegalStateException()
        .isThrownBy(() -> api.builder().build())
        .withMessageContaining("region, credentials");
    assertThatIllegalStateException()
        .isThrownBy(() -> api.builder().region(Region.EU_WEST_1).build())
        .withMessageEndingWith("Missing: credentials.");
    assertThatIllegalStateException()
        .isThrownBy(() -> api.builder().credentials(RecordingCredentials.session()).build())
        .withMessageEndingWith("Missing: region.");
  }

  @Test
  void refusesSettingsThatCannotWork() {
    assertThatIllegalArgumentException().isThrownBy(() -> complete().region(Region.AWS_GLOBAL));
    assertThatIllegalArgumentException().isThrownBy(() -> complete().configurationSet("a b"));
    for (Duration deadline :
        List.of(
            Duration.ZERO,
            Duration.ofNanos(999_999),
            Duration.ofSeconds(-1),
            Duration.ofHours(1).plusNanos(1),
            Duration.ofSeconds(Long.MAX_VALUE))) {
      assertThatIllegalArgumentException().isThrownBy(() -> complete().deadline(deadline));
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> complete().endpoint(URI.create("http://ses.example.com")).build())
        .withMessageContaining("call allowCleartextHttp() on the builder");
  }

  @Test
  void allowsPlainHttpOnOtherMachinesIfAskedAtAnyTimeAndShowsTheEndpoint() {
    URI ses = URI.create("http://localstack:4566");
    String version = api == ApiVersion.V1 ? ", API v1" : "";
    try (SesMailer before = complete().allowCleartextHttp().endpoint(ses).build();
        SesMailer after = complete().endpoint(ses).allowCleartextHttp().build();
        SesMailer here = complete().endpoint(URI.create("http://ses.localhost:1")).build()) {
      String shown = "SesMailer[eu-central-1 at http://localstack:4566" + version + "]";

      assertThat(before).hasToString(shown);
      assertThat(after).hasToString(shown);
      assertThat(here).asString().contains("at http://ses.localhost:1");
    }
  }

  @Test
  void showsRegionConfigurationSetAndApi() {
    String version = api == ApiVersion.V1 ? ", API v1" : "";
    try (SesMailer plain = complete().build();
        SesMailer named = complete().configurationSet("prod").build()) {
      assertThat(plain).hasToString("SesMailer[eu-central-1" + version + "]");
      assertThat(named).hasToString("SesMailer[eu-central-1, prod" + version + "]");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "healthmetrics.example",
        "arn:aws:ses:eu-central-1:111122223333:identity/",
        "arn:aws:ses:eu-central-1:111122223333:configuration-set/healthmetrics.example",
        "arn:aws:s3:eu-central-1:111122223333:identity/healthmetrics.example",
        "arn:aws:ses:eu-central-1:1111:identity/healthmetrics.example",
        "arn:aws:ses::111122223333:identity/healthmetrics.example",
        "arn:aws:ses:*:111122223333:identity/healthmetrics.example",
        "arn:aws-cn:ses:eu-central-1:111122223333:identity/healthmetrics.example",
        "arn:aws:ses:cn-north-1:111122223333:identity/healthmetrics.example",
        "arn:aws:ses:eu-central-1:111122223333:identity/secret name@healthmetrics.example",
        "arn:aws:ses:eu-central-1:111122223333:identity/a@healthmetrics.example\n"
      })
  void refusesOtherIdentities(String arn) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> complete().identityArn(arn))
        .satisfies(
            refusal -> assertThat(refusal.getMessage()).doesNotContain("a@", "secret", "1111:"));
  }

  @Test
  void refusesAnIdentityOfAnotherRegion() {
    String arn = "arn:aws:ses:eu-west-1:111122223333:identity/healthmetrics.example";

    assertThatIllegalArgumentException()
        .isThrownBy(() -> complete().identityArn(arn).build())
        .withMessageContainingAll("verified in eu-west-1", "sent in eu-central-1");
    complete().region(Region.EU_WEST_1).identityArn(arn).build().close();
  }

  @Test
  void refusesUntrackedAccountMailWithTheApiV1() {
    assertThatIllegalStateException()
        .isThrownBy(() -> complete().untrackedAccountMail().apiV1().build())
        .withMessageContainingAll("untrackedAccountMail()", "apiV1()");
  }

  @Test
  void refusesNulls() {
    assertThatNullPointerException().isThrownBy(() -> complete().region(null));
    assertThatNullPointerException().isThrownBy(() -> complete().credentials(null));
    assertThatNullPointerException().isThrownBy(() -> complete().endpoint(null));
    assertThatNullPointerException().isThrownBy(() -> complete().configurationSet(null));
    assertThatNullPointerException().isThrownBy(() -> complete().identityArn(null));
    assertThatNullPointerException().isThrownBy(() -> complete().feedbackAddress(null));
    assertThatNullPointerException().isThrownBy(() -> complete().httpClient(null));
    assertThatNullPointerException().isThrownBy(() -> complete().clock(null));
    assertThatNullPointerException().isThrownBy(() -> complete().deadline(null));
  }
}
