package com.healthmetrics.aws.mail;

import com.healthmetrics.aws.mail.IdempotencyStore.State;
import com.healthmetrics.aws.mail.Settlement.Meaning;
import com.healthmetrics.aws.mail.Settlement.Outcome;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** What an event states about the attempt to send an email. */
record AttemptEvent(MailEvent event, Meaning meaning) {
  private static final Map<Class<? extends MailEvent>, Meaning> SETTLING =
      Map.of(
          MailEvent.Send.class, Meaning.ACCEPTED,
          MailEvent.DeliveryDelay.class, Meaning.DELAYED,
          MailEvent.Delivery.class, Meaning.DELIVERED,
          MailEvent.Bounce.class, Meaning.BOUNCED,
          MailEvent.Complaint.class, Meaning.COMPLAINED,
          MailEvent.Reject.class, Meaning.REJECTED);

  private static final Set<String> SUPPRESSED = Set.of("OnAccountSuppressionList", "Suppressed");

  /** A UUID, so that no other text reaches a store. */
  private static final Pattern ATTEMPT = Pattern.compile("[0-9a-f-]{36}");

  /** {@return the event, or empty if it is of a type that settles nothing} */
  static Optional<AttemptEvent> of(MailEvent event) {
    return Optional.ofNullable(SETTLING.get(event.getClass()))
        .map(meaning -> new AttemptEvent(event, meaning));
  }

  Optional<String> attempt() {
    List<String> values = event.tags().getOrDefault(SesLimits.ATTEMPT_TAG, List.of());
    return values.stream()
        .filter(value -> values.size() == 1 && ATTEMPT.matcher(value).matches())
        .findFirst();
  }

  String messageId() {
    return event.messageId();
  }

  /** When SES accepted the email, by SES's clock. */
  Instant accepted() {
    return event.accepted();
  }

  /** The state that the event proves. */
  State state() {
    return meaning == Meaning.REJECTED ? State.REJECTED : State.SENT;
  }

  Settlement settlement(Outcome outcome, Optional<String> key) {
    return new Settlement(outcome, key, Optional.of(meaning), suppressedRecipients());
  }

  private List<String> suppressedRecipients() {
    Optional<String> subType =
        event instanceof MailEvent.Bounce bounce
            ? Optional.of(bounce.subType())
            : event instanceof MailEvent.Complaint complaint
                ? complaint.subType()
                : Optional.empty();
    return subType.filter(SUPPRESSED::contains).isPresent() ? event.recipients() : List.of();
  }
}
