package com.healthmetrics.aws.mail;

import java.util.Objects;

/**
 * What a mailer gives for a mail it accepted.
 *
 * <p>Accepted is not delivered: bounces and complaints come later and elsewhere.
 *
 * <pre>{@code
 * MailReceipt receipt = mailer.send(email);
 * LOG.info("accepted as {}", receipt.messageId()); // bounces and complaints name this id
 * }</pre>
 *
 * <p>Immutable and safe for use by several threads.
 */
public final class MailReceipt {
  private final String messageId;

  private MailReceipt(String messageId) {
    this.messageId = messageId;
  }

  /**
   * A receipt; for those who write a mailer of their own.
   *
   * @param messageId the id under which the provider knows the mail
   * @return the receipt
   * @throws NullPointerException if {@code messageId} is null
   */
  public static MailReceipt of(String messageId) {
    return new MailReceipt(Objects.requireNonNull(messageId, "messageId"));
  }

  /**
   * The id under which the provider knows the mail, as its events name it.
   *
   * @return the id; SES puts it into the Message-ID header
   */
  public String messageId() {
    return messageId;
  }

  /** The message id. */
  @Override
  public String toString() {
    return "MailReceipt[" + messageId + "]";
  }
}
