package com.healthmetrics.aws.storage;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Thrown when a request to the bucket, or signing one, fails. It has the kind of failure, whether a
 * later attempt may succeed, and the results of a deletion so far.
 *
 * <p>The message states what to do and contains the request id for AWS support. It contains no
 * object key, as keys name users, and no credentials.
 *
 * <pre>{@code
 * try {
 *   objects.deletePrefix("avatars/user-42/");
 * } catch (StorageException e) {
 *   e.report().ifPresent(report -> LOG.warn("deleted before it failed: {}", report));
 *   e.retryAfter().ifPresent(wait -> retryLater(wait));
 * }
 * }</pre>
 *
 * <p>Thread-safe. Source: Amazon S3 API Reference, "Error responses".
 */
public final class StorageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * What went wrong.
   *
   * <table>
   * <caption>How to handle each kind. Retry is what {@link #retryAfter()} returns; the status is a
   * recommendation for the response to your own client.</caption>
   * <tr><th>kind<th>usual cause<th>respond with<th>retry
   * <tr><td>{@link #NOT_FOUND}<td>the object was never uploaded, or was deleted<td>404<td>no
   * <tr><td>{@link #MISSING_OR_FORBIDDEN}<td>the object is missing, and {@code s3:ListBucket} is not granted<td>404<td>no
   * <tr><td>{@link #ARCHIVED}<td>a lifecycle rule archived the object (422 if {@code verify} finds it)<td>409<td>no
   * <tr><td>{@link #ACCESS_DENIED}<td>a permission is missing<td>500<td>no
   * <tr><td>{@link #CREDENTIALS_REJECTED}<td>the credentials have expired<td>500<td>no
   * <tr><td>{@link #CREDENTIALS_UNAVAILABLE}<td>there is no role, or its credentials could not be fetched<td>503<td>after 5 s
   * <tr><td>{@link #CLOCK_SKEWED}<td>the machine's clock is not synchronized<td>500<td>no
   * <tr><td>{@link #NO_SUCH_BUCKET}<td>{@code S3_BUCKET_NAME} is misspelled<td>500<td>no
   * <tr><td>{@link #WRONG_REGION}<td>{@code AWS_REGION} is not the bucket's<td>500<td>no
   * <tr><td>{@link #KMS_KEY_UNAVAILABLE}<td>the key is disabled or about to be deleted<td>500<td>no
   * <tr><td>{@link #CHANGED}<td>the user uploaded again<td>409<td>after 1 s
   * <tr><td>{@link #ALREADY_EXISTS}<td>the object was stored before, perhaps by an earlier try (422 if {@code verify} finds it)<td>409<td>no
   * <tr><td>{@link #RANGE_NOT_SATISFIABLE}<td>the object is shorter than the range assumes<td>416<td>no
   * <tr><td>{@link #LIMIT_EXCEEDED}<td>the user has more objects than the limit passed, or the heap is too small for the picture<td>500<td>no
   * <tr><td>{@link #BUSY}<td>many uploads are verified at once<td>503<td>after 1 s
   * <tr><td>{@link #INSPECTOR_FAILED}<td>the malware scanner is not available<td>503<td>after 5 s
   * <tr><td>{@link #INVALID}<td>the store does not support the request, or the client cannot be built<td>500<td>no
   * <tr><td>{@link #THROTTLED}<td>a burst of requests below one prefix<td>503<td>after 1 s
   * <tr><td>{@link #SERVICE_FAILURE}<td>S3 has a temporary problem<td>503<td>after 5 s
   * <tr><td>{@link #UNREACHABLE}<td>network, proxy or endpoint<td>503<td>after 5 s
   * <tr><td>{@link #INTERRUPTED}<td>the application shuts down<td>503<td>after 1 s
   * <tr><td>{@link #NOT_ATTEMPTED}<td>an earlier request of the deletion failed<td>503<td>after 1 s
   * </table>
   */
  public enum Kind {
    /** There is no such object. */
    NOT_FOUND,
    /**
     * There is no such object, or it may not be read. Without {@code s3:ListBucket} for its key, S3
     * returns 403 for both.
     */
    MISSING_OR_FORBIDDEN,
    /** The object is in an archive storage class or tier; it must be restored first. */
    ARCHIVED,
    /** The credentials lack a permission, or a policy, a lock or AWS denies the request. */
    ACCESS_DENIED,
    /**
     * S3 does not accept the credentials. A response to HEAD has no reason, so {@code head} reports
     * every 400 as this, that of a wrong region included.
     */
    CREDENTIALS_REJECTED,
    /**
     * There are no credentials, or they have expired or end too soon. Nothing was signed or sent.
     */
    CREDENTIALS_UNAVAILABLE,
    /** This machine's clock differs from that of S3 by more than 15 minutes. */
    CLOCK_SKEWED,
    /** There is no such bucket. */
    NO_SUCH_BUCKET,
    /** The bucket is in another region. */
    WRONG_REGION,
    /** The KMS key that encrypts the object cannot be used. */
    KMS_KEY_UNAVAILABLE,
    /** The object was replaced or deleted in the meantime, or another request is changing it. */
    CHANGED,
    /**
     * There is an object with the key of one to create. A request is repeated when its response is
     * lost, so it may have been stored by the same call.
     */
    ALREADY_EXISTS,
    /** The first requested byte is beyond the object's end. */
    RANGE_NOT_SATISFIABLE,
    /**
     * More objects begin with the prefix than the limit allows, and none was deleted; or an upload
     * takes more memory than the heap allows, and was not inspected.
     */
    LIMIT_EXCEEDED,
    /** Other uploads held all of the memory for inspections; this one was not inspected. */
    BUSY,
    /** The application's own {@link UploadInspector} threw an exception. */
    INSPECTOR_FAILED,
    /**
     * S3 considers the request malformed or does not allow it; or S3 was not asked, as settings or
     * class path do not allow to build its client.
     */
    INVALID,
    /** More requests per second than S3 serves; wait and try again. */
    THROTTLED,
    /** S3 reported an internal error. */
    SERVICE_FAILURE,
    /** S3 could not be reached, or request or response was lost: it may have been done. */
    UNREACHABLE,
    /** The thread was interrupted; its interrupt flag is set again. */
    INTERRUPTED,
    /** Not attempted, as an earlier request failed; occurs in reports only. */
    NOT_ATTEMPTED
  }

  /** The kind of failure. */
  private final Kind kind;

  /** The results of a deletion; null if nothing was being deleted. */
  private final transient @Nullable DeletionReport report;

  /**
   * Creates a failure; for implementations of {@link ObjectStore} and {@link UploadUrlSigner}.
   *
   * @param kind what went wrong; it decides {@link #retryAfter()}
   * @param message what happened and what to do, without object keys and credentials
   */
  public StorageException(Kind kind, String message) {
    this(kind, message, null, null);
  }

  StorageException(
      Kind kind, String message, @Nullable Throwable cause, @Nullable DeletionReport report) {
    super(Objects.requireNonNull(message, "message"), cause);
    this.kind = Objects.requireNonNull(kind, "kind");
    this.report = report;
  }

  /** The same failure, with the results of the deletion so far. */
  StorageException during(DeletionReport report) {
    String message =
        "%s %s had been deleted by then, %s not; report() lists them."
            .formatted(getMessage(), report.deleted().size(), report.failed().size());
    return new StorageException(kind, message, this, report);
  }

  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }

  /** {@return the kind of failure} */
  public Kind kind() {
    return kind;
  }

  /**
   * {@return the results of a deletion of several objects that failed, one for each key; empty if
   * nothing was being deleted yet}
   */
  public Optional<DeletionReport> report() {
    return Optional.ofNullable(report);
  }

  /**
   * {@return the recommended wait before the next attempt, or empty if it would fail in the same
   * way; every operation of this package may be repeated}
   */
  public Optional<Duration> retryAfter() {
    return retryAfter(kind);
  }

  static Optional<Duration> retryAfter(Kind kind) {
    return switch (kind) {
      case BUSY, CHANGED, THROTTLED, INTERRUPTED, NOT_ATTEMPTED ->
          Optional.of(Duration.ofSeconds(1));
      case SERVICE_FAILURE, UNREACHABLE, CREDENTIALS_UNAVAILABLE, INSPECTOR_FAILED ->
          Optional.of(Duration.ofSeconds(5));
      default -> Optional.empty();
    };
  }
}
