package com.healthmetrics.aws.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import com.healthmetrics.aws.mail.MailException.Delivery;
import com.healthmetrics.aws.mail.MailException.Kind;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

class MailExceptionTest {

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "UNKNOWN_OUTCOME")
  void reportsAllKindsButOneAsNotSent(Kind kind) {
    assertThat(new MailException(kind, "What happened").delivery()).isEqualTo(Delivery.NOT_SENT);
  }

  @Test
  void reportsALostResponseAsUnknown() {
    assertThat(new MailException(Kind.UNKNOWN_OUTCOME, "What happened").delivery())
        .isEqualTo(Delivery.UNKNOWN);
  }

  @ParameterizedTest
  @EnumSource(
      mode = Mode.EXCLUDE,
      names = {"THROTTLED", "DAILY_QUOTA_EXCEEDED", "UNREACHABLE", "CREDENTIALS_UNAVAILABLE"})
  void recommendsNoWaitIfWaitingDoesNotHelp(Kind kind) {
    assertThat(new MailException(kind, "What happened").retryAfter()).isEmpty();
  }

  @Test
  void recommendsAWaitIfWaitingHelps() {
    assertThat(new MailException(Kind.THROTTLED, "x").retryAfter()).hasValue(Duration.ofSeconds(1));
    assertThat(new MailException(Kind.UNREACHABLE, "x").retryAfter())
        .hasValue(Duration.ofSeconds(5));
    assertThat(new MailException(Kind.CREDENTIALS_UNAVAILABLE, "x").retryAfter())
        .hasValue(Duration.ofSeconds(5));
    assertThat(new MailException(Kind.DAILY_QUOTA_EXCEEDED, "x").retryAfter())
        .hasValue(Duration.ofHours(1));
  }

  @Test
  void keepsKindMessageAndCause() {
    RuntimeException cause = new RuntimeException("why");
    MailException failure = new MailException(Kind.INVALID, "What happened", cause);

    assertThat(failure.kind()).isEqualTo(Kind.INVALID);
    assertThat(failure).hasMessage("What happened").hasCause(cause);
    assertThat(new MailException(Kind.INVALID, "What happened")).hasNoCause();
  }

  @Test
  void refusesNulls() {
    assertThatNullPointerException().isThrownBy(() -> new MailException(null, "x"));
    assertThatNullPointerException().isThrownBy(() -> MailReceipt.of(null));
  }
}
