package com.healthmetrics.aws.testkit.mail;

import com.healthmetrics.aws.mail.EmailAddress;
import com.healthmetrics.aws.mail.InMemoryMailer;
import com.healthmetrics.aws.mail.SuppressionList.Suppression;
import com.healthmetrics.aws.testkit.internal.HostCheck;
import com.healthmetrics.aws.testkit.internal.LoopbackServer;
import com.healthmetrics.aws.testkit.internal.Quote;
import com.healthmetrics.aws.testkit.internal.TestCredentials;
import java.net.URI;
import java.time.Clock;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.regions.Region;

/**
 * An SES on loopback that keeps the emails it accepts and refuses what SES refuses.
 *
 * <p>It implements both protocols of SES, for the SDK's {@code SesV2Client} and {@code SesClient}:
 * {@code SendEmail} with simple and with raw content, {@code GetAccount}, the four operations of
 * the suppression list, {@code GetEmailIdentity}, {@code GetConfigurationSet} and {@code
 * GetConfigurationSetEventDestinations} of the API v2; {@code SendEmail}, {@code SendRawEmail} and
 * {@code GetSendQuota} of the API v1. Signature, identities, sandbox, configuration sets,
 * addresses, recipients, headers, attachments, tags and sizes are verified by the same rules in
 * both. An error response has SES's status, error code and message, and one more member: {@code
 * reason} states what to do. Anything else in a request, such as a template, a query string or a
 * header other than those of HTTP clients, proxies and tracing, is refused, never ignored. Raw
 * emails are read with Jakarta Mail ({@code org.eclipse.angus:angus-mail}), which is optional:
 * without it they are refused.
 *
 * <p>{@link #events} has the events of every email that uses a configuration set, as SES publishes
 * them. A recipient on the suppression list ({@link #suppress}, {@code PutSuppressedDestination})
 * gets no email, although the send is accepted: its events are a Send and a Bounce, or a Complaint
 * if that is the reason on the list. The addresses of the mailbox simulator ({@code success},
 * {@code bounce}, {@code complaint}, {@code suppressionlist} and {@code ooto@
 * simulator.amazonses.com}, also with {@code +label}) do what their names say, without changing the
 * list; an attachment with EICAR's test file is rejected as a virus after it was accepted. To every
 * other recipient an email is delivered at once.
 *
 * <p>{@link #failNext} makes sends and other operations fail, before or after they were performed.
 *
 * <p>The AWS rules are those of the SES API v2 Reference and the SES API Reference for the
 * operations above, of the SES Developer Guide, "Using the Amazon SES account-level suppression
 * list", "Using the mailbox simulator manually" and "Contents of event data that Amazon SES
 * publishes to Amazon SNS", and of the IAM User Guide, "Create a signed AWS API request". Quotas
 * are reported and not enforced, nor is the rate of one request a second that SES allows of most
 * operations that do not send; nothing is delayed; 8-bit MIME, which SES accepts, is refused.
 *
 * <p>Emails and events are kept in memory until {@link #clear}. The server listens on 127.0.0.1
 * only, and no email leaves this machine.
 *
 * <pre>{@code
 * try (LocalSes ses = LocalSes.builder().verifiedIdentity("example.com").start();
 *     SesMailer mailer =
 *         SesMailer.builder()
 *             .region(ses.region())
 *             .endpoint(ses.endpoint())
 *             .credentials(ses.credentials())
 *             .build()) {
 *   mailer.send(email);
 *   List<String> links = ses.emails().get(0).links();
 * }
 * }</pre>
 *
 * <p>Thread-safe.
 */
public final class LocalSes implements AutoCloseable {
  private final SesSettings settings;
  private final SesState state = new SesState();
  private final LoopbackServer server;

  private LocalSes(SesSettings settings, List<String> allowedHosts, int port) {
    this.settings = settings;
    HostCheck hosts = new HostCheck(allowedHosts, SesHandler::refuse);
    this.server =
        LoopbackServer.start(
            "local-ses", port, settings.clock(), hosts, new SesHandler(settings, state));
  }

  /** {@return a running server with all defaults, on a free port} */
  public static LocalSes start() {
    return builder().start();
  }

  /** {@return a new builder; nothing is required} */
  public static Builder builder() {
    return new Builder();
  }

