package com.healthmetrics.aws.storage;

import com.healthmetrics.aws.internal.Time;
import com.healthmetrics.aws.storage.UploadVerification.NotUploaded;
import com.healthmetrics.aws.storage.UploadVerification.NotUploadedOrForbidden;
import com.healthmetrics.aws.storage.UploadVerification.Rejected;
import java.net.URI;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/**
 * Inspects what a browser uploaded, and publishes or removes it.
 *
 * <p>S3 enforces the signed size and content type, but inspects no bytes: a page of HTML can be
 * uploaded as {@code image/png}. So a browser writes a pending object, which is never served. Call
 * this when the browser reports that it is done, and keep the key only if the upload was accepted.
 *
 * <pre>{@code
 * UploadVerification.Accepted accepted =
 *     verifier.verify(UploadPolicy.avatars(), "user-42", key).orThrow();
 * Optional<URI> picture = accepted.publicUrl();
 * }</pre>
 *
 * <p>Guarantees:
 *
 * <ul>
 *   <li>Only keys that were made for the owner under the policy are inspected, so a user cannot
 *       have another user's picture accepted or removed by naming its key.
 *   <li>The published object has the bytes that were inspected: they are read once, whole, and
 *       written under the final key. It has the policy's content type and cache header, the
 *       metadata that the policy keeps, and nothing else that the browser sent.
 *   <li>An accepted upload has a size and content type that the policy allows, the structure of a
 *       whole picture of that type with no more pixels than the policy allows, and, if the request
 *       declares one, its checksum. The application's own {@link UploadInspector} accepted it.
 *   <li>Unless the policy keeps them, no position, no preview, no comment and nothing that follows
 *       the picture is published: only pixel data, orientation and color, without encoding the
 *       picture again.
 *   <li>A published object is never replaced ({@code If-None-Match: *}), whatever is uploaded
 *       afterwards with the same presigned upload: that is removed, and the upload stays accepted.
 *   <li>A value that the store does not report never removes anything.
 *   <li>It may be called again after any failure, and by several threads and processes at once:
 *       there is one published object, and every call that finds it reports it as accepted. An
 *       object that one call removed is {@link NotUploaded} or {@link Rejected} for the others.
 *   <li>A {@link Rejected} object is removed. If that fails, it is a {@link StorageException}; call
 *       again.
 *   <li>A verification ends within one deadline, 60 seconds unless the bucket is built with
 *       another, reading, waiting and publishing included. Fetching credentials and the
 *       application's inspector come on top, and so do the requests of a store of your own.
 *   <li>All verifications of a bucket together hold a bounded number of bytes, an eighth of the
 *       heap unless the bucket is built with another; more wait in the order of their arrival. An
 *       upload that alone takes more is inspected alone, up to half of the heap.
 * </ul>
 *
 * <p>What it cannot do:
 *
 * <ul>
 *   <li>Close the presigned upload. After a rejection it works again until it expires, and what it
 *       uploads is verified anew.
 *   <li>Hold back a deletion. If a picture is deleted while a verification publishes it, it may be
 *       there afterwards: delete it again, or let the account's erasure list once more.
 *   <li>Decode. The structure is that of a picture, but whether its pixels can be displayed is
 *       decided by a decoder: use an {@link UploadInspector} that encodes the picture again.
 * </ul>
 *
 * <p>Uploads that are never verified stay pending, until the lifecycle rule of the bucket removes
 * them after a day. In a bucket that keeps versions, a removed pending object becomes a former
 * version, which the lifecycle rule removes too.
 *
 * <p>It costs a HEAD, a GET, a PUT and a DELETE. It needs {@code s3:GetObject} and {@code
 * s3:DeleteObject} for the pending objects, {@code s3:GetObject} and {@code s3:PutObject} for the
 * published ones, {@code kms:Decrypt} and {@code kms:GenerateDataKey} where a KMS key encrypts
 * them, and {@code s3:ListBucket} to distinguish {@link NotUploaded} from {@link
 * NotUploadedOrForbidden}.
 *
 * <p>Thread-safe. The interface is implemented here and by test doubles; new methods come with a
 * default body.
 *
 * <p>Source: Amazon S3 User Guide, "How to prevent object overwrites with conditional writes", "How
 * to perform conditional reads", "How to perform conditional deletes".
 */
public interface UploadVerifier {

  /**
   * {@return a verifier of the uploads in a store of your own; {@link S3Bucket} and {@link
   * InMemoryBucket} have theirs}
   *
   * <p>Create one and keep it: each has its own limit of memory.
   *
   * @param objects the store
   * @param publicUrls maps a key to the URL of {@link UploadVerification.Accepted#publicUrl()};
   *     usually {@code cdn::resolve}
   */
  static UploadVerifier of(ObjectStore objects, Function<ObjectKey, URI> publicUrls) {
    Objects.requireNonNull(publicUrls, "publicUrls");
    return new ObjectStoreVerifier(
        objects,
        Optional.of(publicUrls),
        Optional.empty(),
        MemoryBudget.ofHeap(),
        S3Connection.DEADLINE,
        Time.SYSTEM);
  }

  /**
   * Verifies an upload whose owner and policy are known.
   *
   * @param policy the policy it was signed under
   * @param owner the owner it was signed for; take it from the session
   * @param key the key of the presigned upload; it may come from the browser
   * @return the outcome
   * @throws UploadRejectedException of rule {@code KEY} if the key was not made for this owner
   *     under this policy, of rule {@code OWNER} if the owner cannot have keys; nothing was
   *     inspected or removed
   * @throws StorageException if a request to S3 failed, a rejected object could not be removed, or
   *     the object kept changing; of kind {@code BUSY} if no memory was free in time, {@code
   *     LIMIT_EXCEEDED} if the upload takes more than half of the heap, {@code ALREADY_EXISTS} if
   *     the key has an object that was not published under this policy. Nothing is lost: call again
   *     where {@link StorageException#retryAfter()} recommends it
   */
  UploadVerification verify(UploadPolicy policy, String owner, ObjectKey key);

  /**
   * Verifies an upload whose whole request is known, checksum and content type included.
   *
   * <p>The declared size is not compared: S3 enforces it for a PUT, and a POST may differ from it.
   *
   * @param policy the policy it was signed under
   * @param request the request, as it was signed
   * @param key the key of the presigned upload; it may come from the browser
   * @return the outcome
   * @throws UploadRejectedException of rule {@code KEY} if the key was not made for this request
   *     under this policy; of another rule if the policy rejects the request itself; nothing was
   *     inspected or removed
   * @throws StorageException if a request to S3 failed, a rejected object could not be removed, or
   *     the object kept changing; of kind {@code BUSY} if no memory was free in time, {@code
   *     LIMIT_EXCEEDED} if the upload takes more than half of the heap, {@code ALREADY_EXISTS} if
   *     the key has an object that was not published under this policy. Nothing is lost: call again
   *     where {@link StorageException#retryAfter()} recommends it
   */
  UploadVerification verify(UploadPolicy policy, UploadRequest request, ObjectKey key);
}
