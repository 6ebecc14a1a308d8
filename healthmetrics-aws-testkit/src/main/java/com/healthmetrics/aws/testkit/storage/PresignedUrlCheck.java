package com.healthmetrics.aws.testkit.storage;

import com.healthmetrics.aws.testkit.internal.Percent;
import com.healthmetrics.aws.testkit.internal.Query;
import com.healthmetrics.aws.testkit.internal.RawRequest;
import com.healthmetrics.aws.testkit.internal.SigV4;
import com.healthmetrics.aws.testkit.storage.CredentialCheck.Signer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Checks presigned URLs as the S3 API Reference asks in "Authenticating Requests: Using Query
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
  private static final String UNSIGNED_PAYLOAD = "UNSIGNED-PAYLOAD";

  private final S3Settings settings;
  private final CredentialCheck credentials;

  PresignedUrlCheck(S3Settings settings) {
    this.settings = settings;
    this.credentials = new CredentialCheck(settings);
  }

  /** Refuses every request whose URL was not presigned for exactly this request and this moment. */
  void requireValid(RawRequest request, Query query) {
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
    requireNothingImportantUnsigned(request, names);
    requireSignature(request, query, signer, names, parameter(parameters, SIGNATURE));
  }

  /** The hash of the body the signature covers; empty when it covers none, as is usual. */
  static Optional<String> signedPayloadHash(RawRequest request, Query query) {
    return request
        .header("x-amz-content-sha256")
        .or(() -> query.first("X-Amz-Content-Sha256"))
        .filter(hash -> !hash.equals(UNSIGNED_PAYLOAD));
  }

  private void requireOneMechanism(RawRequest request, Query query) {
    boolean presigned = REQUIRED.stream().anyMatch(name -> query.first(name).isPresent());
    boolean authorized = request.header("authorization").isPresent();
    if (presigned && authorized) {
      throw S3Refusal.invalidArgument(
          "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature"
              + " query string parameter or the Authorization header should be specified",
          "The URL is presigned; send it without an Authorization header.");
    }
    if (authorized) {
      throw S3Refusal.notImplemented("A signature in the Authorization header");
    }
    if (!presigned) {
      throw S3Refusal.accessDenied(
          "Access Denied",
          "The request is anonymous and the bucket is private: presign the URL or send a signed"
              + " form.");
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
          String.join(", ", wrong) + "; each must be there once.");
    }
    return found;
  }

  private static String parameter(Map<String, String> parameters, String name) {
    return parameters.getOrDefault(name, "");
  }

  private static Duration lifetime(String expires) {
    long seconds;
    try {
      seconds = Long.parseLong(expires);
    } catch (NumberFormatException e) {
      throw CredentialCheck.malformed(
          "X-Amz-Expires should be a number", "X-Amz-Expires was " + expires + ".");
    }
    if (seconds < 1) {
      throw CredentialCheck.malformed(
          "X-Amz-Expires must be non-negative",
          "X-Amz-Expires was " + seconds + "; at least 1 second is useful.");
    }
    if (seconds > MAX_EXPIRES_SECONDS) {
      throw CredentialCheck.malformed(
          "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires"
              + " must be less than 604800 seconds",
          "X-Amz-Expires was " + seconds + "; SigV4 URLs live 7 days at most.");
    }
    return Duration.ofSeconds(seconds);
  }

  private void requireCurrent(Instant signedAt, Duration lifetime) {
    Instant now = settings.clock().instant();
    Instant expires = signedAt.plus(lifetime);
    if (!now.isBefore(expires)) {
      throw S3Refusal.accessDenied(
              "Request has expired",
              "The URL lived "
                  + lifetime.toSeconds()
                  + " seconds and ended "
                  + Duration.between(expires, now).toSeconds()
                  + " seconds ago; presign a new one.")
          .with("X-Amz-Expires", lifetime.toSeconds())
          .with("Expires", expires)
          .with("ServerTime", now);
    }
  }

  private static List<String> signedHeaderNames(String signedHeaders) {
    List<String> names = List.of(signedHeaders.split(";", -1));
    boolean wellFormed =
        List.copyOf(new TreeSet<>(names)).equals(names)
            && names.stream().allMatch(name -> name.matches("[!#$%&'*+.^_`|~0-9a-z-]+"));
    if (!wellFormed) {
      throw CredentialCheck.malformed(
          "X-Amz-SignedHeaders must be lower-case header names, sorted and separated by ';'",
          "X-Amz-SignedHeaders was " + signedHeaders + ".");
    }
    return names;
  }

  private static void requireNothingImportantUnsigned(RawRequest request, List<String> signed) {
    List<String> unsigned =
        request.headers().keySet().stream()
            .filter(name -> name.equals("host") || name.startsWith("x-amz-"))
            .filter(name -> !signed.contains(name))
            .toList();
    if (!unsigned.isEmpty()) {
      String names = String.join(", ", unsigned);
      throw S3Refusal.accessDenied(
              "There were headers present in the request which were not signed",
              "Not among X-Amz-SignedHeaders: "
                  + names
                  + ". Sign host and every x-amz-* header, or do not send them.")
          .with("HeadersNotSigned", names);
    }
  }

  private void requireSignature(
      RawRequest request, Query query, Signer signer, List<String> names, String provided) {
    SortedMap<String, String> signed = new TreeMap<>();
    names.forEach(name -> signed.put(name, request.header(name).orElse("")));
    List<String> missing = names.stream().filter(n -> request.header(n).isEmpty()).toList();

    String canonical = canonicalRequest(request.method(), request, query, signed);
    String stringToSign = SigV4.stringToSign(signer.timestamp(), signer.scope(), canonical);
    if (missing.isEmpty() && SigV4.same(signature(signer, stringToSign), provided)) {
      return;
    }
    String reason =
        missing.isEmpty()
            ? whatDiffers(request, query, signer, signed, provided)
            : "Signed but not sent: "
                + String.join(", ", missing)
                + ". Send exactly the headers that were handed out with the URL.";
    throw S3Refusal.of(
            403,
            "SignatureDoesNotMatch",
            "The request signature we calculated does not match the signature you provided. Check"
                + " your key and signing method.",
            reason)
        .with("AWSAccessKeyId", signer.scope().accessKeyId())
        .with("StringToSign", stringToSign)
        .with("SignatureProvided", provided)
        .with("CanonicalRequest", canonical);
  }

  private String whatDiffers(
      RawRequest request,
      Query query,
      Signer signer,
      SortedMap<String, String> signed,
      String provided) {
    for (String method : List.of("GET", "HEAD", "PUT", "POST", "DELETE")) {
      String canonical = canonicalRequest(method, request, query, signed);
      String stringToSign = SigV4.stringToSign(signer.timestamp(), signer.scope(), canonical);
      if (SigV4.same(signature(signer, stringToSign), provided)) {
        return "The URL was signed for " + method + " and used for " + request.method() + ".";
      }
    }
    return "Signed headers as they arrived: "
        + signed.entrySet().stream()
            .map(header -> header.getKey() + "=" + header.getValue())
            .collect(Collectors.joining(", "))
        + ". One of these, the method ("
        + request.method()
        + "), the key or a query parameter is"
        + " not what was signed, or another secret key was used.";
  }

  private String signature(Signer signer, String stringToSign) {
    return SigV4.signature(settings.credentials().secretAccessKey(), signer.scope(), stringToSign);
  }

  private static String canonicalRequest(
      String method, RawRequest request, Query query, SortedMap<String, String> signed) {
    return SigV4.canonicalRequest(
        method,
        // S3 encodes once and does not normalise: a//b and a/../b are keys like any other.
        Percent.encodePath(Percent.decode(request.rawPath())),
        query.canonicalWithout(SIGNATURE),
        signed,
        signedPayloadHash(request, query).orElse(UNSIGNED_PAYLOAD));
  }
}
