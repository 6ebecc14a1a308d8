package com.healthmetrics.aws.testkit.storage;

import com.healthmetrics.aws.testkit.internal.RawRequest;
import com.healthmetrics.aws.testkit.internal.ServerResponse;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The CORS configuration of the bucket, as the Terraform module creates it: named origins, and the
 * methods and headers of an upload. Any more, and a page that works here would fail on AWS.
 */
final class CorsRules {
  private static final List<String> METHODS = List.of("POST", "PUT");
  private static final List<String> HEADERS =
      List.of("cache-control", "content-type", "if-none-match", "x-amz-checksum-*", "x-amz-meta-*");

  private final List<String> allowedOrigins;

  CorsRules(List<String> allowedOrigins) {
    this.allowedOrigins = allowedOrigins;
  }

  /** Handles a preflight request. */
  ServerResponse preflight(RawRequest request) {
    String origin =
        required(request, "origin", "Insufficient information. Origin request header needed.");
    String method =
        required(
            request,
            "access-control-request-method",
            "Insufficient information. Origin and Access-Control-Request-Method request headers"
                + " needed.");
    String headers =
        request.header("access-control-request-headers").orElse("").toLowerCase(Locale.ROOT);
    if (!allowedOrigins.contains(origin)) {
      throw forbidden("The origin " + origin + " is not allowed; allowed are " + allowedOrigins);
    }
    if (!METHODS.contains(method)) {
      throw forbidden("The method " + method + " is not allowed; allowed are " + METHODS);
    }
    Arrays.stream(headers.split(",", -1))
        .map(String::strip)
        .filter(name -> !name.isEmpty() && HEADERS.stream().noneMatch(it -> allows(it, name)))
        .findFirst()
        .ifPresent(
            name -> {
              throw forbidden("The header " + name + " is not allowed; allowed are " + HEADERS);
            });
    ServerResponse response =
        ServerResponse.of(200)
            .withHeader("Access-Control-Allow-Methods", String.join(", ", METHODS))
            .withHeader("Access-Control-Max-Age", "3600");
    return permit(
        request,
        headers.isBlank()
            ? response
            : response.withHeader("Access-Control-Allow-Headers", headers));
  }

  /**
   * Lets a page of an allowed origin read the response to an upload, errors included. Other pages
   * and other requests get the response without that permission, as on S3.
   */
  ServerResponse permit(RawRequest request, ServerResponse response) {
    Optional<String> origin =
        request
            .header("origin")
            .filter(allowedOrigins::contains)
            .filter(allowed -> METHODS.contains(request.method()) || isPreflight(request));
    return origin.isEmpty()
        ? response
        : response
            .withHeader("Access-Control-Allow-Origin", origin.get())
            // Upload libraries wait for the ETag and hang at 100 % without it.
            .withHeader("Access-Control-Expose-Headers", "ETag")
            .withHeader(
                "Vary", "Origin, Access-Control-Request-Headers, Access-Control-Request-Method");
  }

  private static boolean allows(String header, String name) {
    return header.endsWith("*")
        ? name.startsWith(header.substring(0, header.length() - 1))
        : name.equals(header);
  }

  private static boolean isPreflight(RawRequest request) {
    return request.method().equals("OPTIONS");
  }

  private static String required(RawRequest request, String name, String message) {
    return request
        .header(name)
        .orElseThrow(
            () ->
                S3Refusal.of(
                    400,
                    "BadRequest",
                    message,
                    "The preflight request has no " + name + " header."));
  }

  private static S3Refusal forbidden(String reason) {
    return S3Refusal.of(
        403,
        "AccessForbidden",
        // With the misspelling of S3.
        "CORSResponse: This CORS request is not allowed. This is usually because the evalution of"
            + " Origin, request method / Access-Control-Request-Method or"
            + " Access-Control-Request-Headers are not whitelisted by the resource's CORS spec.",
        reason + ".");
  }
}
