package com.healthmetrics.aws.testkit.internal;

import com.sun.net.httpserver.HttpExchange;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;

/** What becomes of the response to a request that was processed. Immutable and thread-safe. */
public interface ResponseFault {
  /** The completion of an exchange that has this response. */
  Completion corrupt(ServerResponse response);

  /** Sends the response as it is. */
  static ResponseFault none() {
    return response -> response::send;
  }

  /** Closes the connection without a response. */
  static ResponseFault reset() {
    return response -> HttpExchange::close;
  }

  /** Sends no response until the server closes. */
  static ResponseFault hang() {
    return response -> exchange -> await(new CountDownLatch(1));
  }

  /** Sends the first half of the body, and its length as the length of the body. */
  static ResponseFault halfTheBody() {
    return response -> response.withHalfTheBody()::send;
  }

  /** Sends the first half of the body, and closes the connection. */
  static ResponseFault cutOff() {
    return response ->
        exchange -> {
          response.sendFirstHalf(exchange);
          exchange.close();
        };
  }

  /** Sends the first half of the body, and the rest once a latch is released. */
  static ResponseFault pause(CountDownLatch latch) {
    return response ->
        exchange -> {
          response.sendFirstHalf(exchange);
          await(latch);
          response.sendSecondHalf(exchange);
        };
  }

  /** Sends the body byte by byte, and waits before each. */
  static ResponseFault trickle(Duration interval) {
    return response ->
        exchange ->
            response.sendByteByByte(
                // Returns early once closing the server interrupts this thread.
                exchange, () -> LockSupport.parkNanos(interval.toNanos()));
  }

  /** Sends another text instead of the body. */
  static ResponseFault changed(UnaryOperator<String> change) {
    return response -> response.withText(change)::send;
  }

  /** Sends an error without a body, as a gateway does. */
  static ResponseFault status(int status) {
    return response -> ServerResponse.of(status)::send;
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      // Closing the server interrupts this thread.
      Thread.currentThread().interrupt();
    }
  }
}
