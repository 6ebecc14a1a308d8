package com.healthmetrics.aws.benchmarks;

import com.healthmetrics.aws.mail.Email;
import com.healthmetrics.aws.mail.EmailAddress;
import com.healthmetrics.aws.mail.MailReceipt;
import com.healthmetrics.aws.mail.SesMailer;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sesv2.SesV2Client;
import software.amazon.awssdk.services.sesv2.model.SendEmailResponse;

/** Emails to a server on this machine, in a JVM of its own, beside the SDK's client alone. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class EmailsBenchmark {
  private static final String TEXT = "Thank you for choosing HealthMetrics. ".repeat(10);
  private static final String HTML = "<p>" + TEXT.repeat(12) + "</p>";
  private static final StaticCredentialsProvider CREDENTIALS =
      StaticCredentialsProvider.create(
          AwsBasicCredentials.create(FreshJvm.ACCESS_KEY, FreshJvm.SECRET));

  private LoopbackServers server;
  private SdkHttpClient http;
  private SesMailer mailer;
  private SesV2Client client;

  @Setup
  public void start() throws IOException {
    server = LoopbackServers.start("ses");
    http = Apache5HttpClient.builder().maxConnections(64).build();
    mailer =
        SesMailer.builder()
            .region(Region.EU_CENTRAL_1)
            .credentials(CREDENTIALS)
            .endpoint(server.endpoint())
            .httpClient(http)
            .build();
    client =
        SesV2Client.builder()
            .region(Region.EU_CENTRAL_1)
            .credentialsProvider(CREDENTIALS)
            .endpointOverride(server.endpoint())
            // As an application needs it: no email twice, and no thread that waits for ever.
            .overrideConfiguration(
                configuration ->
                    configuration
                        .retryStrategy(AwsRetryStrategy.doNotRetry())
                        .apiCallTimeout(Duration.ofSeconds(30)))
            .httpClient(http)
            .build();
    WarmUp.run(this::send, this::clientSend);
  }

  @TearDown
  public void stop() {
    mailer.close();
    client.close();
    http.close();
    server.close();
  }

  @Benchmark
  public MailReceipt librarySend() {
    return send();
  }

  @Benchmark
  @Threads(32)
  public MailReceipt librarySend32() {
    return send();
  }

  @Benchmark
  public SendEmailResponse sesClientSend() {
    return clientSend();
  }

  @Benchmark
  @Threads(32)
  public SendEmailResponse sesClientSend32() {
    return clientSend();
  }

  private MailReceipt send() {
    return mailer.send(
        Email.builder()
            .from(EmailAddress.of("noreply@healthmetrics.example"))
            .to(EmailAddress.of("ada@example.com"))
            .subject("Confirm your email address")
            .text(TEXT)
            .html(HTML)
            .build());
  }

  private SendEmailResponse clientSend() {
    return client.sendEmail(
        request ->
            request
                .fromEmailAddress("noreply@healthmetrics.example")
                .destination(to -> to.toAddresses("ada@example.com"))
                .content(
                    content ->
                        content.simple(
                            message ->
                                message
                                    .subject(
                                        part ->
                                            part.charset("UTF-8")
                                                .data("Confirm your email address"))
                                    .body(
                                        body ->
                                            body.text(part -> part.charset("UTF-8").data(TEXT))
                                                .html(part -> part.charset("UTF-8").data(HTML))))));
  }
}
