package com.healthmetrics.aws.testkit.mail;

import static com.healthmetrics.aws.testkit.mail.SesQueryClient.content;
import static com.healthmetrics.aws.testkit.mail.SesQueryClient.message;
import static com.healthmetrics.aws.testkit.mail.SesQueryClient.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.ses.SesClient;
import software.amazon.awssdk.services.ses.model.ConfigurationSetDoesNotExistException;
import software.amazon.awssdk.services.ses.model.GetSendQuotaResponse;
import software.amazon.awssdk.services.ses.model.MailFromDomainNotVerifiedException;
import software.amazon.awssdk.services.ses.model.Message;
import software.amazon.awssdk.services.ses.model.MessageRejectedException;
import software.amazon.awssdk.services.ses.model.MessageTag;
import software.amazon.awssdk.services.ses.model.SendEmailRequest;
import software.amazon.awssdk.services.ses.model.SesException;

/** The SES API v1: forms with responses in XML. */
class SesQueryTest {
  private final LocalSes ses =
      LocalSes.builder()
          .region(Region.EU_CENTRAL_1)
          .verifiedIdentity("example.com")
          .configurationSet("account-mail")
          .sendQuota(200, 1.5)
          .start();
  private final SesClient client = SesQueryClient.of(ses);

  @AfterEach
  void stop() {
    client.close();
    ses.close();
  }

  private static MessageTag tag(String name, String value) {
    return MessageTag.builder().name(name).value(value).build();
  }

  private static SendEmailRequest.Builder with(Message.Builder message) {
    return request().message(message.build());
  }

  private void assertRefused(SendEmailRequest.Builder request, String code, String message) {
    assertThatExceptionOfType(SesException.class)
        .isThrownBy(() -> client.sendEmail(request.build()))
        .withMessageContaining(message)
        .satisfies(
            e -> {
              assertThat(e.awsErrorDetails().errorCode()).isEqualTo(code);
              assertThat(e.statusCode()).isEqualTo(400);
              assertThat(e.requestId()).isNotBlank();
              assertThat(e.awsErrorDetails().rawResponse().asUtf8String())
                  .contains("<Type>Sender</Type>", "<Reason>");
            });
    assertThat(ses.emails()).isEmpty();
  }

  @Test
  void keepsEverythingThatWasSent() {
    String id =
        client
            .sendEmail(
                request()
                    .destination(
                        d ->
                            d.toAddresses("\"Doe, Jo\" <jo@example.org>", "al@example.org")
                                .ccAddresses("cc@example.org", "cc2@example.org")
                                .bccAddresses("bcc@example.org", "bcc2@example.org"))
                    .replyToAddresses("help@example.com", "more@example.com")
                    .configurationSetName("account-mail")
                    .tags(tag("kind", "verification"), tag("second", "2"))
                    .build())
            .messageId();

    ReceivedMail mail = ses.emails().get(0);
    assertThat(mail.messageId()).isEqualTo(id).matches("0100[0-9a-f]{12}-[0-9a-f-]{36}-000000");
    assertThat(mail.from()).isEqualTo("HealthMetrics <no-reply@example.com>");
    assertThat(mail.to()).containsExactly("\"Doe, Jo\" <jo@example.org>", "al@example.org");
    assertThat(mail.cc()).containsExactly("cc@example.org", "cc2@example.org");
    assertThat(mail.bcc()).containsExactly("bcc@example.org", "bcc2@example.org");
    assertThat(mail.replyTo()).containsExactly("help@example.com", "more@example.com");
    assertThat(mail.subject()).isEqualTo("Please verify your address");
    assertThat(mail.text()).hasValueSatisfying(text -> assertThat(text).startsWith("Open https"));
    assertThat(mail.html()).contains("<p>Grüße</p>");
    assertThat(mail.headers()).isEmpty();
    assertThat(mail.attachments()).isEmpty();
    assertThat(mail.tags())
        .containsExactly(Map.entry("kind", "verification"), Map.entry("second", "2"));
    assertThat(mail.configurationSet()).contains("account-mail");
    assertThat(mail.links()).containsExactly("https://app.example.com/verify?token=a-b");
    assertThat(ses.emails()).hasSize(1);
    assertThat(ses.sendAttempts()).isEqualTo(1);
  }

  @Test
  void acceptsEmptyLists() {
    client.sendEmail(
        request()
            .destination(d -> d.toAddresses("jo@example.org").ccAddresses(List.of()))
            .replyToAddresses(List.of())
            .tags(List.of())
            .build());
    assertThat(ses.emails().get(0).cc()).isEmpty();
  }

  @Test
  void refusesWithTheCodesOfTheFirstApi() {
    String invalid = "InvalidParameterValue";
    assertRefused(request().destination(d -> {}), invalid, "at least one recipient");
    assertRefused(
        request().destination(d -> d.toAddresses(SesTestClient.addresses(51))),
        invalid,
        "Recipient count exceeds 50");
    assertRefused(request().destination(d -> d.toAddresses("x")), invalid, "final '@domain'");
    assertRefused(with(message().subject(content("a\r\nBcc: b@c.de"))), invalid, "Subject");
    assertRefused(with(message().subject(s -> s.data("Grüße"))), invalid, "Invalid charset");
    assertRefused(request().tags(tag("a b", "c")), invalid, "Invalid tag");
    assertRefused(request().tags(tag("a", "b"), tag("a", "c")), invalid, "Duplicate tag");
    assertRefused(
        with(message().body(b -> b.text(content("x".repeat(10 * 1024 * 1024 + 1))))),
        invalid,
        "Message length is more than 10485760 bytes long: '10485761'");
  }

