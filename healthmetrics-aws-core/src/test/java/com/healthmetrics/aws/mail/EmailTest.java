package com.healthmetrics.aws.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EmailTest {
  private static final EmailAddress ADA = EmailAddress.of("ada@example.com");
  private static final EmailAddress BOB = EmailAddress.of("bob@example.com");

  private static Email.Builder complete() {
    return Email.builder().from(BOB).to(ADA).subject("Hello").text("Hello, Ada.");
  }

  @Test
  void returnsWhatItWasBuiltWith() {
    Email email =
        complete()
            .to(BOB)
            .html("<p>Hello</p>")
            .header("X-Second", "2")
            .header("X-First", "1")
            .build();

    assertThat(email.from()).isEqualTo(BOB);
    assertThat(email.to()).containsExactly(ADA, BOB).isUnmodifiable();
    assertThat(email.subject()).isEqualTo("Hello");
    assertThat(email.text()).isEqualTo("Hello, Ada.");
    assertThat(email.html()).hasValue("<p>Hello</p>");
    assertThat(email.headers())
        .containsExactly(Map.entry("X-Second", "2"), Map.entry("X-First", "1"))
        .isUnmodifiable();
  }

  @Test
  void needsNoHtml() {
    assertThat(complete().build().html()).isEmpty();
    assertThat(complete().build().headers()).isEmpty();
  }

  @Test
  void isNotChangedByItsBuilder() {
    Email.Builder builder = complete().header("X-First", "1");
    Email email = builder.build();

    builder.to(BOB).subject("Other").header("X-Second", "2");

    assertThat(email.to()).containsExactly(ADA);
    assertThat(email.subject()).isEqualTo("Hello");
    assertThat(email.headers()).containsOnlyKeys("X-First");
  }

  @Test
  void masksRecipientsAndHidesTheRestInToString() {
    assertThat(complete().html("<p>secret</p>").build())
        .hasToString("Email[to [a***@example.com]]");
  }

  @Test
  void namesAllThatIsMissingAtOnce() {
    assertThatIllegalStateException()
        .isThrownBy(() -> Email.builder().build())
        .withMessageContaining("from, to, subject, text");
    assertThatIllegalStateException()
        .isThrownBy(() -> Email.builder().from(BOB).subject("Hello").build())
        .withMessageEndingWith("Missing: to, text.");
    assertThatIllegalStateException()
        .isThrownBy(() -> Email.builder().to(ADA).text("Hello").build())
        .withMessageEndingWith("Missing: from, subject.");
    assertThatIllegalStateException()
        .isThrownBy(() -> Email.builder().from(BOB).text("Hello").subject("Hello").build())
        .withMessageEndingWith("Missing: to.");
  }

  @Test
  void acceptsFiftyRecipientsAndNoMore() {
    Email.Builder builder = Email.builder().from(BOB).subject("Hello").text("Hello");
    for (int i = 1; i <= 50; i++) {
      builder.to(EmailAddress.of("user" + i + "@example.com"));
    }

    assertThat(builder.build().to()).hasSize(50);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.to(ADA))
        .withMessageContaining("50");
    assertThat(builder.build().to()).hasSize(50);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "=?UTF-8?Q?Hello=0D=0ABcc=3A_eve=40example.com?=",
        "Re: =?utf-8?b?SGVsbG8?= you",
        "=?a b?c?="
      })
  void refusesWhatReadersWouldDecodeInASubjectAndInAHeader(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> complete().subject(text))
        .withMessageStartingWith("The subject contains =?…?=, which readers");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> complete().header("X-Course", text))
        .withMessageStartingWith("The value of the header X-Course contains =?…?=, which readers");
  }

  @Test
  void refusesDirectionOverridesInASubjectAndAcceptsWhatScriptsNeed() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> complete().subject("Pay \u202Eevil"))
        .withMessageContaining("U+202E at index 4, which turns the letters after it around");
    String subject = "سلام \u2068Ada\u2069، می\u200Cخواهم 👩\u200D⚕️ 2+2=?";
    assertThat(complete().subject(subject).build().subject()).isEqualTo(subject);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Hello\r\nBcc: eve@example.com",
        "Hello\n",
        "\rHello",
        "Hello\u0000",
        "Hel\u0085lo",
        "Hel\u2028lo",
        "Hi\ud83d"
      })
  void refusesControlCharactersInASubject(String subject) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> complete().subject(subject))
        .withMessageContaining("The subject contains character U+")
        .withMessageNotContaining("eve");
  }

  @Test
  void acceptsSubjectsInAnyLanguage() {
    assertThat(complete().subject("Bestätigen 確認 😀").build().subject())
        .isEqualTo("Bestätigen 確認 😀");
  }

  @Test
  void limitsSubjectsTo995Characters() {
    assertThat(complete().subject("s".repeat(995)).build().subject()).hasSize(995);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> complete().subject("s".repeat(996)))
        .withMessageContaining("996");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "\n", "\u3000"})
  void refusesBlankParts(String blank) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> complete().subject(blank))
        .withMessageContaining("subject is blank");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> complete().text(blank))
        .withMessageContaining("text part is blank");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> complete().html(blank))
        .withMessageContaining("HTML part is blank");
  }

  @Test
  void acceptsLineBreaksInTextAndHtml() {
    Email email = complete().text("a\r\nb\n").html("<p>\n</p>").build();

    assertThat(email.text()).isEqualTo("a\r\nb\n");
    assertThat(email.html()).hasValue("<p>\n</p>");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "X Name",
        "X:Name",
        "X-Name\r\nBcc",
        "X-Name\n",
        "X-Näme",
        "X\u0000",
        "X\tY",
        "X\u007f"
      })
  void refusesHeaderNamesOfAnotherForm(String name) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> complete().header(name, "x"))
        .withMessageContaining("is not a valid header name");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"a\r\nBcc: eve@example.com", "a\n", "\r", "a\u0000", "a\u007f", "ä", "a\tb", "😀"})
  void refusesHeaderValuesBeyondPrintableAscii(String value) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> complete().header("X-Name", value))
        .withMessageContaining("X-Name")
        .withMessageContaining("printable ASCII")
        .withMessageNotContaining("eve");
  }

  @Test
  void limitsHeaderNamesAndValues() {
    Email email =
        complete()
            .header("X".repeat(126), "v".repeat(870))
            .header("X-Long", "v".repeat(990))
            .header("X", "v".repeat(995))
            .build();

    assertThat(email.headers()).hasSize(3);
    assertThatIllegalArgumentException().isThrownBy(() -> complete().header("X".repeat(127), "v"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> complete().header("X-Long", "v".repeat(991)))
        .withMessageContaining("header X-Long")
        .withMessageContaining("991")
        .withMessageContaining("990");
  }

  @Test
  void refusesAHeaderWithoutAValue() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> complete().header("X-Empty", ""))
        .withMessageContaining("header X-Empty");
  }

  @Test
  void acceptsFifteenHeaders() {
    Email.Builder builder = complete();
    for (int i = 1; i <= 15; i++) {
      builder.header("X-" + i, "v");
    }

    assertThat(builder.build().headers()).hasSize(15);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.header("X-16", "v"))
        .withMessageContaining("at most 15");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\u0000b", "a\u0007", "a\ud83d", "\ude00a", "a\u000bb", "a\u0085b"})
  void refusesBodiesThatAnEmailCannotCarry(String body) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> complete().text(body))
        .withMessageContaining("text part");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> complete().html(body))
        .withMessageContaining("HTML part");
  }

  @Test
  void acceptsBodiesWithLineBreaksTabsAndAnyLetter() {
    String body = "Grüße\r\n\t😀\n\u2028\u2029";
    Email email = complete().text(body).html(body).build();

    assertThat(email.text()).isEqualTo(body);
    assertThat(email.html()).hasValue(body);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "From",
        "SENDER",
        "Return-Path",
        "reply-to",
        "To",
        "cc",
        "Bcc",
        "Subject",
        "date",
        "Message-ID",
        "MIME-Version",
        "Content-Type",
        "content-transfer-encoding",
        "DKIM-Signature",
        "Received"
      })
  void refusesReservedHeaders(String name) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> complete().header(name, "x"))
        .withMessageContaining(name)
        .withMessageContaining("leave it out");
  }

  @Test
  void refusesADuplicateHeaderIgnoringCase() {
    Email.Builder builder = complete().header("X-Entity-Ref-ID", "1");

    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.header("x-entity-ref-id", "2"))
        .withMessageContaining("set twice");
    assertThat(builder.build().headers()).containsExactly(Map.entry("X-Entity-Ref-ID", "1"));
  }

  @Test
  void refusesNulls() {
    assertThatNullPointerException().isThrownBy(() -> complete().from(null));
    assertThatNullPointerException().isThrownBy(() -> complete().to(null));
    assertThatNullPointerException().isThrownBy(() -> complete().subject(null));
    assertThatNullPointerException().isThrownBy(() -> complete().text(null));
    assertThatNullPointerException().isThrownBy(() -> complete().html(null));
    assertThatNullPointerException().isThrownBy(() -> complete().header(null, "x"));
    assertThatNullPointerException().isThrownBy(() -> complete().header("X", null));
  }

  private static final byte[] BYTES = {1, 2, 3};
  private static final EmailAttachment FILE =
      EmailAttachment.of("report.pdf", "application/pdf", BYTES);
  private static final EmailAttachment LOGO =
      EmailAttachment.inline("logo", "logo.png", "image/png", BYTES);

  private static EmailAddress address(int number) {
    return EmailAddress.of("user" + number + "@example.com");
  }

  @Test
  void carriesAllThatSesCarries() {
    Email email =
        complete()
            .replyTo(ADA)
            .cc(address(1))
            .bcc(address(2))
            .html("<img src=\"cid:logo\">")
            .attach(FILE)
            .attach(LOGO)
            .tag("kind", "export")
            .configurationSet("reports")
            .build();

    assertThat(email.replyTo()).containsExactly(ADA).isUnmodifiable();
    assertThat(email.cc()).containsExactly(address(1)).isUnmodifiable();
    assertThat(email.bcc()).containsExactly(address(2)).isUnmodifiable();
    assertThat(email.recipients()).containsExactly(ADA, address(1), address(2)).isUnmodifiable();
    assertThat(email.attachments()).containsExactly(FILE, LOGO).isUnmodifiable();
    assertThat(email.tags()).containsExactly(Map.entry("kind", "export")).isUnmodifiable();
    assertThat(email.configurationSet()).hasValue("reports");
    assertThat(email.isAccountMail()).isFalse();
    assertThat(email)
        .hasToString("Email[to [a***@example.com, u***@example.com, u***@example.com]]");
  }

  @Test
  void buildsAnotherEmailFromIt() {
    Email email =
        complete().cc(BOB).html("<img src='cid:logo'>").attach(LOGO).tag("kind", "export").build();

    Email same = email.toBuilder().build();
    Email other = email.toBuilder().withoutRecipients().bcc(BOB).subject("Other").build();

    assertThat(same).usingRecursiveComparison().isEqualTo(email);
    assertThat(other.recipients()).containsExactly(BOB);
    assertThat(other.attachments()).containsExactly(LOGO);
    assertThat(email.recipients()).containsExactly(ADA, BOB);
    assertThat(email.subject()).isEqualTo("Hello");
  }

  @Test
  void needsARecipient() {
    assertThat(Email.builder().from(BOB).bcc(ADA).subject("Hello").text("Hello").build().to())
        .isEmpty();
    assertThatIllegalStateException()
        .isThrownBy(() -> complete().withoutRecipients().build())
        .withMessageEndingWith("Missing: to.");
  }

  @Test
  void countsCcAndBccAsRecipients() {
    Email.Builder builder = Email.builder().from(BOB).subject("Hello").text("Hello");
    for (int i = 0; i < 16; i++) {
      builder.to(address(i)).cc(address(i)).bcc(address(i));
    }
    builder.to(address(48)).cc(address(49));

    assertThat(builder.build().recipients()).hasSize(50);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.to(ADA))
        .withMessageContaining("50");
    assertThatIllegalArgumentException().isThrownBy(() -> builder.cc(ADA));
    assertThatIllegalArgumentException().isThrownBy(() -> builder.bcc(ADA));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "ü", "a.b", "a@b", "a\r\nb"})
  void refusesTagsThatSesDoesNotAccept(String wrong) {
    assertThatIllegalArgumentException().isThrownBy(() -> complete().tag(wrong, "x"));
    assertThatIllegalArgumentException().isThrownBy(() -> complete().tag("x", wrong));
  }

  @Test
  void refusesATagThatIsSetTwiceOrTooLong() {
    String longest = "t".repeat(255);
    assertThat(complete().tag(longest, longest).build().tags()).containsKey(longest);
    assertThatIllegalArgumentException().isThrownBy(() -> complete().tag("x", longest + "t"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> complete().tag("kind", "a").tag("kind", "b"))
        .withMessageContaining("twice");
  }

  @ParameterizedTest
  @ValueSource(strings = {"X-SES-CONFIGURATION-SET", "x-ses-message-tags", "Content-ID"})
  void refusesHeadersThatSesWouldObey(String name) {
    assertThatIllegalArgumentException().isThrownBy(() -> complete().header(name, "x"));
  }

  @Test
  void refusesAnInlineImageThatTheHtmlDoesNotShow() {
    assertThatIllegalStateException()
        .isThrownBy(() -> complete().attach(LOGO).build())
        .withMessageContaining("cid:logo");
    assertThatIllegalStateException()
        .isThrownBy(() -> complete().html("<p>No image</p>").attach(LOGO).build());
    assertThatIllegalStateException()
        .isThrownBy(() -> complete().html("<img src='cid:logo2'>").attach(LOGO).build());
  }

  @Test
  void refusesMoreThanSesCarries() {
    int most = 40 * 1024 * 1024 / 4 * 3;
    Email.Builder builder = complete();
    builder.attach(EmailAttachment.of("a.bin", "application/zip", new byte[most - 300]));
    assertThat(builder.build().attachments()).hasSize(1);

    builder.attach(EmailAttachment.of("b.bin", "application/zip", new byte[300]));
    assertThatIllegalStateException()
        .isThrownBy(builder::build)
        .withMessageContaining("at most 41943040");
  }

  @Test
  void marksAnAccountEmailAsAutomatic() {
    Email email = complete().accountMail().build();

    assertThat(email.isAccountMail()).isTrue();
    assertThat(email.headers())
        .containsOnlyKeys("Auto-Submitted", "X-Auto-Response-Suppress", "X-Entity-Ref-ID")
        .containsEntry("Auto-Submitted", "auto-generated")
        .containsEntry("X-Auto-Response-Suppress", "All");
    assertThat(email.toBuilder().build().isAccountMail()).isTrue();
    assertThat(
            complete().accountMail().header("auto-submitted", "auto-generated").build().headers())
        .doesNotContainKey("Auto-Submitted");
    assertThatIllegalStateException()
        .isThrownBy(() -> complete().accountMail().header("auto-submitted", "no").build())
        .withMessageContaining("auto-generated");
  }

  @Test
  void givesEachAccountEmailAReferenceOfItsOwn() {
    Email.Builder builder = complete().accountMail();
    Email email = builder.build();

    assertThat(email.headers().get("X-Entity-Ref-ID")).matches("[0-9a-f]{8}(-[0-9a-f]+){4}");
    assertThat(builder.build().headers().get("X-Entity-Ref-ID"))
        .isNotEqualTo(email.headers().get("X-Entity-Ref-ID"));
    assertThat(email.toBuilder().build().headers()).isEqualTo(email.headers());
    assertThat(builder.header("x-entity-ref-id", "reset-7").build().headers())
        .containsEntry("x-entity-ref-id", "reset-7")
        .doesNotContainKey("X-Entity-Ref-ID");
    assertThat(complete().build().headers()).isEmpty();
  }

  @Test
  void leavesAnAccountEmailRoomForTwelveHeadersOfItsOwn() {
    Email.Builder builder = complete().accountMail();
    IntStream.rangeClosed(1, 12).forEach(i -> builder.header("X-" + i, "1"));

    assertThat(builder.build().headers()).hasSize(15);
    assertThat(builder.build().toBuilder().build().headers()).hasSize(15);
    builder.header("x-entity-ref-id", "reset-7");
    assertThat(builder.build().headers()).hasSize(15);
    builder.header("X-13", "1");
    assertThatIllegalStateException()
        .isThrownBy(builder::build)
        .withMessage(
            "An account email has 14 headers of its own, but SES accepts 15, and 2 go to"
                + " Auto-Submitted, X-Auto-Response-Suppress. Leave out what is more than 13.");
  }

  @Test
  void sendsAnAccountEmailToOnePersonOnly() {
    assertThatIllegalStateException()
        .isThrownBy(() -> complete().to(BOB).accountMail().build())
        .withMessageContaining("2 recipients");
    assertThatIllegalStateException().isThrownBy(() -> complete().cc(BOB).accountMail().build());
    assertThatIllegalStateException().isThrownBy(() -> complete().bcc(BOB).accountMail().build());
  }

  @ParameterizedTest
  @ValueSource(strings = {"List-Unsubscribe", "LIST-UNSUBSCRIBE-POST"})
  void refusesUnsubscribeHeadersInAnAccountEmail(String header) {
    Email.Builder builder = complete().header(header, "<https://app.example.com/unsubscribe>");

    assertThat(builder.build().headers()).containsKey(header);
    assertThatIllegalStateException()
        .isThrownBy(() -> builder.accountMail().build())
        .withMessageContaining(header);
  }
}
