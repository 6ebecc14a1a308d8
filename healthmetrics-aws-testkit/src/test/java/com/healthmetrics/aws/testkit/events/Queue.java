package com.healthmetrics.aws.testkit.events;

import java.net.URI;
import java.util.Map;
import org.elasticmq.rest.sqs.SQSRestServer;
import org.elasticmq.rest.sqs.SQSRestServerBuilder;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/** A queue of ElasticMQ, and the SDK's client for it. It delivers an undeleted message at once. */
final class Queue implements AutoCloseable {
  private final SQSRestServer server =
      SQSRestServerBuilder.withInterface("127.0.0.1").withDynamicPort().start();
  private final SqsClient client;
  private final String url;

  Queue() {
    int port = server.waitUntilStarted().localAddress().getPort();
    this.client =
        SqsClient.builder()
            .endpointOverride(URI.create("http://127.0.0.1:" + port))
            .region(Region.US_EAST_1)
            .credentialsProvider(
                StaticCredentialsProvider.create(AwsBasicCredentials.create("x", "x")))
            .build();
    this.url =
        client
            .createQueue(
                b ->
                    b.queueName("uploads")
                        .attributes(Map.of(QueueAttributeName.VISIBILITY_TIMEOUT, "0")))
            .queueUrl();
  }

  SqsClient client() {
    return client;
  }

  String url() {
    return url;
  }

  void send(String message) {
    client.sendMessage(b -> b.queueUrl(url).messageBody(message));
  }

  /** The number of messages that were not deleted. */
  int size() {
    return Integer.parseInt(
        client
            .getQueueAttributes(
                b ->
                    b.queueUrl(url)
                        .attributeNames(QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES))
            .attributes()
            .get(QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES));
  }

  @Override
  public void close() {
    client.close();
    server.stopAndWait();
  }
}
