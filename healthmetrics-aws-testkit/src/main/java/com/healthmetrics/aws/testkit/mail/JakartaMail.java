package com.healthmetrics.aws.testkit.mail;

import jakarta.mail.util.StreamProvider;

/** Whether the optional library is there that reads and writes MIME. */
final class JakartaMail {
  /** What to do where it is absent. */
  static final String ADD =
      "Jakarta Mail is not on the class path; add org.eclipse.angus:angus-mail to the dependencies.";

  private JakartaMail() {}

  static boolean isPresent() {
    try {
      // The API alone is not enough; this finds what implements it.
      StreamProvider.provider();
      return true;
    } catch (LinkageError | IllegalStateException e) {
      return false;
    }
  }
}
