package com.healthmetrics.aws.doctor;

import com.healthmetrics.aws.AwsSettings;
import com.healthmetrics.aws.HealthMetricsAws;
import com.healthmetrics.aws.testkit.TestKeys;
import com.healthmetrics.aws.testkit.cdn.LocalCloudFront;
import com.healthmetrics.aws.testkit.mail.LocalSes;
import com.healthmetrics.aws.testkit.storage.LocalS3;
import java.net.URI;
import java.security.KeyPair;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;

/** An environment in which everything is all right, unless a test breaks something. */
final class DoctorEnvironment implements AutoCloseable {
  static final String APP = "https://app.example.com";
  static final String ROLE = "arn:aws:sts::123456789012:assumed-role/healthmetrics-app/task-1";

  private final LocalS3 s3;
  private final LocalCloudFront cdn;
  private final LocalSes ses = EmailEnvironment.server().start();
  private final Map<String, String> settings = new HashMap<>();
  private AwsCredentialsProvider credentials;
  private Clock clock = Clock.systemUTC();
  private StubSts sts = StubSts.caller(ROLE);
  private Http http = new JdkHttp(Duration.ofMinutes(2), Duration.ofMinutes(30));

  private DoctorEnvironment(LocalS3 s3, UnaryOperator<LocalCloudFront.Builder> distribution) {
    this.s3 = s3;
    this.credentials = s3.credentials();
    this.cdn =
        distribution
            .apply(
                LocalCloudFront.builder(s3)
                    .trustedKey("KTEST", TestKeys.EC.getPublic())
                    .allowedOrigin(APP))
            .start();
    settings.put("AWS_REGION", s3.region().id());
    settings.put("S3_BUCKET_NAME", s3.bucket());
    settings.put("S3_MAX_PRESIGN_SECONDS", "900");
    settings.put("CLOUDFRONT_URL", cdn.baseUrl().toString());
    settings.put("CLOUDFRONT_KEY_PAIR_ID", "KTEST");
    settings.put("CLOUDFRONT_PRIVATE_KEY", pem(TestKeys.EC));
    settings.put("SES_FROM_EMAIL", EmailEnvironment.SENDER);
    settings.put("SES_REGION", ses.region().id());
    settings.put("APP_URL", APP + "/start");
    settings.put("AWS_ENDPOINT_URL_S3", s3.endpoint().toString());
    settings.put("AWS_ENDPOINT_URL_SESV2", ses.endpoint().toString());
  }

  /** The bucket's settings, as the Terraform module has them. */
  static LocalS3.Builder bucket() {
    return LocalS3.builder()
        .allowedOrigin(APP)
        .denyPresignedUploadsOutside("pending/")
        .denySignaturesOlderThan(Duration.ofSeconds(900));
  }

  static DoctorEnvironment healthy() {
    return of(bucket());
  }

  static DoctorEnvironment of(LocalS3.Builder bucket) {
    return of(bucket, cdn -> cdn.privatePrefix("progress-photos/"));
  }

  static DoctorEnvironment of(
      LocalS3.Builder bucket, UnaryOperator<LocalCloudFront.Builder> distribution) {
    return new DoctorEnvironment(bucket.start(), distribution);
  }

  DoctorEnvironment with(String name, String value) {
    settings.put(name, value);
    return this;
  }

  DoctorEnvironment without(String... names) {
    for (String name : names) {
      settings.remove(name);
    }
    return this;
  }

  DoctorEnvironment credentials(AwsCredentialsProvider provider) {
    credentials = provider;
    return this;
  }

  DoctorEnvironment clock(Clock changed) {
    clock = changed;
    return this;
  }

  DoctorEnvironment sts(StubSts other) {
    sts.close();
    sts = other;
    return this;
  }

  /** Changes what is sent or received by the requests of a browser. */
  DoctorEnvironment http(UnaryOperator<Http> change) {
    http = change.apply(http);
    return this;
  }

  LocalS3 s3() {
    return s3;
  }

  LocalCloudFront cdn() {
    return cdn;
  }

  Map<String, String> settings() {
    Map<String, String> all = new HashMap<>(settings);
    all.put("AWS_ENDPOINT_URL_STS", sts.endpoint().toString());
    return all;
  }

  AwsCredentialsProvider credentials() {
    return credentials;
  }

  Report report(String... arguments) {
    return new Examination(
            AwsSettings.fromEnvironment(settings),
            Optional.of(sts.endpoint()),
            credentials,
            clock,
            Options.parse(arguments),
            http,
            new StubDns())
        .report();
  }

  Finding finding(String check, String... arguments) {
    return report(arguments).findings().stream()
        .filter(finding -> finding.check().equals(check))
        .findFirst()
        .orElseThrow();
  }

  /** Of the bucket alone, with AWS's own hosts, whose responses {@link #http} makes. */
  Finding storageFinding(String check) {
    try (HealthMetricsAws aws =
        HealthMetricsAws.builder(AwsSettings.fromEnvironment(settings))
            .credentials(credentials)
            .build()) {
      TestPictures pictures = new TestPictures(aws, "avatars/", "progress-photos/");
      List<Check> checks =
          new StorageChecks(aws, credentials.resolveCredentials(), pictures, http, clock).checks();
      return checks.stream()
          .filter(it -> it.name().equals("storage.put") || it.name().equals(check))
          .map(Check::run)
          .filter(finding -> finding.check().equals(check))
          .findFirst()
          .orElseThrow();
    }
  }

  static boolean isFor(URI url, URI server) {
    return url.getRawAuthority().equals(server.getRawAuthority());
  }

  private static String pem(KeyPair keyPair) {
    return "-----BEGIN PRIVATE KEY-----\\n"
        + Base64.getEncoder().encodeToString(keyPair.getPrivate().getEncoded())
        + "\\n-----END PRIVATE KEY-----";
  }

  @Override
  public void close() {
    sts.close();
    ses.close();
    cdn.close();
    s3.close();
  }
}
