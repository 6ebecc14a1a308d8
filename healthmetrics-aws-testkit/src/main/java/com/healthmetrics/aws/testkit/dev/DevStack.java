package com.healthmetrics.aws.testkit.dev;

import com.healthmetrics.aws.AwsSettings;
import com.healthmetrics.aws.HealthMetricsAws;
import com.healthmetrics.aws.mail.IdempotencyStore;
import com.healthmetrics.aws.mail.MailerChain;
import com.healthmetrics.aws.testkit.LocalAws;
import com.healthmetrics.aws.testkit.mail.LocalSes;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The strict local servers, and the library as the page uses it: the same object that an
 * application gets.
 */
final class DevStack implements AutoCloseable {
  /** Always the same, so that a pasted environment works the next day, too. */
  private static final String ACCESS_KEY_ID = "AKIALOCALDEVELOPMENT";

  private static final String SECRET_ACCESS_KEY = "local-development-only";

  /** Longer than any upload or signed picture of the page is valid. */
  private static final Duration LONG_AGO = Duration.ofHours(1);

  private final URI pageUrl;
  private final IdempotencyStore sendings = IdempotencyStore.inMemory();
  private final LocalAws local;
  private final HealthMetricsAws aws;
  private final HealthMetricsAws past;

  /**
   * Starts all servers, or none.
   *
   * @param pagePort where the page is; the servers use the ports after it where they are free
   * @param application which other pages may upload
   */
  DevStack(int pagePort, URI application) {
    this.pageUrl = URI.create("http://127.0.0.1:" + pagePort);
    LocalAws.Builder builder =
        LocalAws.builder()
            .bucket("healthmetrics-dev")
            .credentials(ACCESS_KEY_ID, SECRET_ACCESS_KEY)
            .appUrl(application)
            .allowedOrigin("http://localhost:" + pagePort)
            .allowedOrigin("http://127.0.0.1:" + pagePort);
    if (pagePort <= 65_532) {
      builder.preferredPorts(pagePort + 1);
    }
    this.local = builder.start();
    Map<String, String> environment = new HashMap<>(local.environment());
    environment.put("APP_URL", pageUrl.toString());
    environment.computeIfPresent(
        "SES_FROM_EMAIL", (name, sender) -> "HealthMetrics <" + sender + ">");
    AwsSettings settings = AwsSettings.fromEnvironment(environment);
    this.aws =
        HealthMetricsAws.builder(settings)
            .credentials(local.credentials())
            .mailerChain(MailerChain.builder().once(sendings).build())
            .build();
    this.past =
        HealthMetricsAws.builder(settings)
            .credentials(local.credentials())
            .clock(Clock.offset(Clock.systemUTC(), LONG_AGO.negated()))
            .build();
  }

  URI pageUrl() {
    return pageUrl;
  }

  LocalAws local() {
    return local;
  }

  URI s3Url() {
    return local.s3().endpoint();
  }

  URI cdnUrl() {
    return local.cloudFront().baseUrl();
  }

  LocalSes ses() {
    return local.ses();
  }

  String bucket() {
    return local.s3().bucket();
  }

  HealthMetricsAws aws() {
    return aws;
  }

  /** What is known of the emails of the page's form, by their keys. */
  IdempotencyStore sendings() {
    return sendings;
  }

  /** Signs what has expired already, to show how AWS refuses it. */
  HealthMetricsAws past() {
    return past;
  }

  /** The lines that configure an application. */
  List<String> environment() {
    return local.environment().entrySet().stream()
        .map(setting -> setting.getKey() + "=" + forAShell(setting.getValue()))
        .toList();
  }

  /** In quotes only if it must be, because Docker does not strip them: the private key. */
  private static String forAShell(String value) {
    return value.matches("[\\w:/.@-]*") ? value : "'" + value.replace("'", "'\\''") + "'";
  }

  @Override
  public void close() {
    past.close();
    aws.close();
    local.close();
  }
}
