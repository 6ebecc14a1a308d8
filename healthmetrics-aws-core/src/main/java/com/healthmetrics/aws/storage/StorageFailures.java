package com.healthmetrics.aws.storage;

import com.healthmetrics.aws.storage.StorageException.Kind;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.AbortedException;

/**
 * Says what a failure of the SDK means for whoever asked.
 *
 * <p>S3's own text is left out, as it may repeat keys.
 *
 * <p>Source: Amazon S3 API Reference, "Error responses", "List of error codes".
 */
final class StorageFailures {
  private StorageFailures() {}

  /** What a request was about, as far as it decides what an answer means. */
  enum Asked {
    /** For an object's head or bytes, where 403 may stand for a missing object. */
    TO_READ,
    /** For anything else. */
    OTHERWISE
  }

  static StorageException explain(RuntimeException failure, Asked asked) {
    if (failure instanceof AwsServiceException answer) {
      Kind kind = kindOf(errorCode(answer), answer.statusCode(), asked);
      return new StorageException(
          kind,
          explanation(kind)
              + " (S3 answered "
              + answer.statusCode()
              + (errorCode(answer).isEmpty() ? "" : " " + errorCode(answer))
              + (answer.requestId() == null ? "" : ", request id " + answer.requestId())
              + ".)");
    }
    // An interrupted wait or read ends in whatever the HTTP client makes of it.
    if (failure instanceof AbortedException || Thread.currentThread().isInterrupted()) {
      Thread.currentThread().interrupt();
      return new StorageException(Kind.INTERRUPTED, explanation(Kind.INTERRUPTED), failure, null);
    }
    return new StorageException(
        Kind.UNREACHABLE,
        explanation(Kind.UNREACHABLE) + " (" + rootCause(failure).getClass().getSimpleName() + ".)",
        failure,
        null);
  }

  static StorageException interrupted() {
    return new StorageException(Kind.INTERRUPTED, explanation(Kind.INTERRUPTED));
  }

  private static Throwable rootCause(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null && cause.getCause() != cause) {
      cause = cause.getCause();
    }
    return cause;
  }

  private static String errorCode(AwsServiceException answer) {
    String code = answer.awsErrorDetails() == null ? null : answer.awsErrorDetails().errorCode();
    return code == null ? "" : code;
  }

  static boolean isMissing(RuntimeException failure) {
    return failure instanceof AwsServiceException answer
        && answer.statusCode() == 404
        && !errorCode(answer).equals("NoSuchBucket");
  }

  /** What one entry of a DeleteObjects answer means; it has no status of its own. */
  static Kind kindOf(String code) {
    return kindOf(code, 0, Asked.OTHERWISE);
  }

  private static Kind kindOf(String code, int status, Asked asked) {
    return switch (code) {
      case "NoSuchBucket" -> Kind.NO_SUCH_BUCKET;
      case "NoSuchKey", "NoSuchVersion", "NotFound" -> Kind.NOT_FOUND;
      case "ConditionalRequestConflict" -> Kind.CHANGED;
      case "InvalidRange" -> Kind.RANGE_NOT_SATISFIABLE;
      case "SlowDown", "Throttling", "ThrottlingException", "RequestLimitExceeded" ->
          Kind.THROTTLED;
      case "InternalError", "ServiceUnavailable", "OperationAborted" -> Kind.SERVICE_FAILURE;
      case "InvalidAccessKeyId",
          "SignatureDoesNotMatch",
          "InvalidToken",
          "ExpiredToken",
          "RequestTimeTooSkewed",
          "AccountProblem" ->
          Kind.ACCESS_DENIED;
      default -> kindOf(status, asked, code);
    };
  }

  private static Kind kindOf(int status, Asked asked, String code) {
    if (status == 403 || code.startsWith("AccessDenied")) {
      return asked == Asked.TO_READ ? Kind.MISSING_OR_FORBIDDEN : Kind.ACCESS_DENIED;
    }
    return switch (status) {
      case 401, 407 -> Kind.ACCESS_DENIED;
      case 404 -> Kind.NOT_FOUND;
      case 408 -> Kind.UNREACHABLE;
      case 412 -> Kind.CHANGED;
      case 416 -> Kind.RANGE_NOT_SATISFIABLE;
      case 429, 503 -> Kind.THROTTLED;
      // What a store cannot do it cannot do later either.
      case 501 -> Kind.INVALID;
      default -> status / 100 == 5 ? Kind.SERVICE_FAILURE : Kind.INVALID;
    };
  }

  static String explanation(Kind kind) {
    return switch (kind) {
      case NOT_FOUND -> "There is no such object: it was never uploaded, or is deleted.";
      case MISSING_OR_FORBIDDEN ->
          "The object is missing, or the credentials may not read it. Without s3:ListBucket S3 does"
              + " not tell the two apart: grant it on the bucket, and on its objects s3:GetObject"
              + " and, where they are encrypted with a KMS key, kms:Decrypt.";
      case ACCESS_DENIED ->
          "The credentials are not accepted, or lack a permission: s3:GetObject, s3:DeleteObject"
              + " and s3:ListBucket, to erase also s3:DeleteObjectVersion and"
              + " s3:ListBucketVersions, for a KMS key kms:Decrypt; or the object is locked.";
      case CREDENTIALS_UNAVAILABLE -> "There are no credentials.";
      case NO_SUCH_BUCKET -> "There is no such bucket. Correct S3_BUCKET_NAME or AWS_REGION.";
      case CHANGED ->
          "The object is not the one that was looked at: it was replaced or deleted meanwhile. Look"
              + " at it again.";
      case RANGE_NOT_SATISFIABLE ->
          "The object ends before the first byte that was asked for; head() says its size.";
      case LIMIT_EXCEEDED -> "There are more objects than the limit allows.";
      case INVALID ->
          "S3 does not take the request, or cannot do what it asks. Check that bucket, AWS_REGION"
              + " and endpoint belong together.";
      case THROTTLED -> "More requests a second than S3 serves. Wait and try again.";
      case SERVICE_FAILURE -> "S3 failed by itself. Wait and try again.";
      case UNREACHABLE ->
          "S3 could not be reached, or its answer was lost, so that what was asked for may have been"
              + " done. Check network, region and endpoint, and try again.";
      case INTERRUPTED -> "The thread was interrupted before all was done.";
      case NOT_ATTEMPTED -> "Not tried, as something before it failed.";
    };
  }
}
