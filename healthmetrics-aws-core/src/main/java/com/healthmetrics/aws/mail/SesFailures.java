package com.healthmetrics.aws.mail;

import com.healthmetrics.aws.mail.MailException.Kind;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import software.amazon.awssdk.awscore.exception.AwsServiceException;

/**
 * Says what a failure of the SDK means for the mail.
 *
 * <p>SES tells some cases apart by text alone, so that text is read here; it goes no further, as it
 * repeats addresses.
 *
 * <p>Source: Amazon SES API v2 Reference, "SendEmail", errors; Amazon SES API Reference,
 * "SendRawEmail", errors, and "Common Errors"; Amazon SES Developer Guide, "Amazon SES email
 * sending errors" and "Errors related to the sending quotas for your Amazon SES account".
 */
final class SesFailures {
  private static final Pattern EXCEPTION = Pattern.compile("Exception$");

  private SesFailures() {}

  static MailException explain(RuntimeException failure, Email email, String where) {
    if (failure instanceof AwsServiceException answer) {
      return explainAnswer(answer, email);
    }
    Throwable cause = rootCause(failure);
    if (neverConnected(cause) || isCausedBy(failure, SSLHandshakeException.class)) {
      return new MailException(
          Kind.UNREACHABLE,
          "SES could not be reached at "
              + where
              + " ("
              + cause.getClass().getSimpleName()
              + "), so the mail was not sent. Check network, region and endpoint.",
          failure);
    }
    return new MailException(
        Kind.UNKNOWN_OUTCOME,
        "No readable answer came from SES ("
            + cause.getClass().getSimpleName()
            + "). The mail may have been accepted, so it was not sent again.",
        failure);
  }

  /** Whether the same mail may be taken within seconds; nobody mends a certificate by then. */
  static boolean passesSoon(MailException failure) {
    return switch (failure.kind()) {
      case THROTTLED -> true;
      case UNREACHABLE -> !isCausedBy(failure, SSLException.class);
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

  /** Below a failed handshake lies why: a certificate nobody trusts, a connection that ended. */
  private static boolean isCausedBy(Throwable failure, Class<? extends Throwable> type) {
    Throwable cause = failure;
    while (cause != null && !type.isInstance(cause)) {
      cause = cause.getCause() == cause ? null : cause.getCause();
    }
    return cause != null;
  }

  /** True only where no byte of the request can have reached SES. */
  private static boolean neverConnected(Throwable cause) {
    String message = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
    return cause instanceof UnknownHostException
        || cause instanceof ConnectException
        || cause instanceof NoRouteToHostException
        // What HttpURLConnection says when the proxy refuses to connect.
        || message.startsWith("unable to tunnel through proxy")
        || (cause instanceof SocketTimeoutException && message.startsWith("connect"))
        // What the JDK says when the first bytes from the other side are no TLS.
        || (cause instanceof SSLException && message.contains("unrecognized ssl message"));
  }

  private static MailException explainAnswer(AwsServiceException answer, Email email) {
    Kind kind = kindOf(answer, email);
    return new MailException(
        kind,
        explanation(kind)
            + " (SES answered "
            + answer.statusCode()
            + " "
            + errorCode(answer)
            + (answer.requestId() == null ? "" : ", request id " + answer.requestId())
            + ".)");
  }

  /**
   * The codes of both APIs: those of v2 end in "Exception", those of v1 mostly do not.
   *
   * <p>Whatever else it says, an answer in the 500s is one of a server that failed.
   */
  private static Kind kindOf(AwsServiceException answer, Email email) {
    int status = answer.statusCode();
    String text = text(answer);
    if (status >= 500) {
      return Kind.UNKNOWN_OUTCOME;
    }
    return switch (EXCEPTION.matcher(errorCode(answer)).replaceFirst("")) {
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
          hasErrorCode(answer) && text.contains("message length is more than")
              ? Kind.TOO_LARGE
              : kindOf(status, text, hasErrorCode(answer));
    };
  }

  /** What the status alone says; a proxy's 4xx may stand for a request that SES got. */
  private static Kind kindOf(int status, String text, boolean saidBySes) {
    return switch (status) {
      case 401, 403, 407 -> Kind.ACCESS_DENIED;
      case 408 -> Kind.UNKNOWN_OUTCOME;
      case 429 -> throttled(text);
      default -> saidBySes && status / 100 == 4 ? Kind.INVALID : Kind.UNKNOWN_OUTCOME;
    };
  }

  private static Kind throttled(String text) {
    return text.contains("daily") ? Kind.DAILY_QUOTA_EXCEEDED : Kind.THROTTLED;
  }

  /** SES lists the identities that failed; without the sender among them it is the recipient. */
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

  private static boolean hasErrorCode(AwsServiceException answer) {
    return answer.awsErrorDetails() != null && answer.awsErrorDetails().errorCode() != null;
  }

  private static String errorCode(AwsServiceException answer) {
    String code = answer.awsErrorDetails() == null ? null : answer.awsErrorDetails().errorCode();
    return code == null ? "without an error code" : code;
  }

  private static String text(AwsServiceException answer) {
    String text = answer.awsErrorDetails() == null ? null : answer.awsErrorDetails().errorMessage();
    return text == null ? "" : text.toLowerCase(Locale.ROOT);
  }

  private static String explanation(Kind kind) {
    return switch (kind) {
      case THROTTLED ->
          "More mails a second than the account may send; the mail was not sent. Wait and send it"
              + " again.";
      case DAILY_QUOTA_EXCEEDED ->
          "The account's sending quota for 24 hours is used up; the mail was not sent. Wait, or ask"
              + " AWS for a larger quota.";
      case IDENTITY_NOT_VERIFIED ->
          "The sender is not verified with SES in this region; the mail was not sent. Verify its"
              + " domain, or correct SES_FROM_EMAIL or SES_REGION.";
      case SANDBOX_RECIPIENT ->
          "The account is in the SES sandbox and the recipient is not verified; the mail was not"
              + " sent. Verify the recipient, or ask AWS for production access.";
      case RECIPIENT_NOT_ALLOWED -> "A recipient is not allowed; the mail was not sent.";
      case SENDING_PAUSED ->
          "Sending is paused for this account or configuration set; the mail was not sent. See the"
              + " account's reputation dashboard, and resume it.";
      case ACCOUNT_SUSPENDED ->
          "AWS has suspended sending for this account; the mail was not sent. See the mail that AWS"
              + " wrote about it, and appeal.";
      case REJECTED -> "SES refused the content; the mail was not sent.";
      case TOO_LARGE ->
          "The mail has more bytes than SES takes; it was not sent. Send a link to the file instead.";
      case INVALID ->
          "SES refused the request as malformed or beyond a limit; the mail was not sent.";
      case NOT_FOUND ->
          "The configuration set, or another resource the mail names, does not exist in this"
              + " region; the mail was not sent. Correct SES_CONFIGURATION_SET or SES_REGION.";
      case ACCESS_DENIED ->
          "SES did not accept the signature or the credentials (check secret key, session token,"
              + " SES_REGION and clock), or they lack the permission ses:SendEmail on the identity"
              + " and the configuration set; the mail was not sent.";
      case CREDENTIALS_UNAVAILABLE -> "There are no credentials; the mail was not sent.";
      case UNREACHABLE -> "SES could not be reached; the mail was not sent.";
      case UNKNOWN_OUTCOME ->
          "SES failed while it handled the mail, which may have been accepted all the same; it was"
              + " not sent again.";
    };
  }
}
