package com.healthmetrics.aws.mail;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.sesv2.SesV2Client;
import software.amazon.awssdk.services.sesv2.model.Attachment;
import software.amazon.awssdk.services.sesv2.model.AttachmentContentDisposition;
import software.amazon.awssdk.services.sesv2.model.AttachmentContentTransferEncoding;
import software.amazon.awssdk.services.sesv2.model.Body;
import software.amazon.awssdk.services.sesv2.model.ConfigurationOverrides;
import software.amazon.awssdk.services.sesv2.model.Content;
import software.amazon.awssdk.services.sesv2.model.FeatureStatus;
import software.amazon.awssdk.services.sesv2.model.Message;
import software.amazon.awssdk.services.sesv2.model.MessageHeader;
import software.amazon.awssdk.services.sesv2.model.MessageTag;
import software.amazon.awssdk.services.sesv2.model.SendEmailRequest;
import software.amazon.awssdk.services.sesv2.model.SendQuota;

/**
 * Sends mails through the SES API v2.
 *
 * <p>Guarantees:
 *
 * <ul>
 *   <li>One call never makes two accepted mails. SES knows no idempotency token, and the SDK's
 *       default retry sends a mail up to four times when answers are lost; here it is switched off
 *       and cannot be switched on.
 *   <li>Only what SES certainly did not accept, and may accept soon, is tried again: a mail that
 *       was throttled by rate (not by the daily quota), and one for which no connection came about.
 *       Up to four more tries follow, after random waits of less than 0.5, 1, 2 and 4 seconds. An
 *       answer in the 500s, a lost or late answer and one that makes no sense are never tried
 *       again.
 *   <li>Tries and waits end within a deadline of 30 seconds, unless {@link Builder#deadline} says
 *       another, and no further try begins in its last second; fetching credentials comes on top. A
 *       thread that is interrupted while it waits stays interrupted and gets a failure that says
 *       that nothing was sent.
 *   <li>Every failure is a {@link MailException} that says whether the mail may have gone out.
 * </ul>
 *
 * <pre>{@code
 * try (SesV2Mailer mailer =
 *     SesV2Mailer.builder()
 *         .region(Region.EU_CENTRAL_1)
 *         .credentials(DefaultCredentialsProvider.builder().build())
 *         .configurationSet("healthmetrics-prod")
 *         .build()) {
 *   mailer.send(email);
 * }
 * }</pre>
 *
 * <p>Safe for use by several threads; make one, keep it and close it at the end. Closing it leaves
 * the credentials provider, and an HTTP client that was handed in, open.
 *
 * <p>Source: Amazon SES API v2 Reference, "SendEmail".
 */
