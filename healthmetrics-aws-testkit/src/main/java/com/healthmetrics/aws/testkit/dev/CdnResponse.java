package com.healthmetrics.aws.testkit.dev;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/**
 * A response of the CDN. The page's own scripts cannot read it, as CloudFront sends its errors
 * without CORS headers.
 *
 * @param url the requested URL
 * @param status HTTP status
 * @param body the error document; empty if there was none
 */
record CdnResponse(URI url, int status, String body) {
  private static final int TIMEOUT_MILLIS = 5_000;

  static CdnResponse of(URI url) {
    try {
      HttpURLConnection connection = (HttpURLConnection) url.toURL().openConnection();
      connection.setConnectTimeout(TIMEOUT_MILLIS);
      connection.setReadTimeout(TIMEOUT_MILLIS);
      connection.setInstanceFollowRedirects(false);
      try {
        return new CdnResponse(url, connection.getResponseCode(), read(connection));
      } finally {
        connection.disconnect();
      }
    } catch (IOException e) {
      throw new UncheckedIOException("The CDN does not respond", e);
    }
  }

  private static String read(HttpURLConnection connection) throws IOException {
    try (InputStream errors = connection.getErrorStream()) {
      return errors == null ? "" : new String(errors.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
