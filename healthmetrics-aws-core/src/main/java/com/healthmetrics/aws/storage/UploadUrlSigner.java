package com.healthmetrics.aws.storage;

/**
 * Signs uploads that a browser then sends to the bucket itself.
 *
 * <p>Guarantees of every implementation:
 *
 * <ul>
 *   <li>What the policy refuses is refused before anything is signed.
 *   <li>Each call makes a new key with 128 random bits, {@code <prefix><owner>/<random>.<ext>}; no
 *       part of it comes from the file name.
 *   <li>{@link PresignedUpload#expiresAt()} is true: the upload is refused from then on.
 * </ul>
 *
 * <pre>{@code
 * UploadRequest request = UploadRequest.of("user-42", "image/png", 48_213);
 * PresignedPost upload = signer.presignPost(UploadPolicy.avatars(), request);
 * String forTheBrowser = upload.toJson();
 * String forTheDatabase = upload.key().value();
 * }</pre>
 *
 * <p>Implementations are safe for use by several threads.
 */
public interface UploadUrlSigner {

  /**
   * Signs a PUT of exactly the size, content type and headers the result names.
   *
   * <p>The object is created once: S3 refuses to overwrite it. Choose it when the size is known
   * exactly; otherwise take {@link #presignPost}.
   *
   * @param policy what may be uploaded
   * @param request what is wished
   * @return all that the browser must send
   * @throws UploadRejectedException if the policy refuses the wish
   * @throws CredentialsUnavailableException if there are no credentials, or only expired ones
   * @throws NullPointerException if an argument is null
   */
  PresignedPut presignPut(UploadPolicy policy, UploadRequest request);

  /**
   * Signs a form POST whose size S3 itself keeps between one byte and the policy's maximum.
   *
   * <p>The declared size is checked but does not bind the browser, which may compress the picture
   * before it sends it. S3 knows no create-only POST: until it expires, the same form can be sent
   * again and replaces the object.
   *
   * @param policy what may be uploaded
   * @param request what is wished
   * @return all that the browser must send
   * @throws UploadRejectedException if the policy refuses the wish
   * @throws CredentialsUnavailableException if there are no credentials, or only expired ones
   * @throws NullPointerException if an argument is null
   */
  PresignedPost presignPost(UploadPolicy policy, UploadRequest request);
}
