package com.healthmetrics.aws.mail;

import java.util.List;

/**
 * Sends mails that people wait for: verifications, password resets.
 *
 * <p>One method to write, so that a mailer can wrap another. Guarantee of every implementation: one
 * call never becomes two mails. Implementations are safe for use by several threads and block the
 * calling one, which may be a virtual thread.
 *
 * <pre>{@code
 * try {
 *   MailReceipt receipt = mailer.send(email);
 * } catch (MailException e) {
 *   boolean safeToRetry = e.delivery() == MailException.Delivery.NOT_SENT;
 * }
 * }</pre>
 */
@FunctionalInterface
public interface TransactionalMailer {

  /**
   * Hands a mail to the provider.
   *
   * @param email the mail
   * @return the receipt of a mail that was accepted
   * @throws MailException if it was not accepted, or if nobody can tell; the exception says which
   * @throws NullPointerException if {@code email} is null
   */
  MailReceipt send(Email email);

  /**
   * Hands several mails to the provider, one after the other.
   *
   * <p>One that fails does not stop the rest, with three exceptions, after which sending goes on in
   * vain. What was not tried any more is a {@link MailResult.Failed} that was certainly not sent:
   *
   * <ul>
   *   <li>the account's daily quota is used up, or AWS has suspended the account: all that follow
   *       are of the same kind;
   *   <li>sending is paused: those that follow and name the same configuration set are of the same
   *       kind;
   *   <li>the thread is interrupted: all that follow are {@link MailException.Kind#UNREACHABLE},
   *       and the thread stays interrupted.
   * </ul>
   *
   * <p>A wrapped mailer does for each mail what it does for one, so a {@link RateLimitedMailer}
   * keeps its rate here too.
   *
   * @param emails the mails
   * @return an immutable list with one result for each mail, in the same order
   * @throws NullPointerException if {@code emails} or one of them is null; none was sent then
   */
  default List<MailResult> sendAll(List<Email> emails) {
    return new BulkSending(this).sendAll(emails);
  }
}
