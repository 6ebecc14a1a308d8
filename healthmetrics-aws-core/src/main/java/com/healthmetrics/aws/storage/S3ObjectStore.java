package com.healthmetrics.aws.storage;

import com.healthmetrics.aws.internal.Checks;
import com.healthmetrics.aws.internal.Required;
import com.healthmetrics.aws.storage.StorageException.Kind;
import com.healthmetrics.aws.storage.StorageFailures.Asked;
import java.io.InputStream;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.model.DeleteMarkerEntry;
import software.amazon.awssdk.services.s3.model.DeleteObjectsResponse;
import software.amazon.awssdk.services.s3.model.DeletedObject;
import software.amazon.awssdk.services.s3.model.EncodingType;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectVersionsResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.ObjectVersion;
import software.amazon.awssdk.services.s3.model.S3Error;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * The objects of an S3 bucket.
 *
 * <p>Guarantees, beside those of {@link ObjectStore}:
 *
 * <ul>
 *   <li>The SDK's client, which costs some 300 milliseconds, is built when the first request needs
 *       it, and not at all where none does.
 *   <li>A request ends within 60 seconds, the SDK's retries included; fetching credentials comes on
 *       top, and so does reading what {@code open} gave.
 *   <li>Where S3 asks for a checksum, {@code Content-MD5} is sent along, which other stores than
 *       AWS's insist on.
 * </ul>
 *
 * <pre>{@code
 * try (S3ObjectStore objects =
 *     S3ObjectStore.builder()
 *         .bucket("healthmetrics-uploads")
 *         .region(Region.EU_CENTRAL_1)
 *         .credentials(DefaultCredentialsProvider.builder().build())
 *         .build()) {
 *   DeletionReport report = objects.deletePrefix("avatars/user-42/");
 * }
 * }</pre>
 *
 * <p>It needs {@code s3:GetObject}, {@code s3:DeleteObject} and {@code s3:ListBucket}, to erase
 * also {@code s3:DeleteObjectVersion} and {@code s3:ListBucketVersions}.
 *
 * <p>Safe for use by several threads; make one, keep it and close it at the end. Closing it leaves
 * the credentials provider, and an HTTP client that was handed in, open.
 *
 * <p>Source: Amazon S3 API Reference, "HeadObject", "GetObject", "DeleteObject", "DeleteObjects",
 * "ListObjectsV2" and "ListObjectVersions".
 */
public final class S3ObjectStore implements ObjectStore, AutoCloseable {
  /** S3's own limit. */
  private static final int KEYS_PER_REQUEST = 1_000;

  private final String bucket;
  private final BucketEndpoint address;
  private final S3Connection connection;

  private S3ObjectStore(
      Builder builder, String bucket, Region region, AwsCredentialsProvider credentials) {
    this.bucket = bucket;
    this.address =
        BucketEndpoint.of(
            bucket, region, BucketEndpoint.Variant.PLAIN, builder.endpoint, builder.pathStyle);
    this.connection =
        new S3Connection(
            region,
            credentials,
            builder.endpoint,
            builder.pathStyle,
            builder.httpClient,
            builder.clock,
            builder.deadline);
  }

  /**
   * A builder that needs at least bucket, region and credentials.
   *
   * @return a new builder
   */
  public static Builder builder() {
    return new Builder();
  }

