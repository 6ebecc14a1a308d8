package com.healthmetrics.aws.testkit.storage;

import com.healthmetrics.aws.testkit.internal.Query;
import com.healthmetrics.aws.testkit.internal.RawRequest;
import com.healthmetrics.aws.testkit.internal.SigV4;
import com.healthmetrics.aws.testkit.storage.CredentialCheck.Signer;
import com.healthmetrics.aws.testkit.storage.SignatureCheck.Claim;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Checks presigned URLs as the S3 API Reference requires in "Authenticating Requests: Using Query
 * Parameters (AWS Signature Version 4)".
 */
final class PresignedUrlCheck {
  private static final String ALGORITHM = "X-Amz-Algorithm";
  private static final String CREDENTIAL = "X-Amz-Credential";
  private static final String DATE = "X-Amz-Date";
  private static final String EXPIRES = "X-Amz-Expires";
  private static final String SIGNED_HEADERS = "X-Amz-SignedHeaders";
  private static final String SIGNATURE = "X-Amz-Signature";
  private static final String TOKEN = "X-Amz-Security-Token";
  private static final List<String> REQUIRED =
      List.of(ALGORITHM, CREDENTIAL, DATE, EXPIRES, SIGNED_HEADERS, SIGNATURE);

  private static final long MAX_EXPIRES_SECONDS = 604_800;
  private static final String PAYLOAD = "x-amz-content-sha256";

  /** A parameter of signature version 2, which new buckets do not accept. */
  private static final String ACCESS_KEY_OF_V2 = "AWSAccessKeyId";

  private final S3Settings settings;
  private final CredentialCheck credentials;
  private final SignatureCheck signatures;

  PresignedUrlCheck(S3Settings settings) {
    this.settings = settings;
    this.credentials = new CredentialCheck(settings);
    this.signatures = new SignatureCheck(settings);
  }

  /** Refuses a request whose URL was not presigned for exactly this request or is not valid now. */
  SignedPayload requireValid(RawRequest request, Query query) {
    requireOneMechanism(request, query);
    Map<String, String> parameters = requiredParameters(query);
    Duration lifetime = lifetime(parameter(parameters, EXPIRES));
    Signer signer =
        credentials.check(
            parameter(parameters, ALGORITHM),
            parameter(parameters, CREDENTIAL),
            parameter(parameters, DATE),
            query.first(TOKEN));
    requireCurrent(signer.signedAt(), lifetime);

    List<String> names = signedHeaderNames(parameter(parameters, SIGNED_HEADERS));
    RawRequest read = withoutIgnored(request, names);
    SignatureCheck.requireNothingImportantUnsigned(read, names);
    String payloadHash =
        read.header(PAYLOAD)
            .or(() -> query.first("X-Amz-Content-Sha256"))
            .orElse(SignedPayload.UNSIGNED);
    signatures.require(
        request,
        query,
        new Claim(signer, names, payloadHash, SIGNATURE, parameter(parameters, SIGNATURE)));
    SignedPayload.requireKnown(payloadHash);
    SignedPayload payload = new SignedPayload(payloadHash, Optional.empty());
    if (payload.isChunked()) {
      throw S3Refusal.notImplementedHeader(
          PAYLOAD, "The body of a presigned URL cannot be aws-chunked here; send it plain.");
    }
    return payload;
  }

  /** S3 ignores this header where the URL says the same without it. */
  private static RawRequest withoutIgnored(RawRequest request, List<String> signed) {
    boolean ignored =
        !signed.contains(PAYLOAD)
            && request.header(PAYLOAD).filter(SignedPayload.UNSIGNED::equals).isPresent();
    return ignored ? request.without(PAYLOAD) : request;
  }

  /** Whether the query has a parameter of a signature. */
  static boolean isPresigned(Query query) {
    return REQUIRED.stream().anyMatch(name -> query.first(name).isPresent());
  }

  /** When a URL was signed that was found to be valid. */
  static Instant signedAt(Query query) {
    return query.first(DATE).flatMap(SigV4::parseTimestamp).orElseThrow();
  }

  private static void requireOneMechanism(RawRequest request, Query query) {
    if (request.header("authorization").isPresent()) {
      throw S3Refusal.invalidArgument(
          "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature"
              + " query string parameter or the Authorization header should be specified",
          "The URL is presigned; send it without an Authorization header.");
    }
    if (query.first(ACCESS_KEY_OF_V2).isPresent()) {
      throw CredentialCheck.anotherMechanism("The URL is presigned with signature version 2.");
    }
    if (!isPresigned(query)) {
      throw S3Refusal.accessDenied(
          "Access Denied",
          "The request is anonymous and the bucket is private: presign the URL, sign the request or"
              + " send a signed form.");
    }
  }

  private static Map<String, String> requiredParameters(Query query) {
    Map<String, String> found = new LinkedHashMap<>();
    List<String> wrong = new ArrayList<>();
    for (String name : REQUIRED) {
      List<String> values = query.all(name);
      if (values.size() == 1 && !values.get(0).isEmpty()) {
        found.put(name, values.get(0));
      } else {
        wrong.add(
            name + (values.size() > 1 ? " appears " + values.size() + " times" : " is missing"));
      }
    }
    if (query.all(TOKEN).size() > 1) {
      wrong.add(TOKEN + " appears more than once");
    }
    if (!wrong.isEmpty()) {
      throw CredentialCheck.malformed(
          "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential,"
              + " X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.",
          String.join(", ", wrong) + "; each must appear once.");
    }
    return found;
  }

  private static String parameter(Map<String, String> parameters, String name) {
    return parameters.getOrDefault(name, "");
  }

  private static Duration lifetime(String expires) {
    // Long.parseLong accepts a plus sign and the digits of every script.
    if (!expires.matches("-?[0-9]{1,18}")) {
      throw CredentialCheck.malformed(
          "X-Amz-Expires should be a number", "X-Amz-Expires was " + expires + ".");
    }
    long seconds = Long.parseLong(expires);
    if (seconds < 0) {
      throw CredentialCheck.malformed(
          "X-Amz-Expires must be non-negative",
          "X-Amz-Expires was " + seconds + "; a URL is valid for 1 second or longer.");
    }
    if (seconds > MAX_EXPIRES_SECONDS) {
      throw CredentialCheck.malformed(
          "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires"
              + " must be less than 604800 seconds",
          "X-Amz-Expires was " + seconds + "; a SigV4 URL is valid for at most 7 days.");
    }
    return Duration.ofSeconds(seconds);
  }

  private void requireCurrent(Instant signedAt, Duration lifetime) {
    Instant now = settings.clock().instant();
    Instant expires = signedAt.plus(lifetime);
    if (!now.isBefore(expires)) {
      throw S3Refusal.accessDenied(
              "Request has expired",
              "The URL was valid for "
                  + lifetime.toSeconds()
                  + " seconds and expired "
                  + Duration.between(expires, now).toSeconds()
                  + " seconds ago; presign a new one.")
          .with("X-Amz-Expires", lifetime.toSeconds())
          .with("Expires", expires)
          .with("ServerTime", now);
    }
  }

  private static List<String> signedHeaderNames(String signedHeaders) {
    List<String> names = List.of(signedHeaders.split(";", -1));
    if (!SignatureCheck.isWellFormed(names)) {
      throw CredentialCheck.malformed(
          "X-Amz-SignedHeaders must be lower-case header names, sorted and separated by ';'",
          "X-Amz-SignedHeaders was " + signedHeaders + ".");
    }
    return names;
  }
}
