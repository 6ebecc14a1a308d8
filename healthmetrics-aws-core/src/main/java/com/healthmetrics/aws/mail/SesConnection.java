package com.healthmetrics.aws.mail;

import com.healthmetrics.aws.internal.CurrentCredentials;
import java.time.Clock;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.core.SdkClient;
import software.amazon.awssdk.regions.Region;

/**
 * What the mailers of both APIs have in common: where and as whom they send, how long that may
 * take, what a failure means, and how they end.
 *
 * @param <C> the client of the SDK
 */
final class SesConnection<C extends SdkClient> implements AutoCloseable {
  private final C client;
  private final AwsCredentialsProvider credentials;
  private final Region region;
  private final String where;
  private final @Nullable String configurationSet;
  private final Clock clock;
  private final Retry retry;
  private final Runnable closeHttpClient;
  private volatile boolean closed;

  SesConnection(
      SesMailerBuilder<?> builder,
      C client,
      Region region,
      AwsCredentialsProvider credentials,
      Runnable end) {
    this.client = client;
    this.credentials = credentials;
    this.region = region;
    this.where = builder.endpoint == null ? region.id() : builder.endpoint.getAuthority();
    this.configurationSet = builder.configurationSet;
    this.clock = builder.clock;
    this.retry = new Retry(builder.maxTries, builder.deadline, builder.time, builder.jitter);
    this.closeHttpClient = end;
  }

  C client() {
    return client;
  }

  /** Addresses as both APIs take them; null where there are none, which the SDK leaves out. */
  static @Nullable List<String> headerValues(List<EmailAddress> addresses) {
    return addresses.isEmpty()
        ? null
        : addresses.stream().map(EmailAddress::toHeaderValue).toList();
  }

  /** The configuration set that a mail goes through, if any. */
  @Nullable String configurationSetOf(Email email) {
    return email.configurationSet().orElse(configurationSet);
  }

  /**
   * Sends a mail, and once more where that cannot make two.
   *
   * @param request makes one request, with the credentials and the deadline that it is given, and
   *     returns the message id of the answer
   */
  MailReceipt send(
      Email email, Function<AwsRequestOverrideConfiguration, @Nullable String> request) {
    requireOpen();
    // What was looked at signs; a provider that is asked twice could fail the second time.
    AwsCredentialsProvider current = StaticCredentialsProvider.create(currentCredentials());
    return retry.run(
        left ->
            attempt(
                email,
                request,
                AwsRequestOverrideConfiguration.builder()
                    .credentialsProvider(current)
                    .apiCallTimeout(left)
                    .build()));
  }

  private void requireOpen() {
    if (closed) {
      throw new MailException(
          MailException.Kind.UNREACHABLE,
          "This mailer is closed; the mail was not sent. Send it with one that is open.");
    }
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

  private MailReceipt attempt(
      Email email,
      Function<AwsRequestOverrideConfiguration, @Nullable String> request,
      AwsRequestOverrideConfiguration override) {
    // Whoever waits between two tries is told too.
    requireOpen();
    if (Thread.currentThread().isInterrupted()) {
      throw new MailException(
          MailException.Kind.UNREACHABLE,
          "The thread was interrupted before the mail was sent; it was not sent. Send it again if"
              + " it is still wanted.");
    }
    String messageId;
    try {
      messageId = request.apply(override);
    } catch (RuntimeException e) {
      // Not only the SDK's own: from here on the mail may be on its way, whatever fails.
      throw SesFailures.explain(e, email, where);
    }
    if (messageId == null || messageId.isBlank()) {
      throw new MailException(
          MailException.Kind.UNKNOWN_OUTCOME,
          "SES answered without a message id, so nobody can tell what became of the mail; it was"
              + " not sent again.");
    }
    return MailReceipt.of(messageId);
  }

  @Override
  public void close() {
    closed = true;
    client.close();
    closeHttpClient.run();
  }

  /** Region and configuration set. */
  @Override
  public String toString() {
    return "[" + region + (configurationSet == null ? "" : ", " + configurationSet) + "]";
  }
}
