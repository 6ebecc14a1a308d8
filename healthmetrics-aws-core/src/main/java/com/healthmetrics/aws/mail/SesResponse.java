package com.healthmetrics.aws.mail;

import com.healthmetrics.aws.internal.ErrorNames;
import com.healthmetrics.aws.mail.MailException.Kind;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;

/**
 * An error response of SES, or of a server in between, and what it means for the request.
 *
 * <p>SES distinguishes some cases by text alone, so that text is read here; of it, only the action
 * and the resource of a denied permission go further, as the rest repeats addresses.
 *
 * <p>Source: Amazon SES API v2 Reference, "SendEmail", errors; Amazon SES API Reference,
 * "SendRawEmail", errors, and "Common Errors"; Amazon SES Developer Guide, "Amazon SES email
 * sending errors" and "Errors related to the sending quotas for your Amazon SES account"; IAM User
 * Guide, "Troubleshoot access denied error messages".
 */
final class SesResponse {
  /** Longer texts are read up to here. */
  private static final int MAX_TEXT = 4_096;

  /** The SDK signs by it, whatever clock the mailer has. */
  private static final Clock SIGNING_CLOCK = Clock.systemUTC();

  /** As of the SDK's ClockSkew; SES tolerates 5 minutes. */
  private static final Duration CORRECTED_FROM = Duration.ofMinutes(4);

  private static final Pattern EXCEPTION = Pattern.compile("Exception$");

  /** SES quotes action and resource; other services of AWS write colons before them. */
  private static final Pattern DENIAL =
      Pattern.compile(
          "not authorized to perform:? [`'\"]?(ses:\\w{1,64}+)[`'\"]?"
              + " on resource:? [`'\"]?(\\S{1,400}+)(?!\\S)");

  /** After a resource: an address may have quotes itself, but does not end in one. */
  private static final Pattern END_OF_RESOURCE = Pattern.compile("[`'\".]++$");

  /** Masked like an {@link EmailAddress}: of several characters the first remains. */
  private static final Pattern LOCAL_PART = Pattern.compile("^([^/]*+/)(?:(.).+|.?)@");

  /** What is of another form, once it is masked, may be a part of an address. */
  private static final Pattern RESOURCE =
      Pattern.compile("\\*|arn:[\\w:-]{1,256}+(?:/(?:.?\\*{3}@)?[\\w.*-]{1,256}+)?");

  /** Before the list of those that are not verified. */
  private static final String FAILED_IDENTITIES = "identities failed the check in region ";

  private final AwsServiceException response;
  private final SesRequest request;
  private final Optional<Instant> signedAt;
  private final int status;
  private final Optional<String> code;
  private final boolean whole;
  private final String original;
  private final String text;

  SesResponse(AwsServiceException response, SesRequest request, Optional<Instant> signedAt) {
    this.signedAt = signedAt;
    this.response = response;
    this.request = request;
    this.status = response.statusCode();
    Optional<AwsErrorDetails> details = Optional.ofNullable(response.awsErrorDetails());
    this.code = ErrorNames.code(response);
    String message = details.map(AwsErrorDetails::errorMessage).orElse("");
    this.whole = message.length() <= MAX_TEXT;
    this.original = whole ? message : message.substring(0, MAX_TEXT);
    this.text = original.toLowerCase(Locale.ROOT);
  }

  /**
   * Explains the response.
   *
   * @param unsent whether the body of the request was certainly not transmitted
   */
  MailException explain(boolean unsent) {
    Kind kind = kind();
    if (unsent && kind == Kind.UNKNOWN_OUTCOME) {
      // From a proxy, or from a server that refused the headers.
      kind = Kind.UNREACHABLE;
    }
    String id = ErrorNames.requestId(response).map(known -> ", request id " + known).orElse("");
    String message =
        "%s (%s responded with %s %s%s.)"
            .formatted(
                explanation(kind), sender(kind), status, code.orElse("without an error code"), id);
    return kind == Kind.CLOCK_SKEWED && isTimeCorrected()
        ? MailException.retriable(kind, message, Duration.ofSeconds(1))
        : new MailException(kind, message);
  }

  private String sender(Kind kind) {
    if (kind == Kind.UNREACHABLE) {
      return "A server in between";
    }
    return code.isPresent() ? "SES" : "SES, or a server in between,";
  }

  /** The daily quota and the largest size are those of emails: other requests have other words. */
  private Kind kind() {
    Kind kind = kindOfSend();
    if (request.sends()) {
      return kind;
    }
    return switch (kind) {
      case DAILY_QUOTA_EXCEEDED -> Kind.THROTTLED;
      case TOO_LARGE -> Kind.INVALID;
      default -> kind;
    };
  }

