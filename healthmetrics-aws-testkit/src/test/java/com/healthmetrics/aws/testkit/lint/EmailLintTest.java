package com.healthmetrics.aws.testkit.lint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.healthmetrics.aws.mail.AccountEmails;
import com.healthmetrics.aws.mail.Email;
import com.healthmetrics.aws.mail.EmailAddress;
import com.healthmetrics.aws.mail.InMemoryMailer;
import com.healthmetrics.aws.testkit.lint.EmailLint.Finding;
import com.healthmetrics.aws.testkit.lint.EmailLint.Rule;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class EmailLintTest {
  private static final EmailLint LINT =
      EmailLint.transactional()
          .senderDomain("healthmetrics.example")
          .allowedHosts("healthmetrics.example");
  private static final String LINK = "https://app.healthmetrics.example/page";

  private static EmailAddress address(String text) {
    return EmailAddress.parse(text);
  }

  private static String html(String body) {
    return "<!doctype html>\n<html lang=\"en\"><head><title>Hi</title></head><body>"
        + body
        + "</body></html>";
  }

  private static Email.Builder clean() {
    return Email.builder()
        .from(address("HealthMetrics <noreply@healthmetrics.example>"))
        .to(address("ada@example.com"))
        .subject("Confirm your address")
        .text("Hello, open " + LINK + " please.")
        .html(html("<p>Hello, <a href=\"" + LINK + "\">open</a> please.</p>"))
        .accountMail();
  }

  /** The clean email with one more link, in text and HTML. */
  private static Email.Builder with(String link) {
    return with(link, "<a href=\"" + link.replace("&", "&amp;") + "\">more</a>");
  }

  private static Email.Builder with(String inText, String inHtml) {
    return clean().text("Hello, " + inText + " please.").html(html("<p>Hello, " + inHtml + "</p>"));
  }

  private static final String MESSAGE =
      """
      From: "HealthMetrics" <noreply@healthmetrics.example>
      To: ada@example.com
      Subject: =?UTF-8?Q?Gr=C3=BC=C3=9Fe?=
       =?UTF-8?B?IGFuIFNpZQ==?=
      MIME-Version: 1.0
      Auto-Submitted: auto-generated
      X-Auto-Response-Suppress: All
      Content-Type: multipart/mixed; boundary="outer"

      --outer
      Content-Type: multipart/alternative; boundary=inner

      --inner
      Content-Type: text/plain; charset=UTF-8
      Content-Transfer-Encoding: quoted-printable

      Gr=C3=BC=C3=9Fe, https://app.healthmetrics.example/pa=
      ge?a=3D1
      --inner
      Content-Type: text/html; charset="utf-8"
      Content-Transfer-Encoding: quoted-printable

      <!doctype html><html lang=3D"de"><title>Gr=C3=BC=C3=9Fe</title>
      <a href=3D"https://app.healthmetrics.example/page?a=3D1">mehr</a></html>
      --inner--
      --outer
      Content-Type: application/pdf; name="report.pdf"
      Content-Disposition: attachment; filename="report.pdf"
      Content-Transfer-Encoding: base64

      AAAA
      --outer--
      """
          .replace("\n", "\r\n");

  private static byte[] bytes(String message) {
    return message.getBytes(StandardCharsets.ISO_8859_1);
  }

  /** A folded header whose name and value have this length together. */
  private static String longHeader(int length) {
    String name = "X-Long";
    String folds = ("x".repeat(70) + "\r\n ").repeat(10);
    return name + ": " + folds + "x".repeat(length - name.length() - 710) + "\r\n";
  }

  @Test
  void acceptsHeadersAndTagsOfTheGreatestLength() {
    LINT.assertMimeClean(bytes(MESSAGE.replace("MIME-V", longHeader(996) + "MIME-V")));
    String tag = "t".repeat(255);
    LINT.assertMimeClean(
        bytes(
            MESSAGE.replace(
                "MIME-V", "X-SES-MESSAGE-TAGS: " + tag + "=" + tag + ", a=b\r\nMIME-V")));
  }

  /** An email or message that violates one rule. */
  private record Trip(Rule rule, String how, List<Finding> findings) {
    @Override
    public String toString() {
      return rule + " by " + how;
    }
  }

  private static Trip trip(Rule rule, String how, Email.Builder email) {
    return new Trip(rule, how, LINT.check(email.build()));
  }

  private static Trip mime(Rule rule, String how, UnaryOperator<String> change) {
    String changed = change.apply(MESSAGE);
    assertThat(changed).as(how).isNotEqualTo(MESSAGE);
    return new Trip(rule, how, LINT.checkMime(bytes(changed)));
  }

  private static final List<Trip> TRIPS = allTrips();

  static Stream<Trip> trips() {
    return TRIPS.stream();
  }

  private static List<Trip> allTrips() {
    String token = LINK + "?token=abc";
    String opaque = LINK + "/" + "aZ09_-".repeat(6);
    List<Trip> trips = new ArrayList<>();
    trips.add(
        trip(Rule.LINK_ONLY_IN_HTML, "a link", with("hello", "<a href='" + LINK + "'>x</a>")));
    trips.add(
        trip(
            Rule.LINK_ONLY_IN_HTML,
            "an address",
            with("hello", "<a href='mailto:help@healthmetrics.example?subject=x'>x</a>")));
    trips.add(trip(Rule.LINK_ONLY_IN_TEXT, "a link", with(LINK, "hello")));
    trips.add(
        trip(Rule.LINK_ONLY_IN_TEXT, "an address", with("help@healthmetrics.example", "hello")));
    trips.add(trip(Rule.LINK_NOT_HTTPS, "http", with("http://app.healthmetrics.example/x")));
    trips.add(trip(Rule.LINK_NOT_HTTPS, "no host", with("/page")));
    trips.add(trip(Rule.LINK_NOT_HTTPS, "a script", with("javascript:alert(1)")));
    trips.add(trip(Rule.LINK_NOT_HTTPS, "a strange loopback", with("http://localhost:3000/x")));
    trips.add(trip(Rule.LINK_TO_IP_ADDRESS, "IPv4", with("https://192.0.2.1/x")));
    trips.add(trip(Rule.LINK_SHORTENED, "bit.ly", with("https://bit.ly/x")));
    trips.add(trip(Rule.LINK_TO_OTHER_HOST, "a foreign host", with("https://example.org/x")));
    trips.add(
        trip(
            Rule.LINK_TO_OTHER_HOST,
            "a name that ends alike",
            with("https://evilhealthmetrics.example/x")));
    String more = "<a href=\"" + LINK + "\">more</a>";
    for (String host : List.of("evil.com", "Evil.Travel", "a.evil.com/x", "пример.рф")) {
      trips.add(
          trip(Rule.LINK_TO_OTHER_HOST, "bare text, " + host, with(LINK + " or " + host, more)));
      trips.add(
          trip(Rule.LINK_TO_OTHER_HOST, "bare HTML, " + host, with(LINK, more + " or " + host)));
    }
    for (String text : List.of("https://bank.example/x", "www.bank.example", "bank.example/x")) {
      trips.add(
          trip(
              Rule.LINK_TEXT_IS_ANOTHER_URL,
              text,
              with(LINK, "<a href=\"" + LINK + "\"><b>" + text + "</b></a>")));
    }
    trips.add(trip(Rule.TOKEN_LINK_TRACKED, "its name", with(token)));
    trips.add(trip(Rule.TOKEN_LINK_TRACKED, "its length", with(opaque)));
    for (String image :
        List.of("width=1", "height='0'", "style=\"x:y; width : 1px\"", "style='display:none'")) {
      trips.add(
          trip(
              Rule.TRACKING_PIXEL,
              image,
              with("hello", "<img src='https://x/p.gif' " + image + ">" + "word ".repeat(20))));
    }
    trips.add(
        trip(Rule.HTML_DOCTYPE, "none", clean().text("x").html("<html lang=en><title>x</title>")));
    trips.add(
        trip(Rule.HTML_LANG, "none", clean().text("x").html("<!doctype html><title>x</title>")));
    trips.add(
        trip(
            Rule.HTML_TITLE,
            "blank",
            clean().text("x").html("<!DOCTYPE html><html lang=en><title> </title>")));
    for (String active :
        List.of(
            "<script>alert(1)</script>",
            "<iframe src=x></iframe>",
            "<form action=x></form>",
            "<p onclick=\"x()\">hello</p>",
            "<link rel=stylesheet href=x>")) {
      trips.add(trip(Rule.HTML_ACTIVE, active, with("hello", "hello " + active)));
    }
    trips.add(trip(Rule.HTML_SIZE, "102 KB", clean().text("x").html(html("ä".repeat(53_000)))));
    trips.add(trip(Rule.HTML_MOSTLY_IMAGES, "an image", with("hello", "<img src=x width=600>")));
    trips.add(trip(Rule.SUBJECT_CAPITALS, "all", clean().subject("CONFIRM NOW")));
    trips.add(trip(Rule.SUBJECT_EXCLAMATION, "two", clean().subject("Confirm now!!")));
    trips.add(trip(Rule.SUBJECT_LENGTH, "71", clean().subject("x".repeat(71))));
    trips.add(
        trip(Rule.FROM_WITHOUT_NAME, "none", clean().from(address("a@healthmetrics.example"))));
    trips.add(
        trip(
            Rule.FROM_NAME_IS_ADDRESS,
            "an address",
            clean().from(address("\"a@bank.example\" <a@healthmetrics.example>"))));
    trips.add(trip(Rule.FROM_DOMAIN, "another", clean().from(address("H <a@elsewhere.example>"))));
    trips.add(trip(Rule.REPLY_TO_DOMAIN, "freemail", clean().replyTo(address("health@gmail.com"))));
    trips.add(
        trip(Rule.REPLY_TO_DOMAIN, "another", clean().replyTo(address("a@elsewhere.example"))));
    trips.add(
        new Trip(
            Rule.REPLY_TO_DOMAIN,
            "freemail of a freemail sender",
            EmailLint.transactional()
                .allowedHosts("healthmetrics.example")
                .check(
                    clean()
                        .from(address("H <h@gmail.com>"))
                        .replyTo(address("i@gmail.com"))
                        .build())));
    Email.Builder plain =
        Email.builder()
            .from(address("H <h@healthmetrics.example>"))
            .to(address("ada@example.com"))
            .subject("Hello")
            .text("Hello");
    Email once = plain.build();
    trips.add(
        trip(
            Rule.AUTO_SUBMITTED,
            "none",
            once.toBuilder().header("X-Auto-Response-Suppress", "all")));
    trips.add(
        trip(
            Rule.AUTO_RESPONSE,
            "none",
            once.toBuilder().header("Auto-Submitted", "auto-generated")));
    trips.add(
        trip(Rule.PRECEDENCE, "bulk", once.toBuilder().accountMail().header("Precedence", "bulk")));
    Email automatic =
        once.toBuilder()
            .header("Auto-Submitted", "auto-generated")
            .header("X-Auto-Response-Suppress", "All")
            .build();
    trips.add(
        trip(
            Rule.UNSUBSCRIBE_REFUSED,
            "a link",
            automatic.toBuilder().header("List-Unsubscribe", "<https://x.example/u>")));
    trips.add(
        trip(Rule.ONE_RECIPIENT, "two", automatic.toBuilder().to(address("eve@example.com"))));
    trips.add(
        trip(Rule.ONE_RECIPIENT, "a copy", automatic.toBuilder().bcc(address("eve@example.com"))));
    trips.add(new Trip(Rule.UNSUBSCRIBE_REQUIRED, "none", EmailLint.bulk().check(once)));
    trips.add(
        new Trip(
            Rule.UNSUBSCRIBE_REQUIRED,
            "no one-click",
            EmailLint.bulk()
                .check(
                    once.toBuilder().header("List-Unsubscribe", "<https://x.example/u>").build())));
    trips.add(mimeOfBulk());
    trips.add(
        mime(
            Rule.TEXT_MISSING,
            "blank",
            m ->
                m.replaceFirst("(?s)Gr=C3=BC=C3=9Fe, .*?3D1", "")
                    .replaceFirst("(?s)<a href.*?</a>", "")));
    trips.add(mime(Rule.MIME_VERSION, "none", m -> m.replace("MIME-Version: 1.0\r\n", "")));
    trips.add(
        mime(
            Rule.HEADER_NOT_ASCII,
            "8 bit",
            m -> m.replace("To: ada@example.com", "To: \u00fc <ada@example.com>")));
    trips.add(mime(Rule.LINE_LENGTH, "999", m -> m.replace("AAAA", "A".repeat(999))));
    trips.add(
        mime(
            Rule.DUPLICATE_HEADER,
            "two",
            m -> m.replace("MIME-V", "Message-ID: <1@x>\r\nmessage-id: <1@x>\r\nMIME-V")));
    trips.add(
        mime(
            Rule.ALTERNATIVE_PARTS,
            "mixed",
            m -> m.replace("multipart/alternative", "multipart/mixed")));
    trips.add(
        mime(
            Rule.TEXT_CHARSET,
            "latin1",
            m -> m.replace("text/plain; charset=UTF-8", "text/plain; charset=ISO-8859-1")));
    trips.add(
        mime(
            Rule.TEXT_ENCODING,
            "8bit",
            m ->
                m.replaceFirst(
                    "quoted-printable\r\n\r\nGr=C3=BC=C3=9Fe, (.*)=\r\nge.a=3D1",
                    "8bit\r\n\r\nGr\u00c3\u00bc, $1ge?a=1")));
    trips.add(
        mime(
            Rule.TEXT_ENCODING,
            "base64 for ASCII",
            m ->
                m.replaceFirst(
                    "(?s)quoted-printable\r\n\r\nGr=.*?3D1",
                    "base64\r\n\r\n"
                        + Base64.getEncoder()
                            .encodeToString(bytes("https://app.healthmetrics.example/page?a=1")))));
    trips.add(
        mime(
            Rule.ATTACHMENT_BLOCKED,
            "exe",
            m -> m.replace("filename=\"report.pdf\"", "filename=report.EXE")));
    trips.add(
        mime(
            Rule.ATTACHMENT_BLOCKED,
            "exe with what systems drop",
            m -> m.replace("filename=\"report.pdf\"", "filename=\"report.exe . \"")));
    trips.add(
        mime(
            Rule.HEADER_LENGTH,
            "997 together",
            m -> m.replace("MIME-V", longHeader(997) + "MIME-V")));
    trips.add(
        mime(
            Rule.TAG_FORM,
            "a space",
            m -> m.replace("MIME-V", "X-SES-MESSAGE-TAGS: a=b, c=d e\r\nMIME-V")));
    trips.add(
        mime(
            Rule.TAG_FORM,
            "256 characters",
            m -> m.replace("MIME-V", "X-SES-MESSAGE-TAGS: a=" + "b".repeat(256) + "\r\nMIME-V")));
    trips.add(
        new Trip(
            Rule.TOO_MANY_RECIPIENTS,
            "51",
            EmailLint.bulk()
                .checkMime(
                    bytes(
                        bulkMessage()
                            .replace(
                                "ada@example.com",
                                "a@example.com" + ", a@example.com".repeat(50))))));
    trips.add(
        new Trip(
            Rule.MESSAGE_SIZE,
            "40 MB",
            LINT.checkMime(
                bytes(MESSAGE.replace("AAAA", ("A".repeat(76) + "\r\n").repeat(540_000))))));
    return trips;
  }

  private static String bulkMessage() {
    return MESSAGE.replace(
        "MIME-V",
        "List-Unsubscribe: <https://x.example/u>\r\n"
            + "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\nMIME-V");
  }

  private static Trip mimeOfBulk() {
    return new Trip(
        Rule.UNSUBSCRIBE_REQUIRED,
        "no web page",
        EmailLint.bulk()
            .checkMime(
                bytes(bulkMessage().replace("<https://x.example/u>", "<mailto:u@x.example>"))));
  }

  @ParameterizedTest
  @MethodSource("trips")
  void findsOneThingAlone(Trip trip) {
    assertThat(trip.findings()).extracting(Finding::rule).containsExactly(trip.rule());
  }

  @Test
  void hasATestForEveryRule() {
    Set<Rule> tripped = EnumSet.noneOf(Rule.class);
    trips().forEach(trip -> tripped.add(trip.rule()));

    assertThat(tripped).containsExactlyInAnyOrder(Rule.values());
  }

  @Test
  void findsNothingInACleanEmail() {
    assertThat(LINT.check(clean().build())).isEmpty();
    assertThat(EmailLint.transactional().check(clean().build())).isEmpty();
    assertThat(LINT.checkMime(bytes(MESSAGE))).isEmpty();
    assertThat(EmailLint.bulk().checkMime(bytes(bulkMessage()))).isEmpty();
  }

  @Test
  void findsNothingInTheStockEmailsOfAnyLanguage() {
    AccountEmails emails =
        AccountEmails.builder()
            .mailer(new InMemoryMailer())
            .from(address("HealthMetrics <noreply@healthmetrics.example>"))
            .replyTo(address("support@healthmetrics.example"))
            .appUrl(URI.create("https://app.healthmetrics.example"))
            .build();
    List<Email> mails =
        emails.templates().names().stream()
            .flatMap(
                name ->
                    emails.templates().locales().stream()
                        .map(
                            locale ->
                                emails
                                    .templates()
                                    .sample(name, locale)
                                    .from(address("H <noreply@healthmetrics.example>"))
                                    .to(address("ada@example.com"))
                                    .accountMail()
                                    .build()))
            .toList();

    assertThat(mails).hasSize(12).allSatisfy(mail -> assertThat(LINT.check(mail)).isEmpty());
  }

  @Test
  void findsNothingInAnEmailThatAccountEmailsSent() {
    InMemoryMailer mailer = new InMemoryMailer();
    AccountEmails emails =
        AccountEmails.builder()
            .mailer(mailer)
            .from(address("HealthMetrics <noreply@healthmetrics.example>"))
            .appUrl(URI.create("https://app.healthmetrics.example"))
            .build();
    emails.sendVerification(address("ada@example.com"), "a token.ends with a full stop.");

    assertThat(LINT.check(mailer.sent().get(0))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://localhost:3000/x",
        "http://app.localhost:3000/x",
        "http://127.0.0.1:3000/x",
        "http://127.1.2.3:3000/x"
      })
  void acceptsAllowedLoopback(String link) {
    EmailLint lint = LINT.allowedHosts("localhost", "127.0.0.1", "127.1.2.3");

    assertThat(lint.check(with(link).build())).isEmpty();
  }

  @Test
  void acceptsLinksWhoseTextMatchesTheTarget() {
    String token = LINK + "?token=a&b=c";
    String escaped = token.replace("&", "&amp;");
    Email email =
        with(
                token,
                "<a ses:no-track href=\""
                    + escaped
                    + "\">"
                    + escaped
                    + "</a> <a ses:no-track href='"
                    + escaped
                    + "'>app.healthmetrics.example</a><a href='#top'>top</a>")
            .build();

    assertThat(LINT.check(email)).isEmpty();
  }

  @Test
  void readsNoLinksInCommentsAndStyles() {
    Email email =
        with("x", "<!-- <a href='http://a'>x</a> --><style>/* <img src=x> */</style>hello").build();

    assertThat(LINT.check(email)).isEmpty();
  }

  @Test
  void acceptsShortWordsInCapitals() {
    assertThat(LINT.check(clean().subject("FAQ").build())).isEmpty();
    assertThat(LINT.check(clean().subject("漢字漢字漢字").build())).isEmpty();
  }

  @Test
  void distinguishesOrganizationsBelowARegistry() {
    EmailLint lint = EmailLint.transactional();
    Email.Builder british = with("https://app.health.co.uk/x");

    assertThat(lint.check(british.from(address("H <a@mail.health.co.uk>")).build())).isEmpty();
    assertThat(lint.check(british.from(address("H <a@other.co.uk>")).build()))
        .extracting(Finding::rule)
        .containsExactly(Rule.LINK_TO_OTHER_HOST);
  }

  @Test
  void makesNoHostsOfAbbreviationsNamesOfFilesAndItsOwnHosts() {
    String text =
        "Dr.med. A. Eins, M.Sc., Zwei GmbH & Co.KG, z.B. 3.5 in report.pdf, a@example.org";

    assertThat(BareHosts.in(text)).isEmpty();
    assertThat(BareHosts.in("www.evil.com, https://example.org/b.com"))
        .containsExactly("www.evil.com");
  }

  @Test
  void findsHostsOfSymbolsAndWithInvisibleCharacters() {
    assertThat(BareHosts.in("i❤.ws, ☃️.net; bank®.com evil\u200D.com evil.c\u00ADom"))
        .containsExactly("i❤.ws", "☃️.net", "bank®.com", "evil.com", "evil.com");
  }

  @Test
  void decodesWhatStandsInAMessage() {
    LintedMail mail = LintedMime.of(bytes(MESSAGE)).mail();

    assertThat(mail.subject()).isEqualTo("Grüße an Sie");
    assertThat(mail.text()).hasValue("Grüße, https://app.healthmetrics.example/page?a=1");
    assertThat(mail.html().orElseThrow()).contains("<title>Grüße</title>", "page?a=1\">");
    assertThat(mail.fileNames()).containsExactly("report.pdf");
    assertThat(mail.from().orElseThrow().name()).hasValue("HealthMetrics");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\r\n", "Content-Type: multipart/mixed\r\n\r\nx", "a", "=?x?b?*?="})
  void acceptsMalformedMessages(String message) {
    assertThatCode(() -> LINT.checkMime(bytes(message))).doesNotThrowAnyException();
  }

  @Test
  void namesAllFindingsWithoutTokens() {
    Email email = with(LINK + "?token=secret").subject("CONFIRM NOW").build();

    assertThatExceptionOfType(AssertionError.class)
        .isThrownBy(() -> LINT.assertClean(email))
        .withMessageStartingWith("The email is not clean:\n  - TOKEN_LINK_TRACKED: ")
        .withMessageContaining("\n  - SUBJECT_CAPITALS: a subject all in capitals. Write it as a")
        .withMessageNotContaining("secret");
    assertThatExceptionOfType(AssertionError.class)
        .isThrownBy(() -> LINT.assertMimeClean(bytes("x")));
    assertThatCode(() -> LINT.assertClean(clean().build())).doesNotThrowAnyException();
    assertThatCode(() -> LINT.assertMimeClean(bytes(MESSAGE))).doesNotThrowAnyException();
    assertThat(Arrays.asList(LINT, EmailLint.bulk()))
        .hasToString("[EmailLint[transactional], EmailLint[bulk]]");
  }
}
