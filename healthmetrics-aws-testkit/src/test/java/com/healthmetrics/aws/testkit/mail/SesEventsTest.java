package com.healthmetrics.aws.testkit.mail;

import static com.healthmetrics.aws.testkit.mail.SesTestClient.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.healthmetrics.aws.mail.InMemoryMailer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.ses.SesClient;
import software.amazon.awssdk.services.sesv2.SesV2Client;
import software.amazon.awssdk.services.sesv2.model.MessageTag;
import software.amazon.awssdk.services.sesv2.model.SendEmailRequest;
import software.amazon.awssdk.services.sesv2.model.TooManyRequestsException;

/** The events of accepted emails. */
class SesEventsTest {
  private final LocalSes ses =
      LocalSes.builder()
          .verifiedIdentity("example.com")
          .identity(SesIdentity.verified("default.example").configurationSet("of-the-identity"))
          .configurationSet("account-mail")
          .configurationSet("of-the-identity")
          .start();
  private final SesV2Client client = SesTestClient.of(ses);

  @AfterEach
  void stop() {
    client.close();
    ses.close();
  }

  private static SendEmailRequest.Builder tracked() {
    return request().configurationSetName("account-mail");
  }

  private static software.amazon.awssdk.services.sesv2.model.RawMessage raw(String mime) {
    return software.amazon.awssdk.services.sesv2.model.RawMessage.builder()
        .data(SdkBytes.fromByteArray(mime.getBytes(StandardCharsets.US_ASCII)))
        .build();
  }

  @Test
  void publishesASendAndADeliveryOfAnEmail() {
    Instant before = Instant.now();
    String id =
        client
            .sendEmail(
                tracked()
                    .destination(
                        d -> d.toAddresses("Jo <jo@example.org>").ccAddresses("cc@example.org"))
                    .emailTags(MessageTag.builder().name("kind").value("verification").build())
                    .build())
            .messageId();

    List<EventJson> events = EventJson.of(ses);
    assertThat(events).extracting(EventJson::type).containsExactly("Send", "Delivery", "Delivery");
    assertThat(events)
        .allSatisfy(
            event -> {
              assertThat(event.text("mail", "messageId")).isEqualTo(id);
              assertThat(event.text("mail", "source"))
                  .isEqualTo("HealthMetrics <no-reply@example.com>");
              assertThat(event.text("mail", "sourceArn"))
                  .isEqualTo("arn:aws:ses:us-east-1:123456789012:identity/example.com");
              assertThat(event.texts("mail", "destination"))
                  .containsExactly("jo@example.org", "cc@example.org");
              assertThat(Instant.parse(event.text("mail", "timestamp")))
                  .isBetween(before.minusMillis(1), Instant.now());
              assertThat(event.text("mail", "timestamp"))
                  .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z");
              assertThat(event.texts("mail", "commonHeaders", "to"))
                  .containsExactly("Jo <jo@example.org>");
              assertThat(event.text("mail", "commonHeaders", "subject"))
                  .isEqualTo("Please verify your address");
            });
    assertThat(events.get(0).names("send")).isEmpty();
    assertThat(events.get(1).texts("delivery", "recipients")).containsExactly("jo@example.org");
    assertThat(events.get(2).texts("delivery", "recipients")).containsExactly("cc@example.org");
  }

  @Test
  void carriesTheTagsOfTheRequestAndThoseOfSes() {
    client.sendEmail(
        tracked()
            .emailTags(MessageTag.builder().name("kind").value("verification").build())
            .build());
    EventJson send = EventJson.of(ses).get(0);
    EventJson delivery = EventJson.of(ses).get(1);
    assertThat(send.texts("mail", "tags", "kind")).containsExactly("verification");
    assertThat(send.texts("mail", "tags", "ses:operation")).containsExactly("SendEmail");
    assertThat(send.texts("mail", "tags", "ses:configuration-set")).containsExactly("account-mail");
    assertThat(send.texts("mail", "tags", "ses:from-domain")).containsExactly("example.com");
    assertThat(send.names("mail", "tags"))
        .containsExactlyInAnyOrder(
            "kind",
            "ses:operation",
            "ses:configuration-set",
            "ses:source-ip",
            "ses:from-domain",
            "ses:caller-identity");
    assertThat(delivery.names("mail", "tags"))
        .containsAll(send.names("mail", "tags"))
        .contains("ses:outgoing-ip");
  }

  @Test
  void hasNoHeadersAndNoSenderDomainForARawEmailButItsTags() {
    client.sendEmail(
        r ->
            r.content(
                c ->
                    c.raw(
                        raw(
                            "From: no-reply@example.com\nTo: jo@example.org\nSubject: Hi\n"
                                + "X-SES-CONFIGURATION-SET: account-mail\n"
                                + "X-SES-MESSAGE-TAGS: kind=raw\n\nHello"))));
    EventJson send = EventJson.of(ses).get(0);
    assertThat(send.texts("mail", "headers")).isEmpty();
    assertThat(send.names("mail", "commonHeaders")).containsExactly("messageId");
    assertThat(send.names("mail", "tags")).doesNotContain("ses:from-domain");
    assertThat(send.texts("mail", "tags", "ses:operation")).containsExactly("SendRawEmail");
    assertThat(send.texts("mail", "tags", "kind")).containsExactly("raw");
    assertThat(send.texts("mail", "destination")).containsExactly("jo@example.org");
  }

