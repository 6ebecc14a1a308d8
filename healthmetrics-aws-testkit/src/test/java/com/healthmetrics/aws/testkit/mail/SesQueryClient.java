package com.healthmetrics.aws.testkit.mail;

import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.ses.SesClient;
import software.amazon.awssdk.services.ses.model.Content;
import software.amazon.awssdk.services.ses.model.Message;
import software.amazon.awssdk.services.ses.model.SendEmailRequest;

/** The SDK's client of the SES API v1, and the email that its tests start from. */
final class SesQueryClient {
  private SesQueryClient() {}

  static SesClient of(LocalSes ses) {
    return of(ses, ses.accessKeyId(), ses.secretAccessKey());
  }

  static SesClient of(LocalSes ses, String accessKeyId, String secret) {
    return SesClient.builder()
        .endpointOverride(ses.endpoint())
        .region(ses.region())
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create(accessKeyId, secret)))
        .httpClient(UrlConnectionHttpClient.create())
        .overrideConfiguration(c -> c.retryStrategy(AwsRetryStrategy.doNotRetry()))
        .build();
  }

  /** A valid request. */
  static SendEmailRequest.Builder request() {
    return SendEmailRequest.builder()
        .source("HealthMetrics <no-reply@example.com>")
        .destination(d -> d.toAddresses("jo@example.org"))
        .message(message().build());
  }

  /** A valid message. */
  static Message.Builder message() {
    return Message.builder()
        .subject(content("Please verify your address"))
        .body(
            b ->
                b.text(content("Open https://app.example.com/verify?token=a-b. Thanks!"))
                    .html(content("<p>Grüße</p>")));
  }

  static Content content(String data) {
    return Content.builder().charset("UTF-8").data(data).build();
  }
}
