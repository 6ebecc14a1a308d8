package com.healthmetrics.aws;

import com.healthmetrics.aws.cdn.CdnUrlResolver;
import com.healthmetrics.aws.cdn.CloudFrontSigningKey;
import com.healthmetrics.aws.cdn.CloudFrontUrlSigner;
import com.healthmetrics.aws.internal.Checks;
import com.healthmetrics.aws.internal.Failures;
import com.healthmetrics.aws.internal.Lazy;
import com.healthmetrics.aws.mail.AccountEmails;
import com.healthmetrics.aws.mail.LoggingMailer;
import com.healthmetrics.aws.mail.MailerChain;
import com.healthmetrics.aws.mail.SesMailer;
import com.healthmetrics.aws.mail.SuppressionList;
import com.healthmetrics.aws.mail.TransactionalMailer;
import com.healthmetrics.aws.storage.ObjectStore;
import com.healthmetrics.aws.storage.S3Bucket;
import com.healthmetrics.aws.storage.UploadUrlSigner;
import com.healthmetrics.aws.storage.UploadVerifier;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;

/** S3, CloudFront and SES, or in development the log instead of SES. */
record ConfiguredAws(
    AwsSettings settings,
    S3Bucket bucket,
    CdnUrlResolver cdn,
    Optional<CloudFrontUrlSigner> urlSigner,
    Optional<SesMailer> ses,
    TransactionalMailer mailer,
    MailerChain mailerChain,
    SuppressionList suppressionList,
    Lazy<AccountEmails> lazyAccountEmails,
    Runnable closeCredentials)
    implements HealthMetricsAws {
  private static final Logger LOG = LoggerFactory.getLogger(HealthMetricsAws.class);

  /** The period for which a private picture keeps its signed URL, so that browsers load it once. */
  private static final Duration BROWSER_CACHE = Duration.ofMinutes(15);

  /** Creates the credentials provider where none was set, and owns it. */
  static HealthMetricsAws of(Builder builder) {
    AwsCredentialsProvider given = builder.credentials;
    if (given != null) {
      return of(builder, given, () -> {}, LOG);
    }
    DefaultCredentialsProvider own = DefaultCredentialsProvider.builder().build();
    try {
      return of(builder, own, own::close, LOG);
    } catch (Throwable e) {
      // An HTTP client that does not link, too.
      Failures.quietly(own::close);
      throw e;
    }
  }

  static HealthMetricsAws of(
      Builder builder, AwsCredentialsProvider credentials, Runnable closeCredentials, Logger log) {
    AwsSettings settings = builder.settings;
    CdnUrlResolver cdn =
        settings.cleartextHttpAllowed()
            ? CdnUrlResolver.allowCleartextHttp(settings.cloudFrontUrl())
            : CdnUrlResolver.of(settings.cloudFrontUrl());
    Optional<CloudFrontUrlSigner> urlSigner =
        settings.cloudFrontKey().map(key -> urlSigner(builder, key));
    S3Bucket bucket = bucket(builder, credentials, cdn);
    Optional<SesMailer> ses = Optional.empty();
    try {
      if (settings.development()) {
        log.info("ENVIRONMENT is development: emails are logged, not sent");
      } else {
        logThatEmailsAreSent(settings, log);
        ses = Optional.of(sesMailer(builder, credentials));
      }
      LoggingMailer development = new LoggingMailer();
      TransactionalMailer provider = ses.isPresent() ? ses.get() : development;
      TransactionalMailer mailer = builder.mailerChain.wrap(provider);
      return new ConfiguredAws(
          settings,
          bucket,
          cdn,
          urlSigner,
          ses,
          mailer,
          builder.mailerChain,
          ses.isPresent() ? ses.get() : development,
          new Lazy<>(() -> accountEmails(settings, mailer)),
          closeCredentials);
    } catch (Throwable e) {
      // Errors too: code of the application, such as its logger, may not link.
      ses.ifPresent(built -> Failures.quietly(built::close));
      Failures.quietly(bucket::close);
      throw e;
    }
  }

  private static AccountEmails accountEmails(AwsSettings settings, TransactionalMailer mailer) {
    AccountEmails.Builder emails =
        AccountEmails.builder().mailer(mailer).from(settings.fromEmail()).appUrl(settings.appUrl());
    if (settings.cleartextHttpAllowed()) {
      emails.allowCleartextHttp();
    }
    return emails.build();
  }

  private static void logThatEmailsAreSent(AwsSettings settings, Logger log) {
    String where =
        settings
            .sesEndpoint()
            .map(endpoint -> "SES at " + endpoint)
            .orElse("SES in " + settings.sesRegion());
    settings
        .mistakenDevelopment()
        .ifPresentOrElse(
            value ->
                log.warn(
                    "ENVIRONMENT is {}, so emails are SENT, through {}. Only the exact word development"
                        + " logs them instead.",
                    Checks.quote(value),
                    where),
            () -> {
              if (settings.sesEndpoint().filter(Checks::isLoopback).isPresent()) {
                // A test has several such objects, and none of their emails leaves this machine.
                log.debug("Emails are sent through {}", where);
              } else {
                log.info("Emails are sent through {}", where);
              }
            });
  }

  private static CloudFrontUrlSigner urlSigner(Builder builder, CloudFrontSigningKey key) {
    AwsSettings settings = builder.settings;
    CloudFrontUrlSigner.Builder signer =
        CloudFrontUrlSigner.builder()
            .baseUrl(settings.cloudFrontUrl())
            .signingKey(key)
            .expiresAligned(BROWSER_CACHE)
            .clock(builder.clock);
    if (settings.cleartextHttpAllowed()) {
      signer.allowCleartextHttp();
    }
    return signer.build();
  }

  private static S3Bucket bucket(
      Builder builder, AwsCredentialsProvider credentials, CdnUrlResolver cdn) {
    AwsSettings settings = builder.settings;
    S3Bucket.Builder s3 =
        builder
            .bucket
            .bucket(settings.bucketName())
            .region(settings.region())
            .credentials(credentials)
            .publicUrls(cdn::resolve)
            .clock(builder.clock);
    // Local stacks have no wildcard DNS, so the bucket goes into the path there.
    settings.s3Endpoint().ifPresent(endpoint -> s3.endpoint(endpoint).pathStyle());
    settings.s3PublicEndpoint().ifPresent(endpoint -> s3.publicEndpoint(endpoint).pathStyle());
    if (settings.cleartextHttpAllowed()) {
      s3.allowCleartextHttp();
    }
    if (settings.dualStack()) {
      s3.dualStack();
    }
    if (settings.fips()) {
      s3.fips();
    }
    if (builder.httpClient != null) {
      s3.httpClient(builder.httpClient);
    }
    return s3.build();
  }

  private static SesMailer sesMailer(Builder builder, AwsCredentialsProvider credentials) {
    AwsSettings settings = builder.settings;
    SesMailer.Builder ses =
        SesMailer.builder()
            .region(settings.sesRegion())
            .credentials(credentials)
            .clock(builder.clock);
    settings.configurationSet().ifPresent(ses::configurationSet);
    settings.identityArn().ifPresent(ses::identityArn);
    settings.sesEndpoint().ifPresent(ses::endpoint);
    if (settings.cleartextHttpAllowed()) {
      ses.allowCleartextHttp();
    }
    if (builder.httpClient != null) {
      ses.httpClient(builder.httpClient);
    }
    return ses.build();
  }

  @Override
  public UploadUrlSigner uploads() {
    return bucket.uploads();
  }

  @Override
  public UploadVerifier uploadVerifier() {
    return bucket.verifier();
  }

  @Override
  public ObjectStore objects() {
    return bucket.objects();
  }

  @Override
  public CloudFrontUrlSigner signedUrls() {
    return urlSigner.orElseThrow(
        () ->
            new ConfigurationException(
                List.of(
                    "CLOUDFRONT_KEY_PAIR_ID and CLOUDFRONT_PRIVATE_KEY are not set, so the URLs of"
                        + " private pictures cannot be signed. Set both.")));
  }

  @Override
  public AccountEmails accountEmails() {
    return lazyAccountEmails.get().orElseThrow();
  }

  @Override
  public void warmUp() {
    bucket.warmUp();
    ses.ifPresent(SesMailer::warmUp);
    accountEmails();
  }

  @Override
  public void close() {
    try (bucket) {
      ses.ifPresent(SesMailer::close);
    } finally {
      closeCredentials.run();
    }
  }

  /** Bucket, distribution and mailer; no credentials. */
  @Override
  public String toString() {
    return "HealthMetricsAws[" + bucket + ", " + cdn + ", " + mailer + "]";
  }
}
