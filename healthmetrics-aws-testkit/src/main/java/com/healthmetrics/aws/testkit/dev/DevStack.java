package com.healthmetrics.aws.testkit.dev;

import com.healthmetrics.aws.cdn.CdnUrlResolver;
import com.healthmetrics.aws.cdn.CloudFrontUrlResolver;
import com.healthmetrics.aws.mail.AccountEmails;
import com.healthmetrics.aws.mail.EmailAddress;
import com.healthmetrics.aws.mail.SesV2Mailer;
import com.healthmetrics.aws.storage.S3UploadUrlSigner;
import com.healthmetrics.aws.storage.UploadPolicy;
import com.healthmetrics.aws.storage.UploadUrlSigner;
import com.healthmetrics.aws.testkit.cdn.LocalCloudFront;
import com.healthmetrics.aws.testkit.mail.LocalSes;
import com.healthmetrics.aws.testkit.storage.LocalS3;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import software.amazon.awssdk.regions.Region;

/**
 * The strict local servers, and the real library pointed at them: what the page shows is what an
 * application gets.
 */
final class DevStack implements AutoCloseable {
  private static final String BUCKET = "healthmetrics-dev";
  private static final Region REGION = Region.US_EAST_1;
  private static final String MAIL_DOMAIN = "healthmetrics.example";
  private static final String SENDER = "noreply@" + MAIL_DOMAIN;
  private static final String APPLICATION = "http://localhost:3003";

  /** How long ago the URL that the page asks for as "expired" has ended. */
  private static final Duration EXPIRED_SINCE = Duration.ofMinutes(1);

  private final URI pageUrl;
  private final LocalS3 s3;
  private final LocalCloudFront cloudFront;
  private final LocalSes ses;
  private final UploadPolicy policy = UploadPolicy.avatars();
  private final UploadUrlSigner signer;
  private final UploadUrlSigner lateSigner;
  private final SesV2Mailer mailer;
  private final AccountEmails emails;

  private DevStack(int pagePort, LocalS3 s3, LocalSes ses) {
    this.pageUrl = URI.create("http://localhost:" + pagePort);
    this.s3 = s3;
    this.ses = ses;
    this.cloudFront = LocalCloudFront.inFrontOf(s3);
    Clock clock = Clock.systemUTC();
    this.signer = signer(clock);
    this.lateSigner = signer(Clock.offset(clock, policy.lifetime().plus(EXPIRED_SINCE).negated()));
    this.mailer =
        SesV2Mailer.builder()
            .region(REGION)
            .credentials(ses.credentials())
            .endpoint(ses.endpoint())
            .build();
    EmailAddress from = EmailAddress.of("HealthMetrics <" + SENDER + ">");
    this.emails = AccountEmails.create(mailer, from, pageUrl.toString());
  }

  static DevStack start(int pagePort) {
    LocalS3 s3 =
        LocalS3.builder()
            .bucket(BUCKET)
            .region(REGION.id())
            .allowedOrigin("http://localhost:" + pagePort)
            .allowedOrigin("http://127.0.0.1:" + pagePort)
            .allowedOrigin(APPLICATION)
            .start();
    LocalSes ses =
        LocalSes.builder()
            .region(REGION.id())
            .credentials(s3.accessKeyId(), s3.secretAccessKey())
            .verifiedIdentity(MAIL_DOMAIN)
            .start();
    return new DevStack(pagePort, s3, ses);
  }

  private UploadUrlSigner signer(Clock clock) {
    CdnUrlResolver cdn = CloudFrontUrlResolver.of(cloudFront.baseUrl().toString());
    return S3UploadUrlSigner.builder()
        .bucket(s3.bucket())
        .region(REGION)
        .credentials(s3.credentials())
        .endpoint(s3.endpoint())
        .publicUrls(cdn::resolve)
        .clock(clock)
        .build();
  }

  URI pageUrl() {
    return pageUrl;
  }

  URI s3Url() {
    return s3.endpoint();
  }

  URI cdnUrl() {
    return cloudFront.baseUrl();
  }

  LocalSes ses() {
    return ses;
  }

  String bucket() {
    return s3.bucket();
  }

  UploadPolicy policy() {
    return policy;
  }

  /** Signs uploads that are good for the policy's lifetime. */
  UploadUrlSigner signer() {
    return signer;
  }

  /** Signs uploads that have expired already, to show what becomes of them. */
  UploadUrlSigner lateSigner() {
    return lateSigner;
  }

  AccountEmails emails() {
    return emails;
  }

  /** Any value of ENVIRONMENT but "development" sends mail, here into the mailbox. */
  List<String> environment() {
    return List.of(
        "AWS_REGION=" + REGION.id(),
        "S3_BUCKET_NAME=" + BUCKET,
        "CLOUDFRONT_URL=" + cdnUrl(),
        "SES_FROM_EMAIL=" + SENDER,
        "APP_URL=" + APPLICATION,
        "ENVIRONMENT=local",
        "AWS_ENDPOINT_URL_S3=" + s3Url(),
        "AWS_ENDPOINT_URL_SESV2=" + ses.endpoint(),
        "AWS_ACCESS_KEY_ID=" + s3.accessKeyId(),
        "AWS_SECRET_ACCESS_KEY=" + s3.secretAccessKey());
  }

  @Override
  public void close() {
    mailer.close();
    ses.close();
    cloudFront.close();
    s3.close();
  }
}
