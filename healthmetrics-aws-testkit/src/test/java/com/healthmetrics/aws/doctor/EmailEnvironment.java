package com.healthmetrics.aws.doctor;

import com.healthmetrics.aws.AwsSettings;
import com.healthmetrics.aws.HealthMetricsAws;
import com.healthmetrics.aws.mail.EmailAddress;
import com.healthmetrics.aws.testkit.mail.LocalSes;
import com.healthmetrics.aws.testkit.mail.SesIdentity;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sesv2.SesV2Client;

/** An environment whose email is all right, unless a test breaks something. */
final class EmailEnvironment implements AutoCloseable {
  static final String ACCOUNT = "123456789012";
  static final String SENDER = "noreply@example.com";

  private final LocalSes ses;
  private final StubDns dns = new StubDns();
  private final Map<String, String> settings = new HashMap<>();
  private final SesV2Client client;
  private Optional<UnaryOperator<SesV2Client>> changed = Optional.empty();
  private Optional<String> account = Optional.of(ACCOUNT);
  private Optional<EmailAddress> suppression = Optional.empty();
  private boolean send;

  private EmailEnvironment(LocalSes ses) {
    this.ses = ses;
    this.client =
        SesV2Client.builder()
            .region(ses.region())
            .endpointOverride(ses.endpoint())
            .credentialsProvider(ses.credentials())
            .httpClient(UrlConnectionHttpClient.create())
            .build();
    settings.put("AWS_REGION", ses.region().id());
    settings.put("S3_BUCKET_NAME", "healthmetrics-test-uploads");
    settings.put("CLOUDFRONT_URL", "https://cdn.example.com");
    settings.put("APP_URL", "https://app.example.com");
    settings.put("SES_FROM_EMAIL", "HealthMetrics <" + SENDER + ">");
    settings.put("SES_CONFIGURATION_SET", "healthmetrics-test");
    settings.put("AWS_ENDPOINT_URL_SESV2", ses.endpoint().toString());
  }

  /** The server's settings, of an identity that is all right. */
  static LocalSes.Builder server() {
    return server(identity());
  }

  static LocalSes.Builder server(SesIdentity identity) {
    return LocalSes.builder()
        .region(Region.EU_CENTRAL_1)
        .configurationSet("healthmetrics-test")
        .identity(identity);
  }

  static SesIdentity identity() {
    return SesIdentity.verified("example.com").mailFrom("bounce.example.com", "SUCCESS");
  }

  /** All records of example.com, as the Terraform module creates them. */
  static EmailEnvironment of(LocalSes.Builder server) {
    EmailEnvironment environment = new EmailEnvironment(server.start());
    environment
        .dns
        .with("bounce.example.com", "MX", "10 feedback-smtp.eu-central-1.amazonses.com")
        .with("bounce.example.com", "TXT", "v=spf1 include:amazonses.com -all")
        .with("_dmarc.example.com", "TXT", "v=DMARC1; p=reject");
    return environment;
  }

  static EmailEnvironment healthy() {
    return of(server()).withDkimRecords();
  }

  EmailEnvironment withDkimRecords() {
    for (String token : dkimTokens()) {
      dns.with(dkimName(token), "CNAME", token + ".dkim.amazonses.com");
    }
    return this;
  }

  List<String> dkimTokens() {
    return client.getEmailIdentity(r -> r.emailIdentity("example.com")).dkimAttributes().tokens();
  }

  static String dkimName(String token) {
    return token + "._domainkey.example.com";
  }

  LocalSes ses() {
    return ses;
  }

  StubDns dns() {
    return dns;
  }

  EmailEnvironment with(String name, String value) {
    settings.put(name, value);
    return this;
  }

  EmailEnvironment without(String name) {
    settings.remove(name);
    return this;
  }

  /** Changes what SES reports, where the server has no such state. */
  EmailEnvironment changed(UnaryOperator<SesV2Client> change) {
    changed = Optional.of(change);
    return this;
  }

  EmailEnvironment account(Optional<String> account) {
    this.account = account;
    return this;
  }

  EmailEnvironment send() {
    send = true;
    return this;
  }

  EmailEnvironment suppression(String address) {
    suppression = Optional.of(EmailAddress.of(address));
    return this;
  }

  List<Finding> findings() {
    AwsSettings read = AwsSettings.fromEnvironment(settings);
    try (HealthMetricsAws aws =
            HealthMetricsAws.builder(read).credentials(ses.credentials()).build();
        SesReader reader = SesReader.of(read, ses.credentials())) {
      SesReader used = changed.map(change -> new SesReader(change.apply(client))).orElse(reader);
      return new EmailChecks(aws, used, dns, account, send, suppression).run();
    }
  }

  /** The finding of a check. */
  Finding finding(String check) {
    return findings().stream()
        .filter(finding -> finding.check().equals(check))
        .findFirst()
        .orElseThrow(() -> new AssertionError("There is no check " + check));
  }

  @Override
  public void close() {
    client.close();
    ses.close();
  }
}
