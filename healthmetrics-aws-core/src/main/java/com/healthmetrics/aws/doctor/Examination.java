package com.healthmetrics.aws.doctor;

import com.healthmetrics.aws.AwsSettings;
import com.healthmetrics.aws.ConfigurationException;
import com.healthmetrics.aws.HealthMetricsAws;
import com.healthmetrics.aws.internal.Checks;
import com.healthmetrics.aws.internal.CurrentCredentials;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

/** All checks of one environment, in the order of the report. */
final class Examination {
  /** Of a request: a host that hangs costs this once. */
  private static final Duration TIMEOUT = Duration.ofSeconds(6);

  /** Of the requests of browsers together; those of the SDK, of email and of DNS come on top. */
  private static final Duration TOTAL = Duration.ofSeconds(25);

  /** Of the provider of credentials. */
  private static final Duration CREDENTIALS = Duration.ofSeconds(10);

  private final AwsSettings settings;
  private final Optional<URI> stsEndpoint;
  private final AwsCredentialsProvider credentials;
  private final Clock clock;
  private final Options options;
  private final Http http;
  private final DnsRecords dns;

  Examination(
      AwsSettings settings,
      Optional<URI> stsEndpoint,
      AwsCredentialsProvider credentials,
      Clock clock,
      Options options,
      Http http,
      DnsRecords dns) {
    this.settings = settings;
    this.stsEndpoint = stsEndpoint;
    this.credentials = credentials;
    this.clock = clock;
    this.options = options;
    this.http = http;
    this.dns = dns;
  }

  /**
   * Creates the checks of an environment.
   *
   * @throws ConfigurationException if settings are missing or malformed
   */
  static Examination of(
      Map<String, String> environment,
      AwsCredentialsProvider credentials,
      Clock clock,
      Options options) {
    AwsSettings settings = AwsSettings.fromEnvironment(environment);
    return new Examination(
        settings,
        stsEndpoint(environment, settings),
        credentials,
        clock,
        options,
        new JdkHttp(TIMEOUT, TOTAL),
        JndiDns.ofThisMachine());
  }

  /** Named as in the SDK; no setting, as the library itself has no use for it. */
  private static Optional<URI> stsEndpoint(Map<String, String> environment, AwsSettings settings) {
    String name =
        environment.getOrDefault("AWS_ENDPOINT_URL_STS", "").isBlank()
            ? "AWS_ENDPOINT_URL"
            : "AWS_ENDPOINT_URL_STS";
    String value = environment.getOrDefault(name, "");
    if (value.isBlank()) {
      return Optional.empty();
    }
    try {
      URI endpoint = Checks.baseUrl(value);
      Checks.requireEncrypted(
          endpoint, settings.cleartextHttpAllowed(), "set ALLOW_CLEARTEXT_HTTP=true");
      return Optional.of(endpoint);
    } catch (IllegalArgumentException e) {
      throw new ConfigurationException(List.of(name + " is not valid. " + e.getMessage()));
    }
  }

  /**
   * Runs all checks.
   *
   * @throws ConfigurationException if the class path does not allow to build the SDK's clients
   */
  Report report() {
    List<Finding> findings = new ArrayList<>();
    Optional<String> library = LibraryVersion.find();
    Optional<AwsCredentials> resolved = resolve(findings);
    CallerIdentity caller = new CallerIdentity(settings, stsEndpoint, http, clock);
    if (resolved.isPresent()) {
      findings.add(new Check("caller", name -> caller.find(name, resolved.get())).run());
    }
    findings.add(
        new Check("version", name -> version(name, library, settings.moduleVersion())).run());
    AwsCredentialsProvider fixed =
        resolved
            .<AwsCredentialsProvider>map(StaticCredentialsProvider::create)
            .orElse(Examination::unresolved);
    try (HealthMetricsAws aws =
            HealthMetricsAws.builder(settings)
                .credentials(fixed)
                .clock(clock)
                .storageDeadline(TIMEOUT)
                .build();
        SesReader ses = SesReader.of(settings, fixed)) {
      resolved.ifPresent(it -> findings.addAll(pictures(aws, it)));
      findings.addAll(
          new EmailChecks(aws, ses, dns, caller.account(), options.send(), options.suppression())
              .run());
    }
    return new Report(
        clock.instant(),
        library.orElse("of an unknown version"),
        "Bucket %s in %s, %s"
            .formatted(settings.bucketName(), settings.region(), settings.cloudFrontUrl()),
        List.copyOf(findings));
  }

