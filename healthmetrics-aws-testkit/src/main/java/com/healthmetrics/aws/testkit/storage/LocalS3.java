package com.healthmetrics.aws.testkit.storage;

import com.healthmetrics.aws.testkit.internal.LoopbackServer;
import com.healthmetrics.aws.testkit.internal.TestCredentials;
import java.net.URI;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;

/**
 * An S3 bucket on loopback that refuses what S3 refuses.
 *
 * <p>It takes PUT, GET, HEAD and DELETE of objects, lists of objects and versions, and deletions of
 * up to 1,000 objects, presigned or signed in the {@code Authorization} header, and browser forms
 * with a signed policy, all in path style. Every signature, expiry, signed header, policy condition
 * and checksum is verified by code of its own, and a refusal has S3's status, code and XML document
 * with one element more: {@code Reason} says what differs and what to do. Whatever it cannot do is
 * refused with {@code NotImplemented}, never half done. The AWS rules are those of the S3 API
 * Reference, "Authenticating Requests (AWS Signature Version 4)" and "POST Object".
 *
 * <p>Objects live in memory, as long as this object does. The server listens on 127.0.0.1 only.
 *
 * <pre>{@code
 * try (LocalS3 s3 = LocalS3.builder().allowedOrigin("http://localhost:3003").start()) {
 *   S3Bucket bucket =
 *       S3Bucket.builder()
 *           .bucket(s3.bucket())
 *           .region(Region.of(s3.region()))
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
  private final LoopbackServer server;

  private LocalS3(S3Settings settings, int port) {
    this.settings = settings;
    this.objects =
        new ObjectTable(settings.clock(), settings.versioning(), settings.listPermission());
    this.server = LoopbackServer.start("local-s3", port, new S3Handler(settings, objects));
  }

  /**
   * Starts a server with all defaults on a free port.
   *
   * @return the running server
   */
  public static LocalS3 start() {
    return builder().start();
  }

  /**
   * A builder with all defaults.
   *
   * @return the builder
   */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Where the server listens: {@code http://127.0.0.1:PORT} without a trailing slash.
   *
   * @return the endpoint
   */
  public URI endpoint() {
    return server.uri();
  }

  /**
   * The name of the one bucket.
   *
   * @return the bucket
   */
  public String bucket() {
    return settings.bucket();
  }

  /**
   * The region that signatures must name.
   *
   * @return the region
   */
  public String region() {
    return settings.region();
  }

  /**
   * The credentials that are known here, as the SDK and {@code healthmetrics-aws-core} take them.
   *
   * @return a provider that always gives them
   */
  public AwsCredentialsProvider credentials() {
    return settings.credentials().provider(settings.sessionToken());
  }

  /**
   * The access key that is known here.
   *
   * @return the access key id
   */
  public String accessKeyId() {
    return settings.credentials().accessKeyId();
  }

  /**
   * The secret of the access key; worthless outside this server.
   *
   * @return the secret access key
   */
  public String secretAccessKey() {
    return settings.credentials().secretAccessKey();
  }

  /**
   * The token that requests must carry.
   *
   * @return the token, or empty when the credentials are permanent ones
   */
  public Optional<String> sessionToken() {
    return settings.sessionToken();
  }

  /**
   * Looks an object up without a request.
   *
   * @param key the object key, decoded
   * @return the object, or empty when nothing was uploaded there
   * @throws NullPointerException if {@code key} is null
   */
  public Optional<StoredObject> find(String key) {
    return objects.find(Objects.requireNonNull(key, "key"));
  }

  /**
   * The keys of all objects.
   *
   * @return an immutable snapshot in alphabetical order
   */
  public List<String> keys() {
    return objects.keys();
  }

  /**
   * Stores an object without a request, where a test needs one to be there.
   *
   * @param key the object key, decoded
   * @param contentType its media type
   * @param bytes its content; copied
   * @throws NullPointerException if an argument is null
   */
  public void put(String key, String contentType, byte[] bytes) {
    Objects.requireNonNull(contentType, "contentType");
    objects.put(
        Objects.requireNonNull(key, "key"),
        new ObjectHeaders(Map.of("content-type", contentType), Map.of()),
        bytes.clone());
  }

  /**
   * How many versions and delete markers there are, former ones included.
   *
   * @return the number of objects where the bucket keeps no versions
   */
  public int versionCount() {
    return objects.versions("").size();
  }

  /** Stops the server at once; {@link #find} still answers. A second call does nothing. */
  @Override
  public void close() {
    server.close();
  }

  /** Endpoint and bucket; no secret. */
  @Override
  public String toString() {
    return "LocalS3[" + endpoint() + ", bucket " + bucket() + "]";
  }

  /** Builds a {@link LocalS3}. Every setting has a default, because it is a server for tests. */
  public static final class Builder {
    /** Objects and forms are byte arrays, so stay well below their limit. */
    private static final long MAX_OBJECT_BYTES = 1024L * 1024 * 1024;

    private String bucket = "healthmetrics-local";
    private String region = "us-east-1";
    private TestCredentials credentials = TestCredentials.random();
    private Optional<String> sessionToken = Optional.empty();
    private final List<String> allowedOrigins = new ArrayList<>();
    private Clock clock = Clock.systemUTC();
    private int port;
    private int maxObjectBytes = 64 * 1024 * 1024;
    private boolean versioning;
    private boolean listPermission = true;
    private Predicate<String> deniesDelete = key -> false;

    private Builder() {}

    /**
     * Sets the name of the bucket; {@code healthmetrics-local} when not called.
     *
     * @param bucket 3 to 63 lower-case letters, digits, dots and hyphens
     * @return this builder
     * @throws IllegalArgumentException if S3 allows no bucket of that name
     * @throws NullPointerException if {@code bucket} is null
     */
    public Builder bucket(String bucket) {
      if (!bucket.matches("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")) {
        throw new IllegalArgumentException(
            "bucket must be 3 to 63 lower-case letters, digits, dots and hyphens: " + bucket);
      }
      this.bucket = bucket;
      return this;
    }

    /**
     * Sets the region; {@code us-east-1} when not called.
     *
     * @param region a region id
     * @return this builder
     * @throws IllegalArgumentException if {@code region} does not look like a region id
     * @throws NullPointerException if {@code region} is null
     */
    public Builder region(String region) {
      if (!region.matches("[a-z0-9-]+")) {
        throw new IllegalArgumentException("region must be like us-east-1: " + region);
      }
      this.region = region;
      return this;
    }

    /**
     * Sets the credentials that are accepted; random ones when not called.
     *
     * @param accessKeyId without white space and slashes
     * @param secretAccessKey not blank
     * @return this builder
     * @throws IllegalArgumentException if one of them cannot be signed with
     * @throws NullPointerException if one of them is null
     */
    public Builder credentials(String accessKeyId, String secretAccessKey) {
      this.credentials = new TestCredentials(accessKeyId, secretAccessKey);
      return this;
    }

    /**
     * Makes the credentials temporary ones: every request must then carry exactly this token.
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
      this.sessionToken = Optional.of(sessionToken);
      return this;
    }

    /**
     * Allows pages of one more origin to upload and to read the answers; none when not called.
     *
     * @param origin an exact origin such as {@code http://127.0.0.1:8080}
     * @return this builder
     * @throws IllegalArgumentException if {@code origin} is no exact http or https origin, above
     *     all if it is {@code *}
     * @throws NullPointerException if {@code origin} is null
     */
    public Builder allowedOrigin(String origin) {
      if (!origin.matches("https?://([a-z0-9.-]+|\\[[0-9a-f:.]+])(:[0-9]{1,5})?")) {
        throw new IllegalArgumentException(
            "origin must be exactly what a browser sends, like https://app.example.com, without a"
                + " path or a wildcard: "
                + origin);
      }
      allowedOrigins.add(origin);
      return this;
    }

    /**
     * Sets the clock that expiry is judged by; the system clock when not called.
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
     * Sets the port; a free one when not called, which is what tests want.
     *
     * @param port 0 to 65535; 0 takes a free one
     * @return this builder
     * @throws IllegalArgumentException if {@code port} is out of range
     */
    public Builder port(int port) {
      if (port < 0 || port > 65_535) {
        throw new IllegalArgumentException("port must be 0 to 65535: " + port);
      }
      this.port = port;
      return this;
    }

    /**
     * Sets how large an object may be, to bound memory; 64 MiB when not called.
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
     * Keeps former versions and delete markers, as a bucket with versioning does; it does not when
     * not called.
     *
     * @return this builder
     */
    public Builder versioning() {
      this.versioning = true;
      return this;
    }

    /**
     * Takes {@code s3:ListBucket} from the credentials: they may not list, and a missing object is
     * answered 403 instead of 404, as on S3.
     *
     * @return this builder
     */
    public Builder withoutListPermission() {
      this.listPermission = false;
      return this;
    }

    /**
     * Refuses to delete some objects with {@code AccessDenied}; none when not called.
     *
     * @param keys says whether an object, given its key, must not be deleted
     * @return this builder
     * @throws NullPointerException if {@code keys} is null
     */
    public Builder denyDelete(Predicate<String> keys) {
      this.deniesDelete = Objects.requireNonNull(keys, "keys");
      return this;
    }

    /**
     * Starts the server.
     *
     * @return the running server
     * @throws java.io.UncheckedIOException if the port is taken
     */
    public LocalS3 start() {
      return new LocalS3(
          new S3Settings(
              bucket,
              region,
              credentials,
              sessionToken,
              allowedOrigins,
              clock,
              maxObjectBytes,
              versioning,
              listPermission,
              deniesDelete),
          port);
    }
  }
}
