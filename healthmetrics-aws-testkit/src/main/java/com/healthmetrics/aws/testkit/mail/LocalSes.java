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
import java.util.concurrent.CopyOnWriteArrayList;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;

/**
 * An SES on loopback that keeps the mails it accepts and refuses what SES refuses.
 *
 * <p>It answers {@code SendEmail} of the SES API v2 with simple content, so the SDK's {@code
 * SesV2Client} talks to it. Signature, identities, configuration sets, addresses, recipients,
 * headers and tags are verified, and a refusal has SES's status, error type and message with one
 * member more: {@code reason} says what to do. Raw content, templates and attachments are refused,
 * never half read. The AWS rules are those of the SES API v2 Reference, "SendEmail", and the IAM
 * User Guide, "Create a signed AWS API request".
 *
 * <p>Mails live in memory until {@link #clear}. The server listens on 127.0.0.1 only, and nothing
 * is ever delivered.
 *
 * <pre>{@code
 * try (LocalSes ses = LocalSes.builder().verifiedIdentity("example.com").start();
 *     SesV2Mailer mailer =
 *         SesV2Mailer.builder()
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
  private final List<ReceivedMail> mails = new CopyOnWriteArrayList<>();
  private final LoopbackServer server;

  private LocalSes(SesSettings settings, int port) {
    this.settings = settings;
    this.server = LoopbackServer.start("local-ses", port, new SesHandler(settings, mails));
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
    return List.copyOf(mails);
  }

  /** Forgets the mails that were accepted so far. */
  public void clear() {
    mails.clear();
  }

  /** Stops the server at once; {@link #mails} still answers. A second call does nothing. */
  @Override
  public void close() {
    server.close();
  }

  /** Endpoint and number of mails; no secret, no address. */
  @Override
  public String toString() {
    return "LocalSes[" + endpoint() + ", " + mails.size() + " mails]";
  }

  /** Builds a {@link LocalSes}. Every setting has a default, because it is a server for tests. */
  public static final class Builder {
    private String region = "us-east-1";
    private TestCredentials credentials = TestCredentials.random();
    private final List<String> verifiedIdentities = new ArrayList<>();
    private final Set<String> configurationSets = new LinkedHashSet<>();
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
      return new LocalSes(
          new SesSettings(region, credentials, verifiedIdentities, configurationSets, clock), port);
    }
  }
}
