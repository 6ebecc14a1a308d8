package com.healthmetrics.aws.doctor;

import com.healthmetrics.aws.AwsSettings;
import com.healthmetrics.aws.internal.SesIdentityArn;
import com.healthmetrics.aws.mail.EmailAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.sesv2.model.GetEmailIdentityResponse;
import software.amazon.awssdk.services.sesv2.model.MailFromAttributes;

/**
 * The identity in SES that emails are sent from.
 *
 * <p>Source: Amazon SES Developer Guide, "Creating and verifying identities in Amazon SES", for
 * what an identity covers.
 *
 * @param name a domain, or the sender's address
 * @param state what SES reports of it
 */
record SenderIdentity(String name, GetEmailIdentityResponse state) {

  /**
   * Asks SES for the identity of {@code SES_IDENTITY_ARN}, or else for the one that covers the
   * sender: its domain, a parent of that, or its address alone, which inherits from its domain.
   *
   * @param account the id of the account that asks; empty if it is unknown
   * @return empty if SES has none
   */
  static Optional<SenderIdentity> find(
      AwsSettings settings, SesReader ses, Optional<String> account) throws NotCheckedException {
    Optional<String> lent = settings.identityArn();
    return lent.isPresent()
        ? named(ownIdentity(lent.get(), account), ses)
        : covering(settings.fromEmail(), ses);
  }

  /** The name of an identity, if it is one of the account that asks: no other may read it. */
  private static String ownIdentity(String arn, Optional<String> account)
      throws NotCheckedException {
    String owner = arn.split(":", -1)[4];
    if (account.filter(owner::equals).isEmpty()) {
      throw new NotCheckedException(
          ("SES_IDENTITY_ARN names an identity of the account %s, which alone can read it%s. Run the"
                  + " doctor with credentials of that account, too.")
              .formatted(
                  owner, account.isEmpty() ? "; the account of these credentials is unknown" : ""));
    }
    return SesIdentityArn.of(arn).identity();
  }

  /** A policy may allow to read the one that exists, so a missing permission ends no search. */
  private static Optional<SenderIdentity> covering(EmailAddress sender, SesReader ses)
      throws NotCheckedException {
    List<String> names = new ArrayList<>();
    for (String at = sender.domain(); at.contains("."); at = at.substring(at.indexOf('.') + 1)) {
      names.add(at);
    }
    names.add(sender.address());
    @Nullable PermissionMissingException denied = null;
    for (String name : names) {
      try {
        Optional<SenderIdentity> found = named(name, ses);
        if (found.isPresent()) {
          return found;
        }
      } catch (PermissionMissingException e) {
        denied = e;
      }
    }
    if (denied != null) {
      throw new NotCheckedException(
          "No identity that covers the sender's domain %s could be read. %s"
              .formatted(sender.domain(), denied.reason()));
    }
    return Optional.empty();
  }

  private static Optional<SenderIdentity> named(String name, SesReader ses)
      throws NotCheckedException {
    return ses.identity(name).map(state -> new SenderIdentity(name, state));
  }

  boolean isAddress() {
    return name.contains("@");
  }

  /** The domain with the identity's records in DNS. */
  String domain() {
    return name.substring(name.lastIndexOf('@') + 1);
  }

  /** The domain of its emails' envelopes; empty for that of SES. */
  Optional<String> mailFromDomain() {
    return Optional.ofNullable(state.mailFromAttributes())
        .map(MailFromAttributes::mailFromDomain)
        .filter(domain -> !domain.isBlank());
  }

  /** For a line of the report, which has no address. */
  @Override
  public String toString() {
    return isAddress() ? "The sender's address" : name;
  }
}
