package com.healthmetrics.aws.mail;

import com.healthmetrics.aws.internal.Checks;
import com.healthmetrics.aws.internal.PercentEncoding;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;

/** Account emails rendered from templates. */
record TemplatedAccountEmails(
    TransactionalMailer mailer,
    EmailAddress from,
    Optional<EmailAddress> replyTo,
    URI appUrl,
    String product,
    Duration verificationLifetime,
    Duration passwordResetLifetime,
    boolean oneEmailPerToken,
    EmailTemplates templates)
    implements AccountEmails {
  private static final int MAX_TOKEN = 1_024;

  static Verification verification(String product, URI appUrl, String token, Duration lifetime) {
    return new Verification(product, link(appUrl + "/auth/verify-email", token), lifetime);
  }

  static PasswordReset passwordReset(String product, URI appUrl, String token, Duration lifetime) {
    return new PasswordReset(product, link(appUrl + "/auth/reset-password", token), lifetime);
  }

  @Override
  public MailReceipt sendVerification(EmailAddress to, String token, Locale locale) {
    Verification model = verification(product, appUrl, token, verificationLifetime);
    return send(to, "verification", model, model.link(), locale);
  }

  @Override
  public MailReceipt sendPasswordReset(EmailAddress to, String token, Locale locale) {
    PasswordReset model = passwordReset(product, appUrl, token, passwordResetLifetime);
    return send(to, "password-reset", model, model.link(), locale);
  }

  private MailReceipt send(EmailAddress to, String kind, Record model, URI link, Locale locale) {
    Email.Builder email =
        templates.render(model, locale).from(from).to(to).accountMail().tag("kind", kind);
    replyTo.ifPresent(email::replyTo);
    if (oneEmailPerToken) {
      email.idempotencyKey("account-" + sha256(to.address() + "\n" + link));
    }
    return mailer.send(email.build());
  }

  /** Stores and logs see the key, so it must not give the token away. */
  private static String sha256(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256.", e);
    }
  }

  private static URI link(String page, String token) {
    if (token.isBlank()
        || token.length() > MAX_TOKEN
        || Checks.indexOfUnsafeCharacter(token) >= 0) {
      throw Invalid.argument(
          "The token is blank, longer than %s characters or contains a control character. Use the"
              + " token by which your application recognizes the user or the request.",
          MAX_TOKEN);
    }
    return URI.create(page + "?token=" + endingInALetterOrDigit(PercentEncoding.encode(token)));
  }

  /**
   * Email clients make links of the URLs in a text, and many leave out a final {@code . - _ ~}. Its
   * escape is the same character to the application (RFC 3986, section 6.2.2.2).
   */
  private static String endingInALetterOrDigit(String encoded) {
    int last = encoded.length() - 1;
    char end = encoded.charAt(last);
    return Character.isLetterOrDigit(end)
        ? encoded
        : encoded.substring(0, last) + "%%%02X".formatted((int) end);
  }

  /** The URL with which the links begin. */
  @Override
  public String toString() {
    return "AccountEmails[" + appUrl + "]";
  }
}
