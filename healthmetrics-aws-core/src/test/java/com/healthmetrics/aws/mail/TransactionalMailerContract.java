package com.healthmetrics.aws.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** What every {@link TransactionalMailer} promises. */
abstract class TransactionalMailerContract {
  private static final EmailAddress FROM = EmailAddress.parse("Grüße <noreply@example.com>");
  private static final EmailAddress ADA = EmailAddress.parse("Ada <ada@example.com>");

  /** The mailer under test, the same one throughout a test. */
  abstract TransactionalMailer mailer();

  /** How many mails it has handed over so far. */
  abstract int handedOver();

  private static Email.Builder email() {
    return Email.builder().from(FROM).to(ADA).subject("Bestätigen 😀").text("Hello,\n\nAda.");
  }

  @Test
  void givesAReceiptForAMail() {
    MailReceipt receipt = mailer().send(email().build());

    assertThat(receipt.messageId()).isNotBlank();
    assertThat(receipt.toString()).contains(receipt.messageId());
  }

  @Test
  void makesOneMailOfOneCall() {
    mailer().send(email().build());
    assertThat(handedOver()).isEqualTo(1);

    mailer().send(email().build());
    assertThat(handedOver()).isEqualTo(2);
  }

  @Test
  void makesOneMailOfOneCallForManyRecipients() {
    Email.Builder builder = email();
    for (int i = 2; i <= 50; i++) {
      builder.to(EmailAddress.of("user" + i + "@example.com"));
    }

    mailer().send(builder.build());

    assertThat(handedOver()).isEqualTo(1);
  }

  @Test
  void takesMailsWithAllParts() {
    Email full = email().html("<p>Hello</p>").header("X-Entity-Ref-ID", "7").build();

    assertThat(mailer().send(full).messageId()).isNotBlank();
  }

  @Test
  void givesEachMailAnIdOfItsOwn() throws Exception {
    int mails = 20;
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Callable<MailReceipt>> calls = new ArrayList<>();
      for (int i = 0; i < mails; i++) {
        calls.add(() -> mailer().send(email().build()));
      }
      Set<String> ids = new HashSet<>();
      for (Future<MailReceipt> receipt : threads.invokeAll(calls)) {
        ids.add(receipt.get().messageId());
      }
      assertThat(ids).hasSize(mails);
      assertThat(handedOver()).isEqualTo(mails);
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void refusesNull() {
    assertThatNullPointerException().isThrownBy(() -> mailer().send(null));
    assertThat(handedOver()).isZero();
  }
}
