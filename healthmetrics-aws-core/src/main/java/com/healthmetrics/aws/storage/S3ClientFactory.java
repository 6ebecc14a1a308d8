package com.healthmetrics.aws.storage;

import com.healthmetrics.aws.internal.BoundedResponses;
import com.healthmetrics.aws.internal.CurrentCredentials;
import com.healthmetrics.aws.internal.HttpClients;
import com.healthmetrics.aws.internal.Lazy;
import com.healthmetrics.aws.internal.SdkLinkage;
import java.time.Duration;
import java.util.function.Supplier;
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
 * Builds the SDK's S3 client.
 *
 * <p>Immutable and thread-safe. It is the supplier itself, as a lambda of this type would load the
 * client's interface, with some hundred operations, before it is needed.
 */
record S3ClientFactory(
    BucketLocation location,
    AwsCredentialsProvider credentials,
    @Nullable SdkHttpClient httpClient,
    Duration deadline)
    implements Supplier<S3Client> {

  /**
   * The largest response but an object: 1,000 results of a key of 1,024 bytes, which are 6 times as
   * many where XML escapes each, with two version ids of as many bytes and less than 1 KB of
   * everything else.
   */
  private static final int MAX_RESPONSE = 1_000 * (6 + 2 + 1) * 1_024;

  /** A client that is built when the first request needs it, or now if it may not link. */
  Lazy<S3Client> client() {
    Lazy<S3Client> client = new Lazy<>(this);
    if (httpClient == null) {
      HttpClients.requireOne();
    }
    if (!SdkLinkage.fits(SdkLinkage.OLDEST)) {
      SdkLinkage.link(
          SdkLinkage.OLDEST,
          () -> {
            SdkLinkage.linkRequests();
            return client.get();
          });
    }
    return client;
  }

  @Override
  public S3Client get() {
    return SdkLinkage.build("S3", SdkLinkage.OLDEST, this::newClient);
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
}
