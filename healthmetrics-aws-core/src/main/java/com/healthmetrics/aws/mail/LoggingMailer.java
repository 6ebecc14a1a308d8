package com.healthmetrics.aws.mail;

import java.io.PrintStream;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs recipients, subject and links of an email instead of sending it, for a developer without
 * SES.
 *
 * <p>The links hold tokens, so this mailer is for a developer's own machine only; {@code
 * HealthMetricsAws} chooses it for {@code ENVIRONMENT=development} only. The text is not logged,
 * and so neither are sign-in codes: read those in the mailbox of a local SES.
 *
 * <pre>{@code
 * TransactionalMailer mailer = new LoggingMailer();
 * mailer.send(email); // logs recipients, subject and links; nothing is sent
 * }</pre>
 *
 * <p>Nothing is sent, so no address is ever suppressed.
 *
 * <p>It logs at INFO to the logger named like this class, and prints to standard error if that
 * logger is off. Thread-safe.
 */
public final class LoggingMailer implements TransactionalMailer, SuppressionList {
  private static final Pattern LINK = Pattern.compile("https?://\\S*[^\\s.,;:!?)\\]}>'\"]");

  private final Logger log;
  private final PrintStream fallback;
  private final AtomicLong count = new AtomicLong();

  /** Creates a mailer that logs. */
  public LoggingMailer() {
    this(LoggerFactory.getLogger(LoggingMailer.class), System.err);
  }

  LoggingMailer(Logger log, PrintStream fallback) {
    this.log = log;
    this.fallback = fallback;
  }

  @Override
  public MailReceipt send(Email email) {
    String links =
        LINK.matcher(email.text())
            .results()
            .map(MatchResult::group)
            .collect(Collectors.joining("\n  link:    "));
    String recipients =
        email.recipients().stream().map(EmailAddress::address).collect(Collectors.joining(", "));
    String message =
        "Email not sent, as this is development:\n  to:      %s\n  subject: %s\n  link:    %s"
            .formatted(recipients, email.subject(), links.isEmpty() ? "(none)" : links);
    if (log.isInfoEnabled()) {
      log.info("{}", message);
    } else {
      // Without a logger the link would be lost, and the developer could not go on.
      fallback.println(message);
    }
    return MailReceipt.of("logged-" + count.incrementAndGet());
  }

  /** {@return empty: nobody is suppressed, as nothing is sent} */
  @Override
  public Optional<Suppression> suppression(EmailAddress address) {
    Objects.requireNonNull(address, "address");
    return Optional.empty();
  }

  /** {@return false: nobody is suppressed, as nothing is sent} */
  @Override
  public boolean release(EmailAddress address) {
    Objects.requireNonNull(address, "address");
    return false;
  }

  @Override
  public String toString() {
    return "LoggingMailer";
  }
}
