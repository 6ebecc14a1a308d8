package com.healthmetrics.aws.storage;

import com.healthmetrics.aws.storage.UploadVerification.NotUploaded;
import com.healthmetrics.aws.storage.UploadVerification.NotUploadedOrForbidden;
import com.healthmetrics.aws.storage.UploadVerification.Rejected;

/**
 * Inspects the object that a browser uploaded, and accepts or removes it.
 *
 * <p>S3 enforces the signed size and content type, but inspects no bytes: a page of HTML can be
 * uploaded as {@code image/png}. Call this when the browser reports that it is done, and keep the
 * key only if the upload was accepted.
 *
 * <pre>{@code
 * UploadVerifier verifier = UploadVerifier.of(objects);
 * ObjectHead accepted = verifier.verify(UploadPolicy.avatars(), "user-42", key).orThrow();
 * LOG.info("{} bytes, {}", accepted.sizeBytes(), accepted.eTag());
 * }</pre>
 *
 * <p>Guarantees:
 *
 * <ul>
 *   <li>Only keys that were made for the owner under the policy are inspected, so a user cannot
 *       have another user's picture accepted or removed by naming its key.
 *   <li>An accepted object has a size and content type that the policy allows, a type that agrees
 *       with its key's extension and with its first bytes, no content encoding, disposition or
 *       cache header that was not signed, and, if the request declares one, its checksum.
 *   <li>The inspected, the read and the removed object have the same bytes ({@code If-Match}). If
 *       they are replaced in between, the inspection starts again.
 *   <li>A value that the store does not report never removes anything.
 *   <li>It may be called again, and by several threads at once. An object that one call removed is
 *       {@link NotUploaded} or {@link Rejected} for the others, never accepted.
 *   <li>A {@link Rejected} object is removed. If that fails, it is a {@link StorageException}; call
 *       again.
 * </ul>
 *
 * <p>What it cannot do:
 *
 * <ul>
 *   <li>Undo the exposure. Until the object is inspected, a publicly readable picture can be loaded
 *       by anyone who knows its key, and a CDN may keep a copy for as long as the cache header
 *       allows. Policies with a prefix that the CDN does not serve publicly have no such gap.
 *   <li>Close the presigned upload. A PUT never overwrites an accepted object, but after a removal
 *       its URL works again until it expires, so never reuse a rejected key. A POST can replace an
 *       accepted object until it expires, and one that began before may end later: use a PUT if the
 *       object must not change.
 *   <li>Decode. The first bytes show what a file claims to be, not that it can be displayed.
 * </ul>
 *
 * <p>In a bucket that keeps versions a removed object becomes a former version, which a CDN does
 * not serve.
 *
 * <p>It costs a HEAD and a GET of 512 bytes; if a checksum is expected that the store does not
 * report, the whole object is read. It needs {@code s3:GetObject}, {@code s3:DeleteObject}, for
 * objects encrypted with a KMS key {@code kms:Decrypt}, and {@code s3:ListBucket} to distinguish
 * {@link NotUploaded} from {@link NotUploadedOrForbidden}.
 *
 * <p>Thread-safe. The interface is implemented here and by test doubles; new methods come with a
 * default body.
 *
 * <p>Source: Amazon S3 User Guide, "How to perform conditional reads", "How to perform conditional
 * deletes".
 */
public interface UploadVerifier {

  /**
   * {@return a verifier of the objects of a store}
   *
   * @param objects the store
   */
  static UploadVerifier of(ObjectStore objects) {
    return new ObjectStoreVerifier(objects);
  }

  /**
   * Verifies an upload whose owner and policy are known.
   *
   * @param policy the policy it was signed under
   * @param owner the owner it was signed for; take it from the session
   * @param key the key that was signed; it may come from the browser
   * @return the outcome
   * @throws UploadRejectedException of rule {@code KEY} if the key was not made for this owner
   *     under this policy, of rule {@code OWNER} if the owner cannot have keys; nothing was
   *     inspected or removed
   * @throws StorageException if a request to S3 failed, a rejected object could not be removed, or
   *     the object kept changing; nothing was accepted
   */
  UploadVerification verify(UploadPolicy policy, String owner, ObjectKey key);

  /**
   * Verifies an upload whose whole request is known, checksum and content type included.
   *
   * <p>The declared size is not compared: S3 enforces it for a PUT, and a POST may differ from it.
   *
   * @param policy the policy it was signed under
   * @param request the request, as it was signed
   * @param key the key that was signed; it may come from the browser
   * @return the outcome
   * @throws UploadRejectedException of rule {@code KEY} if the key was not made for this request
   *     under this policy; of another rule if the policy rejects the request itself; nothing was
   *     inspected or removed
   * @throws StorageException if a request to S3 failed, a rejected object could not be removed, or
   *     the object kept changing; nothing was accepted
   */
  UploadVerification verify(UploadPolicy policy, UploadRequest request, ObjectKey key);
}
