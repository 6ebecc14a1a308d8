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

  /**
   * Whether the target names a resource of the host in the {@code Host} header: a path, or as a
   * proxy's client sends it, the whole URL (RFC 9112, section 3.2). A fragment is never sent.
   */
  public static boolean hasTargetOfItsHost(HttpExchange exchange) {
    URI target = exchange.getRequestURI();
    String host = exchange.getRequestHeaders().getFirst("Host");
    return target.getRawFragment() == null
        && (target.getScheme() == null
            || (target.getRawAuthority() != null
                && target.getRawAuthority().equalsIgnoreCase(host)));
  }

  /** The value of a header, several values joined by commas; empty if it was not sent. */
  public Optional<String> header(String lowerCaseName) {
    List<String> values = headers.get(lowerCaseName);
    return values == null ? Optional.empty() : Optional.of(String.join(",", values));
  }

  /** The same request without a header. */
  public RawRequest without(String lowerCaseName) {
    SortedMap<String, List<String>> fewer = new TreeMap<>(headers);
    fewer.remove(lowerCaseName);
    return new RawRequest(method, rawPath, rawQuery, fewer);
  }

  /** Shows neither query nor headers: they hold signatures and tokens. */
  @Override
  public String toString() {
    return "RawRequest[" + method + " " + rawPath + "]";
  }
}
