package com.healthmetrics.aws.storage;

import com.healthmetrics.aws.ConfigurationException;
import com.healthmetrics.aws.internal.BoundedResponses;
import com.healthmetrics.aws.internal.CurrentCredentials;
import com.healthmetrics.aws.internal.ErrorNames;
import com.healthmetrics.aws.internal.Failures;
import com.healthmetrics.aws.storage.StorageException.Kind;
import java.util.Optional;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * Translates a failure of the SDK into a {@link StorageException}.
 *
 * <p>S3's own text is left out, as it may repeat keys.
 *
 * <p>Sources: Amazon S3 API Reference, "Error responses", "List of error codes", and "HeadObject"
 * for errors without a body.
 */
final class StorageFailures {
  private StorageFailures() {}

  /** The operation of a request, as far as it decides what a response means. */
  enum Operation {
    /**
     * Reads an object's head or bytes: 403 may mean a missing object, and a response to HEAD has no
     * body.
     */
    READ,
    /** Writes an object if there is none with its key: 412 reports that there is one. */
    CREATE,
    /** Anything else. */
    OTHER
  }

  static StorageException explain(Throwable failure, Operation operation) {
    // Only those of S3: an HTTP client or an interceptor may call other services of AWS, and what
    // is
    // missing there is not the object.
    if (failure instanceof S3Exception response) {
      Kind kind = kindOf(response, operation);
      return new StorageException(kind, explanation(kind) + " " + details(response));
    }
    // An interrupted wait or read ends in any exception of the HTTP client.
    if (failure instanceof AbortedException || Thread.currentThread().isInterrupted()) {
      Thread.currentThread().interrupt();
      return new StorageException(Kind.INTERRUPTED, explanation(Kind.INTERRUPTED), failure, null);
    }
    return new StorageException(
        Kind.UNREACHABLE,
        explanation(Kind.UNREACHABLE)
            + " ("
            + BoundedResponses.describe(Failures.rootCause(failure))
            + ".)",
        failure,
        null);
  }

  /** A failure that was not a response of S3. */
  static StorageException of(Kind kind) {
    return new StorageException(kind, explanation(kind));
  }

  /** The failure when a response of success lacks what every one of S3 has. */
  static StorageException notFromS3(SdkHttpResponse response) {
    return new StorageException(
        Kind.UNREACHABLE,
        "%s (The response, with status %s, is not one of S3; a proxy may have responded in its place.)"
            .formatted(explanation(Kind.UNREACHABLE), response.statusCode()));
  }

  /** The failure when there are no credentials, so that nothing was done. */
  static StorageException unavailable(CurrentCredentials.Unavailable failure, String done) {
    String message = failure.getMessage() + " Nothing was " + done + ".";
    return new StorageException(Kind.CREDENTIALS_UNAVAILABLE, message, failure, null);
  }

  /** The failure when the client cannot be built; an interrupt fails reading the profile file. */
  static StorageException unbuilt(ConfigurationException failure) {
    if (Thread.currentThread().isInterrupted()) {
      return new StorageException(Kind.INTERRUPTED, explanation(Kind.INTERRUPTED), failure, null);
    }
    return new StorageException(
        Kind.INVALID,
        "The client of S3 could not be built, so nothing was sent. The cause states why.",
        failure,
        null);
  }

  private static String details(S3Exception response) {
    String code = errorCode(response);
    return "(S3 returned "
        + response.statusCode()
        + (code.isEmpty() ? " without a reason" : " " + code)
        + ErrorNames.requestId(response)
            .map(id -> ", request id " + id)
            .orElse("; without a request id, so a proxy may have responded in its place")
        + ".)";
  }

  private static String errorCode(S3Exception response) {
    return ErrorNames.code(response).orElse("");
  }

  /** Not every store sends request ids, so what has a meaning without one keeps it. */
  private static boolean isFromS3(S3Exception response) {
    return ErrorNames.requestId(response).isPresent();
  }

