package com.healthmetrics.aws.testkit.mail;

import static com.healthmetrics.aws.testkit.mail.SesTestClient.message;
import static com.healthmetrics.aws.testkit.mail.SesTestClient.request;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.sesv2.SesV2Client;
import software.amazon.awssdk.services.sesv2.model.Attachment;

/** The addresses of the mailbox simulator, and the file that SES takes for a virus. */
class MailboxSimulatorTest {
  private static final String HOST = "@simulator.amazonses.com";

  private final LocalSes ses = LocalSes.builder().configurationSet("account-mail").start();
  private final SesV2Client client = SesTestClient.of(ses);

  @AfterEach
  void stop() {
    client.close();
    ses.close();
  }

  private void send(String... to) {
    client.sendEmail(
        request().configurationSetName("account-mail").destination(d -> d.toAddresses(to)).build());
  }

  @ParameterizedTest
  @ValueSource(strings = {"success", "ooto", "Success", "success+label", "ada"})
  void deliversTo(String name) {
    send(name + HOST);
    assertThat(EventJson.types(ses)).containsExactly("Send", "Delivery");
    assertThat(ses.emails().get(0).deliveredTo()).containsExactly(name + HOST);
  }

  @ParameterizedTest
  @ValueSource(strings = {"bounce", "BOUNCE", "bounce+label"})
  void bounces(String name) {
    send(name + HOST);
    assertThat(EventJson.types(ses)).containsExactly("Send", "Bounce");
    EventJson bounce = EventJson.of(ses).get(1);
    assertThat(bounce.text("bounce", "bounceType")).isEqualTo("Permanent");
    assertThat(bounce.text("bounce", "bounceSubType")).isEqualTo("General");
    assertThat(bounce.text("bounce", "bouncedRecipients", "0", "emailAddress"))
        .isEqualTo(name + HOST);
    assertThat(bounce.text("bounce", "bouncedRecipients", "0", "status")).isEqualTo("5.1.1");
    assertThat(bounce.text("bounce", "bouncedRecipients", "0", "diagnosticCode"))
        .startsWith("smtp; 550 5.1.1");
    assertThat(ses.emails().get(0).deliveredTo()).isEmpty();
  }

  @Test
  void reportsAComplaintAfterTheDelivery() {
    send("complaint+a" + HOST);
    assertThat(EventJson.types(ses)).containsExactly("Send", "Delivery", "Complaint");
    EventJson complaint = EventJson.of(ses).get(2);
    assertThat(complaint.text("complaint", "complainedRecipients", "0", "emailAddress"))
        .isEqualTo("complaint+a" + HOST);
    assertThat(complaint.text("complaint", "complaintFeedbackType")).isEqualTo("abuse");
    assertThat(ses.emails().get(0).deliveredTo()).hasSize(1);
  }

  @Test
  void suppressesAsTheGlobalListDoes() {
    send("suppressionlist" + HOST);
    assertThat(EventJson.types(ses)).containsExactly("Send", "Bounce");
    assertThat(EventJson.of(ses).get(1).text("bounce", "bounceSubType")).isEqualTo("Suppressed");
    assertThat(ses.emails().get(0).deliveredTo()).isEmpty();
  }

  @Test
  void changesNoSuppressionList() {
    send("bounce" + HOST, "complaint" + HOST, "suppressionlist" + HOST);
    assertThat(client.listSuppressedDestinations(r -> {}).suppressedDestinationSummaries())
        .isEmpty();
  }

  @Test
  void doesNotCountToTheDailyQuota() {
    send("success" + HOST, "jo@example.org", "bounce" + HOST);
    assertThat(client.getAccount(r -> {}).sendQuota().sentLast24Hours()).isEqualTo(1);
  }

  @Test
  void takesEachRecipientByItself() {
    send("jo@example.org", "bounce" + HOST, "complaint" + HOST);
    assertThat(EventJson.types(ses))
        .containsExactly("Send", "Delivery", "Bounce", "Delivery", "Complaint");
    assertThat(EventJson.of(ses))
        .allSatisfy(event -> assertThat(event.texts("mail", "destination")).hasSize(3));
    assertThat(ses.emails().get(0).deliveredTo())
        .containsExactly("jo@example.org", "complaint" + HOST);
  }

  @Test
  void identifiesEachBounceByAnIdOfItsOwn() {
    send("bounce+1" + HOST, "bounce+2" + HOST);
    assertThat(
            EventJson.of(ses).stream()
                .filter(event -> event.type().equals("Bounce"))
                .map(event -> event.text("bounce", "feedbackId")))
        .hasSize(2)
        .doesNotHaveDuplicates();
  }

  private static final String EICAR =
      String.join("EICAR-STANDARD", "X5O!P%@AP[4\\PZX54(P^)7CC)7}$", "-ANTIVIRUS-TEST-FILE!$H+H*");

  private void attach(String content) {
    Attachment attachment =
        Attachment.builder()
            .fileName("a.txt")
            .contentTransferEncoding("BASE64")
            .rawContent(SdkBytes.fromByteArray(content.getBytes(StandardCharsets.US_ASCII)))
            .build();
    client.sendEmail(
        request()
            .configurationSetName("account-mail")
            .destination(d -> d.toAddresses("jo@example.org", "bounce" + HOST))
            .content(c -> c.simple(message().attachments(attachment).build()))
            .build());
  }

  @Test
  void rejectsAnEmailWithTheTestFileOfVirusScanners() {
    attach(EICAR);
    assertThat(EventJson.types(ses)).containsExactly("Send", "Reject");
    assertThat(EventJson.of(ses).get(1).text("reject", "reason")).isEqualTo("Bad content");
    assertThat(ses.emails().get(0).deliveredTo()).isEmpty();
  }

  @Test
  void deliversAFileThatOnlyMentionsIt() {
    for (String content : List.of("See " + EICAR, EICAR + " ".repeat(200))) {
      attach(content);
    }
    assertThat(EventJson.types(ses)).doesNotContain("Reject");
  }
}
