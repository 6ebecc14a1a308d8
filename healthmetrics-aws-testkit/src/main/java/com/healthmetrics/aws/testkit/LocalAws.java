package com.healthmetrics.aws.testkit;

import com.healthmetrics.aws.AwsSettings;
import com.healthmetrics.aws.HealthMetricsAws;
import com.healthmetrics.aws.mail.MailerChain;
import com.healthmetrics.aws.storage.UploadPolicy;
import com.healthmetrics.aws.testkit.cdn.LocalCloudFront;
import com.healthmetrics.aws.testkit.internal.HostCheck;
import com.healthmetrics.aws.testkit.internal.Quote;
import com.healthmetrics.aws.testkit.internal.TestCredentials;
import com.healthmetrics.aws.testkit.mail.LocalSes;
import com.healthmetrics.aws.testkit.mail.Mailbox;
import com.healthmetrics.aws.testkit.mail.SesIdentity;
import com.healthmetrics.aws.testkit.storage.LocalS3;
import java.io.UncheckedIOException;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.IntFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.regions.Region;

/**
 * The three strict servers, started together with one set of credentials, and the library
 * configured for them, as an application uses it on AWS.
 *
 * <pre>{@code
 * try (LocalAws local = LocalAws.start()) {
 *   local.aws().accountEmails().sendVerification(EmailAddress.of("ada@example.com"), "t0ken");
 *
 *   local.mailbox().hasEmailTo("ada@example.com").withLinkTo("/auth/verify-email");
 * }
 * }</pre>
 *
 * <p>{@link #environment()} configures an application in a process of its own. The pictures of
 * {@link UploadPolicy#progressPhotos()} and {@link UploadPolicy#foodPhotos()} are private: {@link
 * #cloudFront} serves them to signed URLs only. As with the Terraform module, browsers upload below
 * {@code pending/} only: the bucket refuses presigned uploads to other keys, and the distribution
 * serves none of those. The sender {@code noreply@healthmetrics.example} is verified, and every
 * recipient is accepted. Emails use a configuration set, as with the module, so {@link
 * LocalSes#events} has their events.
 *
 * <p>All servers listen on 127.0.0.1 only, and everything is gone when this object is closed.
 * Thread-safe.
 */
