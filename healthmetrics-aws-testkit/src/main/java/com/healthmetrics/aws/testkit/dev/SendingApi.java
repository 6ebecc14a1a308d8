package com.healthmetrics.aws.testkit.dev;

import com.healthmetrics.aws.mail.AccountEmails;
import com.healthmetrics.aws.mail.EmailAddress;
import com.healthmetrics.aws.mail.IdempotencyStore.Entry;
import com.healthmetrics.aws.mail.MailEvent;
import com.healthmetrics.aws.mail.MailException;
import com.healthmetrics.aws.mail.MailException.Delivery;
import com.healthmetrics.aws.mail.MailReceipt;
import com.healthmetrics.aws.mail.TransactionalMailer;
import com.healthmetrics.aws.testkit.dev.DevApi.BadRequest;
import com.healthmetrics.aws.testkit.dev.DevApi.Request;
import com.healthmetrics.aws.testkit.internal.JsonValue.JsonObject;
import com.healthmetrics.aws.testkit.internal.ServerResponse;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/**
 * Sends the emails of the page's form, each once under the key that the page gave it, and reports
 * what became of one: sent, not sent, or not known.
 */
final class SendingApi {
  static final String SEND = "/api/mails";
  static final String LOOK = "/api/sendings";

  private static final String ATTEMPT_TAG = "healthmetrics-attempt";

  private final DevStack stack;

  SendingApi(DevStack stack) {
    this.stack = stack;
  }

  ServerResponse send(Request request) {
    try {
      return DevApi.json(200, sent(send(request, key(request)).messageId()));
    } catch (IllegalArgumentException e) {
      return DevApi.json(422, DevApi.error(e).with("outcome", "not-sent"));
    } catch (MailException e) {
      boolean notSent = e.delivery() == Delivery.NOT_SENT;
      return DevApi.json(
          502,
          DevApi.error(e)
              .with("outcome", notSent ? "not-sent" : "unknown")
              .with("kind", e.kind().name())
              .with("delivery", e.delivery().name()));
    }
  }

  private static String key(Request request) {
    return request.optionalText("key").orElseGet(() -> UUID.randomUUID().toString());
  }

  private MailReceipt send(Request request, String key) {
    TransactionalMailer once =
        email -> stack.aws().mailer().send(email.toBuilder().idempotencyKey(key).build());
    AccountEmails emails = stack.aws().accountEmails().toBuilder().mailer(once).build();
    EmailAddress to = EmailAddress.of(request.optionalText("to").orElse(""));
    Locale locale = Locale.forLanguageTag(request.optionalText("locale").orElse("en"));
    return switch (request.text("kind")) {
      case "verification" -> emails.sendVerification(to, key, locale);
      case "passwordReset" -> emails.sendPasswordReset(to, key, locale);
      case "emailChange" -> emails.sendEmailChange(to, key, locale);
      case "emailChangeNotice" -> emails.sendEmailChangeNotice(to, Instant.now(), locale);
      case "passwordChanged" -> emails.sendPasswordChanged(to, Instant.now(), locale);
      case "signInCode" -> emails.sendSignInCode(to, code(), Instant.now(), locale);
      case "report" -> once.send(SampleReport.to(to, stack.aws().settings().fromEmail()));
      default -> throw new BadRequest("The kind is not one of those that the page offers.");
    };
  }

  private static String code() {
    return "%06d".formatted(new SecureRandom().nextInt(1_000_000));
  }

  /** Reports what became of an email; sends nothing. */
  ServerResponse look(Request request) {
    String key = request.text("key");
    stack.sendings().find(key).ifPresent(this::settle);
    Optional<Entry> known = stack.sendings().find(key);
    return DevApi.json(
        200, known.map(SendingApi::outcome).orElseGet(() -> notSent("No email has this key.")));
  }

  /** Hands in the events of an email, as the poller of an application's queue does. */
  private void settle(Entry entry) {
    List<String> attempt = List.of(entry.attempt());
    stack.ses().events().stream()
        .flatMap(json -> MailEvent.parse(json).stream())
        .filter(event -> attempt.equals(event.tags().get(ATTEMPT_TAG)))
        .forEach(stack.aws().mailerChain()::settle);
  }

  private static JsonObject outcome(Entry entry) {
    return switch (entry.state()) {
      case SENT -> sent(String.valueOf(entry.messageId()));
      case REJECTED -> notSent("SES rejected its content, and delivered it to nobody.");
      case UNKNOWN ->
          unknown("No event of SES about this email has come.")
              .with("delivery", Delivery.UNKNOWN.name());
      case IN_PROGRESS -> unknown("The server is sending it.");
    };
  }

  private static JsonObject sent(String messageId) {
    return JsonObject.empty().with("outcome", "sent").with("messageId", messageId);
  }

  private static JsonObject notSent(String message) {
    return JsonObject.empty().with("outcome", "not-sent").with("message", message);
  }

  private static JsonObject unknown(String message) {
    return JsonObject.empty().with("outcome", "unknown").with("message", message);
  }
}
