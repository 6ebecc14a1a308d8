package com.healthmetrics.aws.storage;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The bucket did not do what it was asked: what kind of failure it is, whether a later try makes
 * sense, and what a deletion had done by then.
 *
 * <p>The message says what to do and names the request id that AWS support asks for. It holds no
 * key of an object, as keys name users, and no credentials.
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
 * <p>Safe for use by several threads. Source: Amazon S3 API Reference, "Error responses".
 */
public final class StorageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What went wrong. */
  public enum Kind {
    /** There is no such object. */
    NOT_FOUND,
    /**
     * There is no such object, or it may not be read. S3 tells the two apart only to those who hold
     * {@code s3:ListBucket}; to all others it answers 403 for both.
     */
    MISSING_OR_FORBIDDEN,
    /** S3 does not know the credentials, or they lack a permission. */
    ACCESS_DENIED,
    /** No credentials could be had, or only expired ones. */
    CREDENTIALS_UNAVAILABLE,
    /** There is no such bucket. */
    NO_SUCH_BUCKET,
    /** The object is not the one that was looked at: it was replaced or deleted meanwhile. */
    CHANGED,
    /** The first byte that was asked for lies beyond the object's end. */
    RANGE_NOT_SATISFIABLE,
    /** More objects begin with the prefix than may be deleted at once; none was deleted. */
    LIMIT_EXCEEDED,
    /** Another request that S3 takes for malformed or does not allow. */
    INVALID,
    /** More requests a second than S3 serves; wait and try again. */
    THROTTLED,
    /** S3 failed by itself. */
    SERVICE_FAILURE,
    /** S3 could not be reached, or its answer was lost: what was asked for may have been done. */
    UNREACHABLE,
    /** The thread was interrupted; its interrupt flag is set again. */
    INTERRUPTED,
    /** Not tried at all, as something before it failed; occurs in reports only. */
    NOT_ATTEMPTED
  }

  /** The kind of failure. */
  private final Kind kind;

  /** What a deletion had done by then; null where nothing was being deleted. */
  private final transient @Nullable DeletionReport report;

  /**
   * A failure; for those who write a store of their own.
   *
   * @param kind what went wrong; it decides {@link #retryAfter()}
   * @param message what happened and what to do, without object keys and credentials
   * @throws NullPointerException if an argument is null
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

  /** The same failure, with what had been deleted before it. */
  StorageException during(DeletionReport report) {
    return new StorageException(
        kind,
        getMessage()
            + " "
            + report.deleted().size()
            + " had been deleted by then, "
            + report.failed().size()
            + " not; report() lists them.",
        this,
        report);
  }

  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }

  /**
   * What went wrong.
   *
   * @return the kind, to switch over
   */
  public Kind kind() {
    return kind;
  }

  /**
   * What a deletion of several objects had done when it failed.
   *
   * @return every key with its result; empty when nothing was being deleted yet
   */
  public Optional<DeletionReport> report() {
    return Optional.ofNullable(report);
  }

  /**
   * How long to wait before trying again; all that an {@link ObjectStore} does may be tried again.
   *
   * @return a recommended wait, or empty where a later try would fail like this one
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
