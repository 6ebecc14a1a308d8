package com.healthmetrics.aws.storage;

import com.healthmetrics.aws.storage.S3Deletion.Item;
import com.healthmetrics.aws.storage.StorageException.Kind;
import com.healthmetrics.aws.storage.StorageFailures.Asked;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.model.ChecksumMode;
import software.amazon.awssdk.services.s3.model.ChecksumType;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;

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
 * also {@code s3:DeleteObjectVersion} and {@code s3:ListBucketVersions}, and {@code kms:Decrypt} to
 * look at or read what is encrypted with a KMS key.
 *
 * <p>Safe for use by several threads; make one, keep it and close it at the end. Closing it leaves
 * the credentials provider, and an HTTP client that was handed in, open.
 *
 * <p>Source: Amazon S3 API Reference, "HeadObject", "GetObject", "DeleteObject", "DeleteObjects",
 * "ListObjectsV2" and "ListObjectVersions".
 */
public final class S3ObjectStore implements ObjectStore, AutoCloseable {
  private final String bucket;
  private final BucketEndpoint address;
  private final S3Connection connection;
  private final S3Deletion deletion;

  private S3ObjectStore(
      Builder builder, String bucket, Region region, AwsCredentialsProvider credentials) {
    this.bucket = bucket;
    this.address =
        BucketEndpoint.of(bucket, region, builder.variant, builder.endpoint, builder.pathStyle);
    this.connection =
        new S3Connection(
            region,
            credentials,
            builder.variant,
            builder.endpoint,
            builder.pathStyle,
            builder.httpClient,
            builder.clock,
            builder.deadline);
    this.deletion = new S3Deletion(bucket, connection);
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
                                  .checksumMode(ChecksumMode.ENABLED)
                                  .overrideConfiguration(signedBy)))));
    } catch (StorageException e) {
      if (e.kind() == Kind.NOT_FOUND) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private static ObjectHead head(ObjectKey key, HeadObjectResponse answer) {
    if (answer.contentLength() == null) {
      // Not taken for an empty object: somebody may delete those.
      throw new StorageException(
          Kind.INVALID,
          "The store did not say how large the object is. Look for a proxy that drops"
              + " Content-Length.");
    }
    // The checksum of the checksums of parts is none of the bytes.
    boolean ofAllBytes = answer.checksumType() != ChecksumType.COMPOSITE;
    return ObjectHead.builder(key)
        .sizeBytes(answer.contentLength())
        .contentType(answer.contentType())
        .contentEncoding(answer.contentEncoding())
        .contentDisposition(answer.contentDisposition())
        .eTag(Objects.requireNonNullElse(answer.eTag(), ""))
        .versionId(answer.versionId())
        .lastModified(Objects.requireNonNullElse(answer.lastModified(), Instant.EPOCH))
        .metadata(answer.metadata())
        .cacheControl(answer.cacheControl())
        .sha256(ofAllBytes ? answer.checksumSHA256() : null)
        .crc32c(ofAllBytes ? answer.checksumCRC32C() : null)
        .build();
  }

  @Override
  public InputStream open(ObjectKey key) {
    return open(key, request -> {}, answer -> {});
  }

  @Override
  public InputStream open(ObjectKey key, long firstByte, long lastByte) {
    StoreRules.requireRange(firstByte, lastByte);
    return open(
        key, request -> request.range(range(firstByte, lastByte)), S3ObjectStore::requireRange);
  }

  @Override
  public InputStream openIfUnchanged(ObjectHead seen, long firstByte, long lastByte) {
    StoreRules.requireTag(seen);
    StoreRules.requireRange(firstByte, lastByte);
    return open(
        seen.key(),
        request -> request.range(range(firstByte, lastByte)).ifMatch(seen.eTag()),
        answer -> {
          requireRange(answer);
          requireUnchanged(answer, seen);
        });
  }

  private static String range(long firstByte, long lastByte) {
    return "bytes=" + firstByte + "-" + lastByte;
  }

  /** A store that does not know ranges would give other bytes than were asked for. */
  private static void requireRange(GetObjectResponse answer) {
    if (answer.contentRange() == null) {
      throw new StorageException(
          Kind.INVALID, "The store gave the whole object where a part of it was asked for.");
    }
  }

  /** Nor does every store know conditions. */
  private static void requireUnchanged(GetObjectResponse answer, ObjectHead seen) {
    boolean same =
        seen.eTag().equals(answer.eTag())
            && seen.versionId().equals(Optional.ofNullable(answer.versionId()));
    if (!same) {
      throw StoreRules.changed();
    }
  }

  private InputStream open(
      ObjectKey key, Consumer<GetObjectRequest.Builder> wish, Consumer<GetObjectResponse> check) {
    Objects.requireNonNull(key, "key");
    return connection.call(
        Asked.TO_READ,
        (s3, signedBy) -> {
          ResponseInputStream<GetObjectResponse> content =
              s3.getObject(
                  request -> {
                    request.bucket(bucket).key(key.value()).overrideConfiguration(signedBy);
                    wish.accept(request);
                  });
          try {
            check.accept(content.response());
          } catch (StorageException e) {
            // Closing would read on to the end first.
            content.abort();
            throw e;
          }
          Long length = content.response().contentLength();
          return new ObjectContent(content, length == null ? 0 : length);
        });
  }

  @Override
  public void delete(ObjectKey key) {
    deletion.delete(new Item(Objects.requireNonNull(key, "key").value(), null), null);
  }

  @Override
  public void deleteIfUnchanged(ObjectHead seen) {
    StoreRules.requireTag(seen);
    deletion.delete(new Item(seen.key().value(), null), seen.eTag());
  }

  @Override
  public DeletionReport deleteAll(Collection<ObjectKey> keys) {
    Set<Item> items = new LinkedHashSet<>();
    for (ObjectKey key : keys) {
      items.add(new Item(key.value(), null));
    }
    return deletion.delete(List.copyOf(items));
  }

  @Override
  public DeletionReport deletePrefix(String prefix, int limit) {
    StoreRules.requirePrefix(prefix);
    StoreRules.requireLimit(limit);
    return deletion.delete(deletion.objects(prefix, limit));
  }

  @Override
  public DeletionReport erasePrefix(String prefix, int limit) {
    StoreRules.requirePrefix(prefix);
    StoreRules.requireLimit(limit);
    return deletion.delete(deletion.versions(prefix, limit));
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
  public static final class Builder extends BucketBuilder<Builder> {
    private @Nullable SdkHttpClient httpClient;
    private Duration deadline = S3Connection.DEADLINE;

    private Builder() {}

    @Override
    Builder self() {
      return this;
    }

    /**
     * Sets the HTTP client; one built on {@code HttpURLConnection} is the default.
     *
     * @param client a client of the SDK; it is never closed by us
     * @return this builder
     * @throws NullPointerException if {@code client} is null
     */
    public Builder httpClient(SdkHttpClient client) {
      httpClient = Objects.requireNonNull(client, "client");
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
      check("The object store");
      return new S3ObjectStore(
          this,
          Objects.requireNonNull(bucket),
          Objects.requireNonNull(region),
          Objects.requireNonNull(credentials));
    }
  }
}
