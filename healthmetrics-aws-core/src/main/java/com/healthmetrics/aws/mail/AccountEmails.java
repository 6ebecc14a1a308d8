package com.healthmetrics.aws.mail;

import com.healthmetrics.aws.internal.Checks;
import com.healthmetrics.aws.internal.Required;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Writes and sends the emails that an account needs: address verification and password reset.
 *
 * <p>Guarantees:
 *
 * <ul>
 *   <li>Links begin with the application's configured URL, never with anything from a request, and
 *       the token in them is percent-encoded, so that email clients link it whole, whatever it ends
 *       in.
 *   <li>The validity that an email states for its link is the lifetime that this object returns;
 *       give the token the same one.
 *   <li>HTML and text have the same link; SES is asked not to track clicks on it. A file of your
 *       own in which an {@code <a>} with the link lacks {@code ses:no-track} is refused.
 *   <li>The emails have the tag {@code kind}, {@code verification} or {@code password-reset}, for
 *       events and metrics.
 *   <li>The emails state that they are automatic ({@code Auto-Submitted}), so that no out-of-office
 *       reply comes back.
 * </ul>
 *
 * <pre>{@code
 * AccountEmails emails =
 *     AccountEmails.builder()
 *         .mailer(mailer)
 *         .from(EmailAddress.parse("HealthMetrics <noreply@healthmetrics.example>"))
 *         .appUrl(URI.create("https://app.healthmetrics.example"))
 *         .build();
 * String token = newToken(emails.verificationLifetime());
 * emails.sendVerification(EmailAddress.of("ada@example.com"), token, Locale.GERMAN);
 * }</pre>
 *
 * <p>The emails are English and German, and are templates named {@code verification} and {@code
 * password-reset}, see {@link EmailTemplates}. An application replaces any of their files by one of
 * its own, filled from {@link Verification} or {@link PasswordReset}: the template itself ({@code
 * verification.html.mustache}), the layout of both ({@code layout.html.mustache}) or the sentences
 * that text and HTML share ({@code greeting.mustache}, {@code copy-link.mustache}, {@code
 * validity.mustache}, {@code duration.mustache}). Another language needs all of them but the
 * layout.
 *
 * <p>Thread-safe. Implemented here and by test doubles; new methods come with a default body.
 */
public interface AccountEmails {

  /**
   * The model of the verification email.
   *
   * @param product the application's name, {@code {{product}}}
   * @param link where the address is confirmed, with the token, {@code {{link}}}
   * @param expiresIn how long the link is valid, {@code {{expiresIn}}}: "24 hours"
   */
  record Verification(@EmailTemplates.Message String product, URI link, Duration expiresIn) {

    /** Without the link, as it holds a token. */
    @Override
    public String toString() {
      return "Verification[" + product + ", " + expiresIn + "]";
    }
  }

  /**
   * The model of the password-reset email.
   *
   * @param product the application's name, {@code {{product}}}
   * @param link where a new password is chosen, with the token, {@code {{link}}}
   * @param expiresIn how long the link is valid, {@code {{expiresIn}}}: "1 hour"
   */
  record PasswordReset(@EmailTemplates.Message String product, URI link, Duration expiresIn) {

    /** Without the link, as it holds a token. */
    @Override
    public String toString() {
      return "PasswordReset[" + product + ", " + expiresIn + "]";
    }
  }

  /** {@return a new builder; mailer, from and appUrl are required} */
  static Builder builder() {
    return new Builder();
  }

  /**
   * Sends the email that asks a new user to confirm the address, with a link to {@code
   * /auth/verify-email?token=…}, in the first locale.
   *
   * @param to the address to verify
   * @param token by which the application recognizes the user; valid for {@link
   *     #verificationLifetime}
   * @return the receipt
   * @throws IllegalArgumentException if the token is blank, longer than 1,024 characters or
   *     contains a control character
   * @throws MailException if the email was not accepted, or if the outcome is unknown
   */
  default MailReceipt sendVerification(EmailAddress to, String token) {
    return sendVerification(to, token, templates().locales().get(0));
  }

