package com.healthmetrics.aws.storage;

import java.net.URI;
import java.util.Objects;
import java.util.Optional;

/**
 * The outcome of an {@link UploadVerifier}: one of four types.
 *
 * <pre>{@code
 * UploadVerification result = verifier.verify(UploadPolicy.avatars(), "user-42", key);
 * if (result instanceof UploadVerification.Accepted accepted) {
 *   long bytes = accepted.head().sizeBytes();
 *   Optional<URI> picture = accepted.publicUrl();
 * } else if (result instanceof UploadVerification.Rejected rejected) {
 *   LOG.info("removed: {}", rejected.reason().getMessage());
 * }
 * }</pre>
 *
 * <p>Keys name users, so {@code toString()} leaves them out. Immutable and thread-safe.
 */
public sealed interface UploadVerification {

  /** {@return the key of the upload, under which it is published if it was accepted} */
  ObjectKey key();

  /**
   * Requires that the upload was accepted.
   *
   * @return the accepted upload
   * @throws UploadRejectedException if it was rejected, and removed
   * @throws StorageException of kind {@code NOT_FOUND} if nothing was uploaded, or {@code
   *     MISSING_OR_FORBIDDEN} if S3 does not report whether something was
   */
  Accepted orThrow();

  /**
   * The upload was allowed, and is published under its key: by this call, or by an earlier one.
   *
   * @param head size, entity tag, version id and everything else of the published object
   * @param publicUrl the URL that a browser can load it from, or empty if the pictures of the
   *     policy are private or the bucket has no public URLs
   */
  record Accepted(ObjectHead head, Optional<URI> publicUrl) implements UploadVerification {

    /**
     * An accepted upload.
     *
     * @param head size, entity tag, version id and everything else of the published object
     * @param publicUrl the URL that a browser can load it from, or empty
     */
    public Accepted {
      Objects.requireNonNull(head, "head");
      Objects.requireNonNull(publicUrl, "publicUrl");
    }

    @Override
    public ObjectKey key() {
      return head.key();
    }

    @Override
    public Accepted orThrow() {
      return this;
    }

    /** The head, without the key and the URL, which contains it. */
    @Override
    public String toString() {
      return "Accepted[" + head + "]";
    }
  }

  /**
   * There is no object, neither pending nor published: it was never uploaded, or has been removed
   * already.
   *
   * <p>S3's response to a HEAD has no body, so a bucket that does not exist is reported like this
   * too.
   *
   * @param key the key of the upload
   */
  record NotUploaded(ObjectKey key) implements UploadVerification {

    /**
     * A missing upload.
     *
     * @param key the key of the upload
     */
    public NotUploaded {
      Objects.requireNonNull(key, "key");
    }

    @Override
    public Accepted orThrow() {
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
   * @param key the key of the upload
   * @param cause the response of S3, with the request id
   */
  record NotUploadedOrForbidden(ObjectKey key, StorageException cause)
      implements UploadVerification {

    /**
     * An upload whose outcome is unknown.
     *
     * @param key the key of the upload
     * @param cause the response of S3
     */
    public NotUploadedOrForbidden {
      Objects.requireNonNull(key, "key");
      Objects.requireNonNull(cause, "cause");
    }

    @Override
    public Accepted orThrow() {
      throw cause;
    }

    @Override
    public String toString() {
      return "NotUploadedOrForbidden[" + cause.getMessage() + "]";
    }
  }

  /**
   * The upload was not allowed and was removed; nothing is published.
   *
   * @param key the key of the upload
   * @param reason the rule it broke, the limit and the value; its message can be shown
   */
  record Rejected(ObjectKey key, UploadRejectedException reason) implements UploadVerification {

    /**
     * A rejected upload.
     *
     * @param key the key of the upload
     * @param reason the rule it broke
     */
    public Rejected {
      Objects.requireNonNull(key, "key");
      Objects.requireNonNull(reason, "reason");
    }

    @Override
    public Accepted orThrow() {
      throw reason;
    }

    @Override
    public String toString() {
      return "Rejected[" + reason.getMessage() + "]";
    }
  }
}
