package com.healthmetrics.aws.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
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
  void keepsEmailsInOrder() {
    Email first = sendTo("ada@example.com");
    Email second = sendTo("bob@example.com");

    assertThat(mailer.sent()).containsExactly(first, second).isUnmodifiable();
    assertThat(mailer).hasToString("InMemoryMailer[2 emails]");
  }

  @Test
  void hasTheEventsThatSesWouldPublish() {
    sendTo("ada@example.com", "bounce+1@simulator.amazonses.com");
    sendTo("complaint@simulator.amazonses.com");
    sendTo("suppressionlist@simulator.amazonses.com");

    assertThat(mailer.events())
        .isUnmodifiable()
        .extracting(event -> event.getClass().getSimpleName() + " " + event.messageId())
        .containsExactly(
            "Send in-memory-1",
            "Delivery in-memory-1",
            "Bounce in-memory-1",
            "Send in-memory-2",
            "Delivery in-memory-2",
            "Complaint in-memory-2",
            "Send in-memory-3",
            "Bounce in-memory-3");
    assertThat(mailer.events().get(0).recipients())
        .containsExactly("ada@example.com", "bounce+1@simulator.amazonses.com");
    assertThat(mailer.events().get(2).recipients())
        .containsExactly("bounce+1@simulator.amazonses.com");
    assertThat(mailer.events().get(7))
        .isInstanceOfSatisfying(
            MailEvent.Bounce.class, bounce -> assertThat(bounce.subType()).isEqualTo("Suppressed"));
  }

  @Test
  void bouncesEmailsToASuppressedAddressUntilItIsReleased() {
    EmailAddress ada = EmailAddress.of("ada@example.com");
    mailer.suppress(ada, new SuppressionList.Suppression("BOUNCE", Instant.EPOCH));
    sendTo("ada@example.com");
    mailer.release(ada);
    sendTo("ada@example.com");

    assertThat(mailer.sentTo("ada@example.com")).hasSize(2);
    assertThat(mailer.events())
        .extracting(MailEvent::toString)
        .satisfiesExactly(
            send -> assertThat(send).startsWith("Send[in-memory-1"),
            bounce -> assertThat(bounce).contains("Permanent", "OnAccountSuppressionList"),
            send -> assertThat(send).startsWith("Send[in-memory-2"),
            delivery -> assertThat(delivery).startsWith("Delivery[in-memory-2"));
  }

  @Test
  void reportsAnAddressThatIsSuppressedForAComplaintAsOne() {
    EmailAddress ada = EmailAddress.of("ada@example.com");
    mailer.suppress(
        ada, new SuppressionList.Suppression(SuppressionList.Suppression.COMPLAINT, Instant.EPOCH));
    sendTo("ada@example.com");

    assertThat(mailer.events())
        .last()
        .isInstanceOfSatisfying(
            MailEvent.Complaint.class,
            complaint -> assertThat(complaint.subType()).contains("OnAccountSuppressionList"));
  }

  @Test
  void ignoresTheCaseOfARecipientAsSesDoes() {
    mailer.suppress(
        EmailAddress.of("ada@example.com"),
        new SuppressionList.Suppression(SuppressionList.Suppression.BOUNCE, Instant.EPOCH));
    sendTo("Ada@example.com", "BOUNCE+1@simulator.amazonses.com");

    assertThat(mailer.events())
        .extracting(event -> event.getClass().getSimpleName())
        .containsExactly("Send", "Bounce", "Bounce");
    assertThat(mailer.suppression(EmailAddress.of("Ada@example.com"))).isEmpty();
  }

  /** Other mailboxes of these names are people. */
  @Test
  void deliversToABounceThatIsNotOfTheSimulator() {
    sendTo("bounce@example.com");

    assertThat(mailer.events()).last().isInstanceOf(MailEvent.Delivery.class);
  }

  @Test
  void hasTheEventsOfAnEmailWhoseResponseWasLostAndNoneOfARefusedOne() {
    mailer.failNext(MailException.Kind.THROTTLED, MailException.Kind.UNKNOWN_OUTCOME);
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(() -> sendTo("ada@example.com")).isInstanceOf(MailException.class);
    }

    assertThat(mailer.events()).hasSize(2).allMatch(event -> event.messageId().endsWith("-1"));
  }

  @Test
  void passesEveryEmailThroughItsChain() {
    MailerChain chain = MailerChain.builder().once(IdempotencyStore.inMemory()).build();
    InMemoryMailer chained = new InMemoryMailer(chain);
    Email email = Emails.keyed("reset-1");
    chained.failNext(MailException.Kind.UNKNOWN_OUTCOME);
    assertThatThrownBy(() -> chained.send(email)).isInstanceOf(MailException.class);

    assertThat(chained.events())
        .extracting(event -> chain.settle(event).outcome())
        .containsExactly(Settlement.Outcome.SETTLED, Settlement.Outcome.ALREADY);
    assertThat(chained.send(email).messageId()).isEqualTo("in-memory-1");
    assertThat(chained.sent()).hasSize(1);
  }

  @Test
  void findsEmailsByRecipient() {
    Email first = sendTo("Ada <ada@example.com>");
    sendTo("bob@example.com");
    Email third = sendTo("bob@example.com", "ADA@example.com");

    assertThat(mailer.sentTo("Ada@Example.com")).containsExactly(first, third).isUnmodifiable();
    assertThat(mailer.sentTo("eve@example.com")).isEmpty();
  }

  @Test
  void returnsACopyThatDoesNotGrow() {
    sendTo("ada@example.com");
    List<Email> before = mailer.sent();

    sendTo("bob@example.com");

    assertThat(before).hasSize(1);
  }

  @Test
  void failsAsOftenAsRequestedAndKeepsNothingOfIt() {
    mailer.failNext(MailException.Kind.THROTTLED, MailException.Kind.REJECTED);

    for (MailException.Kind kind :
        List.of(MailException.Kind.THROTTLED, MailException.Kind.REJECTED)) {
      assertThatThrownBy(() -> sendTo("ada@example.com"))
          .isInstanceOfSatisfying(MailException.class, e -> assertThat(e.kind()).isEqualTo(kind));
    }
    assertThat(mailer.sent()).isEmpty();
    sendTo("ada@example.com");
    assertThat(mailer.sent()).hasSize(1);
  }

  @Test
  void keepsAnEmailWhoseResponseIsLost() {
    List<Email> received = new ArrayList<>();
    mailer.onMail(received::add);
    mailer.failNext(MailException.Kind.UNKNOWN_OUTCOME);

    assertThatThrownBy(() -> sendTo("ada@example.com"))
        .isInstanceOfSatisfying(
            MailException.class,
            e -> assertThat(e.delivery()).isEqualTo(MailException.Delivery.UNKNOWN));

    assertThat(mailer.sentTo("ada@example.com")).hasSize(1);
    assertThat(received).isEqualTo(mailer.sent());
  }

  @Test
  void callsListenersForEachEmailOnceItIsKept() {
    List<String> received = new ArrayList<>();
    Consumer<Email> listener = email -> received.add(email + " of " + mailer.sent().size());
    InMemoryMailer.Registration registration = mailer.onMail(listener);
    mailer.onMail(listener);

    sendTo("ada@example.com");
    assertThat(received)
        .containsExactly("Email[to [a***@example.com]] of 1", "Email[to [a***@example.com]] of 1");

    registration.close();
    registration.close();
    sendTo("bob@example.com");
    assertThat(received).as("the other registration stays").hasSize(3);
  }

  @Test
  void keepsSendingWhenAListenerThrows() {
    List<Email> received = new ArrayList<>();
    mailer.onMail(
        email -> {
          throw new IllegalStateException("a listener of a test");
        });
    mailer.onMail(received::add);

    Email email = sendTo("ada@example.com");

    assertThat(received).containsExactly(email);
  }

  @Test
  void givesEachFailureToOneEmailWithManyThreads() throws Exception {
    int emails = 40;
    for (int i = 0; i < emails / 2; i++) {
      mailer.failNext(MailException.Kind.THROTTLED);
    }
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Callable<MailReceipt>> calls =
          Collections.nCopies(emails, () -> mailer.send(Emails.to("ada@example.com")));
      int failed = 0;
      for (Future<MailReceipt> call : threads.invokeAll(calls)) {
        try {
          call.get();
        } catch (ExecutionException e) {
          assertThat(e.getCause()).isInstanceOf(MailException.class);
          failed++;
        }
      }
      assertThat(failed).isEqualTo(emails / 2);
      assertThat(mailer.sent()).hasSize(emails / 2);
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void refusesFaultsAndListenersThatAreNull() {
    assertThatNullPointerException()
        .isThrownBy(() -> mailer.failNext(MailException.Kind.THROTTLED, null));
    assertThatNullPointerException().isThrownBy(() -> mailer.onMail(null));
    sendTo("ada@example.com");
    assertThat(mailer.sent()).hasSize(1);
  }
}
