package com.healthmetrics.aws.testkit.client;

import com.healthmetrics.aws.testkit.storage.LocalS3;
import java.net.URI;

/** The settings that a client needs for a bucket. */
record BucketAccess(
    URI endpoint, String bucket, String region, String accessKeyId, String secretAccessKey) {
  /** Access to a bucket through another port. */
  static BucketAccess to(LocalS3 s3, URI endpoint) {
    return new BucketAccess(
        endpoint, s3.bucket(), s3.region().id(), s3.accessKeyId(), s3.secretAccessKey());
  }

  BucketAccess withSecretAccessKey(String other) {
    return new BucketAccess(endpoint, bucket, region, accessKeyId, other);
  }
}
