package com.healthmetrics.aws.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import com.healthmetrics.aws.mail.Email;
import com.healthmetrics.aws.mail.EmailAddress;
import com.healthmetrics.aws.mail.InMemoryMailer;
import com.healthmetrics.aws.mail.MailEvent;
import com.healthmetrics.aws.mail.SesMailer;
import com.healthmetrics.aws.mail.SuppressionList;
import com.healthmetrics.aws.mail.SuppressionList.Suppression;
import com.healthmetrics.aws.mail.TransactionalMailer;
import com.healthmetrics.aws.testkit.mail.LocalSes;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What becomes of an email at each recipient, in memory as at {@link LocalSes}. */
class SimulatedRecipientsTest {
  private static final Map<String, String> LISTED =
      Map.of(
          "ada@example.com", Suppression.BOUNCE,
          "carol@example.com", Suppression.COMPLAINT,
          "Dan@example.com", Suppression.COMPLAINT,
          "dan@example.com", Suppression.BOUNCE,
          "success+listed@simulator.amazonses.com", Suppression.BOUNCE);

  private final InMemoryMailer inMemory = new InMemoryMailer();
  private final LocalSes ses = LocalSes.builder().configurationSet("account-mail").start();
  private final SesMailer sesMailer =
      SesMailer.builder()
          .region(ses.region())
          .endpoint(ses.endpoint())
          .credentials(ses.credentials())
          .configurationSet("account-mail")
          .build();

  SimulatedRecipientsTest() {
    LISTED.forEach(
        (address, reason) -> {
          Suppression suppression = new Suppression(reason, Instant.EPOCH);
          inMemory.suppress(EmailAddress.of(address), suppression);
          ses.suppress(EmailAddress.of(address), suppression);
        });
  }

  @AfterEach
  void stop() {
    sesMailer.close();
    ses.close();
  }

  private static void send(TransactionalMailer mailer, String recipient) {
    mailer.send(
        Email.builder()
            .from(EmailAddress.of("noreply@healthmetrics.example"))
            .to(EmailAddress.of(recipient))
            .subject("Hello")
            .text("Hello")
            .build());
  }

  private static String described(MailEvent event) {
    String type = event.getClass().getSimpleName();
    if (event instanceof MailEvent.Bounce bounce) {
      return type + " " + bounce.type() + " " + bounce.subType();
    }
    return event instanceof MailEvent.Complaint complaint
        ? (type + " " + complaint.subType().orElse("")).strip()
        : type;
  }

  @ParameterizedTest
  @CsvSource({
    "bob@example.com, Delivery",
    "bounce@example.com, Delivery",
    "success@simulator.amazonses.com, Delivery",
    "bounce@simulator.amazonses.com, Bounce Permanent General",
    "BOUNCE@simulator.amazonses.com, Bounce Permanent General",
    "Bounce+1@SIMULATOR.amazonses.com, Bounce Permanent General",
    "Complaint@simulator.amazonses.com, Delivery; Complaint",
    "SuppressionList+a@simulator.amazonses.com, Bounce Permanent Suppressed",
    "ada@example.com, Bounce Permanent OnAccountSuppressionList",
    "Ada@example.com, Bounce Permanent OnAccountSuppressionList",
    "ada@EXAMPLE.com, Bounce Permanent OnAccountSuppressionList",
    "CAROL@example.com, Complaint OnAccountSuppressionList",
    "dan@example.com, Complaint OnAccountSuppressionList",
    "DAN@example.com, Complaint OnAccountSuppressionList",
    "Success+Listed@simulator.amazonses.com, Bounce Permanent OnAccountSuppressionList",
    "ada+news@example.com, Delivery",
  })
  void areTheSameInBoth(String recipient, String outcome) {
    send(inMemory, recipient);
    send(sesMailer, recipient);

    List<MailEvent> published =
        ses.events().stream().map(MailEvent::parse).flatMap(Optional::stream).toList();
    for (List<MailEvent> events : List.of(inMemory.events(), published)) {
      assertThat(events)
          .extracting(SimulatedRecipientsTest::described)
          .containsExactly(("Send; " + outcome).split("; "));
      assertThat(events)
          .allSatisfy(
              event ->
                  assertThat(event.recipients())
                      .containsExactly(EmailAddress.of(recipient).address()));
    }
  }

  @Test
  void areLookedUpAndReleasedByTheExactAddressInBoth() {
    EmailAddress otherCase = EmailAddress.of("Ada@example.com");
    for (SuppressionList list : List.of(inMemory, sesMailer)) {
      assertThat(list.suppression(otherCase)).isEmpty();
      assertThat(list.release(otherCase)).isFalse();
      assertThat(list.suppression(EmailAddress.of("ada@example.com")))
          .hasValue(new Suppression(Suppression.BOUNCE, Instant.EPOCH));
    }
  }
}
