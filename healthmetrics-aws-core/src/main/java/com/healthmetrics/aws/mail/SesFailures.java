package com.healthmetrics.aws.mail;

import com.healthmetrics.aws.internal.BoundedResponses;
import com.healthmetrics.aws.mail.MailException.Kind;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;

/**
 * Explains what a failure of the SDK means for the email.
 *
 * <p>SES distinguishes some cases by text alone, so that text is read here; it goes no further, as
 * it repeats addresses.
 *
 * <p>Source: Amazon SES API v2 Reference, "SendEmail", errors; Amazon SES API Reference,
 * "SendRawEmail", errors, and "Common Errors"; Amazon SES Developer Guide, "Amazon SES email
 * sending errors" and "Errors related to the sending quotas for your Amazon SES account".
 */
final class SesFailures {
  private static final Pattern EXCEPTION = Pattern.compile("Exception$");

  private SesFailures() {}

  /**
   * Explains a failure.
   *
   * @param unsent whether the body of the request was certainly not transmitted
   */
  static MailException explain(Throwable failure, Email email, String where, boolean unsent) {
    if (failure instanceof AwsServiceException response) {
      return explainResponse(response, email, unsent);
    }
    Throwable cause = rootCause(failure);
    if (unsent) {
      return new MailException(
          Kind.UNREACHABLE,
          ("SES could not be reached at %s (%s), so the email was not sent. Check network, region and"
                  + " endpoint.")
              .formatted(where, BoundedResponses.describe(cause)),
          failure);
    }
    return new MailException(
        Kind.UNKNOWN_OUTCOME,
        ("There was no readable response from SES (%s). The email may have been accepted, so it was"
                + " not sent again.")
            .formatted(BoundedResponses.describe(cause)),
        failure);
  }

  /**
   * Whether the same email may be accepted within seconds: not with a bad certificate or a closed
   * client.
   */
  static boolean mayPassSoon(MailException failure) {
    return switch (failure.kind()) {
      case THROTTLED -> true;
      case UNREACHABLE ->
          !isCausedBy(failure, SSLException.class)
              && !isCausedBy(failure, IllegalStateException.class);
      default -> false;
    };
  }

