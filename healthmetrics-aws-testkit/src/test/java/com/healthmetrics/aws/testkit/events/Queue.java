package com.healthmetrics.aws.testkit.events;

import java.net.URI;
import java.util.List;
import java.util.Map;
import org.elasticmq.rest.sqs.SQSRestServer;
import org.elasticmq.rest.sqs.SQSRestServerBuilder;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/**
 * A queue of ElasticMQ, and the SDK's client for it. It delivers an undeleted message at once, and
 * moves it to a dead-letter queue instead of delivering it for the third time.
 */
final class Queue implements AutoCloseable {
  private final SQSRestServer server =
      SQSRestServerBuilder.withInterface("127.0.0.1").withDynamicPort().start();
  private final SqsClient client;
  private final String deadLettersUrl;
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
    this.deadLettersUrl = client.createQueue(b -> b.queueName("dead-letters")).queueUrl();
    String redrive =
        "{\"deadLetterTargetArn\":\"%s\",\"maxReceiveCount\":2}"
            .formatted(attribute(deadLettersUrl, QueueAttributeName.QUEUE_ARN));
    this.url =
        client
            .createQueue(
                b ->
                    b.queueName("events")
                        .attributes(
                            Map.of(
                                QueueAttributeName.VISIBILITY_TIMEOUT,
                                "0",
                                QueueAttributeName.REDRIVE_POLICY,
                                redrive)))
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
    return Integer.parseInt(attribute(url, QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES));
  }

  /** Waits for a message in the dead-letter queue; those that are moved end no long poll. */
  String awaitDeadLetter() {
    while (true) {
      List<Message> messages =
          client.receiveMessage(b -> b.queueUrl(deadLettersUrl).waitTimeSeconds(1)).messages();
      if (!messages.isEmpty()) {
        return messages.get(0).body();
      }
    }
  }

  private String attribute(String queue, QueueAttributeName name) {
    return client
        .getQueueAttributes(b -> b.queueUrl(queue).attributeNames(name))
        .attributes()
        .get(name);
  }

  @Override
  public void close() {
    client.close();
    server.stopAndWait();
  }
}
