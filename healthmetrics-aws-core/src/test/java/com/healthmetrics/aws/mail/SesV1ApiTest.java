package com.healthmetrics.aws.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.entry;

import com.healthmetrics.aws.fixtures.RecordingCredentials;
import com.healthmetrics.aws.fixtures.StubSes;
import com.healthmetrics.aws.mail.MailException.Delivery;
import com.healthmetrics.aws.mail.MailException.Kind;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.regions.Region;

/** The requests of the API v1; {@link SesMailerTest} has the rest. */
class SesV1ApiTest {
  private static final int TEN_MEGABYTES = 10 * 1024 * 1024;

  private static Email.Builder email() {
    return Email.builder()
        .from(EmailAddress.parse("Grüße <noreply@healthmetrics.example>"))
        .to(EmailAddress.of("ada@example.com"))
        .to(EmailAddress.parse("Bob <bob@example.com>"))
        .subject("Bestätigen 確認 😀")
        .text("Text ä 😀\n");
  }

  private static SesMailer.Builder complete() {
    return SesMailer.builder()
        .apiV1()
        .region(Region.EU_CENTRAL_1)
        .credentials(RecordingCredentials.longTerm());
  }

  private static Map<String, String> sent(SesMailer.Builder builder, Email email) {
    try (StubSes ses = StubSes.accepting();
        SesMailer mailer = builder.endpoint(ses.endpoint()).build()) {

      assertThat(mailer.send(email).messageId()).isEqualTo("stub-1");

      assertThat(ses.requests()).hasSize(1);
      assertThat(ses.requests().get(0).line()).isEqualTo("POST / HTTP/1.1");
      Map<String, String> fields = new LinkedHashMap<>();
      for (String pair : ses.requests().get(0).body().split("&")) {
        int equals = pair.indexOf('=');
        fields.put(
            pair.substring(0, equals),
            URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
      }
      return fields;
    }
  }

  @Test
  void sendsWhatThisApiCarriesWithoutMime() {
    Email email =
        email()
            .cc(EmailAddress.of("cc@example.com"))
            .bcc(EmailAddress.of("bcc@example.com"))
            .replyTo(EmailAddress.of("help@healthmetrics.example"))
            .html("<p>Html ö 漢</p>")
            .tag("campaign", "none")
            .build();

    assertThat(sent(complete().configurationSet("health-prod"), email))
        .containsOnly(
            entry("Action", "SendEmail"),
            entry("Version", "2010-12-01"),
            entry("Source", email.from().toHeaderValue()),
            entry("Destination.ToAddresses.member.1", "ada@example.com"),
            entry("Destination.ToAddresses.member.2", "\"Bob\" <bob@example.com>"),
            entry("Destination.CcAddresses.member.1", "cc@example.com"),
            entry("Destination.BccAddresses.member.1", "bcc@example.com"),
            entry("ReplyToAddresses.member.1", "help@healthmetrics.example"),
            entry("Message.Subject.Data", "Bestätigen 確認 😀"),
            entry("Message.Subject.Charset", "UTF-8"),
            entry("Message.Body.Text.Data", "Text ä 😀\n"),
            entry("Message.Body.Text.Charset", "UTF-8"),
            entry("Message.Body.Html.Data", "<p>Html ö 漢</p>"),
            entry("Message.Body.Html.Charset", "UTF-8"),
            entry("Tags.member.1.Name", "campaign"),
            entry("Tags.member.1.Value", "none"),
            entry("ConfigurationSetName", "health-prod"));
  }

  @Test
  void leavesOutWhatTheEmailLacks() {
    assertThat(sent(complete(), email().build()).keySet())
        .noneMatch(name -> name.matches(".*(Cc|Html|ReplyTo|Tags|ConfigurationSet).*"));
  }

  @Test
  void writesMimeForHeaders() {
    Email email =
        email()
            .bcc(EmailAddress.parse("Eve <bcc@example.com>"))
            .header("X-Entity-Ref-ID", "7")
            .tag("campaign", "none")
            .configurationSet("of-the-mail")
            .build();

    Map<String, String> sent = sent(complete().configurationSet("of-the-mailer"), email);

    assertThat(sent)
        .containsEntry("Action", "SendRawEmail")
        .containsEntry("Source", "noreply@healthmetrics.example")
        .containsEntry("Destinations.member.1", "ada@example.com")
        .containsEntry("Destinations.member.2", "bob@example.com")
        .containsEntry("Destinations.member.3", "bcc@example.com")
        .containsEntry("Tags.member.1.Name", "campaign")
        .containsEntry("Tags.member.1.Value", "none")
        .containsEntry("ConfigurationSetName", "of-the-mail")
        .doesNotContainKeys("Destinations.member.4", "Tags.member.2.Name");
    assertThat(
            new String(
                Base64.getDecoder().decode(sent.get("RawMessage.Data")), StandardCharsets.US_ASCII))
        .contains("X-Entity-Ref-ID: 7\r\n")
        .doesNotContain("bcc@example.com", "Eve");
  }

  @Test
  void namesTheIdentityOfAnotherAccountForTheAddressesThatItCovers() {
    String arn = "arn:aws:ses:eu-central-1:111122223333:identity/healthmetrics.example";
    SesMailer.Builder covered =
        complete()
            .identityArn(arn)
            .feedbackAddress(EmailAddress.parse("Bounces <bounces@mail.healthmetrics.example>"));
    SesMailer.Builder own =
        complete().identityArn(arn).feedbackAddress(EmailAddress.of("bounces@own.example"));
    Email raw = email().header("X-Entity-Ref-ID", "7").build();

    assertThat(sent(covered, email().build()))
        .containsEntry("SourceArn", arn)
        .containsEntry("ReturnPath", "bounces@mail.healthmetrics.example")
        .containsEntry("ReturnPathArn", arn)
        .doesNotContainKey("FromArn");
    assertThat(sent(own, email().build()))
        .containsEntry("SourceArn", arn)
        .containsEntry("ReturnPath", "bounces@own.example")
        .doesNotContainKey("ReturnPathArn");
    assertThat(sent(covered, raw))
        .containsEntry("Source", "bounces@mail.healthmetrics.example")
        .containsEntry("SourceArn", arn)
        .containsEntry("FromArn", arn)
        .doesNotContainKeys("ReturnPath", "ReturnPathArn");
    assertThat(sent(own, raw))
        .containsEntry("Source", "bounces@own.example")
        .containsEntry("FromArn", arn)
        .doesNotContainKey("SourceArn");
    assertThat(sent(complete().identityArn(arn), raw))
        .containsEntry("Source", "noreply@healthmetrics.example")
        .containsEntry("SourceArn", arn)
        .containsEntry("FromArn", arn);
    assertThat(sent(complete().identityArn(arn.replace("health", "other")), raw))
        .doesNotContainKeys("SourceArn", "FromArn");
  }

  @Test
  void writesMimeForAttachments() {
    EmailAttachment file = EmailAttachment.of("a.pdf", "application/pdf", new byte[3]);

    assertThat(sent(complete(), email().attach(file).build()))
        .containsEntry("Action", "SendRawEmail");
  }

  @Test
  void refusesEmailsThatAreTooLargeBeforeSending() {
    Email plain = email().text("x".repeat(TEN_MEGABYTES)).html("y").build();
    // As many bytes before base64 as are too many after it.
    EmailAttachment file =
        EmailAttachment.of("a.bin", "application/octet-stream", new byte[TEN_MEGABYTES / 4 * 3]);
    RecordingCredentials credentials = RecordingCredentials.longTerm();
    try (StubSes ses = StubSes.accepting();
        SesMailer mailer = complete().credentials(credentials).endpoint(ses.endpoint()).build()) {
      for (Email email : new Email[] {plain, email().attach(file).build()}) {
        MailException failure = catchThrowableOfType(MailException.class, () -> mailer.send(email));

        assertThat(failure.kind()).isEqualTo(Kind.TOO_LARGE);
        assertThat(failure.delivery()).isEqualTo(Delivery.NOT_SENT);
        assertThat(failure).hasMessageContaining("10485760").hasMessageContaining("SES API v2");
      }
      assertThat(ses.connections()).isZero();
      assertThat(credentials.timesAsked()).isZero();
    }
  }

  @Test
  void acceptsEmailsThatAreJustSmallEnough() {
    assertThat(sent(complete(), email().text("x".repeat(TEN_MEGABYTES)).build()))
        .containsEntry("Action", "SendEmail");
  }
}
