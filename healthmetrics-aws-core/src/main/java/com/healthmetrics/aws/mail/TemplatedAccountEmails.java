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
import java.util.regex.Pattern;

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
  private static final Pattern BREAK =
      Pattern.compile("(?<![A-Za-z0-9])[._~-]|[._~-](?![A-Za-z0-9])");

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
    return URI.create(page + "?token=" + unbroken(PercentEncoding.encode(token)));
  }

  /**
   * Email clients make links of the URLs in a text, and many end one before {@code . - _ ~}, unless
   * it joins two letters or digits. Its escape is the same character to the application (RFC 3986,
   * section 6.2.2.2).
   */
  private static String unbroken(String encoded) {
    return BREAK
        .matcher(encoded)
        .replaceAll(match -> "%%%02X".formatted((int) match.group().charAt(0)));
  }

  /** The URL with which the links begin. */
  @Override
  public String toString() {
    return "AccountEmails[" + appUrl + "]";
  }
}
