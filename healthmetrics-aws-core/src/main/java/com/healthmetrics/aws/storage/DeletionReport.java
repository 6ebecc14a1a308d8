package com.healthmetrics.aws.storage;

import com.healthmetrics.aws.storage.StorageException.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What became of every object that was to be deleted.
 *
 * <p>Each of them is listed exactly once, as deleted or as failed. Keys are plain text, as a bucket
 * may hold keys that {@link ObjectKey} refuses; such objects are deleted all the same. An object
 * that did not exist counts as deleted: S3 does not tell the two apart.
 *
 * <pre>{@code
 * DeletionReport report = objects.deleteAll(keys);
 * for (DeletionReport.Failure failure : report.failed()) {
 *   LOG.warn("still there: {} ({})", failure.key(), failure.kind());
 * }
 * }</pre>
 *
 * <p>Immutable and safe for use by several threads.
 */
public final class DeletionReport {
  private final List<Deleted> deleted;
  private final List<Failure> failed;

  /**
   * An object that is gone.
   *
   * @param key its key, as S3 stores it
   * @param versionId which of its versions or delete markers, when one was erased
   */
  public record Deleted(String key, Optional<String> versionId) {}

  /**
   * An object that is not known to be gone.
   *
   * @param key its key, as S3 stores it
   * @param versionId which of its versions or delete markers, when one was to be erased
   * @param kind why; {@link Kind#UNREACHABLE} leaves open whether it was deleted
   * @param message what S3 said, and what to do
   */
  public record Failure(String key, Optional<String> versionId, Kind kind, String message) {

    /**
     * How long to wait before deleting it again.
     *
     * @return a recommended wait, or empty where a later try would fail like this one
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
   * A report; for those who write a store of their own.
   *
   * @param deleted what is gone
   * @param failed what is not known to be gone
   * @return the report
   * @throws NullPointerException if an argument or an element is null
   */
  public static DeletionReport of(List<Deleted> deleted, List<Failure> failed) {
    return new DeletionReport(deleted, failed);
  }

  /**
   * What is gone.
   *
   * @return an immutable list, in the order in which it was deleted
   */
  public List<Deleted> deleted() {
    return deleted;
  }

  /**
   * What is not known to be gone.
   *
   * @return an immutable list, empty when all went well
   */
  public List<Failure> failed() {
    return failed;
  }

  /**
   * Whether everything is gone.
   *
   * @return true if nothing failed
   */
  public boolean isComplete() {
    return failed.isEmpty();
  }

  /**
   * Insists that everything is gone, as whoever erases an account must.
   *
   * @return this report
   * @throws StorageException if something failed, of the first failure's kind and with this report
   */
  public DeletionReport orThrow() {
    if (isComplete()) {
      return this;
    }
    Failure first = failed.get(0);
    throw new StorageException(
        first.kind(),
        failed.size()
            + " of "
            + (deleted.size() + failed.size())
            + " objects were not deleted; report() lists them. The first: "
            + first.message(),
        null,
        this);
  }

  /** Collects results one after the other. */
  static final class Collector {
    private final List<Deleted> deleted = new ArrayList<>();
    private final List<Failure> failed = new ArrayList<>();

    void deleted(String key, Optional<String> versionId) {
      deleted.add(new Deleted(key, versionId));
    }

    void failed(String key, Optional<String> versionId, Kind kind, String message) {
      failed.add(new Failure(key, versionId, kind, message));
    }

    DeletionReport report() {
      return of(deleted, failed);
    }
  }

  /** How many are gone and how many are not; no keys, as they name users. */
  @Override
  public String toString() {
    return "DeletionReport[" + deleted.size() + " deleted, " + failed.size() + " failed]";
  }
}
