package com.healthmetrics.aws.storage;

import java.net.URI;
import java.util.regex.Pattern;
import software.amazon.awssdk.regions.PartitionMetadata;
import software.amazon.awssdk.regions.Region;

/**
 * The URL of a bucket: scheme and host, and the path before the key.
 *
 * <p>The rules are those of the SDK's S3 client, so that a host that works there works here: the
 * bucket is part of the host name unless path style is requested, the endpoint is an IP address, or
 * a dot in the name would break the TLS certificate's wildcard.
 *
 * @param origin scheme, host and port, without a trailing slash
 * @param path the encoded path of the bucket, empty or beginning with a slash
 */
record BucketEndpoint(String origin, String path) {
  private static final Pattern IP_ADDRESS = Pattern.compile("\\d+\\.\\d+\\.\\d+\\.\\d+|\\[.*]");

  /**
   * @throws IllegalArgumentException if the region's partition has no FIPS hosts and they are
   *     requested
   */
  static BucketEndpoint of(BucketLocation location) {
    URI base = location.endpoint() == null ? awsEndpoint(location) : location.endpoint();
    String bucket = location.bucket();
    boolean https = base.getScheme().equals("https");
    boolean inPath =
        location.pathStyle()
            || IP_ADDRESS.matcher(base.getHost()).matches()
            || (https && bucket.contains("."));
    String scheme = base.getScheme() + "://";
    return inPath
        ? new BucketEndpoint(scheme + base.getAuthority(), base.getRawPath() + "/" + bucket)
        : new BucketEndpoint(scheme + bucket + "." + base.getAuthority(), base.getRawPath());
  }

  private static URI awsEndpoint(BucketLocation location) {
    Region region = location.region();
    PartitionMetadata partition = PartitionMetadata.of(region);
    if (location.fips() && partition.id().equals("aws-cn")) {
      throw new IllegalArgumentException(
          "The China partition has no FIPS endpoints. Do not call fips() for " + region.id() + ".");
    }
    // For us-east-1 the SDK keeps to S3's first, regionless host.
    if (region.equals(Region.US_EAST_1) && !location.dualStack() && !location.fips()) {
      return URI.create("https://s3.amazonaws.com");
    }
    String host = location.fips() ? "s3-fips." : "s3.";
    String stack = location.dualStack() ? "dualstack." : "";
    return URI.create("https://" + host + stack + region.id() + "." + partition.dnsSuffix());
  }

  /** The value of the {@code Host} header. */
  String host() {
    return origin.substring(origin.indexOf("//") + 2);
  }

  /** The URL that a form is posted to. */
  URI postUrl() {
    return URI.create(origin + (path.isEmpty() ? "/" : path));
  }

  @Override
  public String toString() {
    return origin + path;
  }
}
