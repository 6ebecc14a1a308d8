package com.healthmetrics.aws.storage;

import com.healthmetrics.aws.storage.StorageException.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The result of a deletion, for each object.
 *
 * <p>Each object is listed exactly once, as deleted or as failed. Keys are plain text, as a bucket
 * may contain keys that {@link ObjectKey} refuses; such objects are deleted too. An object that did
 * not exist counts as deleted: S3 does not distinguish the two. The keys of pending uploads begin
 * with {@code pending/}.
 *
 * <pre>{@code
 * DeletionReport report = objects.deleteAll(keys);
 * for (DeletionReport.Failure failure : report.failed()) {
 *   LOG.warn("still there: {} ({})", failure.key(), failure.kind());
 * }
 * }</pre>
 *
 * <p>Immutable and thread-safe.
 */
public final class DeletionReport {
  private final List<Deleted> deleted;
  private final List<Failure> failed;

  /**
   * A deleted object.
   *
   * @param key its key, as S3 stores it
   * @param versionId the erased version or delete marker, if one was erased
   */
  public record Deleted(String key, Optional<String> versionId) {}

  /**
   * An object that is not known to be deleted.
   *
   * @param key its key, as S3 stores it
   * @param versionId the version or delete marker, if one was to be erased
   * @param kind why; with {@link Kind#UNREACHABLE} it is unknown whether it was deleted
   * @param message what happened, and what to do
   */
  public record Failure(String key, Optional<String> versionId, Kind kind, String message) {

    /**
     * {@return the recommended wait before the next attempt, or empty if it would fail in the same
     * way}
     */
    public Optional<Duration> retryAfter() {
      return StorageException.retryAfter(kind);
    }
  }

  private DeletionReport(List<Deleted> deleted, List<Failure> failed) {
    this.deleted = List.copyOf(deleted);
    this.failed = List.copyOf(failed);
  }

  /**
   * {@return a report; for implementations of {@link ObjectStore}}
   *
   * @param deleted the deleted objects
   * @param failed the objects that are not known to be deleted
   */
  public static DeletionReport of(List<Deleted> deleted, List<Failure> failed) {
    return new DeletionReport(deleted, failed);
  }

  /** {@return the deleted objects, in the order of their deletion; immutable} */
  public List<Deleted> deleted() {
    return deleted;
  }

  /** {@return the objects that are not known to be deleted, empty if there are none; immutable} */
  public List<Failure> failed() {
    return failed;
  }

  /** {@return whether nothing failed} */
  public boolean isComplete() {
    return failed.isEmpty();
  }

  /**
   * Requires that everything is deleted, as the erasure of an account must.
   *
   * @return this report
   * @throws StorageException if something failed, of the first failure's kind and with this report
   */
  public DeletionReport orThrow() {
    if (isComplete()) {
      return this;
    }
    Failure first = failed.get(0);
    String message =
        "%s of %s objects were not deleted; report() lists them. The first: %s"
            .formatted(failed.size(), deleted.size() + failed.size(), first.message());
    throw new StorageException(first.kind(), message, null, this);
  }

  /** Collects results, of which the last one counts. Not thread-safe. */
  static final class Collector {
    private final Predicate<String> listed;
    private final Map<Deleted, Optional<Failure>> results = new LinkedHashMap<>();
    private final Set<String> failedKeys = new HashSet<>();

    Collector() {
      this(key -> true);
    }

    /**
     * @param listed whether a key is listed even if it is deleted or was not attempted
     */
    Collector(Predicate<String> listed) {
      this.listed = listed;
    }

    void deleted(String key, Optional<String> versionId) {
      results.put(new Deleted(key, versionId), Optional.empty());
    }

    void failed(String key, Optional<String> versionId, Kind kind, String message) {
      results.put(
          new Deleted(key, versionId), Optional.of(new Failure(key, versionId, kind, message)));
      failedKeys.add(key);
    }

    void notAttempted(String key, Optional<String> versionId) {
      failed(key, versionId, Kind.NOT_ATTEMPTED, StorageFailures.explanation(Kind.NOT_ATTEMPTED));
    }

    /** Notes what is there after the deletion; why it was not deleted may be known. */
    void left(String key, Optional<String> versionId) {
      if (!hasFailed(key, versionId)) {
        String message =
            "It is there after the erasure: it was stored in the meantime, or the store did not list"
                + " or delete it. Erase it again.";
        failed(key, versionId, Kind.CHANGED, message);
      }
    }

    private boolean hasFailed(String key, Optional<String> versionId) {
      return results.getOrDefault(new Deleted(key, versionId), Optional.empty()).isPresent();
    }

    /** Whether an object, or one of its versions, is not known to be deleted. */
    boolean hasFailed(String key) {
      return failedKeys.contains(key);
    }

    DeletionReport report() {
      List<Deleted> deleted = new ArrayList<>();
      List<Failure> failed = new ArrayList<>();
      results.forEach(
          (result, failure) -> {
            boolean attempted = failure.filter(f -> f.kind() != Kind.NOT_ATTEMPTED).isPresent();
            if (!attempted && !listed.test(result.key())) {
              return;
            }
            failure.ifPresentOrElse(failed::add, () -> deleted.add(result));
          });
      return of(deleted, failed);
    }
  }

  /** The number of deleted and failed objects; no keys, as they name users. */
  @Override
  public String toString() {
    return "DeletionReport[" + deleted.size() + " deleted, " + failed.size() + " failed]";
  }
}
