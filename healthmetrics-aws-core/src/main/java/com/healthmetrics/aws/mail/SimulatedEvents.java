package com.healthmetrics.aws.mail;

import com.healthmetrics.aws.internal.Json;
import com.healthmetrics.aws.mail.SuppressionList.Suppression;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The events that SES publishes about an accepted email, of which the recipients decide as SES's
 * mailbox simulator has it.
 *
 * <p>A send ignores the case of an address, which is unverified for the suppression list.
 *
 * <p>Source: Amazon SES Developer Guide, "Using the mailbox simulator manually" and "Contents of
 * event data that Amazon SES publishes to Amazon SNS".
 */
record SimulatedEvents(
    Email email, String messageId, Instant accepted, Map<String, Suppression> suppressed) {
  private static final String SIMULATOR = "simulator.amazonses.com";
  private static final String SUPPRESSED = "OnAccountSuppressionList";

  /** In the order in which they happen. */
  Stream<MailEvent> all() {
    return Stream.concat(
        Stream.of(event("Send", "send", Map.of())),
        email.recipients().stream().flatMap(recipient -> ofRecipient(recipient).stream()));
  }

  private List<MailEvent> ofRecipient(EmailAddress recipient) {
    String address = recipient.address();
    Optional<String> reason = reason(address);
    if (reason.isPresent()) {
      return List.of(
          reason.get().equals(Suppression.COMPLAINT)
              ? complaint(address, Map.of("complaintSubType", SUPPRESSED))
              : bounce(SUPPRESSED, address));
    }
    String mailbox = address.toLowerCase(Locale.ROOT).replaceFirst("[+@].*", "");
    String simulated = recipient.domain().equals(SIMULATOR) ? mailbox : "success";
    return switch (simulated) {
      case "bounce" -> List.of(bounce("General", address));
      case "suppressionlist" -> List.of(bounce("Suppressed", address));
      case "complaint" -> List.of(delivery(address), complaint(address, Map.of()));
      default -> List.of(delivery(address));
    };
  }

  /** Of several spellings on the list, the first one counts, as in the testkit's server. */
  private Optional<String> reason(String address) {
    return suppressed.entrySet().stream()
        .filter(entry -> entry.getKey().equalsIgnoreCase(address))
        .min(Map.Entry.comparingByKey())
        .map(entry -> entry.getValue().reason());
  }

  private MailEvent delivery(String address) {
    return event("Delivery", "delivery", Map.of("recipients", List.of(address)));
  }

  private MailEvent bounce(String subType, String address) {
    return event(
        "Bounce",
        "bounce",
        Map.of(
            "bounceType",
            "Permanent",
            "bounceSubType",
            subType,
            "bouncedRecipients",
            List.of(Map.of("emailAddress", address))));
  }

  private MailEvent complaint(String address, Map<String, Object> more) {
    Map<String, Object> details = new LinkedHashMap<>(more);
    details.put("complainedRecipients", List.of(Map.of("emailAddress", address)));
    return event("Complaint", "complaint", details);
  }

  MailEvent event(String type, String object, Map<String, Object> details) {
    Map<String, Object> dated = new LinkedHashMap<>(details);
    dated.put("timestamp", accepted.toString());
    return MailEvent.parse(Json.write(Map.of("eventType", type, "mail", mail(), object, dated)))
        .orElseThrow();
  }

  private Map<String, Object> mail() {
    Map<String, Object> tags = new LinkedHashMap<>();
    email.tags().forEach((name, value) -> tags.put(name, List.of(value)));
    List<String> destination = new ArrayList<>();
    email.recipients().forEach(recipient -> destination.add(recipient.address()));
    return Map.of(
        "timestamp", accepted.toString(),
        "messageId", messageId,
        "source", email.from().address(),
        "destination", destination,
        "tags", tags);
  }
}
