package com.healthmetrics.aws.storage;

import java.net.URI;
import java.util.regex.Pattern;
import software.amazon.awssdk.regions.Region;

/**
 * The URL of a bucket: scheme and host, and the path before the key.
 *
 * <p>The rules are those of the SDK's S3 client, so that a host that works there works here: the
 * bucket is part of the host name unless path style is requested, the endpoint is an IP address, or
 * a dot in the name would break the TLS certificate's wildcard.
 *
 * @param origin scheme, host and port, without a trailing slash
 * @param host the value of the {@code Host} header
 * @param path the encoded path of the bucket, empty or beginning with a slash
 */
record BucketEndpoint(String origin, String host, String path) {
  private static final Pattern IP_ADDRESS = Pattern.compile("\\d+\\.\\d+\\.\\d+\\.\\d+|\\[.*]");

  /**
   * What a region begins with, and the end of its host names, as in the SDK's {@code
   * PartitionMetadata}, which loads some 400 classes for it.
   */
  private static final String[][] OTHER_PARTITIONS = {
    {"cn-", "amazonaws.com.cn"},
    {"eu-isoe-", "cloud.adc-e.uk"},
    {"eusc-de-", "amazonaws.eu"},
    {"us-iso-", "c2s.ic.gov"},
    {"us-isob-", "sc2s.sgov.gov"},
    {"us-isof-", "csp.hci.ic.gov"},
  };

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
    String host = inPath ? base.getAuthority() : bucket + "." + base.getAuthority();
    String path = inPath ? base.getRawPath() + "/" + bucket : base.getRawPath();
    return new BucketEndpoint(base.getScheme() + "://" + host, host, path);
  }

  private static URI awsEndpoint(BucketLocation location) {
    Region region = location.region();
    if (location.fips() && region.id().startsWith("cn-")) {
      throw new IllegalArgumentException(
          "The China partition has no FIPS endpoints. Do not call fips() for " + region.id() + ".");
    }
    // For us-east-1 the SDK keeps to S3's first, regionless host.
    if (region.equals(Region.US_EAST_1) && !location.dualStack() && !location.fips()) {
      return URI.create("https://s3.amazonaws.com");
    }
    String host = location.fips() ? "s3-fips." : "s3.";
    String stack = location.dualStack() ? "dualstack." : "";
    return URI.create("https://" + host + stack + region.id() + "." + dnsSuffix(region.id()));
  }

  private static String dnsSuffix(String region) {
    for (String[] partition : OTHER_PARTITIONS) {
      if (region.startsWith(partition[0])) {
        return partition[1];
      }
    }
    return "amazonaws.com";
  }

  /** The URL that a form is posted to. */
  String postUrl() {
    return origin + (path.isEmpty() ? "/" : path);
  }

  @Override
  public String toString() {
    return origin + path;
  }
}
