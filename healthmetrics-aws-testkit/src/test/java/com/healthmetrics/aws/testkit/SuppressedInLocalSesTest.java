package com.healthmetrics.aws.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.healthmetrics.aws.mail.Email;
import com.healthmetrics.aws.mail.EmailAddress;
import com.healthmetrics.aws.mail.MailException;
import com.healthmetrics.aws.mail.MailException.Kind;
import com.healthmetrics.aws.mail.SesMailer;
import com.healthmetrics.aws.mail.SuppressionList.Suppression;
import com.healthmetrics.aws.testkit.mail.LocalSes;
import com.healthmetrics.aws.testkit.mail.SesFault;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** What support staff sees of the list that {@link LocalSes} keeps as SES does. */
class SuppressedInLocalSesTest {
  private static final EmailAddress ADA = EmailAddress.of("Ada+app@example.com");
  private static final Suppression BOUNCED =
      new Suppression(Suppression.BOUNCE, Instant.parse("2026-03-01T09:00:00.125Z"));

  private static SesMailer mailer(LocalSes ses) {
    return SesMailer.builder()
        .region(ses.region())
        .endpoint(ses.endpoint())
        .credentials(ses.credentials())
        .withoutRetry()
        .build();
  }

  private static Email email() {
    return Email.builder()
        .from(EmailAddress.of("noreply@healthmetrics.example"))
        .to(ADA)
        .subject("Hello")
        .text("Hello")
        .build();
  }

  @Test
  void deliversAgainOnceAnAddressIsReleased() {
    try (LocalSes ses = LocalSes.start();
        SesMailer mailer = mailer(ses)) {
      ses.suppress(ADA, BOUNCED);
      mailer.send(email());

      assertThat(ses.emails().get(0).deliveredTo()).isEmpty();
      assertThat(mailer.suppression(ADA)).hasValue(BOUNCED);
      assertThat(mailer.release(ADA)).isTrue();
      assertThat(mailer.suppression(ADA)).isEmpty();
      assertThat(mailer.release(ADA)).isFalse();
      mailer.send(email());
      assertThat(ses.emails().get(1).deliveredTo()).hasSize(1);
    }
  }

  @Test
  void isFoundUnderTheExactAddressOnly() {
    try (LocalSes ses = LocalSes.start();
        SesMailer mailer = mailer(ses)) {
      ses.suppress(ADA, BOUNCED);

      assertThat(mailer.suppression(EmailAddress.of("ada+app@example.com"))).isEmpty();
      assertThat(mailer.release(EmailAddress.of("ada+app@example.com"))).isFalse();
      assertThat(mailer.suppression(ADA)).isPresent();
    }
  }

  @Test
  void isUnknownWhileSesThrottles() {
    try (LocalSes ses = LocalSes.start();
        SesMailer mailer = mailer(ses)) {
      ses.failNext(SesFault.throttled().onlyFor("GetSuppressedDestination"));

      MailException failure =
          catchThrowableOfType(MailException.class, () -> mailer.suppression(ADA));

      assertThat(failure.kind()).isEqualTo(Kind.THROTTLED);
      assertThat(failure.retryAfter()).hasValue(Duration.ofSeconds(1));
      assertThat(failure).hasMessageContaining("state of the address is unknown");
      assertThat(mailer.suppression(ADA)).isEmpty();
    }
  }

  @Test
  void namesThePermissionThatIsMissing() {
    try (LocalSes ses =
            LocalSes.builder()
                .denied("ses:GetSuppressedDestination", "ses:DeleteSuppressedDestination")
                .start();
        SesMailer mailer = mailer(ses)) {
      MailException lookUp =
          catchThrowableOfType(MailException.class, () -> mailer.suppression(ADA));
      MailException release = catchThrowableOfType(MailException.class, () -> mailer.release(ADA));

      assertThat(lookUp.kind()).isEqualTo(Kind.ACCESS_DENIED);
      assertThat(lookUp)
          .hasMessageContainingAll("ses:GetSuppressedDestination", "role.suppression");
      assertThat(release)
          .hasMessageContainingAll("ses:DeleteSuppressedDestination", "role.suppression");
    }
  }
}
