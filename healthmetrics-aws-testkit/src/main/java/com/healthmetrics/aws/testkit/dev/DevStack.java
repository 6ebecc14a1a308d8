package com.healthmetrics.aws.testkit.dev;

import com.healthmetrics.aws.cdn.CloudFrontSigningKey;
import com.healthmetrics.aws.cdn.CloudFrontUrlResolver;
import com.healthmetrics.aws.cdn.CloudFrontUrlSigner;
import com.healthmetrics.aws.cdn.SignedUrl;
import com.healthmetrics.aws.mail.AccountEmails;
import com.healthmetrics.aws.mail.EmailAddress;
import com.healthmetrics.aws.mail.SesV2Mailer;
import com.healthmetrics.aws.mail.TransactionalMailer;
import com.healthmetrics.aws.storage.ObjectKey;
import com.healthmetrics.aws.storage.S3Bucket;
import com.healthmetrics.aws.storage.UploadPolicy;
import com.healthmetrics.aws.storage.UploadUrlSigner;
import com.healthmetrics.aws.storage.UploadVerifier;
import com.healthmetrics.aws.testkit.cdn.LocalCloudFront;
import com.healthmetrics.aws.testkit.mail.LocalSes;
import com.healthmetrics.aws.testkit.storage.LocalS3;
import java.io.UncheckedIOException;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.IntFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
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

  private static final Logger LOG = LoggerFactory.getLogger(DevStack.class);

  /** Always the same, so that what a developer pasted once works the next day too. */
  private static final String ACCESS_KEY_ID = "AKIALOCALDEVELOPMENT";

  private static final String SECRET_ACCESS_KEY = "local-development-only";

  /** How long ago the URL that the page asks for as "expired" has ended. */
  private static final Duration EXPIRED_SINCE = Duration.ofMinutes(1);

  /** The id of the key pair that is made at the start and gone at the end. */
  private static final String PUBLIC_KEY_ID = "KLOCALDEVELOPMENT";

  private static final Duration PICTURE_LIFETIME = Duration.ofMinutes(10);

  private final Deque<AutoCloseable> started = new ArrayDeque<>();
  private final URI pageUrl;
  private final URI application;
  private final LocalS3 s3;
  private final LocalCloudFront cloudFront;
  private final LocalSes ses;
  private final UploadPolicy policy = UploadPolicy.avatars();
  private final UploadPolicy privatePolicy = UploadPolicy.progressPhotos();
  private final KeyPair keyPair = newKeyPair();
  private final CloudFrontUrlResolver resolver;
  private final CloudFrontUrlSigner pictures;
  private final CloudFrontUrlSigner latePictures;
  private final UploadUrlSigner signer;
  private final UploadUrlSigner lateSigner;
  private final UploadVerifier verifier;
  private final SesV2Mailer mailer;
  private final AccountEmails emails;

  private DevStack(int pagePort, URI application) {
    this.application = application;
    this.pageUrl = URI.create("http://127.0.0.1:" + pagePort);
    try {
      this.s3 = start(pagePort + 1, port -> s3(pagePort, application, port));
      this.cloudFront = start(pagePort + 2, this::cloudFront);
      this.resolver = CloudFrontUrlResolver.of(cloudFront.baseUrl().toString());
      this.ses = start(pagePort + 3, DevStack::ses);
      Clock clock = Clock.systemUTC();
      S3Bucket bucket = bucket(clock);
      started.push(bucket);
      this.signer = bucket.uploads();
      this.verifier = bucket.verifier();
      this.lateSigner =
          bucket(Clock.offset(clock, policy.lifetime().plus(EXPIRED_SINCE).negated())).uploads();
      this.pictures = pictures(clock);
      this.latePictures =
          pictures(Clock.offset(clock, PICTURE_LIFETIME.plus(EXPIRED_SINCE).negated()));
      this.mailer =
          SesV2Mailer.builder()
              .region(REGION)
              .credentials(ses.credentials())
              .endpoint(ses.endpoint())
              .build();
      started.push(mailer);
      this.emails =
          AccountEmails.builder().mailer(mailer).from(sender()).appUrl(pageUrl.toString()).build();
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /**
   * Starts all servers, or none.
   *
   * @param pagePort where the page is; the servers take the ports after it where they are free
   * @param application which other pages may upload
   */
  static DevStack start(int pagePort, URI application) {
    return new DevStack(pagePort, application);
  }

  private <T extends AutoCloseable> T start(int preferredPort, IntFunction<T> server) {
    T running;
    try {
      running = server.apply(preferredPort);
    } catch (UncheckedIOException e) {
      running = server.apply(0);
    }
    started.push(running);
    return running;
  }

  private static LocalS3 s3(int pagePort, URI application, int port) {
    return LocalS3.builder()
        .bucket(BUCKET)
        .region(REGION.id())
        .credentials(ACCESS_KEY_ID, SECRET_ACCESS_KEY)
        .allowedOrigin("http://localhost:" + pagePort)
        .allowedOrigin("http://127.0.0.1:" + pagePort)
        .allowedOrigin(application.toString())
        .port(port)
        .start();
  }

  private static LocalSes ses(int port) {
    return LocalSes.builder()
        .region(REGION.id())
        .credentials(ACCESS_KEY_ID, SECRET_ACCESS_KEY)
        .verifiedIdentity(MAIL_DOMAIN)
        .port(port)
        .start();
  }

  private LocalCloudFront cloudFront(int port) {
    return LocalCloudFront.builder(s3)
        .privatePrefix(privatePolicy.keyPrefix())
        .trustedKey(PUBLIC_KEY_ID, keyPair.getPublic())
        .port(port)
        .start();
  }

  private static KeyPair newKeyPair() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(256);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("This Java runtime knows no elliptic curves", e);
    }
  }

  private CloudFrontUrlSigner pictures(Clock clock) {
    return CloudFrontUrlSigner.builder()
        .baseUrl(cloudFront.baseUrl().toString())
        .signingKey(CloudFrontSigningKey.of(PUBLIC_KEY_ID, keyPair.getPrivate()))
        .clock(clock)
        .build();
  }

  private S3Bucket bucket(Clock clock) {
    return S3Bucket.builder()
        .bucket(s3.bucket())
        .region(REGION)
        .credentials(s3.credentials())
        .endpoint(s3.endpoint())
        .publicUrls(resolver::resolve)
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

  /** What is shown to those with a signed URL only. */
  UploadPolicy privatePolicy() {
    return privatePolicy;
  }

  /** A URL that shows a private picture for the next minutes. */
  SignedUrl signedPicture(ObjectKey key) {
    return pictures.sign(key, PICTURE_LIFETIME);
  }

  /** A URL that showed a private picture until a minute ago. */
  SignedUrl expiredPicture(ObjectKey key) {
    return latePictures.sign(key, PICTURE_LIFETIME);
  }

  /** The URL of a picture without any signature. */
  URI barePicture(ObjectKey key) {
    return resolver.resolve(key);
  }

  /** Signs uploads that are good for the policy's lifetime. */
  UploadUrlSigner signer() {
    return signer;
  }

  /** Signs uploads that have expired already, to show what becomes of them. */
  UploadUrlSigner lateSigner() {
    return lateSigner;
  }

  /** Looks at what was really uploaded. */
  UploadVerifier verifier() {
    return verifier;
  }

  /** Who sends the mails of this page. */
  EmailAddress sender() {
    return EmailAddress.of(SENDER).withDisplayName("HealthMetrics");
  }

  TransactionalMailer mailer() {
    return mailer;
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
        "APP_URL=" + application,
        "ENVIRONMENT=local",
        "AWS_ENDPOINT_URL_S3=" + s3Url(),
        "AWS_ENDPOINT_URL_SESV2=" + ses.endpoint(),
        "AWS_ACCESS_KEY_ID=" + ACCESS_KEY_ID,
        "AWS_SECRET_ACCESS_KEY=" + SECRET_ACCESS_KEY,
        // A token left over from another login would spoil these credentials.
        "AWS_SESSION_TOKEN=");
  }

  /** Stops what was started, the last first. */
  @Override
  public void close() {
    for (AutoCloseable server : started) {
      try {
        server.close();
      } catch (Exception e) {
        LOG.warn("{} did not stop", server, e);
      }
    }
  }
}
