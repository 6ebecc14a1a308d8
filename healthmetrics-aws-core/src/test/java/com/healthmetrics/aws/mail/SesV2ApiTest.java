package com.healthmetrics.aws.mail;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.entry;

import com.healthmetrics.aws.ConfigurationException;
import com.healthmetrics.aws.fixtures.RecordingCredentials;
import com.healthmetrics.aws.fixtures.SdkUnderTest;
import com.healthmetrics.aws.fixtures.SimpleJson;
import com.healthmetrics.aws.fixtures.StubSes;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.protocols.jsoncore.JsonNode;
import software.amazon.awssdk.regions.Region;

/** The requests of the API v2; {@link SesMailerTest} has the rest. */
class SesV2ApiTest {
  private static final Email EMAIL =
      Email.builder()
          .from(EmailAddress.parse("HealthMetrics <noreply@healthmetrics.example>"))
          .to(EmailAddress.parse("Ada <ada@example.com>"))
          .subject("Hello")
          .text("Hello, Ada.")
          .build();

  private static SesMailer.Builder complete() {
    return SesMailer.builder()
        .region(Region.EU_CENTRAL_1)
        .credentials(RecordingCredentials.longTerm());
  }

  @Test
  void sendsAllFieldsOfTheEmail() {
    Email email =
        Email.builder()
            .from(EmailAddress.parse("Grüße <noreply@healthmetrics.example>"))
            .to(EmailAddress.of("ada@example.com"))
            .to(EmailAddress.parse("Bob <bob@example.com>"))
            .subject("Bestätigen 確認 😀")
            .text("Text ä 😀\n")
            .html("<p>Html ö 漢</p>")
            .header("X-Second", "2")
            .header("Auto-Submitted", "auto-generated")
            .build();
    try (StubSes ses = StubSes.accepting();
        SesMailer mailer =
            complete().endpoint(ses.endpoint()).configurationSet("health-prod").build()) {

      MailReceipt receipt = mailer.send(email);

      assertThat(receipt.messageId()).isEqualTo("stub-1");
      assertThat(ses.requests()).hasSize(1);
      assertThat(ses.requests().get(0).line()).isEqualTo("POST /v2/email/outbound-emails HTTP/1.1");
      JsonNode sent = SimpleJson.parse(ses.requests().get(0).body());
      assertThat(SimpleJson.text(sent, "FromEmailAddress"))
          .isEqualTo(email.from().toHeaderValue())
          .matches("[ -~]+");
      assertThat(SimpleJson.at(sent, "Destination").asObject()).containsOnlyKeys("ToAddresses");
      assertThat(SimpleJson.at(sent, "Destination", "ToAddresses").asArray())
          .extracting(JsonNode::asString)
          .containsExactly("ada@example.com", "\"Bob\" <bob@example.com>");
      JsonNode simple = SimpleJson.at(sent, "Content", "Simple");
      assertThatContentIs(SimpleJson.at(simple, "Subject"), "Bestätigen 確認 😀");
      assertThatContentIs(SimpleJson.at(simple, "Body", "Text"), "Text ä 😀\n");
      assertThatContentIs(SimpleJson.at(simple, "Body", "Html"), "<p>Html ö 漢</p>");
      assertThat(SimpleJson.at(simple, "Headers").asArray())
          .extracting(
              header -> SimpleJson.text(header, "Name") + ": " + SimpleJson.text(header, "Value"))
          .containsExactly("X-Second: 2", "Auto-Submitted: auto-generated");
      assertThat(SimpleJson.text(sent, "ConfigurationSetName")).isEqualTo("health-prod");
    }
  }

  private static void assertThatContentIs(JsonNode content, String data) {
    assertThat(SimpleJson.texts(content))
        .containsEntry("Data", data)
        .containsEntry("Charset", "UTF-8");
  }

  @Test
  void leavesOutWhatTheEmailLacks() {
    try (StubSes ses = StubSes.accepting();
        SesMailer mailer = complete().endpoint(ses.endpoint()).build()) {

      mailer.send(EMAIL);

      JsonNode sent = SimpleJson.parse(ses.requests().get(0).body());
      assertThat(sent.asObject()).containsOnlyKeys("FromEmailAddress", "Destination", "Content");
      JsonNode simple = SimpleJson.at(sent, "Content", "Simple");
      assertThat(simple.asObject()).containsOnlyKeys("Subject", "Body");
      assertThat(SimpleJson.at(simple, "Body").asObject()).containsOnlyKeys("Text");
    }
  }

