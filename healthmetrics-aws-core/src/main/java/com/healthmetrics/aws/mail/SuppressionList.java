package com.healthmetrics.aws.mail;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * The addresses to which SES accepts emails and does not deliver them, because an earlier email
 * bounced or was reported as spam: for support staff, when somebody never receives an email.
 *
 * <p>It is the list of the account in the region of the mailer. The global list of SES cannot be
 * read. SES sends without regard to case, but compares the addresses of this list exactly: pass an
 * address as the application sends to it. Emails to an address that was released are delivered
 * again, and a bounce suppresses it again.
 *
 * <p>SES allows one request a second, so do not ask before each email: the event of a suppressed
 * email reports it. Both calls may be repeated after any failure. On failure they throw a {@link
 * MailException}, although no email is involved: {@code THROTTLED} means that the state of the
 * address is unknown, as do {@code UNREACHABLE} and {@code UNKNOWN_OUTCOME}; {@code ACCESS_DENIED},
 * that the permission {@code ses:GetSuppressedDestination} or {@code
 * ses:DeleteSuppressedDestination} is missing, which the Terraform module grants with {@code
 * role.suppression} or {@code attach_suppression_to_roles}. No message contains the address.
 *
 * <pre>{@code
 * EmailAddress ada = EmailAddress.of("ada@example.com");
 * SuppressionList list = sesMailer; // or suppressionList() of HealthMetricsAws
 * if (list.suppression(ada).isPresent()) { // show why, and since when; once the mailbox works:
 *   list.release(ada);
 * }
 * }</pre>
 *
 * <p>Implementations are thread-safe. Sources: Amazon SES API v2 Reference,
 * "GetSuppressedDestination" and "DeleteSuppressedDestination"; Amazon SES Developer Guide, "Using
 * the Amazon SES account-level suppression list" and, for the case of addresses, "Managing tenant
 * suppression list entries".
 */
public interface SuppressionList {
  /**
   * Looks up an address.
   *
   * @param address the address; its display name is ignored
   * @return why it is suppressed and since when, or empty if it is not
   * @throws MailException if the state is unknown
   * @throws UnsupportedOperationException if the mailer uses the API v1, which has no such request
   */
  Optional<Suppression> suppression(EmailAddress address);

  /**
   * Removes an address from the list.
   *
   * @param address the address; its display name is ignored
   * @return whether it was on the list
   * @throws MailException if it was not removed, or if that is unknown
   * @throws UnsupportedOperationException if the mailer uses the API v1, which has no such request
   */
  boolean release(EmailAddress address);

  /**
   * Why an address is suppressed.
   *
   * @param reason {@link #BOUNCE}, {@link #COMPLAINT} or whatever SES adds, as SES names it
   * @param since when the entry was last updated
   */
  record Suppression(String reason, Instant since) {
    /** An email bounced for good: there is no such mailbox, or it accepts nothing. */
    public static final String BOUNCE = "BOUNCE";

    /** The recipient reported an email as spam. Ask before you release such an address. */
    public static final String COMPLAINT = "COMPLAINT";

    /**
     * Creates an entry, for {@link InMemoryMailer#suppress} and for lists of your own.
     *
     * @param reason why the address is suppressed
     * @param since when the entry was last updated
     */
    public Suppression {
      Objects.requireNonNull(reason, "reason");
      Objects.requireNonNull(since, "since");
    }
  }
}
