package com.healthmetrics.aws.mail;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class InMemoryMailerTest {
  private final InMemoryMailer mailer = new InMemoryMailer();

  private Email sendTo(String... recipients) {
    Email.Builder builder =
        Email.builder().from(EmailAddress.of("a@example.com")).subject("Hello").text("Hello");
    for (String recipient : recipients) {
      builder.to(EmailAddress.parse(recipient));
    }
    Email email = builder.build();
    mailer.send(email);
    return email;
  }

  @Test
  void keepsMailsInTheirOrder() {
    Email first = sendTo("ada@example.com");
    Email second = sendTo("bob@example.com");

    assertThat(mailer.sent()).containsExactly(first, second).isUnmodifiable();
    assertThat(mailer).hasToString("InMemoryMailer[2 mails]");
  }

  @Test
  void findsMailsByRecipient() {
    Email first = sendTo("Ada <ada@example.com>");
    sendTo("bob@example.com");
    Email third = sendTo("bob@example.com", "ADA@example.com");

    assertThat(mailer.sentTo("Ada@Example.com")).containsExactly(first, third).isUnmodifiable();
    assertThat(mailer.sentTo("eve@example.com")).isEmpty();
  }

  @Test
  void handsOutACopyThatDoesNotGrow() {
    sendTo("ada@example.com");
    List<Email> before = mailer.sent();

    sendTo("bob@example.com");

    assertThat(before).hasSize(1);
  }
}
