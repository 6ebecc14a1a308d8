package com.healthmetrics.aws.mail;

import com.healthmetrics.aws.mail.SuppressionList.Suppression;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.ses.SesClient;
import software.amazon.awssdk.services.ses.model.Body;
import software.amazon.awssdk.services.ses.model.Content;
import software.amazon.awssdk.services.ses.model.MessageTag;
import software.amazon.awssdk.services.ses.model.SendEmailRequest;
import software.amazon.awssdk.services.ses.model.SendRawEmailRequest;
import software.amazon.awssdk.services.ses.model.SesException;

/**
 * The SES API v1; only this class needs the SDK's {@code ses} module.
 *
 * <p>Headers and attachments, which {@code SendEmail} of v1 does not carry, are sent as MIME.
 *
 * <p>Source: Amazon SES API Reference (2010-12-01), "SendEmail" and "SendRawEmail".
 */
final class SesV1Api extends SesApi {
  private static final int MAX_BYTES = 10 * 1024 * 1024;

  private final SesClient client;
  private final SesSender sender;
  private final MimeWriter mime;

  SesV1Api(SesClient client, SesSender sender, MimeWriter mime) {
    this.client = client;
    this.sender = sender;
    this.mime = mime;
  }

  @Override
  Function<AwsRequestOverrideConfiguration, @Nullable String> request(
      Email email, @Nullable String configurationSet) {
    if (email.headers().isEmpty() && email.attachments().isEmpty()) {
      SendEmailRequest request = simple(email, configurationSet);
      return override ->
          client.sendEmail(request.toBuilder().overrideConfiguration(override).build()).messageId();
    }
    SendRawEmailRequest request = raw(email, configurationSet);
    return override ->
        client
            .sendRawEmail(request.toBuilder().overrideConfiguration(override).build())
            .messageId();
  }

  private SendEmailRequest simple(Email email, @Nullable String configurationSet) {
    requireSize(utf8Length(email.text()) + email.html().map(SesV1Api::utf8Length).orElse(0L));
    Body.Builder body = Body.builder().text(utf8(email.text()));
    email.html().ifPresent(html -> body.html(utf8(html)));
    return SendEmailRequest.builder()
        .source(email.from().toHeaderValue())
        .sourceArn(sender.arnFor(email.from()))
        .returnPath(sender.feedbackAddress())
        .returnPathArn(sender.feedbackArn())
        .replyToAddresses(headerValues(email.replyTo()))
        .destination(
            destination ->
                destination
                    .toAddresses(headerValues(email.to()))
                    .ccAddresses(headerValues(email.cc()))
                    .bccAddresses(headerValues(email.bcc())))
        .message(message -> message.subject(utf8(email.subject())).body(body.build()))
        .tags(tags(email))
        .configurationSetName(configurationSet)
        .build();
  }

  /**
   * The Bcc recipients are in the envelope only, and so is the address for bounces: SES forwards
   * them to the source rather than to a {@code Return-Path}. That the source's ARN alone does not
   * permit the {@code From} of the message, other than documented, was reported by others.
   */
  private SendRawEmailRequest raw(Email email, @Nullable String configurationSet) {
    byte[] message = mime.write(email);
    requireSize(message.length);
    EmailAddress source = Objects.requireNonNullElse(sender.feedback(), email.from());
    return SendRawEmailRequest.builder()
        .source(source.address())
        .sourceArn(sender.arnFor(source))
        .fromArn(sender.arnFor(email.from()))
        .destinations(email.recipients().stream().map(EmailAddress::address).toList())
        .rawMessage(raw -> raw.data(SdkBytes.fromByteArrayUnsafe(message)))
        .tags(tags(email))
        .configurationSetName(configurationSet)
        .build();
  }

  private static void requireSize(long bytes) {
    if (bytes > MAX_BYTES) {
      throw new MailException(
          MailException.Kind.TOO_LARGE,
          ("The email has %s bytes, attachments in base64; the SES API v1 accepts at most %s, so it"
                  + " was not sent. Send a link to the file instead, or use the SES API v2.")
              .formatted(bytes, MAX_BYTES));
    }
  }

  private static long utf8Length(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  private static @Nullable List<MessageTag> tags(Email email) {
    return values(
        email.tags().entrySet(),
        tag -> MessageTag.builder().name(tag.getKey()).value(tag.getValue()).build());
  }

  private static Content utf8(String data) {
    return Content.builder().data(data).charset(StandardCharsets.UTF_8.name()).build();
  }

  @Override
  boolean isResponse(AwsServiceException failure) {
    return failure instanceof SesException;
  }

  @Override
  Function<AwsRequestOverrideConfiguration, Optional<Suppression>> suppression(String address) {
    throw withoutSuppressionList();
  }

  @Override
  Function<AwsRequestOverrideConfiguration, Boolean> release(String address) {
    throw withoutSuppressionList();
  }

  private static UnsupportedOperationException withoutSuppressionList() {
    return new UnsupportedOperationException(
        "The SES API v1 has no requests for the suppression list. Use a mailer without apiV1() for"
            + " them.");
  }

  @Override
  OptionalDouble sendRate() {
    return OptionalDouble.empty();
  }

  @Override
  void close() {
    client.close();
  }
}
