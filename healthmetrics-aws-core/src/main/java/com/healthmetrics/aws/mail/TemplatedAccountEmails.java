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
import java.util.Objects;
import java.util.Optional;

/** Account emails rendered from templates. */
final class TemplatedAccountEmails implements AccountEmails {
  private static final int MAX_TOKEN = 1_024;
  private static final String VERIFICATION_PATH = "/auth/verify-email";
  private static final String RESET_PATH = "/auth/reset-password";

  private final TransactionalMailer mailer;
  private final EmailAddress from;
  private final URI appUrl;
  private final Optional<EmailAddress> replyTo;
  private final String product;
  private final Duration verificationLifetime;
  private final Duration passwordResetLifetime;
  private final boolean oneEmailPerToken;
  private final EmailTemplates templates;

  TemplatedAccountEmails(
      Builder builder, TransactionalMailer mailer, EmailAddress from, URI appUrl) {
    this.mailer = mailer;
    this.from = from;
    this.appUrl = appUrl;
    this.replyTo = Optional.ofNullable(builder.replyTo);
    this.product = builder.product;
    this.verificationLifetime = builder.verificationLifetime;
    this.passwordResetLifetime = builder.passwordResetLifetime;
    this.oneEmailPerToken = builder.oneEmailPerToken;
    this.templates =
        builder
            .templates
            .sample(
                "verification",
                new Verification(product, link(VERIFICATION_PATH, "sample"), verificationLifetime))
            .sample(
                "password-reset",
                new PasswordReset(product, link(RESET_PATH, "sample"), passwordResetLifetime))
            .build();
  }

  @Override
  public MailReceipt sendVerification(EmailAddress to, String token, Locale locale) {
    URI link = link(VERIFICATION_PATH, token);
    return send(
        to, "verification", new Verification(product, link, verificationLifetime), link, locale);
  }

  @Override
  public MailReceipt sendPasswordReset(EmailAddress to, String token, Locale locale) {
    URI link = link(RESET_PATH, token);
    return send(
        to,
        "password-reset",
        new PasswordReset(product, link, passwordResetLifetime),
        link,
        locale);
  }

  private MailReceipt send(EmailAddress to, String kind, Record model, URI link, Locale locale) {
    Objects.requireNonNull(to, "to");
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

  private URI link(String path, String token) {
    return URI.create(appUrl + path + "?token=" + PercentEncoding.encode(checkToken(token)));
  }

  private static String checkToken(String token) {
    if (token.isBlank()
        || token.length() > MAX_TOKEN
        || Checks.indexOfUnsafeCharacter(token) >= 0) {
      throw Invalid.argument(
          "The token is blank, longer than %s characters or contains a control character. Use the"
              + " token by which your application recognizes the user or the request.",
          MAX_TOKEN);
    }
    return token;
  }

  @Override
  public Duration verificationLifetime() {
    return verificationLifetime;
  }

  @Override
  public Duration passwordResetLifetime() {
    return passwordResetLifetime;
  }

  @Override
  public EmailTemplates templates() {
    return templates;
  }

  /** The URL with which the links begin. */
  @Override
  public String toString() {
    return "AccountEmails[" + appUrl + "]";
  }
}
