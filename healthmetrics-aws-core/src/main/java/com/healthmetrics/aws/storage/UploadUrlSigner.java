package com.healthmetrics.aws.storage;

/**
 * Signs uploads that a browser then sends directly to the bucket.
 *
 * <p>Guarantees of every implementation:
 *
 * <ul>
 *   <li>A request that the policy rejects fails before anything is signed.
 *   <li>Each call makes a new key with 128 random bits, {@code <prefix><owner>/<random>.<ext>}; no
 *       part of it comes from the file name.
 *   <li>It is signed for {@code pending/} followed by that key, from which nothing is served, until
 *       an {@link UploadVerifier} has inspected and published it.
 *   <li>{@link PresignedUpload#expiresAt()} is exact: the upload is refused from then on.
 * </ul>
 *
 * <pre>{@code
 * UploadRequest request = UploadRequest.of("user-42", "image/png", 48_213);
 * PresignedPost upload = signer.presignPost(UploadPolicy.avatars(), request);
 * String forTheBrowser = upload.toJson();
 * String forTheDatabase = upload.key().value();
 * }</pre>
 *
 * <p>Thread-safe.
 */
public interface UploadUrlSigner {

  /**
   * Signs a PUT of exactly the size, content type and headers in the result.
   *
   * <p>The pending object is created once: S3 refuses to overwrite it. Use it when the size is
   * known exactly; otherwise use {@link #presignPost}.
   *
   * @param policy the policy that decides whether the request is accepted
   * @param request the requested upload
   * @return everything that the browser must send
   * @throws UploadRejectedException if the policy rejects the request
   * @throws StorageException of kind {@code CREDENTIALS_UNAVAILABLE} if there are no credentials,
   *     or they have expired or end too soon; nothing was signed
   */
  PresignedPut presignPut(UploadPolicy policy, UploadRequest request);

  /**
   * Signs a form POST whose size S3 limits to the policy's maximum, with at least one byte.
   *
   * <p>The declared size is checked but does not bind the browser, which may compress the picture
   * before it sends it. S3 has no create-only POST: until it expires, the same form can be sent
   * again and replaces the pending object, but never a published one.
   *
   * @param policy the policy that decides whether the request is accepted
   * @param request the requested upload
   * @return everything that the browser must send
   * @throws UploadRejectedException if the policy rejects the request
   * @throws StorageException of kind {@code CREDENTIALS_UNAVAILABLE} if there are no credentials,
   *     or they have expired or end too soon; nothing was signed
   */
  PresignedPost presignPost(UploadPolicy policy, UploadRequest request);
}
