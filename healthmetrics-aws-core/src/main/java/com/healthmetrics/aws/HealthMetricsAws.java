package com.healthmetrics.aws;

import com.healthmetrics.aws.cdn.CdnUrlResolver;
import com.healthmetrics.aws.cdn.CloudFrontUrlSigner;
import com.healthmetrics.aws.mail.AccountEmails;
import com.healthmetrics.aws.mail.MailerChain;
import com.healthmetrics.aws.mail.SuppressionList;
import com.healthmetrics.aws.mail.TransactionalMailer;
import com.healthmetrics.aws.storage.ObjectStore;
import com.healthmetrics.aws.storage.S3Bucket;
import com.healthmetrics.aws.storage.UploadEvent;
import com.healthmetrics.aws.storage.UploadInspector;
import com.healthmetrics.aws.storage.UploadUrlSigner;
import com.healthmetrics.aws.storage.UploadVerifier;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.http.SdkHttpClient;

/**
 * The entry point: signs uploads, manages the uploaded objects, makes their URLs, and sends account
 * emails; configured for one environment.
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
 * <p>{@link #builder} sets credentials, clock, HTTP client and mailer chain; {@link #inMemory()} is
 * for unit tests and needs no configuration.
 *
 * <p>Thread-safe; create one, keep it, and close it at the end. The interface is implemented here
 * and by test doubles; methods that are added after a release come with a default body.
 */
public interface HealthMetricsAws extends AutoCloseable {

  /** {@return the settings of this environment} */
  AwsSettings settings();

  /** {@return the signer of uploads to the bucket} */
  UploadUrlSigner uploads();

  /** {@return the verifier that inspects uploads, and publishes or removes them} */
  UploadVerifier uploadVerifier();

  /** {@return the objects of the bucket, to store, inspect, read and delete} */
  ObjectStore objects();

  /** {@return the resolver of object keys to URLs of the distribution} */
  CdnUrlResolver cdn();

  /**
   * {@return the signer of URLs and cookies with which a browser may load private pictures; URLs
   * keep the same text for up to 15 minutes, so that browsers can cache the pictures}
   *
   * @throws ConfigurationException if {@code CLOUDFRONT_KEY_PAIR_ID} and {@code
   *     CLOUDFRONT_PRIVATE_KEY} are not set; it never returns an unsigned URL
   */
  CloudFrontUrlSigner signedUrls();

  /** {@return the mailer, wrapped in the mailer chain if one is set} */
  TransactionalMailer mailer();

  /**
   * {@return the mailer chain, to settle emails by SES's events; one without steps if none is set,
   * which refuses to settle}
   */
  MailerChain mailerChain();

  /** {@return the account emails, sent through {@link #mailer()}} */
  AccountEmails accountEmails();

  /**
   * {@return the addresses to which SES delivers no emails, for support staff; empty in
   * development, where nothing is sent}
   *
   * @throws UnsupportedOperationException if this implementation of the interface has none
   */
  default SuppressionList suppressionList() {
    throw new UnsupportedOperationException(
        "This implementation of HealthMetricsAws has no suppression list. Override"
            + " suppressionList().");
  }

  /**
   * Builds now what the first call would otherwise build: the SDK's clients of S3 and SES and the
   * templates of the account emails, which together take the better part of a second.
   *
   * <p>No network is used. Call it at start-up, before a server reports that it is ready: {@link
   * Builder#build()} checks that there is an HTTP client and that the SDK fits together, but only
   * building the clients finds a setting of the environment, a system property or a profile file
   * that the SDK refuses, and an HTTP client that cannot be built. A process that only signs
   * uploads needs none of these. Clients are not built after {@link #close()}. Default: does
   * nothing.
   *
   * @throws ConfigurationException if a client cannot be built; its cause states why
   */
  default void warmUp() {}

  /** Closes the clients that this object created, and nothing that was handed in. */
  @Override
  void close();

  /**
   * Creates everything from this process's environment, with the SDK's default credentials.
   *
   * <p>{@code ENVIRONMENT=development} logs emails instead of sending them. Any other value sends,
   * with a warning in the log if it looks like {@code development}, such as {@code dev}.
   *
   * @return the configured object; the caller closes it
   * @throws ConfigurationException if settings are missing or malformed; all of them are named
   */
  static HealthMetricsAws fromEnvironment() {
    return fromEnvironment(System.getenv());
  }

  /**
   * Creates everything from a map of settings, with the SDK's default credentials.
   *
   * @param environment the settings, under the names that {@link AwsSettings} lists
   * @return the configured object; the caller closes it
   * @throws ConfigurationException if settings are missing or malformed; all of them are named
   */
  static HealthMetricsAws fromEnvironment(Map<String, String> environment) {
    return builder(AwsSettings.fromEnvironment(environment)).build();
  }

