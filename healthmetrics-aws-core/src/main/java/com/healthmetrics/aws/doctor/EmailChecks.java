package com.healthmetrics.aws.doctor;

import com.healthmetrics.aws.AwsSettings;
import com.healthmetrics.aws.HealthMetricsAws;
import com.healthmetrics.aws.mail.Email;
import com.healthmetrics.aws.mail.EmailAddress;
import com.healthmetrics.aws.mail.MailException;
import com.healthmetrics.aws.mail.MailReceipt;
import com.healthmetrics.aws.mail.SuppressionList.Suppression;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What account emails need: a sender that mailbox providers believe, an account that may send, and
 * events. Nothing is changed, and nothing is sent unless asked for.
 *
 * <p>Source: Amazon SES Developer Guide, "Using the mailbox simulator manually".
 */
final class EmailChecks {
  private static final EmailAddress SIMULATOR = EmailAddress.of("success@simulator.amazonses.com");

  private final HealthMetricsAws aws;
  private final SesReader ses;
  private final DnsRecords dns;
  private final Optional<String> account;
  private final boolean send;
  private final Optional<EmailAddress> suppression;

  /**
   * Creates the checks.
   *
   * @param aws sends, and looks up the suppressed address, as the application does
   * @param ses what SES reports of itself
   * @param dns where records are looked up
   * @param account the id of the caller's account; empty if it is unknown
   * @param send whether to send one email to SES's mailbox simulator
   * @param suppression the address to look up; empty for none
   */
  EmailChecks(
      HealthMetricsAws aws,
      SesReader ses,
      DnsRecords dns,
      Optional<String> account,
      boolean send,
      Optional<EmailAddress> suppression) {
    this.aws = aws;
    this.ses = ses;
    this.dns = dns;
    this.account = account;
    this.send = send;
    this.suppression = suppression;
  }

  List<Finding> run() {
    AwsSettings settings = aws.settings();
    Once<Optional<SenderIdentity>> sender =
        new Once<>(() -> SenderIdentity.find(settings, ses, account));
    return Stream.of(
            new SenderChecks(settings, sender, dns).checks(),
            new AccountChecks(settings, sender, ses).checks(),
            List.of(
                new Check("email.suppression", this::suppression),
                new Check("email.send", this::send)))
        .flatMap(List::stream)
        .map(settings.development() ? EmailChecks::unused : Check::run)
        .toList();
  }

  private static Finding unused(Check check) {
    return Finding.notChecked(
        check.name(), "ENVIRONMENT is development: emails are logged, and SES is not used.");
  }

  private Finding suppression(String check) throws NotCheckedException {
    EmailAddress address =
        suppression.orElseThrow(
            () -> new NotCheckedException("--suppression ADDRESS looks an address up."));
    ses.requireReachable();
    try {
      Optional<Suppression> found = aws.suppressionList().suppression(address);
      return found.isEmpty()
          ? Finding.passed(check, "The address is not on the account's suppression list.")
          : Finding.failed(
              check,
              "The address is on the account's suppression list since %s (%s), so SES delivers nothing to it."
                  .formatted(found.get().since(), found.get().reason()),
              "Once the mailbox works, release it with SuppressionList.release; after a complaint, ask"
                  + " first.");
    } catch (MailException e) {
      throw new NotCheckedException(String.valueOf(e.getMessage()));
    }
  }

  private Finding send(String check) throws NotCheckedException {
    if (!send) {
      throw new NotCheckedException(
          "--send sends one email to SES's mailbox simulator, which alone proves ses:SendEmail.");
    }
    ses.requireReachable();
    Email email =
        Email.builder()
            .from(aws.settings().fromEmail())
            .to(SIMULATOR)
            .subject("Check of this environment")
            .text("Sent by the doctor of healthmetrics-aws to SES's mailbox simulator.")
            .build();
    try {
      MailReceipt receipt = aws.mailer().send(email);
      return Finding.passed(
          check,
          "SES accepted an email to its mailbox simulator (message id %s)."
              .formatted(receipt.messageId()));
    } catch (MailException e) {
      return unsent(check, e);
    }
  }

  /** What is no property of the environment's email is not a failure of it. */
  private static Finding unsent(String check, MailException failure) throws NotCheckedException {
    String message = String.valueOf(failure.getMessage());
    return switch (failure.kind()) {
      case ACCESS_DENIED,
          CLOCK_SKEWED,
          CREDENTIALS_REJECTED,
          CREDENTIALS_UNAVAILABLE,
          THROTTLED,
          UNKNOWN_OUTCOME,
          UNREACHABLE ->
          throw new NotCheckedException(message);
      default ->
          Finding.failed(
              check, "SES did not accept an email (%s).".formatted(failure.kind()), message);
    };
  }
}
