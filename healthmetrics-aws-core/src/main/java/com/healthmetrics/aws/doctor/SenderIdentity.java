package com.healthmetrics.aws.doctor;

import com.healthmetrics.aws.AwsSettings;
import com.healthmetrics.aws.internal.SesIdentityArn;
import com.healthmetrics.aws.mail.EmailAddress;
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

  private static Optional<SenderIdentity> covering(EmailAddress sender, SesReader ses)
      throws NotCheckedException {
    @Nullable PermissionMissingException denied = null;
    String domain = sender.domain();
    while (domain.contains(".")) {
      try {
        Optional<SenderIdentity> found = named(domain, ses);
        if (found.isPresent()) {
          return found;
        }
      } catch (PermissionMissingException e) {
        // A policy may allow to read the one that exists.
        denied = e;
      }
      domain = domain.substring(domain.indexOf('.') + 1);
    }
    try {
      Optional<SenderIdentity> found = named(sender.address(), ses);
      if (found.isPresent() || denied == null) {
        return found;
      }
    } catch (PermissionMissingException e) {
      denied = e;
    }
    throw denied;
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
