package com.healthmetrics.aws.storage;

import com.healthmetrics.aws.internal.Checks;
import com.healthmetrics.aws.internal.ErrorNames;
import com.healthmetrics.aws.storage.StorageException.Kind;
import com.healthmetrics.aws.storage.StorageFailures.Operation;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.DeleteObjectsResponse;
import software.amazon.awssdk.services.s3.model.DeletedObject;
import software.amazon.awssdk.services.s3.model.EncodingType;
import software.amazon.awssdk.services.s3.model.ListObjectVersionsResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.S3Error;

/**
 * Deletes many objects or versions: lists them, sends them in requests of up to 1,000, and accounts
 * for each.
 *
 * <p>Immutable and thread-safe.
 */
final class S3Deletion {
  /** S3's own limit. */
  private static final int KEYS_PER_REQUEST = 1_000;

  private final String bucket;
  private final S3Connection connection;

  S3Deletion(String bucket, S3Connection connection) {
    this.bucket = bucket;
    this.connection = connection;
  }

  /** What to delete: an object, or one of its versions or delete markers. */
  record Item(String key, @Nullable String versionId) {
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

  /** Where a listing continues. */
  private record Marker(@Nullable String key, @Nullable String versionId) {}

  /** A part of a listing, and where the next one begins; null at the end. */
  private record Page(List<Item> items, @Nullable Marker next) {}

  /** The objects below a prefix, or a failure if there are more than the limit. */
  List<Item> objects(String prefix, int limit) {
    return list(limit, token -> objects(prefix, token));
  }

  /** The versions and delete markers below a prefix, or a failure if there are more. */
  List<Item> versions(String prefix, int limit) {
    return list(limit, marker -> versions(prefix, marker));
  }

  private List<Item> list(int limit, Function<Marker, Page> pages) {
    List<Item> items = new ArrayList<>();
    Marker next = new Marker(null, null);
    while (next != null) {
      if (Thread.currentThread().isInterrupted()) {
        throw StorageFailures.of(Kind.INTERRUPTED);
      }
      Page page = pages.apply(next);
      items.addAll(page.items());
      if (items.size() > limit) {
        throw StoreRules.limitExceeded(limit);
      }
      next = page.next();
    }
    return items;
  }

  private Page objects(String prefix, Marker marker) {
    return connection.call(
        Operation.OTHER,
        (s3, signedBy) -> {
          ListObjectsV2Response response =
              s3.listObjectsV2(
                  request ->
                      request
                          .bucket(bucket)
                          .prefix(prefix)
                          .continuationToken(marker.key())
                          // XML cannot carry every key; the SDK decodes them again.
                          .encodingType(EncodingType.URL)
                          .overrideConfiguration(signedBy));
          List<Item> items =
              response.contents().stream().map(object -> new Item(object.key(), null)).toList();
          Marker next = new Marker(response.nextContinuationToken(), null);
          return new Page(items, next(response.isTruncated(), marker, next));
        });
  }

  private Page versions(String prefix, Marker marker) {
    return connection.call(
        Operation.OTHER,
        (s3, signedBy) -> {
          ListObjectVersionsResponse response =
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
          response.versions().forEach(v -> items.add(new Item(v.key(), v.versionId())));
          response.deleteMarkers().forEach(m -> items.add(new Item(m.key(), m.versionId())));
          Marker next = new Marker(response.nextKeyMarker(), response.nextVersionIdMarker());
          return new Page(items, next(response.isTruncated(), marker, next));
        });
  }

  /**
   * Where a listing continues; null at its end.
   *
   * <p>The page of a proxy or portal must not count as an empty listing, nor one that breaks off as
   * a whole one: what it lacks would stay, and the report would not have it.
   */
  private static @Nullable Marker next(@Nullable Boolean truncated, Marker current, Marker next) {
    if (truncated == null) {
      throw new StorageException(
          Kind.INVALID,
          "The response is not a listing of S3, so nothing was deleted. Check the endpoint, and for a"
              + " proxy that responds in its place.");
    }
    if (!truncated) {
      return null;
    }
    if (next.key() == null || next.equals(current)) {
      throw new StorageException(
          Kind.INVALID,
          "The store reports that its listing continues, but not where, so nothing was deleted. Check"
              + " that the endpoint is one of S3, or of a store that lists in pages.");
    }
    return next;
  }

