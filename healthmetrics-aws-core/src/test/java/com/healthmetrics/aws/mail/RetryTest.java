package com.healthmetrics.aws.mail;

import static java.util.Comparator.reverseOrder;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.healthmetrics.aws.fixtures.FailingHttp;
import com.healthmetrics.aws.fixtures.FailingHttp.Moment;
import com.healthmetrics.aws.fixtures.RecordingCredentials;
import com.healthmetrics.aws.fixtures.StubSes;
import com.healthmetrics.aws.internal.Time;
import com.healthmetrics.aws.mail.MailException.Delivery;
import com.healthmetrics.aws.mail.MailException.Kind;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongUnaryOperator;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.regions.Region;

/** What is retried, when, and until when. */
@ParameterizedClass
@EnumSource(ApiVersion.class)
class RetryTest {
  private static final LongUnaryOperator LONGEST = bound -> bound - 1;
  private static final LongUnaryOperator HALF = bound -> bound / 2;

  private static final Email EMAIL =
      Email.builder()
          .from(EmailAddress.of("noreply@healthmetrics.example"))
          .to(EmailAddress.of("ada@example.com"))
          .subject("Hello")
          .text("Hello")
          .build();

  @Parameter ApiVersion api;

  private final FakeTime time = new FakeTime();

  /** Time that passes only when a thread waits. */
  private static final class FakeTime implements Time {
    private final List<Duration> waits = new ArrayList<>();
    private long now = Long.MAX_VALUE - 1_000_000_000;
    private Runnable duringWait = () -> {};

    /** Wraps around on the way, as System.nanoTime may. */
    @Override
    public long nanos() {
      return now;
    }

    @Override
    public void sleep(Duration wait) throws InterruptedException {
      waits.add(wait);
      now += wait.toNanos();
      duringWait.run();
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
    }
  }

  private SesMailer.Builder complete() {
    return complete(HALF);
  }

  private SesMailer.Builder complete(LongUnaryOperator jitter) {
    return api.builder()
        .region(Region.EU_CENTRAL_1)
        .credentials(RecordingCredentials.longTerm())
        .waiting(time, jitter);
  }

  private static MailException failureOf(SesMailer.Builder builder) {
    try (SesMailer mailer = builder.build()) {
      MailException failure = catchThrowableOfType(MailException.class, () -> mailer.send(EMAIL));
      assertThat(failure).isNotNull();
      return failure;
    }
  }

  @Test
  void sendsAnEmailThatWasThrottledByRate() {
    try (StubSes ses =
            StubSes.refusingFirst(2, 400, "Throttling", "Maximum sending rate exceeded.");
        SesMailer mailer = complete().endpoint(ses.endpoint()).build()) {

      assertThat(mailer.send(EMAIL).messageId()).isEqualTo("stub-3");
      assertThat(ses.requests().size()).isEqualTo(3);
      assertThat(time.waits).containsExactly(Duration.ofMillis(250), Duration.ofMillis(500));
    }
  }

  /** The reference of an account email is random, and the email is the same one at each try. */
  @Test
  void sendsTheSameBytesAtEachTry() {
    Email email = EMAIL.toBuilder().accountMail().build();
    try (StubSes ses =
            StubSes.refusingFirst(2, 400, "Throttling", "Maximum sending rate exceeded.");
        SesMailer mailer = complete().endpoint(ses.endpoint()).build()) {

      mailer.send(email);

      assertThat(ses.requests()).hasSize(3);
      assertThat(ses.requests())
          .extracting(StubSes.Request::body)
          .containsOnly(ses.requests().get(0).body());
    }
  }

  @Test
  void backsOffAndGivesUpAfterFiveTries() {
    try (StubSes ses = StubSes.refusing(400, "Throttling", "Maximum sending rate exceeded.")) {

      MailException failure = failureOf(complete(LONGEST).endpoint(ses.endpoint()));

      assertThat(failure.kind()).isEqualTo(Kind.THROTTLED);
      assertThat(failure.delivery()).isEqualTo(Delivery.NOT_SENT);
      assertThat(ses.requests().size()).isEqualTo(5);
      assertThat(time.waits)
          .extracting(wait -> wait.plusNanos(1))
          .containsExactly(
              Duration.ofMillis(500),
              Duration.ofSeconds(1),
              Duration.ofSeconds(2),
              Duration.ofSeconds(4));
    }
  }

