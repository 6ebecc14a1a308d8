package com.healthmetrics.aws.testkit.storage;

import com.healthmetrics.aws.testkit.internal.CredentialScope;
import com.healthmetrics.aws.testkit.internal.SigV4;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Checks signer, scope and time of presigned URLs and POST policies. */
final class CredentialCheck {
  static final String ERROR = "AuthorizationQueryParametersError";

  /** Tolerance for a client's clock that is ahead. */
  private static final Duration MAX_AHEAD = Duration.ofMinutes(15);

  private final S3Settings settings;

  CredentialCheck(S3Settings settings) {
    this.settings = settings;
  }

  /** The checked signer: the scope that the signing key is derived from, and the signing time. */
  record Signer(CredentialScope scope, String timestamp, Instant signedAt) {}

  /** Refuses every signer except the user of this bucket. */
  Signer check(String algorithm, String credential, String timestamp, Optional<String> token) {
    if (!algorithm.equals(SigV4.ALGORITHM)) {
      throw malformed(
          "X-Amz-Algorithm only supports \"AWS4-HMAC-SHA256\"",
          "X-Amz-Algorithm was " + algorithm + ".");
    }
    CredentialScope scope =
        CredentialScope.parse(credential)
            .orElseThrow(
                () ->
                    malformed(
                        "Error parsing the X-Amz-Credential parameter; the Credential is"
                            + " mal-formed; expecting"
                            + " \"<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request\".",
                        "X-Amz-Credential does not have this form."));
    Instant signedAt =
        SigV4.parseTimestamp(timestamp)
            .orElseThrow(
                () ->
                    malformed(
                        "X-Amz-Date must be in the ISO8601 Long Format"
                            + " \"yyyyMMdd'T'HHmmss'Z'\"",
                        "X-Amz-Date was " + timestamp + "."));
    requireScope(scope, timestamp);
    requireKnown(scope.accessKeyId(), token);
    requireStarted(signedAt);
    return new Signer(scope, timestamp, signedAt);
  }

  private void requireScope(CredentialScope scope, String timestamp) {
    if (!scope.date().equals(timestamp.substring(0, 8))) {
      throw malformed(
          "Invalid credential date \""
              + scope.date()
              + "\". This date is not the same as"
              + " X-Amz-Date: \""
              + timestamp.substring(0, 8)
              + "\".",
          "X-Amz-Credential and X-Amz-Date must name the same UTC day.");
    }
    if (!scope.service().equals("s3")) {
      throw malformed(
          "Error parsing the X-Amz-Credential parameter; incorrect service \""
              + scope.service()
              + "\". This endpoint belongs to \"s3\".",
          "Sign for the service s3.");
    }
    if (!scope.region().equals(settings.region().id())) {
      throw malformed(
              "Error parsing the X-Amz-Credential parameter; the region '"
                  + scope.region()
                  + "' is wrong; expecting '"
                  + settings.region()
                  + "'",
              "Sign for the region of the bucket.")
          .with("Region", settings.region());
    }
  }

  /** Refuses unknown access keys and wrong session tokens. */
  void requireKnown(String accessKeyId, Optional<String> token) {
    if (!accessKeyId.equals(settings.credentials().accessKeyId())) {
      throw S3Refusal.of(
              403,
              "InvalidAccessKeyId",
              "The AWS Access Key Id you provided does not exist in our records.",
              "This LocalS3 accepts one access key, the one it was built with.")
          .with("AWSAccessKeyId", accessKeyId);
    }
    Optional<String> expected = settings.credentials().sessionToken();
    boolean same =
        expected.isPresent() == token.isPresent()
            && SigV4.same(expected.orElse(""), token.orElse(""));
    if (!same) {
      String reason =
          token.isEmpty()
              ? "These are temporary credentials: X-Amz-Security-Token is missing."
              : expected.isEmpty()
                  ? "These credentials have no session token: omit X-Amz-Security-Token."
                  : "X-Amz-Security-Token is not the token of these credentials.";
      throw S3Refusal.of(
          400, "InvalidToken", "The provided token is malformed or otherwise invalid.", reason);
    }
  }

  private void requireStarted(Instant signedAt) {
    Instant now = settings.clock().instant();
    if (signedAt.isAfter(now.plus(MAX_AHEAD))) {
      throw S3Refusal.accessDenied(
              "Request is not yet valid",
              "X-Amz-Date is "
                  + Duration.between(now, signedAt).toMinutes()
                  + " minutes ahead of the server's clock; the limit is "
                  + MAX_AHEAD.toMinutes()
                  + ".")
          // In milliseconds, although the parameter is not.
          .with("X-Amz-Date", signedAt.toEpochMilli())
          .with("ServerTime", now);
    }
  }

  /** Signature version 2, or none that S3 has. */
  static S3Refusal anotherMechanism(String reason) {
    return S3Refusal.invalidRequest(
        "The authorization mechanism you have provided is not supported. Please use"
            + " AWS4-HMAC-SHA256.",
        reason);
  }

  static S3Refusal malformed(String message, String reason) {
    return S3Refusal.of(400, ERROR, message, reason);
  }
}
