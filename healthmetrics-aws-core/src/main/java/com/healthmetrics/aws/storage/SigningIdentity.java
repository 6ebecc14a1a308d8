package com.healthmetrics.aws.storage;

import com.healthmetrics.aws.internal.CurrentCredentials;
import com.healthmetrics.aws.internal.sigv4.SigningCredentials;
import com.healthmetrics.aws.storage.PresignedUpload.Expiry;
import com.healthmetrics.aws.storage.PresignedUpload.ExpiryLimit;
import com.healthmetrics.aws.storage.StorageException.Kind;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.identity.spi.AwsSessionCredentialsIdentity;

/**
 * Decides with which credentials an upload is signed, and until when the signature is valid.
 *
 * <p>Immutable and thread-safe.
 */
final class SigningIdentity {
  private final AwsCredentialsProvider provider;
  private final Clock clock;
  private final @Nullable Runnable refresh;
  private final boolean refuseShortCredentials;

  /** Credentials, the instant that is signed, and the end of the signature. */
  record Signing(SigningCredentials credentials, Instant at, Expiry expiry) {
    long lifetimeSeconds() {
      return at.until(expiry.at(), ChronoUnit.SECONDS);
    }
  }

  SigningIdentity(
      AwsCredentialsProvider provider,
      Clock clock,
      @Nullable Runnable refresh,
      boolean refuseShortCredentials) {
    this.provider = provider;
    this.clock = clock;
    this.refresh = refresh;
    this.refuseShortCredentials = refuseShortCredentials;
  }

  /**
   * Begins a signature that is to be valid for a lifetime.
   *
   * @throws StorageException of kind {@code CREDENTIALS_UNAVAILABLE} if there are no credentials,
   *     or they have expired or end too soon
   */
  Signing sign(Duration lifetime) {
    Signing signing;
    try {
      signing = current(lifetime);
      if (refresh != null && signing.expiry().limit() == ExpiryLimit.CREDENTIALS) {
        CurrentCredentials.refresh(refresh);
        signing = current(lifetime);
      }
    } catch (CurrentCredentials.Unavailable e) {
      throw StorageFailures.unavailable(e, "signed");
    }
    if (refuseShortCredentials && signing.expiry().limit() == ExpiryLimit.CREDENTIALS) {
      throw new StorageException(
          Kind.CREDENTIALS_UNAVAILABLE,
          ("The AWS credentials end at %s, before the policy's lifetime of %s. Nothing was"
                  + " signed. Refresh them or shorten the policy's lifetime.")
              .formatted(signing.expiry().at(), lifetime));
    }
    return signing;
  }

  /** One instant for all of it, read once the provider has responded: that may take minutes. */
  private Signing current(Duration lifetime) {
    AwsCredentials credentials = CurrentCredentials.fetch(provider);
    Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    CurrentCredentials.requireUnexpired(credentials, now);
    return new Signing(
        signingCredentials(credentials), now, expiry(credentials, now.plus(lifetime)));
  }

  private static Expiry expiry(AwsCredentials credentials, Instant requested) {
    Instant end = credentials.expirationTime().orElse(Instant.MAX);
    return end.isBefore(requested)
        ? new Expiry(end.truncatedTo(ChronoUnit.SECONDS), ExpiryLimit.CREDENTIALS)
        : new Expiry(requested, ExpiryLimit.POLICY);
  }

  private static SigningCredentials signingCredentials(AwsCredentials credentials) {
    String token =
        credentials instanceof AwsSessionCredentialsIdentity session
            ? session.sessionToken()
            : null;
    return new SigningCredentials(credentials.accessKeyId(), credentials.secretAccessKey(), token);
  }
}
