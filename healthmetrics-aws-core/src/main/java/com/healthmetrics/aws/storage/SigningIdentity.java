package com.healthmetrics.aws.storage;

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
    Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    Instant requested = now.plus(lifetime);
    AwsCredentials resolved = resolve(now);
    Expiry expiry = expiry(resolved, requested);
    if (refresh != null && expiry.limit() == ExpiryLimit.CREDENTIALS) {
      refresh.run();
      resolved = resolve(now);
      expiry = expiry(resolved, requested);
    }
    if (refuseShortCredentials && expiry.limit() == ExpiryLimit.CREDENTIALS) {
      throw new StorageException(
          Kind.CREDENTIALS_UNAVAILABLE,
          ("The AWS credentials end at %s, before the policy's lifetime of %s. Nothing was"
                  + " signed. Refresh them or shorten the policy's lifetime.")
              .formatted(expiry.at(), lifetime));
    }
    return new Signing(signingCredentials(resolved), now, expiry);
  }

  private static Expiry expiry(AwsCredentials credentials, Instant requested) {
    return credentials
        .expirationTime()
        .map(end -> end.truncatedTo(ChronoUnit.SECONDS))
        .filter(end -> end.isBefore(requested))
        .map(end -> new Expiry(end, ExpiryLimit.CREDENTIALS))
        .orElse(new Expiry(requested, ExpiryLimit.POLICY));
  }

  private static SigningCredentials signingCredentials(AwsCredentials resolved) {
    // Stripped as the SDK does: secrets read from files often end in a line break.
    String token =
        resolved instanceof AwsSessionCredentialsIdentity session
            ? session.sessionToken().strip()
            : null;
    return new SigningCredentials(
        resolved.accessKeyId().strip(), resolved.secretAccessKey().strip(), token);
  }

  private AwsCredentials resolve(Instant now) {
    return StorageFailures.credentials(provider, now, "signed");
  }
}
