package com.healthmetrics.aws.storage;

import com.healthmetrics.aws.internal.CurrentCredentials;
import com.healthmetrics.aws.storage.StorageException.Kind;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.AbortedException;

/**
 * Translates a failure of the SDK into a {@link StorageException}.
 *
 * <p>S3's own text is left out, as it may repeat keys.
 *
 * <p>Source: Amazon S3 API Reference, "Error responses", "List of error codes".
 */
final class StorageFailures {
  private StorageFailures() {}

  /** The operation of a request, as far as it decides what a response means. */
  enum Operation {
    /** Reads an object's head or bytes: 403 may mean a missing object. */
    READ,
    /** Anything else. */
    OTHER
  }

  static StorageException explain(RuntimeException failure, Operation operation) {
    if (failure instanceof AwsServiceException response) {
      Kind kind = kindOf(errorCode(response), response.statusCode(), operation);
      return new StorageException(
          kind,
          explanation(kind)
              + " (S3 returned "
              + response.statusCode()
              + (errorCode(response).isEmpty() ? "" : " " + errorCode(response))
              + (response.requestId() == null ? "" : ", request id " + response.requestId())
              + ".)");
    }
    // An interrupted wait or read ends in any exception of the HTTP client.
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

  /** A failure that was not a response of S3. */
  static StorageException of(Kind kind) {
    return new StorageException(kind, explanation(kind));
  }

  /** Resolves credentials that are valid now; nothing was done yet if there are none. */
  static AwsCredentials credentials(AwsCredentialsProvider provider, Instant now, String done) {
    try {
      return CurrentCredentials.resolve(provider, Clock.fixed(now, ZoneOffset.UTC));
    } catch (CurrentCredentials.Unavailable e) {
      String message = e.getMessage() + " Nothing was " + done + ".";
      throw new StorageException(Kind.CREDENTIALS_UNAVAILABLE, message, e, null);
    }
  }

  private static Throwable rootCause(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null && cause.getCause() != cause) {
      cause = cause.getCause();
    }
    return cause;
  }

  private static String errorCode(AwsServiceException response) {
    String code =
        response.awsErrorDetails() == null ? null : response.awsErrorDetails().errorCode();
    return code == null ? "" : code;
  }

  static boolean isMissing(RuntimeException failure) {
    return failure instanceof AwsServiceException response
        && response.statusCode() == 404
        && !errorCode(response).equals("NoSuchBucket");
  }

  /** The kind of one entry of a DeleteObjects response, which has no status of its own. */
  static Kind kindOf(String code) {
    return kindOf(code, 0, Operation.OTHER);
  }

  private static Kind kindOf(String code, int status, Operation operation) {
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
      default -> kindOf(status, operation, code);
    };
  }

  private static Kind kindOf(int status, Operation operation, String code) {
    if (status == 403 || code.startsWith("AccessDenied")) {
      return operation == Operation.READ ? Kind.MISSING_OR_FORBIDDEN : Kind.ACCESS_DENIED;
    }
    return switch (status) {
      case 401, 407 -> Kind.ACCESS_DENIED;
      case 404 -> Kind.NOT_FOUND;
      case 408 -> Kind.UNREACHABLE;
      case 412 -> Kind.CHANGED;
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
      case ACCESS_DENIED ->
          "The credentials are not accepted, or lack a permission: s3:GetObject, s3:DeleteObject"
              + " and s3:ListBucket, to erase also s3:DeleteObjectVersion and"
              + " s3:ListBucketVersions, for a KMS key kms:Decrypt; or the object is locked.";
      case CREDENTIALS_UNAVAILABLE -> "There are no credentials.";
      case NO_SUCH_BUCKET -> "There is no such bucket. Correct S3_BUCKET_NAME or AWS_REGION.";
      case CHANGED ->
          "The object is not the inspected one: it was replaced or deleted in the meantime. Inspect"
              + " it again.";
      case RANGE_NOT_SATISFIABLE ->
          "The object ends before the first requested byte; head() returns its size.";
      case LIMIT_EXCEEDED -> "There are more objects than the limit allows.";
      case INVALID ->
          "S3 does not accept the request, or does not support it. Check that bucket, AWS_REGION and"
              + " endpoint belong together.";
      case THROTTLED -> "More requests per second than S3 serves. Wait and try again.";
      case SERVICE_FAILURE -> "S3 reported an internal error. Wait and try again.";
      case UNREACHABLE ->
          "S3 could not be reached, or its response was lost, so the operation may have been done."
              + " Check network, region and endpoint, and try again.";
      case INTERRUPTED -> "The thread was interrupted before the operation was complete.";
      case NOT_ATTEMPTED -> "Not attempted, as an earlier request failed.";
    };
  }
}