  /** {@return the endpoint: {@code http://127.0.0.1:PORT} without a trailing slash} */
  public URI endpoint() {
    return server.uri();
  }

  /** {@return the region that signatures must name} */
  public Region region() {
    return settings.region();
  }

  /**
   * {@return a provider of the accepted credentials, for the SDK and {@code
   * healthmetrics-aws-core}}
   */
  public AwsCredentialsProvider credentials() {
    return settings.credentials().provider();
  }

  /** {@return the accepted access key id} */
  public String accessKeyId() {
    return settings.credentials().accessKeyId();
  }

  /** {@return the secret access key; it has no value outside this server} */
  public String secretAccessKey() {
    return settings.credentials().secretAccessKey();
  }

  /**
   * {@return the accepted emails, those that reach nobody included: an immutable snapshot, oldest
   * first}
   */
  public List<ReceivedMail> emails() {
    return state.emails();
  }

  /**
   * {@return the number of requests to send, accepted or refused, since the start or the last
   * {@link #clear}; retries count}
   */
  public int sendAttempts() {
    return state.attempts();
  }

  /**
   * Returns the events of the accepted emails, each as the JSON that SES publishes to Amazon SNS
   * and that a queue with raw delivery holds. Emails without a configuration set have none.
   *
   * <p>An email and its events appear together, before the response to the send. A test delivers
   * them to the application in this order or in another, repeatedly or not at all, as Amazon SNS
   * and a lost message may.
   *
   * <pre>{@code
   * List<String> events = new ArrayList<>(ses.events());
   * events.addAll(ses.events());
   * Collections.shuffle(events, new Random(1));
   * // let the application handle them in this order, each of them twice
   * }</pre>
   *
   * @return an immutable snapshot, oldest first
   */
  public List<String> events() {
    return state.events();
  }

  /**
   * Puts an address on the suppression list, or updates its entry, as SES does after a bounce or a
   * complaint. {@link #clear} empties the list.
   *
   * @param address the address; its display name is ignored
   * @param suppression why, and since when: 1970 to 9999, of which the API has the milliseconds
   * @throws IllegalArgumentException if the reason is neither {@link Suppression#BOUNCE} nor {@link
   *     Suppression#COMPLAINT}, or the time is out of range
   * @throws NullPointerException if an argument is null
   */
  public void suppress(EmailAddress address, Suppression suppression) {
    state.suppressions().put(SuppressionTable.Entry.of(address, suppression));
  }

  /**
   * Makes the next sends fail: each send that arrives consumes one fault, and later sends succeed.
   * Faults with {@link SesFault#onlyFor} wait for a request of their operation. The faults are
   * added to those that are already queued. A send that is refused for another reason consumes its
   * fault too.
   *
   * @param faults the faults, in order
   * @throws NullPointerException if a fault is null
   */
  public void failNext(SesFault... faults) {
    state.failNext(List.of(faults));
  }

  /**
   * Calls a listener for each email that is accepted from now on, in the thread that serves the
   * sender: the email is already in {@link #emails}, and the response is not sent yet. Exceptions
   * of the listener are logged and change nothing.
   *
   * @param listener the listener; must be thread-safe and fast
   * @return the registration; closing it removes the listener, and a second call does nothing
   * @throws NullPointerException if {@code listener} is null
   */
  public InMemoryMailer.Registration onMail(Consumer<ReceivedMail> listener) {
    return state.onMail(Objects.requireNonNull(listener, "listener"));
  }

  /**
   * Calls a listener for each event from now on, after those of {@link #onMail}, in the thread that
   * serves the sender: the event is already in {@link #events}. A queue is a listener, such as
   * {@code queue::add}, from which another thread takes events while the application sends.
   * Exceptions of the listener are logged and change nothing.
   *
   * @param listener the listener, which gets the JSON of {@link #events}; must be thread-safe and
   *     fast
   * @return the registration; closing it removes the listener, and a second call does nothing
   * @throws NullPointerException if {@code listener} is null
   */
  public InMemoryMailer.Registration onEvent(Consumer<String> listener) {
    return state.onEvent(Objects.requireNonNull(listener, "listener"));
  }

  /**
   * Discards the accepted emails, their events, the suppression list, the number of attempts and
   * the queued faults.
   */
  public void clear() {
    state.clear();
  }

  /** Stops the server at once; {@link #emails} still works. A second call does nothing. */
  @Override
  public void close() {
    server.close();
  }

