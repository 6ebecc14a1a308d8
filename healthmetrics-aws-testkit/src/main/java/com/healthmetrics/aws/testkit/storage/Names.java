package com.healthmetrics.aws.testkit.storage;

import com.healthmetrics.aws.testkit.internal.ClientHeaders;
import com.healthmetrics.aws.testkit.internal.Query;
import com.healthmetrics.aws.testkit.internal.RawRequest;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/**
 * The names of the headers and parameters that LocalS3 understands. Every other name is refused:
 * what S3 would act upon must not be ignored here, and a misspelt name is found.
 */
final class Names {
  /** Headers that describe an object. */
  static final Set<String> DESCRIPTION =
      Set.of(
          "content-disposition",
          "content-language",
          "expires",
          ObjectHeaders.ACL,
          "x-amz-checksum-algorithm",
          ObjectHeaders.META,
          "x-amz-server-side-encryption",
          "x-amz-storage-class");

  /** Headers of an {@code aws-chunked} body. */
  static final Set<String> BODY = Set.of("x-amz-decoded-content-length", "x-amz-trailer");

  static final Set<String> WRITE_CONDITIONS = Set.of("if-match", "if-none-match");

  static final Set<String> COPY =
      Set.of(
          "x-amz-copy-source",
          "x-amz-copy-source-if-match",
          "x-amz-copy-source-if-modified-since",
          "x-amz-copy-source-if-none-match",
          "x-amz-copy-source-if-unmodified-since",
          "x-amz-metadata-directive");

  /** Headers of S3, its SDKs and browsers that belong to no operation. */
  private static final Set<String> OF_EVERY_OPERATION =
      Set.of(
          "access-control-request-headers",
          "access-control-request-method",
          "amz-sdk-invocation-id",
          "amz-sdk-request",
          "amz-sdk-retry",
          "authorization",
          "content-encoding",
          "content-md5",
          "x-amz-content-sha256",
          "x-amz-date",
          "x-amz-sdk-checksum-algorithm",
          "x-amz-security-token",
          // Offers a transfer encoding, as TE does; the server need not use it.
          "x-amz-te",
          "x-amz-user-agent");

  /** The parameters of a signature, and the name of the operation that SDKs add. */
  private static final Set<String> OF_EVERY_URL =
      Set.of(
          "X-Amz-Algorithm",
          "X-Amz-Content-Sha256",
          "X-Amz-Credential",
          "X-Amz-Date",
          "X-Amz-Expires",
          "X-Amz-Security-Token",
          "X-Amz-Signature",
          "X-Amz-SignedHeaders",
          "x-amz-user-agent",
          "x-id");

  /** S3 accepts these in a presigned URL and does not act upon them. */
  private static final Set<String> IGNORED_IN_URLS =
      Set.of(
          "cache-control", "content-disposition", "content-type", "x-amz-sdk-checksum-algorithm");

  private Names() {}

  @SafeVarargs
  static Set<String> with(Set<String>... groups) {
    Set<String> all = new HashSet<>();
    for (Set<String> group : groups) {
      all.addAll(group);
    }
    return Set.copyOf(all);
  }

  /** Refuses a request that has a header or parameter which its operation does not understand. */
  static void requireUnderstood(S3Operation operation, RawRequest request, Query query) {
    for (String name : request.headers().keySet()) {
      if (!isOfEveryClient(name) && !operation.understandsHeader(name)) {
        throw unknownHeader(operation, name);
      }
    }
    boolean presigned = PresignedUrlCheck.isPresigned(query);
    for (Query.Parameter parameter : query.parameters()) {
      String name = parameter.name();
      boolean understood =
          OF_EVERY_URL.contains(name)
              || operation.understandsParameter(name)
              || (presigned && isHoisted(operation, name.toLowerCase(Locale.ROOT)));
      if (!understood) {
        throw S3Refusal.notImplemented(
            "LocalS3 does not understand the parameter ?" + name + " of " + operation + ".");
      }
    }
  }

  /** Whether a presigned URL may carry a header of this name; some presigners move it there. */
  private static boolean isHoisted(S3Operation operation, String lowerCaseName) {
    return (operation.understandsHeader(lowerCaseName)
            && SentHeaders.isReadFromQuery(lowerCaseName))
        || Checksums.HEADERS.contains(lowerCaseName)
        || IGNORED_IN_URLS.contains(lowerCaseName);
  }

  private static boolean isOfEveryClient(String name) {
    return ClientHeaders.isUsual(name)
        || OF_EVERY_OPERATION.contains(name)
        // SDKs send the digest of an empty body, too.
        || Checksums.HEADERS.contains(name);
  }

  private static S3Refusal unknownHeader(S3Operation operation, String name) {
    return S3Refusal.notImplementedHeader(
        name,
        name.startsWith("x-amz-")
            ? "LocalS3 does not implement "
                + name
                + " of "
                + operation
                + ". "
                + Subresources.instead(name.substring("x-amz-".length())).orElse("Omit it.")
            : "LocalS3 does not understand the header "
                + name
                + " of "
                + operation
                + ". S3 ignores headers that it does not know: omit it.");
  }
}
