package com.healthmetrics.aws.testkit.storage;

import com.healthmetrics.aws.testkit.internal.FaultQueue;
import com.healthmetrics.aws.testkit.internal.HostCheck;
import com.healthmetrics.aws.testkit.internal.KeyPrefix;
import com.healthmetrics.aws.testkit.internal.LoopbackServer;
import com.healthmetrics.aws.testkit.internal.Quote;
import com.healthmetrics.aws.testkit.internal.ServerResponse;
import com.healthmetrics.aws.testkit.internal.TestCredentials;
import com.healthmetrics.aws.testkit.internal.WebOrigin;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.regions.Region;

/**
 * An S3 bucket on loopback that refuses what S3 refuses.
 *
 * <p>Any client of S3 can use it, with the default settings of the AWS SDKs: PutObject, GetObject,
 * HeadObject, CopyObject, DeleteObject, DeleteObjects, ListObjects, ListObjectsV2,
 * ListObjectVersions, HeadBucket, ListBuckets and GetBucketLocation, presigned or signed in the
 * {@code Authorization} header, and browser forms with a signed policy. The bucket is in the path
 * or in the host name {@code bucket.localhost}. Bodies are plain or {@code aws-chunked}, with
 * signed or unsigned chunks and trailers.
 *
 * <p>Every signature, expiry, signed header, chunk, trailer, policy condition, precondition and
 * checksum is verified by code that shares nothing with a signer. An error response has S3's
 * status, code and XML document, and one more element: {@code Reason} states what differs and what
 * to do. The reason also follows S3's text in {@code Message}, which SDKs show in their exceptions.
 *
 * <p>Every header and query parameter is understood or refused with {@code NotImplemented}, never
 * ignored where S3 would act upon it. {@link #failNext} makes requests fail. Multipart uploads,
 * tags, access control lists, KMS and customer keys, archive storage classes and the configuration
 * of the bucket are not implemented; the reason names what to use instead.
 *
 * <p>The AWS rules are those of the S3 API Reference, "Authenticating Requests (AWS Signature
 * Version 4)", "POST Object", "GetObject", "CopyObject" and "PutObject", and of the S3 User Guide,
 * "Checking object integrity in Amazon S3" and "How to prevent object overwrites with conditional
 * writes".
 *
 * <p>Objects are kept in memory for the lifetime of this object. The server listens on 127.0.0.1
 * only.
 *
 * <pre>{@code
 * try (LocalS3 s3 = LocalS3.builder().allowedOrigin("http://localhost:3003").start()) {
 *   S3Bucket bucket =
 *       S3Bucket.builder()
 *           .bucket(s3.bucket())
 *           .region(s3.region())
 *           .endpoint(s3.endpoint())
 *           .credentials(s3.credentials())
 *           .build();
 *   UploadRequest request = UploadRequest.of("user-42", "image/png", 3);
 *   PresignedPut upload = bucket.uploads().presignPut(UploadPolicy.avatars(), request);
 *   // send it as a browser would, with any HTTP client; then
 *   boolean stored = s3.find(upload.key().value()).isPresent();
 * }
 * }</pre>
 *
 * <p>Thread-safe.
 */
public final class LocalS3 implements AutoCloseable {
  private final S3Settings settings;
  private final ObjectTable objects;
  private final FaultQueue<S3Fault> faults = new FaultQueue<>();
  private final LoopbackServer server;

  private LocalS3(S3Settings settings, List<String> allowedHosts, int port) {
    this.settings = settings;
    this.objects =
        new ObjectTable(settings.clock(), settings.versioning(), settings.listPermission());
    HostCheck hosts = new HostCheck(allowedHosts, (request, refused) -> response(refused));
    this.server =
        LoopbackServer.start(
            "local-s3", port, settings.clock(), hosts, new S3Handler(settings, objects, faults));
  }

  private static ServerResponse response(HostCheck.Refused refused) {
    return S3Refusal.of(refused.status(), refused.code(), refused.message(), refused.reason())
        .response(UUID.randomUUID().toString());
  }

  /** {@return a running server with all defaults, on a free port} */
  public static LocalS3 start() {
    return builder().start();
  }

