package com.healthmetrics.aws.mail;

import com.healthmetrics.aws.mail.MailException.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Sends many mails with one mailer, and gives up only where going on is certainly in vain. */
final class BulkSending {
  private final TransactionalMailer mailer;

  /** Configuration sets through which nothing goes out; empty stands for the mailer's own. */
  private final Map<Optional<String>, MailException> paused = new HashMap<>();

  private @Nullable MailException exhausted;

  BulkSending(TransactionalMailer mailer) {
    this.mailer = mailer;
  }

  List<MailResult> sendAll(List<Email> emails) {
    List<Email> checked = new ArrayList<>();
    for (Email email : Objects.requireNonNull(emails, "emails")) {
      checked.add(Objects.requireNonNull(email, () -> "emails[" + checked.size() + "]"));
    }
    return checked.stream().map(this::send).toList();
  }

  private MailResult send(Email email) {
    MailException inVain = reasonNotToTry(email);
    if (inVain != null) {
      return new MailResult.Failed(email, inVain);
    }
    try {
      return new MailResult.Sent(email, mailer.send(email));
    } catch (MailException e) {
      remember(e, email);
      return new MailResult.Failed(email, e);
    } catch (RuntimeException e) {
      // What was sent before must not be lost to the caller, whatever breaks here.
      return new MailResult.Failed(
          email,
          new MailException(
              Kind.UNKNOWN_OUTCOME,
              "The mailer failed with "
                  + e.getClass().getSimpleName()
                  + ", which says nothing about the mail; it may have been accepted.",
              Failures.withoutMessage(e)));
    }
  }

  private @Nullable MailException reasonNotToTry(Email email) {
    if (email.idempotencyKey().isPresent()) {
      // It may have been sent before, so only its mailer can say that it was not.
      return null;
    }
    if (Thread.currentThread().isInterrupted()) {
      return new MailException(
          Kind.UNREACHABLE,
          "The thread was interrupted before this mail's turn; it was not sent. Send it again if it"
              + " is still wanted.");
    }
    return exhausted == null ? paused.get(email.configurationSet()) : exhausted;
  }

  private void remember(MailException failure, Email email) {
    switch (failure.kind()) {
      case DAILY_QUOTA_EXCEEDED, ACCOUNT_SUSPENDED -> exhausted = notTried(failure);
      case SENDING_PAUSED -> paused.put(email.configurationSet(), notTried(failure));
      default -> {
        // Another mail may fare better.
      }
    }
  }

  private static MailException notTried(MailException earlier) {
    return new MailException(
        earlier.kind(),
        "Not tried, and not sent, as an earlier mail of the same call failed: "
            + earlier.getMessage());
  }
}