public final class SesV2Mailer implements TransactionalMailer, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SesV2Mailer.class);

  private final SesConnection<SesV2Client> connection;
  private final boolean untrackedAccountMail;

  private SesV2Mailer(Builder builder) {
    this.connection = builder.connect(SesV2Client.builder());
    this.untrackedAccountMail = builder.untrackedAccountMail;
  }

  /**
   * A builder that needs at least region and credentials.
   *
   * @return a new builder
   */
  public static Builder builder() {
    return new Builder();
  }

  @Override
  public MailReceipt send(Email email) {
    SendEmailRequest.Builder request = request(email);
    return connection.send(
        email,
        override ->
            connection
                .client()
                .sendEmail(request.overrideConfiguration(override).build())
                .messageId());
  }

  private SendEmailRequest.Builder request(Email email) {
    Body.Builder body = Body.builder().text(utf8(email.text()));
    email.html().ifPresent(html -> body.html(utf8(html)));
    List<MessageHeader> headers = new ArrayList<>();
    for (Map.Entry<String, String> header : email.headers().entrySet()) {
      headers.add(MessageHeader.builder().name(header.getKey()).value(header.getValue()).build());
    }
    Message message =
        Message.builder()
            .subject(utf8(email.subject()))
            .body(body.build())
            .headers(headers.isEmpty() ? null : headers)
            .attachments(attachments(email))
            .build();
    return SendEmailRequest.builder()
        .fromEmailAddress(email.from().toHeaderValue())
        .replyToAddresses(SesConnection.headerValues(email.replyTo()))
        .destination(
            destination ->
                destination
                    .toAddresses(SesConnection.headerValues(email.to()))
                    .ccAddresses(SesConnection.headerValues(email.cc()))
                    .bccAddresses(SesConnection.headerValues(email.bcc())))
        .content(content -> content.simple(message))
        .emailTags(tags(email))
        .configurationOverrides(overrides(email))
        .configurationSetName(connection.configurationSetOf(email));
  }

  private @Nullable ConfigurationOverrides overrides(Email email) {
    if (!untrackedAccountMail || !email.isAccountMail()) {
      return null;
    }
    return ConfigurationOverrides.builder()
        .tracking(
            tracking ->
                tracking
                    .clickTrackingEnabled(FeatureStatus.DISABLED)
                    .openTrackingEnabled(FeatureStatus.DISABLED))
        .build();
  }

  private static @Nullable List<MessageTag> tags(Email email) {
    if (email.tags().isEmpty()) {
      return null;
    }
    List<MessageTag> tags = new ArrayList<>();
    email
        .tags()
        .forEach((name, value) -> tags.add(MessageTag.builder().name(name).value(value).build()));
    return tags;
  }

  /** A file as base64, since the transfer encoding that SES takes when none is named is 7bit. */
  private static @Nullable List<Attachment> attachments(Email email) {
    if (email.attachments().isEmpty()) {
      return null;
    }
    return email.attachments().stream()
        .map(
            file ->
                Attachment.builder()
                    .fileName(file.fileName())
                    .contentType(file.mediaType())
                    .rawContent(SdkBytes.fromByteArrayUnsafe(file.bytes()))
                    .contentTransferEncoding(AttachmentContentTransferEncoding.BASE64)
                    .contentDisposition(
                        file.contentId().isPresent()
                            ? AttachmentContentDisposition.INLINE
                            : AttachmentContentDisposition.ATTACHMENT)
                    .contentId(file.contentId().orElse(null))
                    .build())
        .toList();
  }

  private static Content utf8(String data) {
    return Content.builder().data(data).charset(StandardCharsets.UTF_8.name()).build();
  }

  /**
   * Closes the SES client, and the HTTP client where none was handed in; a mail that is sent later
   * is a {@link MailException} and certainly not sent.
   */
  @Override
  public void close() {
    connection.close();
  }

  /**
   * Asks SES how many recipients a second this account may send to, for {@link
   * RateLimitedMailer.Builder#following}.
   *
   * <p>It takes the permission {@code ses:GetAccount}, which sending does not; without it, and
   * wherever else the question fails within 5 seconds, the rate is unknown.
   *
   * @return the rate, or empty where it is unknown
   */
  public OptionalDouble sendRate() {
    try {
      SendQuota quota =
          connection
              .client()
              .getAccount(
                  request ->
                      request.overrideConfiguration(
                          override -> override.apiCallTimeout(Duration.ofSeconds(5))))
              .sendQuota();
      return quota == null || quota.maxSendRate() == null
          ? OptionalDouble.empty()
          : OptionalDouble.of(quota.maxSendRate());
    } catch (RuntimeException e) {
      LOG.debug("GetAccount failed with {}; the send rate is unknown", e.getClass().getName());
      return OptionalDouble.empty();
    }
  }

  /** Region and configuration set. */
  @Override
  public String toString() {
    return "SesV2Mailer" + connection;
  }

  /**
   * Collects what sending needs; {@link #build()} reports everything that is missing at once.
   *
   * <p>Mutable and not safe for use by several threads.
   */
  public static final class Builder extends SesMailerBuilder<Builder> {
    private boolean untrackedAccountMail;

    private Builder() {}

    @Override
    Builder self() {
      return this;
    }

    /**
     * Lets SES track neither opens nor clicks of account mails, whatever the configuration set
     * says.
     *
     * <p>Off by default, since it takes the permission {@code
     * ses:ApplyTrackingConfigurationOverrides} besides the others, and a policy that lacks it would
     * stop these mails. Links that hold a token go untracked without it where their html says
     * {@code ses:no-track}.
     *
     * @return this builder
     * @see Email.Builder#accountMail()
     */
    public Builder untrackedAccountMail() {
      untrackedAccountMail = true;
      return this;
    }

    /**
     * The mailer.
     *
     * @return a mailer, to be closed at the end
     * @throws IllegalStateException if region or credentials were not said; all that are missing
     *     are named
     */
    @Override
    public SesV2Mailer build() {
      return new SesV2Mailer(this);
    }
  }
}
