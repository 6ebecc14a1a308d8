package com.healthmetrics.aws.testkit.mail;

import static com.healthmetrics.aws.testkit.mail.SesTestClient.addresses;
import static com.healthmetrics.aws.testkit.mail.SesTestClient.content;
import static com.healthmetrics.aws.testkit.mail.SesTestClient.message;
import static com.healthmetrics.aws.testkit.mail.SesTestClient.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sesv2.SesV2Client;
import software.amazon.awssdk.services.sesv2.model.BadRequestException;
import software.amazon.awssdk.services.sesv2.model.Content;
import software.amazon.awssdk.services.sesv2.model.Message;
import software.amazon.awssdk.services.sesv2.model.MessageHeader;
import software.amazon.awssdk.services.sesv2.model.MessageRejectedException;
import software.amazon.awssdk.services.sesv2.model.MessageTag;
import software.amazon.awssdk.services.sesv2.model.NotFoundException;
import software.amazon.awssdk.services.sesv2.model.SendEmailRequest;

class LocalSesTest {
  private final LocalSes ses =
      LocalSes.builder()
          .region(Region.EU_CENTRAL_1)
          .verifiedIdentity("example.com")
          .verifiedIdentity("Support@example.net")
          .configurationSet("account-mail")
          .start();
  private final SesV2Client client = SesTestClient.of(ses);

  @AfterEach
  void stop() {
    client.close();
    ses.close();
  }

  private void assertBadRequest(SendEmailRequest.Builder request, String message) {
    assertThatExceptionOfType(BadRequestException.class)
        .isThrownBy(() -> client.sendEmail(request.build()))
        .withMessageContaining(message)
        .satisfies(
            e ->
                assertThat(e.awsErrorDetails().rawResponse().asUtf8String())
                    .contains("\"reason\":\""));
    assertThat(ses.emails()).isEmpty();
  }

  private static SendEmailRequest.Builder with(Message.Builder message) {
    return request().content(c -> c.simple(message.build()));
  }

  private static MessageHeader header(String name, String value) {
    return MessageHeader.builder().name(name).value(value).build();
  }

  private static MessageTag tag(String name, String value) {
    return MessageTag.builder().name(name).value(value).build();
  }

  @Test
  void keepsEverythingThatWasSent() {
    Instant before = Instant.now();
    String id =
        client
            .sendEmail(
                request()
                    .destination(
                        d ->
                            d.toAddresses("\"Doe, Jo\" <jo@example.org>", "al@example.org")
                                .ccAddresses("cc@example.org")
                                .bccAddresses("bcc@example.org"))
                    .replyToAddresses("help@example.com")
                    .configurationSetName("account-mail")
                    .emailTags(tag("kind", "verification"))
                    .content(
                        c ->
                            c.simple(
                                message()
                                    .headers(
                                        header("Auto-Submitted", "auto-generated"),
                                        header("X-Second", "2"))
                                    .build()))
                    .build())
            .messageId();

    assertThat(id).matches("0100[0-9a-f]{12}-[0-9a-f-]{36}-000000");
    assertThat(ses.emails()).hasSize(1);
    ReceivedMail mail = ses.emails().get(0);
    assertThat(mail.messageId()).isEqualTo(id);
    assertThat(mail.from()).isEqualTo("HealthMetrics <no-reply@example.com>");
    assertThat(mail.to()).containsExactly("\"Doe, Jo\" <jo@example.org>", "al@example.org");
    assertThat(mail.cc()).containsExactly("cc@example.org");
    assertThat(mail.bcc()).containsExactly("bcc@example.org");
    assertThat(mail.replyTo()).containsExactly("help@example.com");
    assertThat(mail.subject()).isEqualTo("Please verify your address");
    assertThat(mail.text()).hasValueSatisfying(text -> assertThat(text).startsWith("Open https"));
    assertThat(mail.html()).contains("<p>Hello</p>");
    assertThat(mail.headers())
        .containsExactly(Map.entry("Auto-Submitted", "auto-generated"), Map.entry("X-Second", "2"));
    assertThat(mail.tags()).containsExactly(Map.entry("kind", "verification"));
    assertThat(mail.configurationSet()).contains("account-mail");
    assertThat(mail.receivedAt()).isBetween(before, Instant.now());
    assertThat(mail.links()).containsExactly("https://app.example.com/verify?token=a-b");
  }

