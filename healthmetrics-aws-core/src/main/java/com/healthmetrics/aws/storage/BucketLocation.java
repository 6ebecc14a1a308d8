package com.healthmetrics.aws.storage;

import java.net.URI;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.regions.Region;

/**
 * A bucket and its endpoint, as the builder of {@link S3Bucket} checked them.
 *
 * @param endpoint null for AWS's own
 */
record BucketLocation(
    String bucket,
    Region region,
    @Nullable URI endpoint,
    boolean pathStyle,
    boolean dualStack,
    boolean fips) {

  BucketLocation withEndpoint(URI other) {
    return new BucketLocation(bucket, region, other, pathStyle, dualStack, fips);
  }
}
