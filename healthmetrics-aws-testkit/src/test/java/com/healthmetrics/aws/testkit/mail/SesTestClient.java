package com.healthmetrics.aws.testkit.mail;

import java.net.URI;
import java.util.List;
import java.util.stream.IntStream;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sesv2.SesV2Client;
import software.amazon.awssdk.services.sesv2.model.Body;
import software.amazon.awssdk.services.sesv2.model.Content;
import software.amazon.awssdk.services.sesv2.model.Message;
import software.amazon.awssdk.services.sesv2.model.SendEmailRequest;

/** The SDK's client, and the email that the tests start from. */
final class SesTestClient {
  private SesTestClient() {}

  static SesV2Client of(LocalSes ses) {
    return of(ses.endpoint(), ses.region(), ses.accessKeyId(), ses.secretAccessKey());
  }

  /** A client with an HTTP client of its own. */
  static SesV2Client of(LocalSes ses, SdkHttpClient http) {
    return of(ses.endpoint(), ses.region(), ses.accessKeyId(), ses.secretAccessKey(), http);
  }

  static SesV2Client of(URI endpoint, Region region, String accessKeyId, String secret) {
    return of(endpoint, region, accessKeyId, secret, UrlConnectionHttpClient.create());
  }

  private static SesV2Client of(
      URI endpoint, Region region, String accessKeyId, String secret, SdkHttpClient http) {
    return SesV2Client.builder()
        .endpointOverride(endpoint)
        .region(region)
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create(accessKeyId, secret)))
        .httpClient(http)
        .overrideConfiguration(c -> c.retryStrategy(AwsRetryStrategy.doNotRetry()))
        .build();
  }

  /** A valid request. */
  static SendEmailRequest.Builder request() {
    return SendEmailRequest.builder()
        .fromEmailAddress("HealthMetrics <no-reply@example.com>")
        .destination(d -> d.toAddresses("jo@example.org"))
        .content(c -> c.simple(message().build()));
  }

  /** A valid message. */
  static Message.Builder message() {
    return Message.builder()
        .subject(content("Please verify your address"))
        .body(
            Body.builder()
                .text(content("Open https://app.example.com/verify?token=a-b. Thanks!"))
                .html(content("<p>Hello</p>"))
                .build());
  }

  static Content content(String data) {
    return Content.builder().charset("UTF-8").data(data).build();
  }

  static List<String> addresses(int count) {
    return IntStream.range(0, count).mapToObj(i -> "user" + i + "@example.org").toList();
  }
}