public final class LocalAws implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LocalAws.class);
  private static final Region REGION = Region.US_EAST_1;
  private static final String MAIL_DOMAIN = "healthmetrics.example";

  /** As the Terraform module makes it. */
  private static final SesIdentity IDENTITY =
      SesIdentity.verified(MAIL_DOMAIN).mailFrom("mail." + MAIL_DOMAIN, "SUCCESS");

  private static final String CONFIGURATION_SET = "healthmetrics-local";
  private static final String SENDER = "noreply@" + MAIL_DOMAIN;
  private static final String PUBLIC_KEY_ID = "KLOCALDEVELOPMENT";

  private final Deque<AutoCloseable> started = new ArrayDeque<>();
  private final LocalS3 s3;
  private final LocalCloudFront cloudFront;
  private final LocalSes ses;
  private final Map<String, String> environment;
  private final HealthMetricsAws aws;
  private final Mailbox mailbox;

  private LocalAws(Builder builder) {
    KeyPair keyPair = newKeyPair();
    try {
      this.s3 = start(builder.port(0), builder::s3);
      this.cloudFront = start(builder.port(1), port -> builder.cloudFront(s3, keyPair, port));
      this.ses = start(builder.port(2), builder::ses);
      this.environment = environment(builder, keyPair);
      this.aws =
          HealthMetricsAws.builder(AwsSettings.fromEnvironment(environment))
              .credentials(credentials())
              .clock(builder.clock)
              .mailerChain(builder.mailerChain)
              .build();
      started.push(aws);
      this.mailbox = Mailbox.of(ses);
      started.push(mailbox);
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private <T extends AutoCloseable> T start(int preferredPort, IntFunction<T> server) {
    T running;
    try {
      running = server.apply(preferredPort);
    } catch (UncheckedIOException e) {
      running = server.apply(0);
    }
    started.push(running);
    return running;
  }

  private static KeyPair newKeyPair() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(256);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("This Java runtime does not support elliptic curves", e);
    }
  }

  private Map<String, String> environment(Builder builder, KeyPair keyPair) {
    Map<String, String> names = new LinkedHashMap<>();
    names.put("AWS_REGION", REGION.id());
    names.put("S3_BUCKET_NAME", s3.bucket());
    names.put("CLOUDFRONT_URL", cloudFront.baseUrl().toString());
    names.put("CLOUDFRONT_KEY_PAIR_ID", PUBLIC_KEY_ID);
    names.put("CLOUDFRONT_PRIVATE_KEY", pem(keyPair));
    names.put("SES_FROM_EMAIL", SENDER);
    names.put("SES_CONFIGURATION_SET", CONFIGURATION_SET);
    names.put("APP_URL", builder.appUrl.toString());
    // Any value but "development" sends email, here into the mailbox; "local" would be warned
    // about.
    names.put("ENVIRONMENT", "local-aws");
    if (builder.otherNameOfThisMachine().isPresent()) {
      names.put("ALLOW_CLEARTEXT_HTTP", "true");
    }
    names.put("AWS_ENDPOINT_URL_S3", s3.endpoint().toString());
    names.put("AWS_ENDPOINT_URL_SESV2", ses.endpoint().toString());
    names.put("AWS_ACCESS_KEY_ID", s3.accessKeyId());
    names.put("AWS_SECRET_ACCESS_KEY", s3.secretAccessKey());
    // A token left over from another login would invalidate these credentials.
    names.put("AWS_SESSION_TOKEN", "");
    return Collections.unmodifiableMap(names);
  }

  /** On one line, as environment files want it. */
  private static String pem(KeyPair keyPair) {
    return "-----BEGIN PRIVATE KEY-----\\n"
        + Base64.getEncoder().encodeToString(keyPair.getPrivate().getEncoded())
        + "\\n-----END PRIVATE KEY-----";
  }

  /**
   * Starts all servers on free ports, with random credentials.
   *
   * @return the running servers; the caller closes them
   */
  public static LocalAws start() {
    return builder().start();
  }

  /** {@return a new builder; nothing is required} */
  public static Builder builder() {
    return new Builder();
  }

  /** {@return the bucket} */
  public LocalS3 s3() {
    return s3;
  }

  /** {@return the distribution in front of the bucket} */
  public LocalCloudFront cloudFront() {
    return cloudFront;
  }

  /** {@return the email service} */
  public LocalSes ses() {
    return ses;
  }

  /** {@return the library, configured for these servers; closed with this object} */
  public HealthMetricsAws aws() {
    return aws;
  }

  /** {@return assertions about the emails that {@link #ses()} accepted; closed with this object} */
  public Mailbox mailbox() {
    return mailbox;
  }

  /** {@return the credentials that all servers accept} */
  public AwsCredentialsProvider credentials() {
    return s3.credentials();
  }

  /**
   * Returns the environment variables that point an application at these servers.
   *
   * @return the settings that {@link AwsSettings} lists, and the credentials under the names of the
   *     SDK; unmodifiable
   */
  public Map<String, String> environment() {
    return environment;
  }

  /**
   * Discards objects, emails, numbers of attempts and queued faults, so that the next test starts
   * as the first one did. Settings, credentials, clock and {@link Builder#mailerChain chain} with
   * its store stay, and so does what an unfinished request does afterwards: first wait for what the
   * test started.
   */
  public void clear() {
    s3.clear();
    ses.clear();
  }

  /** Stops the servers in reverse order. A second call does nothing. */
  @Override
  public void close() {
    while (!started.isEmpty()) {
      AutoCloseable last = started.pop();
      try {
        last.close();
      } catch (Exception e) {
        LOG.warn("{} did not stop", last, e);
      }
    }
  }

  /** The three endpoints; no secret. */
  @Override
  public String toString() {
    return "LocalAws[" + s3 + ", " + cloudFront + ", " + ses + "]";
  }

  /**
   * Builder for {@link LocalAws}.
   *
   * <p>Not thread-safe.
   */
  public static final class Builder {
    private String bucket = "healthmetrics-local";
    private URI appUrl = URI.create("http://localhost:3003");
    private final List<String> allowedOrigins = new ArrayList<>();
    private final List<String> allowedHosts = new ArrayList<>();
    private TestCredentials credentials = TestCredentials.random();
    private Clock clock = Clock.systemUTC();
    private MailerChain mailerChain = MailerChain.builder().build();
    private int firstPort;

    private Builder() {}

    /**
     * Sets the name of the bucket. Default: {@code healthmetrics-local}.
     *
     * @param name 3 to 63 lower-case letters, digits, dots and hyphens
     * @return this builder
     * @throws NullPointerException if {@code name} is null
     */
    public Builder bucket(String name) {
      this.bucket = Objects.requireNonNull(name, "name");
      return this;
    }

    /**
     * Sets the application's URL: its pages may upload and read the pictures they load, and links
     * in emails begin with it. Default: {@code http://localhost:3003}.
     *
     * @param url an origin such as {@code http://localhost:8080}, or {@code http://10.0.2.2:8080}
     *     for an emulator
     * @return this builder
     * @throws NullPointerException if {@code url} is null
     */
    public Builder appUrl(URI url) {
      this.appUrl = Objects.requireNonNull(url, "url");
      return this;
    }

    /**
     * Allows the pages of one more origin to upload and to read the pictures they load. Default:
     * only those of the application.
     *
     * @param origin an exact origin such as {@code http://127.0.0.1:8080}, or {@code
     *     capacitor://localhost} or {@code ionic://localhost} for the web view of an app
     * @return this builder
     * @throws NullPointerException if {@code origin} is null
     */
    public Builder allowedOrigin(String origin) {
      allowedOrigins.add(Objects.requireNonNull(origin, "origin"));
      return this;
    }

    /**
     * Allows requests to all servers under one more host, for containers and emulators that reach
     * this machine under another name. Default: {@code localhost}, {@code *.localhost}, {@code
     * 127.0.0.0/8} and {@code [::1]} with the server's port, and the host of {@link #appUrl} if
     * that is plain http; any other host is refused with 421, as it may be a web page's own name
     * that resolves to this machine (DNS rebinding).
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
     * Sets the credentials that all servers accept. Default: random.
     *
     * @param accessKeyId without white space or slashes
     * @param secretAccessKey not blank
     * @return this builder
     * @throws NullPointerException if an argument is null
     * @throws IllegalArgumentException if an argument is blank or {@code accessKeyId} has white
     *     space or a slash
     */
    public Builder credentials(String accessKeyId, String secretAccessKey) {
      this.credentials = new TestCredentials(accessKeyId, secretAccessKey, Optional.empty());
      return this;
    }

    /**
     * Sets the clock of S3, CloudFront and the library. Default: the system clock.
     *
     * <p>The SDK's clients sign with the system time. Once the clock differs from it by more than
     * 15 minutes, they are refused once and then sign by the clock, as do clients that are built
     * later in the same JVM; SES uses the system clock.
     *
     * @param clock for instance a {@link TestClock}
     * @return this builder
     * @throws NullPointerException if {@code clock} is null
     */
    public Builder clock(Clock clock) {
      this.clock = Objects.requireNonNull(clock, "clock");
      return this;
    }

    /**
     * Sets the steps that every email of {@link LocalAws#aws} passes before it is sent; {@link
     * MailerChain#settle} accepts the {@link LocalSes#events}. Default: a chain without steps.
     *
     * @param chain the chain; what it remembers, such as idempotency keys, outlasts {@link
     *     LocalAws#clear}
     * @return this builder
     * @throws NullPointerException if {@code chain} is null
     */
    public Builder mailerChain(MailerChain chain) {
      this.mailerChain = Objects.requireNonNull(chain, "chain");
      return this;
    }

    /**
     * Prefers three consecutive ports, for S3, CloudFront and SES; a server whose port is in use
     * listens on a free one. Default: free ports.
     *
     * @param first 1 to 65533
     * @return this builder
     * @throws IllegalArgumentException if it is out of range
     */
    public Builder preferredPorts(int first) {
      if (first < 1 || first > 65_533) {
        throw new IllegalArgumentException("first must be 1 to 65533: " + first);
      }
      this.firstPort = first;
      return this;
    }

    /**
     * Starts all servers, or none.
     *
     * @return the running servers; the caller closes them
     * @throws IllegalArgumentException if bucket, application URL or an origin is not valid
     */
    public LocalAws start() {
      String scheme = String.valueOf(appUrl.getScheme());
      if (!scheme.equals("http") && !scheme.equals("https")) {
        throw new IllegalArgumentException(
            "The application's URL is not http or https, with which links in emails begin. Name the"
                + " origin of a web view with allowedOrigin: "
                + Quote.of(appUrl.toString()));
      }
      return new LocalAws(this);
    }

    /** An emulator or a phone reaches this machine, and the application on it, under that name. */
    private Optional<String> otherNameOfThisMachine() {
      boolean encrypted = "https".equals(appUrl.getScheme());
      return Optional.ofNullable(appUrl.getHost())
          .filter(host -> !encrypted && !HostCheck.isLoopback(host));
    }

    private List<String> hosts() {
      List<String> hosts = new ArrayList<>(allowedHosts);
      otherNameOfThisMachine().ifPresent(hosts::add);
      return hosts;
    }

    private int port(int index) {
      return firstPort == 0 ? 0 : firstPort + index;
    }

    private LocalS3 s3(int port) {
      LocalS3.Builder s3 =
          LocalS3.builder()
              .bucket(bucket)
              .region(REGION)
              .credentials(credentials.accessKeyId(), credentials.secretAccessKey())
              .allowedOrigin(appUrl.toString())
              .denyPresignedUploadsOutside("pending/")
              .clock(clock)
              .port(port);
      allowedOrigins.forEach(s3::allowedOrigin);
      hosts().forEach(s3::allowedHost);
      return s3.start();
    }

    private LocalCloudFront cloudFront(LocalS3 s3, KeyPair keyPair, int port) {
      LocalCloudFront.Builder cloudFront =
          LocalCloudFront.builder(s3)
              .privatePrefix(UploadPolicy.progressPhotos().keyPrefix())
              .privatePrefix(UploadPolicy.foodPhotos().keyPrefix())
              .allowedOrigin(appUrl.toString())
              .trustedKey(PUBLIC_KEY_ID, keyPair.getPublic())
              .clock(clock)
              .port(port);
      allowedOrigins.forEach(cloudFront::allowedOrigin);
      hosts().forEach(cloudFront::allowedHost);
      return cloudFront.start();
    }

    private LocalSes ses(int port) {
      LocalSes.Builder ses =
          LocalSes.builder()
              .region(REGION)
              .credentials(credentials.accessKeyId(), credentials.secretAccessKey())
              .identity(IDENTITY)
              .configurationSet(CONFIGURATION_SET)
              .port(port);
      hosts().forEach(ses::allowedHost);
      return ses.start();
    }
  }
}
