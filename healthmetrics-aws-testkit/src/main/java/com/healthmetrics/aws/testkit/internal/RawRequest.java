package com.healthmetrics.aws.testkit.internal;

import com.sun.net.httpserver.HttpExchange;
import java.net.URI;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A request line and headers as they arrived, neither decoded nor normalized, because signatures
 * are computed over these bytes.
 *
 * @param method HTTP method
 * @param rawPath path with its escapes
 * @param rawQuery query with its escapes; empty if there is none
 * @param headers lower-case names and their values
 */
public record RawRequest(
    String method, String rawPath, String rawQuery, SortedMap<String, List<String>> headers) {

  /** Copies the headers. */
  public RawRequest {
    headers = Collections.unmodifiableSortedMap(new TreeMap<>(headers));
  }

  /** The request of an exchange. */
  public static RawRequest of(HttpExchange exchange) {
    SortedMap<String, List<String>> headers = new TreeMap<>();
    for (Map.Entry<String, List<String>> header : exchange.getRequestHeaders().entrySet()) {
      headers.put(header.getKey().toLowerCase(Locale.ROOT), List.copyOf(header.getValue()));
    }
    URI target = exchange.getRequestURI();
    String path = Objects.requireNonNullElse(target.getRawPath(), "/");
    if (target.getScheme() == null && target.getRawAuthority() != null) {
      // A target such as //key: java.net.URI treats its first segment as a host.
      path = "//" + target.getRawAuthority() + path;
    }
    return new RawRequest(
        exchange.getRequestMethod(),
        path,
        Objects.requireNonNullElse(target.getRawQuery(), ""),
        headers);
  }

  /** The value of a header, several values joined by commas; empty if it was not sent. */
  public Optional<String> header(String lowerCaseName) {
    List<String> values = headers.get(lowerCaseName);
    return values == null ? Optional.empty() : Optional.of(String.join(",", values));
  }

  /** Shows neither query nor headers: they hold signatures and tokens. */
  @Override
  public String toString() {
    return "RawRequest[" + method + " " + rawPath + "]";
  }
}
