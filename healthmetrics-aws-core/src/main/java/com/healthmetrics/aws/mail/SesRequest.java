package com.healthmetrics.aws.mail;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a request to SES is for, in the words of its failures.
 *
 * @param email the email that is sent; null if the request is not about one
 * @param notDone states that SES did not carry the request out; the end of a sentence
 * @param throttled explains that there were too many such requests
 * @param unknown states what a lost response leaves unknown
 * @param permission the permission that it needs
 * @param grant how to get it; empty or a sentence after a space
 */
record SesRequest(
    @Nullable Email email,
    String notDone,
    String throttled,
    String unknown,
    String permission,
    String grant) {
  private static final String GRANT_OF_THE_MODULE =
      " The Terraform module grants it with role.suppression or attach_suppression_to_roles.";

  static final SesRequest LOOK_UP =
      new SesRequest(
          null,
          "the state of the address is unknown",
          "SES accepts one look-up a second; the state of the address is unknown. Wait and look it up"
              + " again.",
          "The state of the address is unknown. Look it up again.",
          "ses:GetSuppressedDestination",
          GRANT_OF_THE_MODULE);

  static final SesRequest RELEASE =
      new SesRequest(
          null,
          "the address was not released",
          "SES accepts one release a second; the address was not released. Wait and release it"
              + " again.",
          "Whether the address was released is unknown. Release it again.",
          "ses:DeleteSuppressedDestination",
          GRANT_OF_THE_MODULE);

  static SesRequest sending(Email email) {
    return new SesRequest(
        email,
        "the email was not sent",
        "More emails per second than the account may send; the email was not sent. Wait and send it"
            + " again.",
        "The email may have been accepted, so it was not sent again.",
        "ses:SendEmail, with the API v1 also ses:SendRawEmail, on the identity and the configuration"
            + " set",
        "");
  }

  /** Whether it is about an email. */
  boolean sends() {
    return email != null;
  }

  /** The recipients of the email, in lower case; empty if there is no email. */
  List<String> recipients() {
    return email == null
        ? List.of()
        : email.recipients().stream().map(SesRequest::lowerCase).toList();
  }

  /** The sender of the email, in lower case; empty if there is no email. */
  String sender() {
    return email == null ? "" : lowerCase(email.from());
  }

  /** {@link #notDone} as a sentence of its own. */
  String notDoneSentence() {
    return Character.toUpperCase(notDone.charAt(0)) + notDone.substring(1) + ".";
  }

  private static String lowerCase(EmailAddress address) {
    return address.address().toLowerCase(Locale.ROOT);
  }
}
