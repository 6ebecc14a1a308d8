package com.healthmetrics.aws.storage;

import com.healthmetrics.aws.storage.StorageException.Kind;

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
 * <p>Immutable and safe for use by several threads.
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
   * There certainly is no object: it was never uploaded, or is removed already.
   *
   * @param key the key that was looked at
   */
  record NotUploaded(ObjectKey key) implements UploadVerification {
    @Override
    public ObjectHead orThrow() {
      throw StoreRules.notFound();
    }
  }

  /**
   * There is no object, or it may not be read: without {@code s3:ListBucket} S3 answers 403 to
   * both.
   *
   * @param key the key that was looked at
   */
  record NotUploadedOrForbidden(ObjectKey key) implements UploadVerification {
    @Override
    public ObjectHead orThrow() {
      throw new StorageException(
          Kind.MISSING_OR_FORBIDDEN, StorageFailures.explanation(Kind.MISSING_OR_FORBIDDEN));
    }
  }

  /**
   * There was an object that is not allowed, and it is removed.
   *
   * @param key the key that was looked at
   * @param reason the rule it broke, the limit and what was found; its message can be shown
   */
  record Rejected(ObjectKey key, UploadRejectedException reason) implements UploadVerification {
    @Override
    public ObjectHead orThrow() {
      throw reason;
    }
  }
}
