package com.healthmetrics.aws.mail;

import com.healthmetrics.aws.fixtures.RecordingCredentials;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.ses.SesClient;
import software.amazon.awssdk.services.sesv2.SesV2Client;

/** The two APIs of SES, for the promises of {@link SesMailer} that hold for both. */
enum ApiVersion {
  V1,
  V2;

  SesMailer.Builder builder() {
    return this == V1 ? SesMailer.builder().apiV1() : SesMailer.builder();
  }

  /** The API with a client of the SDK that watches nothing. */
  SesApi plain(SdkHttpClient http) {
    SesSender sender = new SesSender(null, null);
    return this == V1
        ? new SesV1Api(client(SesClient.builder(), http), sender, new MimeWriter())
        : new SesV2Api(client(SesV2Client.builder(), http), sender, false);
  }

  private static <B extends AwsSyncClientBuilder<B, C> & AwsClientBuilder<B, C>, C> C client(
      B builder, SdkHttpClient http) {
    return builder
        .region(Region.EU_CENTRAL_1)
        .credentialsProvider(RecordingCredentials.longTerm())
        .httpClient(http)
        .build();
  }

  /** A success with a message id. */
  String response(String messageId) {
    return this == V1
        ? result("<MessageId>" + messageId + "</MessageId>")
        : "{\"MessageId\":\"" + messageId + "\"}";
  }

  /** A success without a message id. */
  String emptyResponse() {
    return this == V1 ? result("") : "{}";
  }

  private static String result(String result) {
    return "<SendEmailResponse xmlns=\"http://ses.amazonaws.com/doc/2010-12-01/\">"
        + "<SendEmailResult>"
        + result
        + "</SendEmailResult></SendEmailResponse>";
  }
}
