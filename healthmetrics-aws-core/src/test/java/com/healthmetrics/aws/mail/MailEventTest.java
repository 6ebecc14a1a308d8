package com.healthmetrics.aws.mail;

import static org.assertj.core.api.Assertions.assertThat;

import com.healthmetrics.aws.internal.Json;
import com.healthmetrics.aws.mail.MailEvent.Bounce;
import com.healthmetrics.aws.mail.MailEvent.Click;
import com.healthmetrics.aws.mail.MailEvent.Complaint;
import com.healthmetrics.aws.mail.MailEvent.Delivery;
import com.healthmetrics.aws.mail.MailEvent.DeliveryDelay;
import com.healthmetrics.aws.mail.MailEvent.Open;
import com.healthmetrics.aws.mail.MailEvent.Other;
import com.healthmetrics.aws.mail.MailEvent.RecipientStatus;
import com.healthmetrics.aws.mail.MailEvent.Reject;
import com.healthmetrics.aws.mail.MailEvent.RenderingFailure;
import com.healthmetrics.aws.mail.MailEvent.Send;
import com.healthmetrics.aws.mail.MailEvent.Subscription;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MailEventTest {
  private static final Instant SENT = Instant.parse("2026-08-05T00:40:02.012Z");
  private static final Instant REPORTED = Instant.parse("2026-08-05T00:41:02.669Z");

  private static MailEvent sample(String name) {
    return MailEvent.parse(EventSamples.read(name)).orElseThrow();
  }

  private static <T extends MailEvent> T sample(String name, Class<T> type) {
    return assertThat(sample(name)).asInstanceOf(InstanceOfAssertFactories.type(type)).actual();
  }

  @ParameterizedTest
  @MethodSource("com.healthmetrics.aws.mail.EventSamples#types")
  void readsMessageIdRecipientsAndTagsOfEveryType(String name) {
    MailEvent event = sample(name);

    assertThat(event.messageId())
        .isEqualTo("0107019e4c1a7c5e-3f6a2b1c-9d8e-4f70-8a1b-2c3d4e5f6071-000000");
    assertThat(event.recipients()).containsExactly("ada@example.com");
    assertThat(event.tags()).containsEntry("ses:configuration-set", List.of("account-email"));
  }

  @ParameterizedTest
  @MethodSource("com.healthmetrics.aws.mail.EventSamples#types")
  void keepsTheRecordAsItWasWritten(String name) {
    assertThat(sample(name).json()).isEqualTo(EventSamples.read(name).strip());
  }

  @ParameterizedTest
  @MethodSource("com.healthmetrics.aws.mail.EventSamples#types")
  void showsNoAddressAndNoTokenInALog(String name) {
    MailEvent event = sample(name);

    assertThat(event.toString())
        .startsWith(event.getClass().getSimpleName() + "[" + event.messageId())
        .doesNotContain("ada", "@", "t0ken", "https", "192.0.2");
  }

  @Test
  void knowsThatAnEmailWasSent() {
    assertThat(sample("send", Send.class).timestamp()).isEqualTo(SENT);
  }

  @Test
  void knowsThatAnEmailWasDelivered() {
    Delivery delivery = sample("delivery", Delivery.class);

    assertThat(delivery.timestamp()).isEqualTo(REPORTED);
    assertThat(delivery.tags()).containsEntry("kind", List.of("verification"));
  }

  @Test
  void knowsWhyAnEmailIsDelayed() {
    DeliveryDelay delay = sample("delivery-delay", DeliveryDelay.class);

    assertThat(delay.timestamp()).isEqualTo(REPORTED);
    assertThat(delay.type()).isEqualTo("TransientCommunicationFailure");
    assertThat(delay.delayedRecipients())
        .singleElement()
        .satisfies(recipient -> assertThat(recipient.status()).contains("4.4.1"))
        .satisfies(recipient -> assertThat(recipient.action()).isEmpty());
  }

  @Test
  void knowsWhyAnEmailBounced() {
    Bounce bounce = sample("bounce", Bounce.class);

    assertThat(bounce.timestamp()).isEqualTo(REPORTED);
    assertThat(bounce.type()).isEqualTo("Permanent");
    assertThat(bounce.subType()).isEqualTo("General");
    RecipientStatus recipient = bounce.bouncedRecipients().get(0);
    assertThat(recipient.address()).isEqualTo("ada@example.com");
    assertThat(recipient.action()).contains("failed");
    assertThat(recipient.status()).contains("5.1.1");
    assertThat(recipient.diagnosticCode())
        .contains("smtp; 550 5.1.1 <ada@example.com>: user unknown");
    assertThat(recipient.toString()).contains("5.1.1").doesNotContain("ada", "unknown");
  }

  @Test
  void knowsThatARecipientIsSuppressed() {
    assertThat(sample("bounce-suppressed", Bounce.class).subType())
        .isEqualTo("OnAccountSuppressionList");
  }

  @Test
  void knowsThatARecipientComplained() {
    Complaint complaint = sample("complaint", Complaint.class);

    assertThat(complaint.timestamp()).isEqualTo(REPORTED);
    assertThat(complaint.feedbackType()).contains("abuse");
    assertThat(complaint.subType()).isEmpty();
  }

  @Test
  void knowsThatSesDidNotSendAnEmail() {
    assertThat(sample("reject", Reject.class).reason()).isEqualTo("Bad content");
    RenderingFailure failure = sample("rendering-failure", RenderingFailure.class);
    assertThat(failure.timestamp()).isEqualTo(SENT);
    assertThat(failure.templateName()).contains("Welcome");
    assertThat(failure.errorMessage())
        .contains("Attribute 'firstName' is not present in the rendering data.");
  }

  @Test
  void knowsWhatRecipientsDid() {
    assertThat(sample("subscription", Subscription.class).timestamp()).isEqualTo(REPORTED);
    assertThat(sample("open", Open.class).timestamp()).isEqualTo(REPORTED);
    assertThat(sample("click", Click.class).link())
        .isEqualTo("https://app.healthmetrics.example/auth/verify-email?token=t0ken");
  }

  @Test
  void keepsAnEventWhoseTypeIsUnknown() {
    String record = EventSamples.read("send").replace("\"Send\"", "\"Hibernate\"");

    MailEvent event = MailEvent.parse(record).orElseThrow();

    assertThat(event)
        .isInstanceOfSatisfying(
            Other.class, other -> assertThat(other.type()).isEqualTo("Hibernate"));
    assertThat(event.timestamp()).isEqualTo(SENT);
  }

  @Test
  void readsTheEnvelopesOfSnsAndEventBridge() {
    Map<String, List<String>> tags = sample("bounce").tags();

    assertThat(sample("sns-envelope", Bounce.class).tags()).isEqualTo(tags);
    assertThat(sample("eventbridge", Bounce.class).tags()).isEqualTo(tags);
    assertThat(sample("eventbridge").json()).startsWith("{").contains("\"eventType\": \"Bounce\"");
    assertThat(sample("eventbridge").json()).doesNotContain("detail");
  }

  @Test
  void readsWhatEventBridgeSendsThroughSns() {
    String eventBridge = EventSamples.read("eventbridge");
    String message = Json.write(Map.of("Type", "Notification", "Message", eventBridge));

    assertThat(MailEvent.parse(message)).containsInstanceOf(Bounce.class);
  }

  @Test
  void passesTheFirstMessageOfANewTopic() {
    String validation = "Successfully validated SNS topic for Amazon SES event publishing.";

    assertThat(MailEvent.parse(validation)).isEmpty();
    assertThat(MailEvent.parse(validation + "\n")).isEmpty();
    assertThat(MailEvent.parse("{\"Type\":\"Notification\",\"Message\":\"" + validation + "\"}"))
        .isEmpty();
  }

  @Test
  void keepsRecipientsThatAreNoAddressesForSes() {
    String record = EventSamples.read("bounce").replace("ada@example.com", "jörg(old)@example");

    assertThat(MailEvent.parse(record).orElseThrow().recipients())
        .containsExactly("jörg(old)@example");
  }

  @Test
  void cannotBeChanged() {
    MailEvent event = sample("bounce");

    assertThat(event.recipients()).isUnmodifiable();
    assertThat(event.tags()).isUnmodifiable();
    assertThat(event.tags().values()).allSatisfy(values -> assertThat(values).isUnmodifiable());
  }
}
