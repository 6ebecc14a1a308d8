package com.healthmetrics.aws.storage;

import java.util.Objects;

/**
 * The outcome of an {@link UploadVerifier}: one of four types.
 *
 * <pre>{@code
 * UploadVerification result = verifier.verify(UploadPolicy.avatars(), "user-42", key);
 * if (result instanceof UploadVerification.Accepted accepted) {
 *   long bytes = accepted.head().sizeBytes();
 * } else if (result instanceof UploadVerification.Rejected rejected) {
 *   LOG.info("removed: {}", rejected.reason().getMessage());
 * }
 * }</pre>
 *
 * <p>Keys name users, so {@code toString()} leaves them out. Immutable and thread-safe.
 */
public sealed interface UploadVerification {

  /** {@return the inspected key} */
  ObjectKey key();

  /**
   * Requires that the upload was accepted.
   *
   * @return the head of the object
   * @throws UploadRejectedException if it was rejected, and removed
   * @throws StorageException of kind {@code NOT_FOUND} if nothing was uploaded, or {@code
   *     MISSING_OR_FORBIDDEN} if S3 does not report whether something was
   */
  ObjectHead orThrow();

  /**
   * The object is there and is allowed.
   *
   * @param head its size, entity tag, version id and everything else that S3 reports
   */
  record Accepted(ObjectHead head) implements UploadVerification {

    /**
     * An accepted upload.
     *
     * @param head its size, entity tag, version id and everything else that S3 reports
     */
    public Accepted {
      Objects.requireNonNull(head, "head");
    }

    @Override
    public ObjectKey key() {
      return head.key();
    }

    @Override
    public ObjectHead orThrow() {
      return head;
    }
  }

  /**
   * There is no object: it was never uploaded, or has been removed already.
   *
   * <p>S3's response to a HEAD has no body, so a bucket that does not exist is reported like this
   * too.
   *
   * @param key the inspected key
   */
  record NotUploaded(ObjectKey key) implements UploadVerification {

    /**
     * A missing upload.
     *
     * @param key the inspected key
     */
    public NotUploaded {
      Objects.requireNonNull(key, "key");
    }

    @Override
    public ObjectHead orThrow() {
      throw StorageFailures.of(StorageException.Kind.NOT_FOUND);
    }

    @Override
    public String toString() {
      return "NotUploaded[]";
    }
  }

  /**
   * S3 returned 403: the object is missing and the credentials lack {@code s3:ListBucket}, or S3
   * does not accept the credentials.
   *
   * @param key the inspected key
   * @param cause the response of S3, with the request id
   */
  record NotUploadedOrForbidden(ObjectKey key, StorageException cause)
      implements UploadVerification {

    /**
     * An upload whose outcome is unknown.
     *
     * @param key the inspected key
     * @param cause the response of S3
     */
    public NotUploadedOrForbidden {
      Objects.requireNonNull(key, "key");
      Objects.requireNonNull(cause, "cause");
    }

    @Override
    public ObjectHead orThrow() {
      throw cause;
    }

    @Override
    public String toString() {
      return "NotUploadedOrForbidden[" + cause.getMessage() + "]";
    }
  }

  /**
   * The object was not allowed and was removed.
   *
   * @param key the inspected key
   * @param reason the rule it broke, the limit and the value; its message can be shown
   */
  record Rejected(ObjectKey key, UploadRejectedException reason) implements UploadVerification {

    /**
     * A rejected upload.
     *
     * @param key the inspected key
     * @param reason the rule it broke
     */
    public Rejected {
      Objects.requireNonNull(key, "key");
      Objects.requireNonNull(reason, "reason");
    }

    @Override
    public ObjectHead orThrow() {
      throw reason;
    }

    @Override
    public String toString() {
      return "Rejected[" + reason.getMessage() + "]";
    }
  }
}