  /**
   * Sends the email that asks a new user to confirm the address, with a link to {@code
   * /auth/verify-email?token=…}.
   *
   * @param to the address to verify
   * @param token by which the application recognizes the user; valid for {@link
   *     #verificationLifetime}
   * @param locale the language of the user; one that has no template falls back to the first
   * @return the receipt
   * @throws IllegalArgumentException if the token is blank, longer than 1,024 characters or
   *     contains a control character
   * @throws MailException if the email was not accepted, or if the outcome is unknown
   */
  MailReceipt sendVerification(EmailAddress to, String token, Locale locale);

  /**
   * Sends the email with which a user chooses a new password, with a link to {@code
   * /auth/reset-password?token=…}, in the first locale.
   *
   * @param to the address of the user who requested it
   * @param token by which the application recognizes the request; valid for {@link
   *     #passwordResetLifetime}
   * @return the receipt
   * @throws IllegalArgumentException if the token is blank, longer than 1,024 characters or
   *     contains a control character
   * @throws MailException if the email was not accepted, or if the outcome is unknown
   */
  default MailReceipt sendPasswordReset(EmailAddress to, String token) {
    return sendPasswordReset(to, token, templates().locales().get(0));
  }

  /**
   * Sends the email with which a user chooses a new password, with a link to {@code
   * /auth/reset-password?token=…}.
   *
   * @param to the address of the user who requested it
   * @param token by which the application recognizes the request; valid for {@link
   *     #passwordResetLifetime}
   * @param locale the language of the user; one that has no template falls back to the first
   * @return the receipt
   * @throws IllegalArgumentException if the token is blank, longer than 1,024 characters or
   *     contains a control character
   * @throws MailException if the email was not accepted, or if the outcome is unknown
   */
  MailReceipt sendPasswordReset(EmailAddress to, String token, Locale locale);

  /** {@return the validity of a verification link as the email states it; the token's lifetime} */
  Duration verificationLifetime();

  /** {@return the validity of a reset link as the email states it; the token's lifetime} */
  Duration passwordResetLifetime();

  /** {@return the templates of these emails in each locale, to preview them with sample values} */
  EmailTemplates templates();

  /** Builder for {@link AccountEmails}. Not thread-safe. */
  final class Builder {
    private static final Duration LONGEST = Duration.ofDays(30);

    private final EmailTemplates.Builder templates =
        EmailTemplates.builder()
            .template("verification", Verification.class)
            .template("password-reset", PasswordReset.class)
            .secretLinks()
            .locales(Locale.ENGLISH, Locale.GERMAN);
    private @Nullable TransactionalMailer mailer;
    private @Nullable EmailAddress from;
    private @Nullable URI appUrl;
    private boolean allowCleartextHttp;
    private @Nullable EmailAddress replyTo;
    private String product = "HealthMetrics";
    private Duration verificationLifetime = Duration.ofHours(24);
    private Duration passwordResetLifetime = Duration.ofHours(1);
    private boolean oneEmailPerToken;

    private Builder() {}

    /**
     * Sets the mailer that sends the emails.
     *
     * @param mailer the mailer; the caller closes it
     * @return this builder
     */
    public Builder mailer(TransactionalMailer mailer) {
      this.mailer = Objects.requireNonNull(mailer, "mailer");
      return this;
    }

    /**
     * Sets the sender.
     *
     * @param address an address whose domain is verified with SES, best with a display name
     * @return this builder
     */
    public Builder from(EmailAddress address) {
      from = Objects.requireNonNull(address, "address");
      return this;
    }

    /**
     * Sets the URL of the application, with which links begin.
     *
     * @param url https, or http on this machine; other hosts need {@link #allowCleartextHttp()}; a
     *     path is kept
     * @return this builder
     * @throws IllegalArgumentException if it is not such a URL
     */
    public Builder appUrl(URI url) {
      appUrl = Checks.baseUrl(url);
      return this;
    }

    /**
     * Allows links that are plain http on any host, for emulators and phones on a development
     * network: anyone on the network can read the tokens in them. Default: only on this machine.
     *
     * @return this builder
     */
    public Builder allowCleartextHttp() {
      allowCleartextHttp = true;
      templates.allowCleartextHttp();
      return this;
    }

    /**
     * Sets the address that replies go to. Default: the sender.
     *
     * @param address the address for replies
     * @return this builder
     */
    public Builder replyTo(EmailAddress address) {
      replyTo = Objects.requireNonNull(address, "address");
      return this;
    }

