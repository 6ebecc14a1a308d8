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
        resolved.<AwsCredentialsProvider>map(StaticCredentialsProvider::create).orElse(credentials);
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

  private Optional<AwsCredentials> resolve(List<Finding> findings) {
    try {
      AwsCredentials found = CurrentCredentials.resolve(credentials, clock);
      String kind =
          found instanceof AwsSessionCredentials ? "Temporary" : "Long-term (prefer a role)";
      findings.add(
          Finding.passed(
              "credentials",
              "%s credentials were found%s."
                  .formatted(
                      kind, found.expirationTime().map(end -> ", valid until " + end).orElse(""))));
      return Optional.of(found);
    } catch (CurrentCredentials.Unavailable e) {
      findings.add(
          Finding.failed(
              "credentials",
              "There are no credentials that can sign, so nothing in S3 and CloudFront was checked.",
              String.valueOf(e.getMessage())));
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
    try {
      new StorageChecks(aws, signing, pictures, http, clock)
          .checks()
          .forEach(check -> findings.add(check.run()));
      new CdnChecks(aws, pictures, http).checks().forEach(check -> findings.add(check.run()));
    } finally {
      findings.add(new Check("storage.delete", pictures::remove).run());
    }
    return findings;
  }
}
