package com.healthmetrics.aws.testkit.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;

import com.healthmetrics.aws.testkit.mail.ReceivedMail.Attachment;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.ses.SesClient;
import software.amazon.awssdk.services.ses.model.ConfigurationSetDoesNotExistException;
import software.amazon.awssdk.services.ses.model.MessageTag;
import software.amazon.awssdk.services.ses.model.SendRawEmailRequest;
import software.amazon.awssdk.services.sesv2.SesV2Client;
import software.amazon.awssdk.services.sesv2.model.BadRequestException;
import software.amazon.awssdk.services.sesv2.model.SendEmailRequest;

/** Emails that arrive as complete MIME, in both protocols. */
class SesRawMailTest {
  private static final String HEADERS =
      """
      From: HealthMetrics <no-reply@example.com>
      To: "Doe, Jo" <jo@example.org>, al@example.org
      Cc: cc@example.org
      Reply-To: help@example.com
      Subject: =?UTF-8?Q?Gr=C3=BC=C3=9Fe?=
       =?UTF-8?Q?_an_alle?=
      Date: Mon, 23 Nov 2026 12:00:00 +0000
      Message-ID: <1@example.com>
      MIME-Version: 1.0
      X-Entity-Ref-ID: ref-1
      """;
  private static final String TEXT =
      """
      Content-Type: text/plain; charset=UTF-8
      Content-Transfer-Encoding: quoted-printable

      Gr=C3=BC=C3=9Fe: https://app.example.com/verify?token=3Da-b
      """;
  private static final String MAIL = HEADERS + TEXT;
  private static final String EVERYTHING =
      HEADERS
          + """
          Content-Type: multipart/mixed; boundary=m

          --m
          Content-Type: multipart/alternative; boundary=a

          --a
          Content-Type: text/plain; charset=us-ascii

          Hello
          --a
          Content-Type: multipart/related; boundary=r

          --r
          Content-Type: text/html; charset=iso-8859-1
          Content-Transfer-Encoding: base64

          PHA+R3L832U8L3A+
          --r
          Content-Type: image/png; name=logo.png
          Content-Disposition: inline; filename=logo.png
          Content-ID: <logo@example.com>
          Content-Transfer-Encoding: base64

          iVBORwABAgM=
          --r--
          --a--
          --m
          Content-Type: text/plain; charset=us-ascii
          Content-Disposition: attachment; filename*=UTF-8''r%C3%A9sum%C3%A9.txt

          A file
          --m--
          """;

  private final LocalSes ses =
      LocalSes.builder().verifiedIdentity("example.com").configurationSet("account-mail").start();
  private final SesV2Client second = SesTestClient.of(ses);
  private final SesClient first = SesQueryClient.of(ses);

  @AfterEach
  void stop() {
    first.close();
    second.close();
    ses.close();
  }

  private static String crlf(String lines) {
    return lines.replace("\n", "\r\n");
  }

  private static SdkBytes bytes(String mime) {
    return SdkBytes.fromByteArray(mime.getBytes(StandardCharsets.ISO_8859_1));
  }

  private static SendEmailRequest.Builder json(String mime) {
    return SendEmailRequest.builder().content(c -> c.raw(r -> r.data(bytes(mime))));
  }

  private static SendRawEmailRequest.Builder form(String mime) {
    return SendRawEmailRequest.builder().rawMessage(m -> m.data(bytes(mime)));
  }

  private ReceivedMail received(String mime) {
    ses.clear();
    second.sendEmail(json(mime).build());
    return ses.emails().get(0);
  }

  private void assertRefused(String mime, String message) {
    assertThatExceptionOfType(BadRequestException.class)
        .isThrownBy(() -> second.sendEmail(json(mime).build()))
        .withMessageContaining(message);
    assertThatExceptionOfType(AwsServiceException.class)
        .isThrownBy(() -> first.sendRawEmail(form(mime).build()))
        .withMessageContaining(message)
        .satisfies(
            e -> assertThat(e.awsErrorDetails().errorCode()).isEqualTo("InvalidParameterValue"));
    assertThat(ses.emails()).isEmpty();
  }

  private static String changed(String before, String after) {
    String mime = MAIL.replace(before, after);
    assertThat(mime).isNotEqualTo(MAIL);
    return crlf(mime);
  }

