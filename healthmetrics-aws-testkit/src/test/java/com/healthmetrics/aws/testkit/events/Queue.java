package com.healthmetrics.aws.testkit.events;

import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
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
  /** One for all queues, as it starts a system of actors; it ends with this JVM. */
  private static final SQSRestServer SERVER =
      SQSRestServerBuilder.withInterface("127.0.0.1").withDynamicPort().start();

  private static final SqsClient CLIENT =
      SqsClient.builder()
          .endpointOverride(
              URI.create("http://127.0.0.1:" + SERVER.waitUntilStarted().localAddress().getPort()))
          .region(Region.US_EAST_1)
          .credentialsProvider(
              StaticCredentialsProvider.create(AwsBasicCredentials.create("x", "x")))
          .build();

  private static final AtomicInteger QUEUES = new AtomicInteger();

  private final String deadLettersUrl;
  private final String url;

  Queue() {
    int number = QUEUES.incrementAndGet();
    this.deadLettersUrl = CLIENT.createQueue(b -> b.queueName("dead-letters-" + number)).queueUrl();
    String redrive =
        "{\"deadLetterTargetArn\":\"%s\",\"maxReceiveCount\":2}"
            .formatted(attribute(deadLettersUrl, QueueAttributeName.QUEUE_ARN));
    this.url =
        CLIENT
            .createQueue(
                b ->
                    b.queueName("events-" + number)
                        .attributes(
                            Map.of(
                                QueueAttributeName.VISIBILITY_TIMEOUT,
                                "0",
                                QueueAttributeName.REDRIVE_POLICY,
                                redrive)))
            .queueUrl();
  }

  SqsClient client() {
    return CLIENT;
  }

  String url() {
    return url;
  }

  void send(String message) {
    CLIENT.sendMessage(b -> b.queueUrl(url).messageBody(message));
  }

  /** The number of messages that were not deleted. */
  int size() {
    return Integer.parseInt(attribute(url, QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES));
  }

  /** Waits for a message in the dead-letter queue; those that are moved end no long poll. */
  String awaitDeadLetter() {
    while (true) {
      List<Message> messages =
          CLIENT.receiveMessage(b -> b.queueUrl(deadLettersUrl).waitTimeSeconds(1)).messages();
      if (!messages.isEmpty()) {
        return messages.get(0).body();
      }
    }
  }

  private String attribute(String queue, QueueAttributeName name) {
    return CLIENT
        .getQueueAttributes(b -> b.queueUrl(queue).attributeNames(name))
        .attributes()
        .get(name);
  }

  @Override
  public void close() {
    CLIENT.deleteQueue(b -> b.queueUrl(url));
    CLIENT.deleteQueue(b -> b.queueUrl(deadLettersUrl));
  }
}