  /** Endpoint and number of emails; no secret, no address. */
  @Override
  public String toString() {
    return "LocalSes[" + endpoint() + ", " + emails().size() + " emails]";
  }

  /** Builder for {@link LocalSes}; every setting has a default. Not thread-safe. */
  public static final class Builder {
    private Region region = Region.US_EAST_1;
    private TestCredentials credentials = TestCredentials.random();
    private final Set<SesOperation> denied = EnumSet.noneOf(SesOperation.class);
    private final List<SesIdentity> identities = new ArrayList<>();
    private final Set<String> configurationSets = new LinkedHashSet<>();
    private final List<String> sandboxRecipients = new ArrayList<>();
    private final List<String> allowedHosts = new ArrayList<>();
    private boolean sandbox;
    private boolean sendingPaused;
    private String enforcementStatus = "HEALTHY";
    private double max24HourSend = 50_000;
    private double maxSendRate = 14;
    private Clock clock = Clock.systemUTC();
    private int port;

    private Builder() {}

    /**
     * Sets the region. Default: {@code us-east-1}.
     *
     * @param region the region that signatures must name
     * @return this builder
     * @throws NullPointerException if {@code region} is null
     */
    public Builder region(Region region) {
      this.region = Objects.requireNonNull(region, "region");
      return this;
    }

    /**
     * Sets the accepted credentials. Default: random.
     *
     * @param accessKeyId without white space or slashes
     * @param secretAccessKey not blank
     * @return this builder
     * @throws IllegalArgumentException if an argument is blank or {@code accessKeyId} has white
     *     space or a slash
     * @throws NullPointerException if an argument is null
     */
    public Builder credentials(String accessKeyId, String secretAccessKey) {
      this.credentials = new TestCredentials(accessKeyId, secretAccessKey, Optional.empty());
      return this;
    }

    /**
     * Verifies one more identity; the same as {@link #identity} with {@link SesIdentity#verified}.
     * Default: every sender is verified.
     *
     * @param domainOrAddress a domain, which covers its subdomains, or one address; or the ARN of
     *     an identity of another account, which an email may be sent from only if the request names
     *     it
     * @return this builder
     * @throws IllegalArgumentException if {@code domainOrAddress} is blank
     * @throws NullPointerException if {@code domainOrAddress} is null
     */
    public Builder verifiedIdentity(String domainOrAddress) {
      return identity(SesIdentity.verified(domainOrAddress));
    }

    /**
     * Declares one more identity; only verified ones may send. Default: every sender is verified.
     *
     * @param identity the identity
     * @return this builder
     * @throws NullPointerException if {@code identity} is null
     */
    public Builder identity(SesIdentity identity) {
      identities.add(Objects.requireNonNull(identity, "identity"));
      return this;
    }

    /**
     * Declares one more configuration set; an email that names an undeclared one is refused.
     * Default: none.
     *
     * @param name 1 to 64 letters, digits, hyphens and underscores
     * @return this builder
     * @throws IllegalArgumentException if SES does not allow that name
     * @throws NullPointerException if {@code name} is null
     */
    public Builder configurationSet(String name) {
      configurationSets.add(SesSettings.requireName(name));
      return this;
    }

    /**
     * Puts the account into the sandbox, where SES sends to verified addresses only: to these, to
     * verified identities, and to the mailbox simulator. The addresses may send as well. The quota
     * becomes 200 emails in 24 hours and 1 per second; call {@link #sendQuota} afterwards to change
     * it. Default: production access.
     *
     * @param verifiedAddresses verified addresses or domains
     * @return this builder
     * @throws IllegalArgumentException if one is blank
     * @throws NullPointerException if one is null
     */
    public Builder sandbox(String... verifiedAddresses) {
      for (String address : verifiedAddresses) {
        if (address.isBlank()) {
          throw new IllegalArgumentException("verifiedAddresses must not be blank");
        }
        sandboxRecipients.add(address);
      }
      sandbox = true;
      return sendQuota(200, 1);
    }

    /**
     * Pauses sending: every email is refused. Default: sending is enabled.
     *
     * @return this builder
     */
    public Builder sendingPaused() {
      sendingPaused = true;
      return this;
    }

