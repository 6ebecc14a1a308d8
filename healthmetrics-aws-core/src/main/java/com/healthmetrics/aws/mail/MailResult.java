package com.healthmetrics.aws.mail;

import java.util.Objects;

/**
 * What became of one mail of several: sent with a receipt, or failed with the reason.
 *
 * <pre>{@code
 * for (MailResult result : mailer.sendAll(List.of(email))) {
 *   if (result instanceof MailResult.Failed failed) {
 *     LOG.warn("{} failed: {}", failed.email(), failed.failure().getMessage());
 *   }
 * }
 * }</pre>
 *
 * <p>Immutable and safe for use by several threads.
 */
public sealed interface MailResult {

  /**
   * The mail.
   *
   * @return the very object that was to be sent
   */
  Email email();

  /**
   * Whether it was accepted.
   *
   * @return true for {@link Sent}
   */
  default boolean isSent() {
    return this instanceof Sent;
  }

  /**
   * The receipt, as {@link TransactionalMailer#send} would have given it.
   *
   * @return the receipt of a mail that was accepted
   * @throws MailException if it was not accepted, or if nobody can tell
   */
  MailReceipt orThrow();

  /**
   * A mail that was accepted.
   *
   * @param email the mail
   * @param receipt what the mailer gave for it
   */
  record Sent(Email email, MailReceipt receipt) implements MailResult {

    /**
     * A mail that was accepted.
     *
     * @param email the mail
     * @param receipt what the mailer gave for it
     * @throws NullPointerException if an argument is null
     */
    public Sent {
      Objects.requireNonNull(email, "email");
      Objects.requireNonNull(receipt, "receipt");
    }

    @Override
    public MailReceipt orThrow() {
      return receipt;
    }
  }

  /**
   * A mail that was not accepted, or of which nobody can tell.
   *
   * @param email the mail
   * @param failure why, and whether it may have gone out all the same
   */
  record Failed(Email email, MailException failure) implements MailResult {

    /**
     * A mail that failed.
     *
     * @param email the mail
     * @param failure why
     * @throws NullPointerException if an argument is null
     */
    public Failed {
      Objects.requireNonNull(email, "email");
      Objects.requireNonNull(failure, "failure");
    }

    @Override
    public MailReceipt orThrow() {
      throw failure;
    }
  }
}