  @Test
  void listsEmailsOldestFirstAndClearsThem() {
    for (String subject : List.of("one", "two", "three")) {
      client.sendEmail(with(message().subject(content(subject))).build());
    }
    List<ReceivedMail> snapshot = ses.emails();
    assertThat(snapshot).extracting(ReceivedMail::subject).containsExactly("one", "two", "three");
    ses.clear();
    assertThat(ses.emails()).isEmpty();
    assertThat(snapshot).hasSize(3);
  }

  @Test
  void losesNoEmailWhenManyThreadsSend() {
    IntStream.range(0, 20).parallel().forEach(i -> client.sendEmail(request().build()));
    assertThat(ses.emails())
        .extracting(ReceivedMail::messageId)
        .hasSize(20)
        .doesNotHaveDuplicates();
  }

  @Test
  void acceptsAnEmailWithOnePart() {
    client.sendEmail(with(message().body(b -> b.text(content("text")))).build());
    client.sendEmail(with(message().body(b -> b.html(content("<p>html</p>")))).build());
    assertThat(ses.emails().get(0).html()).isEmpty();
    assertThat(ses.emails().get(1).text()).isEmpty();
    assertThat(ses.emails().get(1).links()).isEmpty();
  }

  @Test
  void acceptsFiftyRecipientsAndRefusesOneMore() {
    client.sendEmail(
        request()
            .destination(d -> d.toAddresses(addresses(30)).ccAddresses(addresses(20)))
            .build());
    ses.clear();
    assertBadRequest(
        request()
            .destination(
                d ->
                    d.toAddresses(addresses(30))
                        .ccAddresses(addresses(20))
                        .bccAddresses("more@example.org")),
        "Recipient count exceeds 50");
  }

