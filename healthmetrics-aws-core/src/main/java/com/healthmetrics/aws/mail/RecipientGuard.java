package com.healthmetrics.aws.mail;

import com.healthmetrics.aws.mail.MailException.Kind;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;

/**
 * Keeps the mails of a test environment from people who did not ask for them.
 *
 * <p>Either only listed recipients get mail ({@link #allowOnly}), or one address gets all of it
 * ({@link #redirectAll}). Guarantees:
 *
 * <ul>
 *   <li>All recipients are looked at, those of copies and of hidden copies too.
 *   <li>One recipient who is not listed stops the whole mail, with {@link
 *       MailException.Kind#RECIPIENT_NOT_ALLOWED}: a mail never goes out to some of its recipients.
 *   <li>A redirected mail goes to the one address alone. It shows whom it was for at the top of its
 *       text and html and in the header {@code X-Original-Recipients}, masked ({@code
 *       a***@example.com}): test environments hold copied data, and many read their inbox.
 *   <li>An account mail remains one, and exceptions repeat no address.
 * </ul>
 *
 * <pre>{@code
 * TransactionalMailer staging =
 *     RecipientGuard.allowOnly(mailer, List.of("healthmetrics.example", "tester@example.com"));
 * TransactionalMailer dev =
 *     RecipientGuard.redirectAll(mailer, EmailAddress.of("team-mails@healthmetrics.example"));
 * }</pre>
 *
 * <p>Immutable and safe for use by several threads, as the mailer is.
 */
public final class RecipientGuard implements TransactionalMailer {
  private final TransactionalMailer mailer;
  private final Rule rule;

  /** What becomes of a mail before it goes on. */
  private interface Rule {
    Email apply(Email email);
  }

  private RecipientGuard(TransactionalMailer mailer, Rule rule) {
    this.mailer = Objects.requireNonNull(mailer, "mailer");
    this.rule = rule;
  }

  /**
   * A guard that lets mails pass to listed recipients only.
   *
   * @param mailer what sends the mails that may pass; it stays yours to close
   * @param addressesAndDomains such as {@code tester@example.com} for one mailbox, or {@code
   *     example.com} for all of that very domain, without its subdomains; compared without regard
   *     to case
   * @return the guard
   * @throws NullPointerException if an argument or an element is null
   * @throws IllegalArgumentException if the list is empty, or if an entry is neither an address nor
   *     a domain
   */
  public static RecipientGuard allowOnly(
      TransactionalMailer mailer, Collection<String> addressesAndDomains) {
    return new RecipientGuard(mailer, new AllowList(addressesAndDomains));
  }

  /**
   * A guard that sends every mail to one address instead.
   *
   * <p>The subject begins with {@code [redirected]}. Everything else stays as it is, answers go
   * where they would have gone.
   *
   * @param mailer what sends the redirected mails; it stays yours to close
   * @param target who gets them all
   * @return the guard
   * @throws NullPointerException if an argument is null
   */
  public static RecipientGuard redirectAll(TransactionalMailer mailer, EmailAddress target) {
    return new RecipientGuard(mailer, new Redirection(Objects.requireNonNull(target, "target")));
  }

  /**
   * Sends the mail if its recipients allow it, or sends it elsewhere.
   *
   * @throws MailException of kind {@code RECIPIENT_NOT_ALLOWED} if the guard has a list and a
   *     recipient is not on it
   */
  @Override
  public MailReceipt send(Email email) {
    return mailer.send(rule.apply(email));
  }

  /** The rule, with masked addresses, and what is wrapped. */
  @Override
  public String toString() {
    return "RecipientGuard[" + rule + ", " + mailer + "]";
  }

  private static final class AllowList implements Rule {
    private final Set<String> addresses = new LinkedHashSet<>();
    private final Set<String> domains = new LinkedHashSet<>();

    AllowList(Collection<String> entries) {
      for (String entry : entries) {
        if (entry.contains("*")) {
          throw new IllegalArgumentException(
              "The list of allowed recipients holds a wildcard. Give a domain for all of its"
                  + " mailboxes, such as example.com.");
        }
        if (entry.contains("@")) {
          addresses.add(comparable(EmailAddress.of(entry)));
        } else {
          domains.add(EmailAddress.of("any@" + entry.strip()).domain());
        }
      }
      if (entries.isEmpty()) {
        throw new IllegalArgumentException(
            "The list of allowed recipients is empty, so no mail could go out. Name at least one"
                + " address or domain.");
      }
    }

    private static String comparable(EmailAddress address) {
      return address.address().toLowerCase(Locale.ROOT);
    }

    @Override
    public Email apply(Email email) {
      List<EmailAddress> recipients = email.recipients();
      long strangers = recipients.stream().filter(recipient -> !allows(recipient)).count();
      if (strangers > 0) {
        throw new MailException(
            Kind.RECIPIENT_NOT_ALLOWED,
            strangers
                + " of "
                + recipients.size()
                + " recipient(s) are not on the list of those who may get mail from this"
                + " environment; the mail was sent to none of them. Add the address or its domain"
                + " to the list, or redirect mails to one address.");
      }
      return email;
    }

    private boolean allows(EmailAddress recipient) {
      return domains.contains(recipient.domain()) || addresses.contains(comparable(recipient));
    }

    @Override
    public String toString() {
      return addresses.size() + " addresses and the domains " + domains;
    }
  }

  private static final class Redirection implements Rule {
    private final EmailAddress target;

    Redirection(EmailAddress target) {
      this.target = target;
    }

    @Override
    public Email apply(Email email) {
      return new RedirectedMail(email).to(target);
    }

    @Override
    public String toString() {
      return "all mail to " + target;
    }
  }
}
