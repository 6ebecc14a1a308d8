package com.healthmetrics.aws.storage;

import com.healthmetrics.aws.internal.Checks;
import com.healthmetrics.aws.internal.Required;
import java.net.URI;
import java.time.Clock;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.regions.Region;

/**
 * What the builders of signer and store ask for: which bucket, where it is, and as whom.
 *
 * @param <B> the builder itself
 */
abstract class BucketBuilder<B extends BucketBuilder<B>> {
  @Nullable String bucket;
  @Nullable Region region;
  @Nullable AwsCredentialsProvider credentials;
  @Nullable URI endpoint;
  boolean pathStyle;
  BucketEndpoint.Variant variant = BucketEndpoint.Variant.PLAIN;
  Clock clock = Clock.systemUTC();

  BucketBuilder() {}

  abstract B self();

  /**
   * Sets the bucket.
   *
   * @param name a general purpose bucket's name
   * @return this builder
   * @throws NullPointerException if {@code name} is null
   * @throws IllegalArgumentException if it is no such name; ARNs, S3 Express, Object Lambda and
   *     multi-region access points are signed by other rules and refused with the reason
   */
  public B bucket(String name) {
    bucket = Checks.bucketName(name);
    return self();
  }

  /**
   * Sets the region that the bucket is in.
   *
   * @param region the region; its partition decides the host
   * @return this builder
   * @throws NullPointerException if {@code region} is null
   * @throws IllegalArgumentException if it is a pseudo region such as {@code aws-global}
   */
  public B region(Region region) {
    Checks.region(region.id());
    this.region = region;
    return self();
  }

  /**
   * Sets where credentials come from; asked anew for each signature.
   *
   * @param provider a provider of the SDK; it is never closed by us
   * @return this builder
   * @throws NullPointerException if {@code provider} is null
   */
  public B credentials(AwsCredentialsProvider provider) {
    credentials = Objects.requireNonNull(provider, "provider");
    return self();
  }

  /**
   * Takes the hosts that answer over IPv6 too.
   *
   * @return this builder
   */
  public B dualStack() {
    variant = variant.withDualStack();
    return self();
  }

  /**
   * Takes the hosts with FIPS 140 validated cryptography; the China partition has none.
   *
   * @return this builder
   */
  public B fips() {
    variant = variant.withFips();
    return self();
  }

  /**
   * Sets another endpoint than AWS's own, such as a local stack's.
   *
   * @param endpoint https, or http on a loopback host
   * @return this builder
   * @throws NullPointerException if {@code endpoint} is null
   * @throws IllegalArgumentException if it is no such URL
   */
  public B endpoint(URI endpoint) {
    this.endpoint = Checks.baseUrl(endpoint.toString());
    return self();
  }

  /**
   * Puts the bucket into the path, as stacks without wildcard names need it.
   *
   * @return this builder
   */
  public B pathStyle() {
    pathStyle = true;
    return self();
  }

  /**
   * Sets the clock that says what time it is and whether credentials have expired; the system's is
   * the default.
   *
   * @param clock what says now
   * @return this builder
   * @throws NullPointerException if {@code clock} is null
   */
  public B clock(Clock clock) {
    this.clock = Objects.requireNonNull(clock, "clock");
    return self();
  }

  /**
   * Names all that is missing.
   *
   * @throws IllegalStateException if bucket, region or credentials were not said
   */
  final void check(String what) {
    Required.of(what)
        .value("bucket", bucket)
        .value("region", region)
        .value("credentials", credentials)
        .check();
  }
}
