package com.healthmetrics.aws.mail;

import com.healthmetrics.aws.internal.Checks;
import com.healthmetrics.aws.internal.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What became of an email that SES accepted, as SES's event publishing reports it: one of eleven
 * types.
 *
 * <pre>{@code
 * MailEvent.parse(json).ifPresent(event -> {
 *   if (event instanceof MailEvent.Bounce bounce && bounce.type().equals("Permanent")) {
 *     LOG.info("{} to {} recipients", bounce, bounce.recipients().size());
 *   }
 * });
 * }</pre>
 *
 * <p>SES publishes events only of emails that were sent with a configuration set which has an event
 * destination. They arrive at least once and in any order, some long after the email.
 *
 * <p>{@code toString()} contains no address and no link, so that events can be logged; {@link
 * #json()} contains both. Immutable and thread-safe. Source: Amazon SES Developer Guide, "Contents
 * of event data that Amazon SES publishes to Amazon SNS".
 */
public abstract sealed class MailEvent {
  private final String messageId;
  private final Map<String, List<String>> tags;
  private final List<String> recipients;
  private final Instant timestamp;
  private final Instant accepted;
  private final String json;

  private MailEvent(EventRecord event, List<String> recipients, Instant timestamp) {
    this.messageId = event.messageId();
    this.tags = event.tags();
    this.recipients = recipients;
    this.timestamp = timestamp;
    this.accepted = event.sent();
    this.json = event.source();
  }

  /** An event about the whole email, which has no time of its own. */
  private MailEvent(EventRecord event) {
    this(event, event.destination(), event.sent());
  }

  /** An event about the whole email. */
  private MailEvent(EventRecord event, JsonObject details) {
    this(event, event.destination(), EventRecord.time(details, "timestamp"));
  }

  /** An event about some recipients. */
  private MailEvent(EventRecord event, JsonObject details, List<RecipientStatus> recipients) {
    this(
        event,
        recipients.stream().map(RecipientStatus::address).toList(),
        EventRecord.time(details, "timestamp"));
  }

  /**
   * Reads a message of a queue or topic: SES's own record, as raw message delivery of SNS leaves
   * it; in the JSON that SNS puts around it otherwise; or as EventBridge delivers it (that its
   * {@code detail} is the same record is unverified).
   *
   * <p>The first message of a new event destination is not an event but a text of SES, which has
   * validated the topic: the result is empty, and the message can be deleted.
   *
   * <p>Nothing proves here who wrote the message. A queue's policy does, or, at an HTTPS endpoint,
   * the signature that SNS puts around the record; verify it first.
   *
   * @param json the message, at most 1 MiB as for SNS and SQS
   * @return the event, or empty for SES's validation of a topic
   * @throws IllegalArgumentException if the message is longer; is not JSON by RFC 8259, or repeats
   *     a name in an object; is a confirmation of SNS, an event of another source, or a
   *     notification of an identity ({@code notificationType}), which carries no tags; or lacks a
   *     field that SES documents for its type. The message states which, without any value of it.
   * @throws NullPointerException if {@code json} is null
   */
  public static Optional<MailEvent> parse(String json) {
    Objects.requireNonNull(json, "json");
    try {
      return EventRecord.read(json).map(MailEvent::of);
    } catch (IllegalArgumentException e) {
      throw Invalid.argument(
          "The message is not an event of SES's event publishing: %s.",
          String.valueOf(e.getMessage()));
    }
  }

  private static MailEvent of(EventRecord event) {
    return switch (event.type()) {
      case "Send" -> new Send(event);
      case "Delivery" -> new Delivery(event, event.object("delivery"));
      case "DeliveryDelay" -> new DeliveryDelay(event, event.object("deliveryDelay"));
      case "Bounce" -> new Bounce(event, event.object("bounce"));
      case "Complaint" -> new Complaint(event, event.object("complaint"));
      case "Reject" -> new Reject(event, event.object("reject"));
      case "Rendering Failure" -> new RenderingFailure(event, event.object("failure"));
      case "Subscription" -> new Subscription(event, event.object("subscription"));
      case "Open" -> new Open(event, event.object("open"));
      case "Click" -> new Click(event, event.object("click"));
      default -> new Other(event);
    };
  }

  /** {@return SES's id of the email, as {@link MailReceipt#messageId()} has it} */
  public final String messageId() {
    return messageId;
  }

  /**
   * {@return the tags of the email with their values, unmodifiable; those whose name begins with
   * {@code ses:} are of SES}
   */
  public final Map<String, List<String>> tags() {
    return tags;
  }

  /**
   * {@return the addresses that the event is about, otherwise all recipients of the email}
   *
   * <p>As SES writes them, which may be what {@link EmailAddress} refuses, since other mail servers
   * report them.
   */
  public final List<String> recipients() {
    return recipients;
  }

  /** {@return when it happened; if SES does not report that, when it accepted the email} */
  public final Instant timestamp() {
    return timestamp;
  }

  /** When SES accepted the email. */
  final Instant accepted() {
    return accepted;
  }

  /**
   * {@return the record of SES as it was written, for fields that have no method here}
   *
   * <p>It contains addresses, headers and, of clicks, links with their tokens.
   */
  public final String json() {
    return json;
  }

  /** Type, message id and time, without addresses, links and diagnoses, which contain addresses. */
  @Override
  public String toString() {
    return describe("");
  }

  final String describe(String details) {
    return "%s[%s, %s%s]".formatted(getClass().getSimpleName(), messageId, timestamp, details);
  }

  /** SES accepted the email, and will try to deliver it unless the recipient is suppressed. */
  public static final class Send extends MailEvent {
    private Send(EventRecord event) {
      super(event);
    }
  }

  /** The recipient's mail server accepted the email. */
  public static final class Delivery extends MailEvent {
    private Delivery(EventRecord event, JsonObject delivery) {
      super(event, delivery.strings("recipients"), EventRecord.time(delivery, "timestamp"));
    }
  }

  /** The email cannot be delivered at present; SES tries again. */
  public static final class DeliveryDelay extends MailEvent {
    private final String type;
    private final List<RecipientStatus> delayedRecipients;

    private DeliveryDelay(EventRecord event, JsonObject delay) {
      this(event, delay, RecipientStatus.all(delay, "delayedRecipients"));
    }

    private DeliveryDelay(EventRecord event, JsonObject delay, List<RecipientStatus> recipients) {
      super(event, delay, recipients);
      this.type = EventRecord.required(delay.string("delayType"), "delayType");
      this.delayedRecipients = recipients;
    }

    /** {@return SES's name of the reason, such as {@code MailboxFull}} */
    public String type() {
      return type;
    }

    /** {@return the recipients, with what their mail server replied} */
    public List<RecipientStatus> delayedRecipients() {
      return delayedRecipients;
    }

    @Override
    public String toString() {
      return describe(", " + Checks.quote(type));
    }
  }

  /** The email was not delivered: the mail server refused it, or SES suppressed the recipient. */
  public static final class Bounce extends MailEvent {
    private final String type;
    private final String subType;
    private final List<RecipientStatus> bouncedRecipients;

    private Bounce(EventRecord event, JsonObject bounce) {
      this(event, bounce, RecipientStatus.all(bounce, "bouncedRecipients"));
    }

    private Bounce(EventRecord event, JsonObject bounce, List<RecipientStatus> recipients) {
      super(event, bounce, recipients);
      this.type = EventRecord.required(bounce.string("bounceType"), "bounceType");
      this.subType = EventRecord.required(bounce.string("bounceSubType"), "bounceSubType");
      this.bouncedRecipients = recipients;
    }

    /** {@return {@code Permanent}, {@code Transient} or {@code Undetermined}} */
    public String type() {
      return type;
    }

    /**
     * {@return SES's name of the reason, such as {@code General}, {@code MailboxFull}, {@code
     * OnAccountSuppressionList} or {@code Suppressed}}
     */
    public String subType() {
      return subType;
    }

    /** {@return the recipients, with what their mail server replied} */
    public List<RecipientStatus> bouncedRecipients() {
      return bouncedRecipients;
    }

    @Override
    public String toString() {
      return describe(", " + Checks.quote(type) + ", " + Checks.quote(subType));
    }
  }

  /** The recipient reported the email as unwanted. */
  public static final class Complaint extends MailEvent {
    private final Optional<String> subType;
    private final Optional<String> feedbackType;

    private Complaint(EventRecord event, JsonObject complaint) {
      super(event, complaint, RecipientStatus.all(complaint, "complainedRecipients"));
      this.subType = complaint.string("complaintSubType");
      this.feedbackType = complaint.string("complaintFeedbackType");
    }

    /** {@return {@code OnAccountSuppressionList} if SES suppressed the recipient, or empty} */
    public Optional<String> subType() {
      return subType;
    }

    /** {@return what the mail provider reports, such as {@code abuse}, or empty} */
    public Optional<String> feedbackType() {
      return feedbackType;
    }
  }

  /** SES accepted the email, then found a virus in it and did not send it. */
  public static final class Reject extends MailEvent {
    private final String reason;

    private Reject(EventRecord event, JsonObject reject) {
      super(event);
      this.reason = EventRecord.required(reject.string("reason"), "reason");
    }

    /** {@return SES's reason, {@code Bad content}} */
    public String reason() {
      return reason;
    }
  }

  /** A template that SES stores could not be rendered, so the email was not sent. */
  public static final class RenderingFailure extends MailEvent {
    private final Optional<String> templateName;
    private final Optional<String> errorMessage;

    private RenderingFailure(EventRecord event, JsonObject failure) {
      super(event);
      this.templateName = failure.string("templateName");
      this.errorMessage = failure.string("errorMessage");
    }

    /** {@return the name of the template, or empty if it has none} */
    public Optional<String> templateName() {
      return templateName;
    }

    /** {@return what is wrong, or empty if SES does not report it} */
    public Optional<String> errorMessage() {
      return errorMessage;
    }
  }

  /** The recipient changed the topics of a contact list of SES; see {@link #json()}. */
  public static final class Subscription extends MailEvent {
    private Subscription(EventRecord event, JsonObject subscription) {
      super(event, subscription);
    }
  }

  /** The email was opened, by its recipient or by a program that loads pictures. */
  public static final class Open extends MailEvent {
    private Open(EventRecord event, JsonObject open) {
      super(event, open);
    }
  }

  /** A link of the email was opened, by its recipient or by a scanner. */
  public static final class Click extends MailEvent {
    private final String link;

    private Click(EventRecord event, JsonObject click) {
      super(event, click);
      this.link = EventRecord.required(click.string("link"), "link");
    }

    /** {@return the link, with its token if it has one; never log it} */
    public String link() {
      return link;
    }
  }

  /** An event of a type that this version does not know. */
  public static final class Other extends MailEvent {
    private final String type;

    private Other(EventRecord event) {
      super(event);
      this.type = event.type();
    }

    /** {@return SES's name of the type} */
    public String type() {
      return type;
    }

    @Override
    public String toString() {
      return describe(", " + Checks.quote(type));
    }
  }

  /**
   * What a mail server reports about a recipient.
   *
   * <p>{@code toString()} contains no address. Immutable and thread-safe.
   */
  public static final class RecipientStatus {
    private final String address;
    private final Optional<String> action;
    private final Optional<String> status;
    private final Optional<String> diagnosticCode;

    private RecipientStatus(JsonObject recipient) {
      this.address = EventRecord.required(recipient.string("emailAddress"), "emailAddress");
      this.action = recipient.string("action");
      this.status = recipient.string("status");
      this.diagnosticCode = recipient.string("diagnosticCode");
    }

    private static List<RecipientStatus> all(JsonObject details, String name) {
      return details.objects(name).stream().map(RecipientStatus::new).toList();
    }

    /** {@return the address, as SES writes it; see {@link MailEvent#recipients()}} */
    public String address() {
      return address;
    }

    /** {@return what the mail server did, such as {@code failed} (RFC 3464), or empty} */
    public Optional<String> action() {
      return action;
    }

    /** {@return the status code, such as {@code 5.1.1} (RFC 3463), or empty} */
    public Optional<String> status() {
      return status;
    }

    /** {@return the reply of the mail server, which often contains the address, or empty} */
    public Optional<String> diagnosticCode() {
      return diagnosticCode;
    }

    /** The status code, without the address and the reply. */
    @Override
    public String toString() {
      return "RecipientStatus[" + status.map(Checks::quote).orElse("none") + "]";
    }
  }
}