  /**
   * {@return a new builder; only the settings are required}
   *
   * @param settings the settings
   */
  static Builder builder(AwsSettings settings) {
    return new Builder(Objects.requireNonNull(settings, "settings"));
  }

  /**
   * {@return a new, isolated instance in memory, for tests: no network, no credentials, no
   * environment; {@link InMemoryAws#builder()} has settings}
   */
  static InMemoryAws inMemory() {
    return InMemoryAws.builder().build();
  }

  /**
   * Builder for {@link HealthMetricsAws} on S3, CloudFront and SES.
   *
   * <pre>{@code
   * MailerChain chain =
   *     MailerChain.builder()
   *         .once(IdempotencyStore.inMemory())
   *         .allowOnly(List.of("healthmetrics.example"))
   *         .recipientsPerSecond(1)
   *         .build();
   * HealthMetricsAws staging =
   *     HealthMetricsAws.builder(AwsSettings.fromEnvironment(System.getenv()))
   *         .mailerChain(chain)
   *         .build();
   * }</pre>
   *
   * <p>Not thread-safe.
   */
  final class Builder {
    final AwsSettings settings;
    @Nullable AwsCredentialsProvider credentials;
    @Nullable SdkHttpClient httpClient;
    MailerChain mailerChain = MailerChain.builder().build();
    final S3Bucket.Builder bucket = S3Bucket.builder();
    Clock clock = Clock.systemUTC();

    private Builder(AwsSettings settings) {
      this.settings = settings;
    }

    /**
     * Sets the credentials. Default: the SDK's default provider chain.
     *
     * <p>The provider is called for each signature, each request and each email, so it must cache
     * what it fetches; {@link com.healthmetrics.aws.storage.S3Bucket.Builder#credentials} has the
     * details.
     *
     * @param provider a provider of the SDK; the caller closes it
     * @return this builder
     */
    public Builder credentials(AwsCredentialsProvider provider) {
      this.credentials = Objects.requireNonNull(provider, "provider");
      return this;
    }

    /**
     * Sets the clock that lifetimes count from. Default: the system clock.
     *
     * @param clock the clock; the SDK's clients always sign their requests with the system time
     * @return this builder
     */
    public Builder clock(Clock clock) {
      this.clock = Objects.requireNonNull(clock, "clock");
      return this;
    }

    /**
     * Sets the HTTP client of the S3 and SES clients. Default: the one that the SDK selects on the
     * class path.
     *
     * @param client a client of the SDK that does not retry by itself; the caller closes it
     * @return this builder
     */
    public Builder httpClient(SdkHttpClient client) {
      this.httpClient = Objects.requireNonNull(client, "client");
      return this;
    }

    /**
     * Sets the steps that every email passes before it is sent, or logged in development. Default:
     * a chain without steps.
     *
     * @param chain the chain
     * @return this builder
     */
    public Builder mailerChain(MailerChain chain) {
      this.mailerChain = Objects.requireNonNull(chain, "chain");
      return this;
    }

    /**
     * Sets the application's own inspection of uploads, such as a malware scanner. Default: none.
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
     * @param observer called once per call, after its outcome is known; thread-safe and quick
     * @return this builder
     */
    public Builder observeUploads(Consumer<UploadEvent> observer) {
      bucket.observe(observer);
      return this;
    }

    /**
     * Sets the memory that the pictures under inspection may take together. Default: an eighth of
     * the heap.
     *
     * @param bytes at least 1 MiB, as for {@link S3Bucket.Builder#inspectionMemory}
     * @return this builder
     * @throws IllegalArgumentException if it is less
     */
    public Builder inspectionMemory(long bytes) {
      bucket.inspectionMemory(bytes);
      return this;
    }

    /**
     * Sets how long a request to S3 and a verification may take. Default: 60 seconds.
     *
     * @param deadline 1 millisecond to 1 hour, as for {@link S3Bucket.Builder#deadline}
     * @return this builder
     * @throws IllegalArgumentException if it is out of range
     */
    public Builder storageDeadline(Duration deadline) {
      bucket.deadline(deadline);
      return this;
    }

    /**
     * Builds the configured object; nothing is sent yet.
     *
     * @return the configured object; the caller closes it
     * @throws ConfigurationException if the class path has no HTTP client for the SDK, or artifacts
     *     of the SDK that are too old or do not fit together
     */
    public HealthMetricsAws build() {
      return ConfiguredAws.of(this);
    }
  }
}
