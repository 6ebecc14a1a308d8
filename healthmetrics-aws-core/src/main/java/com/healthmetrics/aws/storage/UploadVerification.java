package com.healthmetrics.aws.storage;

import java.util.Objects;

/**
 * What an {@link UploadVerifier} found: one of four outcomes, to tell apart by type.
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
 * <p>Keys name users, so {@code toString()} leaves them out. Immutable and safe for use by several
 * threads.
 */
public sealed interface UploadVerification {

  /**
   * The key that was looked at.
   *
   * @return the key
   */
  ObjectKey key();

  /**
   * Insists that the upload was accepted.
   *
   * @return what is known about the object
   * @throws UploadRejectedException if it was rejected, and is removed
   * @throws StorageException of kind {@code NOT_FOUND} if nothing was uploaded, or {@code
   *     MISSING_OR_FORBIDDEN} where S3 does not say whether something was
   */
  ObjectHead orThrow();

  /**
   * The object is there and is what was allowed.
   *
   * @param head its size, entity tag, version id and the rest that S3 knows
   */
  record Accepted(ObjectHead head) implements UploadVerification {

    /**
     * An accepted upload.
     *
     * @param head its size, entity tag, version id and the rest that S3 knows
     * @throws NullPointerException if {@code head} is null
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
   * There is no object: it was never uploaded, or is removed already.
   *
   * <p>S3's answer to a look has no body, so a bucket that does not exist looks like this too.
   *
   * @param key the key that was looked at
   */
  record NotUploaded(ObjectKey key) implements UploadVerification {

    /**
     * An upload that is not there.
     *
     * @param key the key that was looked at
     * @throws NullPointerException if {@code key} is null
     */
    public NotUploaded {
      Objects.requireNonNull(key, "key");
    }

    @Override
    public ObjectHead orThrow() {
      throw StoreRules.notFound();
    }

    @Override
    public String toString() {
      return "NotUploaded[]";
    }
  }

  /**
   * S3 answered 403, which it does for a missing object where {@code s3:ListBucket} is lacking, and
   * for credentials that it does not accept.
   *
   * @param key the key that was looked at
   * @param cause what S3 answered, with the request id
   */
  record NotUploadedOrForbidden(ObjectKey key, StorageException cause)
      implements UploadVerification {

    /**
     * An upload of which nobody can tell.
     *
     * @param key the key that was looked at
     * @param cause what S3 answered
     * @throws NullPointerException if an argument is null
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
   * There was an object that is not allowed, and it is removed.
   *
   * @param key the key that was looked at
   * @param reason the rule it broke, the limit and what was found; its message can be shown
   */
  record Rejected(ObjectKey key, UploadRejectedException reason) implements UploadVerification {

    /**
     * A rejected upload.
     *
     * @param key the key that was looked at
     * @param reason the rule it broke
     * @throws NullPointerException if an argument is null
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