  /** Each wait may be any below its bound, zero included, so that callers spread out. */
  @Test
  void usesUniformJitter() {
    assertThat(LongStream.generate(() -> Retry.uniformJitter(1_000)).limit(10_000))
        .allMatch(wait -> wait >= 0 && wait < 1_000)
        .anyMatch(wait -> wait < 100)
        .anyMatch(wait -> wait >= 900);
    try (StubSes ses = StubSes.refusingFirst(1, 400, "Throttling", "Rate.");
        SesMailer mailer = complete(bound -> 0).endpoint(ses.endpoint()).build()) {

      mailer.send(EMAIL);

      assertThat(time.waits).containsExactly(Duration.ZERO);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "400, Throttling, Daily message quota exceeded.",
    "400, MessageRejected, Content is spam.",
    "400, SendingPausedException, Paused.",
    "403, AccessDenied, No.",
    "500, InternalFailure, Oops.",
    "503, ServiceUnavailable, Oops.",
    "503, Throttling, Maximum sending rate exceeded.",
  })
  void retriesNothingElse(int status, String code, String message) {
    try (StubSes ses = StubSes.refusing(status, code, message)) {

      failureOf(complete().endpoint(ses.endpoint()));

      assertThat(ses.requests().size()).isEqualTo(1);
      assertThat(time.waits).isEmpty();
    }
  }

  static Stream<Arguments> connections() {
    return Stream.of(
        Arguments.of(new ConnectException("Connection refused"), Moment.BEFORE_BODY, 5),
        Arguments.of(
            new UnknownHostException("email.eu-central-1.amazonaws.com"), Moment.BEFORE_BODY, 5),
        Arguments.of(new NoRouteToHostException("No route to host"), Moment.BEFORE_BODY, 5),
        Arguments.of(new SocketTimeoutException("Connect timed out"), Moment.BEFORE_BODY, 5),
        Arguments.of(new SocketException("Connection reset"), Moment.BEFORE_BODY, 5),
        Arguments.of(new SSLHandshakeException("No trusted certificate"), Moment.BEFORE_BODY, 1),
        Arguments.of(new IllegalStateException("Pool shut down"), Moment.BEFORE_BODY, 1),
        Arguments.of(new IllegalStateException("Client is closed"), Moment.PREPARING, 1),
        Arguments.of(new ConnectException("Connection refused"), Moment.AFTER_BODY, 1),
        Arguments.of(new SocketTimeoutException("Read timed out"), Moment.AFTER_BODY, 1),
        Arguments.of(new SocketException("Connection reset"), Moment.AFTER_FIRST_BYTE, 1),
        Arguments.of(new IOException("Unexpected end of file"), Moment.AFTER_BODY, 1),
        Arguments.of(new IOException("Unexpected end of file"), Moment.AFTER_EARLY_COPY, 1));
  }

  @ParameterizedTest
  @MethodSource("connections")
  void retriesWhenNoConnectionWasEstablished(Exception cause, Moment moment, int tries) {
    FailingHttp broken = FailingHttp.at(moment, cause);

    failureOf(complete().httpClient(broken));

    assertThat(broken.calls()).isEqualTo(tries);
    assertThat(time.waits).hasSize(tries - 1);
  }

  @Test
  void triesOnceOnRequest() {
    try (StubSes ses = StubSes.refusing(400, "Throttling", "Maximum sending rate exceeded.")) {

      failureOf(complete().withoutRetry().endpoint(ses.endpoint()));

      assertThat(ses.requests().size()).isEqualTo(1);
      assertThat(time.waits).isEmpty();
    }
  }

