package com.healthmetrics.aws.testkit.storage;

import com.healthmetrics.aws.testkit.internal.CredentialScope;
import com.healthmetrics.aws.testkit.internal.Query;
import com.healthmetrics.aws.testkit.internal.RawRequest;
import com.healthmetrics.aws.testkit.internal.SigV4;
import com.healthmetrics.aws.testkit.storage.CredentialCheck.Signer;
import com.healthmetrics.aws.testkit.storage.SignatureCheck.Claim;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Checks the {@code Authorization} header as the S3 API Reference requires in "Authenticating
 * Requests: Using the Authorization Header (AWS Signature Version 4)".
 */
final class AuthorizationCheck {
  private static final Duration MAX_SKEW = Duration.ofMinutes(15);
  private static final Pattern FORM =
      Pattern.compile(
          "AWS4-HMAC-SHA256 +Credential=([^ ,]+), *SignedHeaders=([^ ,]+), *Signature=([^ ,]+)");

  private final S3Settings settings;
  private final CredentialCheck credentials;
  private final SignatureCheck signatures;

  AuthorizationCheck(S3Settings settings) {
    this.settings = settings;
    this.credentials = new CredentialCheck(settings);
    this.signatures = new SignatureCheck(settings);
  }

  /** Refuses a request that was not signed within 15 minutes and for exactly this request. */
  SignedPayload requireValid(RawRequest request, Query query) {
    Matcher form = form(request);
    CredentialScope scope =
        CredentialScope.parse(form.group(1))
            .orElseThrow(
                () ->
                    malformed(
                        "the Credential is mal-formed; expecting"
                            + " \"<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request\".",
                        "Credential does not have this form."));
    String timestamp = request.header("x-amz-date").orElse("");
    Instant signedAt =
        SigV4.parseTimestamp(timestamp)
            .orElseThrow(
                () ->
                    S3Refusal.accessDenied(
                        "AWS authentication requires a valid Date or x-amz-date header",
                        "x-amz-date must be present, as yyyyMMdd'T'HHmmss'Z'."));
    requireScope(scope, timestamp);
    credentials.requireKnown(scope.accessKeyId(), request.header("x-amz-security-token"));
    requireCurrent(timestamp, signedAt);
    String payloadHash = requirePayloadHash(request);
    List<String> names = List.of(form.group(2).split(";", -1));
    if (!SignatureCheck.isWellFormed(names)) {
      throw malformed(
          "SignedHeaders must be lower-case header names, sorted and separated by ';'.",
          "SignedHeaders was " + form.group(2) + ".");
    }
    SignatureCheck.requireNothingImportantUnsigned(request, names);
    Signer signer = new Signer(scope, timestamp, signedAt);
    String signature = form.group(3);
    signatures.require(request, query, new Claim(signer, names, payloadHash, "", signature));
    return SignedPayload.of(payloadHash, signatures.ofChunks(signer, signature));
  }

  private static Matcher form(RawRequest request) {
    String authorization = request.header("authorization").orElse("");
    if (!authorization.startsWith(SigV4.ALGORITHM)) {
      throw CredentialCheck.anotherMechanism(
          "The Authorization header must begin with AWS4-HMAC-SHA256.");
    }
    Matcher form = FORM.matcher(authorization);
    if (!form.matches()) {
      throw malformed(
          "the authorization header requires three components: Credential, SignedHeaders, and"
              + " Signature.",
          "The header does not have the form Credential=, SignedHeaders=, Signature=.");
    }
    return form;
  }

  private void requireScope(CredentialScope scope, String timestamp) {
    if (!scope.date().equals(timestamp.substring(0, 8))) {
      throw malformed(
          "Invalid credential date \""
              + scope.date()
              + "\". This date is not the same as X-Amz-Date: \""
              + timestamp.substring(0, 8)
              + "\".",
          "Credential and x-amz-date must name the same UTC day.");
    }
    if (!scope.service().equals("s3")) {
      throw malformed(
          "incorrect service \"" + scope.service() + "\". This endpoint belongs to \"s3\".",
          "Sign for the service s3.");
    }
    if (!scope.region().equals(settings.region().id())) {
      throw malformed(
              "the region '" + scope.region() + "' is wrong; expecting '" + settings.region() + "'",
              "Sign for the region of the bucket.")
          .with("Region", settings.region());
    }
  }

  private void requireCurrent(String timestamp, Instant signedAt) {
    Instant now = settings.clock().instant();
    if (Duration.between(signedAt, now).abs().compareTo(MAX_SKEW) > 0) {
      throw S3Refusal.of(
              403,
              "RequestTimeTooSkewed",
              "The difference between the request time and the current time is too large.",
              "The clocks of client and server differ by "
                  + Duration.between(signedAt, now).abs().toMinutes()
                  + " minutes; the limit is "
                  + MAX_SKEW.toMinutes()
                  + ".")
          .with("RequestTime", timestamp)
          .with("ServerTime", now)
          .with("MaxAllowedSkewMilliseconds", MAX_SKEW.toMillis());
    }
  }

  private static String requirePayloadHash(RawRequest request) {
    String hash =
        request
            .header("x-amz-content-sha256")
            .orElseThrow(
                () ->
                    S3Refusal.invalidRequest(
                        "Missing required header for this request: x-amz-content-sha256",
                        "Send the SHA-256 of the body in hex, or UNSIGNED-PAYLOAD, and sign it."));
    SignedPayload.requireKnown(hash);
    return hash;
  }

  private static S3Refusal malformed(String message, String reason) {
    return S3Refusal.of(
        400,
        "AuthorizationHeaderMalformed",
        "The authorization header is malformed; " + message,
        reason);
  }
}
