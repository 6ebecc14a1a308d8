package com.healthmetrics.aws.mail;

/**
 * Sends mails that people wait for: verifications, password resets.
 *
 * <p>One method, so that a mailer can wrap another. Guarantee of every implementation: one call
 * never becomes two mails. Implementations are safe for use by several threads and block the
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
}
