package com.healthmetrics.aws.mail;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.ses.SesClient;
import software.amazon.awssdk.services.ses.model.Body;
import software.amazon.awssdk.services.ses.model.Content;
import software.amazon.awssdk.services.ses.model.MessageTag;
import software.amazon.awssdk.services.ses.model.SendEmailRequest;
import software.amazon.awssdk.services.ses.model.SendRawEmailRequest;

/**
 * Sends mails through the older SES API, v1, for accounts whose policies or endpoints know that one
 * only; {@link SesV2Mailer} is the one to begin with.
 *
 * <p>The same mail arrives as through v2. What v1 cannot carry as it is, headers and attachments,
 * is written as MIME with Jakarta Mail, which is an optional dependency: add {@code
 * org.eclipse.angus:angus-mail} 2.x to use this mailer. Account mails always have headers, so they
 * need {@code ses:SendRawEmail} as well as {@code ses:SendEmail}.
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
 *   <li>A mail of more than 10 MB, which v1 does not take, is refused before it is sent.
 *   <li>Every failure is a {@link MailException} that says whether the mail may have gone out.
 * </ul>
 *
 * <pre>{@code
 * try (SesV1Mailer mailer =
 *     SesV1Mailer.builder()
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
 * <p>Source: Amazon SES API Reference (2010-12-01), "SendEmail" and "SendRawEmail".
 */
public final class SesV1Mailer implements TransactionalMailer, AutoCloseable {
  private static final int MAX_BYTES = 10 * 1024 * 1024;

  private final MimeWriter mime;
  private final SesConnection<SesClient> connection;

  private SesV1Mailer(MimeWriter mime, SesConnection<SesClient> connection) {
    this.mime = mime;
    this.connection = connection;
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
    return email.headers().isEmpty() && email.attachments().isEmpty()
        ? sendPlain(email)
        : sendRaw(email);
  }

  private MailReceipt sendPlain(Email email) {
    requireSize(utf8Length(email.text()) + email.html().map(SesV1Mailer::utf8Length).orElse(0L));
    Body.Builder body = Body.builder().text(utf8(email.text()));
    email.html().ifPresent(html -> body.html(utf8(html)));
    SendEmailRequest.Builder request =
        SendEmailRequest.builder()
            .source(email.from().toHeaderValue())
            .replyToAddresses(SesConnection.headerValues(email.replyTo()))
            .destination(
                destination ->
                    destination
                        .toAddresses(SesConnection.headerValues(email.to()))
                        .ccAddresses(SesConnection.headerValues(email.cc()))
                        .bccAddresses(SesConnection.headerValues(email.bcc())))
            .message(message -> message.subject(utf8(email.subject())).body(body.build()))
            .tags(tags(email))
            .configurationSetName(connection.configurationSetOf(email));
    return connection.send(
        email,
        override ->
            connection
                .client()
                .sendEmail(request.overrideConfiguration(override).build())
                .messageId());
  }

  /** The hidden recipients stand in the envelope alone. */
  private MailReceipt sendRaw(Email email) {
    byte[] message = mime.write(email);
    requireSize(message.length);
    SendRawEmailRequest.Builder request =
        SendRawEmailRequest.builder()
            .source(email.from().address())
            .destinations(email.recipients().stream().map(EmailAddress::address).toList())
            .rawMessage(raw -> raw.data(SdkBytes.fromByteArrayUnsafe(message)))
            .tags(tags(email))
            .configurationSetName(connection.configurationSetOf(email));
    return connection.send(
        email,
        override ->
            connection
                .client()
                .sendRawEmail(request.overrideConfiguration(override).build())
                .messageId());
  }

  private static void requireSize(long bytes) {
    if (bytes > MAX_BYTES) {
      throw new MailException(
          MailException.Kind.TOO_LARGE,
          "The mail has "
              + bytes
              + " bytes, attachments in base64; the SES API v1 takes at most "
              + MAX_BYTES
              + ", so it was not sent. Send a link to the file instead, or use SesV2Mailer.");
    }
  }

  private static long utf8Length(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
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

  /** Region and configuration set. */
  @Override
  public String toString() {
    return "SesV1Mailer" + connection;
  }

  /**
   * Collects what sending needs; {@link #build()} reports everything that is missing at once.
   *
   * <p>Mutable and not safe for use by several threads.
   */
  public static final class Builder extends SesMailerBuilder<Builder> {
    private Builder() {}

    @Override
    Builder self() {
      return this;
    }

    /**
     * The mailer.
     *
     * @return a mailer, to be closed at the end
     * @throws IllegalStateException if region or credentials were not said; all that are missing
     *     are named; or if Jakarta Mail is missing
     */
    @Override
    public SesV1Mailer build() {
      check();
      MimeWriter mime = mimeWriter();
      return new SesV1Mailer(mime, connect(SesClient.builder()));
    }

    /** Now rather than when the first mail is due. */
    private static MimeWriter mimeWriter() {
      try {
        return new MimeWriter();
      } catch (LinkageError | IllegalStateException e) {
        throw new IllegalStateException(
            "SesV1Mailer writes MIME with Jakarta Mail, which cannot be used here ("
                + e.getClass().getSimpleName()
                + "). Add org.eclipse.angus:angus-mail 2.x to the run-time dependencies, and on a"
                + " module path require org.eclipse.angus.mail; or use SesV2Mailer, which needs none.",
            e);
      }
    }
  }
}
