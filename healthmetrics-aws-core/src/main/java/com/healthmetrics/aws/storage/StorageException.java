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

  /** What went wrong. */
  public enum Kind {
    /** There is no such object. */
    NOT_FOUND,
    /**
     * There is no such object, or it may not be read. Without {@code s3:ListBucket} S3 returns 403
     * for both.
     */
    MISSING_OR_FORBIDDEN,
    /** S3 does not accept the credentials, or they lack a permission. */
    ACCESS_DENIED,
    /**
     * There are no credentials, or they have expired or end too soon. Nothing was signed or sent.
     */
    CREDENTIALS_UNAVAILABLE,
    /** There is no such bucket. */
    NO_SUCH_BUCKET,
    /** The object is not the inspected one: it was replaced or deleted in the meantime. */
    CHANGED,
    /** The first requested byte is beyond the object's end. */
    RANGE_NOT_SATISFIABLE,
    /** More objects begin with the prefix than the limit allows; none was deleted. */
    LIMIT_EXCEEDED,
    /** S3 considers the request malformed or does not allow it. */
    INVALID,
    /** More requests per second than S3 serves; wait and try again. */
    THROTTLED,
    /** S3 reported an internal error. */
    SERVICE_FAILURE,
    /** S3 could not be reached, or its response was lost: the operation may have been done. */
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
      case CHANGED, THROTTLED, INTERRUPTED, NOT_ATTEMPTED -> Optional.of(Duration.ofSeconds(1));
      case SERVICE_FAILURE, UNREACHABLE, CREDENTIALS_UNAVAILABLE ->
          Optional.of(Duration.ofSeconds(5));
      default -> Optional.empty();
    };
  }
}