  @Test
  void readsTheHeaderAndAText() {
    String id = second.sendEmail(json(crlf(MAIL)).build()).messageId();
    assertThat(first.sendRawEmail(form(crlf(MAIL)).build()).messageId()).isNotEqualTo(id);
    assertThat(ses.emails()).hasSize(2).first().extracting(ReceivedMail::messageId).isEqualTo(id);
    for (ReceivedMail mail : ses.emails()) {
      assertThat(mail.from()).isEqualTo("HealthMetrics <no-reply@example.com>");
      assertThat(mail.to()).containsExactly("\"Doe, Jo\" <jo@example.org>", "al@example.org");
      assertThat(mail.cc()).containsExactly("cc@example.org");
      assertThat(mail.bcc()).isEmpty();
      assertThat(mail.replyTo()).containsExactly("help@example.com");
      assertThat(mail.subject()).isEqualTo("Grüße an alle");
      assertThat(mail.text()).hasValueSatisfying(text -> assertThat(text).startsWith("Grüße: "));
      assertThat(mail.html()).isEmpty();
      assertThat(mail.links()).containsExactly("https://app.example.com/verify?token=a-b");
      assertThat(mail.headers()).containsExactly(Map.entry("X-Entity-Ref-ID", "ref-1"));
      assertThat(mail.attachments()).isEmpty();
      assertThat(mail.tags()).isEmpty();
      assertThat(mail.configurationSet()).isEmpty();
      assertThat(mail.rawMime()).isEqualTo(bytes(crlf(MAIL)).asByteArray());
    }
  }

  @Test
  void readsEveryPart() {
    ReceivedMail mail = received(crlf(EVERYTHING));
    assertThat(mail.text()).contains("Hello");
    assertThat(mail.html()).contains("<p>Grüße</p>");
    assertThat(mail.attachments())
        .extracting(Attachment::fileName, Attachment::mediaType, a -> a.contentId().orElse(""))
        .containsExactly(
            tuple("logo.png", "image/png", "logo@example.com"),
            tuple("résumé.txt", "text/plain; charset=us-ascii", ""));
    assertThat(mail.attachments().get(0).bytes())
        .isEqualTo(new byte[] {(byte) 0x89, 'P', 'N', 'G', 0, 1, 2, 3});
    assertThat(mail.attachments().get(1).bytes()).asString().isEqualTo("A file");
  }

  @Test
  void acceptsLinesThatEndInLfOnly() {
    assertThat(received(MAIL).text()).isPresent();
  }

  @Test
  void sendsToTheRecipientsOfTheRequestOnly() {
    first.sendRawEmail(
        form(crlf(MAIL))
            .source("bounces@example.com")
            .destinations("Jo@example.org", "cc@example.org", "hidden@example.org")
            .build());
    ReceivedMail mail = ses.emails().get(0);
    assertThat(mail.from()).isEqualTo("HealthMetrics <no-reply@example.com>");
    assertThat(mail.to()).containsExactly("\"Doe, Jo\" <jo@example.org>");
    assertThat(mail.cc()).containsExactly("cc@example.org");
    assertThat(mail.bcc()).containsExactly("hidden@example.org");

    ses.clear();
    second.sendEmail(
        json(crlf(MAIL))
            .fromEmailAddress("no-reply@example.com")
            .destination(d -> d.toAddresses("other@example.org").bccAddresses("b@example.org"))
            .build());
    mail = ses.emails().get(0);
    assertThat(mail.to()).containsExactly("other@example.org");
    assertThat(mail.cc()).isEmpty();
    assertThat(mail.bcc()).containsExactly("b@example.org");
  }

  @Test
  void sendsToABccHeaderIfTheRequestHasNoRecipients() {
    assertThat(received(changed("Cc: cc@", "Bcc: bcc@")).bcc()).containsExactly("bcc@example.org");
  }

  @Test
  void acceptsConfigurationSetAndTagsOfTheRequest() {
    first.sendRawEmail(
        form(crlf(MAIL))
            .configurationSetName("account-mail")
            .tags(MessageTag.builder().name("kind").value("reset").build())
            .build());
    assertThat(ses.emails().get(0).configurationSet()).contains("account-mail");
    assertThat(ses.emails().get(0).tags()).containsExactly(Map.entry("kind", "reset"));
    assertThatExceptionOfType(ConfigurationSetDoesNotExistException.class)
        .isThrownBy(
            () -> first.sendRawEmail(form(crlf(MAIL)).configurationSetName("typo").build()));
  }

