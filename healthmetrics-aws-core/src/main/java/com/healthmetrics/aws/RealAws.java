package com.healthmetrics.aws;

import com.healthmetrics.aws.cdn.CdnUrlResolver;
import com.healthmetrics.aws.cdn.CloudFrontUrlResolver;
import com.healthmetrics.aws.cdn.CloudFrontUrlSigner;
import com.healthmetrics.aws.mail.AccountEmails;
import com.healthmetrics.aws.mail.LoggingMailer;
import com.healthmetrics.aws.mail.SesV2Mailer;
import com.healthmetrics.aws.mail.TransactionalMailer;
import com.healthmetrics.aws.storage.ObjectStore;
import com.healthmetrics.aws.storage.S3Bucket;
import com.healthmetrics.aws.storage.UploadUrlSigner;
import com.healthmetrics.aws.storage.UploadVerifier;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.regions.Region;

/** S3, CloudFront and SES, or in development the log in place of SES. */
final class RealAws implements HealthMetricsAws {
  private static final Logger LOG = LoggerFactory.getLogger(HealthMetricsAws.class);

  /** How long a private picture keeps its signed URL, so that browsers load it once. */
  private static final Duration BROWSER_CACHE = Duration.ofMinutes(15);

  private final S3Bucket bucket;
  private final CdnUrlResolver cdn;
  private final Optional<CloudFrontUrlSigner> signedUrls;
  private final TransactionalMailer mailer;
  private final AccountEmails accountEmails;
  private final Runnable closeMailer;
  private final Runnable closeCredentials;

  RealAws(
      AwsSettings settings,
      AwsCredentialsProvider credentials,
      UnaryOperator<TransactionalMailer> decorator,
      Runnable closeCredentials) {
    this.cdn = CloudFrontUrlResolver.of(settings.cloudFrontUrl().toString());
    this.signedUrls =
        settings
            .cloudFrontKey()
            .map(
                key ->
                    CloudFrontUrlSigner.builder()
                        .baseUrl(settings.cloudFrontUrl().toString())
                        .signingKey(key)
                        .expiresAligned(BROWSER_CACHE)
                        .build());
    this.bucket = bucket(settings, credentials, cdn);
    TransactionalMailer provider;
    if (settings.development()) {
      LOG.info("ENVIRONMENT is development: mails are logged, not sent");
      provider = new LoggingMailer();
      this.closeMailer = () -> {};
    } else {
      LOG.info("Mails are sent through SES in {}", settings.sesRegion());
      SesV2Mailer ses = sesMailer(settings, credentials);
      provider = ses;
      this.closeMailer = ses::close;
    }
    try {
      this.mailer = Objects.requireNonNull(decorator.apply(provider), "the decorated mailer");
      this.accountEmails =
          AccountEmails.builder()
              .mailer(mailer)
              .from(settings.fromEmail())
              .appUrl(settings.appUrl().toString())
              .build();
    } catch (RuntimeException e) {
      bucket.close();
      closeMailer.run();
      throw e;
    }
    this.closeCredentials = closeCredentials;
  }

  private static S3Bucket bucket(
      AwsSettings settings, AwsCredentialsProvider credentials, CdnUrlResolver cdn) {
    S3Bucket.Builder builder =
        S3Bucket.builder()
            .bucket(settings.bucketName())
            .region(Region.of(settings.region()))
            .credentials(credentials)
            .publicUrls(cdn::resolve);
    // Local stacks have no wildcard DNS, so the bucket goes into the path there.
    settings.s3Endpoint().ifPresent(endpoint -> builder.endpoint(endpoint).pathStyle());
    settings.s3PublicEndpoint().ifPresent(endpoint -> builder.publicEndpoint(endpoint).pathStyle());
    if (settings.dualStack()) {
      builder.dualStack();
    }
    if (settings.fips()) {
      builder.fips();
    }
    return builder.build();
  }

  private static SesV2Mailer sesMailer(AwsSettings settings, AwsCredentialsProvider credentials) {
    SesV2Mailer.Builder builder =
        SesV2Mailer.builder().region(Region.of(settings.sesRegion())).credentials(credentials);
    settings.configurationSet().ifPresent(builder::configurationSet);
    settings.sesEndpoint().ifPresent(builder::endpoint);
    return builder.build();
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
    try (bucket) {
      closeMailer.run();
    } finally {
      closeCredentials.run();
    }
  }

  /** What does the work. */
  @Override
  public String toString() {
    return "HealthMetricsAws[" + bucket + ", " + cdn + ", " + mailer + "]";
  }
}
