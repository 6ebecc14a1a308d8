package com.healthmetrics.aws.internal;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;

/** Credentials that can be used now. */
public final class CurrentCredentials {

  /** Why there are none, in words that a user can act on and that hold no key. */
  public static final class Unavailable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Unavailable(String message) {
      super(message);
    }

    Unavailable(String message, Throwable cause) {
      super(message, cause);
    }
  }

  private CurrentCredentials() {}

  /** A provider that may be handed to the SDK's clients, which close what they are given. */
  public static AwsCredentialsProvider shielded(AwsCredentialsProvider provider) {
    return new AwsCredentialsProvider() {
      @Override
      public AwsCredentials resolveCredentials() {
        return provider.resolveCredentials();
      }
    };
  }

  /**
   * Asks a provider, and refuses what has expired: the SDK itself would sign with it.
   *
   * @throws Unavailable if there are no credentials, or only expired ones
   */
  public static AwsCredentials resolve(AwsCredentialsProvider provider, Instant now) {
    AwsCredentials credentials;
    try {
      credentials = provider.resolveCredentials();
    } catch (RuntimeException e) {
      // Not only the SDK's own: its ProcessCredentialsProvider throws IllegalStateException.
      throw new Unavailable(
          "No AWS credentials could be resolved. Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY or"
              + " run with a role; the cause lists what was tried.",
          e);
    }
    if (credentials.accessKeyId() == null || credentials.secretAccessKey() == null) {
      throw new Unavailable(
          "The AWS credentials are anonymous. Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY or"
              + " run with a role.");
    }
    Optional<Instant> end = credentials.expirationTime();
    // AWS counts whole seconds, so credentials in their last one are of no use any more.
    if (end.isPresent() && now.until(end.get(), ChronoUnit.SECONDS) < 1) {
      throw new Unavailable(
          "The AWS credentials expired at "
              + end.get()
              + ", and it is "
              + now
              + ". Refresh them, or check this machine's clock.");
    }
    return credentials;
  }
}