  /** {@return a new builder; nothing is required} */
  public static Builder builder() {
    return new Builder();
  }

  /** {@return the endpoint: {@code http://127.0.0.1:PORT} without a trailing slash} */
  public URI endpoint() {
    return server.uri();
  }

  /** {@return the name of the only bucket} */
  public String bucket() {
    return settings.bucket();
  }

  /** {@return the region that signatures must name} */
  public Region region() {
    return settings.region();
  }

  /**
   * {@return a provider of the accepted credentials, for the SDK and {@code
   * healthmetrics-aws-core}}
   */
  public AwsCredentialsProvider credentials() {
    return settings.credentials().provider();
  }

  /** {@return the accepted access key id} */
  public String accessKeyId() {
    return settings.credentials().accessKeyId();
  }

  /** {@return the secret access key; it has no value outside this server} */
  public String secretAccessKey() {
    return settings.credentials().secretAccessKey();
  }

  /** {@return the session token that requests must carry; empty for permanent credentials} */
  public Optional<String> sessionToken() {
    return settings.credentials().sessionToken();
  }

  /**
   * Finds an object without a request.
   *
   * @param key the object key, decoded
   * @return the object, or empty if there is none
   * @throws NullPointerException if {@code key} is null
   */
  public Optional<StoredObject> find(String key) {
    return objects.find(Objects.requireNonNull(key, "key"));
  }

  /** {@return the keys of all objects: an immutable snapshot in alphabetical order} */
  public List<String> keys() {
    return objects.keys();
  }

  /**
   * Stores an object without a request.
   *
   * @param key the object key, decoded: 1 to 1,024 bytes of UTF-8
   * @param contentType its media type: ASCII without control characters
   * @param bytes its content; copied
   * @throws NullPointerException if an argument is null
   * @throws IllegalArgumentException if no request could store an object of that key or type
   */
  public void put(String key, String contentType, byte[] bytes) {
    if (key.isEmpty()) {
      throw new IllegalArgumentException("The object key is empty. Use at least one character.");
    }
    byte[] copy = bytes.clone();
    try {
      ObjectTable.requireUsable(key);
      ObjectHeaders headers =
          ObjectHeaders.from(
              Map.of("content-type", contentType), Checksums.requireMatching(Map.of(), copy));
      objects.put(key, headers, copy, WriteCondition.NONE);
    } catch (S3Refusal e) {
      throw new IllegalArgumentException("No request could store this object: " + e.getMessage());
    }
  }

  /**
   * {@return the number of versions and delete markers, former ones included; the number of objects
   * if the bucket keeps no versions}
   */
  public int versionCount() {
    return objects.versions("").size();
  }

  /**
   * {@return the number of requests, refused ones included, since the start or the last {@link
   * #clear}; retries count, preflight requests do not}
   */
  public int requests() {
    return faults.requests();
  }

  /**
   * Makes the next requests fail: each request that arrives consumes the first fault that is for
   * its method, and later requests succeed. Preflight requests consume none. The faults are added
   * to those that are already queued. A request that is refused for another reason consumes its
   * fault too.
   *
   * @param faults the faults, in order
   * @throws NullPointerException if a fault is null
   */
  public void failNext(S3Fault... faults) {
    this.faults.add(List.of(faults));
  }

  /** Discards all objects and versions, the number of requests and the queued faults. */
  public void clear() {
    objects.clear();
    faults.clear();
  }

  /** Stops the server at once; {@link #find} still works. A second call does nothing. */
  @Override
  public void close() {
    server.close();
  }

  /** Endpoint and bucket; no secret. */
  @Override
  public String toString() {
    return "LocalS3[" + endpoint() + ", bucket " + bucket() + "]";
  }

  /** Builder for {@link LocalS3}; every setting has a default. Not thread-safe. */
  public static final class Builder {
    /** Objects and forms are byte arrays, so stay well below their limit. */
    private static final long MAX_OBJECT_BYTES = 1024L * 1024 * 1024;

