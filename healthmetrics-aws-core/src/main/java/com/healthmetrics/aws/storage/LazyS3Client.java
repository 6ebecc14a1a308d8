package com.healthmetrics.aws.storage;

import com.healthmetrics.aws.internal.BoundedResponses;
import com.healthmetrics.aws.internal.CurrentCredentials;
import com.healthmetrics.aws.internal.SdkLinkage;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.services.s3.LegacyMd5Plugin;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;

/**
 * The SDK's S3 client, built when the first request needs it.
 *
 * <p>Thread-safe.
 */
final class LazyS3Client implements AutoCloseable {
  /**
   * The largest response but an object: 1,000 results of a key of 1,024 bytes, which are 6 times as
   * many where XML escapes each, with two version ids of as many bytes and less than 1 KB of
   * everything else.
   */
  private static final int MAX_RESPONSE = 1_000 * (6 + 2 + 1) * 1_024;

  private final BucketLocation location;
  private final AwsCredentialsProvider credentials;
  private final @Nullable SdkHttpClient httpClient;
  private final Duration deadline;
  private final ReentrantLock building = new ReentrantLock();
  private volatile @Nullable S3Client client;
  private boolean closed;

  LazyS3Client(
      BucketLocation location,
      AwsCredentialsProvider credentials,
      @Nullable SdkHttpClient httpClient,
      Duration deadline) {
    this.location = location;
    this.credentials = credentials;
    this.httpClient = httpClient;
    this.deadline = deadline;
  }

  /** The client, built when it is first needed. */
  S3Client get() {
    building.lock();
    try {
      if (closed) {
        throw new IllegalStateException("This bucket is closed; nothing was sent.");
      }
      S3Client known =
          client == null ? SdkLinkage.link(SdkLinkage.OLDEST, this::newClient) : client;
      client = known;
      return known;
    } finally {
      building.unlock();
    }
  }

  private S3Client newClient() {
    S3ClientBuilder builder =
        S3Client.builder()
            .region(location.region())
            .credentialsProvider(CurrentCredentials.shielded(credentials))
            .forcePathStyle(location.pathStyle())
            // Set, as the SDK would otherwise ask the environment and call other hosts than we
            // sign for.
            .dualstackEnabled(location.dualStack())
            .fipsEnabled(location.fips())
            .useArnRegion(false)
            .disableMultiRegionAccessPoints(true)
            .disableS3ExpressSessionAuth(true)
            // Some S3-compatible stores support no checksum but Content-MD5.
            .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
            .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
            .addPlugin(LegacyMd5Plugin.create())
            // Some S3-compatible stores keep the SDK's chunks as bytes of the object.
            .serviceConfiguration(s3 -> s3.chunkedEncodingEnabled(false))
            .overrideConfiguration(
                configuration ->
                    configuration
                        .apiCallTimeout(deadline)
                        .addExecutionInterceptor(
                            new BoundedResponses(
                                MAX_RESPONSE, request -> request instanceof GetObjectRequest)));
    if (httpClient != null) {
      builder.httpClient(httpClient);
    }
    if (location.endpoint() != null) {
      builder.endpointOverride(location.endpoint());
    }
    return builder.build();
  }

  /** Whether it was built, for tests. */
  boolean isBuilt() {
    return client != null;
  }

  /** Closes the client, and the HTTP client unless it was handed in. */
  @Override
  public void close() {
    building.lock();
    try {
      closed = true;
      if (client != null) {
        client.close();
      }
    } finally {
      building.unlock();
    }
  }
}
