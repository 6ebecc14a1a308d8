package com.healthmetrics.aws.doctor;

import com.healthmetrics.aws.AwsSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.sesv2.model.DkimAttributes;

/**
 * Whether mailbox providers believe the sender: its identity in SES, and that identity's records in
 * DNS for DKIM, MAIL FROM, SPF and DMARC.
 *
 * <p>SES sees the public DNS. A machine may see another one, such as the private zone of its
 * network: where SES has found the DKIM records and this machine finds none at all, no missing
 * record is a failure, as it may be there for everyone else.
 *
 * <p>Source: Amazon SES Developer Guide, "Easy DKIM in Amazon SES", "Provide your own DKIM
 * authentication token (BYODKIM) in Amazon SES" and "Using a custom MAIL FROM domain"; Amazon SES
 * API v2 Reference, "GetEmailIdentity", "DkimAttributes" and "MailFromAttributes".
 */
final class SenderChecks {
  private static final String WAIT = "Wait: SES looks for records for up to 72 hours.";

  private final AwsSettings settings;
  private final Once<Optional<SenderIdentity>> sender;
  private final SeenDns dns;

  SenderChecks(AwsSettings settings, Once<Optional<SenderIdentity>> sender, DnsRecords dns) {
    this.settings = settings;
    this.sender = sender;
    this.dns = new SeenDns(dns);
  }

  /** In the order in which they must run: DKIM shows whether this DNS is that of everyone. */
  List<Check> checks() {
    return List.of(
        new Check("email.identity", this::identity),
        new Check("email.dkim", this::dkim),
        new Check("email.mail-from", this::mailFrom),
        new Check("email.spf", this::spf),
        new Check("email.dmarc", this::dmarc));
  }

  private Finding identity(String check) throws NotCheckedException {
    Optional<SenderIdentity> found = sender.get();
    if (found.isEmpty()) {
      return Finding.failed(
          check,
          "SES has no identity in %s that covers the sender's domain %s."
              .formatted(settings.sesRegion(), settings.fromEmail().domain()),
          "Create it and add its DKIM records, or correct SES_FROM_EMAIL or SES_REGION.");
    }
    SenderIdentity identity = found.get();
    if (isTrue(identity.state().verifiedForSendingStatus())) {
      return Finding.passed(
          check, "%s is verified in %s.".formatted(identity, settings.sesRegion()));
    }
    return Finding.failed(
        check,
        "%s is not verified in %s (%s), so SES sends nothing from it."
            .formatted(
                identity, settings.sesRegion(), identity.state().verificationStatusAsString()),
        identity.isAddress()
            ? "Open the link in the email that SES sent to it, or verify its domain instead."
            : "Add the records that email.dkim names. " + WAIT);
  }

  private Finding dkim(String check) throws NotCheckedException {
    SenderIdentity identity = known();
    String domain = identity.domain();
    DkimAttributes dkim = identity.state().dkimAttributes();
    if (dkim == null || !isTrue(dkim.signingEnabled()) || dkim.tokens().isEmpty()) {
      return Finding.failed(
          check,
          "SES does not sign the emails of %s with DKIM.".formatted(domain),
          "Turn on Easy DKIM for the domain's identity, and add the three records that SES names.");
    }
    boolean foundBySes = "SUCCESS".equals(dkim.statusAsString());
    List<DkimRecord> records = DkimRecord.of(dkim, domain);
    List<DkimRecord> unfit = unfit(records, foundBySes);
    if (!unfit.isEmpty()) {
      return dns.missing(
          check,
          "%s of %s DKIM records of %s are missing or wrong."
              .formatted(unfit.size(), records.size(), domain),
          unfit.stream()
              .map(DkimRecord::toString)
              .collect(Collectors.joining(", and ", "Add ", ".")));
    }
    return foundBySes
        ? Finding.passed(
            check,
            "SES signs for %s, and DNS has every record (%s).".formatted(domain, records.size()))
        : Finding.failed(
            check,
            "DNS has the DKIM records of %s, but SES has not found them (%s)."
                .formatted(domain, dkim.statusAsString()),
            WAIT + " After FAILED, turn DKIM off and on for the identity.");
  }

  /** The records that are not in DNS as they should be. */
  private List<DkimRecord> unfit(List<DkimRecord> records, boolean foundBySes)
      throws NotCheckedException {
    List<DkimRecord> unfit = new ArrayList<>();
    boolean none = true;
    for (DkimRecord record : records) {
      List<String> found = dns.find(record.name(), record.type());
      none &= found.isEmpty();
      if (!record.isAmong(found)) {
        unfit.add(record);
      }
    }
    if (foundBySes && none) {
      dns.isAnotherThanThatOfSes();
    }
    return unfit;
  }

  private Finding mailFrom(String check) throws NotCheckedException {
    SenderIdentity identity = known();
    Optional<String> own = identity.mailFromDomain();
    if (own.isEmpty()) {
      return Finding.failed(
          check,
          ("%s has no MAIL FROM domain of its own: SPF passes for a domain of SES only, and DMARC depends"
                  + " on DKIM alone.")
              .formatted(identity),
          "Set one, such as bounce.%s, as the Terraform module does.".formatted(identity.domain()));
    }
    String domain = own.get();
    String host = "feedback-smtp." + settings.sesRegion() + ".amazonses.com";
    List<String> found = dns.find(domain, "MX");
    if (found.isEmpty()) {
      return dns.missing(
          check,
          "The MAIL FROM domain %s has no MX record.".formatted(domain),
          "Add %s MX 10 %s.".formatted(domain, host));
    }
    if (found.size() > 1 || !found.get(0).replaceFirst("^\\d+ ", "").equalsIgnoreCase(host)) {
      return Finding.failed(
          check,
          "The MAIL FROM domain %s has another MX record than that of SES (%s in all)."
              .formatted(domain, found.size()),
          "Leave exactly one, %s MX 10 %s: with others beside it, SES does not use the domain."
              .formatted(domain, host));
    }
    String status = identity.state().mailFromAttributes().mailFromDomainStatusAsString();
    return "SUCCESS".equals(status)
        ? Finding.passed(check, "%s is in use, and DNS has its MX record.".formatted(domain))
        : Finding.failed(
            check,
            "DNS has the MX record of %s, but SES has not found it (%s).".formatted(domain, status),
            WAIT + " After FAILED, set the MAIL FROM domain again.");
  }

  private Finding spf(String check) throws NotCheckedException {
    Optional<String> own = known().mailFromDomain();
    if (own.isEmpty()) {
      throw new NotCheckedException(
          "There is no MAIL FROM domain of its own; that of SES has its SPF record.");
    }
    return Spf.check(check, own.get(), dns);
  }

  private Finding dmarc(String check) throws NotCheckedException {
    return Dmarc.check(check, settings.fromEmail().domain(), knownOrEmpty(), dns);
  }

  private SenderIdentity known() throws NotCheckedException {
    return sender
        .get()
        .orElseThrow(() -> new NotCheckedException("There is no identity; see email.identity."));
  }

  private Optional<SenderIdentity> knownOrEmpty() {
    try {
      return sender.get();
    } catch (NotCheckedException e) {
      return Optional.empty();
    }
  }

  private static boolean isTrue(Boolean reported) {
    return Boolean.TRUE.equals(reported);
  }
}
