package com.healthmetrics.aws.storage;

import com.healthmetrics.aws.storage.StorageException.Kind;
import com.healthmetrics.aws.storage.UploadRejectedException.Rule;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The outcome of signing or verifying one upload, for metrics and logs. It contains no key and no
 * owner.
 *
 * <pre>{@code
 * S3Bucket.Builder bucket =
 *     S3Bucket.builder()
 *         .observe(event -> LOG.info("{} {} in {}", event.step(), event.outcome(), event.duration()));
 * }</pre>
 *
 * <p>Immutable and thread-safe.
 */
public final class UploadEvent {
  private final Step step;
  private final String keyPrefix;
  private final Duration duration;
  private final @Nullable Object result;
  private final @Nullable Throwable failure;

  /** What was done. */
  public enum Step {
    /** An upload was signed. */
    SIGN,
    /** An upload was inspected, and published or removed. */
    VERIFY
  }

  UploadEvent(
      Step step,
      String keyPrefix,
      Duration duration,
      @Nullable Object result,
      @Nullable Throwable failure) {
    this.step = step;
    this.keyPrefix = keyPrefix;
    this.duration = duration;
    this.result = result;
    this.failure = failure;
  }

  /** {@return what was done} */
  public Step step() {
    return step;
  }

  /**
   * {@return the outcome in one word, as a metric's label: {@code signed}, {@code accepted}, {@code
   * rejected}, {@code missing} if nothing was uploaded, the failure's kind in lower case, such as
   * {@code unreachable} or {@code missing_or_forbidden}, or {@code error} for any other failure}
   */
  public String outcome() {
    if (rejectedBy().isPresent()) {
      return "rejected";
    }
    if (kind().isPresent()) {
      return kind().get().name().toLowerCase(Locale.ROOT);
    }
    if (failure != null) {
      return "error";
    }
    if (step == Step.SIGN) {
      return "signed";
    }
    return result instanceof UploadVerification.Accepted ? "accepted" : "missing";
  }

  /** {@return the key prefix of the policy, such as {@code avatars/}} */
  public String keyPrefix() {
    return keyPrefix;
  }

  /** {@return the time between the call and its end, by a monotonic clock} */
  public Duration duration() {
    return duration;
  }

  /**
   * {@return the size in bytes of the accepted picture, or of the largest one that was signed;
   * empty if there is none}
   */
  public OptionalLong bytes() {
    if (result instanceof UploadVerification.Accepted accepted) {
      return OptionalLong.of(accepted.head().sizeBytes());
    }
    return result instanceof PresignedUpload upload
        ? OptionalLong.of(upload.largestSize())
        : OptionalLong.empty();
  }

  /** {@return the rule that the upload broke, or empty if it was not rejected} */
  public Optional<Rule> rejectedBy() {
    if (result instanceof UploadVerification.Rejected rejected) {
      return Optional.of(rejected.reason().rule());
    }
    return failure instanceof UploadRejectedException rejected
        ? Optional.of(rejected.rule())
        : Optional.empty();
  }

  /**
   * {@return the kind of failure, or empty if nothing failed or the failure is not a {@link
   * StorageException}}
   */
  public Optional<Kind> kind() {
    if (result instanceof UploadVerification.NotUploadedOrForbidden forbidden) {
      return Optional.of(forbidden.cause().kind());
    }
    return failure instanceof StorageException known ? Optional.of(known.kind()) : Optional.empty();
  }

  /** Step, outcome, key prefix and duration. */
  @Override
  public String toString() {
    return "UploadEvent[%s %s %s, %s]".formatted(step, keyPrefix, outcome(), duration);
  }
}
