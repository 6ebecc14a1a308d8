package com.healthmetrics.aws.testkit.mail;

import com.healthmetrics.aws.testkit.internal.Quote;
import java.util.List;
import java.util.Optional;

/**
 * An identity of a {@link LocalSes}, in the state that {@code GetEmailIdentity} reports.
 *
 * <pre>{@code
 * LocalSes.builder()
 *     .identity(
 *         SesIdentity.verified("example.com")
 *             .dkim("FAILED")
 *             .mailFrom("bounce.example.com", "PENDING"))
 *     .start();
 * }</pre>
 *
 * <p>The states are reported and change nothing else, except that an identity that is not verified
 * may not send. Source: Amazon SES API v2 Reference, "GetEmailIdentity", "DkimAttributes" and
 * "MailFromAttributes".
 *
 * <p>Immutable and thread-safe.
 */
public final class SesIdentity {
  private static final List<String> MAIL_FROM_STATUSES =
      List.of("PENDING", "SUCCESS", "FAILED", "TEMPORARY_FAILURE");
  private static final List<String> DKIM_STATUSES =
      List.of("PENDING", "SUCCESS", "FAILED", "TEMPORARY_FAILURE", "NOT_STARTED");

  private final String name;
  private final boolean verified;
  private final String dkimStatus;
  private final Optional<MailFrom> mailFrom;
  private final Optional<String> configurationSet;

  /** A domain of its own for the envelope's sender. */
  record MailFrom(String domain, String status) {}

  private SesIdentity(
      String name,
      boolean verified,
      String dkimStatus,
      Optional<MailFrom> mailFrom,
      Optional<String> configurationSet) {
    this.name = name;
    this.verified = verified;
    this.dkimStatus = dkimStatus;
    this.mailFrom = mailFrom;
    this.configurationSet = configurationSet;
  }

  private static SesIdentity of(String domainOrAddress, boolean verified) {
    if (domainOrAddress.isBlank()) {
      throw new IllegalArgumentException("domainOrAddress must not be blank");
    }
    return new SesIdentity(
        domainOrAddress,
        verified,
        verified ? "SUCCESS" : "PENDING",
        Optional.empty(),
        Optional.empty());
  }

  /**
   * Returns an identity that may send, signed with DKIM.
   *
   * @param domainOrAddress a domain, which covers its subdomains, or one address; or the ARN of an
   *     identity of another account, which an email may be sent from only if the request names it
   * @return the identity
   * @throws IllegalArgumentException if {@code domainOrAddress} is blank
   * @throws NullPointerException if {@code domainOrAddress} is null
   */
  public static SesIdentity verified(String domainOrAddress) {
    return of(domainOrAddress, true);
  }

  /**
   * Returns an identity whose verification is pending: it may not send.
   *
   * @param domainOrAddress a domain or an address
   * @return the identity
   * @throws IllegalArgumentException if {@code domainOrAddress} is blank
   * @throws NullPointerException if {@code domainOrAddress} is null
   */
  public static SesIdentity pending(String domainOrAddress) {
    return of(domainOrAddress, false);
  }

  /**
   * Returns the same identity with another state of DKIM. Default: {@code SUCCESS} for a verified
   * identity, {@code PENDING} for a pending one.
   *
   * @param status {@code PENDING}, {@code SUCCESS}, {@code FAILED}, {@code TEMPORARY_FAILURE} or
   *     {@code NOT_STARTED}
   * @return the identity
   * @throws IllegalArgumentException if {@code status} is another value
   * @throws NullPointerException if {@code status} is null
   */
  public SesIdentity dkim(String status) {
    requireStatus(status, DKIM_STATUSES);
    return new SesIdentity(name, verified, status, mailFrom, configurationSet);
  }

  /**
   * Returns the same identity with a MAIL FROM domain of its own. Default: that of SES.
   *
   * @param domain a subdomain, such as {@code bounce.example.com}
   * @param status {@code PENDING}, {@code SUCCESS}, {@code FAILED} or {@code TEMPORARY_FAILURE}
   * @return the identity
   * @throws IllegalArgumentException if {@code domain} is blank or {@code status} another value
   * @throws NullPointerException if an argument is null
   */
  public SesIdentity mailFrom(String domain, String status) {
    if (domain.isBlank()) {
      throw new IllegalArgumentException("domain must not be blank");
    }
    requireStatus(status, MAIL_FROM_STATUSES);
    return new SesIdentity(
        name, verified, dkimStatus, Optional.of(new MailFrom(domain, status)), configurationSet);
  }

  /**
   * Returns the same identity with a default configuration set, which an email uses that names
   * none. Default: none.
   *
   * @param configurationSet a set that the builder of the server declares
   * @return the identity
   * @throws IllegalArgumentException if SES does not allow that name
   * @throws NullPointerException if {@code configurationSet} is null
   */
  public SesIdentity configurationSet(String configurationSet) {
    SesSettings.requireName(configurationSet);
    return new SesIdentity(name, verified, dkimStatus, mailFrom, Optional.of(configurationSet));
  }

  private static void requireStatus(String status, List<String> known) {
    if (!known.contains(status)) {
      throw new IllegalArgumentException(
          "status must be one of " + known + ": " + Quote.of(status));
    }
  }

  String name() {
    return name;
  }

  boolean isVerified() {
    return verified;
  }

  String dkimStatus() {
    return dkimStatus;
  }

  Optional<MailFrom> mailFrom() {
    return mailFrom;
  }

  Optional<String> configurationSet() {
    return configurationSet;
  }

  /** The identity, an address masked, and its states. */
  @Override
  public String toString() {
    return "SesIdentity["
        + (name.contains("@") ? MailAddress.mask(name) : name)
        + (verified ? ", verified" : ", pending")
        + ", DKIM "
        + dkimStatus
        + mailFrom.map(own -> ", MAIL FROM " + own.status()).orElse("")
        + "]";
  }
}
