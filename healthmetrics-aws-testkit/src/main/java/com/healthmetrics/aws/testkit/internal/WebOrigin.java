package com.healthmetrics.aws.testkit.internal;

import java.util.regex.Pattern;

/** Origins of web pages, and of the web views of Capacitor and Ionic, as builders accept them. */
public final class WebOrigin {
  /** Scheme, a host name and a port. */
  private static final int MAX_LENGTH = 300;

  private static final Pattern ORIGIN =
      Pattern.compile(
          "https?://([a-z0-9.-]+|\\[[0-9a-f:.]+])(:[0-9]{1,5})?|(capacitor|ionic)://[a-z0-9.-]+");

  private WebOrigin() {}

  /**
   * Checks the origin of a builder.
   *
   * @return the origin
   * @throws IllegalArgumentException if it is not exactly what a browser sends
   */
  public static String require(String origin) {
    if (origin.length() > MAX_LENGTH || !ORIGIN.matcher(origin).matches()) {
      throw new IllegalArgumentException(
          "origin must be exactly what a browser sends, like https://app.example.com or"
              + " capacitor://localhost, without a path or a wildcard: "
              + Quote.of(origin));
    }
    return origin;
  }
}