  /**
   * The codes of both APIs: those of v2 end in "Exception", those of v1 mostly do not.
   *
   * <p>Whatever its code, a 5xx response comes from a server that failed.
   */
  private Kind kindOfSend() {
    if (status >= 500) {
      return Kind.UNKNOWN_OUTCOME;
    }
    if (response.isThrottlingException()) {
      return text.contains("daily") ? Kind.DAILY_QUOTA_EXCEEDED : Kind.THROTTLED;
    }
    return switch (EXCEPTION.matcher(code.orElse("")).replaceFirst("")) {
      case "AccountSuspended" -> Kind.ACCOUNT_SUSPENDED;
      case "SendingPaused", "AccountSendingPaused", "ConfigurationSetSendingPaused" ->
          Kind.SENDING_PAUSED;
      case "MailFromDomainNotVerified", "FromEmailAddressNotVerified" -> Kind.IDENTITY_NOT_VERIFIED;
      case "MessageRejected" -> rejected();
      case "ConfigurationSetDoesNotExist" -> Kind.CONFIGURATION_SET_NOT_FOUND;
      case "NotFound" ->
          text.contains("configuration set") ? Kind.CONFIGURATION_SET_NOT_FOUND : Kind.NOT_FOUND;
      case "AccessDenied", "NotAuthorized", "OptInRequired" -> Kind.ACCESS_DENIED;
      case "RequestExpired", "RequestInTheFuture", "RequestTimeTooSkewed" -> Kind.CLOCK_SKEWED;
      case "InvalidSignature", "SignatureDoesNotMatch" ->
          isOfAnotherTime() ? Kind.CLOCK_SKEWED : Kind.CREDENTIALS_REJECTED;
      case "ExpiredToken",
          "IncompleteSignature",
          "InvalidAccessKeyId",
          "InvalidClientTokenId",
          "InvalidToken",
          "MissingAuthenticationToken",
          "UnrecognizedClient" ->
          Kind.CREDENTIALS_REJECTED;
      case "RequestEntityTooLarge" -> Kind.TOO_LARGE;
      // Of a server that gave up, whatever the status.
      case "InternalFailure",
          "InternalServiceError",
          "RequestAborted",
          "RequestTimeout",
          "ServiceUnavailable" ->
          Kind.UNKNOWN_OUTCOME;
      default ->
          code.isPresent() && text.contains("message length is more than")
              ? Kind.TOO_LARGE
              : kindOfStatus();
    };
  }

  /** By status alone; SES may have received a request to which a proxy responded with a 4xx. */
  private Kind kindOfStatus() {
    return switch (status) {
      case 401, 403, 407 -> Kind.ACCESS_DENIED;
      case 408 -> Kind.UNKNOWN_OUTCOME;
      default -> code.isPresent() && status / 100 == 4 ? Kind.INVALID : Kind.UNKNOWN_OUTCOME;
    };
  }

  private Kind rejected() {
    if (text.startsWith("sending paused")) {
      return Kind.SENDING_PAUSED;
    }
    if (text.startsWith("sending suspended")) {
      return Kind.ACCOUNT_SUSPENDED;
    }
    if (!text.contains("not verified")) {
      return Kind.REJECTED;
    }
    return namesRecipientsOnly() ? Kind.SANDBOX_RECIPIENT : Kind.IDENTITY_NOT_VERIFIED;
  }

  /** The addresses in SES's list, and the words of display names. */
  private List<String> identities() {
    int list = text.indexOf(FAILED_IDENTITIES);
    int colon = list < 0 ? list : text.indexOf(": ", list);
    return colon < 0
        ? List.of()
        : Arrays.stream(text.substring(colon + 2).split("[\\s,<>]++"))
            .filter(part -> !part.isEmpty())
            .toList();
  }

  /**
   * Whether SES's list is whole and has recipients of this email only: of a list that was cut off,
   * the sender may be missing.
   */
  private boolean namesRecipientsOnly() {
    List<String> identities = identities();
    List<String> recipients = request.recipients();
    return whole
        && !text.endsWith(",")
        && !identities.isEmpty()
        && recipients.contains(identities.get(identities.size() - 1))
        && identities.stream().filter(part -> part.contains("@")).allMatch(recipients::contains)
        && !namesSender();
  }

  private boolean namesSender() {
    return identities().contains(request.sender());
  }

  /** By SES's words, or by the two times: the key may be right, and only the time wrong. */
  private boolean isOfAnotherTime() {
    return text.contains("signature expired")
        || text.contains("signature not yet current")
        || isTimeCorrected();
  }

  /**
   * Whether the SDK signs the next request by the time of this response: it does so where the codes
   * of {@link #kindOfSend()} may mean the clock, and the times differ by so much. (The exception
   * has lost its own measure when it gets here.)
   */
  private boolean isTimeCorrected() {
    return date()
        .flatMap(date -> signedAt.map(signed -> Duration.between(signed, date).abs()))
        .filter(difference -> difference.compareTo(CORRECTED_FROM) >= 0)
        .isPresent();
  }

