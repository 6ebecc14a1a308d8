package com.healthmetrics.aws.testkit.mail;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;

/** Completes an exchange, with or without a response. */
interface Completion {
  void of(HttpExchange exchange) throws IOException;
}
