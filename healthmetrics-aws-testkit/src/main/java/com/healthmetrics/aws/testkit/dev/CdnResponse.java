package com.healthmetrics.aws.testkit.dev;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** A response of the CDN to a request without the cookies and the cache of a browser. */
final class CdnResponse {
  private static final int TIMEOUT_MILLIS = 5_000;

  private final URI url;
  private final int status;
  private final String text;

  private CdnResponse(URI url, int status, String text) {
    this.url = url;
    this.status = status;
    this.text = text;
  }

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
      return new CdnResponse(url, 0, "");
    }
  }

  private static String read(HttpURLConnection connection) throws IOException {
    boolean refused = connection.getResponseCode() >= 400;
    try (InputStream in = refused ? connection.getErrorStream() : connection.getInputStream()) {
      return in == null ? "" : new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** The requested URL. */
  URI url() {
    return url;
  }

  /** The HTTP status; 0 if there was no whole response. */
  int status() {
    return status;
  }

  /** An error document; empty if there was none. */
  String text() {
    return text;
  }
}
