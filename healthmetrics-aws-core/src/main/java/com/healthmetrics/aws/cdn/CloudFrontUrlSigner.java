package com.healthmetrics.aws.cdn;

import com.healthmetrics.aws.internal.Checks;
import com.healthmetrics.aws.internal.PercentEncoding;
import com.healthmetrics.aws.internal.Required;
import com.healthmetrics.aws.storage.ObjectKey;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Signs URLs and cookies with which a browser can load private objects through CloudFront.
 *
 * <p>Guarantees:
 *
 * <ul>
 *   <li>Without a key there is no signer, so there is never an unsigned URL in place of a signed
 *       one.
 *   <li>What is signed is exactly the URL that {@link CloudFrontUrlResolver} gives the key, or
 *       exactly a prefix: the characters {@code *} and {@code ?}, which CloudFront reads as
 *       wildcards, are percent-encoded in keys and refused in prefixes.
 *   <li>{@link SignedUrl#expiresAt()} is true, and never earlier than was asked for.
 *   <li>The same object and the same expiry give the same URL, with RSA keys and, where the JDK's
 *       own provider signs, with ECDSA keys.
 * </ul>
 *
 * <pre>{@code
 * CloudFrontUrlSigner urlSigner =
 *     CloudFrontUrlSigner.builder()
 *         .baseUrl("https://d111111abcdef8.cloudfront.net")
 *         .signingKey(signingKey)
 *         .expiresAligned(Duration.ofMinutes(15))
 *         .build();
 * SignedUrl picture = urlSigner.sign(key, Duration.ofMinutes(10));
 * }</pre>
 *
 * <p>The signature protects an object only where the distribution's behavior for its path restricts
 * viewer access to a key group; without that CloudFront serves the bare URL, too.
 *
 * <p>Signing is pure computation. Immutable and safe for use by several threads. Sources: Amazon
 * CloudFront Developer Guide, "Create a signed URL using a canned policy" and "Create a signed URL
 * using a custom policy".
 */
public final class CloudFrontUrlSigner {
  private final String base;
  private final CloudFrontSigningKey key;
  private final Clock clock;
  private final Duration window;
  private final Duration longest;
  private final boolean sha256;

  private CloudFrontUrlSigner(Builder builder) {
    this.base = Objects.requireNonNull(builder.baseUrl) + "/";
    this.key = Objects.requireNonNull(builder.signingKey);
    this.clock = builder.clock;
    this.window = builder.window;
    this.longest = builder.longest;
    this.sha256 = builder.sha256;
  }

  /**
   * A builder that knows neither distribution nor key.
   *
   * @return a new builder
   */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Signs the URL of one object.
   *
   * @param key the object's key
   * @param validFor how long the URL can be used at least: whole seconds, 1 second to 24 hours
   *     unless the builder was told otherwise
   * @return the signed URL
   * @throws NullPointerException if an argument is null
   * @throws IllegalArgumentException if {@code validFor} is outside that range
   */
  public SignedUrl sign(ObjectKey key, Duration validFor) {
    return grant(key, validFor).sign(key);
  }

  /**
   * Signs the right to load one object, for those who want it as cookies.
   *
   * @param key the object's key
   * @param validFor as with {@link #sign}
   * @return the grant
   * @throws NullPointerException if an argument is null
   * @throws IllegalArgumentException if {@code validFor} is outside its range
   */
  public SignedGrant grant(ObjectKey key, Duration validFor) {
    Instant expiresAt = expiry(validFor);
    String policy = policy(base + PercentEncoding.encodePath(key.value()), expiresAt);
    return signed(
        key.value(), "Expires", Long.toString(expiresAt.getEpochSecond()), policy, expiresAt);
  }

  /**
   * Signs the right to load all objects under a prefix, those of later uploads included.
   *
   * @param keyPrefix how the keys begin, ending in a slash, such as {@code
   *     progress-photos/user-42/}
   * @param validFor as with {@link #sign}
   * @return the grant
   * @throws NullPointerException if an argument is null
   * @throws IllegalArgumentException if {@code validFor} is outside its range, or no key could
   *     begin like this, or the prefix is empty, does not end in a slash, or holds {@code *} or
   *     {@code ?}
   */
  public SignedGrant grant(String keyPrefix, Duration validFor) {
    checkPrefix(keyPrefix);
    Instant expiresAt = expiry(validFor);
    String policy = policy(base + PercentEncoding.encodePath(keyPrefix) + "*", expiresAt);
    String encoded = CloudFrontSigningKey.urlSafe(policy.getBytes(StandardCharsets.US_ASCII));
    return signed(keyPrefix, "Policy", encoded, policy, expiresAt);
  }

  private static void checkPrefix(String prefix) {
    if (!prefix.endsWith("/") || prefix.indexOf('*') >= 0 || prefix.indexOf('?') >= 0) {
      throw new IllegalArgumentException(
          Checks.quote(prefix)
              + " cannot be granted. Give a key prefix that ends in a slash, such as"
              + " progress-photos/user-42/, without * and ?, which CloudFront reads as wildcards.");
    }
    ObjectKey.of(prefix.substring(0, prefix.length() - 1));
  }

  private Instant expiry(Duration validFor) {
    if (!validFor.truncatedTo(ChronoUnit.SECONDS).equals(validFor)
        || validFor.compareTo(Duration.ofSeconds(1)) < 0
        || validFor.compareTo(longest) > 0) {
      throw new IllegalArgumentException(
          "A lifetime of "
              + validFor
              + " is not possible; give whole seconds from PT1S to "
              + longest
              + (longest.equals(Builder.USUAL_LONGEST)
                  ? ", or call unusuallyLongLifetimes on the builder."
                  : "."));
    }
    Instant earliest = clock.instant().plus(validFor);
    long wholeSeconds = earliest.getEpochSecond() + (earliest.getNano() > 0 ? 1 : 0);
    long step = window.toSeconds();
    return Instant.ofEpochSecond(Math.floorDiv(wholeSeconds + step - 1, step) * step);
  }

  /** CloudFront compares canned policies byte for byte with its own, so no blank may be added. */
  private static String policy(String resource, Instant expiresAt) {
    return "{\"Statement\":[{\"Resource\":\""
        + resource
        + "\",\"Condition\":{\"DateLessThan\":{\"AWS:EpochTime\":"
        + expiresAt.getEpochSecond()
        + "}}}]}";
  }

  private SignedGrant signed(
      String scope, String what, String value, String policy, Instant expiresAt) {
    Map<String, String> parameters = new LinkedHashMap<>();
    parameters.put(what, value);
    parameters.put("Signature", key.sign(policy.getBytes(StandardCharsets.US_ASCII), sha256));
    parameters.put("Key-Pair-Id", key.publicKeyId());
    if (sha256) {
      parameters.put("Hash-Algorithm", "SHA256");
    }
    return new SignedGrant(base, scope, parameters, expiresAt);
  }

  /** Base URL and key id; the private key is left out. */
  @Override
  public String toString() {
    return "CloudFrontUrlSigner[" + base + ", " + key + "]";
  }

  /**
   * Collects distribution and key; {@link #build()} reports everything that is missing at once.
   *
   * <p>Mutable and not safe for use by several threads.
   */
  public static final class Builder {
    private static final Duration USUAL_LONGEST = Duration.ofHours(24);
    private static final Duration EVER_LONGEST = Duration.ofDays(365);

    private @Nullable String baseUrl;
    private @Nullable CloudFrontSigningKey signingKey;
    private Clock clock = Clock.systemUTC();
    private Duration window = Duration.ofSeconds(1);
    private Duration longest = USUAL_LONGEST;
    private boolean sha256;

    private Builder() {}

    /**
     * Sets the distribution's base URL, the one that {@link CloudFrontUrlResolver} has.
     *
     * @param baseUrl https, or http on a loopback host; a path is kept, a trailing slash dropped
     * @return this builder
     * @throws NullPointerException if {@code baseUrl} is null
     * @throws IllegalArgumentException if it is no such URL, or has user-info, a query or a
     *     fragment
     */
    public Builder baseUrl(String baseUrl) {
      this.baseUrl = Checks.baseUrl(baseUrl).toString();
      return this;
    }

    /**
     * Sets the key that signs.
     *
     * @param key the key
     * @return this builder
     * @throws NullPointerException if {@code key} is null
     */
    public Builder signingKey(CloudFrontSigningKey key) {
      this.signingKey = Objects.requireNonNull(key, "key");
      return this;
    }

    /**
     * Sets where the time comes from; the system's clock otherwise.
     *
     * @param clock the clock
     * @return this builder
     * @throws NullPointerException if {@code clock} is null
     */
    public Builder clock(Clock clock) {
      this.clock = Objects.requireNonNull(clock, "clock");
      return this;
    }

    /**
     * Rounds every expiry up to a multiple of a window, so that all signatures of one object within
     * a window give the same URL and browsers can cache what they loaded.
     *
     * <p>A URL then lives as long as was asked for, and less than one window longer. Windows begin
     * at the epoch, so all servers agree on them, and with ECDSA keys on the signature, too, where
     * it is made by the JDK's own provider.
     *
     * @param window 1 second to 24 hours, in whole seconds
     * @return this builder
     * @throws NullPointerException if {@code window} is null
     * @throws IllegalArgumentException if it is outside that range
     */
    public Builder expiresAligned(Duration window) {
      this.window = check("A window", window, USUAL_LONGEST);
      return this;
    }

    /**
     * Allows lifetimes above 24 hours: whoever gets hold of a signed URL can use it until then, and
     * CloudFront can take back no single one.
     *
     * @param longest the longest lifetime allowed: 1 second to 365 days, in whole seconds
     * @return this builder
     * @throws NullPointerException if {@code longest} is null
     * @throws IllegalArgumentException if it is outside that range
     */
    public Builder unusuallyLongLifetimes(Duration longest) {
      this.longest = check("A longest lifetime", longest, EVER_LONGEST);
      return this;
    }

    private static Duration check(String what, Duration value, Duration longest) {
      if (!value.truncatedTo(ChronoUnit.SECONDS).equals(value)
          || value.compareTo(Duration.ofSeconds(1)) < 0
          || value.compareTo(longest) > 0) {
        throw new IllegalArgumentException(
            what
                + " of "
                + value
                + " is not possible; give whole seconds from PT1S to "
                + longest
                + ".");
      }
      return value;
    }

    /**
     * Signs over SHA-256 instead of SHA-1 and says so to CloudFront with {@code
     * Hash-Algorithm=SHA256}.
     *
     * <p>SHA-1 is what CloudFront assumes where nothing is said, and what every distribution
     * understands. Its known weakness, that two texts with one hash can be made, needs an attacker
     * who writes large parts of the signed text at will; the policies here hold a percent-encoded
     * key and a number. Call this where a rule or the Java runtime rules SHA-1 out.
     *
     * @return this builder
     */
    public Builder sha256() {
      this.sha256 = true;
      return this;
    }

    /**
     * The signer.
     *
     * @return an immutable signer
     * @throws IllegalStateException if base URL or key was not said; all that are missing are named
     */
    public CloudFrontUrlSigner build() {
      Required.of("A signer for private pictures never gives unsigned URLs and")
          .value("baseUrl", baseUrl)
          .value("signingKey", signingKey)
          .check();
      return new CloudFrontUrlSigner(this);
    }
  }
}
