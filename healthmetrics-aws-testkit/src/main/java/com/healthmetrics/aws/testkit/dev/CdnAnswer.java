package com.healthmetrics.aws.testkit.dev;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/**
 * What the CDN answers to somebody who asks for a picture. The page's own scripts may not read it,
 * as CloudFront sends its refusals without CORS headers.
 *
 * @param url what was asked for
 * @param status HTTP status
 * @param body the error document; empty when there was none
 */
record CdnAnswer(URI url, int status, String body) {
  private static final int PATIENCE_MILLIS = 5_000;

  static CdnAnswer to(URI url) {
    try {
      HttpURLConnection connection = (HttpURLConnection) url.toURL().openConnection();
      connection.setConnectTimeout(PATIENCE_MILLIS);
      connection.setReadTimeout(PATIENCE_MILLIS);
      connection.setInstanceFollowRedirects(false);
      try {
        return new CdnAnswer(url, connection.getResponseCode(), read(connection));
      } finally {
        connection.disconnect();
      }
    } catch (IOException e) {
      throw new UncheckedIOException("The CDN does not answer", e);
    }
  }

  private static String read(HttpURLConnection connection) throws IOException {
    try (InputStream errors = connection.getErrorStream()) {
      return errors == null ? "" : new String(errors.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
