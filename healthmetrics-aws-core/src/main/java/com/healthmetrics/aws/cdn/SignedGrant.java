package com.healthmetrics.aws.cdn;

import com.healthmetrics.aws.internal.Checks;
import com.healthmetrics.aws.internal.PercentEncoding;
import com.healthmetrics.aws.storage.ObjectKey;
import java.net.URI;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Access to one private object, or to all objects under a key prefix. It is signed once and used as
 * URLs, each of which costs a concatenation, or as cookies.
 *
 * <p>Anyone who holds one of its URLs or its cookies can load everything that the grant covers
 * until it expires. So grant only a prefix that belongs to one person, such as {@code
 * progress-photos/user-42/}, and only to that person. The grant of a prefix also covers the
 * downloads of {@link CloudFrontUrlSigner#signDownload} under any file name. {@code toString()}
 * hides policy and signature.
 *
 * <pre>{@code
 * SignedGrant grant = urlSigner.grant("progress-photos/user-42/", Duration.ofHours(1));
 * List<SignedUrl> gallery = keys.stream().map(grant::sign).toList();
 * List<String> setCookie = grant.setCookieHeaders("example.com");
 * }</pre>
 *
 * <p>Immutable and thread-safe. Sources: Amazon CloudFront Developer Guide, "Create a signed URL
 * using a custom policy", "Set signed cookies using a custom policy", "Set signed cookies using a
 * canned policy".
 */
public final class SignedGrant {
  private final String base;
  private final String scope;
  private final Map<String, String> parameters;
  private final String query;
  private final Instant expiresAt;

  /**
   * Creates a grant from a signature.
   *
   * @param base the distribution's base URL, ending in a slash
   * @param scope a key, or a prefix that ends in a slash, which no key does
   * @param parameters the query parameters or cookies that CloudFront expects, in its order
   */
  SignedGrant(String base, String scope, Map<String, String> parameters, Instant expiresAt) {
    this.base = base;
    this.scope = scope;
    this.parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
    this.query = query(parameters);
    this.expiresAt = expiresAt;
  }

  static String query(Map<String, String> parameters) {
    return parameters.entrySet().stream()
        .map(parameter -> parameter.getKey() + "=" + parameter.getValue())
        .collect(Collectors.joining("&"));
  }

  /**
   * {@return the signed URL of an object that the grant covers}
   *
   * <p>Only the URL is computed and no clock is read, so an expired grant returns expired URLs; see
   * {@link #expiresAt()}.
   *
   * @param key the object's key
   * @throws IllegalArgumentException if the grant does not cover the key
   */
  public SignedUrl sign(ObjectKey key) {
    if (!covers(key)) {
      throw new IllegalArgumentException(
          "The grant is for %s and does not cover the key %s. Sign a grant that does."
              .formatted(Checks.quote(scope), Checks.quote(key.value())));
    }
    return new SignedUrl(
        key, base + PercentEncoding.encodePath(key.value()) + "?" + query, expiresAt);
  }

  /**
   * {@return whether the grant covers an object: it is the signed key, or under the signed prefix}
   *
   * @param key the object's key
   */
  public boolean covers(ObjectKey key) {
    return scope.endsWith("/") ? key.value().startsWith(scope) : key.value().equals(scope);
  }

  /** {@return the instant from which CloudFront refuses the URLs and cookies, in whole seconds} */
  public Instant expiresAt() {
    return expiresAt;
  }

  /**
   * {@return the cookies with which a browser can load what the grant covers by its unsigned URL:
   * three names with their values, four with SHA-256; unmodifiable}
   *
   * <p>Set them with the attributes that {@link #setCookieHeaders} writes.
   */
  public Map<String, String> cookies() {
    Map<String, String> cookies = new LinkedHashMap<>();
    parameters.forEach((name, value) -> cookies.put("CloudFront-" + name, value));
    return Collections.unmodifiableMap(cookies);
  }

  /**
   * {@return the values of the {@code Set-Cookie} headers that hand the grant to a browser, one for
   * each cookie; unmodifiable}
   *
   * <p>{@code Secure} and {@code HttpOnly} keep the cookies from networks and scripts, {@code Path}
   * limits them to what the grant covers, and {@code SameSite=Lax} keeps them from pictures that a
   * foreign site embeds. {@code Expires} and {@code Max-Age} are left out, as CloudFront's guide
   * recommends: the cookies end with the browser's session or with the grant, whichever is first.
   *
   * @param domain a domain that the application and the distribution share, such as {@code
   *     example.com} for {@code app.example.com} and {@code cdn.example.com}: only then does a
   *     browser send the application's cookies to the distribution
   * @throws IllegalArgumentException if the distribution's host is not in that domain
   */
  public List<String> setCookieHeaders(String domain) {
    String host = URI.create(base).getHost();
    // The host is in lower case, and the domain not longer.
    String name = domain.length() <= host.length() ? domain.toLowerCase(Locale.ROOT) : "";
    if (name.isEmpty() || !(host.equals(name) || host.endsWith("." + name))) {
      throw new IllegalArgumentException(
          ("The distribution's host %s is not in the domain %s, so browsers would not send it the"
                  + " cookies. Use a domain that contains both the application and the"
                  + " distribution, or use signed URLs.")
              .formatted(host, Checks.quote(domain)));
    }
    String path = URI.create(base).getRawPath() + PercentEncoding.encodePath(scope);
    String attributes = "; Domain=" + name + "; Path=" + path + "; Secure; HttpOnly; SameSite=Lax";
    return cookies().entrySet().stream()
        .map(cookie -> cookie.getKey() + "=" + cookie.getValue() + attributes)
        .toList();
  }

  /** Scope and expiry; policy and signature are left out. */
  @Override
  public String toString() {
    return "SignedGrant[" + scope + (scope.endsWith("/") ? "*" : "") + ", until " + expiresAt + "]";
  }
}
