package com.healthmetrics.aws.testkit.cdn;

import com.healthmetrics.aws.testkit.internal.ByteRange;
import com.healthmetrics.aws.testkit.internal.ClientHeaders;
import com.healthmetrics.aws.testkit.internal.Percent;
import com.healthmetrics.aws.testkit.internal.RawRequest;
import com.healthmetrics.aws.testkit.internal.ResponseOverride;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * What CloudFront does with the headers and the query of a request, with the cache policies of the
 * Terraform module, which forward one parameter for private prefixes and nothing else: it forwards
 * some headers to S3 nevertheless, reads signatures in cookies and parameters, and drops the rest.
 * Of the rest, only {@linkplain ClientHeaders usual headers} and credentials are dropped here, and
 * parameters that S3 would not act on; anything else is refused.
 *
 * <p>Source: Amazon CloudFront Developer Guide, "HTTP request headers and CloudFront behavior
 * (custom and Amazon S3 origins)", "Request and response behavior for Amazon S3 origins" and
 * "Understand cache policies".
 */
final class ViewerRequest {
  /** CloudFront forwards them whatever the cache policy, and S3 acts on them. */
  private static final Set<String> FORWARDED =
      Set.of(
          "if-match",
          "if-modified-since",
          "if-none-match",
          "if-range",
          "if-unmodified-since",
          "range");

  /** Parameters of S3's requests for objects, in lower case. */
  private static final Set<String> PARAMETERS_OF_S3 =
      Set.of(
          ("acl attributes legal-hold partnumber restore retention tagging torrent uploadid"
                  + " uploads versionid x-id")
              .split(" "));

  /** The parameter that the module's cache policy for private prefixes forwards. */
  private static final String CONTENT_DISPOSITION = "response-content-disposition";

  private ViewerRequest() {}

  /** What replaces the {@code Content-Disposition} of a private object, if anything does. */
  static Optional<ResponseOverride> contentDisposition(RawRequest request) {
    String start = CONTENT_DISPOSITION + "=";
    return Arrays.stream(request.rawQuery().split("&", -1))
        .filter(parameter -> parameter.startsWith(start))
        .map(parameter -> override(parameter.substring(start.length())))
        .findFirst();
  }

  private static ResponseOverride override(String rawValue) {
    try {
      return new ResponseOverride(CONTENT_DISPOSITION, Percent.decode(rawValue));
    } catch (IllegalArgumentException e) {
      throw CloudFrontRefusal.ofOrigin(
          400,
          "InvalidURI",
          "Couldn't parse the specified URI.",
          CONTENT_DISPOSITION + " cannot be decoded: " + e.getMessage());
    }
  }

  /**
   * Refuses what this distribution does not do.
   *
   * @param isPrivate whether the path is below a private prefix
   * @throws CloudFrontRefusal if the request has a body, several ranges, or a header or parameter
   *     that neither CloudFront nor this class knows
   */
  static void requireUnderstood(RawRequest request, boolean isPrivate) {
    request.headers().keySet().stream()
        .filter(name -> !isUnderstood(name))
        .findFirst()
        .ifPresent(
            name -> {
              throw CloudFrontRefusal.notImplemented(
                  "The header "
                      + name
                      + " is not known here. With the cache policy of the Terraform module CloudFront"
                      + " forwards no such header to S3. Omit it.");
            });
    if (!request.header("content-length").orElse("0").equals("0")
        || request.header("transfer-encoding").isPresent()) {
      throw CloudFrontRefusal.accessDenied("CloudFront refuses a GET or HEAD with a body.");
    }
    if (request.header("range").filter(ByteRange::isSeveral).isPresent()) {
      throw CloudFrontRefusal.notImplemented("The request has several ranges. Send one for each.");
    }
    Arrays.stream(request.rawQuery().split("&", -1))
        .map(parameter -> parameter.replaceFirst("(?s)=.*", ""))
        .filter(name -> !(isPrivate && name.equals(CONTENT_DISPOSITION)))
        .filter(ViewerRequest::isForS3)
        .findFirst()
        .ifPresent(
            name -> {
              throw CloudFrontRefusal.notImplemented(
                  "The parameter "
                      + name
                      + " is one of S3. With the cache policies of the Terraform module CloudFront"
                      + " forwards no query string but "
                      + CONTENT_DISPOSITION
                      + " below private prefixes, so S3 would not see it. Omit it, or send the"
                      + " request to S3.");
            });
  }

  private static boolean isUnderstood(String header) {
    return FORWARDED.contains(header)
        || header.equals("authorization")
        || ClientHeaders.isUsual(header);
  }

  private static boolean isForS3(String rawName) {
    String name = decoded(rawName).toLowerCase(Locale.ROOT);
    return PARAMETERS_OF_S3.contains(name)
        || name.startsWith("x-amz-")
        || name.startsWith("response-");
  }

  private static String decoded(String rawName) {
    try {
      return Percent.decode(rawName);
    } catch (IllegalArgumentException e) {
      return rawName;
    }
  }
}
