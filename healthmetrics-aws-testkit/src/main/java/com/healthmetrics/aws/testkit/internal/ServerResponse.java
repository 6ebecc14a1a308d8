package com.healthmetrics.aws.testkit.internal;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;

/** A response of a server. Immutable and thread-safe. */
public final class ServerResponse {
  private static final byte[] EMPTY = {};
  private static final int PIECE_BYTES = 64 * 1024;

  private final int status;
  private final Map<String, String> headers;
  private final byte[] body;

  private ServerResponse(int status, Map<String, String> headers, byte[] body) {
    this.status = status;
    this.headers = Collections.unmodifiableMap(headers);
    this.body = body;
  }

  /** A response without headers or body. */
  public static ServerResponse of(int status) {
    return new ServerResponse(status, Map.of(), EMPTY);
  }

  /** The same response with one more header, or with that header replaced. */
  public ServerResponse withHeader(String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put(name, value);
    return new ServerResponse(status, more, body);
  }

  /** The same response with this body, which is not copied, and its media type. */
  public ServerResponse withBody(String contentType, byte[] bytes) {
    return withBody(bytes).withHeader("Content-Type", contentType);
  }

  /** The same response with this body, which is not copied; a header states its media type. */
  public ServerResponse withBody(byte[] bytes) {
    return new ServerResponse(status, headers, bytes);
  }

  /**
   * The same response with the first half of its body; {@code Content-Length} is that of the half.
   */
  public ServerResponse withHalfTheBody() {
    return new ServerResponse(status, headers, Arrays.copyOf(body, body.length / 2));
  }

  /** The same response with its body, a text in UTF-8, changed. */
  ServerResponse withText(UnaryOperator<String> change) {
    String text = change.apply(new String(body, StandardCharsets.UTF_8));
    return new ServerResponse(status, headers, text.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Sends the response and finishes the exchange. The request body is read to its end first,
   * because a browser that is still sending when the connection closes reports a network error
   * instead of the response.
   */
  public void send(HttpExchange exchange) throws IOException {
    sendHead(exchange);
    if (hasBody(exchange)) {
      write(exchange.getResponseBody(), 0, body.length);
    }
    exchange.close();
  }

  /** The server copies what it gets in one call, twice its size. */
  private void write(OutputStream out, int from, int to) throws IOException {
    for (int at = from; at < to; at += PIECE_BYTES) {
      out.write(body, at, Math.min(PIECE_BYTES, to - at));
    }
  }

  /**
   * Sends the response up to the first half of its body, and leaves the exchange open. Of a
   * response without a body, nothing is sent.
   */
  void sendFirstHalf(HttpExchange exchange) throws IOException {
    if (hasBody(exchange)) {
      sendHead(exchange);
      write(exchange.getResponseBody(), 0, body.length / 2);
      exchange.getResponseBody().flush();
    }
  }

  /** Sends what {@link #sendFirstHalf} left, and finishes the exchange. */
  void sendSecondHalf(HttpExchange exchange) throws IOException {
    if (hasBody(exchange)) {
      write(exchange.getResponseBody(), body.length / 2, body.length);
      exchange.close();
    } else {
      send(exchange);
    }
  }

  /** Sends the response, with a pause before each byte of its body, and finishes the exchange. */
  void sendByteByByte(HttpExchange exchange, Runnable pause) throws IOException {
    sendHead(exchange);
    if (hasBody(exchange)) {
      OutputStream out = exchange.getResponseBody();
      out.flush();
      for (byte next : body) {
        pause.run();
        out.write(next);
        out.flush();
      }
    }
    exchange.close();
  }

  private boolean hasBody(HttpExchange exchange) {
    return body.length > 0 && !isHead(exchange);
  }

  private static boolean isHead(HttpExchange exchange) {
    return exchange.getRequestMethod().equals("HEAD");
  }

  private void sendHead(HttpExchange exchange) throws IOException {
    RequestBody.drain(exchange);
    headers.forEach((name, value) -> exchange.getResponseHeaders().set(name, value));
    if (isHead(exchange)) {
      exchange.getResponseHeaders().set("Content-Length", Integer.toString(body.length));
    }
    exchange.sendResponseHeaders(status, hasBody(exchange) ? body.length : -1);
  }
}
