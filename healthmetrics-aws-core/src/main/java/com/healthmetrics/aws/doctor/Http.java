package com.healthmetrics.aws.doctor;

import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Sends requests as a browser does: each once, without following redirects. */
@FunctionalInterface
interface Http {

  /** A whole response; never compared. */
  @SuppressWarnings("ArrayRecordComponent")
  record Response(int status, HttpHeaders headers, byte[] body) {

    Optional<String> header(String name) {
      return headers.firstValue(name);
    }

    String text() {
      return new String(body, StandardCharsets.UTF_8);
    }
  }

  /**
   * Sends a request.
   *
   * @throws NotCheckedException if there is no response in time
   */
  Response send(HttpRequest request) throws NotCheckedException;
}
