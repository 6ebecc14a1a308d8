package com.healthmetrics.aws.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LinkRouteTest {
  private final InMemoryMailer mailer = new InMemoryMailer();

  private AccountEmails.Builder builder() {
    return AccountEmails.builder()
        .mailer(mailer)
        .from(EmailAddress.of("noreply@example.com"))
        .appUrl(URI.create("https://app.example.com/health"));
  }

  @ParameterizedTest
  @CsvSource({
    "/, /?token=a.b",
    "/verify, /verify?token=a.b",
    "/verify/, /verify/?token=a.b",
    "/verify?from=email&x, /verify?from=email&x&token=a.b",
    "/verify?next=/home/, /verify?next=/home/&token=a.b",
    "/#/verify, /#/verify?token=a.b",
    "/#!/verify, /#!/verify?token=a.b",
    "/#verify, /#verify?token=a.b",
    "/#/, /#/?token=a.b",
    "/index.html?v=2#/verify?from=email, /index.html?v=2#/verify?from=email&token=a.b",
    "/app?v=2#/verify, /app?v=2#/verify?token=a.b",
    "/%C3%A4?tokens=1&Token=2&xtoken=3, /%C3%A4?tokens=1&Token=2&xtoken=3&token=a.b",
    "/..., /...?token=a.b"
  })
  void endsInTheToken(String route, String link) {
    AccountEmails emails =
        builder()
            .verificationRoute(route)
            .passwordResetRoute(route)
            .emailChangeRoute(route)
            .build();
    EmailAddress ada = EmailAddress.of("ada@example.com");
    emails.sendVerification(ada, "a.b");
    emails.sendPasswordReset(ada, "a.b");
    emails.sendEmailChange(ada, "a.b");

    String expected = "https://app.example.com/health" + link;
    assertThat(mailer.sent())
        .hasSize(3)
        .allSatisfy(
            email -> {
              assertThat(email.text().lines()).contains(expected);
              assertThat(email.html().orElseThrow())
                  .contains("href=\"" + expected.replace("&", "&amp;") + "\"");
            });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "verify",
        "?verify",
        "#/verify",
        "https://evil.example/verify",
        "//evil.example/verify",
        ".evil.example/verify",
        "@evil.example/verify",
        ":8443/verify",
        "\\\\evil.example",
        "/\\evil.example",
        "/a//b",
        "/../b",
        "/a/..",
        "/a/%2e%2E/b",
        "/./b",
        "/a b",
        "/a\nb",
        "/ä",
        "/%",
        "/%4",
        "/%zz",
        "/a?",
        "/a?&b",
        "/a?b&",
        "/a?=b",
        "/a?b?c",
        "/a#",
        "/a#?b=c",
        "/a#b#c",
        "/a#/b//c",
        "/a#/b?",
        "/a<b>",
        "/a\"b",
        "/a'b",
        "/a(b)",
        "/a;b",
        "/a*b",
        "/{{link}}"
      })
  void refusesWhatIsNoRouteBelowTheApplication(String route) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder().verificationRoute(route))
        .withMessageStartingWith("The route of a link has " + route.length() + " characters");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/a?token=b",
        "/a?token",
        "/a?b=c&token=",
        "/a?%74oken=b",
        "/a?tok%65n",
        "/a#/b?token=c",
        "/a?token=b#/c",
        "/a?x=y#/b?c&%74%6F%6B%65%6E=d"
      })
  void refusesATokenOfItsOwn(String route) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder().verificationRoute(route))
        .withMessageContaining("a parameter named token");
  }

  @Test
  void hasAtMost512Characters() {
    builder().passwordResetRoute("/" + "a".repeat(511));

    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder().passwordResetRoute("/" + "a".repeat(512)))
        .withMessageContaining("513 characters");
  }

  @Test
  void refusesNull() {
    assertThatNullPointerException().isThrownBy(() -> builder().verificationRoute(null));
    assertThatNullPointerException().isThrownBy(() -> builder().passwordResetRoute(null));
    assertThatNullPointerException().isThrownBy(() -> builder().emailChangeRoute(null));
  }
}
