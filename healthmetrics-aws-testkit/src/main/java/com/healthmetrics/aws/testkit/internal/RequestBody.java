package com.healthmetrics.aws.testkit.internal;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.InputStream;

/** Reads request bodies with bounded memory. */
public final class RequestBody {
  /** A refused upload is cut off beyond this size. */
  private static final long MAX_DRAINED_BYTES = 256L * 1024 * 1024;

  private RequestBody() {}

  /**
   * Reads the body.
   *
   * @param exchange the exchange
   * @param maxBytes the most that is read
   * @return the body, or its first {@code maxBytes} bytes when it is longer
   * @throws IOException if the connection breaks
   */
  public static byte[] read(HttpExchange exchange, int maxBytes) throws IOException {
    return exchange.getRequestBody().readNBytes(maxBytes);
  }

  /** Reads the rest of the body and discards it. */
  static void drain(HttpExchange exchange) throws IOException {
    InputStream body = exchange.getRequestBody();
    byte[] buffer = new byte[16 * 1024];
    long drained = 0;
    int count = body.read(buffer);
    while (count >= 0 && drained < MAX_DRAINED_BYTES) {
      drained += count;
      count = body.read(buffer);
    }
  }
}
