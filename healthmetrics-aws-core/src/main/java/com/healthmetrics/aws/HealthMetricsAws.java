package com.healthmetrics.aws;

import com.healthmetrics.aws.cdn.CdnUrlResolver;
import com.healthmetrics.aws.cdn.CloudFrontUrlSigner;
import com.healthmetrics.aws.mail.AccountEmails;
import com.healthmetrics.aws.mail.TransactionalMailer;
import com.healthmetrics.aws.storage.ObjectStore;
import com.healthmetrics.aws.storage.UploadUrlSigner;
import com.healthmetrics.aws.storage.UploadVerifier;
import java.time.Clock;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;

/**
 * The front door: uploads, the objects they make, their URLs and account mail, wired for one
 * environment.
 *
 * <p>In production everything comes from the process environment, see {@link AwsSettings}:
 *
 * <pre>{@code
 * try (HealthMetricsAws aws = HealthMetricsAws.fromEnvironment()) {
 *   UploadRequest request = UploadRequest.of("user-42", "image/png", 48_213);
 *   PresignedPost upload = aws.uploads().presignPost(UploadPolicy.avatars(), request);
 *   aws.accountEmails().sendVerification(EmailAddress.of("ada@example.com"), token);
 * }
 * }</pre>
 *
 * <p>In a test nothing is needed: {@link #inMemory()}.
 *
 * <p>Safe for use by several threads; make one, keep it, and close it at the end.
 */
public sealed interface HealthMetricsAws extends AutoCloseable permits RealAws, InMemoryAws {

  /**
   * Signs uploads to the bucket.
   *
   * @return the signer
   */
  UploadUrlSigner uploads();

  /**
   * Inspects what was really uploaded, and removes what is not allowed.
   *
   * @return the verifier of the bucket
   */
  UploadVerifier uploadVerifier();

  /**
   * Inspects, reads and deletes the objects of the bucket.
   *
   * @return the store
   */
  ObjectStore objects();

  /**
   * Resolves object keys to URLs of the distribution.
   *
   * @return the resolver
   */
  CdnUrlResolver cdn();

  /**
   * Signs the URLs and cookies with which a browser may load private pictures.
   *
   * @return the signer
   * @throws ConfigurationException if {@code CLOUDFRONT_KEY_PAIR_ID} and {@code
   *     CLOUDFRONT_PRIVATE_KEY} were not set; there is never an unsigned URL in place of a signed
   *     one
   */
  CloudFrontUrlSigner signedUrls();

  /**
   * Sends mails.
   *
   * @return the mailer
   */
  TransactionalMailer mailer();

  /**
   * Writes and sends account mails.
   *
   * @return the account mails
   */
  AccountEmails accountEmails();

  /** Closes the clients that this object made, and nothing that it was given. */
  @Override
  void close();

  /**
   * S3, CloudFront and SES as this process's environment says, with the SDK's default credentials.
   *
   * <p>{@code ENVIRONMENT=development} logs mails instead of sending them; any other value sends.
   *
   * @return everything wired
   * @throws ConfigurationException if settings are missing or malformed; all of them are named
   */
  static HealthMetricsAws fromEnvironment() {
    return fromEnvironment(System.getenv());
  }

  /**
   * S3, CloudFront and SES as a map of settings says, with the SDK's default credentials.
   *
   * @param environment the settings, under the names that {@link AwsSettings} lists
   * @return everything wired
   * @throws NullPointerException if {@code environment} is null
   * @throws ConfigurationException if settings are missing or malformed; all of them are named
   */
  static HealthMetricsAws fromEnvironment(Map<String, String> environment) {
    return fromEnvironment(environment, UnaryOperator.identity());
  }