  @Test
  void sendsCopiesAttachmentsAndTags() {
    byte[] bytes = {0, -1, 10};
    Email email =
        EMAIL.toBuilder()
            .cc(EmailAddress.of("cc@example.com"))
            .bcc(EmailAddress.of("bcc@example.com"))
            .replyTo(EmailAddress.of("help@healthmetrics.example"))
            .html("<img src=\"cid:logo\">")
            .attach(EmailAttachment.of("Größe.pdf", "application/pdf", bytes))
            .attach(EmailAttachment.inline("logo", "logo.png", "image/png", bytes))
            .tag("campaign", "none")
            .configurationSet("of-the-mail")
            .build();
    JsonNode sent = sent(complete().configurationSet("of-the-mailer"), email);

    assertThat(SimpleJson.text(sent, "ConfigurationSetName")).isEqualTo("of-the-mail");
    assertThat(SimpleJson.at(sent, "Destination", "CcAddresses").asArray()).hasSize(1);
    assertThat(SimpleJson.at(sent, "Destination", "BccAddresses").asArray()).hasSize(1);
    assertThat(SimpleJson.at(sent, "ReplyToAddresses").asArray()).hasSize(1);
    assertThat(SimpleJson.texts(SimpleJson.at(sent, "EmailTags").asArray().get(0)))
        .containsEntry("Name", "campaign")
        .containsEntry("Value", "none");
    assertThat(SimpleJson.at(sent, "Content", "Simple", "Attachments").asArray())
        .extracting(SimpleJson::texts)
        .satisfiesExactly(
            file ->
                assertThat(file)
                    .containsEntry("FileName", "Größe.pdf")
                    .containsEntry("ContentType", "application/pdf")
                    .containsEntry("ContentDisposition", "ATTACHMENT")
                    .containsEntry("ContentTransferEncoding", "BASE64")
                    .containsEntry("RawContent", Base64.getEncoder().encodeToString(bytes))
                    .doesNotContainKey("ContentId"),
            image ->
                assertThat(image)
                    .containsEntry("ContentDisposition", "INLINE")
                    .containsEntry("ContentId", "logo"));
  }

  @Test
  void namesTheIdentityOfAnotherAccountForTheAddressesThatItCovers() {
    String arn = "arn:aws:ses:eu-central-1:111122223333:identity/healthmetrics.example";
    Email other = EMAIL.toBuilder().from(EmailAddress.of("noreply@own.example")).build();
    SesMailer.Builder covered =
        complete()
            .identityArn(arn)
            .feedbackAddress(EmailAddress.parse("Bounces <bounces@mail.healthmetrics.example>"));
    SesMailer.Builder own =
        complete().identityArn(arn).feedbackAddress(EmailAddress.of("bounces@own.example"));

    assertThat(senderFields(sent(covered, EMAIL)))
        .containsOnly(
            entry("FromEmailAddressIdentityArn", arn),
            entry("FeedbackForwardingEmailAddress", "bounces@mail.healthmetrics.example"),
            entry("FeedbackForwardingEmailAddressIdentityArn", arn));
    assertThat(senderFields(sent(own, EMAIL)))
        .containsOnly(
            entry("FromEmailAddressIdentityArn", arn),
            entry("FeedbackForwardingEmailAddress", "bounces@own.example"));
    assertThat(senderFields(sent(complete().identityArn(arn), other))).isEmpty();
  }

  private static Map<String, String> senderFields(JsonNode sent) {
    return sent.asObject().entrySet().stream()
        .filter(field -> field.getKey().matches(".*Arn|Feedback.*"))
        .collect(toMap(Map.Entry::getKey, field -> field.getValue().asString()));
  }

  @Test
  void leavesTrackingToTheConfigurationSet() {
    Email accountMail = EMAIL.toBuilder().accountMail().build();

    assertThat(sent(complete(), accountMail).asObject())
        .doesNotContainKey("ConfigurationOverrides");
  }

  @Test
  void turnsOffTrackingOfAccountEmailsOnRequest() {
    if (SdkUnderTest.isOldest()) {
      assertThatExceptionOfType(ConfigurationException.class)
          .isThrownBy(() -> complete().untrackedAccountMail().build())
          .withMessageContainingAll(
              "2.54.3 or newer", SdkUnderTest.floor(), "software.amazon.awssdk:bom");
      return;
    }
    Email accountMail = EMAIL.toBuilder().accountMail().build();

    JsonNode tracking =
        SimpleJson.at(
            sent(complete().untrackedAccountMail(), accountMail),
            "ConfigurationOverrides",
            "Tracking");

    assertThat(SimpleJson.texts(tracking))
        .containsEntry("ClickTrackingEnabled", "DISABLED")
        .containsEntry("OpenTrackingEnabled", "DISABLED");
    assertThat(sent(complete().untrackedAccountMail(), EMAIL).asObject())
        .doesNotContainKey("ConfigurationOverrides");
  }

  private static JsonNode sent(SesMailer.Builder builder, Email email) {
    try (StubSes ses = StubSes.accepting();
        SesMailer mailer = builder.endpoint(ses.endpoint()).build()) {
      mailer.send(email);
      return SimpleJson.parse(ses.requests().get(0).body());
    }
  }
}
