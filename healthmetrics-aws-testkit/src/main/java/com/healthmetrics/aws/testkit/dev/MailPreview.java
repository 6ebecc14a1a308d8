package com.healthmetrics.aws.testkit.dev;

import com.healthmetrics.aws.testkit.internal.ServerResponse;
import java.nio.charset.StandardCharsets;

/** A mail's html, safe to be looked at. */
final class MailPreview {
  /** A mail is a stranger's html: it runs no script, loads nothing and leaves its frame only. */
  private static final String POLICY =
      "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self';"
          + " sandbox allow-popups allow-popups-to-escape-sandbox";

  private MailPreview() {}

  static ServerResponse of(String html) {
    // In a frame a link would open in that frame, where the page's policy blocks it.
    String framed = html.replaceFirst("(?i)<head>", "<head><base target=\"_blank\">");
    return ServerResponse.of(200)
        .withBody("text/html; charset=utf-8", framed.getBytes(StandardCharsets.UTF_8))
        .withHeader("Content-Security-Policy", POLICY);
  }
}
