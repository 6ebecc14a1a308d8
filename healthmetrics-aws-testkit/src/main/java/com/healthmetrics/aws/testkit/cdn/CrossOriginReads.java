package com.healthmetrics.aws.testkit.cdn;

import com.healthmetrics.aws.testkit.internal.RawRequest;
import com.healthmetrics.aws.testkit.internal.ServerResponse;
import java.util.List;

/**
 * The CORS headers of the Terraform module's response headers policy: pages of the named origins
 * may read what they load.
 *
 * <p>Source: Amazon CloudFront Developer Guide, "Understand response headers policies". Whether
 * CloudFront adds them to errors, too, was not verified on AWS; they are left out here, so that no
 * page depends on them.
 *
 * @param allowedOrigins origins exactly as browsers send them
 * @param credentials whether pages may send cookies, as private pictures need them
 */
record CrossOriginReads(List<String> allowedOrigins, boolean credentials) {

  /** Copies the origins. */
  CrossOriginReads {
    allowedOrigins = List.copyOf(allowedOrigins);
  }

  /** The response to a GET or HEAD that succeeded. */
  ServerResponse permit(RawRequest request, ServerResponse response) {
    String origin = request.header("origin").orElse("");
    if (!allowedOrigins.contains(origin)) {
      return response;
    }
    ServerResponse readable = response.withHeader("Access-Control-Allow-Origin", origin);
    return credentials ? readable.withHeader("Access-Control-Allow-Credentials", "true") : readable;
  }
}
