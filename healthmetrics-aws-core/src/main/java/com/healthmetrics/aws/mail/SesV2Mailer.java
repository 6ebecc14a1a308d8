package com.healthmetrics.aws.mail;

import com.healthmetrics.aws.internal.Checks;
import com.healthmetrics.aws.internal.CurrentCredentials;
import com.healthmetrics.aws.internal.HttpClients;
import com.healthmetrics.aws.internal.Required;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sesv2.SesV2Client;
import software.amazon.awssdk.services.sesv2.SesV2ClientBuilder;
import software.amazon.awssdk.services.sesv2.model.Attachment;
import software.amazon.awssdk.services.sesv2.model.AttachmentContentDisposition;
import software.amazon.awssdk.services.sesv2.model.AttachmentContentTransferEncoding;
import software.amazon.awssdk.services.sesv2.model.Body;
import software.amazon.awssdk.services.sesv2.model.Content;
import software.amazon.awssdk.services.sesv2.model.Message;
import software.amazon.awssdk.services.sesv2.model.MessageHeader;
import software.amazon.awssdk.services.sesv2.model.MessageTag;
import software.amazon.awssdk.services.sesv2.model.SendEmailRequest;

/**
 * Sends mails through the SES API v2.
 *
 * <p>Guarantees:
 *
 * <ul>
 *   <li>One call makes one request. SES knows no idempotency token, and the SDK's default retry
 *       sends a mail up to four times when answers are lost; here it is switched off and cannot be
 *       switched on.
 *   <li>The request to SES ends within 30 seconds; fetching credentials comes on top.
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
  private static final Duration DEADLINE = Duration.ofSeconds(30);

  private final SesV2Client client;
  private final AwsCredentialsProvider credentials;
  private final Region region;
  private final String where;
  private final @Nullable String configurationSet;
  private final Clock clock;
  private final Runnable closeHttpClient;
  private volatile boolean closed;

  private SesV2Mailer(Builder builder, Region region, AwsCredentialsProvider credentials) {
    SdkHttpClient given = builder.httpClient;
    SdkHttpClient used = given == null ? HttpClients.forEndpoint(builder.endpoint) : given;
    SesV2ClientBuilder clientBuilder =
        SesV2Client.builder()
            .region(region)
            .credentialsProvider(CurrentCredentials.shielded(credentials))
            .httpClient(used)
            .overrideConfiguration(
                configuration ->
                    configuration
                        .retryStrategy(AwsRetryStrategy.doNotRetry())
                        .apiCallTimeout(builder.deadline));
    if (builder.endpoint != null) {
      clientBuilder.endpointOverride(builder.endpoint);
    }
    this.client = clientBuilder.build();
    this.closeHttpClient = given == null ? used::close : () -> {};
    this.credentials = credentials;
    this.region = region;
    this.where = builder.endpoint == null ? region.id() : builder.endpoint.getAuthority();
    this.configurationSet = builder.configurationSet;
    this.clock = builder.clock;
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
    if (closed) {
      throw new IllegalStateException("This mailer is closed; the mail was not sent.");
    }
    // What was looked at signs; a provider that is asked twice could fail the second time.
    AwsCredentials current = currentCredentials();
    request.overrideConfiguration(
        override -> override.credentialsProvider(StaticCredentialsProvider.create(current)));
    String messageId;
    try {
      messageId = client.sendEmail(request.build()).messageId();
    } catch (RuntimeException e) {
      // Not only the SDK's own: from here on the mail may be on its way, whatever fails.
      throw SesFailures.explain(e, email, where);
    }
    if (messageId == null) {
      throw new MailException(
          MailException.Kind.UNKNOWN_OUTCOME,
          "SES answered without a message id, so nobody can tell what became of the mail; it was"
              + " not sent again.");
    }
    return MailReceipt.of(messageId);
  }

  private AwsCredentials currentCredentials() {
    try {
      return CurrentCredentials.resolve(credentials, clock.instant());
    } catch (CurrentCredentials.Unavailable e) {
      throw new MailException(
          MailException.Kind.CREDENTIALS_UNAVAILABLE,
          e.getMessage() + " The mail was not sent.",
          e);
    }
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
        .replyToAddresses(headerValues(email.replyTo()))
        .destination(
            destination ->
                destination
                    .toAddresses(headerValues(email.to()))
                    .ccAddresses(headerValues(email.cc()))
                    .bccAddresses(headerValues(email.bcc())))
        .content(content -> content.simple(message))
        .emailTags(tags(email))
        .configurationSetName(email.configurationSet().orElse(configurationSet));
  }

  private static @Nullable List<String> headerValues(List<EmailAddress> addresses) {
    return addresses.isEmpty()
        ? null
        : addresses.stream().map(EmailAddress::toHeaderValue).toList();
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
   * is an {@link IllegalStateException}.
   */
  @Override
  public void close() {
    closed = true;
    client.close();
    closeHttpClient.run();
  }

  /** Region and configuration set. */
  @Override
  public String toString() {
    return "SesV2Mailer["
        + region
        + (configurationSet == null ? "" : ", " + configurationSet)
        + "]";
  }

  /**
   * Collects what sending needs; {@link #build()} reports everything that is missing at once.
   *
   * <p>Mutable and not safe for use by several threads.
   */
  public static final class Builder {
    private @Nullable Region region;
    private @Nullable AwsCredentialsProvider credentials;
    private @Nullable URI endpoint;
    private @Nullable String configurationSet;
    private @Nullable SdkHttpClient httpClient;
    private Clock clock = Clock.systemUTC();
    private Duration deadline = DEADLINE;

    private Builder() {}

    /**
     * Sets the region in which the sender is verified.
     *
     * @param region the region
     * @return this builder
     * @throws NullPointerException if {@code region} is null
     * @throws IllegalArgumentException if it is a pseudo region such as {@code aws-global}
     */
    public Builder region(Region region) {
      Checks.region(region.id());
      this.region = region;
      return this;
    }

    /**
     * Sets where credentials come from; asked anew for each mail.
     *
     * @param provider a provider of the SDK; it is never closed by us
     * @return this builder
     * @throws NullPointerException if {@code provider} is null
     */
    public Builder credentials(AwsCredentialsProvider provider) {
      credentials = Objects.requireNonNull(provider, "provider");
      return this;
    }

    /**
     * Sets another endpoint than AWS's own, such as a local stack's.
     *
     * @param endpoint https, or http on a loopback host
     * @return this builder
     * @throws NullPointerException if {@code endpoint} is null
     * @throws IllegalArgumentException if it is no such URL
     */
    public Builder endpoint(URI endpoint) {
      this.endpoint = Checks.baseUrl(endpoint.toString());
      return this;
    }

    /**
     * Sets the configuration set that every mail names.
     *
     * @param name 1 to 64 letters, digits, hyphens and underscores
     * @return this builder
     * @throws NullPointerException if {@code name} is null
     * @throws IllegalArgumentException if the name has another form
     */
    public Builder configurationSet(String name) {
      configurationSet = Checks.configurationSet(name);
      return this;
    }

    /**
     * Sets the HTTP client; one built on {@code HttpURLConnection} is the default.
     *
     * @param client a client of the SDK that does not retry by itself; it is never closed by us
     * @return this builder
     * @throws NullPointerException if {@code client} is null
     */
    public Builder httpClient(SdkHttpClient client) {
      httpClient = Objects.requireNonNull(client, "client");
      return this;
    }

    /**
     * Sets the clock that says whether credentials have expired; the system's is the default.
     *
     * @param clock what says now
     * @return this builder
     * @throws NullPointerException if {@code clock} is null
     */
    public Builder clock(Clock clock) {
      this.clock = Objects.requireNonNull(clock, "clock");
      return this;
    }

    /** Another deadline, for tests that cannot wait. */
    Builder deadline(Duration deadline) {
      this.deadline = deadline;
      return this;
    }

    /**
     * The mailer.
     *
     * @return a mailer, to be closed at the end
     * @throws IllegalStateException if region or credentials were not said; all that are missing
     *     are named
     */
    public SesV2Mailer build() {
      Required.of("The mailer").value("region", region).value("credentials", credentials).check();
      return new SesV2Mailer(
          this, Objects.requireNonNull(region), Objects.requireNonNull(credentials));
    }
  }
}
