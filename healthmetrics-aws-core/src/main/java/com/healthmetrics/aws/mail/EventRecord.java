package com.healthmetrics.aws.mail;

import com.healthmetrics.aws.internal.JsonObject;
import com.healthmetrics.aws.internal.JsonReader;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A record of SES's event publishing, taken out of what SNS and EventBridge put around it.
 *
 * <p>Everything else is refused with an {@link IllegalArgumentException} whose message is part of a
 * sentence, and contains no value of the record.
 */
final class EventRecord {
  /**
   * What SNS and SQS transport at most, in bytes; a character is at least one. Source: Amazon SNS
   * Developer Guide, "Publishing large messages with Amazon SNS".
   */
  private static final int MAX_CHARACTERS = 1_048_576;

  /** Not documented by AWS, but what the first subscribers of a topic get. */
  private static final String VALIDATION =
      "Successfully validated SNS topic for Amazon SES event publishing.";

  /** What a log line and a column of a table can contain. */
  private static final Pattern MESSAGE_ID = Pattern.compile("[!-~]{1,255}");

  private final JsonObject json;
  private final JsonObject mail;

  private EventRecord(JsonObject json) {
    this.json = json;
    this.mail = object("mail");
  }

  /** Reads a message of a queue or topic; empty if it is SES's validation of a new topic. */
  static Optional<EventRecord> read(String message) {
    if (message.length() > MAX_CHARACTERS) {
      throw Invalid.argument(
          "it has %s characters, but SNS and SQS transport at most %s bytes",
          message.length(), MAX_CHARACTERS);
    }
    if (isValidation(message)) {
      return Optional.empty();
    }
    JsonObject outer = parse(message);
    if (!outer.has("Type")) {
      return Optional.of(unwrapped(outer));
    }
    String inner = messageOfSns(outer);
    return isValidation(inner) ? Optional.empty() : Optional.of(unwrapped(parse(inner)));
  }

  private static boolean isValidation(String message) {
    return message.strip().equals(VALIDATION);
  }

  private static JsonObject parse(String text) {
    if (JsonReader.read(text) instanceof JsonObject object) {
      return object;
    }
    throw Invalid.argument("it is JSON, but not an object");
  }

  /** Source: Amazon SNS Developer Guide, "Parsing Amazon SNS message formats". */
  private static String messageOfSns(JsonObject envelope) {
    return switch (envelope.string("Type").orElseThrow()) {
      case "Notification" -> required(envelope.string("Message"), "Message");
      case "SubscriptionConfirmation" ->
          throw Invalid.argument(
              "SNS asks to confirm a subscription. Verify the signature, then open its SubscribeURL");
      case "UnsubscribeConfirmation" ->
          throw Invalid.argument("SNS reports that a subscription ended. Subscribe again");
      default -> throw Invalid.argument("its Type is none of SNS's");
    };
  }

  /** Source: Amazon EventBridge Events Reference, "Amazon Simple Email Service events". */
  private static EventRecord unwrapped(JsonObject outer) {
    if (outer.has("detail-type")) {
      if (!outer.string("source").equals(Optional.of("aws.ses"))) {
        throw Invalid.argument(
            "EventBridge sent it for another source than aws.ses. Restrict the rule to that source");
      }
      return publishing(required(outer.object("detail"), "detail"));
    }
    return publishing(outer);
  }

  private static EventRecord publishing(JsonObject json) {
    if (json.has("eventType")) {
      return new EventRecord(json);
    }
    throw json.has("notificationType")
        ? Invalid.argument(
            "it is a notification of an identity or about received email (notificationType), which"
                + " carries no tags. Publish events of a configuration set instead")
        : Invalid.argument("it has no eventType");
  }

  /** The name of the event. */
  String type() {
    return required(json.string("eventType"), "eventType");
  }

  String messageId() {
    String id = required(mail.string("messageId"), "messageId");
    if (!MESSAGE_ID.matcher(id).matches()) {
      throw Invalid.argument("messageId is not 1 to 255 visible ASCII characters");
    }
    return id;
  }

  Map<String, List<String>> tags() {
    JsonObject tags = mail.object("tags").orElse(JsonObject.EMPTY);
    Map<String, List<String>> values = new LinkedHashMap<>();
    tags.members().keySet().forEach(name -> values.put(name, values(tags, name)));
    return Collections.unmodifiableMap(values);
  }

  private static List<String> values(JsonObject tags, String name) {
    try {
      return tags.strings(name);
    } catch (IllegalArgumentException e) {
      // Its message contains the name, which is one of the application's.
      throw Invalid.argument("tags has a member that is not an array of strings");
    }
  }

  /** The recipients of the email, some of whom an event may not be about. */
  List<String> destination() {
    return mail.strings("destination");
  }

  /** When SES accepted the email. */
  Instant sent() {
    return time(mail, "timestamp");
  }

  /** The object that only events of one type have. */
  JsonObject object(String name) {
    return required(json.object(name), name);
  }

  static Instant time(JsonObject object, String name) {
    String time = required(object.string(name), name);
    try {
      return Instant.parse(time);
    } catch (DateTimeException e) {
      throw Invalid.argument("%s is not a time by ISO 8601", name);
    }
  }

  static <T> T required(Optional<T> value, String name) {
    return value.orElseThrow(() -> Invalid.argument("%s is missing", name));
  }

  /** The record as it was written. */
  String source() {
    return json.source();
  }
}