    /**
     * Sets the quota that {@code GetAccount} and {@code GetSendQuota} report; it is not enforced,
     * see {@link LocalSes#failNext} for throttling. Default: 50,000 and 14.
     *
     * @param max24HourSend recipients in 24 hours; -1 is unlimited
     * @param maxSendRate recipients per second
     * @return this builder
     * @throws IllegalArgumentException if a number is not finite, or negative and not -1 for {@code
     *     max24HourSend}
     */
    public Builder sendQuota(double max24HourSend, double maxSendRate) {
      boolean possible =
          (max24HourSend >= 0 || max24HourSend == -1)
              && maxSendRate >= 0
              && Double.isFinite(max24HourSend + maxSendRate);
      if (!possible) {
        throw new IllegalArgumentException(
            "max24HourSend must be -1 or not negative, maxSendRate not negative: "
                + max24HourSend
                + ", "
                + maxSendRate);
      }
      this.max24HourSend = max24HourSend;
      this.maxSendRate = maxSendRate;
      return this;
    }

    /**
     * Sets the enforcement status of the account; {@code SHUTDOWN} refuses every email. Default:
     * {@code HEALTHY}.
     *
     * @param status {@code HEALTHY}, {@code PROBATION} or {@code SHUTDOWN}
     * @return this builder
     * @throws IllegalArgumentException if {@code status} is another value
     * @throws NullPointerException if {@code status} is null
     */
    public Builder enforcementStatus(String status) {
      if (!SesAccount.STATUSES.contains(status)) {
        throw new IllegalArgumentException(
            "status must be HEALTHY, PROBATION or SHUTDOWN: " + Quote.of(status));
      }
      this.enforcementStatus = status;
      return this;
    }

    /**
     * Refuses operations with 403, as AWS does for credentials without the permission. Default: all
     * are allowed.
     *
     * @param permissions such as {@code ses:GetAccount} or {@code ses:GetSuppressedDestination}
     * @return this builder
     * @throws IllegalArgumentException if one is not the permission of an operation that this
     *     server implements
     * @throws NullPointerException if one is null
     */
    public Builder denied(String... permissions) {
      for (String permission : permissions) {
        denied.add(SesOperation.permitted(permission));
      }
      return this;
    }

    /**
     * Allows requests under one more host, for containers and emulators that reach this machine
     * under another name. Default: {@code localhost}, {@code *.localhost}, {@code 127.0.0.0/8} and
     * {@code [::1]} with the server's port; any other host is refused with 421, as it may be a web
     * page's own name that resolves to this machine (DNS rebinding).
     *
     * @param host a name or an address as clients send it, such as {@code minio} or {@code
     *     10.0.2.2:9000}; without a port, every port is allowed
     * @return this builder
     * @throws IllegalArgumentException if {@code host} is anything else, such as a URL
     * @throws NullPointerException if {@code host} is null
     */
    public Builder allowedHost(String host) {
      allowedHosts.add(HostCheck.requireHost(host));
      return this;
    }

    /**
     * Sets the clock that signatures are checked with and responses are dated by: those that differ
     * from it by more than 5 minutes are refused. Default: the system clock.
     *
     * <p>The SDK's clients sign with the system time until a response refuses it, and then by the
     * {@code Date} of that response: that client, and all that are built later in the same JVM.
     *
     * @param clock for instance a {@link com.healthmetrics.aws.testkit.TestClock}
     * @return this builder
     * @throws NullPointerException if {@code clock} is null
     */
    public Builder clock(Clock clock) {
      this.clock = Objects.requireNonNull(clock, "clock");
      return this;
    }

    /**
     * Sets the port. Default: 0.
     *
     * @param port 0 to 65535; 0 selects a free port
     * @return this builder
     * @throws IllegalArgumentException if {@code port} is out of range
     */
    public Builder port(int port) {
      this.port = LoopbackServer.requirePort(port);
      return this;
    }

    /**
     * Builds and starts the server.
     *
     * @return the running server
     * @throws java.io.UncheckedIOException if the port is in use
     * @throws IllegalArgumentException if the default configuration set of an identity is not
     *     declared
     */
    public LocalSes start() {
      SesAccount account =
          new SesAccount(max24HourSend, maxSendRate, !sendingPaused, !sandbox, enforcementStatus);
      return new LocalSes(
          new SesSettings(
              region,
              credentials,
              denied,
              identities,
              sandboxRecipients,
              configurationSets,
              account,
              clock),
          allowedHosts,
          port);
    }
  }
}
