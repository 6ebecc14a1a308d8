package com.healthmetrics.aws.mail;

import com.healthmetrics.aws.ConfigurationException;
import com.healthmetrics.aws.internal.Checks;
import com.healthmetrics.aws.internal.Lazy;
import com.healthmetrics.aws.internal.Required;
import com.healthmetrics.aws.internal.SesIdentityArn;
import com.healthmetrics.aws.internal.Time;
import com.healthmetrics.aws.mail.MailException.Kind;
import com.healthmetrics.aws.mail.SuppressionList.Suppression;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.function.LongUnaryOperator;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.regions.Region;

/**
 * Sends emails through Amazon SES, by the API v2 or, on request, by the API v1.
 *
 * <p>Guarantees:
 *
 * <ul>
 *   <li>One call never makes two accepted emails. SES has no idempotency token, and the SDK's
 *       default retry sends an email up to four times when responses are lost; here it is off and
 *       cannot be turned on.
 *   <li>A send is retried only when SES certainly did not accept the email and may accept it soon:
 *       it was throttled by rate (not by the daily quota), no connection was established, the
 *       provider of the credentials failed, or the signature was refused because of this machine's
 *       clock. Up to 4 retries follow, after random waits of less than 0.5, 1, 2 and 4 seconds. A
 *       5xx response, a lost or late response and one that cannot be read are never retried.
 *   <li>All tries and waits end within the deadline, and no retry begins in its last second. The
 *       provider of the credentials is asked before each try, and its time counts: if it leaves
 *       less than a second, or less than half of a shorter deadline, nothing is sent. It is not
 *       interrupted, so a provider that hangs exceeds the deadline. A thread that is interrupted
 *       while it waits stays interrupted and gets a failure that states that nothing was sent.
 *   <li>Every failure is a {@link MailException} that states whether the email may have gone out,
 *       whatever an HTTP client or an interceptor of the SDK throws. Only an error of the virtual
 *       machine, such as a lack of memory, is thrown as it is: the outcome is unknown.
 *   <li>No response fills the memory: one of more than 256 KiB is an unknown outcome.
 *   <li>The SDK's client, which takes about 300 milliseconds to build, is built for the first email
 *       before its deadline begins, or by {@link #warmUp()}.
 * </ul>
 *
 * <p>SES refuses a signature whose time differs from its own by more than 5 minutes. That it has
 * not accepted the email then is inferred, as authentication precedes the action, and was not
 * verified on AWS. The SDK corrects its time by the {@code Date} of that response, for this mailer
 * and for clients that are built later, and the email is sent once more, not again and again.
 * Credentials are checked against the uncorrected clock, by which their provider refreshes them,
 * too: a clock that is ahead by more than they have left makes them expired, and nothing is sent.
 * So keep the clock right, with NTP.
 *
 * <pre>{@code
 * try (SesMailer mailer =
 *     SesMailer.builder()
 *         .region(Region.EU_CENTRAL_1)
 *         .credentials(DefaultCredentialsProvider.builder().build())
 *         .configurationSet("healthmetrics-prod")
 *         .build()) {
 *   mailer.send(email);
 * }
 * }</pre>
 *
 * <p>Thread-safe. Create one, keep it and close it at the end. Source: Amazon SES API v2 Reference,
 * "SendEmail" and "GetAccount", {@link SuppressionList} has its own; Amazon SES API Reference
 * (2010-12-01), "SendEmail" and "SendRawEmail".
 */
public final class SesMailer implements TransactionalMailer, SuppressionList, AutoCloseable {
  private final Lazy<SesApi> api;
  private final SesCredentials credentials;
  private final String where;
  private final String host;
  private final @Nullable String configurationSet;
  private final boolean apiV1;
  private final Retry retry;
  private volatile boolean closed;

  private SesMailer(
      Builder builder, Region region, AwsCredentialsProvider credentials, Lazy<SesApi> api) {
    this.api = api;
    this.credentials = new SesCredentials(credentials, builder.clock);
    this.where = region + (builder.endpoint == null ? "" : " at " + builder.endpoint);
    this.host = builder.endpoint == null ? region.id() : builder.endpoint.getAuthority();
    this.configurationSet = builder.configurationSet;
    this.apiV1 = builder.apiV1;
    this.retry = new Retry(builder.maxTries, builder.deadline, builder.time, builder.jitter);
  }

  /** {@return a new builder; region and credentials are required} */
  public static Builder builder() {
    return new Builder();
  }

  @Override
  public MailReceipt send(Email email) {
    SesRequest request = SesRequest.sending(email);
    // Before the deadline begins: it would leave the first email no time if it is short.
    SesApi open = open(request);
    Function<AwsRequestOverrideConfiguration, @Nullable String> call =
        open.request(email, email.configurationSet().orElse(configurationSet));
    return retry.run(left -> receipt(attempt(open, request, call, left)));
  }

