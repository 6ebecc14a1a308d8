package com.healthmetrics.aws.testkit.internal;

import java.util.Set;

/**
 * The headers that browsers, HTTP clients, proxies and tracing add to any request, and that change
 * nothing about what is requested.
 */
public final class ClientHeaders {
  private static final Set<String> NAMES =
      Set.of(
          ("accept accept-charset accept-encoding accept-language b3 baggage cache-control"
                  + " connection content-length content-type cookie date dnt expect forwarded from"
                  + " host http2-settings keep-alive max-forwards origin pragma priority"
                  + " proxy-authorization proxy-connection purpose referer save-data sec-gpc"
                  + " sec-purpose te traceparent tracestate trailer transfer-encoding upgrade"
                  + " upgrade-insecure-requests user-agent via warning x-amzn-trace-id"
                  + " x-correlation-id x-real-ip x-request-id x-requested-with")
              .split(" "));

  private static final Set<String> PREFIXES =
      Set.of("sec-ch-", "sec-fetch-", "x-b3-", "x-datadog-", "x-forwarded-");

  private ClientHeaders() {}

  /** Whether any client may add it to any request. */
  public static boolean isUsual(String lowerCaseName) {
    return NAMES.contains(lowerCaseName) || PREFIXES.stream().anyMatch(lowerCaseName::startsWith);
  }
}
