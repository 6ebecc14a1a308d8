package com.healthmetrics.aws.testkit.mail;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Checks the identities of an email: the sender's, and in the sandbox every recipient's.
 *
 * <p>An identity of another account permits nothing unless the request names its ARN. Sources:
 * Amazon SES Developer Guide, "Sending emails for the identity owner for Amazon SES sending
 * authorization"; the messages about ARNs are unverified.
 */
final class IdentityCheck {
  /** The account of all ARNs here, as in AWS's documentation. */
  static final String ACCOUNT = "123456789012";

  private static final Pattern ARN =
      Pattern.compile("arn:aws[a-z-]{0,20}:ses:([a-z0-9-]{1,63}):\\d{12}:identity/([!-~]{3,320})");

  /**
   * An address that a request sends from, or has bounces forwarded to.
   *
   * @param arn of the identity that permits it, if the request names one
   */
  record Sender(MailAddress address, Optional<String> arn) {
    boolean sameAs(Sender other) {
      return address.sameMailboxAs(other.address) && arn.equals(other.arn);
    }
  }

  private final SesSettings settings;

  IdentityCheck(SesSettings settings) {
    this.settings = settings;
  }

  /** Refuses an email with identities that are not verified, and names all of them. */
  void requireVerified(List<Sender> senders, List<MailAddress> recipients) {
    List<String> failed = new ArrayList<>();
    for (Sender sender : senders) {
      if (sender.arn().isPresent()) {
        requireLent(sender.address(), sender.arn().get());
      } else if (!maySend(sender.address())) {
        failed.add(sender.address().text());
      }
    }
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

  private void requireLent(MailAddress from, String arn) {
    Matcher form = ARN.matcher(arn);
    if (!form.matches()) {
      throw SesRefusal.badRequest(
          "Invalid identity ARN.",
          "An identity's ARN must be arn:PARTITION:ses:REGION:ACCOUNT:identity/DOMAIN-OR-ADDRESS.");
    }
    if (!form.group(1).equals(settings.region().id())) {
      throw SesRefusal.badRequest(
          "Invalid identity ARN.",
          "The identity is one of "
              + form.group(1)
              + "; this LocalSes is in "
              + settings.region()
              + ", and SES sends only in the region of the identity.");
    }
    if (!covers(form.group(2), from)) {
      throw SesRefusal.badRequest(
          "Invalid identity ARN.",
          "The identity is neither the address that it is named for, nor its domain or a parent of"
              + " that.");
    }
    if (!settings.identities().isEmpty() && !settings.verifiedIdentities().contains(arn)) {
      throw new SesRefusal(
          SesError.ACCESS_DENIED,
          "User is not authorized to perform `ses:SendEmail' on resource `" + arn + "'",
          "No identity of another account has this ARN; see LocalSes.Builder.verifiedIdentity.");
    }
  }

  /** The configuration set of the sender's identity, for an email that names none. */
  Optional<String> defaultConfigurationSet(Sender sender) {
    return sender.arn().isPresent()
        ? Optional.empty()
        : identityOf(sender.address()).flatMap(SesIdentity::configurationSet);
  }

  /** The ARN of the identity that permits an address. */
  String sourceArn(Sender sender) {
    return sender
        .arn()
        .orElseGet(
            () ->
                "arn:aws:ses:"
                    + settings.region().id()
                    + ":"
                    + ACCOUNT
                    + ":identity/"
                    + identityOf(sender.address())
                        .map(SesIdentity::name)
                        .orElse(sender.address().domain()));
  }

  /** The verified identity that names an address most closely. */
  private Optional<SesIdentity> identityOf(MailAddress from) {
    return settings.identities().stream()
        .filter(identity -> identity.isVerified() && covers(identity.name(), from))
        .max(Comparator.comparingInt(identity -> identity.name().length()));
  }

  private boolean maySend(MailAddress from) {
    return settings.identities().isEmpty()
        || covered(settings.verifiedIdentities(), from)
        || inSandbox(from);
  }

  private boolean mayReceive(MailAddress to) {
    return settings.account().productionAccess()
        || MailboxSimulator.isHostOf(to)
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
