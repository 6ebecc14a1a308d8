package com.healthmetrics.aws.testkit.internal;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a server answers, as an immutable value. */
public final class HttpAnswer {
  private static final byte[] NOTHING = {};

  private final int status;
  private final Map<String, String> headers;
  private final byte[] body;

  private HttpAnswer(int status, Map<String, String> headers, byte[] body) {
    this.status = status;
    this.headers = Collections.unmodifiableMap(headers);
    this.body = body;
  }

  /** An answer without headers or body. */
  public static HttpAnswer of(int status) {
    return new HttpAnswer(status, Map.of(), NOTHING);
  }

  /** The same answer with one more header, or with that header replaced. */
  public HttpAnswer withHeader(String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put(name, value);
    return new HttpAnswer(status, more, body);
  }

  /** The same answer with this body, which is handed over and not copied, and its media type. */
  public HttpAnswer withBody(String contentType, byte[] bytes) {
    return new HttpAnswer(status, headers, bytes).withHeader("Content-Type", contentType);
  }

  /** The same answer, cut off in the middle of its body; its length is that of what is left. */
  public HttpAnswer withHalfTheBody() {
    return new HttpAnswer(status, headers, Arrays.copyOf(body, body.length / 2));
  }

  /**
   * Sends the answer and finishes the exchange. The request body is read to its end first, because
   * a browser that is still sending when the connection closes reports a network error instead of
   * the answer.
   */
  public void send(HttpExchange exchange) throws IOException {
    RequestBody.drain(exchange);
    headers.forEach((name, value) -> exchange.getResponseHeaders().set(name, value));
    boolean head = exchange.getRequestMethod().equals("HEAD");
    if (head) {
      exchange.getResponseHeaders().set("Content-Length", Integer.toString(body.length));
    }
    if (head || body.length == 0) {
      exchange.sendResponseHeaders(status, -1);
    } else {
      exchange.sendResponseHeaders(status, body.length);
      exchange.getResponseBody().write(body);
    }
    exchange.close();
  }
}
