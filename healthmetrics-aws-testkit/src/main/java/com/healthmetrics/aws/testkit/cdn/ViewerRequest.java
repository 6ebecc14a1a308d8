package com.healthmetrics.aws.testkit.cdn;

import com.healthmetrics.aws.testkit.internal.ByteRange;
import com.healthmetrics.aws.testkit.internal.ClientHeaders;
import com.healthmetrics.aws.testkit.internal.Percent;
import com.healthmetrics.aws.testkit.internal.RawRequest;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;

/**
 * What CloudFront does with the headers and the query of a request, with the cache policy of the
 * Terraform module, which forwards neither: it forwards some headers to S3 nevertheless, reads
 * signatures in cookies and parameters, and drops the rest. Of the rest, only {@linkplain
 * ClientHeaders usual headers} and credentials are dropped here, and parameters that S3 would not
 * act on; anything else is refused.
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

  private ViewerRequest() {}

  /**
   * Refuses what this distribution does not do.
   *
   * @throws CloudFrontRefusal if the request has a body, several ranges, or a header or parameter
   *     that neither CloudFront nor this class knows
   */
  static void requireUnderstood(RawRequest request) {
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
        .filter(ViewerRequest::isForS3)
        .findFirst()
        .ifPresent(
            name -> {
              throw CloudFrontRefusal.notImplemented(
                  "The parameter "
                      + name
                      + " is one of S3. With the cache policy of the Terraform module CloudFront"
                      + " forwards no query string, so S3 would not see it. Omit it, or send the"
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
