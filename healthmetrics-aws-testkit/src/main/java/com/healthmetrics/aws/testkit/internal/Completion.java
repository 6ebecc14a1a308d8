package com.healthmetrics.aws.testkit.internal;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;

/** Completes an exchange, with or without a response. */
public interface Completion {
  /** Completes it. */
  void of(HttpExchange exchange) throws IOException;
}
