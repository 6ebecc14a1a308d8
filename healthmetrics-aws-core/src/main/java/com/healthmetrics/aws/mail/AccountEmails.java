package com.healthmetrics.aws.mail;

import com.healthmetrics.aws.internal.Checks;
import com.healthmetrics.aws.internal.PercentEncoding;
import com.healthmetrics.aws.internal.Required;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Writes and sends the mails that an account needs: address verification and password reset.
 *
 * <p>Guarantees:
 *
 * <ul>
 *   <li>Links begin with the application's configured URL, never with anything from a request, and
 *       the token in them is percent-encoded.
 *   <li>What a mail says about the validity of its link is the lifetime that this object names;
 *       give the token the same one.
 *   <li>Html and text carry the same link; SES is asked not to track clicks on it. A file of your
 *       own in which an {@code <a>} with the link lacks {@code ses:no-track} is refused.
 *   <li>The mails carry the tag {@code kind}, {@code verification} or {@code password-reset}, for
 *       events and metrics.
 *   <li>The mails say that they are automatic ({@code Auto-Submitted}), so that no out-of-office
 *       answer comes back.
 * </ul>
 *
 * <pre>{@code
 * AccountEmails emails =
 *     AccountEmails.builder()
 *         .mailer(mailer)
 *         .from(EmailAddress.parse("HealthMetrics <noreply@healthmetrics.example>"))
 *         .appUrl("https://app.healthmetrics.example")
 *         .build();
 * String token = newToken(emails.verificationLifetime());
 * emails.sendVerification(EmailAddress.of("ada@example.com"), token, Locale.GERMAN);
 * }</pre>
 *
 * <p>The mails are English and German, and are templates named {@code verification} and {@code
 * password-reset}, see {@link EmailTemplates}. An application replaces any of their files by one of
 * its own, filled from {@link Verification} or {@link PasswordReset}: the template itself ({@code
 * verification.html.mustache}), the layout that both have ({@code layout.html.mustache}) or the
 * sentences that text and html share ({@code greeting.mustache}, {@code copy-link.mustache}, {@code
 * validity.mustache}, {@code duration.mustache}). Another language takes all of them but the
 * layout.
 *
 * <p>Immutable and safe for use by several threads, as the mailer is.
 */
public final class AccountEmails {
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
  private final boolean oneMailPerToken;
  private final EmailTemplates templates;