  @Test
  void refusesAnEmailThatLacksSomething() {
    assertRefused(request().source(null), "ValidationError", "Missing required field");
    assertRefused(with(message().subject(content(""))), "ValidationError", "'Subject'");
    assertRefused(with(message().body(b -> {})), "ValidationError", "'Body'");
    assertRefused(request().tags(tag("a", null)), "ValidationError", "'Tags.member.1.Value'");
  }

  @Test
  void refusesAnUnverifiedSender() {
    assertThatExceptionOfType(MessageRejectedException.class)
        .isThrownBy(() -> client.sendEmail(request().source("a@example.org").build()))
        .withMessageContaining(
            "Email address is not verified. The following identities failed the check in region"
                + " EU-CENTRAL-1: a@example.org");
  }

  @Test
  void refusesAnUndeclaredConfigurationSet() {
    assertThatExceptionOfType(ConfigurationSetDoesNotExistException.class)
        .isThrownBy(() -> client.sendEmail(request().configurationSetName("typo").build()))
        .withMessageContaining("Configuration set <typo> does not exist.")
        .satisfies(e -> assertThat(e.statusCode()).isEqualTo(400));
  }

  @Test
  void refusesActionsThatItDoesNotKnow() {
    assertThatExceptionOfType(SesException.class)
        .isThrownBy(() -> client.listIdentities())
        .withMessageContaining("Could not find operation ListIdentities for version 2010-12-01")
        .satisfies(e -> assertThat(e.awsErrorDetails().errorCode()).isEqualTo("InvalidAction"));
    assertThat(ses.sendAttempts()).isZero();
  }

  @Test
  void reportsItsQuota() {
    client.sendEmail(
        request().destination(d -> d.toAddresses("a@example.org", "b@example.org")).build());
    GetSendQuotaResponse quota = client.getSendQuota();
    assertThat(quota.max24HourSend()).isEqualTo(200);
    assertThat(quota.maxSendRate()).isEqualTo(1.5);
    assertThat(quota.sentLast24Hours()).isEqualTo(2);
    assertThat(ses.sendAttempts()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({"WRONG, InvalidClientTokenId", "'', SignatureDoesNotMatch"})
  void refusesForeignCredentials(String suffix, String code) {
    try (SesClient foreign =
        SesQueryClient.of(
            ses, ses.accessKeyId() + suffix, suffix.isEmpty() ? "wrong" : ses.secretAccessKey())) {
      assertThatExceptionOfType(SesException.class)
          .isThrownBy(() -> foreign.sendEmail(request().build()))
          .satisfies(
              e -> {
                assertThat(e.statusCode()).isEqualTo(403);
                assertThat(e.awsErrorDetails().errorCode()).isEqualTo(code);
              });
    }
    assertThat(ses.emails()).isEmpty();
    assertThat(ses.sendAttempts()).isEqualTo(1);
  }

  @Test
  void throttlesByRateAndByQuotaInTheSameWordsButOne() {
    ses.failNext(SesFault.throttled(), SesFault.dailyQuotaExceeded());
    assertRefused(request(), "Throttling", "Maximum sending rate exceeded.");
    assertRefused(request(), "Throttling", "Daily message quota exceeded.");
  }

  @ParameterizedTest
  @ValueSource(ints = {500, 503})
  void failsWithoutKeepingTheEmail(int status) {
    ses.failNext(SesFault.status(status));
    assertThatExceptionOfType(SesException.class)
        .isThrownBy(() -> client.sendEmail(request().build()))
        .satisfies(
            e -> {
              assertThat(e.statusCode()).isEqualTo(status);
              assertThat(e.awsErrorDetails().rawResponse().asUtf8String())
                  .contains("<Type>Receiver</Type>");
            });
    assertThat(ses.emails()).isEmpty();
  }

  @Test
  void refusesWithAnyErrorOfSes() {
    ses.failNext(SesFault.refused(400, "MailFromDomainNotVerifiedException", "Not verified."));
    assertThatExceptionOfType(MailFromDomainNotVerifiedException.class)
        .isThrownBy(() -> client.sendEmail(request().build()))
        .withMessageContaining("Not verified.");
  }

  @Test
  void keepsTheEmailAndCorruptsTheResponse() {
    ses.failNext(SesFault.acceptThenReset(), SesFault.acceptThenMalformed());
    for (int i = 0; i < 2; i++) {
      assertThatExceptionOfType(SdkClientException.class)
          .isThrownBy(() -> client.sendEmail(request().build()));
    }
    assertThat(ses.emails()).hasSize(2);
    assertThat(ses.sendAttempts()).isEqualTo(2);
  }

  @Test
  void refusesAMalformedRawEmail() {
    assertThatExceptionOfType(SesException.class)
        .isThrownBy(
            () -> client.sendRawEmail(r -> r.rawMessage(m -> m.data(SdkBytes.fromUtf8String("x")))))
        .withMessageContaining("Invalid MIME message.");
  }
}
