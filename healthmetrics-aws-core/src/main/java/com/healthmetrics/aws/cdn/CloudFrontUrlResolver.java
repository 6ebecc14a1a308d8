package com.healthmetrics.aws.cdn;

import com.healthmetrics.aws.internal.PercentEncoding;
import com.healthmetrics.aws.storage.ObjectKey;
import java.net.URI;
import java.util.Optional;

/** Resolves keys against the base URL of a distribution. */
final class CloudFrontUrlResolver implements CdnUrlResolver {
  private final String base;

  CloudFrontUrlResolver(URI baseUrl) {
    this.base = baseUrl + "/";
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

  @Override
  public String toString() {
    return "CdnUrlResolver[" + base + "]";
  }
}
