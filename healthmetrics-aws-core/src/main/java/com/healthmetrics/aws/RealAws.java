package com.healthmetrics.aws;

import com.healthmetrics.aws.cdn.CdnUrlResolver;
import com.healthmetrics.aws.cdn.CloudFrontUrlSigner;
import com.healthmetrics.aws.mail.AccountEmails;
import com.healthmetrics.aws.mail.LoggingMailer;
import com.healthmetrics.aws.mail.MailerChain;
import com.healthmetrics.aws.mail.SesMailer;
import com.healthmetrics.aws.mail.TransactionalMailer;
import com.healthmetrics.aws.storage.ObjectStore;
import com.healthmetrics.aws.storage.S3ObjectStore;
import com.healthmetrics.aws.storage.S3UploadUrlSigner;
import com.healthmetrics.aws.storage.UploadUrlSigner;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;

/** S3, CloudFront and SES, or in development the log in place of SES. */
final class RealAws implements HealthMetricsAws {
  private static final Logger LOG = LoggerFactory.getLogger(HealthMetricsAws.class);

  /** How long a private picture keeps its signed URL, so that browsers load it once. */
  private static final Duration BROWSER_CACHE = Duration.ofMinutes(15);

  private final UploadUrlSigner uploads;
  private final S3ObjectStore objects;
  private final CdnUrlResolver cdn;
  private final Optional<CloudFrontUrlSigner> signedUrls;
  private final TransactionalMailer mailer;
  private final AccountEmails accountEmails;
  private final Runnable closeMailer;
  private final Runnable closeCredentials;

  RealAws(
      AwsSettings settings,
      AwsCredentialsProvider credentials,
      MailerChain chain,
      Runnable closeCredentials) {
    this.cdn = CdnUrlResolver.of(settings.cloudFrontUrl());
    this.signedUrls =
        settings
            .cloudFrontKey()
            .map(
                key ->
                    CloudFrontUrlSigner.builder()
                        .baseUrl(settings.cloudFrontUrl())
                        .signingKey(key)
                        .expiresAligned(BROWSER_CACHE)
                        .build());
    S3UploadUrlSigner.Builder signer =
        S3UploadUrlSigner.builder()
            .bucket(settings.bucketName())
            .region(settings.region())
            .credentials(credentials)
            .publicUrls(cdn::resolve);
    // Local stacks have no wildcard DNS, so the bucket goes into the path there.
    settings.s3PublicEndpoint().ifPresent(endpoint -> signer.endpoint(endpoint).pathStyle());
    if (settings.dualStack()) {
      signer.dualStack();
    }
    if (settings.fips()) {
      signer.fips();
    }
    this.uploads = signer.build();
    this.objects = objectStore(settings, credentials);
    TransactionalMailer provider;
    if (settings.development()) {
      LOG.info("ENVIRONMENT is development: mails are logged, not sent");
      provider = new LoggingMailer();
      this.closeMailer = () -> {};
    } else {
      LOG.info("Mails are sent through SES in {}", settings.sesRegion());
      SesMailer ses = sesMailer(settings, credentials);
      provider = ses;
      this.closeMailer = ses::close;
    }
    try {
      this.mailer = chain.wrap(provider);
      this.accountEmails =
          AccountEmails.builder()
              .mailer(mailer)
              .from(settings.fromEmail())
              .appUrl(settings.appUrl())
              .build();
    } catch (RuntimeException e) {
      objects.close();
      closeMailer.run();
      throw e;
    }
    this.closeCredentials = closeCredentials;
  }

  private static S3ObjectStore objectStore(
      AwsSettings settings, AwsCredentialsProvider credentials) {
    S3ObjectStore.Builder builder =
        S3ObjectStore.builder()
            .bucket(settings.bucketName())
            .region(settings.region())
            .credentials(credentials);
    settings.s3Endpoint().ifPresent(endpoint -> builder.endpoint(endpoint).pathStyle());
    if (settings.dualStack()) {
      builder.dualStack();
    }
    if (settings.fips()) {
      builder.fips();
    }
    return builder.build();
  }

  private static SesMailer sesMailer(AwsSettings settings, AwsCredentialsProvider credentials) {
    SesMailer.Builder builder =
        SesMailer.builder().region(settings.sesRegion()).credentials(credentials);
    settings.configurationSet().ifPresent(builder::configurationSet);
    settings.sesEndpoint().ifPresent(builder::endpoint);
    return builder.build();
  }

  @Override
  public UploadUrlSigner uploads() {
    return uploads;
  }

  @Override
  public ObjectStore objects() {
    return objects;
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
                    "There is no key to sign the URLs of private pictures with. Set"
                        + " CLOUDFRONT_KEY_PAIR_ID and CLOUDFRONT_PRIVATE_KEY.")));
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
    try (objects) {
      closeMailer.run();
    } finally {
      closeCredentials.run();
    }
  }

  /** What does the work. */
  @Override
  public String toString() {
    return "HealthMetricsAws[" + uploads + ", " + objects + ", " + cdn + ", " + mailer + "]";
  }
}
