package com.healthmetrics.aws.mail;

import com.healthmetrics.aws.internal.SesIdentityArn;
import org.jspecify.annotations.Nullable;

/**
 * What a mailer tells SES about the senders of its emails.
 *
 * @param identity the identity of another account that it may use; null if there is none
 * @param feedback where SES forwards bounces and complaints; null for the sender itself
 */
record SesSender(@Nullable SesIdentityArn identity, @Nullable EmailAddress feedback) {
  /** The ARN that permits an address; null if it is an identity of the account that sends. */
  @Nullable String arnFor(@Nullable EmailAddress address) {
    return identity != null && address != null && identity.covers(address.address())
        ? identity.text()
        : null;
  }

  /** The ARN that permits the feedback address. */
  @Nullable String feedbackArn() {
    return arnFor(feedback);
  }

  /** The feedback address; null for the sender itself. */
  @Nullable String feedbackAddress() {
    return feedback == null ? null : feedback.address();
  }
}
