package com.healthmetrics.aws.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.healthmetrics.aws.fixtures.RecordingCredentials;
import com.healthmetrics.aws.fixtures.StubSes;
import com.healthmetrics.aws.fixtures.VirtualTime;
import com.healthmetrics.aws.internal.Time;
import com.healthmetrics.aws.mail.MailException.Delivery;
import com.healthmetrics.aws.mail.MailException.Kind;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.function.IntFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.SdkGlobalTime;
import software.amazon.awssdk.regions.Region;

/**
 * An email whose signature was refused because of this machine's clock.
 *
 * <p>It runs alone, as a client that is built later begins with the time that the SDK has corrected
 * last.
 */
@Isolated
class ClockDriftTest {
  private static final Clock SYSTEM = Clock.systemUTC();
  private static final String EXPIRED = "Signature expired: then is now earlier than then";
  private static final Email EMAIL = Emails.to("ada@example.com");

  @Nested
  @ParameterizedClass
  @EnumSource(ApiVersion.class)
  @Execution(ExecutionMode.SAME_THREAD)
  class WithEachApi {
    @Parameter ApiVersion api;

    @AfterEach
    void forgetTheCorrection() {
      SdkGlobalTime.setGlobalTimeOffset(0);
    }

    private SesMailer.Builder mailer(StubSes ses) {
      return api.builder()
          .region(Region.EU_CENTRAL_1)
          .credentials(RecordingCredentials.longTerm())
          .waiting(Time.SYSTEM, bound -> 0)
          .endpoint(ses.endpoint());
    }

    private static String dated(Duration ahead) {
      return "Date: "
          + DateTimeFormatter.RFC_1123_DATE_TIME.format(
              SYSTEM.instant().plus(ahead).atOffset(ZoneOffset.UTC))
          + "\r\n";
    }

    private static Duration signedAhead(StubSes.Request request) {
      Instant signedAt =
          DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmssX")
              .parse(request.headers().get("x-amz-date"), Instant::from);
      return Duration.between(SYSTEM.instant(), signedAt);
    }

    private static MailException failureOf(SesMailer.Builder builder) {
      try (SesMailer mailer = builder.build()) {
        return catchThrowableOfType(MailException.class, () -> mailer.send(EMAIL));
      }
    }

    @ParameterizedTest
    @CsvSource({
      "403, SignatureDoesNotMatch, PT20M",
      "403, SignatureDoesNotMatch, PT-20M",
      "403, InvalidSignatureException, PT20M",
      "400, InvalidSignatureException, PT-20M",
      "400, RequestExpired, PT20M",
      "403, RequestTimeTooSkewed, PT-100H",
    })
    void sendsTheEmailOnceMoreSignedByTheTimeOfTheResponse(
        int status, String code, Duration ahead) {
      try (StubSes ses = StubSes.refusingFirst(1, status, code, EXPIRED, number -> dated(ahead));
          SesMailer mailer = mailer(ses).build()) {

        assertThat(mailer.send(EMAIL).messageId()).isEqualTo("stub-2");
        mailer.send(EMAIL);

        assertThat(ses.requests()).hasSize(3);
        assertThat(signedAhead(ses.requests().get(0))).isBetween(minute(-1), minute(1));
        for (StubSes.Request later : ses.requests().subList(1, 3)) {
          assertThat(signedAhead(later)).isBetween(ahead.minusMinutes(1), ahead.plusMinutes(1));
        }
      }
    }

    private static Duration minute(int minutes) {
      return Duration.ofMinutes(minutes);
    }

    /** SES's words may be others: what the SDK has measured is enough. */
    @Test
    void recognizesAWrongClockByTheDateOfTheResponse() {
      try (StubSes ses =
              StubSes.refusingFirst(
                  1, 403, "SignatureDoesNotMatch", "Check your key.", number -> dated(minute(20)));
          SesMailer mailer = mailer(ses).build()) {

        assertThat(mailer.send(EMAIL).messageId()).isEqualTo("stub-2");
      }
    }

    @ParameterizedTest
    @CsvSource({
      "403, SignatureDoesNotMatch",
      "400, InvalidSignatureException",
      "403, RequestTimeTooSkewed",
    })
    void namesBothTimesIfTheSecondTryIsRefusedToo(int status, String code) {
      try (StubSes ses =
          StubSes.refusingFirst(9, status, code, EXPIRED, number -> dated(minute(20)))) {
        Instant now = SYSTEM.instant().truncatedTo(ChronoUnit.SECONDS);

        MailException failure = failureOf(mailer(ses));

        assertThat(ses.requests()).hasSize(2);
        assertThat(failure.kind()).isEqualTo(Kind.CLOCK_SKEWED);
        assertThat(failure.delivery()).isEqualTo(Delivery.NOT_SENT);
        assertThat(failure.getMessage())
            .contains("clock shows " + now.toString().substring(0, 14))
            .containsPattern("the response is dated \\S+Z; the email was not sent")
            .contains("NTP");
      }
    }

    /**
     * Each response corrects the time to another one, as behind several servers with wrong clocks.
     */
    @Test
    void makesOneMoreTryHoweverOftenTheTimeIsCorrected() {
      try (StubSes ses =
          StubSes.refusingFirst(
              9, 403, "RequestTimeTooSkewed", EXPIRED, number -> dated(minute(20 * number)))) {

        MailException failure = failureOf(mailer(ses));

        assertThat(ses.requests()).hasSize(2);
        assertThat(failure.kind()).isEqualTo(Kind.CLOCK_SKEWED);
        assertThat(failure.retryAfter()).hasValue(Duration.ofSeconds(1));
      }
    }

