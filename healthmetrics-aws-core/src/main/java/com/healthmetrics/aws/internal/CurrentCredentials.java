package com.healthmetrics.aws.internal;

import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.identity.spi.AwsSessionCredentialsIdentity;

/**
 * Resolves credentials that can sign now.
 *
 * <p>Providers are foreign code. Whatever one does that leaves nothing to sign with is {@link
 * Unavailable}: at that point nothing was signed or sent, so nothing is lost.
 */
public final class CurrentCredentials {

  /** Thrown when there are none; the message states what to do and contains no key. */
  public static final class Unavailable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Unavailable(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /** Long-term credentials; the SDK's own class for them has no expiry. */
  private record LongTerm(
      String accessKeyId, String secretAccessKey, Optional<Instant> expirationTime)
      implements AwsCredentials {

    @Override
    public String toString() {
      return "LongTerm[hidden]";
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
   * <p>The clock is read after the provider has responded, which may take minutes.
   *
   * @return a copy: what was checked is what signs
   * @throws Unavailable if there are no credentials, or only malformed or expired ones
   */
  public static AwsCredentials resolve(AwsCredentialsProvider provider, Clock clock) {
    AwsCredentials credentials = fetch(provider);
    requireUnexpired(credentials, clock.instant());
    return credentials;
  }

  /**
   * Resolves credentials that may have expired.
   *
   * @return a copy without white space around the values
   * @throws Unavailable if there are no credentials, or only malformed ones
   */
  public static AwsCredentials fetch(AwsCredentialsProvider provider) {
    return guarded(
        () -> copyOf(provider.resolveCredentials()),
        "No AWS credentials could be resolved. Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY or"
            + " run with a role. The cause lists what was tried.");
  }

  /**
   * Makes a provider fetch new credentials.
   *
   * @param refresh the application's own method for it
   * @throws Unavailable if it fails
   */
  public static void refresh(Runnable refresh) {
    guarded(
        () -> {
          refresh.run();
          return refresh;
        },
        "The AWS credentials end too soon and could not be refreshed; the cause states why.");
  }

  /**
   * Checks that credentials are valid at an instant.
   *
   * @throws Unavailable if they have expired
   */
  public static void requireUnexpired(AwsCredentials credentials, Instant now) {
    Optional<Instant> end = credentials.expirationTime();
    // AWS counts whole seconds, so credentials in their last one are expired.
    if (end.isPresent() && now.until(end.get(), ChronoUnit.SECONDS) < 1) {
      throw new Unavailable(
          ("The AWS credentials expired at %s, and the clock shows %s. Refresh them, or check this"
                  + " machine's clock.")
              .formatted(end.get(), now),
          null);
    }
  }

  private static <T> T guarded(Supplier<T> foreign, String failure) {
    try {
      return foreign.get();
    } catch (Unavailable e) {
      throw e;
    } catch (Throwable e) {
      // All else: the SDK's ProcessCredentialsProvider throws IllegalStateException, a missing
      // module is a LinkageError, and Kotlin throws checked exceptions out of any method.
      if (Failures.isCausedBy(e, InterruptedException.class)) {
        Thread.currentThread().interrupt();
      }
      Failures.beforeReplacing(e);
      throw new Unavailable(failure, e);
    }
  }

  private static AwsCredentials copyOf(@Nullable AwsCredentials credentials) {
    if (credentials == null) {
      throw new Unavailable(
          "The AWS credentials provider returned null. Correct it: it must return credentials or"
              + " throw an exception.",
          null);
    }
    String keyId = credentials.accessKeyId();
    String secret = credentials.secretAccessKey();
    if (keyId == null || secret == null) {
      throw new Unavailable(
          "The AWS credentials are anonymous. Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY or"
              + " run with a role.",
          null);
    }
    keyId = checked("access key id", keyId, '!');
    if (keyId.indexOf('/') >= 0 || keyId.indexOf(',') >= 0) {
      throw new Unavailable(
          "The access key id of the AWS credentials contains a slash or a comma, which end it in a"
              + " signature. Check that key id and secret are not swapped.",
          null);
    }
    // Never sent, so that stores of other makers allow a space in it.
    secret = checked("secret access key", secret, ' ');
    Optional<Instant> end =
        Objects.requireNonNull(credentials.expirationTime(), "expirationTime() returned null");
    if (credentials instanceof AwsSessionCredentialsIdentity session) {
      return AwsSessionCredentials.builder()
          .accessKeyId(keyId)
          .secretAccessKey(secret)
          .sessionToken(checked("session token", session.sessionToken(), '!'))
          .expirationTime(end.orElse(null))
          .build();
    }
    return new LongTerm(keyId, secret, end);
  }

  /**
   * A line break or a look-alike from a web page would only show as a refused signature.
   *
   * @param first the first of the printable characters that are allowed
   */
  private static String checked(String name, @Nullable String value, char first) {
    // Stripped as the SDK does: values read from files often end in a line break.
    String stripped = value == null ? "" : value.strip();
    if (stripped.isEmpty()) {
      throw new Unavailable(
          "The %s of the AWS credentials is empty. Set it, or run with a role.".formatted(name),
          null);
    }
    if (!isPrintable(stripped, first)) {
      throw new Unavailable(
          ("The %s of the AWS credentials contains a line break or another character that is not"
                  + " allowed in it. Copy it again; it is printable ASCII.")
              .formatted(name),
          null);
    }
    return stripped;
  }

  private static boolean isPrintable(String text, char first) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) < first || text.charAt(i) > '~') {
        return false;
      }
    }
    return true;
  }
}
