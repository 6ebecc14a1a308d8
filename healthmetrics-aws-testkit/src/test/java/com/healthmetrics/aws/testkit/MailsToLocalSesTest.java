package com.healthmetrics.aws.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import com.healthmetrics.aws.mail.AccountEmails;
import com.healthmetrics.aws.mail.Email;
import com.healthmetrics.aws.mail.EmailAddress;
import com.healthmetrics.aws.mail.MailException;
import com.healthmetrics.aws.mail.MailException.Delivery;
import com.healthmetrics.aws.mail.MailException.Kind;
import com.healthmetrics.aws.mail.MailReceipt;
import com.healthmetrics.aws.mail.SesMailer;
import com.healthmetrics.aws.testkit.mail.LocalSes;
import com.healthmetrics.aws.testkit.mail.ReceivedMail;
import java.net.URI;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;

/** The real mailer talks to a strict SES over the wire. */
class MailsToLocalSesTest {
  private static final EmailAddress ADA = EmailAddress.parse("Ada Lövelace <ada@example.com>");

  private final LocalSes ses =
      LocalSes.builder()
          .region(Region.EU_CENTRAL_1)
          .verifiedIdentity("healthmetrics.example")
          .configurationSet("known-set")
          .start();

  @AfterEach
  void stop() {
    ses.close();
  }

  private SesMailer.Builder mailer(AwsCredentialsProvider credentials) {
    return SesMailer.builder()
        .region(ses.region())
        .endpoint(ses.endpoint())
        .credentials(credentials);
  }

  private static Email email(String from) {
    return Email.builder()
        .from(EmailAddress.parse(from))
        .to(ADA)
        .subject("Grüße 😀")
        .text("Text with Ümlauts\nand 'quotes'")
        .html("<p>Ümlauts</p>")
        .header("X-Entity-Ref-ID", "ref-1")
        .build();
  }

  @Test
  void carriesEveryPartOfAMail() {
    try (SesMailer mailer = mailer(ses.credentials()).configurationSet("known-set").build()) {
      MailReceipt receipt = mailer.send(email("HealthMetrics <noreply@healthmetrics.example>"));

      ReceivedMail mail = ses.emails().get(0);
      assertThat(ses.emails()).hasSize(1);
      assertThat(mail.messageId()).isEqualTo(receipt.messageId());
      assertThat(mail.from()).isEqualTo("\"HealthMetrics\" <noreply@healthmetrics.example>");
      assertThat(mail.to()).containsExactly(ADA.toHeaderValue());
      assertThat(mail.subject()).isEqualTo("Grüße 😀");
      assertThat(mail.text()).contains("Text with Ümlauts\nand 'quotes'");
      assertThat(mail.html()).contains("<p>Ümlauts</p>");
      assertThat(mail.headers()).containsEntry("X-Entity-Ref-ID", "ref-1");
      assertThat(mail.configurationSet()).contains("known-set");
    }
  }

  @Test
  void sendsAccountMailsWithOneLink() {
    try (SesMailer mailer = mailer(ses.credentials()).build()) {
      AccountEmails emails =
          AccountEmails.builder()
              .mailer(mailer)
              .from(EmailAddress.parse("HealthMetrics <noreply@healthmetrics.example>"))
              .appUrl(URI.create("https://app.healthmetrics.example"))
              .build();
      emails.sendVerification(ADA, "a token&more");
      emails.sendPasswordReset(ADA, "another");

      assertThat(ses.emails().get(0).links())
          .containsExactly(
              "https://app.healthmetrics.example/auth/verify-email?token=a%20token%26more");
      assertThat(ses.emails().get(1).links())
          .containsExactly("https://app.healthmetrics.example/auth/reset-password?token=another");
    }
  }

  @Test
  void saysThatTheSenderIsNotVerified() {
    try (SesMailer mailer = mailer(ses.credentials()).build()) {
      assertFails(mailer, email("noreply@elsewhere.example"), Kind.IDENTITY_NOT_VERIFIED);
    }
  }

  @Test
  void saysThatTheConfigurationSetDoesNotExist() {
    try (SesMailer mailer = mailer(ses.credentials()).configurationSet("other").build()) {
      assertFails(mailer, email("noreply@healthmetrics.example"), Kind.CONFIGURATION_SET_NOT_FOUND);
    }
  }

  @Test
  void saysThatCredentialsAreUnknown() {
    AwsCredentialsProvider unknown =
        StaticCredentialsProvider.create(AwsBasicCredentials.create("AKIDUNKNOWN", "secret"));
    try (SesMailer mailer = mailer(unknown).build()) {
      assertFails(mailer, email("noreply@healthmetrics.example"), Kind.CREDENTIALS_REJECTED);
    }
  }

  private void assertFails(SesMailer mailer, Email email, Kind kind) {
    assertThatThrownBy(() -> mailer.send(email))
        .hasMessageNotContaining("@")
        .asInstanceOf(type(MailException.class))
        .satisfies(
            failure -> {
              assertThat(failure.kind()).isEqualTo(kind);
              assertThat(failure.delivery()).isEqualTo(Delivery.NOT_SENT);
            });
    assertThat(ses.emails()).isEmpty();
  }
}
