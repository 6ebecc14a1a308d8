package com.healthmetrics.aws.mail;

import com.healthmetrics.aws.mail.MailException.Kind;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Keeps the emails of a test environment from people who did not ask for them. */
interface GuardStep extends MailerStep {

  /** Sends emails to these recipients only. */
  final class AllowList implements GuardStep {
    private final Set<String> addresses = new LinkedHashSet<>();
    private final Set<String> domains = new LinkedHashSet<>();

    AllowList(Collection<String> entries) {
      for (String entry : entries) {
        if (entry.contains("*")) {
          throw Invalid.argument(
              "The list of allowed recipients contains a wildcard. Use a domain for all of its"
                  + " mailboxes, such as example.com.");
        }
        if (entry.contains("@")) {
          addresses.add(comparable(EmailAddress.of(entry)));
        } else {
          domains.add(EmailAddress.of("any@" + entry.strip()).domain());
        }
      }
      if (entries.isEmpty()) {
        throw Invalid.argument(
            "The list of allowed recipients is empty, so no email could be sent. Add at least one"
                + " address or domain.");
      }
    }

    private static String comparable(EmailAddress address) {
      return address.address().toLowerCase(Locale.ROOT);
    }

    @Override
    public MailReceipt send(Email email, TransactionalMailer next) {
      List<EmailAddress> recipients = email.recipients();
      long refused = recipients.stream().filter(recipient -> !allows(recipient)).count();
      if (refused > 0) {
        throw new MailException(
            Kind.RECIPIENT_NOT_ALLOWED,
            ("%s of %s recipient(s) are not among the allowed recipients of this environment; the"
                    + " email was sent to none of them. Add the address or its domain to the list,"
                    + " or redirect emails to one address.")
                .formatted(refused, recipients.size()));
      }
      return next.send(email);
    }

    private boolean allows(EmailAddress recipient) {
      return domains.contains(recipient.domain()) || addresses.contains(comparable(recipient));
    }

    @Override
    public String toString() {
      return "allow only " + addresses.size() + " addresses and the domains " + domains;
    }
  }

  /** Sends all emails to one address. */
  record Redirection(EmailAddress target) implements GuardStep {
    @Override
    public MailReceipt send(Email email, TransactionalMailer next) {
      return next.send(new RedirectedMail(email).to(target));
    }

    @Override
    public String toString() {
      return "redirect all to " + target;
    }
  }
}
