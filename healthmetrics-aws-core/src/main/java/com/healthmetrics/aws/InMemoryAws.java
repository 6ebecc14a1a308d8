package com.healthmetrics.aws;

import com.healthmetrics.aws.cdn.CdnUrlResolver;
import com.healthmetrics.aws.cdn.CloudFrontSigningKey;
import com.healthmetrics.aws.cdn.CloudFrontUrlResolver;
import com.healthmetrics.aws.cdn.CloudFrontUrlSigner;
import com.healthmetrics.aws.mail.AccountEmails;
import com.healthmetrics.aws.mail.EmailAddress;
import com.healthmetrics.aws.mail.InMemoryMailer;
import com.healthmetrics.aws.storage.InMemoryBucket;
import com.healthmetrics.aws.storage.ObjectStore;
import com.healthmetrics.aws.storage.UploadUrlSigner;
import com.healthmetrics.aws.storage.UploadVerifier;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;

/**
 * {@link HealthMetricsAws} in memory, for tests: a map in place of the bucket, a list in place of
 * SES.
 *
 * <pre>{@code
 * InMemoryAws aws = HealthMetricsAws.inMemory();
 * UploadRequest request = UploadRequest.of("user-42", "image/png", 3);
 * PresignedPut upload = aws.uploads().presignPut(UploadPolicy.avatars(), request);
 * aws.bucket().upload(upload, "image/png", new byte[] {1, 2, 3});
 * boolean stored = aws.bucket().keys().contains(upload.key());
 * }</pre>
 *
 * <p>Links in mails begin with {@code https://app.healthmetrics.invalid}, picture URLs with {@code
 * https://cdn.healthmetrics.invalid}. Safe for use by several threads; give each test its own.
 */
public final class InMemoryAws implements HealthMetricsAws {
  private static final String CDN_URL = "https://cdn.healthmetrics.invalid";
  private static final String APP_URL = "https://app.healthmetrics.invalid";

  /** Made once, since nobody but this process knows it. */
  private static final CloudFrontSigningKey SIGNING_KEY = newSigningKey();

  private final InMemoryBucket bucket;
  private final CdnUrlResolver cdn = CloudFrontUrlResolver.of(CDN_URL);
  private final CloudFrontUrlSigner signedUrls;
  private final InMemoryMailer mailer = new InMemoryMailer();
  private final AccountEmails accountEmails;

  InMemoryAws(Clock clock) {
    this.bucket = new InMemoryBucket(clock, cdn::resolve);
    this.signedUrls =
        CloudFrontUrlSigner.builder().baseUrl(CDN_URL).signingKey(SIGNING_KEY).clock(clock).build();
    EmailAddress from = EmailAddress.parse("HealthMetrics <noreply@healthmetrics.example>");
    this.accountEmails = AccountEmails.builder().mailer(mailer).from(from).appUrl(APP_URL).build();
  }

  private static CloudFrontSigningKey newSigningKey() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(256);
      return CloudFrontSigningKey.of("KINMEMORY", generator.generateKeyPair().getPrivate());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("This Java runtime knows no elliptic curves.", e);
    }
  }

  /**
   * {@return the bucket, which also plays the browser: it accepts what {@link #uploads()} signed}
   */
  public InMemoryBucket bucket() {
    return bucket;
  }

  @Override
  public ObjectStore objects() {
    return bucket.objects();
  }

  @Override
  public UploadVerifier uploadVerifier() {
    return bucket.verifier();
  }

  /** A signer whose key belongs to this process and to no distribution. */
  @Override
  public CloudFrontUrlSigner signedUrls() {
    return signedUrls;
  }

  @Override
  public UploadUrlSigner uploads() {
    return bucket.uploads();
  }

  @Override
  public CdnUrlResolver cdn() {
    return cdn;
  }

  /** The mailer, which keeps what was sent. */
  @Override
  public InMemoryMailer mailer() {
    return mailer;
  }

  @Override
  public AccountEmails accountEmails() {
    return accountEmails;
  }

  /** Does nothing: there is nothing to close. */
  @Override
  public void close() {}

  /** What is stored and sent so far. */
  @Override
  public String toString() {
    return "InMemoryAws[" + bucket + ", " + mailer + "]";
  }
}
