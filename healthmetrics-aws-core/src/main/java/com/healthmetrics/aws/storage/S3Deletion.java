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
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.services.s3.model.DeleteObjectResponse;
import software.amazon.awssdk.services.s3.model.DeleteObjectsResponse;
import software.amazon.awssdk.services.s3.model.DeletedObject;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.S3Error;

/**
 * Deletes objects or versions in requests of up to 1,000, pending uploads first, and accounts for
 * each.
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

    boolean isPending() {
      return key.startsWith(ObjectKey.PENDING);
    }

    /** XML 1.0 cannot carry every character, and parsers replace some that it can. */
    boolean isPlainXml() {
      return Checks.indexOfUnsafeCharacter(key) < 0
          && key.indexOf('\uFFFE') < 0
          && key.indexOf('\uFFFF') < 0;
    }
  }

  /**
   * Deletes all of them; what has a pending twin that could not be deleted is not attempted.
   *
   * @param results gets a result for each
   * @throws StorageException if a request fails as a whole or the thread is interrupted; its report
   *     has a result for each
   */
  void delete(Set<Item> items, DeletionReport.Collector results) {
    List<List<Item>> requests = requests(items);
    for (int i = 0; i < requests.size(); i++) {
      if (Thread.currentThread().isInterrupted()) {
        StorageException interrupted = StorageFailures.of(Kind.INTERRUPTED);
        throw brokenOff(interrupted, results, List.of(), requests.subList(i, requests.size()));
      }
      List<Item> request = withoutThoseOfFailedTwins(requests.get(i), results);
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
  }

  /**
   * Pending ones first; up to 1,000 keys each, and a request each for keys that XML cannot carry.
   */
  private static List<List<Item>> requests(Set<Item> items) {
    List<List<Item>> requests = new ArrayList<>();
    for (boolean pending : new boolean[] {true, false}) {
      List<Item> ofPhase = items.stream().filter(item -> item.isPending() == pending).toList();
      List<Item> listed = ofPhase.stream().filter(Item::isPlainXml).toList();
      for (int from = 0; from < listed.size(); from += KEYS_PER_REQUEST) {
        requests.add(listed.subList(from, Math.min(from + KEYS_PER_REQUEST, listed.size())));
      }
      ofPhase.stream().filter(item -> !item.isPlainXml()).map(List::of).forEach(requests::add);
    }
    return requests;
  }

  private static List<Item> withoutThoseOfFailedTwins(
      List<Item> request, DeletionReport.Collector results) {
    List<Item> attempted = new ArrayList<>();
    for (Item item : request) {
      if (results.hasFailed(ObjectKey.PENDING + item.key())) {
        String message =
            "Not attempted, as its pending upload was not deleted and could be published again."
                + " Delete it again.";
        results.failed(item.key(), item.version(), Kind.NOT_ATTEMPTED, message);
      } else {
        attempted.add(item);
      }
    }
    return attempted;
  }

  private void delete(List<Item> items, DeletionReport.Collector results) {
    if (items.isEmpty()) {
      return;
    }
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
    // Failures first, as a response that lists an object twice is not to be believed.
    for (S3Error error : response.errors()) {
      Item item = new Item(error.key(), error.versionId());
      if (open.remove(item)) {
        fail(item, error, results);
      }
    }
    for (DeletedObject deleted : response.deleted()) {
      Item item = new Item(deleted.key(), deleted.versionId());
      if (open.remove(item)) {
        results.deleted(item.key(), item.version());
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
          DeleteObjectResponse response;
          try {
            response =
                s3.deleteObject(
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
          requireFromS3(response.sdkHttpResponse());
          return item;
        });
  }

  /**
   * S3 responds with 204, which has no page; a store that responds with 200 shows by its request id
   * that it is none.
   */
  private static void requireFromS3(SdkHttpResponse response) {
    boolean identified = response.firstMatchingHeader("x-amz-request-id").isPresent();
    if (response.statusCode() != 204 && !identified) {
      throw StorageFailures.notFromS3(response);
    }
  }
}