  @Test
  void publishesTheEventsOfTheApiV1() {
    try (SesClient first = SesQueryClient.of(ses)) {
      String id =
          first
              .sendEmail(
                  SesQueryClient.request()
                      .configurationSetName("account-mail")
                      .tags(
                          software.amazon.awssdk.services.ses.model.MessageTag.builder()
                              .name("kind")
                              .value("v1")
                              .build())
                      .build())
              .messageId();
      assertThat(EventJson.types(ses)).containsExactly("Send", "Delivery");
      assertThat(EventJson.of(ses))
          .allSatisfy(
              event -> {
                assertThat(event.text("mail", "messageId")).isEqualTo(id);
                assertThat(event.texts("mail", "tags", "kind")).containsExactly("v1");
              });
      ses.clear();
      first.sendRawEmail(
          r ->
              r.configurationSetName("account-mail")
                  .rawMessage(
                      m ->
                          m.data(
                              SdkBytes.fromUtf8String(
                                  "From: no-reply@example.com\nTo: jo@example.org\n\nHello"))));
      assertThat(EventJson.types(ses)).containsExactly("Send", "Delivery");
    }
  }

  @Test
  void publishesNothingWithoutAConfigurationSet() {
    client.sendEmail(request().build());
    assertThat(ses.emails()).hasSize(1);
    assertThat(ses.events()).isEmpty();
  }

  @Test
  void usesTheDefaultConfigurationSetOfTheIdentity() {
    client.sendEmail(request().fromEmailAddress("a@mail.default.example").build());
    assertThat(ses.emails().get(0).configurationSet()).contains("of-the-identity");
    assertThat(EventJson.of(ses).get(0).texts("mail", "tags", "ses:configuration-set"))
        .containsExactly("of-the-identity");
    ses.clear();
    client.sendEmail(tracked().fromEmailAddress("a@default.example").build());
    assertThat(ses.emails().get(0).configurationSet()).contains("account-mail");
    ses.clear();
    client.sendEmail(
        r -> r.content(c -> c.raw(raw("From: a@default.example\nTo: jo@example.org\n\nHello"))));
    assertThat(ses.emails().get(0).configurationSet()).contains("of-the-identity");
  }

  @Test
  void refusesADefaultConfigurationSetThatIsNotDeclared() {
    LocalSes.Builder builder =
        LocalSes.builder().identity(SesIdentity.verified("a.example").configurationSet("missing"));
    assertThatIllegalArgumentException()
        .isThrownBy(builder::start)
        .withMessageContaining("configurationSet(\"missing\")");
  }

  @Test
  void publishesOfAnEmailWhoseResponseWasLostAndNotOfOneThatWasRefused() {
    ses.failNext(SesFault.throttled(), SesFault.acceptThenReset());
    assertThatExceptionOfType(TooManyRequestsException.class)
        .isThrownBy(() -> client.sendEmail(tracked().build()));
    assertThat(ses.events()).isEmpty();
    assertThatExceptionOfType(SdkClientException.class)
        .isThrownBy(() -> client.sendEmail(tracked().build()));
    assertThat(EventJson.types(ses)).containsExactly("Send", "Delivery");
    assertThat(EventJson.of(ses).get(0).text("mail", "messageId"))
        .isEqualTo(ses.emails().get(0).messageId());
  }

  @Test
  void feedsAQueueUntilTheListenerIsClosed() throws Exception {
    BlockingQueue<String> queue = new LinkedBlockingQueue<>();
    InMemoryMailer.Registration registration = ses.onEvent(queue::add);
    client.sendEmail(tracked().build());
    assertThat(queue).containsExactlyElementsOf(ses.events());
    registration.close();
    client.sendEmail(tracked().build());
    assertThat(queue).hasSize(2);
    assertThat(ses.events()).hasSize(4);
  }

  @Test
  void showsAListenerOfEmailsTheEventsToo() {
    List<Integer> sizes = new ArrayList<>();
    try (InMemoryMailer.Registration registration =
        ses.onMail(mail -> sizes.add(ses.events().size()))) {
      assertThat(registration).isNotNull();
      client.sendEmail(tracked().build());
    }
    assertThat(sizes).containsExactly(2);
  }

  @Test
  void respondsAsUsualWhenAListenerOfEventsFails() {
    ses.onEvent(
        event -> {
          throw new IllegalStateException("a listener's own fault, as a test expects it");
        });
    client.sendEmail(tracked().build());
    assertThat(ses.events()).hasSize(2);
  }

  @Test
  void forgetsTheEventsWhenCleared() {
    client.sendEmail(tracked().build());
    ses.clear();
    assertThat(ses.events()).isEmpty();
  }
}