    /** With the right time the signature is still wrong: it was the key as well. */
    @Test
    void blamesTheCredentialsOnceTheTimeIsRight() {
      try (StubSes ses =
          StubSes.refusingFirst(
              9, 403, "SignatureDoesNotMatch", "Check your key.", number -> dated(minute(20)))) {

        assertThat(failureOf(mailer(ses)).kind()).isEqualTo(Kind.CREDENTIALS_REJECTED);
        assertThat(ses.requests()).hasSize(2);
      }
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "",
          "Date: yesterday\r\n",
          "Date: 2026-03-01T10:15:30Z\r\n",
          "Date: Sun, 01 Mar 2026\r\n"
        })
    void makesOneTryIfTheResponseHasNoReadableDate(String header) {
      for (String code : new String[] {"SignatureDoesNotMatch", "RequestTimeTooSkewed"}) {
        try (StubSes ses = StubSes.refusingFirst(9, 403, code, EXPIRED, number -> header)) {

          MailException failure = failureOf(mailer(ses));

          assertThat(ses.requests()).hasSize(1);
          assertThat(failure.kind()).isEqualTo(Kind.CLOCK_SKEWED);
          assertThat(failure.retryAfter()).isEmpty();
          assertThat(failure).hasMessageContaining("the response has no readable date");
        }
      }
    }

    /** Nothing was measured that a second try could correct. */
    @Test
    void makesOneTryIfTheDateOfTheResponseIsThatOfThisMachine() {
      try (StubSes ses =
          StubSes.refusingFirst(
              9, 403, "SignatureDoesNotMatch", EXPIRED, number -> dated(Duration.ZERO))) {

        MailException failure = failureOf(mailer(ses));

        assertThat(ses.requests()).hasSize(1);
        assertThat(failure.kind()).isEqualTo(Kind.CLOCK_SKEWED);
        assertThat(failure.retryAfter()).isEmpty();
      }
    }

    /** The caller's own retry is signed by the corrected time. */
    @Test
    void leavesTheSecondTryToACallerThatRetries() {
      try (StubSes ses =
              StubSes.refusingFirst(
                  1, 403, "SignatureDoesNotMatch", EXPIRED, number -> dated(minute(-20)));
          SesMailer mailer = mailer(ses).withoutRetry().build()) {

        MailException failure = catchThrowableOfType(MailException.class, () -> mailer.send(EMAIL));

        assertThat(ses.requests()).hasSize(1);
        assertThat(failure.retryAfter()).hasValue(Duration.ofSeconds(1));
        assertThat(mailer.send(EMAIL).messageId()).isEqualTo("stub-2");
      }
    }

    @Test
    void makesNoSecondTryInTheLastSecond() {
      VirtualTime time = new VirtualTime();
      IntFunction<String> late =
          number -> {
            time.advance(Duration.ofMillis(29_001));
            return dated(minute(20));
          };
      try (StubSes ses = StubSes.refusingFirst(1, 403, "SignatureDoesNotMatch", EXPIRED, late)) {

        MailException failure = failureOf(mailer(ses).waiting(time, bound -> 0));

        assertThat(ses.requests()).hasSize(1);
        assertThat(failure.kind()).isEqualTo(Kind.CLOCK_SKEWED);
        assertThat(failure.retryAfter()).isPresent();
      }
    }

    /** The corrected time is wrong once somebody has set the clock. */
    @Test
    void correctsTheTimeAgainOnceTheClockIsRight() {
      SdkGlobalTime.setGlobalTimeOffset(20 * 60);
      try (StubSes ses =
              StubSes.refusingFirst(
                  1, 403, "SignatureDoesNotMatch", EXPIRED, number -> dated(Duration.ZERO));
          SesMailer mailer = mailer(ses).build()) {

        assertThat(mailer.send(EMAIL).messageId()).isEqualTo("stub-2");
        assertThat(signedAhead(ses.requests().get(0))).isBetween(minute(-21), minute(-19));
        assertThat(signedAhead(ses.requests().get(1))).isBetween(minute(-1), minute(1));
      }
    }

    /** The response is a refusal of permission, whatever the clock shows. */
    @Test
    void doesNotTakeADeniedPermissionForAWrongClock() {
      try (StubSes ses =
          StubSes.refusingFirst(9, 403, "AccessDenied", "No.", number -> dated(minute(20)))) {

        assertThat(failureOf(mailer(ses)).kind()).isEqualTo(Kind.ACCESS_DENIED);
        assertThat(ses.requests()).hasSize(1);
      }
    }

    /** Whether it was corrected or not: the provider refreshes by the same clock. */
    @Test
    void sendsNothingWithCredentialsThatThisClockShowsAsExpired() {
      Instant end = SYSTEM.instant().plus(minute(10));
      try (StubSes ses = StubSes.accepting()) {

        MailException failure =
            failureOf(
                mailer(ses)
                    .credentials(RecordingCredentials.endingAt(end))
                    .clock(Clock.offset(SYSTEM, minute(20))));

        assertThat(failure.kind()).isEqualTo(Kind.CREDENTIALS_UNAVAILABLE);
        assertThat(failure).hasMessageContaining("check this machine's clock");
        assertThat(ses.connections()).isZero();
      }
    }
  }
}