  /** A provider that failed or hung is not asked again: that would take as long. */
  private static AwsCredentials unresolved() {
    throw new IllegalStateException("No credentials were resolved");
  }

  /**
   * Resolves credentials in a thread of its own, as providers may hang: {@code credential_process}
   * has no limit of time.
   *
   * @throws CurrentCredentials.Unavailable if there are none
   * @throws NotCheckedException if the provider does not respond in time
   */
  static AwsCredentials resolve(AwsCredentialsProvider provider, Clock clock, Duration limit)
      throws NotCheckedException {
    FutureTask<AwsCredentials> resolving =
        new FutureTask<>(() -> CurrentCredentials.resolve(provider, clock));
    Thread thread = new Thread(resolving, "healthmetrics-doctor-credentials");
    thread.setDaemon(true);
    thread.start();
    try {
      return resolving.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new NotCheckedException(
          "The credentials provider did not respond within %s s, so nothing in S3 and CloudFront was checked."
              .formatted(limit.toSeconds()));
    } catch (ExecutionException e) {
      if (e.getCause() instanceof CurrentCredentials.Unavailable unavailable) {
        throw unavailable;
      }
      throw new IllegalStateException("Resolving failed otherwise than documented", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new NotCheckedException("The thread was interrupted.");
    } finally {
      resolving.cancel(true);
    }
  }

  private Optional<AwsCredentials> resolve(List<Finding> findings) {
    try {
      AwsCredentials found = resolve(credentials, clock, CREDENTIALS);
      String kind =
          found instanceof AwsSessionCredentials ? "Temporary" : "Long-term (prefer a role)";
      findings.add(
          Finding.passed(
              "credentials",
              "%s credentials were found%s."
                  .formatted(
                      kind, found.expirationTime().map(end -> ", valid until " + end).orElse(""))));
      return Optional.of(found);
    } catch (NotCheckedException e) {
      findings.add(Finding.notChecked("credentials", e.reason()));
      return Optional.empty();
    } catch (CurrentCredentials.Unavailable e) {
      findings.add(
          Finding.failed(
              "credentials",
              "There are no credentials that can sign, so nothing in S3 and CloudFront was checked.",
              // Its message refers to the cause, which may repeat settings.
              e.getCause() == null
                  ? String.valueOf(e.getMessage())
                  : "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or run with a role."));
      return Optional.empty();
    }
  }

  static Finding version(String check, Optional<String> library, Optional<String> module)
      throws NotCheckedException {
    if (library.isEmpty()) {
      throw new NotCheckedException("The library was not loaded from its jar.");
    }
    if (module.isEmpty()) {
      throw new NotCheckedException(
          "HEALTHMETRICS_MODULE_VERSION is not set; the Terraform module sets it.");
    }
    return library.equals(module)
        ? Finding.passed(
            check, "Library and Terraform module have version %s.".formatted(library.get()))
        : Finding.failed(
            check,
            "The library has version %s, the Terraform module %s."
                .formatted(library.get(), module.get()),
            "Use the same version of both.");
  }

  private List<Finding> pictures(HealthMetricsAws aws, AwsCredentials signing) {
    TestPictures pictures = new TestPictures(aws, options.publicPrefix(), options.privatePrefix());
    List<Finding> findings = new ArrayList<>();
    try (Interruption interruption = Interruption.awaited()) {
      Http browser = interruption.stopping(http);
      try {
        new StorageChecks(aws, signing, pictures, browser, clock)
            .checks()
            .forEach(check -> findings.add(check.run()));
        new CdnChecks(aws, pictures, browser).checks().forEach(check -> findings.add(check.run()));
      } finally {
        findings.add(new Check("storage.delete", pictures::remove).run());
      }
    }
    return findings;
  }
}