  @Test
  void acceptsConfigurationSetAndTagsOfItsOwnHeaders() {
    ReceivedMail mail =
        received(
            changed(
                "X-Entity-Ref-ID: ref-1",
                "X-SES-CONFIGURATION-SET: account-mail\nX-SES-MESSAGE-TAGS: kind=reset, a=b"));
    assertThat(mail.configurationSet()).contains("account-mail");
    assertThat(mail.tags()).containsExactly(Map.entry("kind", "reset"), Map.entry("a", "b"));
    assertThat(mail.headers()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "X-SES-MESSAGE-TAGS: kind     | Invalid header 'X-SES-MESSAGE-TAGS'",
        "X-SES-MESSAGE-TAGS: k d=a    | Invalid tag",
        "X-SES-MESSAGE-TAGS: a=b, a=c | Duplicate tag",
        "X-SES-SOURCE-ARN: arn        | X-SES-SOURCE-ARN is not supported"
      })
  void refusesAHeaderOfItsOwn(String header, String message) {
    assertRefused(changed("X-Entity-Ref-ID: ref-1", header), message);
  }

  @Test
  void refusesAnUndeclaredConfigurationSetInAHeader() {
    String mime = changed("X-Entity-Ref-ID: ref-1", "X-SES-CONFIGURATION-SET: typo");
    assertThatExceptionOfType(ConfigurationSetDoesNotExistException.class)
        .isThrownBy(() -> first.sendRawEmail(form(mime).build()));
  }