  /**
   * S3, CloudFront and SES as a map of settings says, with the SDK's default credentials and a
   * mailer that is wrapped in others.
   *
   * @param environment the settings, under the names that {@link AwsSettings} lists
   * @param mailerDecorator as for {@link #create(AwsSettings, AwsCredentialsProvider,
   *     UnaryOperator)}
   * @return everything wired
   * @throws NullPointerException if an argument is null, or if the decorator returns null
   * @throws ConfigurationException if settings are missing or malformed; all of them are named
   */
  static HealthMetricsAws fromEnvironment(
      Map<String, String> environment, UnaryOperator<TransactionalMailer> mailerDecorator) {
    Objects.requireNonNull(mailerDecorator, "mailerDecorator");
    AwsSettings settings = AwsSettings.fromEnvironment(environment);
    DefaultCredentialsProvider credentials = DefaultCredentialsProvider.builder().build();
    try {
      return new RealAws(settings, credentials, mailerDecorator, credentials::close);
    } catch (RuntimeException e) {
      credentials.close();
      throw e;
    }
  }

  /**
   * S3, CloudFront and SES as the settings say, with credentials of your own.
   *
   * @param settings the settings
   * @param credentials where credentials come from; never closed by us
   * @return everything wired
   * @throws NullPointerException if an argument is null
   */
  static HealthMetricsAws create(AwsSettings settings, AwsCredentialsProvider credentials) {
    return create(settings, credentials, UnaryOperator.identity());
  }

  /**
   * S3, CloudFront and SES as the settings say, with credentials of your own and a mailer that is
   * wrapped in others; {@link #mailer()} and {@link #accountEmails()} send through all of them.
   *
   * <p>What is wrapped last stands outermost and sees a mail first. The order that makes sense,
   * from the inside: the rate limit next to the provider, so that only what really goes out takes
   * of the rate; then the guard; then idempotency, so that a key is free again when the guard or
   * the rate refuses; then the observer, which sees what the application sees:
   *
   * <pre>{@code
   * UnaryOperator<TransactionalMailer> staging =
   *     provider -> {
   *       RateLimitedMailer.Builder rate =
   *           RateLimitedMailer.builder(provider).recipientsPerSecond(1);
   *       if (provider instanceof SesV2Mailer ses) {
   *         rate.following(ses::sendRate);
   *       }
   *       TransactionalMailer guarded =
   *           RecipientGuard.allowOnly(rate.build(), List.of("healthmetrics.example"));
   *       TransactionalMailer once =
   *           IdempotentMailer.builder(guarded)
   *               .store(new IdempotentMailer.InMemoryStore())
   *               .build();
   *       return ObservedMailer.of(once, sending -> LOG.info("{}", sending));
   *     };
   * HealthMetricsAws aws =
   *     HealthMetricsAws.create(
   *         AwsSettings.fromEnvironment(System.getenv()),
   *         DefaultCredentialsProvider.builder().build(),
   *         staging);
   * }</pre>
   *
   * @param settings the settings
   * @param credentials where credentials come from; never closed by us
   * @param mailerDecorator is called once with the mailer that the settings say: a {@link
   *     com.healthmetrics.aws.mail.SesV2Mailer}, or in development a {@link
   *     com.healthmetrics.aws.mail.LoggingMailer}; gives what is used in its place. We close the
   *     one it was given, not the one it gives
   * @return everything wired
   * @throws NullPointerException if an argument is null, or if the decorator returns null
   */
  static HealthMetricsAws create(
      AwsSettings settings,
      AwsCredentialsProvider credentials,
      UnaryOperator<TransactionalMailer> mailerDecorator) {
    return new RealAws(
        settings,
        credentials,
        Objects.requireNonNull(mailerDecorator, "mailerDecorator"),
        () -> {});
  }

  /**
   * Everything in memory, for tests: no network, no credentials, no environment.
   *
   * @return a new world, shared with nobody
   */
  static InMemoryAws inMemory() {
    return inMemory(Clock.systemUTC());
  }

  /**
   * Everything in memory, with a clock that a test can move.
   *
   * @param clock what decides about expiry
   * @return a new world, shared with nobody
   * @throws NullPointerException if {@code clock} is null
   */
  static InMemoryAws inMemory(Clock clock) {
    return new InMemoryAws(clock);
  }
}
