package com.healthmetrics.aws.testkit.mail;

/** What becomes of an accepted email at one recipient. */
enum Outcome {
  /** It is delivered. */
  DELIVERED,
  /** It is delivered, and the recipient reports it as spam. */
  COMPLAINED,
  /** The recipient's server refuses it for good. */
  BOUNCED,
  /** SES does not try to deliver it: other accounts' email to that address bounced. */
  ON_GLOBAL_LIST,
  /** SES does not try to deliver it: the account's own list has the address after a bounce. */
  ON_ACCOUNT_LIST_BOUNCE,
  /** SES does not try to deliver it: the account's own list has the address after a complaint. */
  ON_ACCOUNT_LIST_COMPLAINT,
  /** SES finds a virus, and delivers the email to nobody. */
  REJECTED;

  static Outcome suppressed(SuppressionTable.Reason reason) {
    return switch (reason) {
      case BOUNCE -> ON_ACCOUNT_LIST_BOUNCE;
      case COMPLAINT -> ON_ACCOUNT_LIST_COMPLAINT;
    };
  }

  boolean isDelivered() {
    return this == DELIVERED || this == COMPLAINED;
  }
}
