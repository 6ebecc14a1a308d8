package com.healthmetrics.aws.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.healthmetrics.aws.mail.MailException.Delivery;
import com.healthmetrics.aws.mail.MailException.Kind;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@link MailerChain.Builder#allowOnly} and {@link MailerChain.Builder#redirectAll}. */
class GuardStepTest {
  private static final EmailAddress ADA = EmailAddress.parse("Ada <ada@example.com>");
  private static final EmailAddress EVE = EmailAddress.of("eve@patients.example");
  private static final EmailAddress TEAM = EmailAddress.of("team@healthmetrics.example");

  private final InMemoryMailer sent = new InMemoryMailer();

  private TransactionalMailer allowing(String... entries) {
    return MailerChain.builder().allowOnly(List.of(entries)).build().wrap(sent);
  }

  private TransactionalMailer redirecting(EmailAddress target) {
    return MailerChain.builder().redirectAll(target).build().wrap(sent);
  }

  private Email redirected(Email email) {
    redirecting(TEAM).send(email);
    assertThat(sent.sent()).hasSize(1);
    return sent.sent().get(0);
  }

  private void assertRefused(TransactionalMailer guard, Email email) {
    MailException refusal = catchThrowableOfType(MailException.class, () -> guard.send(email));
    assertThat(refusal).as("a refusal").isNotNull();
    assertThat(refusal.kind()).isEqualTo(Kind.RECIPIENT_NOT_ALLOWED);
    assertThat(refusal.delivery()).isEqualTo(Delivery.NOT_SENT);
    assertThat(refusal.retryAfter()).isEmpty();
    assertThat(refusal).hasMessageNotContaining("@").hasMessageNotContaining("patients");
    assertThat(sent.sent()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"ada@example.com", "ADA@Example.com", "example.com", "Example.COM"})
  void sendsToAllowedRecipients(String entry) {
    Email email = Emails.to("Ada <ada@example.com>");

    MailReceipt receipt = allowing("other@example.org", entry).send(email);

    assertThat(receipt.messageId()).isEqualTo("in-memory-1");
    assertThat(sent.sent()).containsExactly(email);
  }

  @Test
  void understandsDomainsInOtherScripts() {
    allowing("bücher.example").send(Emails.to("ada@xn--bcher-kva.example"));

    assertThat(sent.sent()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"bob@example.com", "example.org", "sub.example.com", "a@b.example.com"})
  void refusesAllOtherRecipients(String entry) {
    assertRefused(allowing(entry), Emails.to("ada@example.com"));
  }

  @Test
  void allowsNoSubdomainAndNoDomainThatEndsAlike() {
    assertRefused(allowing("example.com"), Emails.to("ada@sub.example.com"));
    assertRefused(allowing("example.com"), Emails.to("ada@notexample.com"));
  }

  @Test
  void refusesAnEmailWithOneRecipientThatIsNotAllowed() {
    TransactionalMailer guard = allowing("example.com");

    assertRefused(guard, Emails.builder().to(ADA).to(EVE).build());
    assertRefused(guard, Emails.builder().to(ADA).cc(EVE).build());
    assertRefused(guard, Emails.builder().to(ADA).bcc(EVE).build());
    assertRefused(guard, Emails.builder().bcc(EVE).build());
  }

