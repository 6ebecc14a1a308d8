package com.healthmetrics.aws.mail;

import com.healthmetrics.aws.internal.Checks;
import com.healthmetrics.aws.internal.PercentEncoding;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;

/**
 * Writes and sends the mails that an account needs: address verification and password reset.
 *
 * <p>Guarantees:
 *
 * <ul>
 *   <li>Links begin with the application's configured URL, never with anything from a request, and
 *       the token in them is percent-encoded.
 *   <li>What a mail says about the validity of its link is the lifetime this class names; give the
 *       token the same one.
 *   <li>Html and text carry the same link; SES is asked not to track clicks on it.
 *   <li>The mails say that they are automatic ({@code Auto-Submitted}), so that no out-of-office
 *       answer comes back.
 * </ul>
 *
 * <pre>{@code
 * AccountEmails emails =
 *     AccountEmails.create(
 *         mailer,
 *         EmailAddress.parse("HealthMetrics <noreply@healthmetrics.example>"),
 *         "https://app.healthmetrics.example");
 * String token = newToken(AccountEmails.VERIFICATION_LIFETIME);
 * emails.sendVerification(EmailAddress.of("ada@example.com"), token);
 * }</pre>
 *
 * <p>Immutable and safe for use by several threads, as the mailer is.
 */
public final class AccountEmails {

  /** How long the link of a verification mail is valid: 24 hours. */
  public static final Duration VERIFICATION_LIFETIME = Duration.ofHours(24);

  /** How long the link of a password-reset mail is valid: 1 hour. */
  public static final Duration PASSWORD_RESET_LIFETIME = Duration.ofHours(1);

  private static final String PRODUCT = "HealthMetrics";
  private static final int MAX_TOKEN = 1_024;

  /** What templates are tried with before the first mail needs them. */
  private static final Map<String, String> SAMPLE =
      Map.of("product", PRODUCT, "link", "https://app.example.com/sample", "expiresIn", "1 hour");

  private final TransactionalMailer mailer;
  private final EmailAddress from;
  private final URI appUrl;
  private final MailTemplate verification;
  private final MailTemplate passwordReset;

  private AccountEmails(TransactionalMailer mailer, EmailAddress from, URI appUrl) {
    this.mailer = mailer;
    this.from = from;
    this.appUrl = appUrl;
    this.verification = MailTemplate.load("verification", SAMPLE);
    this.passwordReset = MailTemplate.load("password-reset", SAMPLE);
  }

  /**
   * Account mails of an application.
   *
   * @param mailer what sends them; it stays yours to close
   * @param from the sender
   * @param appUrl where the application runs: https, or http on a loopback host; a path is kept
   * @return the account mails, templates compiled
   * @throws NullPointerException if an argument is null
   * @throws IllegalArgumentException if {@code appUrl} is no such URL
   */
  public static AccountEmails create(TransactionalMailer mailer, EmailAddress from, String appUrl) {
    return new AccountEmails(
        Objects.requireNonNull(mailer, "mailer"),
        Objects.requireNonNull(from, "from"),
        Checks.baseUrl(appUrl));
  }

  /**
   * Sends the mail that asks a new user to confirm the address, with a link to {@code
   * /auth/verify-email?token=…}.
   *
   * @param to whose address is to be verified
   * @param token what your application recognises the user by; valid for {@link
   *     #VERIFICATION_LIFETIME}
   * @return the receipt
   * @throws NullPointerException if an argument is null
   * @throws IllegalArgumentException if the token is blank, longer than 1,024 characters or holds a
   *     control character
   * @throws MailException if the mail was not accepted, or if nobody can tell
   */
  public MailReceipt sendVerification(EmailAddress to, String token) {
    return send(to, verification, "/auth/verify-email", token, VERIFICATION_LIFETIME);
  }

  /**
   * Sends the mail with which a user chooses a new password, with a link to {@code
   * /auth/reset-password?token=…}.
   *
   * @param to who asked for it
   * @param token what your application recognises the request by; valid for {@link
   *     #PASSWORD_RESET_LIFETIME}
   * @return the receipt
   * @throws NullPointerException if an argument is null
   * @throws IllegalArgumentException if the token is blank, longer than 1,024 characters or holds a
   *     control character
   * @throws MailException if the mail was not accepted, or if nobody can tell
   */
  public MailReceipt sendPasswordReset(EmailAddress to, String token) {
    return send(to, passwordReset, "/auth/reset-password", token, PASSWORD_RESET_LIFETIME);
  }

  private MailReceipt send(
      EmailAddress to, MailTemplate template, String path, String token, Duration lifetime) {
    Objects.requireNonNull(to, "to");
    String link = appUrl + path + "?token=" + PercentEncoding.encode(checkToken(token));
    Email email =
        template
            .render(Map.of("product", PRODUCT, "link", link, "expiresIn", inWords(lifetime)))
            .from(from)
            .to(to)
            .accountMail()
            .build();
    return mailer.send(email);
  }

  private static String checkToken(String token) {
    if (token.isBlank()
        || token.length() > MAX_TOKEN
        || Checks.indexOfUnsafeCharacter(token) >= 0) {
      throw new IllegalArgumentException(
          "The token is blank, longer than "
              + MAX_TOKEN
              + " characters or holds a control character; give the token that your application"
              + " will recognise.");
    }
    return token;
  }

  private static String inWords(Duration lifetime) {
    long hours = lifetime.toHours();
    return hours == 1 ? "1 hour" : hours + " hours";
  }

  /** Where the links lead. */
  @Override
  public String toString() {
    return "AccountEmails[" + appUrl + "]";
  }
}
