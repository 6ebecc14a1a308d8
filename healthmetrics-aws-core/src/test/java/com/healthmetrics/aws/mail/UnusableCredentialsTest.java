package com.healthmetrics.aws.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.healthmetrics.aws.fixtures.StubHttp;
import com.healthmetrics.aws.fixtures.UnusableCredentials;
import com.healthmetrics.aws.mail.MailException.Delivery;
import com.healthmetrics.aws.mail.MailException.Kind;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.regions.Region;

class UnusableCredentialsTest {

  @ParameterizedTest
  @EnumSource
  void leaveAnEmailUnsentForCertain(UnusableCredentials provider) {
    StubHttp http = StubHttp.responding(200, "{\"MessageId\":\"1\"}");
    try (SesMailer mailer =
        SesMailer.builder()
            .region(Region.EU_CENTRAL_1)
            .credentials(provider)
            .httpClient(http)
            .withoutRetry()
            .build()) {
      MailException failure =
          catchThrowableOfType(
              MailException.class, () -> mailer.send(Emails.to("ada@example.com")));

      assertThat(failure.kind()).isEqualTo(Kind.CREDENTIALS_UNAVAILABLE);
      assertThat(failure.delivery()).isEqualTo(Delivery.NOT_SENT);
      assertThat(failure).hasMessageNotContainingAny("AKID", "S3C", "T0K");
      assertThat(http.requests()).isEmpty();
    } finally {
      Thread.interrupted();
    }
  }
}