  /** A try that times out would turn "not sent" into "unknown". */
  @ParameterizedTest
  @CsvSource({"PT0.1S, 1", "PT1.499S, 1", "PT1.5S, 2", "PT2.5S, 3", "PT8.499S, 4", "PT8.5S, 5"})
  void retriesOnlyIfThereIsTime(Duration deadline, int tries) {
    List<Duration> left = new ArrayList<>();
    Retry retry = new Retry(5, deadline, time, LONGEST);

    assertThatExceptionOfType(MailException.class)
        .isThrownBy(
            () ->
                retry.run(
                    rest -> {
                      left.add(rest.get());
                      throw new MailException(Kind.THROTTLED, "Wait");
                    }));

    assertThat(left).hasSize(tries).startsWith(deadline).isSortedAccordingTo(reverseOrder());
    assertThat(left.subList(1, tries)).allMatch(rest -> rest.toMillis() >= 1_000);
  }

  @Test
  void stopsWhenAWaitTookTooLong() {
    time.duringWait = () -> time.now += Duration.ofMinutes(1).toNanos();
    try (StubSes ses = StubSes.refusing(400, "Throttling", "Maximum sending rate exceeded.")) {

      assertThat(failureOf(complete().endpoint(ses.endpoint())).kind()).isEqualTo(Kind.THROTTLED);
      assertThat(ses.requests().size()).isEqualTo(1);
    }
  }

  @Test
  void reportsNotSentWhenInterruptedWhileWaiting() {
    time.duringWait = Thread.currentThread()::interrupt;
    try (StubSes ses = StubSes.refusing(400, "Throttling", "Maximum sending rate exceeded.")) {

      MailException failure = failureOf(complete().endpoint(ses.endpoint()));

      assertThat(Thread.interrupted()).isTrue();
      assertThat(failure.delivery()).isEqualTo(Delivery.NOT_SENT);
      assertThat(failure.kind()).isEqualTo(Kind.THROTTLED);
      assertThat(failure)
          .hasMessageContaining("interrupted while it waited")
          .hasCauseInstanceOf(InterruptedException.class);
      assertThat(ses.requests().size()).isEqualTo(1);
    } finally {
      Thread.interrupted();
    }
  }

  @Test
  void endsARealWaitWhenInterrupted() {
    Thread.currentThread().interrupt();
    try {
      assertThat(
              catchThrowableOfType(
                  InterruptedException.class, () -> Time.SYSTEM.sleep(Duration.ofDays(1))))
          .isNotNull();
    } finally {
      Thread.interrupted();
    }
  }

  @Test
  void sendsNothingWhenClosedWhileWaiting() {
    AtomicReference<SesMailer> mailer = new AtomicReference<>();
    time.duringWait = () -> mailer.get().close();
    try (StubSes ses = StubSes.refusing(400, "Throttling", "Maximum sending rate exceeded.")) {
      mailer.set(complete().endpoint(ses.endpoint()).build());

      assertThatExceptionOfType(MailException.class)
          .isThrownBy(() -> mailer.get().send(EMAIL))
          .withMessageContaining("closed")
          .satisfies(e -> assertThat(e.delivery()).isEqualTo(MailException.Delivery.NOT_SENT));
      assertThat(ses.requests().size()).isEqualTo(1);
    }
  }

  /** They may be fresher than those of the try before. */
  @Test
  void signsEachTryWithTheCredentialsOfThatMoment() {
    RecordingCredentials rotating =
        RecordingCredentials.returning(call -> AwsBasicCredentials.create("AKID" + call, "secret"));
    try (StubSes ses = StubSes.refusingFirst(3, 400, "Throttling", "Rate.");
        SesMailer mailer = complete().credentials(rotating).endpoint(ses.endpoint()).build()) {

      mailer.send(EMAIL);

      assertThat(ses.requests())
          .extracting(request -> request.headers().get("authorization").split("[=/]")[1])
          .containsExactly("AKID1", "AKID2", "AKID3", "AKID4");
      assertThat(rotating.timesAsked()).isEqualTo(4);
    }
  }

