package com.healthmetrics.aws.testkit.storage;

import com.healthmetrics.aws.testkit.internal.Percent;
import com.healthmetrics.aws.testkit.internal.Query;
import com.healthmetrics.aws.testkit.internal.RawRequest;

/**
 * What a request is about, in path style ({@code /bucket/key}) or virtual-hosted style ({@code
 * bucket.localhost:port}).
 *
 * @param bucket the bucket; empty for the service itself
 * @param key the object key; empty for a bucket
 * @param query the parameters
 * @param bucketUrl the URL of the bucket as the client addressed it
 */
record S3Address(String bucket, String key, Query query, String bucketUrl) {

  /** Parses the target; the bucket may be any. */
  static S3Address of(RawRequest request, String ownBucket) {
    String host = request.header("host").orElse("");
    try {
      String path = Percent.decode(request.rawPath()).substring(1);
      Query query = Query.parse(request.rawQuery());
      if (isVirtualHost(host, ownBucket)) {
        return new S3Address(ownBucket, path, query, "http://" + host);
      }
      int slash = path.indexOf('/');
      String bucket = slash < 0 ? path : path.substring(0, slash);
      String key = slash < 0 ? "" : path.substring(slash + 1);
      return new S3Address(bucket, key, query, "http://" + host + "/" + bucket);
    } catch (IllegalArgumentException e) {
      throw invalidUri(String.valueOf(e.getMessage()));
    }
  }

  private static boolean isVirtualHost(String host, String bucket) {
    String name = host.replaceFirst(":[0-9]*$", "");
    return name.equalsIgnoreCase(bucket + ".localhost");
  }

  static S3Refusal invalidUri(String reason) {
    return S3Refusal.of(400, "InvalidURI", "Couldn't parse the specified URI.", reason);
  }

  boolean isService() {
    return bucket.isEmpty();
  }

  boolean isBucket() {
    return !bucket.isEmpty() && key.isEmpty();
  }

  /** Refuses every bucket except one. */
  void requireBucket(String ownBucket) {
    requireBucket(bucket, ownBucket);
  }

  static void requireBucket(String bucket, String ownBucket) {
    if (!bucket.equals(ownBucket)) {
      throw S3Refusal.of(
              404,
              "NoSuchBucket",
              "The specified bucket does not exist",
              "This LocalS3 has one bucket, "
                  + ownBucket
                  + ", with the path-style address /"
                  + ownBucket
                  + "/key and the host "
                  + ownBucket
                  + ".localhost.")
          .with("BucketName", bucket);
    }
  }
}
