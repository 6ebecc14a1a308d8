package com.healthmetrics.aws.storage;

import com.healthmetrics.aws.storage.S3Deletion.Item;
import com.healthmetrics.aws.storage.StorageException.Kind;
import com.healthmetrics.aws.storage.StorageFailures.Operation;
import java.io.InputStream;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.services.s3.model.ChecksumMode;
import software.amazon.awssdk.services.s3.model.ChecksumType;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;

/** The objects of an S3 bucket; {@link S3Bucket} lists its guarantees. Thread-safe. */
final class S3Objects implements ObjectStore {
  private final String bucket;
  private final BucketEndpoint endpoint;
  private final S3Connection connection;
  private final S3Listing listing;
  private final S3Deletion deletion;

  S3Objects(String bucket, BucketEndpoint endpoint, S3Connection connection) {
    this.bucket = bucket;
    this.endpoint = endpoint;
    this.connection = connection;
    this.listing = new S3Listing(bucket, connection);
    this.deletion = new S3Deletion(bucket, connection);
  }

  /** The same objects, whose requests and reads end at a deadline. */
  S3Objects within(Deadline end) {
    return new S3Objects(bucket, endpoint, connection.within(end));
  }

  /** Builds the client if it was not. */
  void openClient() {
    connection.openClient();
  }

