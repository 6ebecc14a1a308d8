package com.healthmetrics.aws.testkit.storage;

import com.healthmetrics.aws.testkit.internal.CredentialScope;
import com.healthmetrics.aws.testkit.internal.Percent;
import com.healthmetrics.aws.testkit.internal.Query;
import com.healthmetrics.aws.testkit.internal.RawRequest;
import com.healthmetrics.aws.testkit.internal.SigV4;
import com.healthmetrics.aws.testkit.storage.CredentialCheck.Signer;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Recomputes the signature of a query or of an {@code Authorization} header and compares. */
final class SignatureCheck {
  private final S3Settings settings;

  SignatureCheck(S3Settings settings) {
    this.settings = settings;
  }

  /** Verifies the chunks of a request that has this signature. */
  ChunkSignatures ofChunks(Signer signer, String signature) {
    return new ChunkSignatures(settings.credentials().secretAccessKey(), signer, signature);
  }

  /** The claims of a signature. */
  record Claim(
      Signer signer,
      List<String> signedHeaders,
      String payloadHash,
      String unsignedParameter,
      String provided) {
    Claim {
      signedHeaders = List.copyOf(signedHeaders);
    }
  }

  /** Whether names are lower-case, sorted and distinct, as a signature must list them. */
  static boolean isWellFormed(List<String> names) {
    return List.copyOf(new TreeSet<>(names)).equals(names)
        && names.stream().allMatch(name -> name.matches("[!#$%&'*+.^_`|~0-9a-z-]+"));
  }

  /** Refuses a request with {@code host} or an {@code x-amz-*} header outside the signature. */
  static void requireNothingImportantUnsigned(RawRequest request, List<String> signed) {
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
                  + ". Sign host and every x-amz-* header, or omit them.")
          .with("HeadersNotSigned", names);
    }
  }

  /** Refuses a request that differs from the signed one. */
  void require(RawRequest request, Query query, Claim claim) {
    SortedMap<String, String> signed = new TreeMap<>();
    claim.signedHeaders().forEach(name -> signed.put(name, request.header(name).orElse("")));
    List<String> missing =
        claim.signedHeaders().stream().filter(n -> request.header(n).isEmpty()).toList();

    String canonical = canonicalRequest(request.method(), request, query, signed, claim);
    CredentialScope scope = claim.signer().scope();
    String stringToSign = SigV4.stringToSign(claim.signer().timestamp(), scope, canonical);
    if (missing.isEmpty() && SigV4.same(signature(scope, stringToSign), claim.provided())) {
      return;
    }
    String reason =
        missing.isEmpty()
            ? difference(request, query, signed, claim)
            : "Signed but not sent: "
                + String.join(", ", missing)
                + ". Send exactly the headers that were signed.";
    throw S3Refusal.of(
            403,
            "SignatureDoesNotMatch",
            "The request signature we calculated does not match the signature you provided. Check"
                + " your key and signing method.",
            reason)
        .with("AWSAccessKeyId", scope.accessKeyId())
        .with("StringToSign", stringToSign)
        .with("SignatureProvided", claim.provided())
        .with("CanonicalRequest", canonical);
  }

  private String difference(
      RawRequest request, Query query, SortedMap<String, String> signed, Claim claim) {
    CredentialScope scope = claim.signer().scope();
    for (String method : List.of("GET", "HEAD", "PUT", "POST", "DELETE")) {
      String canonical = canonicalRequest(method, request, query, signed, claim);
      String stringToSign = SigV4.stringToSign(claim.signer().timestamp(), scope, canonical);
      if (SigV4.same(signature(scope, stringToSign), claim.provided())) {
        return "The URL was signed for " + method + " and used for " + request.method() + ".";
      }
    }
    return "Signed headers as they arrived: "
        + signed.entrySet().stream()
            .map(header -> header.getKey() + "=" + header.getValue())
            .collect(Collectors.joining(", "))
        + ". One of these, the method ("
        + request.method()
        + "), the key or a query parameter differs"
        + " from what was signed, or another secret key was used.";
  }

  private String signature(CredentialScope scope, String stringToSign) {
    return SigV4.signature(settings.credentials().secretAccessKey(), scope, stringToSign);
  }

  private static String canonicalRequest(
      String method,
      RawRequest request,
      Query query,
      SortedMap<String, String> signed,
      Claim claim) {
    return SigV4.canonicalRequest(
        method,
        // S3 encodes once and does not normalize: a//b and a/../b are valid keys.
        Percent.encodePath(Percent.decode(request.rawPath())),
        query.canonicalWithout(claim.unsignedParameter()),
        signed,
        claim.payloadHash());
  }
}
