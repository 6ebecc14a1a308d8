package com.healthmetrics.aws.testkit.mail;

import com.healthmetrics.aws.testkit.internal.CredentialScope;
import com.healthmetrics.aws.testkit.internal.Percent;
import com.healthmetrics.aws.testkit.internal.Query;
import com.healthmetrics.aws.testkit.internal.RawRequest;
import com.healthmetrics.aws.testkit.internal.SigV4;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Checks the {@code Authorization} header as the IAM User Guide describes it in "Create a signed
 * AWS API request".
 */
final class AuthorizationCheck {
  private static final Duration MAX_SKEW = Duration.ofMinutes(5);
  private static final Pattern FORM =
      Pattern.compile(
          "AWS4-HMAC-SHA256 +Credential=([^ ,]+), *SignedHeaders=([^ ,]+), *Signature=([^ ,]+)");

  private final SesSettings settings;

  AuthorizationCheck(SesSettings settings) {
    this.settings = settings;
  }

  /**
   * Refuses a request that was not signed within 5 minutes, for this service and with this body.
   */
  void requireValid(RawRequest request, byte[] body) {
    Matcher form = FORM.matcher(requireAuthorization(request));
    if (!form.matches()) {
      throw incomplete("Authorization is not of the form Credential=, SignedHeaders=, Signature=.");
    }
    CredentialScope scope =
        CredentialScope.parse(form.group(1))
            .orElseThrow(
                () -> incomplete("Credential must be AKID/yyyyMMdd/region/ses/aws4_request."));
    requireKnown(request, scope);
    String timestamp = requireCurrent(request, scope);
    requireScope(scope);
    SortedMap<String, String> signed =
        signedHeaders(request, List.of(form.group(2).split(";", -1)));
    requireSignature(request, body, timestamp, scope, signed, form.group(3));
  }

  private static String requireAuthorization(RawRequest request) {
    return request
        .header("authorization")
        .orElseThrow(
            () ->
                new SesRefusal(
                    SesError.NO_TOKEN,
                    "Missing Authentication Token",
                    "The request has no Authorization header; sign it with SigV4."));
  }

  private void requireKnown(RawRequest request, CredentialScope scope) {
    if (!scope.accessKeyId().equals(settings.credentials().accessKeyId())
        || request.header("x-amz-security-token").isPresent()) {
      throw new SesRefusal(
          SesError.UNKNOWN_KEY,
          "The security token included in the request is invalid.",
          "This LocalSes accepts one access key, the one it was built with, and no session token.");
    }
  }

  private String requireCurrent(RawRequest request, CredentialScope scope) {
    String timestamp = request.header("x-amz-date").orElse("");
    Instant signedAt =
        SigV4.parseTimestamp(timestamp)
            .orElseThrow(() -> incomplete("X-Amz-Date must be present, as yyyyMMdd'T'HHmmss'Z'."));
    if (!scope.date().equals(timestamp.substring(0, 8))) {
      throw invalidSignature(
          "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from"
              + " HTTP: '"
              + scope.date()
              + "' != '"
              + timestamp.substring(0, 8)
              + "'.",
          "Derive the scope and X-Amz-Date from the same instant.");
    }
    Instant now = settings.clock().instant();
    if (signedAt.isBefore(now.minus(MAX_SKEW))) {
      throw invalidSignature(
          "Signature expired: "
              + timestamp
              + " is now earlier than "
              + SigV4.formatTimestamp(now.minus(MAX_SKEW))
              + " ("
              + SigV4.formatTimestamp(now)
              + " - 5 min.)",
          "The clocks of client and server differ by more than 5 minutes.");
    }
    if (signedAt.isAfter(now.plus(MAX_SKEW))) {
      throw invalidSignature(
          "Signature not yet current: "
              + timestamp
              + " is still later than "
              + SigV4.formatTimestamp(now.plus(MAX_SKEW))
              + " ("
              + SigV4.formatTimestamp(now)
              + " + 5 min.)",
          "The clocks of client and server differ by more than 5 minutes.");
    }
    return timestamp;
  }

  private void requireScope(CredentialScope scope) {
    if (!scope.region().equals(settings.region().id())) {
      throw invalidSignature(
          "Credential should be scoped to a valid region.",
          "Signed for " + scope.region() + "; this LocalSes is in " + settings.region() + ".");
    }
    if (!scope.service().equals("ses")) {
      throw invalidSignature(
          "Credential should be scoped to correct service: 'ses'.",
          "Signed for the service " + scope.service() + ".");
    }
  }

  private static SortedMap<String, String> signedHeaders(RawRequest request, List<String> names) {
    for (String required : List.of("host", "x-amz-date")) {
      if (!names.contains(required)) {
        throw invalidSignature(
            "'" + required + "' must be a 'SignedHeader' in the AWS Authorization.",
            "SignedHeaders is " + String.join(";", names) + ".");
      }
    }
    SortedMap<String, String> signed = new TreeMap<>();
    for (String name : names) {
      signed.put(
          name,
          request
              .header(name)
              .orElseThrow(() -> mismatch("Signed but not sent: the header " + name + ".")));
    }
    return signed;
  }

  private void requireSignature(
      RawRequest request,
      byte[] body,
      String timestamp,
      CredentialScope scope,
      SortedMap<String, String> signed,
      String provided) {
    String payloadHash = SigV4.sha256Hex(body);
    if (!request.header("x-amz-content-sha256").orElse(payloadHash).equals(payloadHash)) {
      throw mismatch("The body does not match x-amz-content-sha256.");
    }
    String canonical =
        SigV4.canonicalRequest(
            request.method(),
            // Unlike S3, every other service encodes the path a second time. It also normalises it,
            // which changes no path of an operation whose parameter is a real name.
            Percent.encodePath(request.rawPath()),
            canonicalQuery(request),
            signed,
            payloadHash);
    String stringToSign = SigV4.stringToSign(timestamp, scope, canonical);
    if (!SigV4.same(
        SigV4.signature(settings.credentials().secretAccessKey(), scope, stringToSign), provided)) {
      throw mismatch(
          "Signed headers as they arrived: "
              + signed.entrySet().stream()
                  .map(header -> header.getKey() + "=" + header.getValue())
                  .collect(Collectors.joining(", "))
              + ". One of these, the path, the query or the body differs from what was signed, or"
              + " another secret key was used.");
    }
  }

  private static String canonicalQuery(RawRequest request) {
    try {
      return Query.parse(request.rawQuery()).canonicalWithout("");
    } catch (IllegalArgumentException e) {
      throw mismatch("The query cannot be decoded: " + e.getMessage() + ".");
    }
  }

  private static SesRefusal mismatch(String reason) {
    return invalidSignature(
        "The request signature we calculated does not match the signature you provided. Check your"
            + " AWS Secret Access Key and signing method. Consult the service documentation for"
            + " details.",
        reason);
  }

  private static SesRefusal invalidSignature(String message, String reason) {
    return new SesRefusal(SesError.WRONG_SIGNATURE, message, reason);
  }

  private static SesRefusal incomplete(String reason) {
    return new SesRefusal(
        SesError.INCOMPLETE_SIGNATURE,
        "The request signature does not conform to AWS standards.",
        reason);
  }
}