  private SesApi open(SesRequest request) {
    try {
      return api.get().orElseThrow(() -> closed(request));
    } catch (ConfigurationException e) {
      // An interrupt fails reading the profile file, too.
      requireNotInterrupted(request);
      throw new MailException(
          Kind.INVALID,
          "The client of SES could not be built, so %s. The cause states why."
              .formatted(request.notDone()),
          e);
    }
  }

  private static MailReceipt receipt(@Nullable String messageId) {
    if (messageId == null || messageId.isBlank()) {
      throw new MailException(
          Kind.UNKNOWN_OUTCOME,
          "SES responded without a message id, so the outcome is unknown; the email was not sent"
              + " again.");
    }
    return MailReceipt.of(messageId);
  }

  /**
   * {@inheritDoc}
   *
   * <p>It is retried like a send.
   */
  @Override
  public Optional<Suppression> suppression(EmailAddress address) {
    SesApi open = open(SesRequest.LOOK_UP);
    Function<AwsRequestOverrideConfiguration, Optional<Suppression>> call =
        open.suppression(address.address());
    return retry.run(left -> attempt(open, SesRequest.LOOK_UP, call, left));
  }

  /**
   * {@inheritDoc}
   *
   * <p>It is retried like a send.
   */
  @Override
  public boolean release(EmailAddress address) {
    SesApi open = open(SesRequest.RELEASE);
    Function<AwsRequestOverrideConfiguration, Boolean> call = open.release(address.address());
    return retry.run(left -> attempt(open, SesRequest.RELEASE, call, left));
  }

  private <T extends @Nullable Object> T attempt(
      SesApi api,
      SesRequest request,
      Function<AwsRequestOverrideConfiguration, T> call,
      Supplier<Duration> left) {
    // Closed or interrupted while this thread waited between two tries, or before the first.
    requireOpen(request);
    requireNotInterrupted(request);
    AwsCredentialsProvider checked = credentials.resolve(left, request);
    Transmission transmission = new Transmission();
    try {
      return call.apply(
          AwsRequestOverrideConfiguration.builder()
              .credentialsProvider(checked)
              .apiCallTimeout(left.get())
              .putExecutionAttribute(Transmission.ATTRIBUTE, transmission)
              .build());
    } catch (Throwable e) {
      // HTTP clients and interceptors throw anything, and the request may be on its way by then.
      throw SesFailures.explain(e, api, request, host, transmission);
    }
  }

  private void requireOpen(SesRequest request) {
    if (closed) {
      throw closed(request);
    }
  }

  private static MailException closed(SesRequest request) {
    return new MailException(
        Kind.UNREACHABLE,
        "This mailer is closed; %s. Use an open mailer.".formatted(request.notDone()));
  }

  private static void requireNotInterrupted(SesRequest request) {
    if (Thread.currentThread().isInterrupted()) {
      throw new MailException(
          Kind.UNREACHABLE,
          "The thread was interrupted before the request to SES; %s. Try again if it is still needed."
              .formatted(request.notDone()));
    }
  }

  /**
   * Asks SES how many recipients per second the account may send to, as {@link
   * MailerChain.Builder#followingSendRate()} does.
   *
   * <p>The request needs the permission {@code ses:GetAccount}, which sending does not. Without it,
   * after any other failure, and when there is no response within 5 seconds, the rate is unknown.
   *
   * @return the rate, or empty if it is unknown; always empty with {@link Builder#apiV1()}
   */
  public OptionalDouble sendRate() {
    try {
      return api.get().map(SesApi::sendRate).orElseGet(OptionalDouble::empty);
    } catch (RuntimeException | LinkageError e) {
      // The client cannot be built, and the first email will state why.
      return OptionalDouble.empty();
    }
  }

  /**
   * Builds the SDK's client now rather than for the first email, without network; does nothing
   * after {@link #close()}.
   *
   * <p>{@code build()} checks that there is an HTTP client and that the SDK fits together; only
   * building the client finds a setting of the environment, a system property or a profile file
   * that the SDK refuses, and an HTTP client that cannot be built. Call this at start-up, as
   * without it the first email fails.
   *
   * @throws ConfigurationException if the client cannot be built; its cause states why
   */
  public void warmUp() {
    api.get();
  }

  /** Whether the SDK's client was built, for tests. */
  boolean hasClient() {
    return api.isBuilt();
  }

  /**
   * Closes the SES client, and the HTTP client unless it was passed in; an email that is sent later
   * fails with a {@link MailException} and was certainly not sent.
   */
  @Override
  public void close() {
    closed = true;
    api.close().ifPresent(SesApi::close);
  }

