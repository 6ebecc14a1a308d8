package com.healthmetrics.aws.storage;

import com.healthmetrics.aws.storage.StorageException.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The result of a deletion, for each object.
 *
 * <p>Each object is listed exactly once, as deleted or as failed. Keys are plain text, as a bucket
 * may contain keys that {@link ObjectKey} refuses; such objects are deleted too. An object that did
 * not exist counts as deleted: S3 does not distinguish the two.
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

  /** Collects results. */
  static final class Collector {
    private final List<Deleted> deleted = new ArrayList<>();
    private final List<Failure> failed = new ArrayList<>();

    void deleted(String key, Optional<String> versionId) {
      deleted.add(new Deleted(key, versionId));
    }

    void failed(String key, Optional<String> versionId, Kind kind, String message) {
      failed.add(new Failure(key, versionId, kind, message));
    }

    void notAttempted(String key, Optional<String> versionId) {
      failed(key, versionId, Kind.NOT_ATTEMPTED, StorageFailures.explanation(Kind.NOT_ATTEMPTED));
    }

    DeletionReport report() {
      return of(deleted, failed);
    }
  }

  /** The number of deleted and failed objects; no keys, as they name users. */
  @Override
  public String toString() {
    return "DeletionReport[" + deleted.size() + " deleted, " + failed.size() + " failed]";
  }
}
