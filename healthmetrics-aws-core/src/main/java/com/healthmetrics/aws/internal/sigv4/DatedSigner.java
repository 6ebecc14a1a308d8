package com.healthmetrics.aws.internal.sigv4;

import com.healthmetrics.aws.internal.PercentEncoding;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Signs with one set of credentials at one second; never printed.
 *
 * <p>Immutable and thread-safe.
 */
public final class DatedSigner {
  private static final int SECONDS_A_DAY = 86_400;

  private final SigningKey key;
  private final long second;
  private final @Nullable String sessionToken;
  private final String encodedSessionToken;
  private final String timestamp;
  private final String credential;
  private final String encodedCredential;
  private final String toSign;

  DatedSigner(SigningKey key, long second, @Nullable String sessionToken) {
    this.key = key;
    this.second = second;
    this.sessionToken = sessionToken;
    this.encodedSessionToken = sessionToken == null ? "" : PercentEncoding.encode(sessionToken);
    this.timestamp = key.date() + "T" + time(Math.floorMod(second, SECONDS_A_DAY)) + "Z";
    this.credential = key.credential();
    this.encodedCredential = PercentEncoding.encode(credential);
    this.toSign = SigV4.ALGORITHM + "\n" + timestamp + "\n" + key.scope() + "\n";
  }

  /** {@code 235959}: seven digits begin with the one that keeps the zeros. */
  private static String time(int secondOfDay) {
    int digits = secondOfDay / 3_600 * 10_000 + secondOfDay / 60 % 60 * 100 + secondOfDay % 60;
    return Integer.toString(1_000_000 + digits).substring(1);
  }

  boolean isFor(long second, SigningCredentials credentials) {
    return this.second == second
        && key.isFor(SigningKey.dayOf(second), credentials)
        && Objects.equals(sessionToken, credentials.sessionToken());
  }

  SigningKey key() {
    return key;
  }

  /** The value of {@code X-Amz-Date}, such as {@code 20130524T000000Z}. */
  public String timestamp() {
    return timestamp;
  }

  /** Access key and scope, the value of {@code X-Amz-Credential}. */
  public String credential() {
    return credential;
  }

  /** The same, percent-encoded. */
  public String encodedCredential() {
    return encodedCredential;
  }

  /** The value of {@code X-Amz-Security-Token}, percent-encoded; empty if there is none. */
  public String encodedSessionToken() {
    return encodedSessionToken;
  }

  /** Signs the canonical request in a buffer, which is overwritten; lower-case hex. */
  public String signCanonicalRequest(SigningBuffer canonicalRequest) {
    return canonicalRequest.hash(toSign).authenticate(key.hmac()).text();
  }

  /** Signs the base64 of a POST policy in a buffer, which is overwritten; lower-case hex. */
  public String signPolicy(SigningBuffer base64) {
    return base64.authenticate(key.hmac()).text();
  }

  @Override
  public String toString() {
    return "DatedSigner[hidden]";
  }
}
