package com.healthmetrics.aws.testkit.account;

import com.healthmetrics.aws.mail.EmailAddress;

/**
 * The only recipients of these tests.
 *
 * <p>Source: Amazon SES Developer Guide, "Using the mailbox simulator manually", labels included.
 */
final class Simulator {
  static final String DOMAIN = "simulator.amazonses.com";

  private Simulator() {}

  /** A mailbox that accepts every email, under a label of its own. */
  static EmailAddress success(String label) {
    return EmailAddress.of("success+" + label + "@" + DOMAIN);
  }
}
