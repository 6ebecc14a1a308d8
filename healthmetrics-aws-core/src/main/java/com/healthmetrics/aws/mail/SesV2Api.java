package com.healthmetrics.aws.mail;

import com.healthmetrics.aws.internal.Failures;
import com.healthmetrics.aws.mail.SuppressionList.Suppression;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.sesv2.SesV2Client;
import software.amazon.awssdk.services.sesv2.model.Attachment;
import software.amazon.awssdk.services.sesv2.model.AttachmentContentDisposition;
import software.amazon.awssdk.services.sesv2.model.AttachmentContentTransferEncoding;
import software.amazon.awssdk.services.sesv2.model.Body;
import software.amazon.awssdk.services.sesv2.model.Content;
import software.amazon.awssdk.services.sesv2.model.FeatureStatus;
import software.amazon.awssdk.services.sesv2.model.Message;
import software.amazon.awssdk.services.sesv2.model.MessageHeader;
import software.amazon.awssdk.services.sesv2.model.MessageTag;
import software.amazon.awssdk.services.sesv2.model.NotFoundException;
import software.amazon.awssdk.services.sesv2.model.SendEmailRequest;
import software.amazon.awssdk.services.sesv2.model.SendQuota;
import software.amazon.awssdk.services.sesv2.model.SesV2Exception;
import software.amazon.awssdk.services.sesv2.model.SuppressedDestination;

/**
 * The SES API v2.
 *
 * <p>Source: Amazon SES API v2 Reference, "SendEmail", "GetAccount", "GetSuppressedDestination" and
 * "DeleteSuppressedDestination".
 */
final class SesV2Api extends SesApi {
  private static final Logger LOG = LoggerFactory.getLogger(SesMailer.class);

  /** The oldest SDK that the mailer runs on lacks it. */
  static final String UNTRACKED_SINCE = "2.54.3";

  private final SesV2Client client;
  private final SesSender sender;
  private final boolean untrackedAccountMail;

  SesV2Api(SesV2Client client, SesSender sender, boolean untrackedAccountMail) {
    this.client = client;
    this.sender = sender;
    this.untrackedAccountMail = untrackedAccountMail;
  }

  @Override
  Function<AwsRequestOverrideConfiguration, @Nullable String> request(
      Email email, @Nullable String configurationSet) {
    SendEmailRequest.Builder request =
        SendEmailRequest.builder()
            .fromEmailAddress(email.from().toHeaderValue())
            .fromEmailAddressIdentityArn(sender.arnFor(email.from()))
            .feedbackForwardingEmailAddress(sender.feedbackAddress())
            .feedbackForwardingEmailAddressIdentityArn(sender.feedbackArn())
            .replyToAddresses(headerValues(email.replyTo()))
            .destination(
                destination ->
                    destination
                        .toAddresses(headerValues(email.to()))
                        .ccAddresses(headerValues(email.cc()))
                        .bccAddresses(headerValues(email.bcc())))
            .content(content -> content.simple(message(email)))
            .emailTags(
                values(
                    email.tags().entrySet(),
                    tag -> MessageTag.builder().name(tag.getKey()).value(tag.getValue()).build()))
            .configurationSetName(configurationSet);
    if (untrackedAccountMail && email.isAccountMail()) {
      Untracked.apply(request);
    }
    return override ->
        client.sendEmail(request.overrideConfiguration(override).build()).messageId();
  }

  private static Message message(Email email) {
    Body.Builder body = Body.builder().text(utf8(email.text()));
    email.html().ifPresent(html -> body.html(utf8(html)));
    return Message.builder()
        .subject(utf8(email.subject()))
        .body(body.build())
        .headers(
            values(
                email.headers().entrySet(),
                header ->
                    MessageHeader.builder().name(header.getKey()).value(header.getValue()).build()))
        .attachments(values(email.attachments(), SesV2Api::attachment))
        .build();
  }

  /** Linked only if it is requested. */
  private static final class Untracked {
    static void apply(SendEmailRequest.Builder request) {
      request.configurationOverrides(
          overrides ->
              overrides.tracking(
                  tracking ->
                      tracking
                          .clickTrackingEnabled(FeatureStatus.DISABLED)
                          .openTrackingEnabled(FeatureStatus.DISABLED)));
    }
  }

  /** In base64, since the default transfer encoding of SES is 7bit. */
  private static Attachment attachment(EmailAttachment file) {
    return Attachment.builder()
        .fileName(file.fileName())
        .contentType(file.mediaType())
        .rawContent(SdkBytes.fromByteArrayUnsafe(file.bytes()))
        .contentTransferEncoding(AttachmentContentTransferEncoding.BASE64)
        .contentDisposition(
            file.contentId().isPresent()
                ? AttachmentContentDisposition.INLINE
                : AttachmentContentDisposition.ATTACHMENT)
        .contentId(file.contentId().orElse(null))
        .build();
  }

  private static Content utf8(String data) {
    return Content.builder().data(data).charset(StandardCharsets.UTF_8.name()).build();
  }

  @Override
  boolean isResponse(AwsServiceException failure) {
    return failure instanceof SesV2Exception;
  }

  @Override
  Function<AwsRequestOverrideConfiguration, Optional<Suppression>> suppression(String address) {
    return override -> {
      try {
        SuppressedDestination found =
            client
                .getSuppressedDestination(
                    request -> request.emailAddress(address).overrideConfiguration(override))
                .suppressedDestination();
        return Optional.of(new Suppression(found.reasonAsString(), found.lastUpdateTime()));
      } catch (NotFoundException e) {
        return Optional.empty();
      }
    };
  }

  @Override
  Function<AwsRequestOverrideConfiguration, Boolean> release(String address) {
    return override -> {
      try {
        client.deleteSuppressedDestination(
            request -> request.emailAddress(address).overrideConfiguration(override));
        return true;
      } catch (NotFoundException e) {
        return false;
      }
    };
  }

  @Override
  OptionalDouble sendRate() {
    try {
      SendQuota quota =
          client
              .getAccount(
                  request ->
                      request.overrideConfiguration(
                          override -> override.apiCallTimeout(Duration.ofSeconds(5))))
              .sendQuota();
      return quota == null || quota.maxSendRate() == null
          ? OptionalDouble.empty()
          : OptionalDouble.of(quota.maxSendRate());
    } catch (Throwable e) {
      // Whatever an HTTP client or an interceptor throws: emails go out without this rate too.
      Failures.keepInterrupt(e);
      Failures.quietly(
          () ->
              LOG.debug(
                  "GetAccount failed with {}; the send rate is unknown", e.getClass().getName()));
      return OptionalDouble.empty();
    }
  }

  @Override
  void close() {
    client.close();
  }
}
