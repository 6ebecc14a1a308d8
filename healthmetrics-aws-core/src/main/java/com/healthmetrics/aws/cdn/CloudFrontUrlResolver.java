package com.healthmetrics.aws.cdn;

import com.healthmetrics.aws.internal.Checks;
import com.healthmetrics.aws.internal.PercentEncoding;
import com.healthmetrics.aws.storage.ObjectKey;
import java.net.URI;
import java.util.Optional;

/**
 * Resolves keys against the base URL of a CloudFront distribution.
 *
 * <p>Everything but RFC 3986's unreserved characters and the slash is percent-encoded; a plus sign
 * in particular becomes {@code %2B}, since S3 behind CloudFront reads a bare one as a space.
 *
 * <pre>{@code
 * CdnUrlResolver cdn = CloudFrontUrlResolver.of("https://d111111abcdef8.cloudfront.net");
 * URI url = cdn.resolve(ObjectKey.of("avatars/user-42/0f3c.png"));
 * Optional<ObjectKey> key = cdn.keyOf(url);
 * }</pre>
 *
 * <p>Immutable and safe for use by several threads. Sources: RFC 3986, section 2.3; Amazon S3 User
 * Guide, "Naming Amazon S3 objects".
 */
public final class CloudFrontUrlResolver implements CdnUrlResolver {
  private final String base;

  private CloudFrontUrlResolver(String base) {
    this.base = base;
  }

  /**
   * A resolver for a distribution.
   *
   * @param baseUrl https, or http on a loopback host; a path is kept, a trailing slash dropped
   * @return the resolver
   * @throws NullPointerException if {@code baseUrl} is null
   * @throws IllegalArgumentException if it is no such URL, or has user-info, a query or a fragment
   */
  public static CloudFrontUrlResolver of(String baseUrl) {
    return new CloudFrontUrlResolver(Checks.baseUrl(baseUrl) + "/");
  }

  @Override
  public URI resolve(ObjectKey key) {
    return URI.create(base + PercentEncoding.encodePath(key.value()));
  }

  @Override
  public Optional<ObjectKey> keyOf(URI url) {
    String text = url.toString();
    if (!text.startsWith(base)) {
      return Optional.empty();
    }
    return PercentEncoding.decodePath(text.substring(base.length()))
        .flatMap(CloudFrontUrlResolver::validKey);
  }

  private static Optional<ObjectKey> validKey(String value) {
    try {
      return Optional.of(ObjectKey.of(value));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** The base URL. */
  @Override
  public String toString() {
    return "CloudFrontUrlResolver[" + base + "]";
  }
}
