package com.healthmetrics.aws.mail;

import com.healthmetrics.aws.internal.Checks;
import com.healthmetrics.aws.internal.Required;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Writes and sends the emails that an account needs: address verification, password reset, change
 * of address, notices of changes, and sign-in codes.
 *
 * <p>Guarantees:
 *
 * <ul>
 *   <li>Links begin with the application's configured URL, never with anything from a request, and
 *       the token in them is percent-encoded, so that email clients link it whole, whatever it ends
 *       in.
 *   <li>The validity that an email states for its link or code is the lifetime that this object
 *       returns; give the token or the code the same one.
 *   <li>HTML and text have the same link; SES is asked not to track clicks on it. A file of your
 *       own in which an {@code <a>} with the link lacks {@code ses:no-track} is refused.
 *   <li>A sign-in code is in the text of its email only: not in the subject and not in the first
 *       200 characters, which are what email clients show in lists and notifications, also on a
 *       locked screen; and in no tag, idempotency key, log or {@code toString()}.
 *   <li>The emails have the tag {@code kind}, the name of their template, for events and metrics.
 *   <li>The emails state that they are automatic ({@code Auto-Submitted}), so that no out-of-office
 *       reply comes back, and each has its own {@code X-Entity-Ref-ID}, see {@link
 *       Email.Builder#accountMail()}.
 * </ul>
 *
 * <table>
 *   <caption>Emails, by the name of their template</caption>
 *   <tr><th>template</th><th>model</th><th>default route</th><th>default lifetime</th></tr>
 *   <tr><td>{@code verification}</td><td>{@link Verification}</td>
 *     <td>{@code /auth/verify-email}</td><td>24 hours</td></tr>
 *   <tr><td>{@code password-reset}</td><td>{@link PasswordReset}</td>
 *     <td>{@code /auth/reset-password}</td><td>1 hour</td></tr>
 *   <tr><td>{@code email-change}</td><td>{@link EmailChange}</td>
 *     <td>{@code /auth/change-email}</td><td>24 hours</td></tr>
 *   <tr><td>{@code email-change-notice}</td><td>{@link EmailChangeNotice}</td><td></td><td></td></tr>
 *   <tr><td>{@code password-changed}</td><td>{@link PasswordChanged}</td><td></td><td></td></tr>
 *   <tr><td>{@code sign-in-code}</td><td>{@link SignInCode}</td><td></td><td>10 minutes</td></tr>
 * </table>
 *
 * <p><b>Consume a token on POST, not on GET.</b> Scanners of mail providers open every link before
 * the user does. So let the page of a link show a form, and use the token up only when the form is
 * sent; a page that does so when it is opened finds its tokens used. The token of a fragment route
 * ({@code /#/verify-email}) does not even reach the server until the page's script sends it.
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
 * <p>The emails are English and German, see {@link EmailTemplates}. An application replaces any of
 * their files by one of its own, filled from the template's model: the template itself ({@code
 * verification.html.mustache}), the layout of all ({@code layout.html.mustache}) or the sentences
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

  /**
   * The model of the email that confirms a new address.
   *
   * @param product the application's name, {@code {{product}}}
   * @param link where the new address is confirmed, with the token, {@code {{link}}}
   * @param expiresIn how long the link is valid, {@code {{expiresIn}}}: "24 hours"
   */
  record EmailChange(@EmailTemplates.Message String product, URI link, Duration expiresIn) {

    /** Without the link, as it holds a token. */
    @Override
    public String toString() {
      return "EmailChange[" + product + ", " + expiresIn + "]";
    }
  }

  /**
   * The model of the notice to the old address. It does not name the new one: the owner of the old
   * address may be somebody else by now.
   *
   * @param product the application's name, {@code {{product}}}
   * @param requestedAt when the change was requested, {@code {{requestedAt}}}: "2026-01-31 09:30
   *     UTC"
   * @param help where users get help who did not request it, {@code {{help}}}
   */
  record EmailChangeNotice(@EmailTemplates.Message String product, String requestedAt, URI help) {}

  /**
   * The model of the notice of a new password.
   *
   * @param product the application's name, {@code {{product}}}
   * @param changedAt when the password was changed, {@code {{changedAt}}}: "2026-01-31 09:30 UTC"
   * @param help where users get help who did not change it, {@code {{help}}}
   */
  record PasswordChanged(@EmailTemplates.Message String product, String changedAt, URI help) {}

  /**
   * The model of the email with a sign-in code.
   *
   * <p>Email clients show the subject and the beginning of an email in notifications, also on a
   * locked screen: a file of your own that has the code there shows it to whoever holds the device.
   *
   * @param product the application's name, {@code {{product}}}
   * @param code the code in groups, with spaces, for the text part, {@code {{code}}}: "123 456"
   * @param groups its groups, for HTML, which shows the gaps without spaces, so that the code is
   *     copied without them, {@code {{#groups}}{{.}}{{/groups}}}
   * @param requestedAt when the code was requested, {@code {{requestedAt}}}: "2026-01-31 09:30 UTC"
   * @param expiresIn how long the code is valid, {@code {{expiresIn}}}: "10 minutes"
   */
  record SignInCode(
      @EmailTemplates.Message String product,
      String code,
      List<String> groups,
      String requestedAt,
      Duration expiresIn) {

    /** Without the code. */
    @Override
    public String toString() {
      return "SignInCode[" + product + ", " + expiresIn + "]";
    }
  }

  /** {@return a new builder; mailer, from and appUrl are required} */
  static Builder builder() {
    return new Builder();
  }

  /**
   * {@return a new builder with everything that this object was built with, such as mailer, sender
   * and URL, to build a changed one; this object does not change}
   */
  Builder toBuilder();

  /**
   * Sends the email that asks a new user to confirm the address, with a link to {@link
   * Builder#verificationRoute}.
   *
   * @param to the address to verify
   * @param token by which the application recognizes the user; valid for {@link
   *     #verificationLifetime}
   * @param locale the locale of the user; if it has no templates, those of the same language are
   *     used, or else the first, see {@link EmailTemplates}
   * @return the receipt
   * @throws IllegalArgumentException if the token is blank, longer than 1,024 characters or
   *     contains a control character
   * @throws MailException if the email was not accepted, or if the outcome is unknown
   */
  MailReceipt sendVerification(EmailAddress to, String token, Locale locale);

  /**
   * As {@link #sendVerification(EmailAddress, String, Locale)}, in the first locale.
   *
   * @param to the address to verify
   * @param token by which the application recognizes the user; valid for {@link
   *     #verificationLifetime}
   * @return the receipt
   */
  default MailReceipt sendVerification(EmailAddress to, String token) {
    return sendVerification(to, token, templates().locales().get(0));
  }

  /**
   * Sends the email with which a user chooses a new password, with a link to {@link
   * Builder#passwordResetRoute}.
   *
   * @param to the address of the user who requested it
   * @param token by which the application recognizes the request; valid for {@link
   *     #passwordResetLifetime}
   * @param locale the locale of the user; if it has no templates, those of the same language are
   *     used, or else the first, see {@link EmailTemplates}
   * @return the receipt
   * @throws IllegalArgumentException if the token is blank, longer than 1,024 characters or
   *     contains a control character
   * @throws MailException if the email was not accepted, or if the outcome is unknown
   */
  MailReceipt sendPasswordReset(EmailAddress to, String token, Locale locale);

  /**
   * As {@link #sendPasswordReset(EmailAddress, String, Locale)}, in the first locale.
   *
   * @param to the address of the user who requested it
   * @param token by which the application recognizes the request; valid for {@link
   *     #passwordResetLifetime}
   * @return the receipt
   */
  default MailReceipt sendPasswordReset(EmailAddress to, String token) {
    return sendPasswordReset(to, token, templates().locales().get(0));
  }

  /**
   * Sends the email that asks a user to confirm a new address, with a link to {@link
   * Builder#emailChangeRoute}. The account keeps its old address until then; notify that one with
   * {@link #sendEmailChangeNotice(EmailAddress, Instant, Locale)}.
   *
   * @param newAddress the address to verify
   * @param token by which the application recognizes the user and the new address; valid for {@link
   *     #emailChangeLifetime}
   * @param locale the locale of the user; if it has no templates, those of the same language are
   *     used, or else the first, see {@link EmailTemplates}
   * @return the receipt
   * @throws IllegalArgumentException if the token is blank, longer than 1,024 characters or
   *     contains a control character
   * @throws MailException if the email was not accepted, or if the outcome is unknown
   */
  MailReceipt sendEmailChange(EmailAddress newAddress, String token, Locale locale);

  /**
   * As {@link #sendEmailChange(EmailAddress, String, Locale)}, in the first locale.
   *
   * @param newAddress the address to verify
   * @param token by which the application recognizes the user and the new address; valid for {@link
   *     #emailChangeLifetime}
   * @return the receipt
   */
  default MailReceipt sendEmailChange(EmailAddress newAddress, String token) {
    return sendEmailChange(newAddress, token, templates().locales().get(0));
  }

  /**
   * Sends the old address a notice that a change of the address was requested, without a link that
   * acts: only to {@link Builder#help}.
   *
   * @param oldAddress the address that the account still has
   * @param requestedAt when the change was requested, as you stored it; the email shows the minute,
   *     and {@link Builder#oneEmailPerToken} sends one notice per time
   * @param locale the locale of the user; if it has no templates, those of the same language are
   *     used, or else the first, see {@link EmailTemplates}
   * @return the receipt
   * @throws IllegalArgumentException if the time is before 1970 or after 9999
   * @throws MailException if the email was not accepted, or if the outcome is unknown
   */
  MailReceipt sendEmailChangeNotice(EmailAddress oldAddress, Instant requestedAt, Locale locale);

  /**
   * As {@link #sendEmailChangeNotice(EmailAddress, Instant, Locale)}, in the first locale.
   *
   * @param oldAddress the address that the account still has
   * @param requestedAt when the change was requested, as you stored it; the email shows the minute,
   *     and {@link Builder#oneEmailPerToken} sends one notice per time
   * @return the receipt
   */
  default MailReceipt sendEmailChangeNotice(EmailAddress oldAddress, Instant requestedAt) {
    return sendEmailChangeNotice(oldAddress, requestedAt, templates().locales().get(0));
  }

  /**
   * Sends a notice that the password was changed, without a link that acts: only to {@link
   * Builder#help}.
   *
   * @param to the address of the user
   * @param changedAt when the password was changed, as you stored it; the email shows the minute,
   *     and {@link Builder#oneEmailPerToken} sends one notice per time
   * @param locale the locale of the user; if it has no templates, those of the same language are
   *     used, or else the first, see {@link EmailTemplates}
   * @return the receipt
   * @throws IllegalArgumentException if the time is before 1970 or after 9999
   * @throws MailException if the email was not accepted, or if the outcome is unknown
   */
  MailReceipt sendPasswordChanged(EmailAddress to, Instant changedAt, Locale locale);

  /**
   * As {@link #sendPasswordChanged(EmailAddress, Instant, Locale)}, in the first locale.
   *
   * @param to the address of the user
   * @param changedAt when the password was changed, as you stored it; the email shows the minute,
   *     and {@link Builder#oneEmailPerToken} sends one notice per time
   * @return the receipt
   */
  default MailReceipt sendPasswordChanged(EmailAddress to, Instant changedAt) {
    return sendPasswordChanged(to, changedAt, templates().locales().get(0));
  }

  /**
   * Sends a code to sign in with, at every call, also with {@link Builder#oneEmailPerToken}: the
   * newest code of a user should be the only valid one. Email clients show the subject and the
   * beginning of an email in notifications; the code is in neither.
   *
   * @param to the address of the user
   * @param code 4 to 10 digits, such as {@code 123456}, valid for {@link #signInCodeLifetime};
   *     random, and refused by the application after a few wrong attempts. The email shows it in
   *     groups, so accept spaces where it is entered
   * @param requestedAt when the code was requested; the email shows the minute
   * @param locale the locale of the user; if it has no templates, those of the same language are
   *     used, or else the first, see {@link EmailTemplates}
   * @return the receipt
   * @throws IllegalArgumentException if the code has another form, or if the time is before 1970 or
   *     after 9999
   * @throws MailException if the email was not accepted, or if the outcome is unknown
   */
  MailReceipt sendSignInCode(EmailAddress to, String code, Instant requestedAt, Locale locale);

  /**
   * As {@link #sendSignInCode(EmailAddress, String, Instant, Locale)}, in the first locale.
   *
   * @param to the address of the user
   * @param code 4 to 10 digits, such as {@code 123456}, valid for {@link #signInCodeLifetime};
   *     random, and refused by the application after a few wrong attempts. The email shows it in
   *     groups, so accept spaces where it is entered
   * @param requestedAt when the code was requested; the email shows the minute
   * @return the receipt
   */
  default MailReceipt sendSignInCode(EmailAddress to, String code, Instant requestedAt) {
    return sendSignInCode(to, code, requestedAt, templates().locales().get(0));
  }

  /** {@return the validity of a verification link as the email states it; the token's lifetime} */
  Duration verificationLifetime();

  /** {@return the validity of a reset link as the email states it; the token's lifetime} */
  Duration passwordResetLifetime();

  /** {@return the validity of the link to confirm a new address; the token's lifetime} */
  Duration emailChangeLifetime();

  /** {@return the validity of a sign-in code as the email states it; the code's lifetime} */
  Duration signInCodeLifetime();

  /** {@return the templates of these emails in each locale, to preview them with sample values} */
  EmailTemplates templates();

  /** Builder for {@link AccountEmails}. Not thread-safe. */
  final class Builder {
    private static final Duration LONGEST = Duration.ofDays(30);
    private static final Duration LONGEST_CODE = Duration.ofHours(1);

    @Nullable TransactionalMailer mailer;
    @Nullable EmailAddress from;
    @Nullable URI appUrl;
    @Nullable EmailAddress replyTo;
    @Nullable URI help;
    String product = "HealthMetrics";
    LinkRoute verificationRoute = new LinkRoute("/auth/verify-email");
    LinkRoute passwordResetRoute = new LinkRoute("/auth/reset-password");
    LinkRoute emailChangeRoute = new LinkRoute("/auth/change-email");
    Duration verificationLifetime = Duration.ofHours(24);
    Duration passwordResetLifetime = Duration.ofHours(1);
    Duration emailChangeLifetime = Duration.ofHours(24);
    Duration signInCodeLifetime = Duration.ofMinutes(10);
    boolean oneEmailPerToken;
    private boolean allowCleartextHttp;
    private Locale firstLocale = Locale.ENGLISH;
    private Locale[] otherLocales = {Locale.GERMAN};
    private @Nullable Function<String, @Nullable InputStream> files;

    private Builder() {}

    /** A copy. */
    Builder(Builder other) {
      mailer = other.mailer;
      from = other.from;
      appUrl = other.appUrl;
      replyTo = other.replyTo;
      help = other.help;
      product = other.product;
      verificationRoute = other.verificationRoute;
      passwordResetRoute = other.passwordResetRoute;
      emailChangeRoute = other.emailChangeRoute;
      verificationLifetime = other.verificationLifetime;
      passwordResetLifetime = other.passwordResetLifetime;
      emailChangeLifetime = other.emailChangeLifetime;
      signInCodeLifetime = other.signInCodeLifetime;
      oneEmailPerToken = other.oneEmailPerToken;
      allowCleartextHttp = other.allowCleartextHttp;
      firstLocale = other.firstLocale;
      otherLocales = other.otherLocales;
      files = other.files;
    }

    /** The templates' own settings. */
    EmailTemplates.Builder templates() {
      EmailTemplates.Builder templates =
          EmailTemplates.builder().locales(firstLocale, otherLocales);
      if (files != null) {
        templates.files(files);
      }
      return allowCleartextHttp ? templates.allowCleartextHttp() : templates;
    }

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
     * Sets the page to which the notices lead users who did not change anything themselves.
     * Default: the application's URL.
     *
     * @param page https, or http on this machine; other hosts need {@link #allowCleartextHttp()};
     *     it holds no secret
     * @return this builder
     * @throws IllegalArgumentException if it is not such a URL, or has a query or a fragment
     */
    public Builder help(URI page) {
      help = Checks.baseUrl(page);
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
      EmailTemplates.builder().locales(first, others); // refuses now what build() would refuse
      firstLocale = first;
      otherLocales = others.clone();
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
      this.files = Objects.requireNonNull(files, "files");
      return this;
    }

    /**
     * Sets where a verification link leads. Default: {@code /auth/verify-email}.
     *
     * @param route a path below the application's URL, possibly with parameters, possibly with a
     *     fragment that is a route of the page's own script: {@code /verify}, {@code
     *     /verify?from=email}, {@code /#/verify}; at most 512 characters, without a parameter
     *     {@code token}, which is added as the last one, to the fragment if there is one
     * @return this builder
     * @throws IllegalArgumentException if it has another form
     */
    public Builder verificationRoute(String route) {
      verificationRoute = new LinkRoute(route);
      return this;
    }

    /**
     * Sets where a password-reset link leads. Default: {@code /auth/reset-password}.
     *
     * @param route as for {@link #verificationRoute}
     * @return this builder
     * @throws IllegalArgumentException if it has another form
     */
    public Builder passwordResetRoute(String route) {
      passwordResetRoute = new LinkRoute(route);
      return this;
    }

    /**
     * Sets where the link that confirms a new address leads. Default: {@code /auth/change-email}.
     *
     * @param route as for {@link #verificationRoute}
     * @return this builder
     * @throws IllegalArgumentException if it has another form
     */
    public Builder emailChangeRoute(String route) {
      emailChangeRoute = new LinkRoute(route);
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
      verificationLifetime = checkLifetime(lifetime, LONGEST);
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
      passwordResetLifetime = checkLifetime(lifetime, LONGEST);
      return this;
    }

    /**
     * Sets how long the link that confirms a new address is valid. Default: 24 hours.
     *
     * @param lifetime 1 minute to 30 days, in whole seconds; give the token the same
     * @return this builder
     * @throws IllegalArgumentException if it is shorter, longer or not in whole seconds
     */
    public Builder emailChangeLifetime(Duration lifetime) {
      emailChangeLifetime = checkLifetime(lifetime, LONGEST);
      return this;
    }

    /**
     * Sets how long a sign-in code is valid. Default: 10 minutes.
     *
     * @param lifetime 1 minute to 1 hour, in whole seconds; give the code the same
     * @return this builder
     * @throws IllegalArgumentException if it is shorter, longer or not in whole seconds
     */
    public Builder signInCodeLifetime(Duration lifetime) {
      signInCodeLifetime = checkLifetime(lifetime, LONGEST_CODE);
      return this;
    }

    /**
     * Gives each email but sign-in codes an idempotency key, so that a mailer with {@link
     * MailerChain.Builder#once}, without which this has no effect, sends one email of a kind per
     * recipient and token, however often it is asked to: after a crash for instance, or a second
     * click. Another email of that kind needs another token. The key is a hash of kind, token and
     * recipient, so use long random tokens.
     *
     * <p>A notice is sent once per recipient and time, to the millisecond. Store the time first and
     * pass what you stored: a retry needs the same time, another change another one.
     *
     * <p>A sign-in code is sent at every call: users ask for another one when none has come, also
     * within a second, and the hash of so few digits would give the code away. Default: every call
     * sends.
     *
     * @return this builder
     */
    public Builder oneEmailPerToken() {
      oneEmailPerToken = true;
      return this;
    }

    private static Duration checkLifetime(Duration lifetime, Duration longest) {
      if (lifetime.compareTo(Duration.ofMinutes(1)) < 0
          || lifetime.compareTo(longest) > 0
          || !lifetime.truncatedTo(ChronoUnit.SECONDS).equals(lifetime)) {
        throw Invalid.argument(
            "A lifetime of %s is out of range. Use 1 minute to %s, in whole seconds.",
            lifetime, longest.equals(LONGEST) ? "30 days" : "1 hour");
      }
      return lifetime;
    }

    /**
     * Builds the account emails; all templates are read and checked.
     *
     * @return the account emails
     * @throws IllegalStateException if mailer, from or appUrl is missing; all that are missing are
     *     named
     * @throws IllegalArgumentException if appUrl or help is plain http on another machine and
     *     {@link #allowCleartextHttp()} was not called
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
      Checks.requireEncrypted(help, allowCleartextHttp, Checks.ALLOWED_BY_BUILDER);
      return new TemplatedAccountEmails(new Builder(this));
    }
  }
}
