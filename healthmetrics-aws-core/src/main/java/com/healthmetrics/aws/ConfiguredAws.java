package com.healthmetrics.aws;

import com.healthmetrics.aws.cdn.CdnUrlResolver;
import com.healthmetrics.aws.cdn.CloudFrontSigningKey;
import com.healthmetrics.aws.cdn.CloudFrontUrlSigner;
import com.healthmetrics.aws.internal.Checks;
import com.healthmetrics.aws.mail.AccountEmails;
import com.healthmetrics.aws.mail.LoggingMailer;
import com.healthmetrics.aws.mail.SesMailer;
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
final class ConfiguredAws implements HealthMetricsAws {
  private static final Logger LOG = LoggerFactory.getLogger(HealthMetricsAws.class);

  /** How long a private picture keeps its signed URL, so that browsers load it once. */
  private static final Duration BROWSER_CACHE = Duration.ofMinutes(15);

  private final AwsSettings settings;
  private final CdnUrlResolver cdn;
  private final Optional<CloudFrontUrlSigner> signedUrls;
  private final S3Bucket bucket;
  private final TransactionalMailer mailer;
  private final AccountEmails accountEmails;
  private final Runnable closeMailer;
  private final Runnable closeCredentials;

  /** Creates the credentials provider where none was set, and owns it. */
  static HealthMetricsAws of(Builder builder) {
    AwsCredentialsProvider given = builder.credentials;
    if (given != null) {
      return new ConfiguredAws(builder, given, () -> {}, LOG);
    }
    DefaultCredentialsProvider own = DefaultCredentialsProvider.builder().build();
    try {
      return new ConfiguredAws(builder, own, own::close, LOG);
    } catch (RuntimeException e) {
      own.close();
      throw e;
    }
  }

  ConfiguredAws(
      Builder builder, AwsCredentialsProvider credentials, Runnable closeCredentials, Logger log) {
    this.settings = builder.settings;
    this.closeCredentials = closeCredentials;
    this.cdn =
        settings.cleartextHttpAllowed()
            ? CdnUrlResolver.allowCleartextHttp(settings.cloudFrontUrl())
            : CdnUrlResolver.of(settings.cloudFrontUrl());
    this.signedUrls = settings.cloudFrontKey().map(key -> urlSigner(builder, key));
    this.bucket = bucket(builder, credentials);
    TransactionalMailer provider;
    if (settings.development()) {
      log.info("ENVIRONMENT is development: emails are logged, not sent");
      provider = new LoggingMailer();
      this.closeMailer = () -> {};
    } else {
      logThatEmailsAreSent(log);
      SesMailer ses = sesMailer(builder, credentials);
      provider = ses;
      this.closeMailer = ses::close;
    }
    this.mailer = builder.mailerChain == null ? provider : builder.mailerChain.wrap(provider);
    AccountEmails.Builder emails =
        AccountEmails.builder().mailer(mailer).from(settings.fromEmail()).appUrl(settings.appUrl());
    if (settings.cleartextHttpAllowed()) {
      emails.allowCleartextHttp();
    }
    this.accountEmails = emails.build();
  }

  private void logThatEmailsAreSent(Logger log) {
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
            () -> log.info("Emails are sent through {}", where));
  }

  private CloudFrontUrlSigner urlSigner(Builder builder, CloudFrontSigningKey key) {
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

  private S3Bucket bucket(Builder builder, AwsCredentialsProvider credentials) {
    S3Bucket.Builder s3 =
        S3Bucket.builder()
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

  private SesMailer sesMailer(Builder builder, AwsCredentialsProvider credentials) {
    SesMailer.Builder ses =
        SesMailer.builder()
            .region(settings.sesRegion())
            .credentials(credentials)
            .clock(builder.clock);
    settings.configurationSet().ifPresent(ses::configurationSet);
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
  public AwsSettings settings() {
    return settings;
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
  public CdnUrlResolver cdn() {
    return cdn;
  }

  @Override
  public CloudFrontUrlSigner signedUrls() {
    return signedUrls.orElseThrow(
        () ->
            new ConfigurationException(
                List.of(
                    "CLOUDFRONT_KEY_PAIR_ID and CLOUDFRONT_PRIVATE_KEY are not set, so the URLs of"
                        + " private pictures cannot be signed. Set both.")));
  }

  @Override
  public TransactionalMailer mailer() {
    return mailer;
  }

  @Override
  public AccountEmails accountEmails() {
    return accountEmails;
  }

  @Override
  public void close() {
    try (bucket) {
      closeMailer.run();
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
