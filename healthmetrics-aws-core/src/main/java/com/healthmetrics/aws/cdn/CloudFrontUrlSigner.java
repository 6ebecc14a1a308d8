package com.healthmetrics.aws.cdn;

import com.healthmetrics.aws.internal.Checks;
import com.healthmetrics.aws.internal.Required;
import com.healthmetrics.aws.storage.ObjectKey;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Signs URLs and cookies with which a browser can load private objects through CloudFront.
 *
 * <p>Guarantees of a signer from {@link #builder()}:
 *
 * <ul>
 *   <li>There is no signer without a key, so it never returns an unsigned URL.
 *   <li>It signs exactly the URL that {@link CdnUrlResolver} returns for the key, for a download
 *       with its file name, or exactly a prefix: the characters {@code *} and {@code ?}, which
 *       CloudFront reads as wildcards, are percent-encoded in keys and refused in prefixes.
 *   <li>{@link SignedUrl#expiresAt()} is exact, and never earlier than requested.
 *   <li>The same object and the same expiry result in the same URL, with RSA keys and, where the
 *       JDK's own provider signs, with ECDSA keys.
 *   <li>Signing is pure computation.
 * </ul>
 *
 * <pre>{@code
 * CloudFrontUrlSigner urlSigner =
 *     CloudFrontUrlSigner.builder()
 *         .baseUrl(URI.create("https://d111111abcdef8.cloudfront.net"))
 *         .signingKey(signingKey)
 *         .expiresAligned(Duration.ofMinutes(15))
 *         .build();
 * SignedUrl picture = urlSigner.sign(key, Duration.ofMinutes(10));
 * }</pre>
 *
 * <p>The signature protects an object only where the distribution's behavior for its path restricts
 * viewer access to a key group; without that, CloudFront serves the bare URL, too.
 *
 * <p>Thread-safe. The interface is implemented here and by test doubles; new methods come with a
 * default body. Sources: Amazon CloudFront Developer Guide, "Create a signed URL using a canned
 * policy" and "Create a signed URL using a custom policy".
 */
public interface CloudFrontUrlSigner {

  /** {@return a new builder; base URL and signing key are required} */
  static Builder builder() {
    return new Builder();
  }

  /**
   * Signs the URL of one object.
   *
   * @param key the object's key
   * @param validFor the minimum lifetime of the URL: whole seconds, 1 second to 24 hours unless the
   *     builder allows more
   * @return the signed URL
   * @throws IllegalArgumentException if {@code validFor} is outside that range
   */
  SignedUrl sign(ObjectKey key, Duration validFor);

  /**
   * Signs a URL with which a browser saves one object under a file name, for a link such as {@code
   * <a href="…">}.
   *
   * <p>The name is the parameter {@code response-content-disposition}, with which S3 replaces the
   * object's {@code Content-Disposition}. It is part of what is signed, so it cannot be changed.
   * The distribution must forward this parameter to S3, as that of the Terraform module does for
   * private prefixes; otherwise the object is shown instead. Sources: Amazon S3 API Reference,
   * "GetObject"; Amazon CloudFront Developer Guide, "Cache content based on query string
   * parameters". Not verified on AWS.
   *
   * @param key the object's key
   * @param fileName the name that the user sees, in any script: 1 to 255 characters without
   *     slashes, control characters, and characters that change the direction of text. A name that
   *     ends in another extension than the key gets the key's: {@code front.exe} becomes {@code
   *     front.exe.jpg}
   * @param validFor as for {@link #sign}
   * @return the signed URL
   * @throws IllegalArgumentException if {@code validFor} is outside its range, or the name is not
   *     such a name; the message does not repeat it
   */
  SignedUrl signDownload(ObjectKey key, String fileName, Duration validFor);

  /**
   * Signs a grant for one object, for use as cookies.
   *
   * @param key the object's key
   * @param validFor as for {@link #sign}
   * @return the grant
   * @throws IllegalArgumentException if {@code validFor} is outside its range
   */
  SignedGrant grant(ObjectKey key, Duration validFor);

  /**
   * Signs a grant for all objects under a prefix, including those uploaded later.
   *
   * @param keyPrefix the beginning of the keys, ending in a slash, such as {@code
   *     progress-photos/user-42/}
   * @param validFor as for {@link #sign}
   * @return the grant
   * @throws IllegalArgumentException if {@code validFor} is outside its range, or the prefix is
   *     empty, does not end in a slash, cannot begin a key, or contains {@code *} or {@code ?}
   */
  SignedGrant grant(String keyPrefix, Duration validFor);

  /**
   * Builder for {@link CloudFrontUrlSigner}.
   *
   * <p>Not thread-safe.
   */
  final class Builder {
    static final Duration USUAL_LONGEST = Duration.ofHours(24);
    private static final Duration EVER_LONGEST = Duration.ofDays(365);

    @Nullable URI baseUrl;
    @Nullable CloudFrontSigningKey signingKey;
    Clock clock = Clock.systemUTC();
    Duration window = Duration.ofSeconds(1);
    Duration longest = USUAL_LONGEST;
    boolean sha256;
    private boolean allowCleartextHttp;

    private Builder() {}

    /**
     * Sets the distribution's base URL, the same as that of the {@link CdnUrlResolver}.
     *
     * @param baseUrl https, or http on this machine; other hosts need {@link
     *     #allowCleartextHttp()}; a path is kept, a trailing slash dropped
     * @return this builder
     * @throws IllegalArgumentException if it is not such a URL, or has user-info, a query or a
     *     fragment
     */
    public Builder baseUrl(URI baseUrl) {
      this.baseUrl = Checks.baseUrl(baseUrl);
      return this;
    }

    /**
     * Allows a base URL that is plain http on any host, for containers, emulators and phones on a
     * development network: anyone on the network can read the signed URLs and use them. Default:
     * only on this machine.
     *
     * @return this builder
     */
    public Builder allowCleartextHttp() {
      allowCleartextHttp = true;
      return this;
    }

    /**
     * Sets the key that signs.
     *
     * @param key the key
     * @return this builder
     */
    public Builder signingKey(CloudFrontSigningKey key) {
      this.signingKey = Objects.requireNonNull(key, "key");
      return this;
    }

    /**
     * Sets the clock that lifetimes count from. Default: the system clock.
     *
     * @param clock the clock
     * @return this builder
     */
    public Builder clock(Clock clock) {
      this.clock = Objects.requireNonNull(clock, "clock");
      return this;
    }

    /**
     * Rounds every expiry up to a multiple of a window, so that an object keeps its URL within a
     * window and browsers can cache it. Default: 1 second.
     *
     * <p>A URL is then valid for as long as requested, and less than one window longer. Windows
     * begin at the epoch, so all servers agree on them, and with ECDSA keys on the signature, too,
     * where the JDK's own provider signs.
     *
     * @param window 1 second to 24 hours, in whole seconds
     * @return this builder
     * @throws IllegalArgumentException if it is outside that range
     */
    public Builder expiresAligned(Duration window) {
      this.window = check("A window", window, USUAL_LONGEST);
      return this;
    }

    /**
     * Allows lifetimes above 24 hours: anyone who obtains a signed URL can use it until it expires,
     * and CloudFront cannot revoke a single one. Default: 24 hours.
     *
     * @param longest the longest lifetime allowed: 1 second to 365 days, in whole seconds
     * @return this builder
     * @throws IllegalArgumentException if it is outside that range
     */
    public Builder unusuallyLongLifetimes(Duration longest) {
      this.longest = check("A maximum lifetime", longest, EVER_LONGEST);
      return this;
    }

    private static Duration check(String what, Duration value, Duration longest) {
      if (!isWholeSeconds(value, longest)) {
        throw new IllegalArgumentException(
            "%s of %s is out of range. Use whole seconds, PT1S to %s."
                .formatted(what, value, longest));
      }
      return value;
    }

    static boolean isWholeSeconds(Duration value, Duration longest) {
      return value.truncatedTo(ChronoUnit.SECONDS).equals(value)
          && value.compareTo(Duration.ofSeconds(1)) >= 0
          && value.compareTo(longest) <= 0;
    }

    /**
     * Signs with SHA-256 instead of SHA-1, and adds {@code Hash-Algorithm=SHA256} to the URL.
     * Default: SHA-1.
     *
     * <p>SHA-1 is CloudFront's default, and every distribution accepts it. Its known weakness,
     * collisions, requires an attacker who controls large parts of the signed text; the policies
     * here contain a percent-encoded key and a number. Call this where a policy or the Java runtime
     * forbids SHA-1.
     *
     * @return this builder
     */
    public Builder sha256() {
      this.sha256 = true;
      return this;
    }

    /**
     * Builds the signer.
     *
     * @return an immutable signer
     * @throws IllegalStateException if base URL or signing key is missing; all missing values are
     *     named
     * @throws IllegalArgumentException if the base URL is plain http on another machine and {@link
     *     #allowCleartextHttp()} was not called
     */
    public CloudFrontUrlSigner build() {
      Required.of("A CloudFront URL signer never returns unsigned URLs; this one")
          .value("baseUrl", baseUrl)
          .value("signingKey", signingKey)
          .check();
      Checks.requireEncrypted(baseUrl, allowCleartextHttp, Checks.ALLOWED_BY_BUILDER);
      return new PolicyUrlSigner(
          this, Objects.requireNonNull(baseUrl), Objects.requireNonNull(signingKey));
    }
  }
}
