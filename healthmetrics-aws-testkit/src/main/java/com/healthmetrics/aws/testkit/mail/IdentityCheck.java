package com.healthmetrics.aws.testkit.mail;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Checks the identities of an email: the sender's, and in the sandbox every recipient's. */
final class IdentityCheck {
  /** The mailbox simulator, to which every account may send. */
  private static final String SIMULATOR = "simulator.amazonses.com";

  private final SesSettings settings;

  IdentityCheck(SesSettings settings) {
    this.settings = settings;
  }

  /** Refuses an email with identities that are not verified, and names all of them. */
  void requireVerified(List<MailAddress> senders, List<MailAddress> recipients) {
    List<String> failed = new ArrayList<>();
    senders.stream().filter(from -> !maySend(from)).map(MailAddress::text).forEach(failed::add);
    recipients.stream().filter(to -> !mayReceive(to)).map(MailAddress::text).forEach(failed::add);
    if (!failed.isEmpty()) {
      throw new SesRefusal(
          SesError.MESSAGE_REJECTED,
          "Email address is not verified. The following identities failed the check in region "
              + settings.region().id().toUpperCase(Locale.ROOT)
              + ": "
              + String.join(", ", failed),
          "The sender must be a verified identity of this LocalSes, and in the sandbox every"
              + " recipient too; see LocalSes.Builder.verifiedIdentity and sandbox.");
    }
  }

  private boolean maySend(MailAddress from) {
    List<String> identities = settings.verifiedIdentities();
    return identities.isEmpty() || covered(identities, from) || inSandbox(from);
  }

  private boolean mayReceive(MailAddress to) {
    return settings.account().productionAccess()
        || to.domain().equalsIgnoreCase(SIMULATOR)
        || covered(settings.verifiedIdentities(), to)
        || inSandbox(to);
  }

  private boolean inSandbox(MailAddress address) {
    return covered(settings.sandboxRecipients(), address);
  }

  private static boolean covered(List<String> identities, MailAddress address) {
    return identities.stream().anyMatch(identity -> covers(identity, address));
  }

  /** A verified domain covers its subdomains; the local part of a verified address is exact. */
  private static boolean covers(String identity, MailAddress address) {
    String domain = address.domain().toLowerCase(Locale.ROOT);
    int at = identity.lastIndexOf('@');
    String verified = identity.substring(at + 1).toLowerCase(Locale.ROOT);
    return at < 0
        ? domain.equals(verified) || domain.endsWith("." + verified)
        : domain.equals(verified) && address.local().equals(identity.substring(0, at));
  }
}