  static boolean isMissing(RuntimeException failure) {
    return failure instanceof S3Exception response
        && kindOf(response, Operation.OTHER) == Kind.NOT_FOUND;
  }

  /** The kind of one entry of a DeleteObjects response, which has no status of its own. */
  static Kind kindOf(String code) {
    return named(code).orElse(code.startsWith("AccessDenied") ? Kind.ACCESS_DENIED : Kind.INVALID);
  }

  private static Kind kindOf(S3Exception response, Operation operation) {
    String code = errorCode(response);
    Optional<Kind> named = named(code);
    if (named.isPresent()) {
      return named.get();
    }
    int status = response.statusCode();
    if (code.isEmpty() && !isFromS3(response) && isOfIntermediary(status, operation)) {
      return Kind.UNREACHABLE;
    }
    if (status == 403 || code.startsWith("AccessDenied")) {
      return operation == Operation.READ ? Kind.MISSING_OR_FORBIDDEN : Kind.ACCESS_DENIED;
    }
    if (status == 412 && operation == Operation.CREATE) {
      return Kind.ALREADY_EXISTS;
    }
    return kindOf(status, code.isEmpty());
  }

  /** The kind of an error code that needs no status to be understood. */
  private static Optional<Kind> named(String code) {
    return switch (code) {
      case "NoSuchBucket" -> Optional.of(Kind.NO_SUCH_BUCKET);
      case "NoSuchKey", "NoSuchVersion", "NotFound" -> Optional.of(Kind.NOT_FOUND);
      case "InvalidObjectState", "ObjectNotInActiveTierError" -> Optional.of(Kind.ARCHIVED);
      case "ConditionalRequestConflict", "OperationAborted" -> Optional.of(Kind.CHANGED);
      case "InvalidRange" -> Optional.of(Kind.RANGE_NOT_SATISFIABLE);
      case "SlowDown", "Throttling", "ThrottlingException", "RequestLimitExceeded" ->
          Optional.of(Kind.THROTTLED);
      case "InternalError", "ServiceUnavailable", "TemporaryRedirect" ->
          Optional.of(Kind.SERVICE_FAILURE);
      case "RequestTimeout", "IncompleteBody", "BadDigest", "XAmzContentSHA256Mismatch" ->
          Optional.of(Kind.UNREACHABLE);
      case "AccountProblem", "AllAccessDisabled", "NotSignedUp" -> Optional.of(Kind.ACCESS_DENIED);
      case "ExpiredToken",
          "TokenRefreshRequired",
          "InvalidToken",
          "InvalidAccessKeyId",
          "SignatureDoesNotMatch",
          "InvalidSecurity" ->
          Optional.of(Kind.CREDENTIALS_REJECTED);
      case "RequestTimeTooSkewed", "RequestExpired" -> Optional.of(Kind.CLOCK_SKEWED);
      case "PermanentRedirect",
          "AuthorizationHeaderMalformed",
          "IllegalLocationConstraintException" ->
          Optional.of(Kind.WRONG_REGION);
      default -> code.startsWith("KMS.") ? Optional.of(Kind.KMS_KEY_UNAVAILABLE) : Optional.empty();
    };
  }

  /**
   * Redirects of captive portals, and errors of proxies and gateways: S3 itself gives a reason,
   * except to HEAD.
   */
  private static boolean isOfIntermediary(int status, Operation operation) {
    return operation != Operation.READ || status / 100 == 3 || status / 100 == 5;
  }

