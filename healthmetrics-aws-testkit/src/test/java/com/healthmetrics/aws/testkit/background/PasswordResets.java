package com.healthmetrics.aws.testkit.background;

import com.healthmetrics.aws.mail.AccountEmails;
import com.healthmetrics.aws.mail.EmailAddress;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/** The endpoint of "forgot password". */
final class PasswordResets {
  /** What the page shows, whatever happened. */
  static final String RESPONSE = "If there is an account with this address, we have sent an email.";

  private final BackgroundEmails background;
  private final AccountEmails emails;
  private final Function<EmailAddress, Optional<String>> newToken;

  /**
   * @param newToken stores the hash of a new token for the account of an address and returns the
   *     token; empty if there is no such account
   */
  PasswordResets(
      BackgroundEmails background,
      AccountEmails emails,
      Function<EmailAddress, Optional<String>> newToken) {
    this.background = background;
    this.emails = emails;
    this.newToken = newToken;
  }

  /** Does the same for every address: the account is looked up in the background, too. */
  String request(EmailAddress address, Locale locale) {
    background.submit(
        () ->
            newToken
                .apply(address)
                .ifPresent(token -> emails.sendPasswordReset(address, token, locale)));
    return RESPONSE;
  }
}