    /**
     * Sets the name of the application in subject and text. Default: HealthMetrics.
     *
     * @param name 1 to 60 characters
     * @return this builder
     * @throws IllegalArgumentException if the name is blank, longer or contains a control character
     */
    public Builder product(String name) {
      if (name.isBlank() || name.length() > 60 || Checks.indexOfUnsafeCharacter(name) >= 0) {
        throw Invalid.argument(
            "The product's name is blank, longer than 60 characters or contains a control"
                + " character. Use a short name.");
      }
      product = name;
      return this;
    }

    /**
     * Sets the languages. Default: English and German.
     *
     * @param first the one that all others fall back to
     * @param others each with all its files, this library's or your own
     * @return this builder
     * @throws IllegalArgumentException if one has no language or is given twice
     */
    public Builder locales(Locale first, Locale... others) {
      templates.locales(first, others);
      return this;
    }

    /**
     * Sets files of your own, each in place of this library's file of the same name. Default: this
     * library's files.
     *
     * @param files as for {@link EmailTemplates.Builder#files}
     * @return this builder
     */
    public Builder files(Function<String, @Nullable InputStream> files) {
      templates.files(files);
      return this;
    }

    /**
     * Sets how long a verification link is valid. Default: 24 hours.
     *
     * @param lifetime 1 minute to 30 days, in whole seconds; give the token the same
     * @return this builder
     * @throws IllegalArgumentException if it is shorter, longer or not in whole seconds
     */
    public Builder verificationLifetime(Duration lifetime) {
      verificationLifetime = checkLifetime(lifetime);
      return this;
    }

    /**
     * Sets how long a password-reset link is valid. Default: 1 hour.
     *
     * @param lifetime 1 minute to 30 days, in whole seconds; give the token the same
     * @return this builder
     * @throws IllegalArgumentException if it is shorter, longer or not in whole seconds
     */
    public Builder passwordResetLifetime(Duration lifetime) {
      passwordResetLifetime = checkLifetime(lifetime);
      return this;
    }

    /**
     * Gives each email an idempotency key, so that a mailer with {@link MailerChain.Builder#once},
     * without which this has no effect, sends one email per token and recipient, however often it
     * is asked to: after a crash for instance, or a second click. Another email needs another
     * token. The key is a hash of token and recipient, so use long random tokens: a code of six
     * digits can be guessed from it. Default: every call sends.
     *
     * @return this builder
     */
    public Builder oneEmailPerToken() {
      oneEmailPerToken = true;
      return this;
    }

    private static Duration checkLifetime(Duration lifetime) {
      if (lifetime.compareTo(Duration.ofMinutes(1)) < 0
          || lifetime.compareTo(LONGEST) > 0
          || !lifetime.truncatedTo(ChronoUnit.SECONDS).equals(lifetime)) {
        throw Invalid.argument(
            "A link lifetime of %s is out of range. Use 1 minute to 30 days, in whole seconds.",
            lifetime);
      }
      return lifetime;
    }

    /**
     * Builds the account emails; all templates are read and checked.
     *
     * @return the account emails
     * @throws IllegalStateException if mailer, from or appUrl is missing; all that are missing are
     *     named
     * @throws IllegalArgumentException if appUrl is plain http on another machine and {@link
     *     #allowCleartextHttp()} was not called
     * @throws EmailTemplates.TemplateException if a file of a template is missing or wrong;
     *     everything that is wrong is named, with file and line
     */
    public AccountEmails build() {
      Required.of("The account emails")
          .value("mailer", mailer)
          .value("from", from)
          .value("appUrl", appUrl)
          .check();
      Checks.requireEncrypted(appUrl, allowCleartextHttp, Checks.ALLOWED_BY_BUILDER);
      URI url = Objects.requireNonNull(appUrl);
      return new TemplatedAccountEmails(
          Objects.requireNonNull(mailer),
          Objects.requireNonNull(from),
          Optional.ofNullable(replyTo),
          url,
          product,
          verificationLifetime,
          passwordResetLifetime,
          oneEmailPerToken,
          templates
              .sample(
                  "verification",
                  TemplatedAccountEmails.verification(product, url, "sample", verificationLifetime))
              .sample(
                  "password-reset",
                  TemplatedAccountEmails.passwordReset(
                      product, url, "sample", passwordResetLifetime))
              .build());
    }
  }
}