  private static Throwable rootCause(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null && cause.getCause() != cause) {
      cause = cause.getCause();
    }
    return cause;
  }

  /** A failed handshake has deeper causes: an untrusted certificate, a closed connection. */
  private static boolean isCausedBy(Throwable failure, Class<? extends Throwable> type) {
    Throwable cause = failure;
    while (cause != null && !type.isInstance(cause)) {
      cause = cause.getCause() == cause ? null : cause.getCause();
    }
    return cause != null;
  }

  private static MailException explainResponse(
      AwsServiceException response, Email email, boolean unsent) {
    Kind kind = kindOf(response, email);
    if (unsent && kind == Kind.UNKNOWN_OUTCOME) {
      // From a proxy, or from a server that refused the headers.
      kind = Kind.UNREACHABLE;
    }
    String code = errorCode(response).orElse("without an error code");
    String id = response.requestId() == null ? "" : ", request id " + response.requestId();
    String sender = kind == Kind.UNREACHABLE ? "A server in between" : "SES";
    return new MailException(
        kind,
        "%s (%s responded with %s %s%s.)"
            .formatted(explanation(kind), sender, response.statusCode(), code, id));
  }

  /**
   * The codes of both APIs: those of v2 end in "Exception", those of v1 mostly do not.
   *
   * <p>Whatever its code, a 5xx response comes from a server that failed.
   */
  private static Kind kindOf(AwsServiceException response, Email email) {
    int status = response.statusCode();
    String text = text(response);
    Optional<String> code = errorCode(response);
    if (status >= 500) {
      return Kind.UNKNOWN_OUTCOME;
    }
    return switch (EXCEPTION.matcher(code.orElse("")).replaceFirst("")) {
      case "TooManyRequests", "Throttling" -> throttled(text);
      case "AccountSuspended" -> Kind.ACCOUNT_SUSPENDED;
      case "SendingPaused", "AccountSendingPaused", "ConfigurationSetSendingPaused" ->
          Kind.SENDING_PAUSED;
      case "MailFromDomainNotVerified", "FromEmailAddressNotVerified" -> Kind.IDENTITY_NOT_VERIFIED;
      case "MessageRejected" -> rejected(text, email);
      case "NotFound", "ConfigurationSetDoesNotExist" -> Kind.NOT_FOUND;
      case "AccessDenied",
          "ExpiredToken",
          "IncompleteSignature",
          "InvalidClientTokenId",
          "MissingAuthenticationToken",
          "NotAuthorized",
          "OptInRequired",
          "RequestExpired",
          "SignatureDoesNotMatch" ->
          Kind.ACCESS_DENIED;
      case "RequestEntityTooLarge" -> Kind.TOO_LARGE;
      default ->
          code.isPresent() && text.contains("message length is more than")
              ? Kind.TOO_LARGE
              : kindOf(status, text, code.isPresent());
    };
  }

  /** By status alone; SES may have received a request to which a proxy responded with a 4xx. */
  private static Kind kindOf(int status, String text, boolean fromSes) {
    return switch (status) {
      case 401, 403, 407 -> Kind.ACCESS_DENIED;
      case 408 -> Kind.UNKNOWN_OUTCOME;
      case 429 -> throttled(text);
      default -> fromSes && status / 100 == 4 ? Kind.INVALID : Kind.UNKNOWN_OUTCOME;
    };
  }

  private static Kind throttled(String text) {
    return text.contains("daily") ? Kind.DAILY_QUOTA_EXCEEDED : Kind.THROTTLED;
  }

  /** SES lists the identities that failed; if the sender is not among them, the recipient did. */
  private static Kind rejected(String text, Email email) {
    if (text.startsWith("sending paused")) {
      return Kind.SENDING_PAUSED;
    }
    if (text.startsWith("sending suspended")) {
      return Kind.ACCOUNT_SUSPENDED;
    }
    if (!text.contains("not verified")) {
      return Kind.REJECTED;
    }
    String identities = text.substring(text.lastIndexOf(": ") + 1);
    String from = email.from().address().toLowerCase(Locale.ROOT);
    return List.of(identities.split("[\\s,<>]+")).contains(from)
        ? Kind.IDENTITY_NOT_VERIFIED
        : Kind.SANDBOX_RECIPIENT;
  }

  private static Optional<String> errorCode(AwsServiceException response) {
    return Optional.ofNullable(response.awsErrorDetails()).map(AwsErrorDetails::errorCode);
  }

  private static String text(AwsServiceException response) {
    return Optional.ofNullable(response.awsErrorDetails())
        .map(AwsErrorDetails::errorMessage)
        .map(text -> text.toLowerCase(Locale.ROOT))
        .orElse("");
  }

  private static String explanation(Kind kind) {
    return switch (kind) {
      case THROTTLED ->
          "More emails per second than the account may send; the email was not sent. Wait and send it"
              + " again.";
      case DAILY_QUOTA_EXCEEDED ->
          "The account's sending quota for 24 hours is used up; the email was not sent. Wait, or ask"
              + " AWS for a larger quota.";
      case IDENTITY_NOT_VERIFIED ->
          "The sender is not verified with SES in this region; the email was not sent. Verify its"
              + " domain, or correct SES_FROM_EMAIL or SES_REGION.";
      case SANDBOX_RECIPIENT ->
          "The account is in the SES sandbox and the recipient is not verified; the email was not"
              + " sent. Verify the recipient, or ask AWS for production access.";
      case RECIPIENT_NOT_ALLOWED -> "A recipient is not allowed; the email was not sent.";
      case SENDING_PAUSED ->
          "Sending is paused for this account or configuration set; the email was not sent. See the"
              + " account's reputation dashboard, and resume it.";
      case ACCOUNT_SUSPENDED ->
          "AWS has suspended sending for this account; the email was not sent. See the message that AWS"
              + " sent about it, and appeal.";
      case REJECTED -> "SES rejected the content; the email was not sent.";
      case TOO_LARGE ->
          "The email has more bytes than SES accepts; it was not sent. Send a link to the file instead.";
      case INVALID ->
          "SES rejected the request as malformed or beyond a limit; the email was not sent.";
      case NOT_FOUND ->
          "The configuration set, or another resource that the email names, does not exist in this"
              + " region; the email was not sent. Correct SES_CONFIGURATION_SET or SES_REGION.";
      case ACCESS_DENIED ->
          "SES did not accept the signature or the credentials (check secret key, session token,"
              + " SES_REGION and clock), or they lack the permission ses:SendEmail on the identity"
              + " and the configuration set; the email was not sent.";
      case CREDENTIALS_UNAVAILABLE -> "There are no credentials; the email was not sent.";
      case UNREACHABLE -> "SES could not be reached; the email was not sent.";
      case UNKNOWN_OUTCOME ->
          "SES failed while it handled the email, which may have been accepted anyway; it was"
              + " not sent again.";
    };
  }
}
