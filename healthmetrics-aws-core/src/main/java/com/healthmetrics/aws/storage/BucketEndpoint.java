package com.healthmetrics.aws.storage;

import com.healthmetrics.aws.internal.Checks;
import java.net.URI;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.regions.PartitionMetadata;
import software.amazon.awssdk.regions.Region;

/**
 * Where a bucket answers: scheme and host, and the path before the key.
 *
 * <p>The rules are those of the SDK's S3 client, so that a host that works there works here: the
 * bucket is part of the host name unless path style is asked for, the endpoint is an IP address, or
 * a dot in the name would break the TLS certificate's wildcard.
 *
 * @param origin scheme, host and port, without a trailing slash
 * @param path the encoded path of the bucket, empty or beginning with a slash
 */
record BucketEndpoint(String origin, String path) {
  private static final Pattern IP_ADDRESS = Pattern.compile("\\d+\\.\\d+\\.\\d+\\.\\d+|\\[.*]");

  static BucketEndpoint of(
      String bucket, Region region, @Nullable URI endpoint, boolean pathStyle) {
    URI base = endpoint == null ? awsEndpoint(region) : Checks.baseUrl(endpoint.toString());
    boolean https = base.getScheme().equals("https");
    boolean inPath =
        pathStyle
            || IP_ADDRESS.matcher(base.getHost()).matches()
            || (https && bucket.contains("."));
    String scheme = base.getScheme() + "://";
    return inPath
        ? new BucketEndpoint(scheme + base.getAuthority(), base.getRawPath() + "/" + bucket)
        : new BucketEndpoint(scheme + bucket + "." + base.getAuthority(), base.getRawPath());
  }

  /** For us-east-1 the SDK keeps to S3's first, regionless host. */
  private static URI awsEndpoint(Region region) {
    if (region.equals(Region.US_EAST_1)) {
      return URI.create("https://s3.amazonaws.com");
    }
    String suffix = PartitionMetadata.of(region).dnsSuffix();
    return URI.create("https://s3." + region.id() + "." + suffix);
  }

  /** The value of the {@code Host} header. */
  String host() {
    return origin.substring(origin.indexOf("//") + 2);
  }

  /** Where a form is posted to. */
  URI postUrl() {
    return URI.create(origin + (path.isEmpty() ? "/" : path));
  }
}
