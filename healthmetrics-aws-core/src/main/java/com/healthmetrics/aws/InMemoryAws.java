package com.healthmetrics.aws;

import com.healthmetrics.aws.cdn.CdnUrlResolver;
import com.healthmetrics.aws.cdn.CloudFrontSigningKey;
import com.healthmetrics.aws.cdn.CloudFrontUrlSigner;
import com.healthmetrics.aws.internal.Lazy;
import com.healthmetrics.aws.mail.AccountEmails;
import com.healthmetrics.aws.mail.InMemoryMailer;
import com.healthmetrics.aws.mail.MailerChain;
import com.healthmetrics.aws.mail.SuppressionList;
import com.healthmetrics.aws.storage.InMemoryBucket;
import com.healthmetrics.aws.storage.ObjectStore;
import com.healthmetrics.aws.storage.UploadEvent;
import com.healthmetrics.aws.storage.UploadInspector;
import com.healthmetrics.aws.storage.UploadUrlSigner;
import com.healthmetrics.aws.storage.UploadVerifier;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * {@link HealthMetricsAws} in memory, for tests: {@link #bucket()} replaces S3 and plays the
 * browser, {@link #mailer()} replaces SES.
 *
 * <pre>{@code
 * InMemoryAws aws = HealthMetricsAws.inMemory();
 * UploadRequest request = UploadRequest.of("user-42", "image/png", png.length);
 * PresignedPut upload = aws.uploads().presignPut(UploadPolicy.avatars(), request);
 * aws.bucket().upload(upload, "image/png", png); // the bytes of a picture
 * UploadVerification result =
 *     aws.uploadVerifier().verify(UploadPolicy.avatars(), "user-42", upload.key());
 * }</pre>
 *
 * <p>Links in emails begin with {@code https://app.healthmetrics.invalid}, picture URLs with {@code
 * https://cdn.healthmetrics.invalid}. Thread-safe; give each test its own.
 */
public final class InMemoryAws implements HealthMetricsAws {
  private static final AwsSettings SETTINGS =
      AwsSettings.fromEnvironment(
          Map.of(
              "AWS_REGION", "us-east-1",
              "S3_BUCKET_NAME", "in-memory",
              "CLOUDFRONT_URL", "https://cdn.healthmetrics.invalid",
              "SES_FROM_EMAIL", "HealthMetrics <noreply@healthmetrics.example>",
              "APP_URL", "https://app.healthmetrics.invalid"));

  /** Generated once per process: no other process needs it. */
  private static final CloudFrontSigningKey SIGNING_KEY = newSigningKey();

  private final CdnUrlResolver cdn = CdnUrlResolver.of(SETTINGS.cloudFrontUrl());
  private final MailerChain mailerChain;
  private final InMemoryMailer mailer;
  private final InMemoryBucket bucket;
  private final CloudFrontUrlSigner signedUrls;
  private final Lazy<AccountEmails> accountEmails;

  private InMemoryAws(Builder builder) {
    this.bucket = builder.bucket.publicUrls(cdn::resolve).build();
    this.signedUrls =
        CloudFrontUrlSigner.builder()
            .baseUrl(SETTINGS.cloudFrontUrl())
            .signingKey(SIGNING_KEY)
            .clock(builder.clock)
            .build();
    this.mailerChain = builder.mailerChain;
    this.mailer = new InMemoryMailer(mailerChain);
    this.accountEmails =
        new Lazy<>(
            () ->
                AccountEmails.builder()
                    .mailer(mailer)
                    .from(SETTINGS.fromEmail())
                    .appUrl(SETTINGS.appUrl())
                    .build());
  }

  /** {@return a new builder; nothing is required} */
  public static Builder builder() {
    return new Builder();
  }

  private static CloudFrontSigningKey newSigningKey() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(256);
      return CloudFrontSigningKey.of("KINMEMORY", generator.generateKeyPair().getPrivate());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("This Java runtime does not support elliptic curves.", e);
    }
  }

  @Override
  public AwsSettings settings() {
    return SETTINGS;
  }

  /**
   * {@return the bucket, which also plays the browser: it accepts what {@link #uploads()} signed}
   */
  public InMemoryBucket bucket() {
    return bucket;
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

  /** {@return a signer whose key exists in this process only; expiry is exact, not aligned} */
  @Override
  public CloudFrontUrlSigner signedUrls() {
    return signedUrls;
  }

  /** {@return the mailer, which keeps the emails that passed the mailer chain} */
  @Override
  public InMemoryMailer mailer() {
    return mailer;
  }

  @Override
  public MailerChain mailerChain() {
    return mailerChain;
  }

  @Override
  public AccountEmails accountEmails() {
    return accountEmails.get().orElseThrow();
  }

  /** {@return the list that {@link InMemoryMailer#suppress} fills} */
  @Override
  public SuppressionList suppressionList() {
    return mailer;
  }

  /** Does nothing: there is nothing to close. */
  @Override
  public void close() {}

  /** The number of objects and emails. */
  @Override
  public String toString() {
    return "InMemoryAws[" + bucket + ", " + mailer + "]";
  }

  /**
   * Builder for {@link InMemoryAws}, with the settings that it shares with {@link
   * HealthMetricsAws#builder}.
   *
   * <pre>{@code
   * InMemoryAws aws =
   *     InMemoryAws.builder()
   *         .uploadInspector((pending, bytes) -> UploadInspector.Finding.reject("malware"))
   *         .build();
   * }</pre>
   *
   * <p>Not thread-safe.
   */
  public static final class Builder {
    private final InMemoryBucket.Builder bucket = InMemoryBucket.builder();
    private Clock clock = Clock.systemUTC();
    private MailerChain mailerChain = MailerChain.builder().build();

    private Builder() {}

    /**
     * Sets the clock that lifetimes count from and expiry is checked with. Default: the system
     * clock.
     *
     * @param clock a clock that a test can move
     * @return this builder
     */
    public Builder clock(Clock clock) {
      bucket.clock(clock);
      this.clock = clock;
      return this;
    }

    /**
     * Sets the application's own inspection of uploads. Default: none.
     *
     * @param inspector called for each upload that passed all other checks
     * @return this builder
     */
    public Builder uploadInspector(UploadInspector inspector) {
      bucket.inspector(inspector);
      return this;
    }

    /**
     * Sets the observer of every signed and every verified upload. Default: none.
     *
     * @param observer called once per call, in its thread and after its outcome is known
     * @return this builder
     */
    public Builder observeUploads(Consumer<UploadEvent> observer) {
      bucket.observe(observer);
      return this;
    }

    /**
     * Sets the steps that every email passes before it is kept. Default: a chain without steps.
     *
     * @param chain the chain
     * @return this builder
     */
    public Builder mailerChain(MailerChain chain) {
      this.mailerChain = Objects.requireNonNull(chain, "chain");
      return this;
    }

    /** {@return a new, isolated instance} */
    public InMemoryAws build() {
      return new InMemoryAws(this);
    }
  }
}
