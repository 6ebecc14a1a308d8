package com.healthmetrics.aws.testkit.mail;

import static org.assertj.core.api.Assertions.assertThat;

import com.healthmetrics.aws.mail.AccountEmails;
import com.healthmetrics.aws.mail.Email;
import com.healthmetrics.aws.mail.EmailAddress;
import com.healthmetrics.aws.mail.InMemoryMailer;
import com.healthmetrics.aws.mail.SesMailer;
import com.healthmetrics.aws.mail.TransactionalMailer;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A token is read as it was sent, whatever characters it begins with, contains and ends in. */
class TokensInLinksTest {
  private static final EmailAddress ADA = EmailAddress.of("ada@example.com");
  private static final EmailAddress SENDER = EmailAddress.of("noreply@example.com");
  private static final String PAGE = "https://app.example.com/auth/verify?lang=en&token=";

  /** Every character that a URL may contain as it is, without those that have a meaning there. */
  private static final String PLAIN = ".-_~!$'()*,;=:@/?[]secrtXYZ019";

  /** Each printable character of ASCII and some others, at the end, in the middle and alone. */
  private static Stream<String> tokens() {
    return Stream.concat(
            IntStream.rangeClosed('!', '~').mapToObj(Character::toString),
            Stream.of("%3D", "%", "==", "...", ").", "\u00e4", "\u6f22", "\ud83d\ude00", "\u201d"))
        .flatMap(end -> Stream.of("secret" + end, "sec" + end + "ret", end + "secret", end));
  }

  private static Stream<String> plainTokens() {
    return tokens().filter(token -> token.chars().allMatch(c -> PLAIN.indexOf(c) >= 0));
  }

  /** How an email shows its link. */
  private enum Shown {
    TEXT_ON_A_LINE(url -> text("Confirm your address:\n\n" + url + "\n\nThank you.")),
    TEXT_AT_THE_END(url -> text("Confirm your address:\n" + url)),
    TEXT_IN_ANGLE_BRACKETS(url -> text("Confirm <" + url + ">, please.")),
    HTML_AND_A_SENTENCE(
        url ->
            text("Confirm here: " + url + ". Thank you!")
                .html("<a href='" + html(url) + "'>Confirm</a>")),
    HTML_AND_BRACKETS(
        url ->
            text("Confirm (" + url + ")")
                .html("<a class=x href=\"" + html(url) + "\">Confirm</a>"));

    private final Template email;

    Shown(Template email) {
      this.email = email;
    }

    private interface Template {
      Email.Builder apply(String url);
    }

    private static Email.Builder text(String text) {
      return Email.builder().from(SENDER).to(ADA).subject("Confirm").text(text);
    }

    private static String html(String text) {
      return text.replace("&", "&amp;").replace("'", "&#39;");
    }
  }

  private static void assertRead(
      Shown shown, UnaryOperator<String> written, Stream<String> tokens) {
    tokens.forEach(
        token -> {
          Email email = shown.email.apply(PAGE + written.apply(token)).build();
          assertThat(read(mailer -> mailer.send(email))).isEqualTo(token);
        });
  }

  /** The token of the only email. */
  private static String read(Consumer<TransactionalMailer> sender) {
    InMemoryMailer mailer = new InMemoryMailer();
    sender.accept(mailer);
    try (Mailbox mailbox = Mailbox.of(mailer)) {
      return mailbox.within(Duration.ZERO).hasEmailTo("ada@example.com").withToken();
    }
  }

  @ParameterizedTest
  @EnumSource
  void readsATokenThatWasEncoded(Shown shown) {
    assertRead(shown, token -> URLEncoder.encode(token, StandardCharsets.UTF_8), tokens());
  }

  @ParameterizedTest
  @EnumSource
  void readsATokenThatNeedsNoEncoding(Shown shown) {
    assertThat(plainTokens()).hasSizeGreaterThan(50);
    assertRead(shown, token -> token, plainTokens());
  }

  @Test
  void readsATokenThatShouldHaveBeenEncoded() {
    assertRead(Shown.TEXT_ON_A_LINE, token -> token, Stream.of("50%", "%zz", "%e4%"));
  }

  private static void sendVerification(TransactionalMailer mailer, String token) {
    AccountEmails.builder()
        .mailer(mailer)
        .from(SENDER)
        .appUrl(URI.create("https://app.example.com"))
        .build()
        .sendVerification(ADA, token);
  }

  @Test
  void readsTheTokenOfAccountEmails() {
    tokens()
        .forEach(
            token -> assertThat(read(mailer -> sendVerification(mailer, token))).isEqualTo(token));
  }

  @Test
  void readsTheTokenOfAccountEmailsOnAServer() {
    try (LocalSes ses = LocalSes.start();
        Mailbox mailbox = Mailbox.of(ses);
        SesMailer mailer =
            SesMailer.builder()
                .region(ses.region())
                .endpoint(ses.endpoint())
                .credentials(ses.credentials())
                .build()) {
      for (String token : List.of("a.", "a-", "a_", "a~", "a)", "a=", "a'", "a\"", "a%3D", "a+")) {
        sendVerification(mailer, token);
        assertThat(mailbox.hasEmailTo("ada@example.com").withToken()).isEqualTo(token);
      }
    }
  }
}
