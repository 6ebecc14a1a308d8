package com.healthmetrics.aws.mail;

import com.healthmetrics.aws.internal.Checks;
import com.healthmetrics.aws.internal.CurrentCredentials;
import com.healthmetrics.aws.internal.HttpClients;
import com.healthmetrics.aws.internal.Required;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.SdkClient;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.regions.Region;

/**
 * What the builders of both SES mailers ask for.
 *
 * @param <B> the builder itself
 */
abstract class SesMailerBuilder<B extends SesMailerBuilder<B>> {
  private static final Duration DEADLINE = Duration.ofSeconds(30);
  private static final Duration MAX_DEADLINE = Duration.ofHours(1);
  private static final int MAX_TRIES = 5;

  private @Nullable Region region;
  private @Nullable AwsCredentialsProvider credentials;
  private @Nullable SdkHttpClient httpClient;

  @Nullable URI endpoint;
  @Nullable String configurationSet;
  Clock clock = Clock.systemUTC();
  Duration deadline = DEADLINE;
  int maxTries = MAX_TRIES;
  Retry.Time time = Retry.Time.SYSTEM;
  LongUnaryOperator jitter = Retry::random;

  SesMailerBuilder() {}

  abstract B self();

  abstract TransactionalMailer build();

  /**
   * Sets the region in which the sender is verified.
   *
   * @param region the region
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
   * Sets where credentials come from; asked anew for each mail.
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
   * Sets the configuration set of mails that name none themselves.
   *
   * @param name 1 to 64 letters, digits, hyphens and underscores
   * @return this builder
   * @throws NullPointerException if {@code name} is null
   * @throws IllegalArgumentException if the name has another form
   */
  public B configurationSet(String name) {
    configurationSet = Checks.configurationSet(name);
    return self();
  }

  /**
   * Sets the HTTP client; one built on {@code HttpURLConnection} is the default.
   *
   * @param client a client of the SDK that does not retry by itself; it is never closed by us
   * @return this builder
   * @throws NullPointerException if {@code client} is null
   */
  public B httpClient(SdkHttpClient client) {
    httpClient = Objects.requireNonNull(client, "client");
    return self();
  }

  /**
   * Sets the clock that says whether credentials have expired; the system's is the default.
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
   * Sets how long one call may take, all tries and waits included and fetching credentials not; 30
   * seconds is the default.
   *
   * @param deadline 1 millisecond to 1 hour
   * @return this builder
   * @throws NullPointerException if {@code deadline} is null
   * @throws IllegalArgumentException if it is out of range
   */
  public B deadline(Duration deadline) {
    if (deadline.compareTo(MAX_DEADLINE) > 0 || deadline.toMillis() < 1) {
      throw new IllegalArgumentException(
          "A deadline of " + deadline + " is out of range; give 1 millisecond to 1 hour.");
    }
    this.deadline = deadline;
    return self();
  }

  /**
   * Makes one try only, for callers who have a queue or a retry of their own.
   *
   * @return this builder
   */
  public B withoutRetry() {
    maxTries = 1;
    return self();
  }

  /** For tests, which neither wait nor leave anything to chance. */
  final B waiting(Retry.Time time, LongUnaryOperator jitter) {
    this.time = time;
    this.jitter = jitter;
    return self();
  }

  /**
   * Names all that is missing.
   *
   * @throws IllegalStateException if region or credentials were not said
   */
  final void check() {
    Required.of("The mailer").value("region", region).value("credentials", credentials).check();
  }

  final <S extends AwsSyncClientBuilder<S, C> & AwsClientBuilder<S, C>, C extends SdkClient>
      SesConnection<C> connect(S clientBuilder) {
    check();
    Region checkedRegion = Objects.requireNonNull(region);
    AwsCredentialsProvider checkedCredentials = Objects.requireNonNull(credentials);
    SdkHttpClient given = httpClient;
    SdkHttpClient used = given == null ? HttpClients.forEndpoint(endpoint) : given;
    clientBuilder
        .region(checkedRegion)
        .credentialsProvider(CurrentCredentials.shielded(checkedCredentials))
        .httpClient(used)
        // Its retry would send a mail up to four times when answers are lost.
        .overrideConfiguration(
            configuration -> configuration.retryStrategy(AwsRetryStrategy.doNotRetry()));
    if (endpoint != null) {
      clientBuilder.endpointOverride(endpoint);
    }
    return new SesConnection<>(
        this,
        clientBuilder.build(),
        checkedRegion,
        checkedCredentials,
        given == null ? used::close : () -> {});
  }
}
