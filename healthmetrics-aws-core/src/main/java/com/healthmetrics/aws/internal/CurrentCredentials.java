package com.healthmetrics.aws.internal;

import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;

/** Resolves credentials that are valid now. */
public final class CurrentCredentials {

  /** Thrown when there are none; the message states what to do and contains no key. */
  public static final class Unavailable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Unavailable(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  private CurrentCredentials() {}

  /**
   * Wraps a provider so that the SDK's clients, which close their provider, cannot close this one.
   */
  public static AwsCredentialsProvider shielded(AwsCredentialsProvider provider) {
    return new AwsCredentialsProvider() {
      @Override
      public AwsCredentials resolveCredentials() {
        return provider.resolveCredentials();
      }
    };
  }

  /**
   * Resolves credentials and refuses expired ones, with which the SDK itself would sign.
   *
   * @param clock read once the provider has responded, which may take long
   * @throws Unavailable if there are no credentials, or only expired ones
   */
  public static AwsCredentials resolve(AwsCredentialsProvider provider, Clock clock) {
    AwsCredentials credentials;
    try {
      credentials = provider.resolveCredentials();
    } catch (RuntimeException e) {
      // Not only the SDK's own: its ProcessCredentialsProvider throws IllegalStateException.
      throw new Unavailable(
          "No AWS credentials could be resolved. Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY or"
              + " run with a role. The cause lists what was tried.",
          e);
    }
    if (credentials.accessKeyId() == null || credentials.secretAccessKey() == null) {
      throw new Unavailable(
          "The AWS credentials are anonymous. Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY or"
              + " run with a role.",
          null);
    }
    Instant now = clock.instant();
    Optional<Instant> end = credentials.expirationTime();
    // AWS counts whole seconds, so credentials in their last one are expired.
    if (end.isPresent() && now.until(end.get(), ChronoUnit.SECONDS) < 1) {
      throw new Unavailable(
          ("The AWS credentials expired at %s, and the clock shows %s. Refresh them, or check this"
                  + " machine's clock.")
              .formatted(end.get(), now),
          null);
    }
    return credentials;
  }
}
