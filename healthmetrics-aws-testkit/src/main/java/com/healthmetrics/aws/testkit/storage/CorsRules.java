package com.healthmetrics.aws.testkit.storage;

import com.healthmetrics.aws.testkit.internal.HttpAnswer;
import com.healthmetrics.aws.testkit.internal.RawRequest;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** The CORS configuration of the bucket: named origins, the methods and headers of an upload. */
final class CorsRules {
  private static final List<String> METHODS = List.of("GET", "HEAD", "PUT", "POST");
  private static final Set<String> HEADERS =
      Set.of(
          "cache-control", "content-disposition", "content-md5", "content-type", "if-none-match");

  private final List<String> allowedOrigins;

  CorsRules(List<String> allowedOrigins) {
    this.allowedOrigins = allowedOrigins;
  }

  /** Answers a preflight request. */
  HttpAnswer preflight(RawRequest request) {
    String origin = required(request, "origin");
    String method = required(request, "access-control-request-method");
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
        .filter(name -> !name.isEmpty() && !HEADERS.contains(name) && !name.startsWith("x-amz-"))
        .findFirst()
        .ifPresent(
            name -> {
              throw forbidden("The header " + name + " is not allowed for a page of " + origin);
            });
    HttpAnswer answer =
        HttpAnswer.of(200)
            .withHeader("Access-Control-Allow-Methods", String.join(", ", METHODS))
            .withHeader("Access-Control-Max-Age", "3000");
    return permit(
        request,
        headers.isBlank() ? answer : answer.withHeader("Access-Control-Allow-Headers", headers));
  }

  /**
   * Lets a page of an allowed origin read an answer, errors included. A page of another origin gets
   * the answer without permission to read it, which is what S3 does.
   */
  HttpAnswer permit(RawRequest request, HttpAnswer answer) {
    Optional<String> origin = request.header("origin").filter(allowedOrigins::contains);
    return origin.isEmpty()
        ? answer
        : answer
            .withHeader("Access-Control-Allow-Origin", origin.get())
            // Upload libraries wait for the ETag and hang at 100 % when they cannot read it.
            .withHeader("Access-Control-Expose-Headers", "ETag")
            .withHeader("Vary", "Origin");
  }

  private static String required(RawRequest request, String name) {
    return request
        .header(name)
        .orElseThrow(
            () ->
                S3Refusal.of(
                    400,
                    "BadRequest",
                    "Insufficient information. Origin and Access-Control-Request-Method request"
                        + " headers needed.",
                    "The preflight request has no " + name + " header."));
  }

  private static S3Refusal forbidden(String reason) {
    return S3Refusal.of(
        403, "AccessForbidden", "CORSResponse: This CORS request is not allowed.", reason + ".");
  }
}
