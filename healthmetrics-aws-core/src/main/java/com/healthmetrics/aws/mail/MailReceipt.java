package com.healthmetrics.aws.mail;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
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
 * <p>With Jackson 2 and 3, its JSON is a string: the message id.
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
  @JsonCreator
  public static MailReceipt of(String messageId) {
    return new MailReceipt(Objects.requireNonNull(messageId, "messageId"));
  }

  /** {@return the provider's id of the email, as in its events; SES's Message-ID header has it} */
  @JsonValue
  public String messageId() {
    return messageId;
  }

  /** The message id. */
  @Override
  public String toString() {
    return "MailReceipt[" + messageId + "]";
  }
}
