package com.healthmetrics.aws.storage;

/**
 * Nothing could be signed, as there are no credentials, or only such as have expired or end too
 * soon.
 *
 * <p>The message says when they expired or what the SDK's provider chain found wrong; it never
 * holds a key or token.
 *
 * <pre>{@code
 * UploadRequest request = UploadRequest.of("user-42", "image/png", 3);
 * try {
 *   signer.presignPut(UploadPolicy.avatars(), request);
 * } catch (CredentialsUnavailableException e) {
 *   LOG.error("Uploads must wait: {}", e.getMessage()); // the user can try again later
 * }
 * }</pre>
 *
 * <p>Safe for use by several threads.
 */
public final class CredentialsUnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  CredentialsUnavailableException(String message) {
    super(message);
  }

  CredentialsUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }
}
