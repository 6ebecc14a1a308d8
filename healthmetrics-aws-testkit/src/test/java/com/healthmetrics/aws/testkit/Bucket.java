package com.healthmetrics.aws.testkit;

import com.healthmetrics.aws.storage.S3Bucket;
import com.healthmetrics.aws.testkit.storage.LocalS3;
import java.net.URI;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.regions.Region;

/** A bucket of some server, ours or a stranger's, and what it takes to use it. */
public record Bucket(URI endpoint, String region, String name, AwsCredentialsProvider credentials) {

  public static Bucket of(LocalS3 s3) {
    return new Bucket(s3.endpoint(), s3.region(), s3.bucket(), s3.credentials());
  }

  /** The same bucket, seen by somebody else. */
  public Bucket with(AwsCredentialsProvider credentials) {
    return new Bucket(endpoint, region, name, credentials);
  }

  /** A builder of the library's bucket; the caller closes what it builds. */
  public S3Bucket.Builder s3() {
    return S3Bucket.builder()
        .bucket(name)
        .region(Region.of(region))
        .endpoint(endpoint)
        .pathStyle()
        .credentials(credentials);
  }
}