    private String bucket = "healthmetrics-local";
    private Region region = Region.US_EAST_1;
    private TestCredentials credentials = TestCredentials.random();
    private final List<String> allowedOrigins = new ArrayList<>();
    private final List<String> allowedHosts = new ArrayList<>();
    private Clock clock = Clock.systemUTC();
    private int port;
    private int maxObjectBytes = 64 * 1024 * 1024;
    private boolean versioning;
    private boolean listPermission = true;
    private Optional<String> presignedPrefix = Optional.empty();
    private Optional<Duration> maxSignatureAge = Optional.empty();
    private Predicate<String> deniesDelete = key -> false;

    private Builder() {}

    /**
     * Sets the name of the bucket. Default: {@code healthmetrics-local}.
     *
     * @param bucket 3 to 63 lower-case letters, digits, dots and hyphens
     * @return this builder
     * @throws IllegalArgumentException if S3 does not allow that name
     * @throws NullPointerException if {@code bucket} is null
     */
    public Builder bucket(String bucket) {
      if (!bucket.matches("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")) {
        throw new IllegalArgumentException(
            "bucket must be 3 to 63 lower-case letters, digits, dots and hyphens: "
                + Quote.of(bucket));
      }
      this.bucket = bucket;
      return this;
    }

    /**
     * Sets the region. Default: {@code us-east-1}.
     *
     * @param region the region that signatures must name
     * @return this builder
     * @throws NullPointerException if {@code region} is null
     */
    public Builder region(Region region) {
      this.region = Objects.requireNonNull(region, "region");
      return this;
    }

    /**
     * Sets the accepted credentials. Default: random.
     *
     * @param accessKeyId without white space or slashes
     * @param secretAccessKey not blank
     * @return this builder
     * @throws IllegalArgumentException if an argument is blank or {@code accessKeyId} has white
     *     space or a slash
     * @throws NullPointerException if an argument is null
     */
    public Builder credentials(String accessKeyId, String secretAccessKey) {
      this.credentials =
          new TestCredentials(accessKeyId, secretAccessKey, credentials.sessionToken());
      return this;
    }

    /**
     * Makes the credentials temporary: every request must carry exactly this token. Default:
     * permanent credentials.
     *
     * @param sessionToken not blank
     * @return this builder
     * @throws IllegalArgumentException if {@code sessionToken} is blank
     * @throws NullPointerException if {@code sessionToken} is null
     */
    public Builder sessionToken(String sessionToken) {
      if (sessionToken.isBlank()) {
        throw new IllegalArgumentException("sessionToken must not be blank");
      }
      this.credentials = credentials.withSessionToken(sessionToken);
      return this;
    }

    /**
     * Allows pages of one more origin to upload and to read the responses. Default: none.
     *
     * @param origin an exact origin such as {@code http://127.0.0.1:8080}, or {@code
     *     capacitor://localhost} or {@code ionic://localhost} for the web view of an app
     * @return this builder
     * @throws IllegalArgumentException if {@code origin} is not an exact origin of these kinds, for
     *     example {@code *}
     * @throws NullPointerException if {@code origin} is null
     */
    public Builder allowedOrigin(String origin) {
      allowedOrigins.add(WebOrigin.require(origin));
      return this;
    }

    /**
     * Allows requests under one more host, for containers and emulators that reach this machine
     * under another name. Default: {@code localhost}, {@code *.localhost}, {@code 127.0.0.0/8} and
     * {@code [::1]} with the server's port; any other host is refused with 421, as it may be a web
     * page's own name that resolves to this machine (DNS rebinding).
     *
     * @param host a name or an address as clients send it, such as {@code minio} or {@code
     *     10.0.2.2:9000}; without a port, every port is allowed
     * @return this builder
     * @throws IllegalArgumentException if {@code host} is anything else, such as a URL
     * @throws NullPointerException if {@code host} is null
     */
    public Builder allowedHost(String host) {
      allowedHosts.add(HostCheck.requireHost(host));
      return this;
    }

    /**
     * Sets the clock that expiry and the time of signatures are checked with, and responses are
     * dated by. Default: the system clock.
     *
     * <p>The SDK's clients sign with the system time until a response refuses it as more than 15
     * minutes off, and then by the {@code Date} of that response: that client, and all that are
     * built later in the same JVM. Presigned URLs are not corrected.
     *
     * @param clock for instance a {@link com.healthmetrics.aws.testkit.TestClock}
     * @return this builder
     * @throws NullPointerException if {@code clock} is null
     */
    public Builder clock(Clock clock) {
      this.clock = Objects.requireNonNull(clock, "clock");
      return this;
    }

