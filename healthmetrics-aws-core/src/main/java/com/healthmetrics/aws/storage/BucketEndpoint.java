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

  /** Which of AWS's own hosts. */
  record Variant(boolean dualStack, boolean fips) {
    static final Variant PLAIN = new Variant(false, false);

    Variant withDualStack() {
      return new Variant(true, fips);
    }

    Variant withFips() {
      return new Variant(dualStack, true);
    }
  }

  static BucketEndpoint of(
      String bucket, Region region, Variant variant, @Nullable URI endpoint, boolean pathStyle) {
    if (endpoint != null && !variant.equals(Variant.PLAIN)) {
      throw new IllegalArgumentException(
          "An endpoint of one's own has no dual-stack or FIPS variant; give either the endpoint or"
              + " the variant.");
    }
    URI base =
        endpoint == null ? awsEndpoint(region, variant) : Checks.baseUrl(endpoint.toString());
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

  private static URI awsEndpoint(Region region, Variant variant) {
    PartitionMetadata partition = PartitionMetadata.of(region);
    if (variant.fips() && partition.id().equals("aws-cn")) {
      throw new IllegalArgumentException(
          "The China partition has no FIPS endpoints; leave fips() out for " + region.id() + ".");
    }
    // For us-east-1 the SDK keeps to S3's first, regionless host.
    if (region.equals(Region.US_EAST_1) && variant.equals(Variant.PLAIN)) {
      return URI.create("https://s3.amazonaws.com");
    }
    String host = variant.fips() ? "s3-fips." : "s3.";
    String stack = variant.dualStack() ? "dualstack." : "";
    return URI.create("https://" + host + stack + region.id() + "." + partition.dnsSuffix());
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
