package com.healthmetrics.aws.testkit.storage;

import com.healthmetrics.aws.testkit.internal.TestCredentials;
import java.time.Clock;
import java.util.List;
import java.util.function.Predicate;
import software.amazon.awssdk.regions.Region;

/** The settings of a {@link LocalS3}. */
record S3Settings(
    String bucket,
    Region region,
    TestCredentials credentials,
    List<String> allowedOrigins,
    Clock clock,
    int maxObjectBytes,
    boolean versioning,
    boolean listPermission,
    BucketPolicy policy,
    Predicate<String> deniesDelete) {

  S3Settings {
    allowedOrigins = List.copyOf(allowedOrigins);
  }

  /** Without key, secret and token. */
  @Override
  public String toString() {
    return "S3Settings[" + bucket + ", " + region + "]";
  }
}
