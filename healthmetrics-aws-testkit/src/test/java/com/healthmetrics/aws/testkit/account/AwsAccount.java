package com.healthmetrics.aws.testkit.account;

import com.healthmetrics.aws.AwsSettings;
import com.healthmetrics.aws.storage.ObjectStore;
import com.healthmetrics.aws.storage.S3Bucket;
import com.healthmetrics.aws.storage.UploadPolicy;
import com.healthmetrics.aws.testkit.Bucket;
import java.net.URI;
import java.util.UUID;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;

/**
 * The account of the environment, with the names and the credentials that an application has; or,
 * by the settings for endpoints, local servers.
 */
final class AwsAccount {
  private static final AwsSettings SETTINGS = AwsSettings.fromEnvironment(System.getenv());
  private static final DefaultCredentialsProvider CREDENTIALS =
      DefaultCredentialsProvider.builder().build();
  private static final S3Bucket CLEANING = bucket().build();

  private AwsAccount() {}

  static AwsSettings settings() {
    return SETTINGS;
  }

  static DefaultCredentialsProvider credentials() {
    return CREDENTIALS;
  }

  /** The application's bucket; the caller closes what it builds. */
  static S3Bucket.Builder bucket() {
    S3Bucket.Builder bucket =
        S3Bucket.builder()
            .bucket(SETTINGS.bucketName())
            .region(SETTINGS.region())
            .credentials(CREDENTIALS);
    SETTINGS.s3Endpoint().ifPresent(endpoint -> bucket.endpoint(endpoint).pathStyle());
    return bucket;
  }

  /** The same bucket, for requests of any form. */
  static Bucket rawBucket() {
    URI endpoint =
        SETTINGS
            .s3Endpoint()
            .orElseGet(
                () -> URI.create("https://s3.%s.amazonaws.com".formatted(SETTINGS.region())));
    return new Bucket(endpoint, SETTINGS.region(), SETTINGS.bucketName(), CREDENTIALS);
  }

  /** A prefix that nothing has, within one of the application's that is never served unsigned. */
  static String newPrefix() {
    return UploadPolicy.progressPhotos().keyPrefix() + "contract-" + UUID.randomUUID() + "/";
  }

  /** Removes everything below a prefix and what is pending there, with every former version. */
  static void erase(String prefix) {
    ObjectStore objects = CLEANING.objects();
    objects.erasePrefix(prefix).orThrow();
  }
}
