package com.healthmetrics.aws.testkit.mail;

import com.healthmetrics.aws.testkit.internal.LoopbackServer;
import com.healthmetrics.aws.testkit.internal.TestCredentials;
import java.net.URI;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;

/**
 * An SES on loopback that keeps the mails it accepts and refuses what SES refuses.
 *
 * <p>It speaks both of SES's protocols, so the SDK's {@code SesV2Client} talks to it as well as its
 * {@code SesClient}: {@code SendEmail} with simple and with raw content and {@code GetAccount} of
 * the API v2; {@code SendEmail}, {@code SendRawEmail} and {@code GetSendQuota} of the first API.
 * Signature, identities, sandbox, configuration sets, addresses, recipients, headers, attachments,
 * tags and sizes are verified by the same rules in both, and a refusal has SES's status, error code
 * and message with one member more: {@code reason} says what to do. Whatever else a request holds,
 * such as a template, is refused, never half read. Raw mails are read with Jakarta Mail ({@code
 * org.eclipse.angus:angus-mail}), which is optional: without it they are refused.
 *
 * <p>{@link #failNext} makes sends go wrong, after the mail was kept or before.
 *
 * <p>The AWS rules are those of the SES API v2 Reference, "SendEmail" and "GetAccount", of the SES
 * API Reference, "SendEmail", "SendRawEmail" and "GetSendQuota", and of the IAM User Guide, "Create
 * a signed AWS API request". Quotas are told and not enforced, nothing is ever suppressed or
 * bounced, and 8-bit MIME, which SES lets through, is refused.
 *
 * <p>Mails live in memory until {@link #clear}. The server listens on 127.0.0.1 only, and nothing
 * is ever delivered.
 *
 * <pre>{@code
 * try (LocalSes ses = LocalSes.builder().verifiedIdentity("example.com").start();
 *     SesMailer mailer =
 *         SesMailer.builder()
 *             .region(Region.of(ses.region()))
 *             .endpoint(ses.endpoint())
 *             .credentials(ses.credentials())
 *             .build()) {
 *   mailer.send(email);
 *   List<String> links = ses.mails().get(0).links();
 * }
 * }</pre>
 *
 * <p>Thread-safe.
 */
public final class LocalSes implements AutoCloseable {
  private final SesSettings settings;
  private final SesState state = new SesState();
  private final LoopbackServer server;

  private LocalSes(SesSettings settings, int port) {
    this.settings = settings;
    this.server = LoopbackServer.start("local-ses", port, new SesHandler(settings, state));
  }

  /**
   * Starts a server with all defaults on a free port.
   *
   * @return the running server
   */
  public static LocalSes start() {
    return builder().start();
  }

