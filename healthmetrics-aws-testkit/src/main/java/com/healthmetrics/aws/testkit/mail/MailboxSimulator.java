package com.healthmetrics.aws.testkit.mail;

import java.util.Locale;

/**
 * The addresses of SES's mailbox simulator, to which every account may send.
 *
 * <p>A label after a plus sign does not change what an address does. Source: Amazon SES Developer
 * Guide, "Using the mailbox simulator manually".
 */
final class MailboxSimulator {
  private static final String HOST = "simulator.amazonses.com";

  private MailboxSimulator() {}

  static boolean isHostOf(MailAddress address) {
    return address.domain().equalsIgnoreCase(HOST);
  }

  /** What becomes of an email to an address of the simulator; another address gets it. */
  static Outcome outcome(MailAddress address) {
    if (!isHostOf(address)) {
      return Outcome.DELIVERED;
    }
    String name = address.local().toLowerCase(Locale.ROOT).replaceFirst("\\+.*", "");
    return switch (name) {
      case "bounce" -> Outcome.BOUNCED;
      case "complaint" -> Outcome.COMPLAINED;
      case "suppressionlist" -> Outcome.ON_GLOBAL_LIST;
      // The automatic reply of "ooto" goes to the sender, and is no event.
      default -> Outcome.DELIVERED;
    };
  }
}
