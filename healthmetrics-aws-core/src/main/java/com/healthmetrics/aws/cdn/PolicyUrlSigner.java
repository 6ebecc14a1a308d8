package com.healthmetrics.aws.cdn;

import com.healthmetrics.aws.internal.Checks;
import com.healthmetrics.aws.internal.PercentEncoding;
import com.healthmetrics.aws.storage.ObjectKey;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** Signs canned policies for single objects, and custom policies for prefixes. */
final class PolicyUrlSigner implements CloudFrontUrlSigner {
  private static final String DISPOSITION = "response-content-disposition=";

  private final String base;
  private final CloudFrontSigningKey key;
  private final Clock clock;
  private final Duration window;
  private final Duration longest;
  private final boolean sha256;

  PolicyUrlSigner(Builder builder, URI baseUrl, CloudFrontSigningKey key) {
    this.base = baseUrl + "/";
    this.key = key;
    this.clock = builder.clock;
    this.window = builder.window;
    this.longest = builder.longest;
    this.sha256 = builder.sha256;
  }

  @Override
  public SignedUrl sign(ObjectKey key, Duration validFor) {
    return grant(key, validFor).sign(key);
  }

  @Override
  public SignedUrl signDownload(ObjectKey key, String fileName, Duration validFor) {
    String url =
        url(key) + "?" + DISPOSITION + PercentEncoding.encode(AttachmentHeader.of(fileName, key));
    Instant expiresAt = expiry(validFor);
    return new SignedUrl(key, url + "&" + SignedGrant.query(canned(url, expiresAt)), expiresAt);
  }

  @Override
  public SignedGrant grant(ObjectKey key, Duration validFor) {
    Instant expiresAt = expiry(validFor);
    return new SignedGrant(base, key.value(), canned(url(key), expiresAt), expiresAt);
  }

  @Override
  public SignedGrant grant(String keyPrefix, Duration validFor) {
    checkPrefix(keyPrefix);
    Instant expiresAt = expiry(validFor);
    String policy = policy(base + PercentEncoding.encodePath(keyPrefix) + "*", expiresAt);
    String encoded = CloudFrontSigningKey.urlSafe(policy.getBytes(StandardCharsets.US_ASCII));
    return new SignedGrant(base, keyPrefix, signed("Policy", encoded, policy), expiresAt);
  }

  private String url(ObjectKey key) {
    return base + PercentEncoding.encodePath(key.value());
  }

  private static void checkPrefix(String prefix) {
    if (!prefix.endsWith("/") || prefix.indexOf('*') >= 0 || prefix.indexOf('?') >= 0) {
      throw new IllegalArgumentException(
          Checks.quote(prefix)
              + " cannot be granted. Use a key prefix that ends in a slash, such as"
              + " progress-photos/user-42/, without * and ?, which CloudFront reads as wildcards.");
    }
    ObjectKey.of(prefix.substring(0, prefix.length() - 1));
  }

  private Instant expiry(Duration validFor) {
    if (!Builder.isWholeSeconds(validFor, longest)) {
      boolean usual = longest.equals(Builder.USUAL_LONGEST);
      throw new IllegalArgumentException(
          "A lifetime of %s is out of range. Use whole seconds, PT1S to %s%s."
              .formatted(
                  validFor,
                  longest,
                  usual ? ", or call unusuallyLongLifetimes on the builder" : ""));
    }
    Instant earliest = clock.instant().plus(validFor);
    long wholeSeconds = earliest.getEpochSecond() + (earliest.getNano() > 0 ? 1 : 0);
    long step = window.toSeconds();
    return Instant.ofEpochSecond(Math.floorDiv(wholeSeconds + step - 1, step) * step);
  }

  /** CloudFront compares canned policies byte for byte with its own, so no blank may be added. */
  private static String policy(String resource, Instant expiresAt) {
    return """
        {"Statement":[{"Resource":"%s","Condition":{"DateLessThan":{"AWS:EpochTime":%s}}}]}"""
        .formatted(resource, expiresAt.getEpochSecond());
  }

  private Map<String, String> canned(String url, Instant expiresAt) {
    return signed("Expires", Long.toString(expiresAt.getEpochSecond()), policy(url, expiresAt));
  }

  private Map<String, String> signed(String name, String value, String policy) {
    Map<String, String> parameters = new LinkedHashMap<>();
    parameters.put(name, value);
    parameters.put("Signature", key.sign(policy.getBytes(StandardCharsets.US_ASCII), sha256));
    parameters.put("Key-Pair-Id", key.publicKeyId());
    if (sha256) {
      parameters.put("Hash-Algorithm", "SHA256");
    }
    return parameters;
  }

  /** Base URL and key id; the private key is left out. */
  @Override
  public String toString() {
    return "CloudFrontUrlSigner[" + base + ", " + key + "]";
  }
}