  private AccountEmails(
      Builder builder, TransactionalMailer mailer, EmailAddress from, URI appUrl) {
    this.mailer = mailer;
    this.from = from;
    this.appUrl = appUrl;
    this.replyTo = Optional.ofNullable(builder.replyTo);
    this.product = builder.product;
    this.verificationLifetime = builder.verificationLifetime;
    this.passwordResetLifetime = builder.passwordResetLifetime;
    this.oneMailPerToken = builder.oneMailPerToken;
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

  /**
   * What the verification mail is filled from.
   *
   * @param product the application's name, {@code {{product}}}
   * @param link where the address is confirmed, token included, {@code {{link}}}
   * @param expiresIn how long the link is valid, {@code {{expiresIn}}}: "24 hours"
   */
  public record Verification(String product, URI link, Duration expiresIn) {

    /** Without the link, as it holds a token. */
    @Override
    public String toString() {
      return "Verification[" + product + ", " + expiresIn + "]";
    }
  }

  /**
   * What the password-reset mail is filled from.
   *
   * @param product the application's name, {@code {{product}}}
   * @param link where a new password is chosen, token included, {@code {{link}}}
   * @param expiresIn how long the link is valid, {@code {{expiresIn}}}: "1 hour"
   */
  public record PasswordReset(String product, URI link, Duration expiresIn) {

    /** Without the link, as it holds a token. */
    @Override
    public String toString() {
      return "PasswordReset[" + product + ", " + expiresIn + "]";
    }
  }

  /**
   * A builder that needs mailer, sender and the application's URL.
   *
   * @return a new builder
   */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Sends the mail that asks a new user to confirm the address, with a link to {@code
   * /auth/verify-email?token=…}, in the first locale.
   *
   * @param to whose address is to be verified
   * @param token what your application recognises the user by; valid for {@link
   *     #verificationLifetime}
   * @return the receipt
   * @throws NullPointerException if an argument is null
   * @throws IllegalArgumentException if the token is blank, longer than 1,024 characters or holds a
   *     control character
   * @throws MailException if the mail was not accepted, or if nobody can tell
   */
  public MailReceipt sendVerification(EmailAddress to, String token) {
    return sendVerification(to, token, defaultLocale());
  }

  /**
   * Sends the mail that asks a new user to confirm the address, with a link to {@code
   * /auth/verify-email?token=…}.
   *
   * @param to whose address is to be verified
   * @param token what your application recognises the user by; valid for {@link
   *     #verificationLifetime}
   * @param locale what the user reads; one that there is no template for falls back to the first
   * @return the receipt
   * @throws NullPointerException if an argument is null
   * @throws IllegalArgumentException if the token is blank, longer than 1,024 characters or holds a
   *     control character
   * @throws MailException if the mail was not accepted, or if nobody can tell
   */
  public MailReceipt sendVerification(EmailAddress to, String token, Locale locale) {
    URI link = link(VERIFICATION_PATH, token);
    return send(
        to, "verification", new Verification(product, link, verificationLifetime), link, locale);
  }

  /**
   * Sends the mail with which a user chooses a new password, with a link to {@code
   * /auth/reset-password?token=…}, in the first locale.
   *
   * @param to who asked for it
   * @param token what your application recognises the request by; valid for {@link
   *     #passwordResetLifetime}
   * @return the receipt
   * @throws NullPointerException if an argument is null
   * @throws IllegalArgumentException if the token is blank, longer than 1,024 characters or holds a
   *     control character
   * @throws MailException if the mail was not accepted, or if nobody can tell
   */
  public MailReceipt sendPasswordReset(EmailAddress to, String token) {
    return sendPasswordReset(to, token, defaultLocale());
  }

  /**
   * Sends the mail with which a user chooses a new password, with a link to {@code
   * /auth/reset-password?token=…}.
   *
   * @param to who asked for it
   * @param token what your application recognises the request by; valid for {@link
   *     #passwordResetLifetime}
   * @param locale what the user reads; one that there is no template for falls back to the first
   * @return the receipt
   * @throws NullPointerException if an argument is null
   * @throws IllegalArgumentException if the token is blank, longer than 1,024 characters or holds a
   *     control character
   * @throws MailException if the mail was not accepted, or if nobody can tell
   */
  public MailReceipt sendPasswordReset(EmailAddress to, String token, Locale locale) {
    URI link = link(RESET_PATH, token);
    return send(
        to,
        "password-reset",
        new PasswordReset(product, link, passwordResetLifetime),
        link,
        locale);
  }

  private Locale defaultLocale() {
    return templates.locales().get(0);
  }

  private MailReceipt send(EmailAddress to, String kind, Record model, URI link, Locale locale) {
    Objects.requireNonNull(to, "to");
    Email.Builder email =
        templates.render(model, locale).from(from).to(to).accountMail().tag("kind", kind);
    replyTo.ifPresent(email::replyTo);
    if (oneMailPerToken) {
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
      throw new IllegalArgumentException(
          "The token is blank, longer than "
              + MAX_TOKEN
              + " characters or holds a control character; give the token that your application"
              + " will recognise.");
    }
    return token;
  }

  /**
   * How long the mail says that a verification link is valid.
   *
   * @return what the token's lifetime must be
   */
  public Duration verificationLifetime() {
    return verificationLifetime;
  }

  /**
   * How long the mail says that a password-reset link is valid.
   *
   * @return what the token's lifetime must be
   */
  public Duration passwordResetLifetime() {
    return passwordResetLifetime;
  }

  /**
   * The templates of these mails, to look at them with sample values.
   *
   * @return the templates, in each locale
   */
  public EmailTemplates templates() {
    return templates;
  }

  /** Where the links lead. */
  @Override
  public String toString() {
    return "AccountEmails[" + appUrl + "]";
  }

  /** Collects what account mails need; mutable, for one thread. */
  public static final class Builder {
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
    private @Nullable EmailAddress replyTo;
    private String product = "HealthMetrics";
    private Duration verificationLifetime = Duration.ofHours(24);
    private Duration passwordResetLifetime = Duration.ofHours(1);
    private boolean oneMailPerToken;

    private Builder() {}

    /**
     * Sets what sends the mails.
     *
     * @param mailer it stays yours to close
     * @return this builder
     * @throws NullPointerException if {@code mailer} is null
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
     * @throws NullPointerException if {@code address} is null
     */
    public Builder from(EmailAddress address) {
      from = Objects.requireNonNull(address, "address");
      return this;
    }

    /**
     * Sets where the application runs, which is what links begin with.
     *
     * @param url https, or http on a loopback host; a path is kept
     * @return this builder
     * @throws NullPointerException if {@code url} is null
     * @throws IllegalArgumentException if it is no such URL
     */
    public Builder appUrl(String url) {
      appUrl = Checks.baseUrl(url);
      return this;
    }

    /**
     * Sets where answers go. Without it they go to the sender.
     *
     * @param address who reads answers
     * @return this builder
     * @throws NullPointerException if {@code address} is null
     */
    public Builder replyTo(EmailAddress address) {
      replyTo = Objects.requireNonNull(address, "address");
      return this;
    }

    /**
     * Sets the name of the application, as subject and text say it. Without it that is
     * HealthMetrics.
     *
     * @param name 1 to 60 characters
     * @return this builder
     * @throws NullPointerException if {@code name} is null
     * @throws IllegalArgumentException if the name is blank, longer or holds a control character
     */
    public Builder product(String name) {
      if (name.isBlank() || name.length() > 60 || Checks.indexOfUnsafeCharacter(name) >= 0) {
        throw new IllegalArgumentException(
            "The product's name is blank, longer than 60 characters or holds a control character;"
                + " give a short name.");
      }
      product = name;
      return this;
    }

    /**
     * Sets the languages. Without it they are English and German.
     *
     * @param first the one that all others fall back to
     * @param others each with all its files, this library's or your own
     * @return this builder
     * @throws NullPointerException if an argument is null
     * @throws IllegalArgumentException if one has no language or is given twice
     */
    public Builder locales(Locale first, Locale... others) {
      templates.locales(first, others);
      return this;
    }

    /**
     * Sets files of your own, each in place of this library's file of the same name.
     *
     * @param files as for {@link EmailTemplates.Builder#files}
     * @return this builder
     * @throws NullPointerException if {@code files} is null
     */
    public Builder files(Function<String, @Nullable InputStream> files) {
      templates.files(files);
      return this;
    }

    /**
     * Sets how long a verification link is valid. Without it that is 24 hours.
     *
     * @param lifetime 1 minute to 30 days, in whole seconds; give the token the same
     * @return this builder
     * @throws NullPointerException if {@code lifetime} is null
     * @throws IllegalArgumentException if it is shorter, longer or not in whole seconds
     */
    public Builder verificationLifetime(Duration lifetime) {
      verificationLifetime = checkLifetime(lifetime);
      return this;
    }

    /**
     * Sets how long a password-reset link is valid. Without it that is 1 hour.
     *
     * @param lifetime 1 minute to 30 days, in whole seconds; give the token the same
     * @return this builder
     * @throws NullPointerException if {@code lifetime} is null
     * @throws IllegalArgumentException if it is shorter, longer or not in whole seconds
     */
    public Builder passwordResetLifetime(Duration lifetime) {
      passwordResetLifetime = checkLifetime(lifetime);
      return this;
    }

    /**
     * Gives each mail an idempotency key, so that an {@link IdempotentMailer} around the mailer,
     * without which this does nothing, sends one mail for each token and recipient, however often
     * it is asked: after a crash for instance, or a second click. Whoever wants another mail needs
     * another token. The key is a hash of token and recipient, so let tokens be random and long: a
     * code of six digits can be guessed from it.
     *
     * @return this builder
     */
    public Builder oneMailPerToken() {
      oneMailPerToken = true;
      return this;
    }

    private static Duration checkLifetime(Duration lifetime) {
      if (lifetime.compareTo(Duration.ofMinutes(1)) < 0
          || lifetime.compareTo(LONGEST) > 0
          || !lifetime.truncatedTo(ChronoUnit.SECONDS).equals(lifetime)) {
        throw new IllegalArgumentException(
            "A link's lifetime is " + lifetime + "; give 1 minute to 30 days, in whole seconds.");
      }
      return lifetime;
    }

    /**
     * The account mails.
     *
     * @return the account mails, all templates read and checked
     * @throws IllegalStateException if mailer, sender or URL was not said; all that are missing are
     *     named
     * @throws EmailTemplates.TemplateException if a file of a template is missing or not right;
     *     everything that is wrong is named, with file and line
     */
    public AccountEmails build() {
      Required.of("The account mails")
          .value("mailer", mailer)
          .value("from", from)
          .value("appUrl", appUrl)
          .check();
      return new AccountEmails(
          this,
          Objects.requireNonNull(mailer),
          Objects.requireNonNull(from),
          Objects.requireNonNull(appUrl));
    }
  }
}
