package com.healthmetrics.aws.mail;

import static org.assertj.core.api.Assertions.assertThat;

import com.healthmetrics.aws.mail.SuppressionList.Suppression;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class InMemorySuppressionListTest extends SuppressionListContract {
  private final InMemoryMailer mailer = new InMemoryMailer();

  @Override
  SuppressionList list() {
    return mailer;
  }

  @Override
  void suppress(EmailAddress address, Suppression suppression) {
    mailer.suppress(address, suppression);
  }

  /** As SES does. */
  @Test
  void acceptsEmailsToASuppressedAddress() {
    EmailAddress ada = EmailAddress.of("ada@example.com");
    mailer.suppress(ada, new Suppression(Suppression.BOUNCE, Instant.EPOCH));

    MailReceipt receipt = mailer.send(Emails.to("ada@example.com"));

    assertThat(receipt.messageId()).isNotBlank();
    assertThat(mailer.sentTo("ada@example.com")).hasSize(1);
  }
}
