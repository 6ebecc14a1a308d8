package com.healthmetrics.aws.mail;

import com.healthmetrics.aws.internal.Checks;
import com.healthmetrics.aws.internal.PercentEncoding;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/** Account emails rendered from templates. */
final class TemplatedAccountEmails implements AccountEmails {
  private static final String VERIFICATION = "verification";
  private static final String PASSWORD_RESET = "password-reset";
  private static final String EMAIL_CHANGE = "email-change";
  private static final String EMAIL_CHANGE_NOTICE = "email-change-notice";
  private static final String PASSWORD_CHANGED = "password-changed";
  private static final String SIGN_IN_CODE = "sign-in-code";

  private static final int MAX_TOKEN = 1_024;
  private static final Pattern BREAK =
      Pattern.compile("(?<![A-Za-z0-9])[._~-]|[._~-](?![A-Za-z0-9])");
  private static final Pattern CODE = Pattern.compile("[0-9]{4,10}");

  /** The longest group of digits that is read at a glance. */
  private static final int GROUP = 4;

  /** The same in every language, as the reader's own time zone is unknown. */
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm 'UTC'", Locale.ROOT).withZone(ZoneOffset.UTC);

  private static final Instant YEAR_10000 = Instant.parse("+10000-01-01T00:00:00Z");

  private static final String SAMPLE_TOKEN = "sample";
  private static final Instant SAMPLE_TIME = Instant.parse("2026-01-31T09:30:00Z");

  /** A copy that nothing else refers to, so it never changes. */
  private final Builder settings;

  private final TransactionalMailer mailer;
  private final EmailAddress from;
  private final URI appUrl;
  private final EmailTemplates templates;

  /**
   * Builds the emails.
   *
   * @param settings a copy; mailer, from and appUrl are set
   */
  TemplatedAccountEmails(Builder settings) {
    this.settings = settings;
    this.mailer = Objects.requireNonNull(settings.mailer);
    this.from = Objects.requireNonNull(settings.from);
    this.appUrl = Objects.requireNonNull(settings.appUrl);
    this.templates =
        settings
            .templates()
            .template(VERIFICATION, Verification.class, verification(SAMPLE_TOKEN))
            .template(PASSWORD_RESET, PasswordReset.class, passwordReset(SAMPLE_TOKEN))
            .template(EMAIL_CHANGE, EmailChange.class, emailChange(SAMPLE_TOKEN))
            .template(EMAIL_CHANGE_NOTICE, EmailChangeNotice.class, emailChangeNotice(SAMPLE_TIME))
            .template(PASSWORD_CHANGED, PasswordChanged.class, passwordChanged(SAMPLE_TIME))
            .template(SIGN_IN_CODE, SignInCode.class, signInCode("123456", SAMPLE_TIME))
            .secretLinks("link")
            .build();
  }

  private Verification verification(String token) {
    return new Verification(
        settings.product, link(settings.verificationRoute, token), verificationLifetime());
  }

  private PasswordReset passwordReset(String token) {
    return new PasswordReset(
        settings.product, link(settings.passwordResetRoute, token), passwordResetLifetime());
  }

  private EmailChange emailChange(String token) {
    return new EmailChange(
        settings.product, link(settings.emailChangeRoute, token), emailChangeLifetime());
  }

  private EmailChangeNotice emailChangeNotice(Instant requestedAt) {
    return new EmailChangeNotice(settings.product, minute(requestedAt), help());
  }

  private PasswordChanged passwordChanged(Instant changedAt) {
    return new PasswordChanged(settings.product, minute(changedAt), help());
  }

  private SignInCode signInCode(String code, Instant requestedAt) {
    List<String> groups = groups(code);
    return new SignInCode(
        settings.product,
        String.join(" ", groups),
        groups,
        minute(requestedAt),
        signInCodeLifetime());
  }

  private static String minute(Instant time) {
    if (time.isBefore(Instant.EPOCH) || !time.isBefore(YEAR_10000)) {
      throw Invalid.argument(
          "The time is before 1970 or after 9999. Pass the time at which it happened.");
    }
    return TIME.format(time);
  }

  private URI help() {
    return Optional.ofNullable(settings.help).orElse(appUrl);
  }