  private static Kind kindOf(int status, boolean withoutReason) {
    return switch (status) {
      case 301 -> Kind.WRONG_REGION;
      // A response to HEAD has no body, so the reason is missing: most often the token has expired.
      case 400 -> withoutReason ? Kind.CREDENTIALS_REJECTED : Kind.INVALID;
      case 401 -> Kind.CREDENTIALS_REJECTED;
      case 404 -> Kind.NOT_FOUND;
      // 407 is a proxy's.
      case 407, 408 -> Kind.UNREACHABLE;
      case 409, 412 -> Kind.CHANGED;
      case 416 -> Kind.RANGE_NOT_SATISFIABLE;
      case 429, 503 -> Kind.THROTTLED;
      // A later attempt cannot succeed.
      case 501 -> Kind.INVALID;
      default -> status / 100 == 5 ? Kind.SERVICE_FAILURE : Kind.INVALID;
    };
  }

  static String explanation(Kind kind) {
    return switch (kind) {
      case NOT_FOUND -> "There is no such object: it was never uploaded, or has been deleted.";
      case MISSING_OR_FORBIDDEN ->
          "The object is missing, or the credentials may not read it. Without s3:ListBucket S3 does"
              + " not distinguish the two: grant it on the bucket, and on its objects s3:GetObject"
              + " and, if they are encrypted with a KMS key, kms:Decrypt.";
      case ARCHIVED ->
          "The object is archived and cannot be read. Restore it, and exclude what is read from the"
              + " lifecycle rule or the Intelligent-Tiering configuration that archives.";
      case ACCESS_DENIED ->
          "The credentials lack a permission, for the key or its twin below pending/: s3:GetObject, s3:PutObject, s3:DeleteObject and"
              + " s3:ListBucket, to erase also s3:DeleteObjectVersion and s3:ListBucketVersions, for"
              + " a KMS key kms:Decrypt and kms:GenerateDataKey. Otherwise a policy denies the request, the object is locked, or AWS"
              + " has disabled the account.";
      case CREDENTIALS_REJECTED ->
          "The credentials have expired, were deleted, or key id and secret do not belong together."
              + " Refresh or replace them. If they are valid, and S3 gave no reason, check that"
              + " bucket, AWS_REGION and endpoint belong together.";
      case CREDENTIALS_UNAVAILABLE -> "There are no credentials.";
      case CLOCK_SKEWED ->
          "This machine's clock differs from that of S3 by more than 15 minutes. Synchronize it"
              + " (NTP).";
      case NO_SUCH_BUCKET -> "There is no such bucket. Correct S3_BUCKET_NAME or AWS_REGION.";
      case WRONG_REGION ->
          "The bucket is in another region than AWS_REGION. Correct AWS_REGION, or the endpoint if"
              + " you set one.";
      case KMS_KEY_UNAVAILABLE ->
          "The KMS key that encrypts the object is disabled, is about to be deleted, or was deleted."
              + " Enable it, or cancel its deletion.";
      case CHANGED ->
          "The object was replaced or deleted in the meantime, or another request is changing it."
              + " Inspect it again.";
      case ALREADY_EXISTS ->
          "There is an object with this key already, and it was not replaced. If an earlier try of"
              + " this call may have stored it, inspect it; otherwise use another key.";
      case RANGE_NOT_SATISFIABLE ->
          "The object ends before the first requested byte; head() returns its size.";
      case LIMIT_EXCEEDED -> "There are more objects than the limit allows.";
      case INSPECTOR_FAILED -> "The application's inspector failed. Wait and try again.";
      case BUSY -> "Other uploads hold all of the memory for inspections. Wait and try again.";
      case INVALID ->
          "S3 does not support the request, or does not accept it. Check that the endpoint is one of"
              + " S3, or of a store that supports what was called.";
      case THROTTLED -> "More requests per second than S3 serves. Wait and try again.";
      case SERVICE_FAILURE -> "S3 reported an internal error. Wait and try again.";
      case UNREACHABLE ->
          "S3 could not be reached, or request or response was lost, so the operation may have been"
              + " done. Check network, proxy, region and endpoint, and try again.";
      case INTERRUPTED -> "The thread was interrupted before the operation was complete.";
      case NOT_ATTEMPTED -> "Not attempted, as an earlier request failed.";
    };
  }
}