  @Override
  public Optional<ObjectHead> head(ObjectKey key) {
    Objects.requireNonNull(key, "key");
    try {
      HeadObjectResponse response =
          connection.call(
              Operation.READ,
              (s3, signedBy) ->
                  s3.headObject(
                      request ->
                          request
                              .bucket(bucket)
                              .key(key.value())
                              .checksumMode(ChecksumMode.ENABLED)
                              .overrideConfiguration(signedBy)));
      return Optional.of(head(key, response));
    } catch (StorageException e) {
      if (e.kind() == Kind.NOT_FOUND) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private static ObjectHead head(ObjectKey key, HeadObjectResponse response) {
    if (response.contentLength() == null) {
      // Never reported as an empty object: those may be deleted.
      throw new StorageException(
          Kind.INVALID,
          "The store did not report the size of the object. Check for a proxy that drops"
              + " Content-Length.");
    }
    // A checksum of the checksums of parts is not a checksum of the bytes.
    boolean ofAllBytes = response.checksumType() != ChecksumType.COMPOSITE;
    return ObjectHead.builder(key)
        .sizeBytes(response.contentLength())
        .contentType(response.contentType())
        .contentEncoding(response.contentEncoding())
        .contentDisposition(response.contentDisposition())
        .eTag(Objects.requireNonNullElse(response.eTag(), ""))
        .versionId(response.versionId())
        .lastModified(Objects.requireNonNullElse(response.lastModified(), Instant.EPOCH))
        .metadata(response.metadata())
        .cacheControl(response.cacheControl())
        .sha256(ofAllBytes ? response.checksumSHA256() : null)
        .crc32c(ofAllBytes ? response.checksumCRC32C() : null)
        .build();
  }

  @Override
  public InputStream open(ObjectKey key) {
    return open(key, request -> {}, response -> {});
  }

  @Override
  public InputStream open(ObjectKey key, long firstByte, long lastByte) {
    StoreRules.requireRange(firstByte, lastByte);
    return open(key, request -> request.range(range(firstByte, lastByte)), S3Objects::requireRange);
  }

  @Override
  public InputStream openIfUnchanged(ObjectHead seen, long firstByte, long lastByte) {
    StoreRules.requireTag(seen);
    StoreRules.requireRange(firstByte, lastByte);
    return open(
        seen.key(),
        request -> request.range(range(firstByte, lastByte)).ifMatch(seen.eTag()),
        response -> {
          requireRange(response);
          requireUnchanged(response, seen);
        });
  }

  private static String range(long firstByte, long lastByte) {
    return "bytes=" + firstByte + "-" + lastByte;
  }

  /** A store without ranges would return other bytes than the requested ones. */
  private static void requireRange(GetObjectResponse response) {
    if (response.contentRange() == null) {
      throw new StorageException(
          Kind.INVALID, "The store returned the whole object where a part of it was requested.");
    }
  }

  /** Nor does every store check conditions. */
  private static void requireUnchanged(GetObjectResponse response, ObjectHead seen) {
    boolean same =
        seen.eTag().equals(response.eTag())
            && seen.versionId().equals(Optional.ofNullable(response.versionId()));
    if (!same) {
      throw StorageFailures.of(Kind.CHANGED);
    }
  }

  private InputStream open(
      ObjectKey key,
      Consumer<GetObjectRequest.Builder> parameters,
      Consumer<GetObjectResponse> check) {
    Objects.requireNonNull(key, "key");
    return connection.call(
        Operation.READ,
        (s3, signedBy) -> {
          ResponseInputStream<GetObjectResponse> content =
              s3.getObject(
                  request -> {
                    request.bucket(bucket).key(key.value()).overrideConfiguration(signedBy);
                    parameters.accept(request);
                  });
          try {
            check.accept(content.response());
          } catch (StorageException e) {
            // Closing would read on to the end first.
            content.abort();
            throw e;
          }
          Long length = content.response().contentLength();
          ObjectContent object = new ObjectContent(content, length == null ? 0 : length);
          connection.deadline().ifPresent(end -> object.abortAt(end, content::abort));
          return object;
        });
  }

  @Override
  public ObjectHead put(NewObject object) {
    return new S3Upload(Objects.requireNonNull(object, "object"), bucket, connection).send();
  }

  @Override
  public Stream<Listed> list(String prefix) {
    StoreRules.requirePrefix(prefix);
    return listing.objects(prefix);
  }

  @Override
  public void delete(ObjectKey key) {
    for (String name : StoreRules.pendingFirst(key.value()).toList()) {
      deletion.delete(new Item(name, null), null);
    }
  }

  @Override
  public void deleteIfUnchanged(ObjectHead seen) {
    StoreRules.requireTag(seen);
    deletion.delete(new Item(seen.key().value(), null), seen.eTag());
  }

  @Override
  public DeletionReport deleteAll(Collection<ObjectKey> keys) {
    Set<String> names =
        keys.stream().map(ObjectKey::value).collect(Collectors.toCollection(LinkedHashSet::new));
    Set<Item> items = new LinkedHashSet<>();
    for (String name : names) {
      StoreRules.pendingFirst(name).forEach(either -> items.add(new Item(either, null)));
    }
    DeletionReport.Collector results = new DeletionReport.Collector(names::contains);
    deletion.delete(items, results);
    return results.report();
  }

  @Override
  public DeletionReport deletePrefix(String prefix, int limit) {
    StoreRules.requirePrefix(prefix, limit);
    DeletionReport.Collector results = new DeletionReport.Collector();
    Stream<Listed> listed = StoreRules.pendingFirst(prefix).flatMap(listing::objects);
    deletion.delete(atMost(limit, listed.map(object -> new Item(object.key(), null))), results);
    return results.report();
  }

  @Override
  public DeletionReport erasePrefix(String prefix, int limit) {
    StoreRules.requirePrefix(prefix, limit);
    return erase(limit, () -> StoreRules.pendingFirst(prefix).flatMap(listing::versions));
  }

  @Override
  public DeletionReport eraseOwner(Collection<UploadPolicy> policies, String owner, int limit) {
    List<String> folders = StoreRules.folders(policies, owner);
    StoreRules.requireLimit(limit);
    return erase(
        limit, () -> folders.stream().flatMap(StoreRules::pendingFirst).flatMap(this::uploads));
  }

  private Stream<Item> uploads(String folder) {
    return listing.versions(folder).filter(item -> UploadKeys.isUpload(item.key(), folder));
  }

  /**
   * Deletes what is listed, and reports what a second listing still has: a first one that was cut
   * short looks complete.
   */
  private DeletionReport erase(int limit, Supplier<Stream<Item>> listed) {
    DeletionReport.Collector results = new DeletionReport.Collector();
    deletion.delete(atMost(limit, listed.get()), results);
    try {
      // What exceeds the limit is not needed to show that the erasure is incomplete.
      listed.get().limit(limit).forEach(left -> results.left(left.key(), left.version()));
    } catch (StorageException e) {
      throw e.during(results.report());
    } catch (Throwable e) {
      // The bucket was closed, or memory ran out, as during the deletion.
      e.addSuppressed(StorageFailures.of(Kind.UNREACHABLE).during(results.report()));
      throw e;
    }
    return results.report();
  }

  private static Set<Item> atMost(int limit, Stream<Item> items) {
    Set<Item> all =
        items.distinct().limit(limit + 1L).collect(Collectors.toCollection(LinkedHashSet::new));
    if (all.size() > limit) {
      throw StoreRules.limitExceeded(limit);
    }
    return all;
  }

  /** Host and bucket; no credentials. */
  @Override
  public String toString() {
    return "S3Objects[" + endpoint + "]";
  }
}