  private Optional<Instant> date() {
    return Optional.ofNullable(response.awsErrorDetails())
        .map(AwsErrorDetails::sdkHttpResponse)
        .flatMap(http -> http.firstMatchingHeader("Date"))
        .flatMap(SesResponse::parsed);
  }

  private static Optional<Instant> parsed(String date) {
    try {
      return Optional.of(Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(date)));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  private String explanation(Kind kind) {
    return switch (kind) {
      case THROTTLED -> request.throttled();
      case DAILY_QUOTA_EXCEEDED ->
          explained(
              "The account's sending quota for 24 hours is used up; %s. Wait, or ask AWS for a larger"
                  + " quota.");
      case IDENTITY_NOT_VERIFIED -> unverified();
      case SANDBOX_RECIPIENT ->
          explained(
              "The account is in the SES sandbox and the recipient is not verified; %s. Verify the"
                  + " recipient, or ask AWS for production access.");
      case RECIPIENT_NOT_ALLOWED -> explained("A recipient is not allowed; %s.");
      case SENDING_PAUSED ->
          explained(
              "Sending is paused for this account or configuration set; %s. See the account's"
                  + " reputation dashboard, and resume it.");
      case ACCOUNT_SUSPENDED ->
          explained(
              "AWS has suspended sending for this account; %s. See the message that AWS sent about it,"
                  + " and appeal.");
      case REJECTED -> explained("SES rejected the content; %s.");
      case TOO_LARGE ->
          "The email has more bytes than SES accepts; it was not sent. Send a link to the file instead.";
      case INVALID -> explained("SES rejected the request as malformed or beyond a limit; %s.");
      case CONFIGURATION_SET_NOT_FOUND ->
          explained(
              "The configuration set does not exist in this region; %s. Correct SES_CONFIGURATION_SET"
                  + " or SES_REGION, or create it.");
      case NOT_FOUND ->
          explained(
              "A resource that the request names does not exist in this region; %s. Check SES_REGION"
                  + " and the endpoint.");
      case ACCESS_DENIED -> denied();
      case CREDENTIALS_UNAVAILABLE -> explained("There are no credentials; %s.");
      case CREDENTIALS_REJECTED ->
          explained(
              "SES did not accept the credentials or their signature: the key is unknown or wrong, the"
                  + " session token has expired, they belong to another partition, or the region is"
                  + " not the endpoint's; %s. Check or refresh the credentials, and check SES_REGION.");
      case CLOCK_SKEWED ->
          ("SES did not accept the time of the signature: this machine's clock shows %s, and the"
                  + " response %s; %s. Synchronize the clock (NTP).")
              .formatted(
                  SIGNING_CLOCK.instant().truncatedTo(ChronoUnit.SECONDS),
                  date().map(date -> "is dated " + date).orElse("has no readable date"),
                  request.notDone());
      case UNREACHABLE -> explained("SES could not be reached; %s.");
      case UNKNOWN_OUTCOME ->
          code.isPresent() || status >= 500
              ? "SES failed while it handled the request. " + request.unknown()
              : ("The response is none of SES's. %s Check the endpoint and what is in between, such as a"
                      + " proxy or a captive portal.")
                  .formatted(request.unknown());
    };
  }

  private String explained(String explanation) {
    return explanation.formatted(request.notDone());
  }

  private String unverified() {
    return explained(
        rejectedUnclearly()
            ? "The sender is not verified with SES in this region, or the account is in the sandbox"
                + " and a recipient is not: SES's list of them is not whole or not clear; %s. Verify"
                + " the sender first, and check SES_REGION."
            : "The sender is not verified with SES in this region; %s. Verify its domain, or correct"
                + " SES_FROM_EMAIL or SES_REGION.");
  }

  private boolean rejectedUnclearly() {
    return text.contains("not verified")
        && code.orElse("").startsWith("MessageRejected")
        && !namesSender();
  }

  private String denied() {
    if (code.isEmpty()) {
      return explained(
          "The request was refused without an error code of SES, as a proxy or a firewall does; %s."
              + " Check what is between this machine and SES.");
    }
    Matcher denial = DENIAL.matcher(original);
    String resource = whole && denial.find() ? masked(denial.group(2)) : "";
    String explanation =
        RESOURCE.matcher(resource).matches()
            ? ("The credentials may not perform %s on %s; %s. Allow it in their policy, and look for an"
                    + " explicit deny.")
                .formatted(denial.group(1), resource, request.notDone())
            : "The credentials lack a permission: %s; %s."
                .formatted(request.permission(), request.notDone());
    return explanation + request.grant();
  }

  private static String masked(String resource) {
    String address = END_OF_RESOURCE.matcher(resource).replaceFirst("");
    return LOCAL_PART.matcher(address).replaceFirst("$1$2***@");
  }
}
