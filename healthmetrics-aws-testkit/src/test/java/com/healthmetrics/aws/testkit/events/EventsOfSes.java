package com.healthmetrics.aws.testkit.events;

/**
 * The records that SES publishes. Source: Amazon SES Developer Guide, "Examples of event data that
 * Amazon SES publishes to Amazon SNS"; the first message of a topic was seen by its users, and is
 * not documented.
 */
final class EventsOfSes {
  /** The message that SES sends once an event destination is configured. */
  static final String VALIDATION =
      "Successfully validated SNS topic for Amazon SES event publishing.";

  /** What SES sends of an identity, without a configuration set. */
  static final String NOTIFICATION_OF_AN_IDENTITY =
      """
      {
        "notificationType": "Delivery",
        "mail": {"messageId": "1", "destination": ["ada@example.com"]}
      }
      """;

  private EventsOfSes() {}

  /** The record of an email that SES accepted. */
  static String send(String messageId) {
    return """
        {
          "eventType": "Send",
          "mail": {
            "timestamp": "2026-08-05T00:40:02.012Z",
            "source": "noreply@healthmetrics.example",
            "sendingAccountId": "111122223333",
            "messageId": "%s",
            "destination": ["ada@example.com"],
            "headersTruncated": false,
            "tags": {"ses:configuration-set": ["account-email"], "kind": ["verification"]}
          },
          "send": {}
        }
        """
        .formatted(messageId);
  }
}