  @Test
  void asksAProviderThatFailedOnceAgain() {
    RecordingCredentials shaky = failing(1, SdkClientException.create("no route to the metadata"));
    try (StubSes ses = StubSes.accepting();
        SesMailer mailer = complete().credentials(shaky).endpoint(ses.endpoint()).build()) {

      assertThat(mailer.send(EMAIL).messageId()).isEqualTo("stub-1");
      assertThat(shaky.timesAsked()).isEqualTo(2);
      assertThat(time.waits).containsExactly(Duration.ofMillis(250));
    }
  }

  @ParameterizedTest
  @CsvSource({"PT30S, 5", "PT2.5S, 3", "PT1S, 1"})
  void asksAProviderThatKeepsFailingUntilTheDeadline(Duration deadline, int times) {
    RecordingCredentials broken = failing(9, new IllegalStateException("helper ended with 1"));
    try (StubSes ses = StubSes.accepting()) {

      MailException failure =
          failureOf(
              complete(LONGEST).credentials(broken).deadline(deadline).endpoint(ses.endpoint()));

      assertThat(failure.kind()).isEqualTo(Kind.CREDENTIALS_UNAVAILABLE);
      assertThat(failure.delivery()).isEqualTo(Delivery.NOT_SENT);
      assertThat(failure.retryAfter()).isPresent();
      assertThat(broken.timesAsked()).isEqualTo(times);
      assertThat(ses.connections()).isZero();
    }
  }

  static Stream<RecordingCredentials> hopelessCredentials() {
    return Stream.of(
        RecordingCredentials.returning(
            call -> AnonymousCredentialsProvider.create().resolveCredentials()),
        RecordingCredentials.endingAt(Instant.EPOCH),
        failing(9, new IllegalStateException(new NoClassDefFoundError("StsClient"))));
  }

  @ParameterizedTest
  @MethodSource("hopelessCredentials")
  void asksOnceForCredentialsThatCannotGetBetterWithinSeconds(RecordingCredentials hopeless) {
    MailException failure = failureOf(complete().credentials(hopeless));

    assertThat(failure.kind()).isEqualTo(Kind.CREDENTIALS_UNAVAILABLE);
    assertThat(hopeless.timesAsked()).isEqualTo(1);
    assertThat(time.waits).isEmpty();
  }

  private static RecordingCredentials failing(int times, RuntimeException failure) {
    return RecordingCredentials.returning(
        call -> {
          if (call <= times) {
            throw failure;
          }
          return AwsBasicCredentials.create("AKID", "secret");
        });
  }

  /** Else a slow provider would turn "not sent" into "unknown". */
  @ParameterizedTest
  @CsvSource({
    "PT30S, PT29S, true",
    "PT30S, PT29.001S, false",
    "PT30S, PT40S, false",
    "PT1S, PT0.5S, true",
    "PT1S, PT0.501S, false",
    "PT0.1S, PT0.1S, false",
  })
  void sendsNothingIfTheProviderLeavesTooLittleTime(
      Duration deadline, Duration taken, boolean sent) {
    RecordingCredentials slow =
        RecordingCredentials.returning(
            call -> {
              time.now += taken.toNanos();
              return AwsBasicCredentials.create("AKID", "secret");
            });
    try (StubSes ses = StubSes.accepting();
        SesMailer mailer =
            complete().credentials(slow).deadline(deadline).endpoint(ses.endpoint()).build()) {
      if (sent) {
        assertThat(mailer.send(EMAIL).messageId()).isEqualTo("stub-1");
        return;
      }

      MailException failure = catchThrowableOfType(MailException.class, () -> mailer.send(EMAIL));

      assertThat(failure.kind()).isEqualTo(Kind.CREDENTIALS_UNAVAILABLE);
      assertThat(failure.delivery()).isEqualTo(Delivery.NOT_SENT);
      assertThat(failure)
          .hasMessageContaining(
              "took %s of the %s ms".formatted(taken.toMillis(), deadline.toMillis()));
      assertThat(slow.timesAsked()).isEqualTo(1);
      assertThat(ses.connections()).isZero();
    }
  }
}
