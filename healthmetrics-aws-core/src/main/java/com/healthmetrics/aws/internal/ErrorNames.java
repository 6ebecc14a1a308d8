package com.healthmetrics.aws.internal;

import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;

/**
 * Error code and request id of an error response, for messages.
 *
 * <p>What is not of the form that AWS uses comes from another server and may repeat an address or
 * an object key, so it counts as missing.
 */
public final class ErrorNames {
  private static final Pattern CODE = Pattern.compile("[A-Za-z0-9.]{1,100}+");
  private static final Pattern REQUEST_ID = Pattern.compile("[A-Za-z0-9:=_-]{1,100}+");

  private ErrorNames() {}

  /** {@return the error code, or empty if there is none} */
  public static Optional<String> code(AwsServiceException response) {
    return Optional.ofNullable(response.awsErrorDetails())
        .map(AwsErrorDetails::errorCode)
        .flatMap(ErrorNames::code);
  }

  /** {@return the code itself, or empty if it is not one} */
  public static Optional<String> code(@Nullable String code) {
    return Optional.ofNullable(code).filter(CODE.asMatchPredicate());
  }

  /** {@return the request id, or empty if there is none} */
  public static Optional<String> requestId(AwsServiceException response) {
    return Optional.ofNullable(response.requestId()).filter(REQUEST_ID.asMatchPredicate());
  }
}
