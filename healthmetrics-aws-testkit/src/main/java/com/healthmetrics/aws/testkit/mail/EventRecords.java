package com.healthmetrics.aws.testkit.mail;

import com.healthmetrics.aws.testkit.internal.JsonValue.JsonArray;
import com.healthmetrics.aws.testkit.internal.JsonValue.JsonNull;
import com.healthmetrics.aws.testkit.internal.JsonValue.JsonNumber;
import com.healthmetrics.aws.testkit.internal.JsonValue.JsonObject;
import com.healthmetrics.aws.testkit.internal.JsonWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The records that SES's event publishing writes of an accepted email: one of its send, and one of
 * what became of it at each recipient. Nothing here is shared with the parser of the library, which
 * reads them.
 *
 * <p>Sources: Amazon SES Developer Guide, "Contents of event data that Amazon SES publishes to
 * Amazon SNS" and "Examples of event data that Amazon SES publishes to Amazon SNS"; for the tags,
 * and that the records of raw emails have no headers, events of AWS that LocalStack's tests
 * recorded. Unverified: that each recipient has records of its own; that a rejected email has a
 * Send record, too; that the reason on the list decides between bounce and complaint; and the
 * subtype for {@code suppressionlist@simulator.amazonses.com}, of which the guide states "as if on
 * the global suppression list".
 */
final class EventRecords {
  private static final String ON_ACCOUNT_LIST = "OnAccountSuppressionList";

  private final MailObject mail;
  private final String timestamp;

  private EventRecords(MailObject mail) {
    this.mail = mail;
    this.timestamp = MailObject.timestamp(mail.mail().receivedAt());
  }

  /** The records in the order of the events. */
  static List<String> of(MailObject mail, Map<String, Outcome> outcomes) {
    EventRecords records = new EventRecords(mail);
    List<JsonObject> events = new ArrayList<>();
    events.add(records.record("Send", JsonObject.empty()));
    if (outcomes.containsValue(Outcome.REJECTED)) {
      events.add(records.record("Reject", JsonObject.empty().with("reason", "Bad content")));
    } else {
      outcomes.forEach((address, outcome) -> events.addAll(records.at(address, outcome)));
    }
    return events.stream().map(JsonWriter::write).toList();
  }

  private List<JsonObject> at(String address, Outcome outcome) {
    return switch (outcome) {
      case DELIVERED -> List.of(delivery(address));
      case COMPLAINED -> List.of(delivery(address), complaint(address));
      case BOUNCED ->
          List.of(bounce(address, "General", "localhost", "smtp; 550 5.1.1 user unknown"));
      case ON_GLOBAL_LIST -> List.of(suppressed(address, "Suppressed"));
      case ON_ACCOUNT_LIST_BOUNCE -> List.of(suppressed(address, ON_ACCOUNT_LIST));
      case ON_ACCOUNT_LIST_COMPLAINT -> List.of(suppressedComplaint(address));
      case REJECTED -> List.of();
    };
  }

  private JsonObject record(String type, JsonObject details) {
    return record(type, mail.json(), details);
  }

  private static JsonObject record(String type, JsonObject mail, JsonObject details) {
    return JsonObject.empty()
        .with("eventType", type)
        .with("mail", mail)
        .with(type.toLowerCase(Locale.ROOT), details);
  }

  private JsonObject delivery(String address) {
    return record(
        "Delivery",
        mail.delivered(),
        JsonObject.empty()
            .with("timestamp", timestamp)
            .with("processingTimeMillis", JsonNumber.of(0))
            .with("recipients", JsonArray.ofStrings(List.of(address)))
            .with("smtpResponse", "250 2.0.0 OK")
            .with("reportingMTA", "localhost"));
  }

  private JsonObject suppressed(String address, String subType) {
    return bounce(
        address,
        subType,
        "amazonses.com",
        "Amazon SES did not send the message to this address because it is on a suppression list.");
  }

  private JsonObject bounce(String address, String subType, String host, String diagnosticCode) {
    JsonObject recipient =
        JsonObject.empty()
            .with("emailAddress", address)
            .with("action", "failed")
            .with("status", "5.1.1")
            .with("diagnosticCode", diagnosticCode);
    return record(
        "Bounce",
        JsonObject.empty()
            .with("feedbackId", feedbackId())
            .with("bounceType", "Permanent")
            .with("bounceSubType", subType)
            .with("bouncedRecipients", new JsonArray(List.of(recipient)))
            .with("timestamp", timestamp)
            .with("reportingMTA", "dns; " + host));
  }

  private JsonObject complaint(String address) {
    return record(
        "Complaint",
        complainedOf(address)
            .with("complaintSubType", new JsonNull())
            .with("complaintFeedbackType", "abuse"));
  }

  private JsonObject suppressedComplaint(String address) {
    return record("Complaint", complainedOf(address).with("complaintSubType", ON_ACCOUNT_LIST));
  }

  private JsonObject complainedOf(String address) {
    JsonObject recipient = JsonObject.empty().with("emailAddress", address);
    return JsonObject.empty()
        .with("feedbackId", feedbackId())
        .with("complainedRecipients", new JsonArray(List.of(recipient)))
        .with("timestamp", timestamp);
  }

  private String feedbackId() {
    return SesService.newMessageId(mail.mail().receivedAt());
  }
}
