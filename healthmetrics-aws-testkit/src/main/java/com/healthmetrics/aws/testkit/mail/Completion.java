package com.healthmetrics.aws.testkit.mail;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;

/** How an exchange ends: with an answer, or without one. */
interface Completion {
  void to(HttpExchange exchange) throws IOException;
}
