package com.healthmetrics.aws.mail;

import java.util.Objects;

/**
 * The receipt of an email that the provider accepted.
 *
 * <p>Accepted is not delivered: bounces and complaints come later, as events.
 *
 * <pre>{@code
 * MailReceipt receipt = mailer.send(email);
 * LOG.info("accepted as {}", receipt.messageId()); // bounces and complaints contain this id
 * }</pre>
 *
 * <p>Immutable and thread-safe.
 */
public final class MailReceipt {
  private final String messageId;

  private MailReceipt(String messageId) {
    this.messageId = messageId;
  }

  /**
   * {@return a receipt, for mailers of your own}
   *
   * @param messageId the provider's id of the email
   */
  public static MailReceipt of(String messageId) {
    return new MailReceipt(Objects.requireNonNull(messageId, "messageId"));
  }

  /** {@return the provider's id of the email, as in its events; SES's Message-ID header has it} */
  public String messageId() {
    return messageId;
  }

  /** The message id. */
  @Override
  public String toString() {
    return "MailReceipt[" + messageId + "]";
  }
}
