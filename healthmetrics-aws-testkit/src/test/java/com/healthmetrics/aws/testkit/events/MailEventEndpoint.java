package com.healthmetrics.aws.testkit.events;

import com.healthmetrics.aws.mail.MailEvent;
import java.net.URI;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.messagemanager.sns.SnsMessageManager;
import software.amazon.awssdk.messagemanager.sns.model.SnsMessage;
import software.amazon.awssdk.messagemanager.sns.model.SnsNotification;
import software.amazon.awssdk.messagemanager.sns.model.SnsSubscriptionConfirmation;

/** Hands the events that SNS posts to a handler, each at least once and in any order. */
final class MailEventEndpoint {
  private static final Logger LOG = LoggerFactory.getLogger(MailEventEndpoint.class);
  private static final int DONE = 200;
  private static final int FORBIDDEN = 403;
  private static final int NOT_AN_EVENT = 422;
  private static final int TRY_AGAIN = 503;

  private final SnsMessageManager sns;
  private final String topicArn;
  private final Consumer<URI> confirm;
  private final Consumer<MailEvent> handler;

  /**
   * @param sns for the region of the topic
   * @param topicArn the topic; SNS signs messages of everybody's topics
   * @param confirm opens a URL of SNS, which confirms a subscription
   * @param handler stores what an event means; if it throws, SNS posts the event again
   */
  MailEventEndpoint(
      SnsMessageManager sns, String topicArn, Consumer<URI> confirm, Consumer<MailEvent> handler) {
    this.sns = sns;
    this.topicArn = topicArn;
    this.confirm = confirm;
    this.handler = handler;
  }

  /** Returns the HTTP status to respond with. SNS repeats what got 5xx, and drops what got 4xx. */
  int receive(String body) {
    SnsMessage message;
    try {
      message = sns.parseMessage(body);
    } catch (RuntimeException e) {
      // The certificate may not have loaded, which looks the same as a forgery.
      LOG.warn("the signature of a message was not verified", e);
      return TRY_AGAIN;
    }
    if (!topicArn.equals(message.topicArn())) {
      return FORBIDDEN;
    }
    try {
      if (message instanceof SnsSubscriptionConfirmation confirmation) {
        confirm.accept(confirmation.subscribeUrl());
      } else if (message instanceof SnsNotification) {
        return handle(message);
      }
      return DONE;
    } catch (RuntimeException e) {
      LOG.warn("not handled; SNS posts message {} again", message.messageId(), e);
      return TRY_AGAIN;
    }
  }

  private int handle(SnsMessage message) {
    Optional<MailEvent> event;
    try {
      event = MailEvent.parse(message.message());
    } catch (IllegalArgumentException e) {
      LOG.warn("message {} is not an event", message.messageId(), e);
      return NOT_AN_EVENT;
    }
    event.ifPresent(handler);
    return DONE;
  }
}