  /** The region, the endpoint and the configuration set if one is set, and the API if it is v1. */
  @Override
  public String toString() {
    String set = configurationSet == null ? "" : ", " + configurationSet;
    return "SesMailer[%s%s%s]".formatted(where, set, apiV1 ? ", API v1" : "");
  }

  /** Builder for {@link SesMailer}. Not thread-safe. */
  public static final class Builder {
    private static final Duration MIN_DEADLINE = Duration.ofMillis(1);
    private static final Duration MAX_DEADLINE = Duration.ofHours(1);

    private @Nullable Region region;
    private @Nullable AwsCredentialsProvider credentials;
    private @Nullable URI endpoint;
    private boolean allowCleartextHttp;
    private @Nullable String configurationSet;
    private @Nullable SesIdentityArn identity;
    private @Nullable EmailAddress feedback;
    private @Nullable SdkHttpClient httpClient;
    private boolean apiV1;
    private boolean untrackedAccountMail;
    private Clock clock = Clock.systemUTC();
    private Duration deadline = Duration.ofSeconds(30);
    private int maxTries = 5;
    private Time time = Time.SYSTEM;
    private LongUnaryOperator jitter = Retry::uniformJitter;

    private Builder() {}

    /**
     * Sets the region in which the sender is verified.
     *
     * @param region the region
     * @return this builder
     * @throws IllegalArgumentException if it is a pseudo region such as {@code aws-global}
     */
    public Builder region(Region region) {
      Checks.region(region.id());
      this.region = region;
      return this;
    }

    /**
     * Sets the source of credentials, which is asked before each try.
     *
     * <p>The SDK's providers that fetch credentials (container, instance profile, STS, web
     * identity, process) keep them until shortly before they end. A provider of your own must do so
     * itself, or delegate to one of those: the SDK has no public class that adds a cache. Whatever
     * it does but return credentials that are valid now, a failure of the virtual machine excepted,
     * is a {@link MailException} of kind {@code CREDENTIALS_UNAVAILABLE}: the email was not sent.
     *
     * <p>Source: AWS SDK for Java Developer Guide, "Credentials caching in the AWS SDK for Java
     * 2.x".
     *
     * @param provider a provider of the SDK; the caller closes it
     * @return this builder
     */
    public Builder credentials(AwsCredentialsProvider provider) {
      credentials = Objects.requireNonNull(provider, "provider");
      return this;
    }

    /**
     * Sets an endpoint other than AWS's own, such as that of a local stack.
     *
     * @param endpoint https, or http on this machine; other hosts need {@link
     *     #allowCleartextHttp()}
     * @return this builder
     * @throws IllegalArgumentException if it is not such a URL
     */
    public Builder endpoint(URI endpoint) {
      this.endpoint = Checks.baseUrl(endpoint);
      return this;
    }

    /**
     * Allows an endpoint that is plain http on any host, for containers on a development network:
     * anyone on the network can read the emails and the tokens in them. Default: only on this
     * machine.
     *
     * @return this builder
     */
    public Builder allowCleartextHttp() {
      allowCleartextHttp = true;
      return this;
    }

    /**
     * Sets the configuration set of emails that name none themselves.
     *
     * @param name 1 to 64 letters, digits, hyphens and underscores
     * @return this builder
     * @throws IllegalArgumentException if the name has another form
     */
    public Builder configurationSet(String name) {
      configurationSet = Checks.configurationSet(name);
      return this;
    }

    /**
     * Sets an identity of another AWS account, whose sending authorization policy permits this
     * account to send from it. SES is told its ARN for each sender and each feedback address that
     * the identity covers: the address itself, or the domain of the address or a parent of it.
     * Other senders are identities of this account. Default: all are.
     *
     * <p>The permission {@code ses:SendEmail}, and with {@link #apiV1()} {@code ses:SendRawEmail},
     * must include the ARN. Quota, bounces and complaints count for this account.
     *
     * <p>Source: Amazon SES Developer Guide, "Sending emails for the identity owner for Amazon SES
     * sending authorization".
     *
     * @param arn such as {@code arn:aws:ses:eu-central-1:123456789012:identity/example.com}, of the
     *     region of this mailer
     * @return this builder
     * @throws IllegalArgumentException if it is not the ARN of an SES identity
     */
    public Builder identityArn(String arn) {
      identity = SesIdentityArn.of(arn);
      return this;
    }

    /**
     * Sets the address to which SES forwards bounces and complaints, if the identity has feedback
     * forwarding on. Default: the sender.
     *
     * @param address an address whose domain is verified with SES; its display name is not sent
     * @return this builder
     */
    public Builder feedbackAddress(EmailAddress address) {
      feedback = Objects.requireNonNull(address, "address");
      return this;
    }

