package com.healthmetrics.aws.mail;

/**
 * Sends emails that people wait for: verifications, password resets.
 *
 * <p>Guarantee of every implementation: one call never sends an email twice. Implementations are
 * thread-safe and block the calling thread, which may be a virtual thread.
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
   * Hands an email to the provider.
   *
   * @param email the email
   * @return the receipt of an email that was accepted
   * @throws MailException if it was not accepted, or if the outcome is unknown; {@link
   *     MailException#delivery()} states which
   */
  MailReceipt send(Email email);
}
