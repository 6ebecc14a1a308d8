package com.healthmetrics.aws.testkit.storage;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The statements of a bucket policy about presigned URLs and browser forms ({@code s3:authType}
 * {@code REST-QUERY-STRING} and {@code POST}): one denies {@code s3:PutObject} outside a prefix
 * ({@code NotResource}), one denies all of them from an age ({@code s3:signatureAge}).
 *
 * <p>S3 evaluates them once the signature is verified, before the conditions of the request and the
 * body. Sources: Amazon S3 API Reference, "Amazon S3 Signature Version 4 Authentication Specific
 * Policy Keys"; Amazon S3 User Guide, "Troubleshoot access denied (403 Forbidden) errors in Amazon
 * S3", for the message.
 *
 * @param bucket the name of the bucket
 * @param presignedPrefix prefix of the keys that presigned uploads may have, or empty for all
 * @param maxSignatureAge the age above which presigned requests are denied, or empty for none
 */
record BucketPolicy(
    String bucket, Optional<String> presignedPrefix, Optional<Duration> maxSignatureAge) {

  /** Refuses to upload an object with a presigned URL or a form. */
  void requirePresignedUpload(String key) {
    if (presignedPrefix.filter(prefix -> !key.startsWith(prefix)).isPresent()) {
      throw denied(
          "s3:PutObject",
          key,
          "denyPresignedUploadsOutside(\""
              + presignedPrefix.get()
              + "\"), as the bucket of the Terraform module: presign a key below it, or sign the"
              + " request in its header.");
    }
  }

  /** Refuses a presigned URL or a form that was signed too long ago. */
  void requireYoungSignature(String action, String key, Instant signedAt, Instant now) {
    if (maxSignatureAge.filter(age -> signedAt.plus(age).isBefore(now)).isPresent()) {
      throw denied(
          action,
          key,
          "denySignaturesOlderThan("
              + maxSignatureAge.get()
              + "), as the bucket of the Terraform module: presign it anew.");
    }
  }

  private S3Refusal denied(String action, String key, String setting) {
    return S3Refusal.accessDenied(
        "User: arn:aws:iam::123456789012:user/LocalS3 is not authorized to perform: "
            + action
            + " on resource: \"arn:aws:s3:::"
            + bucket
            + "/"
            + key
            + "\" with an explicit deny in a resource-based policy",
        "This LocalS3 was built with " + setting);
  }
}
