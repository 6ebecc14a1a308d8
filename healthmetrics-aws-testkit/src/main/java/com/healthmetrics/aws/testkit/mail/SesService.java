package com.healthmetrics.aws.testkit.mail;

import com.healthmetrics.aws.testkit.mail.IdentityCheck.Sender;
import com.healthmetrics.aws.testkit.mail.SendRequest.Arns;
import com.healthmetrics.aws.testkit.mail.SendRequest.Raw;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** The operations of SES, the same in both protocols. */
final class SesService {
  private static final Duration DAY = Duration.ofHours(24);

  private final SesSettings settings;
  private final SesState state;
  private final MailCheck mailCheck;
  private final IdentityCheck identities;

  SesService(SesSettings settings, SesState state) {
    this.settings = settings;
    this.state = state;
    this.mailCheck = new MailCheck(settings);
    this.identities = new IdentityCheck(settings);
  }

  SesSettings settings() {
    return settings;
  }

  SuppressionTable suppressions() {
    return state.suppressions();
  }

  Instant now() {
    return settings.clock().instant();
  }

  /** Accepts the email of a request, publishes its events and returns its message id. */
  String send(SendRequest request) {
    // SendEmail of the API v2 needs the permission of SendRawEmail for raw content.
    SesOperation operation =
        request.content() instanceof Raw ? SesOperation.SEND_RAW_EMAIL : SesOperation.SEND_EMAIL;
    settings.requirePermitted(operation);
    settings.account().requireSending();
    ReceivedMail.Parts parts = mailCheck.accept(request);
    Instant now = now();
    Map<String, Outcome> outcomes = outcomes(parts);
    List<String> reached =
        outcomes.entrySet().stream()
            .filter(recipient -> recipient.getValue().isDelivered())
            .map(Map.Entry::getKey)
            .toList();
    ReceivedMail mail = new ReceivedMail(newMessageId(now), now, parts, reached);
    state.accepted(mail, events(mail, operation, request.arns(), outcomes));
    return mail.messageId();
  }

  /** As on AWS, only what uses a configuration set has events. */
  private List<String> events(
      ReceivedMail mail, SesOperation operation, Arns arns, Map<String, Outcome> outcomes) {
    if (mail.configurationSet().isEmpty()) {
      return List.of();
    }
    Sender sender =
        new Sender(MailAddress.parse(mail.from(), "the sender"), arns.from().or(arns::source));
    return EventRecords.of(new MailObject(mail, operation, identities.sourceArn(sender)), outcomes);
  }

  /** What becomes of the email at each of its recipients, by their bare addresses. */
  private Map<String, Outcome> outcomes(ReceivedMail.Parts parts) {
    boolean infected = Eicar.isIn(parts.attachments());
    Map<String, Outcome> outcomes = new LinkedHashMap<>();
    for (MailAddress recipient : parts.recipients()) {
      Outcome outcome =
          infected
              ? Outcome.REJECTED
              : suppressions()
                  .reason(recipient.plain())
                  .map(Outcome::suppressed)
                  .orElseGet(() -> MailboxSimulator.outcome(recipient));
      outcomes.put(recipient.plain(), outcome);
    }
    return outcomes;
  }

  /**
   * The recipients that count to the daily quota: those of the suppression list do, and those of
   * the mailbox simulator do not.
   */
  long sentLast24Hours() {
    Instant since = now().minus(DAY);
    return state.emails().stream()
        .filter(mail -> mail.receivedAt().isAfter(since))
        .flatMap(mail -> mail.recipients().stream())
        .filter(recipient -> !MailboxSimulator.isHostOf(recipient))
        .count();
  }

  /** An id in SES's form: time, a UUID and a counter that is always zero. */
  static String newMessageId(Instant now) {
    return String.format("0100%012x-%s-000000", now.toEpochMilli(), UUID.randomUUID());
  }
}
