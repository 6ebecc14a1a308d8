package com.healthmetrics.aws.testkit;

import com.healthmetrics.aws.storage.S3Bucket;
import com.healthmetrics.aws.testkit.storage.LocalS3;
import java.net.URI;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.regions.Region;

/** A bucket of a server, ours or a peer's, and what a client of it needs. */
public record Bucket(URI endpoint, Region region, String name, AwsCredentialsProvider credentials) {

  public static Bucket of(LocalS3 s3) {
    return new Bucket(s3.endpoint(), s3.region(), s3.bucket(), s3.credentials());
  }

  /** The same bucket, with other credentials. */
  public Bucket with(AwsCredentialsProvider credentials) {
    return new Bucket(endpoint, region, name, credentials);
  }

  /** A builder of the library's bucket; the caller closes what it builds. */
  public S3Bucket.Builder s3() {
    return S3Bucket.builder()
        .bucket(name)
        .region(region)
        .endpoint(endpoint)
        .pathStyle()
        .credentials(credentials);
  }
}