  /**
   * Deletes all of them.
   *
   * @throws StorageException if a request fails as a whole or the thread is interrupted; its report
   *     has a result for each
   */
  DeletionReport delete(List<Item> items) {
    DeletionReport.Collector results = new DeletionReport.Collector();
    List<List<Item>> requests = requests(items);
    for (int i = 0; i < requests.size(); i++) {
      if (Thread.currentThread().isInterrupted()) {
        StorageException interrupted = StorageFailures.of(Kind.INTERRUPTED);
        throw brokenOff(interrupted, results, List.of(), requests.subList(i, requests.size()));
      }
      List<Item> request = requests.get(i);
      try {
        delete(request, results);
      } catch (StorageException e) {
        throw brokenOff(e, results, request, requests.subList(i + 1, requests.size()));
      } catch (Throwable e) {
        // The bucket was closed, or memory ran out: nothing that S3 reported, which has the report.
        StorageException lost = StorageFailures.of(Kind.UNREACHABLE);
        e.addSuppressed(
            brokenOff(lost, results, request, requests.subList(i + 1, requests.size())));
        throw e;
      }
    }
    return results.report();
  }

  /** Up to 1,000 keys each, and a request each for keys that XML cannot carry. */
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
      delete(item, null);
      results.deleted(item.key(), item.version());
      return;
    }
    List<ObjectIdentifier> identifiers =
        items.stream()
            .map(i -> ObjectIdentifier.builder().key(i.key()).versionId(i.versionId()).build())
            .toList();
    DeleteObjectsResponse response =
        connection.call(
            Operation.OTHER,
            (s3, signedBy) ->
                s3.deleteObjects(
                    request ->
                        request
                            .bucket(bucket)
                            .delete(delete -> delete.objects(identifiers).quiet(false))
                            .overrideConfiguration(signedBy)));
    Set<Item> open = new LinkedHashSet<>(items);
    for (DeletedObject deleted : response.deleted()) {
      Item item = new Item(deleted.key(), deleted.versionId());
      if (open.remove(item)) {
        results.deleted(item.key(), item.version());
      }
    }
    for (S3Error error : response.errors()) {
      Item item = new Item(error.key(), error.versionId());
      if (open.remove(item)) {
        fail(item, error, results);
      }
    }
    // Nothing is dropped silently, not even by S3.
    for (Item item : open) {
      String message = "S3's response does not mention this object. Delete it again.";
      results.failed(item.key(), item.version(), Kind.SERVICE_FAILURE, message);
    }
  }

  private static void fail(Item item, S3Error error, DeletionReport.Collector results) {
    String code = ErrorNames.code(error.code()).orElse("");
    Kind kind = StorageFailures.kindOf(code);
    if (kind == Kind.NOT_FOUND) {
      results.deleted(item.key(), item.version());
    } else {
      String message =
          StorageFailures.explanation(kind) + " (S3 returned " + Checks.quote(code) + ".)";
      results.failed(item.key(), item.version(), kind, message);
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
        results.notAttempted(item.key(), item.version());
      }
    }
    return failure.during(results.report());
  }

  /**
   * Deletes one; if it is already gone, that is not a failure.
   *
   * @param eTag the entity tag that it must still have, or null
   */
  void delete(Item item, @Nullable String eTag) {
    connection.call(
        Operation.OTHER,
        (s3, signedBy) -> {
          try {
            return s3.deleteObject(
                request ->
                    request
                        .bucket(bucket)
                        .key(item.key())
                        .versionId(item.versionId())
                        .ifMatch(eTag)
                        .overrideConfiguration(signedBy));
          } catch (RuntimeException e) {
            // AWS reports this only with an entity tag, other stores in any case.
            if (StorageFailures.isMissing(e)) {
              return item;
            }
            throw e;
          }
        });
  }
}