  @Override
  public Optional<ObjectHead> head(ObjectKey key) {
    Objects.requireNonNull(key, "key");
    try {
      return Optional.of(
          connection.call(
              Asked.TO_READ,
              (s3, signedBy) ->
                  head(
                      key,
                      s3.headObject(
                          request ->
                              request
                                  .bucket(bucket)
                                  .key(key.value())
                                  .overrideConfiguration(signedBy)))));
    } catch (StorageException e) {
      if (e.kind() == Kind.NOT_FOUND) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private static ObjectHead head(ObjectKey key, HeadObjectResponse answer) {
    return new ObjectHead(
        key,
        answer.contentLength() == null ? 0 : answer.contentLength(),
        answer.contentType(),
        Objects.requireNonNullElse(answer.eTag(), ""),
        answer.versionId(),
        Objects.requireNonNullElse(answer.lastModified(), Instant.EPOCH),
        answer.metadata(),
        answer.cacheControl());
  }

  @Override
  public InputStream open(ObjectKey key) {
    return open(key, request -> {});
  }

  @Override
  public InputStream open(ObjectKey key, long firstByte, long lastByte) {
    DeletionRules.requireRange(firstByte, lastByte);
    return open(key, request -> request.range("bytes=" + firstByte + "-" + lastByte));
  }

  private InputStream open(ObjectKey key, Consumer<GetObjectRequest.Builder> range) {
    Objects.requireNonNull(key, "key");
    return connection.call(
        Asked.TO_READ,
        (s3, signedBy) -> {
          ResponseInputStream<GetObjectResponse> content =
              s3.getObject(
                  request -> {
                    request.bucket(bucket).key(key.value()).overrideConfiguration(signedBy);
                    range.accept(request);
                  });
          Long length = content.response().contentLength();
          return new ObjectContent(content, length == null ? 0 : length);
        });
  }

  @Override
  public void delete(ObjectKey key) {
    delete(new Item(Objects.requireNonNull(key, "key").value(), null));
  }

  private void delete(Item item) {
    connection.call(
        Asked.OTHERWISE,
        (s3, signedBy) -> {
          try {
            return s3.deleteObject(
                request ->
                    request
                        .bucket(bucket)
                        .key(item.key())
                        .versionId(item.versionId())
                        .overrideConfiguration(signedBy));
          } catch (RuntimeException e) {
            // Some stores answer what AWS does not: that there is no such object.
            if (StorageFailures.isMissing(e)) {
              return item;
            }
            throw e;
          }
        });
  }

  @Override
  public DeletionReport deleteAll(Collection<ObjectKey> keys) {
    Set<Item> items = new LinkedHashSet<>();
    for (ObjectKey key : keys) {
      items.add(new Item(key.value(), null));
    }
    return delete(List.copyOf(items));
  }

  @Override
  public DeletionReport deletePrefix(String prefix, int limit) {
    DeletionRules.requirePrefix(prefix);
    DeletionRules.requireLimit(limit);
    return delete(list(limit, token -> objects(prefix, token)));
  }

  @Override
  public DeletionReport erasePrefix(String prefix, int limit) {
    DeletionRules.requirePrefix(prefix);
    DeletionRules.requireLimit(limit);
    return delete(list(limit, marker -> versions(prefix, marker)));
  }

  /** What is to be deleted: an object, or one of its versions or delete markers. */
  private record Item(String key, @Nullable String versionId) {
    Optional<String> version() {
      return Optional.ofNullable(versionId);
    }

    /** XML 1.0 cannot carry every character, and parsers replace some that it can. */
    boolean isPlainXml() {
      return Checks.indexOfUnsafeCharacter(key) < 0
          && key.indexOf('\uFFFE') < 0
          && key.indexOf('\uFFFF') < 0;
    }
  }

  /** Where a listing goes on. */
  private record Marker(@Nullable String key, @Nullable String versionId) {}

  /** A part of a listing, and where the next one begins; null at the end. */
  private record Page(List<Item> items, @Nullable Marker next) {}

  private List<Item> list(int limit, Function<Marker, Page> pages) {
    List<Item> items = new ArrayList<>();
    Marker next = new Marker(null, null);
    while (next != null) {
      requireUninterrupted();
      Page page = pages.apply(next);
      items.addAll(page.items());
      if (items.size() > limit) {
        throw DeletionRules.limitExceeded(limit);
      }
      next = page.next();
    }
    return items;
  }

  private Page objects(String prefix, Marker marker) {
    return connection.call(
        Asked.OTHERWISE,
        (s3, signedBy) -> {
          ListObjectsV2Response answer =
              s3.listObjectsV2(
                  request ->
                      request
                          .bucket(bucket)
                          .prefix(prefix)
                          .continuationToken(marker.key())
                          // XML cannot carry every key; the SDK decodes them again.
                          .encodingType(EncodingType.URL)
                          .overrideConfiguration(signedBy));
          List<Item> items = new ArrayList<>();
          for (S3Object object : answer.contents()) {
            items.add(new Item(object.key(), null));
          }
          String token = answer.nextContinuationToken();
          return new Page(items, token == null ? null : new Marker(token, null));
        });
  }

  private Page versions(String prefix, Marker marker) {
    return connection.call(
        Asked.OTHERWISE,
        (s3, signedBy) -> {
          ListObjectVersionsResponse answer =
              s3.listObjectVersions(
                  request ->
                      request
                          .bucket(bucket)
                          .prefix(prefix)
                          .keyMarker(marker.key())
                          .versionIdMarker(marker.versionId())
                          .encodingType(EncodingType.URL)
                          .overrideConfiguration(signedBy));
          List<Item> items = new ArrayList<>();
          for (ObjectVersion version : answer.versions()) {
            items.add(new Item(version.key(), version.versionId()));
          }
          for (DeleteMarkerEntry deleteMarker : answer.deleteMarkers()) {
            items.add(new Item(deleteMarker.key(), deleteMarker.versionId()));
          }
          boolean more = Boolean.TRUE.equals(answer.isTruncated());
          return new Page(
              items,
              more ? new Marker(answer.nextKeyMarker(), answer.nextVersionIdMarker()) : null);
        });
  }

  private DeletionReport delete(List<Item> items) {
    DeletionReport.Collector results = new DeletionReport.Collector();
    List<List<Item>> requests = requests(items);
    for (int i = 0; i < requests.size(); i++) {
      List<Item> request = requests.get(i);
      try {
        requireUninterrupted();
      } catch (StorageException e) {
        throw brokenOff(e, results, List.of(), requests.subList(i, requests.size()));
      }
      try {
        delete(request, results);
      } catch (StorageException e) {
        throw brokenOff(e, results, request, requests.subList(i + 1, requests.size()));
      }
    }
    return results.report();
  }

  /** Up to 1,000 keys each, and one each for keys that a list in XML cannot carry. */
  private static List<List<Item>> requests(List<Item> items) {
    List<Item> listed = items.stream().filter(Item::isPlainXml).toList();
    List<List<Item>> requests = new ArrayList<>();
    for (int from = 0; from < listed.size(); from += KEYS_PER_REQUEST) {
      requests.add(listed.subList(from, Math.min(from + KEYS_PER_REQUEST, listed.size())));
    }
    items.stream().filter(item -> !item.isPlainXml()).map(List::of).forEach(requests::add);
    return requests;
  }

  private void delete(List<Item> items, DeletionReport.Collector results) {
    if (!items.get(0).isPlainXml()) {
      Item item = items.get(0);
      delete(item);
      results.deleted(item.key(), item.version());
      return;
    }
    List<ObjectIdentifier> identifiers =
        items.stream()
            .map(i -> ObjectIdentifier.builder().key(i.key()).versionId(i.versionId()).build())
            .toList();
    DeleteObjectsResponse answer =
        connection.call(
            Asked.OTHERWISE,
            (s3, signedBy) ->
                s3.deleteObjects(
                    request ->
                        request
                            .bucket(bucket)
                            .delete(delete -> delete.objects(identifiers).quiet(false))
                            .overrideConfiguration(signedBy)));
    Set<Item> open = new LinkedHashSet<>(items);
    for (DeletedObject deleted : answer.deleted()) {
      Item item = new Item(deleted.key(), deleted.versionId());
      if (open.remove(item)) {
        results.deleted(item.key(), item.version());
      }
    }
    for (S3Error error : answer.errors()) {
      Item item = new Item(error.key(), error.versionId());
      if (open.remove(item)) {
        fail(item, error, results);
      }
    }
    // Nothing is dropped silently, not even by S3.
    for (Item item : open) {
      results.failed(
          item.key(),
          item.version(),
          Kind.SERVICE_FAILURE,
          "S3's answer does not mention this object. Delete it again.");
    }
  }

  private static void fail(Item item, S3Error error, DeletionReport.Collector results) {
    String code = Objects.requireNonNullElse(error.code(), "");
    Kind kind = StorageFailures.kindOf(code);
    if (kind == Kind.NOT_FOUND) {
      results.deleted(item.key(), item.version());
    } else {
      results.failed(
          item.key(),
          item.version(),
          kind,
          StorageFailures.explanation(kind) + " (S3 answered " + Checks.quote(code) + ".)");
    }
  }

  private static StorageException brokenOff(
      StorageException failure,
      DeletionReport.Collector results,
      List<Item> attempted,
      List<List<Item>> remaining) {
    for (Item item : attempted) {
      results.failed(item.key(), item.version(), failure.kind(), failure.getMessage());
    }
    for (List<Item> request : remaining) {
      for (Item item : request) {
        results.failed(
            item.key(),
            item.version(),
            Kind.NOT_ATTEMPTED,
            StorageFailures.explanation(Kind.NOT_ATTEMPTED));
      }
    }
    return failure.during(results.report());
  }

  private static void requireUninterrupted() {
    if (Thread.currentThread().isInterrupted()) {
      throw StorageFailures.interrupted();
    }
  }

  /** Whether the SDK's client was built, for tests. */
  boolean hasClient() {
    return connection.hasClient();
  }

  /**
   * Closes the S3 client, and the HTTP client where none was handed in; what is asked for later is
   * an {@link IllegalStateException}.
   */
  @Override
  public void close() {
    connection.close();
  }

  /** Bucket and host; no credentials. */
  @Override
  public String toString() {
    return "S3ObjectStore[" + address.origin() + address.path() + "]";
  }

  /**
   * Collects what the store needs; {@link #build()} reports everything that is missing at once.
   *
   * <p>Mutable and not safe for use by several threads.
   */
  public static final class Builder {
    private @Nullable String bucket;
    private @Nullable Region region;
    private @Nullable AwsCredentialsProvider credentials;
    private @Nullable URI endpoint;
    private boolean pathStyle;
    private @Nullable SdkHttpClient httpClient;
    private Clock clock = Clock.systemUTC();
    private Duration deadline = S3Connection.DEADLINE;

    private Builder() {}

    /**
     * Sets the bucket.
     *
     * @param name a general purpose bucket's name
     * @return this builder
     * @throws IllegalArgumentException if it is no such name
     */
    public Builder bucket(String name) {
      bucket = Checks.bucketName(name);
      return this;
    }

    /**
     * Sets the region that the bucket is in.
     *
     * @param region the region
     * @return this builder
     * @throws IllegalArgumentException if it is a pseudo region such as {@code aws-global}
     */
    public Builder region(Region region) {
      Checks.region(region.id());
      this.region = region;
      return this;
    }

    /**
     * Sets where credentials come from; asked anew for each request.
     *
     * @param provider a provider of the SDK; it is never closed by us
     * @return this builder
     */
    public Builder credentials(AwsCredentialsProvider provider) {
      credentials = Objects.requireNonNull(provider, "provider");
      return this;
    }

    /**
     * Sets another endpoint than AWS's own, such as a local stack's.
     *
     * @param endpoint https, or http on a loopback host
     * @return this builder
     * @throws IllegalArgumentException if it is no such URL
     */
    public Builder endpoint(URI endpoint) {
      this.endpoint = Checks.baseUrl(endpoint.toString());
      return this;
    }

    /**
     * Puts the bucket into the path, as stacks without wildcard names need it.
     *
     * @return this builder
     */
    public Builder pathStyle() {
      pathStyle = true;
      return this;
    }

    /**
     * Sets the HTTP client; one built on {@code HttpURLConnection} is the default.
     *
     * @param client a client of the SDK; it is never closed by us
     * @return this builder
     */
    public Builder httpClient(SdkHttpClient client) {
      httpClient = Objects.requireNonNull(client, "client");
      return this;
    }

    /**
     * Sets the clock that says whether credentials have expired; the system's is the default.
     *
     * @param clock what says now
     * @return this builder
     */
    public Builder clock(Clock clock) {
      this.clock = Objects.requireNonNull(clock, "clock");
      return this;
    }

    /** Another deadline, for tests that cannot wait. */
    Builder deadline(Duration deadline) {
      this.deadline = deadline;
      return this;
    }

    /**
     * The store.
     *
     * @return a store, to be closed at the end
     * @throws IllegalStateException if bucket, region or credentials were not said; all that are
     *     missing are named
     */
    public S3ObjectStore build() {
      Required.of("The object store")
          .value("bucket", bucket)
          .value("region", region)
          .value("credentials", credentials)
          .check();
      return new S3ObjectStore(
          this,
          Objects.requireNonNull(bucket),
          Objects.requireNonNull(region),
          Objects.requireNonNull(credentials));
    }
  }
}