    /**
     * Sets the HTTP client. Default: the one that the SDK selects on the class path.
     *
     * @param client a client of the SDK that does not retry by itself; the caller closes it
     * @return this builder
     */
    public Builder httpClient(SdkHttpClient client) {
      httpClient = Objects.requireNonNull(client, "client");
      return this;
    }

    /**
     * Sets the clock that decides whether credentials have expired. Default: the system's.
     *
     * @param clock the clock; the SDK signs by the system's in any case
     * @return this builder
     */
    public Builder clock(Clock clock) {
      this.clock = Objects.requireNonNull(clock, "clock");
      return this;
    }

    /**
     * Sets how long one call may take, with all tries, waits and the fetching of credentials.
     * Default: 30 seconds.
     *
     * @param deadline 1 millisecond to 1 hour
     * @return this builder
     * @throws IllegalArgumentException if it is out of range
     */
    public Builder deadline(Duration deadline) {
      if (deadline.compareTo(MAX_DEADLINE) > 0 || deadline.compareTo(MIN_DEADLINE) < 0) {
        throw Invalid.argument(
            "A deadline of %s is out of range. Use 1 millisecond to 1 hour.", deadline);
      }
      this.deadline = deadline;
      return this;
    }

    /**
     * Makes one try only, for callers that have a queue or a retry of their own. Default: up to 5
     * tries.
     *
     * @return this builder
     */
    public Builder withoutRetry() {
      maxTries = 1;
      return this;
    }

    /**
     * Turns off SES's tracking of opens and clicks in account emails, whatever the configuration
     * set states. Default: the configuration set decides.
     *
     * <p>It needs the permission {@code ses:ApplyTrackingConfigurationOverrides} in addition, and a
     * policy that lacks it would stop these emails. Links that hold a token are untracked without
     * it where their HTML has {@code ses:no-track}. The API v1 does not support it, and the SDK
     * must be 2.54.3 or newer.
     *
     * @return this builder
     * @see Email.Builder#accountMail()
     */
    public Builder untrackedAccountMail() {
      untrackedAccountMail = true;
      return this;
    }

    /**
     * Uses the API v1, for accounts whose policies or endpoints support only that one. Default: the
     * API v2.
     *
     * <p>The same email arrives as through v2. Headers and attachments, which {@code SendEmail} of
     * v1 does not carry, are written as MIME with Jakarta Mail; account emails always have headers,
     * so they need the permission {@code ses:SendRawEmail} as well as {@code ses:SendEmail}. An
     * email of more than 10 MB, which v1 does not accept, is refused before it is sent.
     *
     * <p>Both dependencies are optional: add {@code software.amazon.awssdk:ses} and {@code
     * org.eclipse.angus:angus-mail} 2.x.
     *
     * @return this builder
     */
    public Builder apiV1() {
      apiV1 = true;
      return this;
    }

    /** Clock, sleep and jitter of the retries, replaceable in tests. */
    Builder waiting(Time time, LongUnaryOperator jitter) {
      this.time = time;
      this.jitter = jitter;
      return this;
    }

    /**
     * Builds the mailer.
     *
     * @return a mailer; the caller closes it
     * @throws IllegalStateException if region or credentials are missing, all that are missing are
     *     named; or if both {@link #apiV1()} and {@link #untrackedAccountMail()} were called
     * @throws IllegalArgumentException if the endpoint is plain http on another machine and {@link
     *     #allowCleartextHttp()} was not called, or if the identity is one of another region
     * @throws ConfigurationException if {@link #apiV1()} was called and an artifact that it needs
     *     is missing; if there is no HTTP client; or if the SDK on the class path is too old or
     *     mixed. The message names what to add
     */
    public SesMailer build() {
      Required.of("The mailer").value("region", region).value("credentials", credentials).check();
      Checks.requireEncrypted(endpoint, allowCleartextHttp, Checks.ALLOWED_BY_BUILDER);
      if (identity != null) {
        identity.requireIn(Objects.requireNonNull(region));
      }
      if (apiV1 && untrackedAccountMail) {
        throw Invalid.state(
            "The SES API v1 does not support untrackedAccountMail(). Leave out apiV1() or"
                + " untrackedAccountMail().");
      }
      Region where = Objects.requireNonNull(region);
      AwsCredentialsProvider provider = Objects.requireNonNull(credentials);
      Lazy<SesApi> api =
          new SesClientFactory(
                  where,
                  provider,
                  httpClient,
                  endpoint,
                  new SesSender(identity, feedback),
                  apiV1,
                  untrackedAccountMail)
              .api();
      return new SesMailer(this, where, provider, api);
    }
  }
}
