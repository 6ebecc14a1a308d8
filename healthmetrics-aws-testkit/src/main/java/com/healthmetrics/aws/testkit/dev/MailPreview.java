package com.healthmetrics.aws.testkit.dev;

import com.healthmetrics.aws.testkit.internal.ServerResponse;
import java.nio.charset.StandardCharsets;

/** The HTML of an email, safe to show. */
final class MailPreview {
  /** The HTML is untrusted: it runs no script, loads nothing, and only opens new windows. */
  private static final String POLICY =
      "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self';"
          + " sandbox allow-popups allow-popups-to-escape-sandbox";

  private MailPreview() {}

  static ServerResponse of(String html) {
    return under(POLICY, html);
  }

  /** The same of the library's own template, whose height the page may read. */
  static ServerResponse ofTemplate(String html) {
    return under(POLICY + " allow-same-origin", html);
  }

  private static ServerResponse under(String policy, String html) {
    // In a frame a link would open in that frame, where the page's policy blocks it.
    String framed = html.replaceFirst("(?i)<head>", "<head><base target=\"_blank\">");
    return ServerResponse.of(200)
        .withBody("text/html; charset=utf-8", framed.getBytes(StandardCharsets.UTF_8))
        .withHeader("Content-Security-Policy", policy);
  }
}
