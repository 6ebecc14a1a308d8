package com.healthmetrics.aws.storage;

/**
 * Nothing could be signed, as there are no credentials, or only such as have expired or end too
 * soon.
 *
 * <p>The message says when they expired or what the SDK's provider chain found wrong; it never
 * holds a key or token.
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
