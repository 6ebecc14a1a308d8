package com.healthmetrics.aws.mail;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A mail that was not accepted, or of which nobody can tell: what kind of failure it is, and
 * whether the mail may have gone out all the same.
 *
 * <p>Neither the message nor a cause holds an address, token or body: SES's own error text repeats
 * addresses and is left out for that reason. (The SDK logs that text by itself, at DEBUG, to the
 * logger {@code software.amazon.awssdk.request}.) The message names the request id that AWS support
 * asks for.
 *
 * <pre>{@code
 * try {
 *   mailer.send(email);
 * } catch (MailException e) {
 *   if (e.delivery() == MailException.Delivery.NOT_SENT) {
 *     e.retryAfter().ifPresent(wait -> retryLater(wait)); // sending it again cannot make two
 *   }
 * }
 * }</pre>
 *
 * <p>Safe for use by several threads. Sources: Amazon SES API v2 Reference, "SendEmail"; Amazon SES
 * Developer Guide, "Errors related to the sending quotas for your Amazon SES account".
 */
public final class MailException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What went wrong. */
  public enum Kind {
    /** More mails a second than the account may send; wait and send again. */
    THROTTLED,
    /** The account's quota for 24 hours is used up. */
    DAILY_QUOTA_EXCEEDED,
    /** The sender's address or domain, or its MAIL FROM domain, is not verified with SES. */
    IDENTITY_NOT_VERIFIED,
    /** The account is in the SES sandbox, and the recipient is not verified. */
    SANDBOX_RECIPIENT,
    /** A {@link RecipientGuard} lets no mail out to a recipient; SES was not asked. */
    RECIPIENT_NOT_ALLOWED,
    /** Sending is paused, for the account or for the configuration set; it can be resumed. */
    SENDING_PAUSED,
    /** AWS has suspended the account: nothing goes out before AWS lifts that. */
    ACCOUNT_SUSPENDED,
    /** The content was refused. */
    REJECTED,
    /** The mail has more bytes than the provider takes. */
    TOO_LARGE,
    /** The request was malformed, or beyond a limit that is none of the account's quotas. */
    INVALID,
    /** The configuration set, or another resource that was named, does not exist. */
    NOT_FOUND,
    /** SES does not know the credentials, or they lack the permission. */
    ACCESS_DENIED,
    /** No credentials could be had, or only expired ones. */
    CREDENTIALS_UNAVAILABLE,
    /** SES could not be reached: name not resolved, connection refused, no TLS. */
    UNREACHABLE,
    /** The answer was lost or made no sense: the mail may have been accepted. */
    UNKNOWN_OUTCOME
  }

  /** Whether the mail may have gone out. */
  public enum Delivery {
    /** It certainly was not accepted; sending it again cannot make two. */
    NOT_SENT,
    /** Nobody can tell; sending it again may make two. */
    UNKNOWN
  }

  /** The kind of failure. */
  private final Kind kind;

  /** How long to wait before another try; null where waiting does not help. */
  private final @Nullable Duration retryAfter;

  /**
   * A failure; for those who write a mailer of their own.
   *
   * @param kind what went wrong; it decides {@link #delivery()} and {@link #retryAfter()}
   * @param message what happened and what to do, without addresses and tokens
   * @throws NullPointerException if {@code kind} is null
   */
  public MailException(Kind kind, String message) {
    this(kind, message, null);
  }

  /**
   * A failure with its cause.
   *
   * @param kind what went wrong; it decides {@link #delivery()} and {@link #retryAfter()}
   * @param message what happened and what to do, without addresses and tokens
   * @param cause what lies behind it, its message likewise without addresses and tokens
   * @throws NullPointerException if {@code kind} is null
   */
  public MailException(Kind kind, String message, @Nullable Throwable cause) {
    this(kind, message, cause, usualWait(kind));
  }

  private MailException(
      Kind kind, String message, @Nullable Throwable cause, @Nullable Duration retryAfter) {
    super(message, cause);
    this.kind = kind;
    this.retryAfter = retryAfter;
  }

  /** A failure of which it is known when another try makes sense. */
  static MailException retriable(Kind kind, String message, Duration retryAfter) {
    return new MailException(kind, message, null, retryAfter);
  }

  private static @Nullable Duration usualWait(Kind kind) {
    return switch (Objects.requireNonNull(kind, "kind")) {
      case THROTTLED -> Duration.ofSeconds(1);
      case DAILY_QUOTA_EXCEEDED -> Duration.ofHours(1);
      case UNREACHABLE, CREDENTIALS_UNAVAILABLE -> Duration.ofSeconds(5);
      default -> null;
    };
  }

  /**
   * What went wrong.
   *
   * @return the kind, to switch over
   */
  public Kind kind() {
    return kind;
  }

  /**
   * Whether the mail may have gone out.
   *
   * @return {@code UNKNOWN} for {@link Kind#UNKNOWN_OUTCOME}, {@code NOT_SENT} for all other kinds
   */
  public Delivery delivery() {
    return kind == Kind.UNKNOWN_OUTCOME ? Delivery.UNKNOWN : Delivery.NOT_SENT;
  }

  /**
   * How long to wait before trying again.
   *
   * @return a recommended wait, or empty where a later try would fail like this one
   */
  public Optional<Duration> retryAfter() {
    return Optional.ofNullable(retryAfter);
  }
}
