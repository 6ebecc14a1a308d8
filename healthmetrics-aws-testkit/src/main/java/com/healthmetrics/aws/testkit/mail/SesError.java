package com.healthmetrics.aws.testkit.mail;

/**
 * An error of SES in both of its APIs.
 *
 * <p>Sources: Amazon SES API v2 Reference, "SendEmail" and "Common Errors"; Amazon SES API
 * Reference, "SendEmail", "SendRawEmail" and "Common Errors"; the service models in the SDK for the
 * codes on the wire.
 *
 * @param status HTTP status in the API v2
 * @param type {@code x-amzn-ErrorType} in the API v2
 * @param queryStatus HTTP status in the API v1
 * @param queryCode {@code Code} in the API v1
 */
record SesError(int status, String type, int queryStatus, String queryCode) {
  static final SesError BAD_REQUEST =
      new SesError(400, "BadRequestException", 400, "InvalidParameterValue");
  static final SesError MISSING = new SesError(400, "BadRequestException", 400, "ValidationError");
  static final SesError MESSAGE_REJECTED = of(400, "MessageRejected");
  static final SesError NO_CONFIGURATION_SET =
      new SesError(404, "NotFoundException", 400, "ConfigurationSetDoesNotExist");
  static final SesError NOT_FOUND = of(404, "NotFoundException");
  static final SesError SENDING_PAUSED =
      new SesError(400, "SendingPausedException", 400, "AccountSendingPausedException");
  static final SesError SUSPENDED =
      new SesError(400, "AccountSuspendedException", 400, "AccountSendingPausedException");
  static final SesError THROTTLED =
      new SesError(429, "TooManyRequestsException", 400, "Throttling");

  static final SesError MALFORMED =
      new SesError(400, "SerializationException", 400, "MalformedInput");
  static final SesError UNKNOWN_OPERATION =
      new SesError(404, "UnknownOperationException", 400, "InvalidAction");

  static final SesError ACCESS_DENIED =
      new SesError(403, "AccessDeniedException", 403, "AccessDenied");
  static final SesError NO_TOKEN =
      new SesError(403, "MissingAuthenticationTokenException", 403, "MissingAuthenticationToken");
  static final SesError UNKNOWN_KEY =
      new SesError(403, "UnrecognizedClientException", 403, "InvalidClientTokenId");
  static final SesError INCOMPLETE_SIGNATURE =
      new SesError(400, "IncompleteSignatureException", 400, "IncompleteSignature");
  static final SesError WRONG_SIGNATURE =
      new SesError(403, "InvalidSignatureException", 403, "SignatureDoesNotMatch");

  /** An error with the same name in both APIs. */
  static SesError of(int status, String code) {
    return new SesError(status, code, status, code);
  }
}
