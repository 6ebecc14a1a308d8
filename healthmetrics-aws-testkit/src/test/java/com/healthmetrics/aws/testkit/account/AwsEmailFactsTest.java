package com.healthmetrics.aws.testkit.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.healthmetrics.aws.AwsSettings;
import com.healthmetrics.aws.mail.EmailAddress;
import java.util.function.Consumer;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import software.amazon.awssdk.services.sesv2.SesV2Client;
import software.amazon.awssdk.services.sesv2.SesV2ClientBuilder;
import software.amazon.awssdk.services.sesv2.model.BadRequestException;
import software.amazon.awssdk.services.sesv2.model.MessageHeader;
import software.amazon.awssdk.services.sesv2.model.MessageTag;
import software.amazon.awssdk.services.sesv2.model.SendEmailRequest;

/** What the library relies on in SES and its documentation contradicts or leaves open. */
@OnAws
@Execution(ExecutionMode.SAME_THREAD) // they share the account's send rate
class AwsEmailFactsTest {
  private static final String HEADER = "X-Entity-Ref-ID";

  @AutoClose private final SesV2Client ses = client(AwsAccount.settings());

  private static SesV2Client client(AwsSettings settings) {
    SesV2ClientBuilder client =
        SesV2Client.builder()
            .region(settings.sesRegion())
            .credentialsProvider(AwsAccount.credentials());
    settings.sesEndpoint().ifPresent(client::endpointOverride);
    return client.build();
  }

  private void send(MessageHeader header, Consumer<SendEmailRequest.Builder> more) {
    EmailAddress to = Simulator.success("facts");
    assertThat(
            ses.sendEmail(
                    request -> {
                      request
                          .fromEmailAddress(AwsAccount.settings().fromEmail().address())
                          .destination(destination -> destination.toAddresses(to.address()))
                          .content(
                              content ->
                                  content.simple(
                                      message ->
                                          message
                                              .subject(subject -> subject.data("Hello"))
                                              .body(
                                                  body ->
                                                      body.text(text -> text.data("Hello, Ada.")))
                                              .headers(header)));
                      AwsAccount.settings()
                          .identityArn()
                          .ifPresent(request::fromEmailAddressIdentityArn);
                      more.accept(request);
                    })
                .messageId())
        .isNotBlank();
  }

  private void sendWithTag(int length) {
    send(
        header("7"),
        request ->
            request.emailTags(MessageTag.builder().name("tag").value("t".repeat(length)).build()));
  }

  /** With a header that has so many characters, name and value together. */
  private void sendWithHeader(int length) {
    send(header("x".repeat(length - HEADER.length())), request -> {});
  }

  private static MessageHeader header(String value) {
    return MessageHeader.builder().name(HEADER).value(value).build();
  }

  /** The documentation states 256, a recorded response of SES 255. */
  @Test
  void acceptsATagOf255Characters() {
    sendWithTag(255);
  }

  @Test
  void refusesATagOf257Characters() {
    assertThatExceptionOfType(BadRequestException.class).isThrownBy(() -> sendWithTag(257));
  }

  @Test
  void acceptsAHeaderOf996Characters() {
    sendWithHeader(996);
  }

  @Test
  void refusesAHeaderOf997Characters() {
    assertThatExceptionOfType(BadRequestException.class).isThrownBy(() -> sendWithHeader(997));
  }
}