    /**
     * Sets the port. Default: 0.
     *
     * @param port 0 to 65535; 0 selects a free port
     * @return this builder
     * @throws IllegalArgumentException if {@code port} is out of range
     */
    public Builder port(int port) {
      this.port = LoopbackServer.requirePort(port);
      return this;
    }

    /**
     * Limits the size of an object, to bound memory. Default: 64 MiB. An upload is held once, the
     * file of a browser form twice until it is stored. An upload for which the heap has no room
     * gets 503 {@code ServiceUnavailable}.
     *
     * @param maxObjectBytes 1 byte to 1 GiB
     * @return this builder
     * @throws IllegalArgumentException if {@code maxObjectBytes} is out of range
     */
    public Builder maxObjectBytes(long maxObjectBytes) {
      if (maxObjectBytes < 1 || maxObjectBytes > MAX_OBJECT_BYTES) {
        throw new IllegalArgumentException(
            "maxObjectBytes must be 1 to " + MAX_OBJECT_BYTES + ": " + maxObjectBytes);
      }
      this.maxObjectBytes = (int) maxObjectBytes;
      return this;
    }

    /**
     * Keeps former versions and delete markers, as a bucket with versioning does. Default: no
     * versions.
     *
     * @return this builder
     */
    public Builder versioning() {
      this.versioning = true;
      return this;
    }

    /**
     * Denies {@code s3:ListBucket}: the credentials may not list, and the response for a missing
     * object is 403 instead of 404, as on S3. Default: allowed.
     *
     * @return this builder
     */
    public Builder withoutListPermission() {
      this.listPermission = false;
      return this;
    }

    /**
     * Denies presigned uploads, PUT and browser form, to keys outside a prefix, as the bucket
     * policy of the Terraform module does with {@code pending/}. Requests that are signed in their
     * header are not affected. Default: presigned uploads to all keys are allowed.
     *
     * @param prefix prefix of the allowed keys, ending in a slash, such as {@code pending/}
     * @return this builder
     * @throws IllegalArgumentException if {@code prefix} starts with a slash or does not end in one
     * @throws NullPointerException if {@code prefix} is null
     */
    public Builder denyPresignedUploadsOutside(String prefix) {
      this.presignedPrefix = Optional.of(KeyPrefix.require(prefix, "pending/"));
      return this;
    }

    /**
     * Denies presigned requests, URLs and browser forms, from an age, whatever lifetime they were
     * signed with, as the bucket policy of the Terraform module does. Default: each is valid for
     * its own lifetime.
     *
     * @param age 1 second to 7 days
     * @return this builder
     * @throws IllegalArgumentException if {@code age} is out of range
     * @throws NullPointerException if {@code age} is null
     */
    public Builder denySignaturesOlderThan(Duration age) {
      if (age.compareTo(Duration.ofSeconds(1)) < 0 || age.compareTo(Duration.ofDays(7)) > 0) {
        throw new IllegalArgumentException("age must be PT1S to PT168H: " + age);
      }
      this.maxSignatureAge = Optional.of(age);
      return this;
    }

    /**
     * Refuses to delete some objects with {@code AccessDenied}. Default: none.
     *
     * @param keys whether the object with a key must not be deleted
     * @return this builder
     * @throws NullPointerException if {@code keys} is null
     */
    public Builder denyDelete(Predicate<String> keys) {
      this.deniesDelete = Objects.requireNonNull(keys, "keys");
      return this;
    }

    /**
     * Builds and starts the server.
     *
     * @return the running server
     * @throws java.io.UncheckedIOException if the port is in use
     */
    public LocalS3 start() {
      return new LocalS3(
          new S3Settings(
              bucket,
              region,
              credentials,
              allowedOrigins,
              clock,
              maxObjectBytes,
              versioning,
              listPermission,
              new BucketPolicy(bucket, presignedPrefix, maxSignatureAge),
              deniesDelete),
          allowedHosts,
          port);
    }
  }
}
