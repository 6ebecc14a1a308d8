package com.healthmetrics.aws.cdn;

import com.healthmetrics.aws.internal.Checks;
import com.healthmetrics.aws.storage.ObjectKey;
import java.net.URI;
import java.util.Optional;

/**
 * Resolves an object key to the URL that a browser loads it from, and such a URL back to the key.
 *
 * <p>For every key {@code k}, {@code keyOf(resolve(k))} is {@code k}; a URL with any other spelling
 * has no key. {@link #of} is the resolver of a CloudFront distribution. It is pure computation, so
 * it is the in-memory resolver, too.
 *
 * <pre>{@code
 * CdnUrlResolver cdn = CdnUrlResolver.of(URI.create("https://d111111abcdef8.cloudfront.net"));
 * URI url = cdn.resolve(ObjectKey.of("avatars/user-42/0f3c.png"));
 * Optional<ObjectKey> key = cdn.keyOf(url);
 * }</pre>
 *
 * <p>Thread-safe. New methods come with a default body.
 */
public interface CdnUrlResolver {

  /**
   * {@return an immutable resolver for the base URL of a distribution}
   *
   * <p>Everything but RFC 3986's unreserved characters and the slash is percent-encoded; a plus
   * sign in particular becomes {@code %2B}, since S3 behind CloudFront reads a bare one as a space.
   * Sources: RFC 3986, section 2.3; Amazon S3 User Guide, "Naming Amazon S3 objects".
   *
   * @param baseUrl https, or http on this machine; a path is kept, a trailing slash dropped
   * @throws IllegalArgumentException if it is not such a URL, or has user-info, a query or a
   *     fragment
   */
  static CdnUrlResolver of(URI baseUrl) {
    URI base = Checks.baseUrl(baseUrl);
    Checks.requireEncrypted(base, false, "call CdnUrlResolver.allowCleartextHttp");
    return new CloudFrontUrlResolver(base);
  }

  /**
   * Returns a resolver like {@link #of} that allows plain http on any host, for containers,
   * emulators and phones on a development network: anyone on the network can read and change what
   * browsers load.
   *
   * @param baseUrl https or http; a path is kept, a trailing slash dropped
   * @return an immutable resolver
   * @throws IllegalArgumentException if it is not such a URL, or has user-info, a query or a
   *     fragment
   */
  static CdnUrlResolver allowCleartextHttp(URI baseUrl) {
    return new CloudFrontUrlResolver(Checks.baseUrl(baseUrl));
  }

  /**
   * {@return the absolute URL of an object, percent-encoded}
   *
   * @param key the object's key
   */
  URI resolve(ObjectKey key);

  /**
   * {@return the key of the object that a URL points to, or empty if the URL is not one of this
   * distribution}
   *
   * <p>Only a URL that {@link #resolve} could have returned has a key: a foreign host, scheme or
   * port, user-info, a query, a fragment, encoded slashes, dot segments and unusual spellings have
   * none. So it is safe to delete the object of a URL that a user sent, once its owner is checked.
   *
   * @param url any URL
   */
  Optional<ObjectKey> keyOf(URI url);
}
