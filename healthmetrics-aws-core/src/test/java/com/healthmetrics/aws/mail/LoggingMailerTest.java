package com.healthmetrics.aws.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import com.healthmetrics.aws.fixtures.CapturingLogger;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.slf4j.helpers.NOPLogger;

class LoggingMailerTest {
  private final CapturingLogger log = new CapturingLogger();
  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
  private final LoggingMailer mailer =
      new LoggingMailer(log, new PrintStream(printed, true, StandardCharsets.UTF_8));

  private static Email.Builder email() {
    return Email.builder()
        .from(EmailAddress.of("noreply@example.com"))
        .to(EmailAddress.of("ada@example.com"))
        .to(EmailAddress.parse("Bob <bob@example.com>"))
        .subject("Please {} confirm");
  }

  @Test
  void logsRecipientsSubjectAndLinksAtInfo() {
    mailer.send(
        email()
            .text("Open\nhttps://app.example/a?token=t%20x\nor http://localhost:3000/b now.")
            .html("<a href='https://only.in.html/'>x</a>")
            .build());

    assertThat(log.entries())
        .singleElement()
        .asString()
        .startsWith("INFO ")
        .contains("ada@example.com, bob@example.com")
        .contains("Please {} confirm")
        .contains("https://app.example/a?token=t%20x\n")
        .contains("http://localhost:3000/b")
        .doesNotContain("only.in.html", "now.");
    assertThat(printed.size()).isZero();
  }

  @Test
  void printsToStandardErrorWithoutALogger() {
    PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);
    new LoggingMailer(NOPLogger.NOP_LOGGER, out)
        .send(email().text("Open https://app.example/a?token=t").build());

    assertThat(printed.toString(StandardCharsets.UTF_8))
        .contains("ada@example.com", "https://app.example/a?token=t");
  }

  /** Nothing arrives, so the contract suite of mailers does not apply. */
  @Test
  void givesEachEmailItsOwnId() {
    Email email = email().text("Hello").build();

    assertThat(mailer.send(email).messageId()).isNotEqualTo(mailer.send(email).messageId());
    assertThat(log.entries()).hasSize(2);
  }

  @Test
  void refusesNull() {
    assertThatNullPointerException().isThrownBy(() -> mailer.send(null));
    assertThat(log.entries()).isEmpty();
  }

  @Test
  void showsThatAnEmailHasNoLink() {
    mailer.send(email().text("Nothing to open.").build());

    assertThat(log.entries()).singleElement().asString().contains("(none)");
  }

  @Test
  void logsTheLinkOfAnAccountEmail() {
    AccountEmails.builder()
        .mailer(mailer)
        .from(EmailAddress.of("noreply@example.com"))
        .appUrl(URI.create("http://localhost:3000"))
        .build()
        .sendVerification(EmailAddress.of("ada@example.com"), "t&1");

    assertThat(log.entries())
        .singleElement()
        .asString()
        .endsWith("link:    http://localhost:3000/auth/verify-email?token=t%261");
  }

  @Test
  void describesItself() {
    assertThat(new LoggingMailer()).hasToString("LoggingMailer");
  }
}