  @Override
  public MailReceipt sendVerification(EmailAddress to, String token, Locale locale) {
    return sendOnce(to, VERIFICATION, verification(token), token, locale);
  }

  @Override
  public MailReceipt sendPasswordReset(EmailAddress to, String token, Locale locale) {
    return sendOnce(to, PASSWORD_RESET, passwordReset(token), token, locale);
  }

  @Override
  public MailReceipt sendEmailChange(EmailAddress newAddress, String token, Locale locale) {
    return sendOnce(newAddress, EMAIL_CHANGE, emailChange(token), token, locale);
  }

  @Override
  public MailReceipt sendEmailChangeNotice(
      EmailAddress oldAddress, Instant requestedAt, Locale locale) {
    return sendOnce(
        oldAddress,
        EMAIL_CHANGE_NOTICE,
        emailChangeNotice(requestedAt),
        occasion(requestedAt),
        locale);
  }

  @Override
  public MailReceipt sendPasswordChanged(EmailAddress to, Instant changedAt, Locale locale) {
    return sendOnce(to, PASSWORD_CHANGED, passwordChanged(changedAt), occasion(changedAt), locale);
  }

  /**
   * At every call: codes may share a time, of which only the newest one signs in, and a key made of
   * the code would give it away, as there are few codes to try.
   */
  @Override
  public MailReceipt sendSignInCode(
      EmailAddress to, String code, Instant requestedAt, Locale locale) {
    return mailer.send(email(to, SIGN_IN_CODE, signInCode(code, requestedAt), locale).build());
  }

  private static String occasion(Instant time) {
    // A database keeps fewer digits of it than the clock gives.
    return time.truncatedTo(ChronoUnit.MILLIS).toString();
  }

  private MailReceipt sendOnce(
      EmailAddress to, String kind, Record model, String occasion, Locale locale) {
    Email.Builder email = email(to, kind, model, locale);
    if (settings.oneEmailPerToken) {
      email.idempotencyKey("account-" + sha256(to.address() + "\n" + kind + " " + occasion));
    }
    return mailer.send(email.build());
  }

  private Email.Builder email(EmailAddress to, String kind, Record model, Locale locale) {
    Email.Builder email =
        templates.render(model, locale).from(from).to(to).accountMail().tag("kind", kind);
    if (settings.replyTo != null) {
      email.replyTo(settings.replyTo);
    }
    return email;
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

  private URI link(LinkRoute route, String token) {
    if (token.length() > MAX_TOKEN
        || token.isBlank()
        || Checks.indexOfUnsafeCharacter(token) >= 0) {
      throw Invalid.argument(
          "The token is blank, longer than %s characters or contains a control character. Use the"
              + " token by which your application recognizes the user or the request.",
          MAX_TOKEN);
    }
    return URI.create(route.upToToken(appUrl) + unbroken(PercentEncoding.encode(token)));
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

  /** Groups of at most four digits, as equal as they can be, the longer ones first. */
  private static List<String> groups(String code) {
    if (code.length() > 10 || !CODE.matcher(code).matches()) {
      throw Invalid.argument(
          "The sign-in code has %s characters or is not made of digits. Use 4 to 10 of the digits 0"
              + " to 9.",
          code.length());
    }
    List<String> groups = new ArrayList<>();
    int rest = (code.length() + GROUP - 1) / GROUP;
    for (int start = 0; start < code.length(); rest--) {
      int end = start + (code.length() - start + rest - 1) / rest;
      groups.add(code.substring(start, end));
      start = end;
    }
    return groups;
  }

  @Override
  public Duration verificationLifetime() {
    return settings.verificationLifetime;
  }

  @Override
  public Duration passwordResetLifetime() {
    return settings.passwordResetLifetime;
  }

  @Override
  public Duration emailChangeLifetime() {
    return settings.emailChangeLifetime;
  }

  @Override
  public Duration signInCodeLifetime() {
    return settings.signInCodeLifetime;
  }

  @Override
  public EmailTemplates templates() {
    return templates;
  }

  @Override
  public Builder toBuilder() {
    return new Builder(settings);
  }

  /** The URL with which the links begin. */
  @Override
  public String toString() {
    return "AccountEmails[" + appUrl + "]";
  }
}
