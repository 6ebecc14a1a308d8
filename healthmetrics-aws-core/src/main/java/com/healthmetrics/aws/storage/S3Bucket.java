package com.healthmetrics.aws.storage;

import com.healthmetrics.aws.ConfigurationException;
import com.healthmetrics.aws.internal.Checks;
import com.healthmetrics.aws.internal.Lazy;
import com.healthmetrics.aws.internal.Required;
import com.healthmetrics.aws.internal.SdkLinkage;
import com.healthmetrics.aws.internal.Time;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * An S3 bucket: signs uploads to it, inspects and publishes them, and stores, reads and deletes its
 * objects.
 *
 * <pre>{@code
 * try (S3Bucket bucket =
 *     S3Bucket.builder()
 *         .bucket("healthmetrics-uploads")
 *         .region(Region.EU_CENTRAL_1)
 *         .credentials(DefaultCredentialsProvider.builder().build())
 *         .build()) {
 *   UploadRequest request = UploadRequest.of("user-42", "image/png", 48_213);
 *   PresignedPut upload = bucket.uploads().presignPut(UploadPolicy.avatars(), request);
 *   DeletionReport report = bucket.objects().deletePrefix("avatars/user-41/");
 * }
 * }</pre>
 *
 * <p>Guarantees of {@link #uploads()}, in addition to those of {@link UploadUrlSigner}:
 *
 * <ul>
 *   <li>Signing is computation: no network, no file, no lock. Only the credentials provider may use
 *       the network, when it has to fetch or refresh credentials.
 *   <li>A presigned PUT is byte for byte the URL that the SDK's {@code S3Presigner} returns for the
 *       same request at the same instant.
 *   <li>The fields of a presigned POST and the conditions of its policy are built from one list.
 *   <li>The expiry is never later than that of the credentials, and expired ones never sign. If
 *       they end before the policy's lifetime, the upload is shortened (and the result reports it),
 *       unless the builder is set to refresh them first or to refuse.
 * </ul>
 *
 * <p>The clock is trusted: uploads are signed offline, so no response of S3 corrects it. S3 counts
 * the lifetime from the signed instant, by its own clock: a slow clock shortens the remaining time,
 * a fast one extends it, and S3 refuses an upload signed more than 15 minutes ahead ("Request is
 * not yet valid"). Keep the machine's clock synchronized with NTP, and lifetimes above 2 minutes.
 *
 * <p>Guarantees of {@link #objects()}, in addition to those of {@link ObjectStore}:
 *
 * <ul>
 *   <li>The SDK's client, which takes about 300 milliseconds to build, is built when the first
 *       request needs it, or by {@link #warmUp()}.
 *   <li>A request ends within the deadline of the bucket, the SDK's retries and the content of a
 *       new object included. Fetching credentials and reading an opened object come on top.
 *   <li>An object is stored without the chunks, trailers and further checksums that the SDK can
 *       add: some S3-compatible stores refuse them, or keep them as bytes of the object.
 *   <li>A deletion counts only if S3 confirms it: the page of a portal or a web application in its
 *       place does not. In a bucket that keeps versions, S3 adds a delete marker even for a pending
 *       twin that does not exist.
 *   <li>No response fills the memory: a list of more than 9 MB, which no list of S3 has, and an
 *       error response of more than 256 KiB are {@link StorageException}s.
 *   <li>Where a deletion of several objects ends with another exception than a {@link
 *       StorageException}, as when the bucket is closed in the meantime, that exception has one as
 *       suppressed, with the report.
 *   <li>A request that S3 refuses because of the machine's clock is repeated by the SDK with the
 *       time of that response.
 *   <li>Where S3 requires a checksum, {@code Content-MD5} is sent too: some S3-compatible stores
 *       require it.
 * </ul>
 *
 * <p>{@link #verifier()} needs what {@link UploadVerifier} lists. The store needs {@code
 * s3:GetObject}, {@code s3:PutObject}, {@code s3:DeleteObject} and {@code s3:ListBucket}, to erase
 * also {@code s3:DeleteObjectVersion} and {@code s3:ListBucketVersions}. For objects encrypted with
 * a KMS key it needs {@code kms:Decrypt} to inspect or read them, and {@code kms:GenerateDataKey}
 * to store them.
 *
 * <p>Thread-safe. Build one, keep it, and close it at the end.
 *
 * <p>Source: Amazon S3 API Reference, "Authenticating Requests: Using Query Parameters",
 * "Authenticating Requests: Browser-Based Uploads Using POST", "HeadObject", "GetObject",
 * "PutObject", "DeleteObject", "DeleteObjects", "ListObjectsV2" and "ListObjectVersions".
 */
public final class S3Bucket implements AutoCloseable {
  private final BucketEndpoint endpoint;
  private final UploadUrlSigner uploads;
  private final Lazy<S3Client> client;
  private final ObjectStore objects;
  private final UploadVerifier verifier;

  private S3Bucket(
      BucketEndpoint endpoint,
      UploadUrlSigner uploads,
      Lazy<S3Client> client,
      ObjectStore objects,
      UploadVerifier verifier) {
    this.endpoint = endpoint;
    this.uploads = uploads;
    this.client = client;
    this.objects = objects;
    this.verifier = verifier;
  }

  /** {@return a new builder; bucket, region and credentials are required} */
  public static Builder builder() {
    return new Builder();
  }

  /** {@return the signer of uploads to this bucket; it works after {@link #close()} too} */
  public UploadUrlSigner uploads() {
    return uploads;
  }

  /** {@return the objects of this bucket} */
  public ObjectStore objects() {
    return objects;
  }

  /** {@return the verifier of uploads to this bucket, which publishes them} */
  public UploadVerifier verifier() {
    return verifier;
  }

  /**
   * Builds the SDK's client now rather than for the first request, without network; does nothing
   * after {@link #close()}.
   *
   * <p>{@code build()} checks that there is an HTTP client and that the SDK fits together; only
   * building the client finds a setting of the environment, a system property or a profile file
   * that the SDK refuses, and an HTTP client that cannot be built. Call this at start-up, as
   * without it the first request fails.
   *
   * @throws ConfigurationException if the client cannot be built; its cause states why
   */
  public void warmUp() {
    client.get();
  }

  /** Whether the SDK's client was built, for tests. */
  boolean hasClient() {
    return client.isBuilt();
  }

  /**
   * Closes the S3 client, and the HTTP client unless it was handed in. Later requests of {@link
   * #objects()} and {@link #verifier()} throw an {@link IllegalStateException}; signing still
   * works.
   */
  @Override
  public void close() {
    client.close().ifPresent(S3Client::close);
  }

  /** Host and bucket; no credentials. */
  @Override
  public String toString() {
    return "S3Bucket[" + endpoint + "]";
  }

  /**
   * Builder for {@link S3Bucket}. {@link #build()} reports all missing values at once.
   *
   * <p>Not thread-safe.
   */
  public static final class Builder {
    private static final Duration MIN_DEADLINE = Duration.ofMillis(1);
    private static final Duration MAX_DEADLINE = Duration.ofHours(1);

    private @Nullable String bucket;
    private @Nullable Region region;
    private @Nullable AwsCredentialsProvider credentials;
    private @Nullable URI endpoint;
    private @Nullable URI publicEndpoint;
    private boolean pathStyle;
    private boolean dualStack;
    private boolean fips;
    private boolean allowCleartextHttp;
    private Clock clock = Clock.systemUTC();
    private @Nullable SdkHttpClient httpClient;
    private Duration deadline = S3Connection.DEADLINE;
    private @Nullable Function<ObjectKey, URI> publicUrls;
    private SecureRandom random = new SecureRandom();
    private @Nullable Runnable refresh;
    private boolean refuseShortCredentials;
    private @Nullable UploadInspector inspector;
    private @Nullable Long inspectionMemory;
    private @Nullable Consumer<UploadEvent> observer;

    private Builder() {}

    /**
     * Sets the bucket.
     *
     * @param name a general purpose bucket's name
     * @return this builder
     * @throws IllegalArgumentException if it is not such a name; ARNs, S3 Express, Object Lambda
     *     and multi-region access points are signed by other rules and refused with the reason
     */
    public Builder bucket(String name) {
      bucket = Checks.bucketName(name);
      return this;
    }

    /**
     * Sets the region of the bucket.
     *
     * @param region the region; its partition decides the host
     * @return this builder
     * @throws IllegalArgumentException if it is a pseudo region such as {@code aws-global}
     */
    public Builder region(Region region) {
      Checks.region(region.id());
      this.region = region;
      return this;
    }

    /**
     * Sets the source of credentials; it is called for each signature and each request.
     *
     * <p>The SDK's providers that fetch credentials (container, instance profile, STS, web
     * identity, process) keep them until shortly before they end. A provider of your own must do so
     * itself, or delegate to one of those: the SDK has no public class that adds a cache. Whatever
     * it does but return credentials that are valid now, a failure of the virtual machine excepted,
     * is a {@link StorageException} of kind {@code CREDENTIALS_UNAVAILABLE}: nothing was signed or
     * sent.
     *
     * <p>Source: AWS SDK for Java Developer Guide, "Credentials caching in the AWS SDK for Java
     * 2.x".
     *
     * @param provider a provider of the SDK; the caller closes it
     * @return this builder
     */
    public Builder credentials(AwsCredentialsProvider provider) {
      credentials = Objects.requireNonNull(provider, "provider");
      return this;
    }

    /**
     * Sets the endpoint, such as a local stack's. Default: AWS's own for the region.
     *
     * @param endpoint https, or http on this machine; other hosts need {@link
     *     #allowCleartextHttp()}
     * @return this builder
     * @throws IllegalArgumentException if it is not such a URL
     */
    public Builder endpoint(URI endpoint) {
      this.endpoint = Checks.baseUrl(endpoint);
      return this;
    }

    /**
     * Sets the endpoint that uploads are signed for, if browsers and server reach the bucket at
     * different endpoints. Default: that of {@link #endpoint}.
     *
     * @param endpoint https, or http on this machine; other hosts need {@link
     *     #allowCleartextHttp()}
     * @return this builder
     * @throws IllegalArgumentException if it is not such a URL
     */
    public Builder publicEndpoint(URI endpoint) {
      publicEndpoint = Checks.baseUrl(endpoint);
      return this;
    }

    /**
     * Allows endpoints that are plain http on any host, for containers, emulators and phones on a
     * development network: anyone on the network can read the uploads and use their signatures.
     * Default: only on this machine.
     *
     * @return this builder
     */
    public Builder allowCleartextHttp() {
      allowCleartextHttp = true;
      return this;
    }

    /**
     * Puts the bucket into the path, for stacks without wildcard DNS; applies to both endpoints.
     * Default: the bucket is part of the host where that is possible.
     *
     * @return this builder
     */
    public Builder pathStyle() {
      pathStyle = true;
      return this;
    }

    /**
     * Uses AWS's dual-stack hosts (IPv4 and IPv6). Default: IPv4 only.
     *
     * @return this builder
     */
    public Builder dualStack() {
      dualStack = true;
      return this;
    }

    /**
     * Uses AWS's hosts with FIPS 140 validated cryptography; the China partition has none. Default:
     * the ordinary hosts.
     *
     * @return this builder
     */
    public Builder fips() {
      fips = true;
      return this;
    }

    /**
     * Sets the clock that lifetimes and the expiry of credentials are checked with. Default: the
     * system clock.
     *
     * @param clock the clock
     * @return this builder
     */
    public Builder clock(Clock clock) {
      this.clock = Objects.requireNonNull(clock, "clock");
      return this;
    }

    /**
     * Sets the HTTP client. Default: the one that the SDK selects on the class path.
     *
     * @param client a client of the SDK; the caller closes it
     * @return this builder
     */
    public Builder httpClient(SdkHttpClient client) {
      httpClient = Objects.requireNonNull(client, "client");
      return this;
    }

    /**
     * Sets the function that maps a key to its {@link PresignedUpload#publicUrl()} and {@link
     * UploadVerification.Accepted#publicUrl()}. Default: there is no public URL.
     *
     * @param urls usually {@code cdn::resolve}
     * @return this builder
     */
    public Builder publicUrls(Function<ObjectKey, URI> urls) {
      publicUrls = Objects.requireNonNull(urls, "urls");
      return this;
    }

    /**
     * Refreshes credentials that would end before an upload does, once before each such signature.
     * If the new ones end too soon as well, the upload is shortened or refused. Default: no
     * refresh.
     *
     * <p>The SDK has no common way to refresh; pass your provider's own method. If it throws,
     * signing fails with a {@link StorageException} of kind {@code CREDENTIALS_UNAVAILABLE}.
     *
     * @param refresh makes the provider fetch new credentials; it may block
     * @return this builder
     */
    public Builder refreshingCredentials(Runnable refresh) {
      this.refresh = Objects.requireNonNull(refresh, "refresh");
      return this;
    }

    /**
     * Refuses to sign an upload that would end before its policy's lifetime. Default: it is
     * shortened to what the credentials allow.
     *
     * @return this builder
     */
    public Builder refusingShortCredentials() {
      refuseShortCredentials = true;
      return this;
    }

    /**
     * Sets the source of the 128 random bits of a key. Default: a new {@link SecureRandom}.
     *
     * <p>It is asked for the bits of several keys at a time, which are used within 100
     * milliseconds.
     *
     * @param random a cryptographically strong source
     * @return this builder
     */
    public Builder random(SecureRandom random) {
      this.random = Objects.requireNonNull(random, "random");
      return this;
    }

    /**
     * Sets the memory that the pictures under inspection may take together. Default: an eighth of
     * the heap.
     *
     * <p>More uploads wait in the order of their arrival; one that is larger than this is inspected
     * alone.
     *
     * @param bytes at least 1 MiB
     * @return this builder
     * @throws IllegalArgumentException if it is less
     */
    public Builder inspectionMemory(long bytes) {
      if (bytes < 1024 * 1024) {
        throw new IllegalArgumentException(
            "An inspection memory of " + bytes + " bytes is too small. Use at least 1 MiB.");
      }
      inspectionMemory = bytes;
      return this;
    }

    /**
     * Sets the application's own inspection of uploads, such as a malware scanner. Default: none.
     *
     * @param inspector called for each upload that passed all other checks
     * @return this builder
     */
    public Builder inspector(UploadInspector inspector) {
      this.inspector = Objects.requireNonNull(inspector, "inspector");
      return this;
    }

    /**
     * Sets the observer of every signature and every verification. Default: none.
     *
     * <p>It is called in the thread of the call, after its outcome is known. An observer that
     * throws changes nothing: the failure is logged.
     *
     * @param observer called once per call; thread-safe and quick
     * @return this builder
     */
    public Builder observe(Consumer<UploadEvent> observer) {
      this.observer = Objects.requireNonNull(observer, "observer");
      return this;
    }

    /**
     * Sets how long a request may take, the SDK's retries included, and how long a verification may
     * take, with all requests, reads and waits. Default: 60 seconds.
     *
     * <p>With {@code url-connection-client}, an object whose bytes stop arriving is given up when
     * that client's {@code socketTimeout} has passed, 30 seconds unless you set another: a read
     * that waits cannot be ended from outside.
     *
     * @param deadline 1 millisecond to 1 hour
     * @return this builder
     * @throws IllegalArgumentException if it is out of range
     */
    public Builder deadline(Duration deadline) {
      if (deadline.compareTo(MAX_DEADLINE) > 0 || deadline.compareTo(MIN_DEADLINE) < 0) {
        throw new IllegalArgumentException(
            "A deadline of %s is out of range. Use 1 millisecond to 1 hour.".formatted(deadline));
      }
      this.deadline = deadline;
      return this;
    }

    /**
     * Builds the bucket.
     *
     * @return a bucket; the caller closes it
     * @throws IllegalStateException if bucket, region or credentials are missing; all missing
     *     values are named
     * @throws IllegalArgumentException if dual stack or FIPS is combined with an endpoint of your
     *     own, or FIPS with a partition that has no FIPS hosts; or if an endpoint is plain http on
     *     another machine and {@link #allowCleartextHttp()} was not called
     * @throws ConfigurationException if the class path has no HTTP client for the SDK, or artifacts
     *     of the SDK that are too old or do not fit together; the message names what to add
     */
    public S3Bucket build() {
      Required.of("The S3 bucket")
          .value("bucket", bucket)
          .value("region", region)
          .value("credentials", credentials)
          .check();
      Checks.requireEncrypted(endpoint, allowCleartextHttp, Checks.ALLOWED_BY_BUILDER);
      Checks.requireEncrypted(publicEndpoint, allowCleartextHttp, Checks.ALLOWED_BY_BUILDER);
      if ((dualStack || fips) && (endpoint != null || publicEndpoint != null)) {
        throw new IllegalArgumentException(
            "An endpoint of your own has no dual-stack or FIPS variant. Set either the endpoint or"
                + " the variant.");
      }
      return SdkLinkage.link(SdkLinkage.OLDEST, this::bucket);
    }

    private S3Bucket bucket() {
      BucketLocation location =
          new BucketLocation(
              Objects.requireNonNull(bucket),
              Objects.requireNonNull(region),
              endpoint,
              pathStyle,
              dualStack,
              fips);
      AwsCredentialsProvider provider = Objects.requireNonNull(credentials);
      S3Signer signer =
          new S3Signer(
              publicEndpoint == null ? location : location.withEndpoint(publicEndpoint),
              new SigningIdentity(provider, clock, refresh, refuseShortCredentials),
              Optional.ofNullable(publicUrls),
              new KeyRandom(random, Clock.systemUTC()));
      Lazy<S3Client> client =
          new S3ClientFactory(location, provider, httpClient, deadline).client();
      BucketEndpoint endpoint = BucketEndpoint.of(location);
      S3Objects objects =
          new S3Objects(
              location.bucket(),
              endpoint,
              new S3Connection(client, provider, clock, Optional.empty()));
      UploadVerifier verifier =
          new ObjectStoreVerifier(
              objects,
              Optional.ofNullable(publicUrls),
              Optional.ofNullable(inspector),
              inspectionMemory == null ? MemoryBudget.ofHeap() : MemoryBudget.of(inspectionMemory),
              deadline,
              Time.SYSTEM);
      if (observer == null) {
        return new S3Bucket(endpoint, signer, client, objects, verifier);
      }
      UploadObserver observed = new UploadObserver(observer, Time.SYSTEM);
      return new S3Bucket(
          endpoint, observed.observed(signer), client, objects, observed.observed(verifier));
    }
  }
}