  @Test
  void refusesParametersInTheRequestAndInAHeader() {
    String set = changed("X-Entity-Ref-ID: ref-1", "X-SES-CONFIGURATION-SET: account-mail");
    assertThatExceptionOfType(BadRequestException.class)
        .isThrownBy(() -> second.sendEmail(json(set).configurationSetName("account-mail").build()))
        .withMessageContaining("Duplicate header 'X-SES-CONFIGURATION-SET'.");
    software.amazon.awssdk.services.sesv2.model.MessageTag tag =
        software.amazon.awssdk.services.sesv2.model.MessageTag.builder()
            .name("c")
            .value("d")
            .build();
    String tags = changed("X-Entity-Ref-ID: ref-1", "X-SES-MESSAGE-TAGS: a=b");
    assertThatExceptionOfType(BadRequestException.class)
        .isThrownBy(() -> second.sendEmail(json(tags).emailTags(tag).build()))
        .withMessageContaining("Duplicate header 'X-SES-MESSAGE-TAGS'.");
    assertThatExceptionOfType(BadRequestException.class)
        .isThrownBy(() -> second.sendEmail(json(crlf(MAIL)).replyToAddresses("a@b.de").build()))
        .withMessageContaining("ReplyToAddresses of a raw email is not supported");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Subject: a",
        "subject: a",
        "From: no-reply@example.com",
        "List-Unsubscribe: <https://a.test/>\nlist-unsubscribe: <https://b.test/>",
        "Auto-Submitted: no\nAuto-Submitted: no",
        "MIME-Version: 1.0"
      })
  void refusesAHeaderThatMayBeThereOnce(String header) {
    assertRefused(changed("X-Entity-Ref-ID: ref-1", header), "Duplicate header '");
  }

  @Test
  void acceptsOtherHeadersTwice() {
    assertThat(received(changed("X-Entity-Ref-ID: ref-1", "X-A: 1\nX-A: 2")).headers())
        .containsExactly(Map.entry("X-A", "1, 2"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "X-Grüße: a",
        "X-A: Grüße",
        "no colon",
        ": empty name",
        "X A: space in the name",
        "X-A: a\rBcc: x@evil.test",
        "X-A: a\0"
      })
  void refusesAHeaderLine(String line) {
    assertRefused(changed("X-Entity-Ref-ID: ref-1", line), "Invalid MIME message.");
  }

  @Test
  void refusesLineBreaksOfTwoKinds() {
    String mime = crlf(MAIL);
    assertRefused(mime.replace("ref-1", "ref-1\nBcc: x@evil.test"), "Invalid MIME message.");
    assertRefused(mime + "a\n.\nb", "Invalid MIME message.");
    assertRefused(MAIL + "a\rb", "Invalid MIME message.");
  }

  @Test
  void refusesAHeaderThatBeginsWithAContinuation() {
    assertRefused(" a\r\n" + crlf(MAIL), "Invalid MIME message.");
  }

  @Test
  void boundsLines() {
    String longest = "X-A: " + "a".repeat(993);
    received(changed("X-Entity-Ref-ID: ref-1", longest));
    ses.clear();
    assertRefused(changed("X-Entity-Ref-ID: ref-1", longest + "a"), "Invalid MIME message.");
    assertRefused(crlf(MAIL) + "a".repeat(999), "Invalid MIME message.");
  }

  @Test
  void refusesOctetsOutsideAscii() {
    assertRefused(crlf(MAIL) + "Grüße", "Invalid MIME message.");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "From: a@example.com\r\n", "\r\n\r\nbody"})
  void refusesWhatIsNoEmail(String mime) {
    assertRefused(mime, "Invalid MIME message.");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "quoted-printable            | base-85",
        "quoted-printable            | base64",
        "charset=UTF-8               | charset=nonsense",
        "text/plain; charset=UTF-8   | text plain",
        "Subject: =?UTF-8            | Subject: =?nonsense"
      })
  void refusesAPartThatCannotBeDecoded(String before, String after) {
    assertRefused(changed(before, after), "Invalid MIME message.");
  }

  @Test
  void refusesAnEmailWithoutASender() {
    assertRefused(
        changed("From: HealthMetrics <no-reply@example.com>\n", ""),
        "Missing required header 'From'.");
  }

  @Test
  void refusesAnEmailWithoutRecipients() {
    assertRefused(
        crlf(MAIL.replaceAll("(?m)^(To|Cc): .*\n", "")), "at least one recipient is needed");
  }

  @Test
  void refusesTooManyRecipients() {
    assertThatExceptionOfType(AwsServiceException.class)
        .isThrownBy(
            () ->
                first.sendRawEmail(
                    form(crlf(MAIL)).destinations(SesTestClient.addresses(51)).build()))
        .withMessageContaining("Recipient count exceeds 50");
  }

  @Test
  void refusesAMalformedAddress() {
    assertRefused(changed("To: \"Doe, Jo\"", "To: Doe, Jo"), "final '@domain'");
    assertRefused(changed("help@example.com", "help@example"), "Domain");
    assertRefused(changed("cc@example.org", "cc@example.org,"), "final '@domain'");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "From: no-reply@example.org",
        "Sender: a@example.org\nFrom: no-reply@example.com",
        "Return-Path: <a@example.org>\nFrom: no-reply@example.com",
        "From: no-reply@example.com, a@example.org"
      })
  void refusesEverySenderThatIsNotVerified(String sender) {
    String mime = changed("From: HealthMetrics <no-reply@example.com>", sender);
    assertThatExceptionOfType(AwsServiceException.class)
        .isThrownBy(() -> first.sendRawEmail(form(mime).build()))
        .withMessageContaining("Email address is not verified.");
    assertThat(ses.emails()).isEmpty();
  }

  @Test
  void refusesAnEnvelopeSenderThatIsNotVerified() {
    assertThatExceptionOfType(AwsServiceException.class)
        .isThrownBy(
            () -> first.sendRawEmail(form(crlf(MAIL)).source("bounces@example.org").build()))
        .withMessageContaining("failed the check in region US-EAST-1: bounces@example.org");
  }

  @Test
  void refusesAFileThatAnEmailClientMightRun() {
    String mime =
        crlf(
            HEADERS
                + """
                Content-Type: application/octet-stream
                Content-Disposition: attachment; filename=a.exe

                x
                """);
    assertRefused(mime, "Illegal filename 'a.exe'.");
  }

  @Test
  void boundsTheNumberOfParts() {
    String parts =
        HEADERS
            + "Content-Type: multipart/mixed; boundary=m\n\n"
            + "--m\nContent-Type: text/html\n\nx\n".repeat(499);
    received(crlf(parts + "--m--\n"));
    ses.clear();
    assertRefused(
        crlf(parts + "--m\nContent-Type: text/html\n\nx\n--m--\n"), "Invalid MIME message.");
  }

  /** The API v2 accepts four times as much; attachments test its limit. */
  @Test
  void boundsTheSizeOfAnEmail() {
    String line = "a".repeat(998) + "\r\n";
    String large = crlf(MAIL) + line.repeat(10 * 1024 * 1024 / 1000);
    first.sendRawEmail(form(large).build());
    ses.clear();
    assertThatExceptionOfType(AwsServiceException.class)
        .isThrownBy(() -> first.sendRawEmail(form(large + line).build()))
        .withMessageContaining("Message length is more than 10485760 bytes long: '");
    second.sendEmail(json(large + line).build());
    assertThat(ses.emails()).hasSize(1);
  }

  @Test
  void countsAttemptsAndTakesFaultsForRawEmailsToo() {
    ses.failNext(SesFault.throttled(), SesFault.acceptThenReset());
    for (int i = 0; i < 2; i++) {
      assertThatExceptionOfType(RuntimeException.class)
          .isThrownBy(() -> first.sendRawEmail(form(crlf(MAIL)).build()));
    }
    assertThat(ses.sendAttempts()).isEqualTo(2);
    assertThat(ses.emails()).hasSize(1);
  }
}
