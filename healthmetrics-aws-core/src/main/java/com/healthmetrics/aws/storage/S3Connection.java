package com.healthmetrics.aws.storage;

import com.healthmetrics.aws.ConfigurationException;
import com.healthmetrics.aws.internal.CurrentCredentials;
import com.healthmetrics.aws.internal.Failures;
import com.healthmetrics.aws.internal.Lazy;
import com.healthmetrics.aws.internal.SdkLinkage;
import com.healthmetrics.aws.storage.StorageFailures.Operation;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BiFunction;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * Makes requests to S3: with the client, the credentials of each request, and the deadline of the
 * operation that a request is part of, if it has one.
 *
 * <p>Immutable and thread-safe.
 */
record S3Connection(
    Lazy<S3Client> client,
    AwsCredentialsProvider credentials,
    Clock clock,
    Optional<Deadline> deadline) {

  /** How long a request may take, and an operation of several. */
  static final Duration DEADLINE = Duration.ofSeconds(60);

  /** The SDK counts milliseconds, and 0 is no timeout. */
  private static final Duration SHORTEST = Duration.ofMillis(1);

  /** The same connection, whose requests end at a deadline. */
  S3Connection within(Deadline end) {
    return new S3Connection(client, credentials, clock, Optional.of(end));
  }

  /** Makes a request with the client and the credentials that sign it. */
  <T> T call(
      Operation operation, BiFunction<S3Client, AwsRequestOverrideConfiguration, T> request) {
    S3Client s3 = openClient();
    AwsRequestOverrideConfiguration configuration = configuration();
    try {
      return SdkLinkage.link(SdkLinkage.OLDEST, () -> request.apply(s3, configuration));
    } catch (StorageException | ConfigurationException e) {
      throw e;
    } catch (Throwable e) {
      // HTTP clients and interceptors of the application throw anything.
      Failures.beforeReplacing(e);
      throw StorageFailures.explain(e, operation);
    }
  }

  /**
   * Returns the client, which takes long to build the first time.
   *
   * @throws StorageException if it cannot be built
   * @throws IllegalStateException if the bucket is closed
   */
  S3Client openClient() {
    try {
      return client
          .get()
          .orElseThrow(() -> new IllegalStateException("This bucket is closed; nothing was sent."));
    } catch (ConfigurationException e) {
      throw StorageFailures.unbuilt(e);
    }
  }

  /** The checked credentials sign: a provider called twice could fail the second time. */
  private AwsRequestOverrideConfiguration configuration() {
    AwsCredentials current;
    try {
      current = CurrentCredentials.resolve(credentials, clock);
    } catch (CurrentCredentials.Unavailable e) {
      throw StorageFailures.unavailable(e, "sent");
    }
    AwsRequestOverrideConfiguration.Builder configuration =
        AwsRequestOverrideConfiguration.builder()
            .credentialsProvider(StaticCredentialsProvider.create(current));
    deadline.ifPresent(
        end -> {
          Duration left = end.left();
          if (left.compareTo(SHORTEST) < 0) {
            throw end.passed();
          }
          configuration.apiCallTimeout(left);
        });
    return configuration.build();
  }
}
