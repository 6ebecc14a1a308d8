package com.healthmetrics.aws.testkit.storage;

import java.util.Optional;

/**
 * The statement of a bucket policy that denies {@code s3:PutObject} outside a prefix to presigned
 * URLs and browser forms ({@code NotResource}, with {@code s3:authType} {@code REST-QUERY-STRING}
 * and {@code POST}).
 *
 * <p>S3 evaluates it once the signature is verified, before the conditions of the request and the
 * body. Sources: Amazon S3 API Reference, "Amazon S3 Signature Version 4 Authentication Specific
 * Policy Keys"; Amazon S3 User Guide, "Troubleshoot access denied (403 Forbidden) errors in Amazon
 * S3", for the message.
 *
 * @param bucket the name of the bucket
 * @param presignedPrefix prefix of the keys that presigned uploads may have, or empty for all
 */
record BucketPolicy(String bucket, Optional<String> presignedPrefix) {

  /** Refuses to upload an object with a presigned URL or a form. */
  void requirePresignedUpload(String key) {
    if (presignedPrefix.filter(prefix -> !key.startsWith(prefix)).isPresent()) {
      throw S3Refusal.accessDenied(
          "User: arn:aws:iam::123456789012:user/LocalS3 is not authorized to perform: s3:PutObject"
              + " on resource: \"arn:aws:s3:::"
              + bucket
              + "/"
              + key
              + "\" with an explicit deny in a resource-based policy",
          "This LocalS3 was built with denyPresignedUploadsOutside(\""
              + presignedPrefix.get()
              + "\"), as the bucket of the Terraform module: presign a key below it, or sign the"
              + " request in its header.");
    }
  }
}
