package com.healthmetrics.aws.mail;

import static org.assertj.core.api.Assertions.assertThat;

import com.healthmetrics.aws.fixtures.RecordingCredentials;
import com.healthmetrics.aws.fixtures.StubSes;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.regions.Region;

/** {@link SesMailer#sendRate} for each response to {@code GetAccount}. */
class SesSendRateTest {

  private static SesMailer mailer(StubSes ses) {
    return SesMailer.builder()
        .region(Region.EU_CENTRAL_1)
        .credentials(RecordingCredentials.longTerm())
        .endpoint(ses.endpoint())
        .build();
  }

  private static StubSes responding(String body) {
    return StubSes.behaving(
        (number, out) -> {
          StubSes.write(out, 200, "", body);
          return true;
        });
  }

  private static OptionalDouble rateFrom(StubSes responses) {
    try (StubSes ses = responses;
        SesMailer mailer = mailer(ses)) {
      OptionalDouble rate = mailer.sendRate();
      assertThat(ses.requests()).isNotEmpty();
      assertThat(ses.requests().get(0).line()).isEqualTo("GET /v2/email/account HTTP/1.1");
      return rate;
    }
  }

  @Test
  void returnsTheRateOfTheAccount() {
    assertThat(
            rateFrom(
                responding(
                    "{\"SendQuota\":{\"Max24HourSend\":200.0,\"MaxSendRate\":1.5,"
                        + "\"SentLast24Hours\":3.0}}")))
        .hasValue(1.5);
  }

  @Test
  void isUnknownIfTheResponseLacksIt() {
    assertThat(rateFrom(responding("{}"))).isEmpty();
    assertThat(rateFrom(responding("{\"SendQuota\":{}}"))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "403, AccessDeniedException",
    "429, TooManyRequestsException",
    "500, InternalFailure"
  })
  void isUnknownAfterAnErrorResponse(int status, String errorType) {
    assertThat(rateFrom(StubSes.refusing(status, errorType, "not for you"))).isEmpty();
  }

  @Test
  void isUnknownWithoutAResponse() {
    assertThat(rateFrom(StubSes.hangingUp())).isEmpty();
  }

  @Test
  void isUnknownOnceTheMailerIsClosed() {
    try (StubSes ses = StubSes.accepting()) {
      SesMailer mailer = mailer(ses);
      mailer.close();

      assertThat(mailer.sendRate()).isEmpty();
      assertThat(ses.requests()).isEmpty();
    }
  }

  @Test
  void isUnknownWithTheApiV1() {
    try (StubSes ses = StubSes.accepting();
        SesMailer mailer =
            SesMailer.builder()
                .region(Region.EU_CENTRAL_1)
                .credentials(RecordingCredentials.longTerm())
                .endpoint(ses.endpoint())
                .apiV1()
                .build()) {
      assertThat(mailer.sendRate()).isEmpty();
      assertThat(ses.connections()).isZero();
    }
  }
}