  @Test
  void refusesAnEmailWithoutRecipients() {
    assertBadRequest(request().destination(d -> {}), "at least one recipient");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "not an address                | final '@domain'",
        "jo doe@example.org            | Local address",
        "@example.org                  | Local address",
        ".jo@example.org               | Local address",
        "Doe, Jo <jo@example.org>      | Local address",
        "jo@example.org, al@example.org| Local address",
        "jo@                           | Domain",
        "jo@example                    | Domain",
        "jo@-example.org               | Domain",
        "jo@exa_mple.org               | Domain",
        "jörg@example.org              | illegal characters",
        "jo@exämple.org                | illegal characters",
        "Jörg <jo@example.org>         | illegal characters",
      })
  void refusesAMalformedAddressEverywhere(String address, String message) {
    assertBadRequest(request().destination(d -> d.toAddresses(address)), message);
    assertBadRequest(request().destination(d -> d.ccAddresses(address)), message);
    assertBadRequest(request().destination(d -> d.bccAddresses(address)), message);
    assertBadRequest(request().replyToAddresses(address), message);
    assertBadRequest(request().fromEmailAddress(address), message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"jo@example.org\r\nBcc: x@evil.test", "Jo\n <jo@example.org>"})
  void refusesALineBreakInAnAddress(String address) {
    assertBadRequest(request().destination(d -> d.toAddresses(address)), "control characters");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "=?UTF-8?Q?J=C3=B6rg?= <jo@example.org>",
        "<jo@example.org>",
        "o'b+x@xn--fa-hia.de"
      })
  void acceptsAddressesInEveryFormOfSes(String address) {
    client.sendEmail(request().destination(d -> d.toAddresses(address)).build());
    assertThat(ses.emails().get(0).to()).containsExactly(address);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Hello\r\nBcc: x@evil.test", "Hello\n", "a\u0000b"})
  void refusesALineBreakInTheSubject(String subject) {
    assertBadRequest(with(message().subject(content(subject))), "Subject contains control");
  }

  @Test
  void refusesAnEmailWithoutSubjectOrBody() {
    assertBadRequest(with(message().subject(content(""))), "'Subject'");
    assertBadRequest(with(Message.builder().body(message().build().body())), "'Subject'");
    assertBadRequest(with(message().body(b -> {})), "'Body'");
    assertBadRequest(with(message().body(b -> b.text(content("")))), "'Body'");
    assertBadRequest(request().content(c -> {}), "'Content'");
  }

  @Test
  void refusesAnEmailWithoutASender() {
    assertBadRequest(request().fromEmailAddress(null), "'FromEmailAddress'");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "X Name", "X:Name", "X-Nämé", "X\r\nBcc"})
  void refusesAHeaderName(String name) {
    assertBadRequest(with(message().headers(header(name, "1"))), "Invalid header name");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a\r\nBcc: x@evil.test", "ä", "a\tb"})
  void refusesAHeaderValue(String value) {
    assertBadRequest(with(message().headers(header("X", value))), "Invalid header value");
  }

  @Test
  void boundsHeaders() {
    client.sendEmail(with(message().headers(header("n".repeat(126), "v".repeat(870)))).build());
    client.sendEmail(with(message().headers(header("n", "v".repeat(995)))).build());
    ses.clear();
    assertBadRequest(with(message().headers(header("n".repeat(127), "v"))), "Invalid header name");
    assertBadRequest(with(message().headers(header("n", "v".repeat(996)))), "Invalid header value");
    assertBadRequest(
        with(message().headers(header("n".repeat(126), "v".repeat(871)))), "Invalid header value");
  }

  @Test
  void acceptsFifteenHeaders() {
    List<MessageHeader> headers =
        IntStream.range(0, 16).mapToObj(i -> header("X-" + i, "v")).toList();
    client.sendEmail(with(message().headers(headers.subList(0, 15))).build());
    ses.clear();
    assertBadRequest(with(message().headers(headers)), "Too many headers");
  }

  @Test
  void refusesTextOutsideAsciiWithoutACharset() {
    Content bare = Content.builder().data("Grüße").build();
    assertBadRequest(with(message().subject(bare)), "Invalid charset");
    assertBadRequest(with(message().body(body -> body.text(bare))), "Invalid charset");
    assertBadRequest(with(message().body(body -> body.html(bare))), "Invalid charset");
  }

  @Test
  void refusesADuplicateHeader() {
    assertBadRequest(
        with(message().headers(header("X-A", "1"), header("x-a", "2"))), "Duplicate header");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "ä", "a:b", "a\nb"})
  void refusesATag(String text) {
    assertBadRequest(request().emailTags(tag(text, "v")), "Invalid tag");
    assertBadRequest(request().emailTags(tag("n", text)), "Invalid tag");
  }

  @Test
  void boundsTags() {
    client.sendEmail(request().emailTags(tag("aZ09_.@-", "v".repeat(255))).build());
    ses.clear();
    assertBadRequest(request().emailTags(tag("n", "v".repeat(256))), "Invalid tag");
    assertBadRequest(request().emailTags(tag("n".repeat(256), "v")), "Invalid tag");
    assertBadRequest(request().emailTags(tag("n", "1"), tag("n", "2")), "Duplicate tag");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"a@example.com", "a@EXAMPLE.com", "a@mail.example.com", "Support@Example.NET"})
  void acceptsAVerifiedSender(String from) {
    client.sendEmail(request().fromEmailAddress(from).build());
    assertThat(ses.emails()).hasSize(1);
  }

  @Test
  void writesASenderWhoseLongNameCannotBeDecoded() {
    client.sendEmail(request().fromEmailAddress("=?=".repeat(1_000) + " <a@example.com>").build());

    byte[] written = ses.emails().get(0).rawMime();

    assertThat(new String(written, StandardCharsets.US_ASCII)).contains("<a@example.com>");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"a@example.org", "a@notexample.com", "other@example.net", "support@example.net"})
  void refusesAnUnverifiedSender(String from) {
    assertThatExceptionOfType(MessageRejectedException.class)
        .isThrownBy(() -> client.sendEmail(request().fromEmailAddress(from).build()))
        .withMessageContaining(
            "Email address is not verified. The following identities failed the check in region"
                + " EU-CENTRAL-1: "
                + from)
        .satisfies(e -> assertThat(e.statusCode()).isEqualTo(400));
    assertThat(ses.emails()).isEmpty();
  }

  @Test
  void acceptsEverySenderByDefault() {
    try (LocalSes open = LocalSes.start();
        SesV2Client openClient = SesTestClient.of(open)) {
      openClient.sendEmail(request().fromEmailAddress("a@anywhere.test").build());
      assertThat(open.emails()).hasSize(1);
    }
  }

  @Test
  void refusesAnUndeclaredConfigurationSet() {
    assertThatExceptionOfType(NotFoundException.class)
        .isThrownBy(() -> client.sendEmail(request().configurationSetName("typo").build()))
        .withMessageContaining("Configuration set <typo> does not exist.")
        .satisfies(e -> assertThat(e.statusCode()).isEqualTo(404));
    try (LocalSes none = LocalSes.start();
        SesV2Client noneClient = SesTestClient.of(none)) {
      assertThatExceptionOfType(NotFoundException.class)
          .isThrownBy(() -> noneClient.sendEmail(request().configurationSetName("x").build()));
    }
  }

  @Test
  void refusesMembersThatItDoesNotRead() {
    assertBadRequest(
        request().content(c -> c.template(t -> t.templateName("t").templateData("{}"))),
        "Content.Template is not supported");
    assertBadRequest(request().tenantName("t"), "TenantName is not supported");
    assertBadRequest(
        request().listManagementOptions(list -> list.contactListName("a")),
        "ListManagementOptions is not supported");
    assertBadRequest(
        with(message().headers(header("X-SES-SOURCE-ARN", "arn"))),
        "X-SES-SOURCE-ARN is not supported");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "BCC",
        "CC",
        "Content-Disposition",
        "Content-Type",
        "Date",
        "From",
        "Message-ID",
        "MIME-Version",
        "Reply-To",
        "Return-Path",
        "Subject",
        "To",
        "sender",
        "Content-Transfer-Encoding"
      })
  void refusesAHeaderThatSesSetsItself(String name) {
    assertBadRequest(
        with(message().headers(header(name, "a"))), "Duplicate header '" + name + "'.");
  }

  @Test
  void acceptsTheTrackingOverrideOfAnEmail() {
    client.sendEmail(
        request()
            .configurationOverrides(c -> c.tracking(t -> t.clickTrackingEnabled("DISABLED")))
            .build());
    assertThat(ses.emails()).hasSize(1);
  }

  @Test
  void showsNoSecretAndNoAddress() {
    client.sendEmail(request().build());
    assertThat(ses).hasToString("LocalSes[" + ses.endpoint() + ", 1 emails]");
    assertThat(ses.emails().get(0).toString())
        .contains("***@example.org", "Please verify your address")
        .doesNotContain("jo@", "token");
  }

  @Test
  void refusesImpossibleSettings() {
    LocalSes.Builder builder = LocalSes.builder();
    assertThatIllegalArgumentException().isThrownBy(() -> builder.credentials("a/b", "c"));
    assertThatIllegalArgumentException().isThrownBy(() -> builder.credentials("a", " "));
    assertThatIllegalArgumentException().isThrownBy(() -> builder.verifiedIdentity(" "));
    assertThatIllegalArgumentException().isThrownBy(() -> builder.configurationSet("a b"));
    assertThatIllegalArgumentException().isThrownBy(() -> builder.port(65_536));
  }
}
