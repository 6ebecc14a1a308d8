package com.healthmetrics.aws.mail;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Thrown when an email was not accepted or its outcome is unknown: the kind of failure, and whether
 * the email may have gone out anyway. {@link SuppressionList} throws it as well, where no email is
 * involved.
 *
 * <p>Neither the message nor a cause holds an address, token or body: SES's own error text repeats
 * addresses and is left out for that reason, except for the action and the resource of a denied
 * permission, in which addresses are masked. (The SDK itself logs that text, at DEBUG, to the
 * logger {@code software.amazon.awssdk.request}.) What a credentials provider, an HTTP client or an
 * interceptor of your own throws is kept as a cause, as it is. The message contains the request id
 * that AWS support asks for.
 *
 * <pre>{@code
 * try {
 *   mailer.send(email);
 * } catch (MailException e) {
 *   if (e.delivery() == MailException.Delivery.NOT_SENT) {
 *     e.retryAfter().ifPresent(wait -> retryLater(wait)); // sending again cannot make two
 *   }
 * }
 * }</pre>
 *
 * <p>Thread-safe. Sources: Amazon SES API v2 Reference, "SendEmail"; Amazon SES Developer Guide,
 * "Errors related to the sending quotas for your Amazon SES account".
 */
public final class MailException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * The kind of failure.
   *
   * <table>
   * <caption>How to handle each kind. Retry is what {@link #retryAfter()} usually returns; the
   * status is a recommendation for the response to your own client, and 503 instead where a failure
   * has a wait.</caption>
   * <tr><th>kind<th>usual cause<th>respond with<th>retry
   * <tr><td>{@link #THROTTLED}<td>more recipients per second than the account may have<td>503<td>after 1 s
   * <tr><td>{@link #DAILY_QUOTA_EXCEEDED}<td>the account's quota for 24 hours is used up<td>503<td>after 1 h
   * <tr><td>{@link #IDENTITY_NOT_VERIFIED}<td>sender, or MAIL FROM domain, not verified in {@code SES_REGION}<td>500<td>no
   * <tr><td>{@link #SANDBOX_RECIPIENT}<td>the account is in the sandbox, and the recipient is not verified<td>500<td>no
   * <tr><td>{@link #RECIPIENT_NOT_ALLOWED}<td>{@code allowOnly} of a test environment does not list the recipient<td>422<td>no
   * <tr><td>{@link #SENDING_PAUSED}<td>sending was paused, by AWS or by an alarm, until it is resumed<td>500<td>no
   * <tr><td>{@link #ACCOUNT_SUSPENDED}<td>AWS suspended the account<td>500<td>no
   * <tr><td>{@link #REJECTED}<td>the content, such as a virus in an attachment<td>422<td>no
   * <tr><td>{@link #TOO_LARGE}<td>more than 40 MB, with API v1 10 MB, attachments in base64<td>413<td>no
   * <tr><td>{@link #INVALID}<td>a request that SES does not accept; the response has the code; or a client that cannot be built<td>500<td>no
   * <tr><td>{@link #CONFIGURATION_SET_NOT_FOUND}<td>{@code SES_CONFIGURATION_SET} is not one of this region<td>500<td>no
   * <tr><td>{@link #NOT_FOUND}<td>another resource is missing, or the endpoint is wrong<td>500<td>no
   * <tr><td>{@link #ACCESS_DENIED}<td>no {@code ses:SendEmail} on identity and configuration set, or a proxy<td>500<td>no
   * <tr><td>{@link #CREDENTIALS_UNAVAILABLE}<td>no credentials, expired ones, or a provider that fails<td>503<td>after 5 s
   * <tr><td>{@link #CREDENTIALS_REJECTED}<td>wrong or disabled key, expired session token, wrong {@code SES_REGION}<td>500<td>no
   * <tr><td>{@link #CLOCK_SKEWED}<td>this machine's clock is wrong, and the time could not be corrected<td>500<td>no
   * <tr><td>{@link #UNREACHABLE}<td>name, network, proxy or TLS; or the idempotency store fails or is full<td>503<td>after 5 s
   * <tr><td>{@link #UNKNOWN_OUTCOME}<td>timeout, lost connection or 5xx after sending<td>202<td>no: it may make two
   * </table>
   */
  public enum Kind {
    /** More emails per second than the account may send; wait and send again. */
    THROTTLED,
    /** The account's quota for 24 hours is used up. */
    DAILY_QUOTA_EXCEEDED,
    /**
     * The sender's address or domain, or its MAIL FROM domain, is not verified with SES; or SES did
     * not report clearly whose identity is not.
     */
    IDENTITY_NOT_VERIFIED,
    /** The account is in the SES sandbox, and the recipient is not verified. */
    SANDBOX_RECIPIENT,
    /** The guard of a {@link MailerChain} does not allow a recipient; SES was not asked. */
    RECIPIENT_NOT_ALLOWED,
    /** Sending is paused, for the account or for the configuration set; it can be resumed. */
    SENDING_PAUSED,
    /** AWS has suspended the account: nothing is sent until AWS lifts that. */
    ACCOUNT_SUSPENDED,
    /** The content was rejected. */
    REJECTED,
    /** The email has more bytes than the provider accepts. */
    TOO_LARGE,
    /**
     * The request was malformed, or beyond a limit other than the account's quotas; or SES was not
     * asked, as settings or class path do not allow to build its client.
     */
    INVALID,
    /** The configuration set does not exist in this region. */
    CONFIGURATION_SET_NOT_FOUND,
    /** Another resource that the request names does not exist. */
    NOT_FOUND,
    /** The credentials lack a permission, or a server in between refused the request. */
    ACCESS_DENIED,
    /** No credentials could be resolved, or only expired ones; SES was not asked. */
    CREDENTIALS_UNAVAILABLE,
    /** SES does not accept the credentials, or the signature made with them. */
    CREDENTIALS_REJECTED,
    /**
     * SES does not accept the time of the signature: this machine's clock is wrong. A failure with
     * a wait was corrected by SES's time, so that another call may succeed; without one, it was
     * not.
     */
    CLOCK_SKEWED,
    /**
     * SES could not be reached: name not resolved, connection refused, no TLS; or was not asked, as
     * the mailer is closed, the thread is interrupted, or the idempotency store fails or is full.
     */
    UNREACHABLE,
    /** The response was lost or could not be read: the email may have been accepted. */
    UNKNOWN_OUTCOME
  }

  /** Whether the email may have gone out. */
  public enum Delivery {
    /** It was certainly not accepted; sending it again cannot make two. */
    NOT_SENT,
    /** The outcome is unknown; sending it again may make two. */
    UNKNOWN
  }

  /** The kind of failure. */
  private final Kind kind;

  /** How long to wait before another try; null if waiting does not help. */
  private final @Nullable Duration retryAfter;

  /**
   * Creates a failure, for mailers of your own.
   *
   * @param kind the kind; it decides {@link #delivery()} and {@link #retryAfter()}
   * @param message what happened and what to do, without addresses and tokens
   */
  public MailException(Kind kind, String message) {
    this(kind, message, null);
  }

  /**
   * Creates a failure with its cause.
   *
   * @param kind the kind; it decides {@link #delivery()} and {@link #retryAfter()}
   * @param message what happened and what to do, without addresses and tokens
   * @param cause the cause, its message likewise without addresses and tokens
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

  /** A failure with a known time for another try. */
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

  /** {@return the kind of failure, to switch over} */
  public Kind kind() {
    return kind;
  }

  /** {@return whether the email may have gone out} */
  public Delivery delivery() {
    return kind == Kind.UNKNOWN_OUTCOME ? Delivery.UNKNOWN : Delivery.NOT_SENT;
  }

  /** {@return the recommended wait before a retry, or empty if a retry would fail like this} */
  public Optional<Duration> retryAfter() {
    return Optional.ofNullable(retryAfter);
  }
}
