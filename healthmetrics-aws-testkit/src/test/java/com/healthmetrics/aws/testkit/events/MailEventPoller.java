package com.healthmetrics.aws.testkit.events;

import com.healthmetrics.aws.mail.MailEvent;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.Message;

/** Hands the events of a queue to a handler, each at least once and in any order. */
final class MailEventPoller implements Runnable, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(MailEventPoller.class);

  /** The longest that SQS allows: an empty queue costs three requests a minute. */
  private static final int LONG_POLL_SECONDS = 20;

  private final SqsClient sqs;
  private final String queueUrl;
  private final Consumer<MailEvent> handler;
  private final Duration pause;
  private final CountDownLatch stopped = new CountDownLatch(1);

  /**
   * @param handler stores what an event means; if it throws, the queue delivers the event again
   * @param pause how long to wait after SQS did not respond, such as 5 seconds
   */
  MailEventPoller(SqsClient sqs, String queueUrl, Consumer<MailEvent> handler, Duration pause) {
    this.sqs = sqs;
    this.queueUrl = queueUrl;
    this.handler = handler;
    this.pause = pause;
  }

  /** Receives until it is closed; for a thread of its own. */
  @Override
  public void run() {
    try {
      while (stopped.getCount() > 0) {
        try {
          receive();
        } catch (SdkException e) {
          LOG.warn("no events received; tried again in {}", pause, e);
          stopped.await(pause.toMillis(), TimeUnit.MILLISECONDS);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Receives up to ten messages, and deletes those that were handled. */
  void receive() {
    for (Message message :
        sqs.receiveMessage(
                request ->
                    request
                        .queueUrl(queueUrl)
                        .maxNumberOfMessages(10)
                        .waitTimeSeconds(LONG_POLL_SECONDS))
            .messages()) {
      if (isHandled(message)) {
        sqs.deleteMessage(
            request -> request.queueUrl(queueUrl).receiptHandle(message.receiptHandle()));
      }
    }
  }

  /** What is not an event stays, too: the queue moves it to its dead-letter queue. */
  private boolean isHandled(Message message) {
    try {
      MailEvent.parse(message.body()).ifPresent(handler);
      return true;
    } catch (RuntimeException e) {
      LOG.warn("not handled; the queue delivers message {} again", message.messageId(), e);
      return false;
    }
  }

  /** Returns at once; {@code run} ends after the messages that it has, or its long poll. */
  @Override
  public void close() {
    stopped.countDown();
  }
}