  @Test
  void refusesAnEmptyListAndInvalidEntries() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> allowing())
        .withMessageContaining("empty");
    for (String entry :
        new String[] {"", "com", "*", "*@example.com", "@example.com", "a b.example"}) {
      assertThatIllegalArgumentException().as(entry).isThrownBy(() -> allowing(entry));
    }
    assertThatNullPointerException()
        .isThrownBy(() -> MailerChain.builder().allowOnly(Arrays.asList("a.example", null)));
  }

  @Test
  void sendsEveryEmailToOneAddressOnly() {
    Email email =
        Emails.builder()
            .to(ADA)
            .to(EmailAddress.of("bob@example.com"))
            .cc(EmailAddress.of("carol@example.org"))
            .bcc(EVE)
            .replyTo(EmailAddress.of("support@healthmetrics.example"))
            .html("<html lang=\"en\"><BODY class=\"x\"><p>Hello</p></BODY></html>")
            .tag("kind", "test")
            .configurationSet("staging")
            .idempotencyKey("key-1")
            .build();

    Email arrived = redirected(email);

    assertThat(arrived.recipients()).containsExactly(TEAM);
    assertThat(arrived.to()).containsExactly(TEAM);
    String shown =
        "a***@example.com, b***@example.com, c***@example.org (cc), e***@patients.example (bcc)";
    assertThat(arrived.subject()).isEqualTo("[redirected] Hello");
    assertThat(arrived.text())
        .isEqualTo("This email was redirected. It was for " + shown + "\n\nHello");
    assertThat(arrived.html().orElseThrow())
        .startsWith("<html lang=\"en\"><BODY class=\"x\"><p style=")
        .contains("It was for " + shown + "</p><p>Hello</p>");
    assertThat(arrived.headers()).containsExactly(Map.entry("X-Original-Recipients", shown));
    assertThat(arrived.replyTo()).isEqualTo(email.replyTo());
    assertThat(arrived.tags()).isEqualTo(email.tags());
    assertThat(arrived.configurationSet()).isEqualTo(email.configurationSet());
    assertThat(arrived.idempotencyKey()).isEqualTo(email.idempotencyKey());
  }

  @Test
  void showsNoAddressInFull() {
    Email arrived =
        redirected(Emails.builder().to(ADA).cc(EVE).bcc(EVE).html("<p>Hello</p>").build());

    assertThat(arrived.subject() + arrived.text() + arrived.html() + arrived.headers())
        .doesNotContain("ada@", "eve@", "Ada")
        .contains("a***@", "e***@");
  }

  @Test
  void escapesAddressesInHtml() {
    Email arrived =
        redirected(
            Emails.builder()
                .to(EmailAddress.of("&lt@a.example"))
                .cc(EmailAddress.of("'x@a.example"))
                .html("<p>Hello</p>")
                .build());

    assertThat(arrived.html().orElseThrow())
        .contains("&amp;***@a.example", "&#39;***@a.example")
        .endsWith("</p><p>Hello</p>");
    assertThat(arrived.text()).contains("&***@a.example");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<body>|<p>Hello</p>",
        "<body/>|Hello",
        "<!-- no <body> yet --><body\nclass=x>|Hello",
        "<!--\n<body>\n--!><!--><!---><body>|Hello<!-- <body> -->",
        "<!--[if mso]><body class=mso><![endif]--><!--[if !mso]><!--><body>|Hello<!--<![endif]-->",
        "<body title=\"a>b\">|Hello",
        "<body title = 'a>\"b' class=\"'>'\">|Hello",
        "<body title=it's class=\"a>b\">|Hello",
        "|<!-- <body> -->Hello",
        "|<p>Hello <!-- <body>",
        "|<bodyguard>Hello</bodyguard>",
        "|<tbody>Hello"
      })
  void putsTheNoticeWhereTheBodyBegins(String html) {
    int top = html.indexOf('|');
    String before = html.substring(0, top);
    String after = html.substring(top + 1);

    Email arrived = redirected(Emails.builder().to(ADA).html(before + after).build());

    assertThat(arrived.html().orElseThrow())
        .startsWith(before + "<p style=")
        .endsWith("It was for a***@example.com</p>" + after);
  }

  @Test
  void findsTheBodyOfLongEmails() {
    String before =
        "<!-- "
            + "x".repeat(50_000)
            + " --><body title=\""
            + "=".repeat(50_000)
            + "\" "
            + "a='b' ".repeat(20_000)
            + ">";

    Email arrived = redirected(Emails.builder().to(ADA).html(before + "Hello").build());

    assertThat(arrived.html().orElseThrow()).startsWith(before + "<p style=");
  }

  @Test
  void keepsAnAccountEmailOne() {
    Email arrived = redirected(Emails.builder().to(ADA).accountMail().build());

    assertThat(arrived.isAccountMail()).isTrue();
    assertThat(arrived.headers()).containsEntry("Auto-Submitted", "auto-generated");
  }

  @Test
  void redirectsEmailsThatAreAtALimitAlready() {
    Email.Builder builder = Emails.builder().subject("x".repeat(981) + "😀" + "y".repeat(12));
    for (int i = 0; i < 15; i++) {
      builder.header("X-Header-" + i, "value");
    }
    for (int i = 0; i < 50; i++) {
      builder.to(EmailAddress.of(i + "@" + "long-domain.".repeat(3) + "example"));
    }

    Email arrived = redirected(builder.build());

    assertThat(arrived.headers()).hasSize(15).doesNotContainKey("X-Original-Recipients");
    assertThat(arrived.subject()).isEqualTo("[redirected] " + "x".repeat(981)).hasSize(994);
    assertThat(arrived.text()).contains("4***@").doesNotContain("more");
  }

  @Test
  void countsTheRecipientsThatDoNotFitIntoTheHeader() {
    Email.Builder builder = Emails.builder();
    for (int i = 10; i < 60; i++) {
      builder.to(EmailAddress.of(i + "@" + "long-domain.".repeat(3) + "example"));
    }

    String header = redirected(builder.build()).headers().get("X-Original-Recipients");

    assertThat(header).hasSizeBetween(900, 975).endsWith(" and 31 more");
    assertThat(header.split(",")).hasSize(19);
  }

  static IntStream lengthsOfDomains() {
    return IntStream.rangeClosed(1, 40);
  }

  @ParameterizedTest
  @MethodSource("lengthsOfDomains")
  void fillsTheHeaderWithRecipientsOfAnyLengthButNeverTooFar(int length) {
    Email.Builder builder = Emails.builder();
    for (int i = 10; i < 60; i++) {
      builder.to(EmailAddress.of(i + "@" + "d".repeat(length) + ".example"));
    }

    assertThat(redirected(builder.build()).headers()).containsKey("X-Original-Recipients");
  }

  @Test
  void redirectsAnEmailThatWasRedirectedAlready() {
    Email arrived =
        redirected(Emails.builder().to(ADA).header("x-original-recipients", "somebody").build());

    assertThat(arrived.recipients()).containsExactly(TEAM);
    assertThat(arrived.headers()).containsEntry("x-original-recipients", "somebody");
  }

  @Test
  void refusesNull() {
    assertThatNullPointerException().isThrownBy(() -> allowing("example.com").send(null));
    assertThatNullPointerException().isThrownBy(() -> redirecting(TEAM).send(null));
    assertThatNullPointerException().isThrownBy(() -> redirecting(null));
    assertThatNullPointerException().isThrownBy(() -> MailerChain.builder().allowOnly(null));
    assertThat(sent.sent()).isEmpty();
  }

  @Test
  void masksAddressesInItsDescription() {
    assertThat(allowing("ada@example.com", "example.org"))
        .hasToString("allow only 1 addresses and the domains [example.org] -> " + sent);
    assertThat(redirecting(TEAM))
        .hasToString("redirect all to t***@healthmetrics.example -> " + sent);
  }
}