  /**
   * A builder with all defaults.
   *
   * @return the builder
   */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Where the server listens: {@code http://127.0.0.1:PORT} without a trailing slash.
   *
   * @return the endpoint
   */
  public URI endpoint() {
    return server.uri();
  }

  /**
   * The region that signatures must name.
   *
   * @return the region
   */
  public String region() {
    return settings.region();
  }

  /**
   * The credentials that are known here, as the SDK and {@code healthmetrics-aws-core} take them.
   *
   * @return a provider that always gives them
   */
  public AwsCredentialsProvider credentials() {
    return settings.credentials().provider(Optional.empty());
  }

  /**
   * The access key that is known here.
   *
   * @return the access key id
   */
  public String accessKeyId() {
    return settings.credentials().accessKeyId();
  }

  /**
   * The secret of the access key; worthless outside this server.
   *
   * @return the secret access key
   */
  public String secretAccessKey() {
    return settings.credentials().secretAccessKey();
  }

  /**
   * The mails that were accepted.
   *
   * @return an immutable snapshot, oldest first
   */
  public List<ReceivedMail> mails() {
    return state.mails();
  }

  /**
   * How many sends arrived, whether they were accepted or refused: a sender that tries again by
   * itself shows here.
   *
   * @return the number since the start, or since the last {@link #clear}
   */
  public int sendAttempts() {
    return state.attempts();
  }

  /**
   * Makes the next sends go wrong: each that arrives takes the next of these, and those after them
   * are answered as usual. Faults wait behind those that are queued already. A send that is refused
   * for another reason uses its fault up as well.
   *
   * @param faults what goes wrong, in order
   * @throws NullPointerException if a fault is null
   */
  public void failNext(SesFault... faults) {
    state.failNext(List.of(faults));
  }

  /**
   * Calls a listener for each mail that is accepted from now on, in the thread that serves the
   * sender: the mail is in {@link #mails} already, the sender has no answer yet. What the listener
   * throws is logged and changes nothing.
   *
   * @param listener what to call; thread-safe, and quick
   * @return what ends it
   * @throws NullPointerException if {@code listener} is null
   */
  public Registration onMail(Consumer<ReceivedMail> listener) {
    return state.onMail(Objects.requireNonNull(listener, "listener"));
  }

  /** Forgets the mails that were accepted so far, the attempts, and the faults that are queued. */
  public void clear() {
    state.clear();
  }

  /** Stops the server at once; {@link #mails} still answers. A second call does nothing. */
  @Override
  public void close() {
    server.close();
  }

  /** Endpoint and number of mails; no secret, no address. */
  @Override
  public String toString() {
    return "LocalSes[" + endpoint() + ", " + mails().size() + " mails]";
  }

  /** A listener that is being called; closing it ends that. A second call does nothing. */
  public interface Registration extends AutoCloseable {
    @Override
    void close();
  }

  /** Builds a {@link LocalSes}. Every setting has a default, because it is a server for tests. */
  public static final class Builder {
    private String region = "us-east-1";
    private TestCredentials credentials = TestCredentials.random();
    private final List<String> verifiedIdentities = new ArrayList<>();
    private final Set<String> configurationSets = new LinkedHashSet<>();
    private final List<String> sandboxRecipients = new ArrayList<>();
    private boolean sandbox;
    private boolean sendingPaused;
    private boolean accountAccessDenied;
    private String enforcementStatus = "HEALTHY";
    private double max24HourSend = 50_000;
    private double maxSendRate = 14;
    private Clock clock = Clock.systemUTC();
    private int port;

    private Builder() {}

    /**
     * Sets the region; {@code us-east-1} when not called.
     *
     * @param region a region id
     * @return this builder
     * @throws IllegalArgumentException if {@code region} does not look like a region id
     * @throws NullPointerException if {@code region} is null
     */
    public Builder region(String region) {
      if (!region.matches("[a-z0-9-]+")) {
        throw new IllegalArgumentException("region must be like us-east-1: " + region);
      }
      this.region = region;
      return this;
    }

    /**
     * Sets the credentials that are accepted; random ones when not called.
     *
     * @param accessKeyId without white space and slashes
     * @param secretAccessKey not blank
     * @return this builder
     * @throws IllegalArgumentException if one of them cannot be signed with
     * @throws NullPointerException if one of them is null
     */
    public Builder credentials(String accessKeyId, String secretAccessKey) {
      this.credentials = new TestCredentials(accessKeyId, secretAccessKey);
      return this;
    }

    /**
     * Verifies one more identity. When not called, every sender counts as verified.
     *
     * @param domainOrAddress a domain, which covers its subdomains, or one address
     * @return this builder
     * @throws IllegalArgumentException if {@code domainOrAddress} is blank
     * @throws NullPointerException if {@code domainOrAddress} is null
     */
    public Builder verifiedIdentity(String domainOrAddress) {
      if (domainOrAddress.isBlank()) {
        throw new IllegalArgumentException("domainOrAddress must not be blank");
      }
      verifiedIdentities.add(domainOrAddress);
      return this;
    }

    /**
     * Declares one more configuration set. A mail that names an undeclared one is refused.
     *
     * @param name 1 to 64 letters, digits, hyphens and underscores
     * @return this builder
     * @throws IllegalArgumentException if SES allows no configuration set of that name
     * @throws NullPointerException if {@code name} is null
     */
    public Builder configurationSet(String name) {
      if (!name.matches("[A-Za-z0-9_-]{1,64}")) {
        throw new IllegalArgumentException(
            "name must be 1 to 64 letters, digits, hyphens and underscores: " + name);
      }
      configurationSets.add(name);
      return this;
    }

    /**
     * Puts the account into the sandbox, where SES sends to verified addresses only: to these, to
     * verified identities, and to the mailbox simulator. The addresses may send as well. What may
     * be sent is 200 mails in 24 hours and 1 in a second, unless {@link #sendQuota} is called after
     * this.
     *
     * @param verifiedAddresses addresses or domains that are verified
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
     * Pauses sending: every mail is refused.
     *
     * @return this builder
     */
    public Builder sendingPaused() {
      sendingPaused = true;
      return this;
    }

    /**
     * Sets what {@code GetAccount} and {@code GetSendQuota} tell; 50,000 and 14 when not called. It
     * is told and not enforced: {@link LocalSes#failNext} throttles where a test wants it.
     *
     * @param max24HourSend recipients in 24 hours; -1 is unlimited
     * @param maxSendRate recipients in a second
     * @return this builder
     * @throws IllegalArgumentException if a number is negative otherwise, or not finite
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
     * Sets how SES sees the account; {@code HEALTHY} when not called. {@code SHUTDOWN} refuses
     * every mail.
     *
     * @param status {@code HEALTHY}, {@code PROBATION} or {@code SHUTDOWN}
     * @return this builder
     * @throws IllegalArgumentException if {@code status} is another one
     * @throws NullPointerException if {@code status} is null
     */
    public Builder enforcementStatus(String status) {
      if (!SesAccount.STATUSES.contains(status)) {
        throw new IllegalArgumentException(
            "status must be HEALTHY, PROBATION or SHUTDOWN: " + status);
      }
      this.enforcementStatus = status;
      return this;
    }

    /**
     * Answers {@code GetAccount} and {@code GetSendQuota} with 403, as AWS does to credentials that
     * may send and nothing else.
     *
     * @return this builder
     */
    public Builder accountAccessDenied() {
      accountAccessDenied = true;
      return this;
    }

    /**
     * Sets the clock that signatures are judged by; the system clock when not called.
     *
     * @param clock note that the SDK signs with the system's time, whatever this clock shows
     * @return this builder
     * @throws NullPointerException if {@code clock} is null
     */
    public Builder clock(Clock clock) {
      this.clock = Objects.requireNonNull(clock, "clock");
      return this;
    }

    /**
     * Sets the port; a free one when not called, which is what tests want.
     *
     * @param port 0 to 65535; 0 takes a free one
     * @return this builder
     * @throws IllegalArgumentException if {@code port} is out of range
     */
    public Builder port(int port) {
      if (port < 0 || port > 65_535) {
        throw new IllegalArgumentException("port must be 0 to 65535: " + port);
      }
      this.port = port;
      return this;
    }

    /**
     * Starts the server.
     *
     * @return the running server
     * @throws java.io.UncheckedIOException if the port is taken
     */
    public LocalSes start() {
      SesAccount account =
          new SesAccount(
              max24HourSend,
              maxSendRate,
              !sendingPaused,
              !sandbox,
              enforcementStatus,
              !accountAccessDenied);
      return new LocalSes(
          new SesSettings(
              region,
              credentials,
              verifiedIdentities,
              sandboxRecipients,
              configurationSets,
              account,
              clock),
          port);
    }
  }
}
