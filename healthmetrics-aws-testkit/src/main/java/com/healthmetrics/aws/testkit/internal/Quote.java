package com.healthmetrics.aws.testkit.internal;

import java.util.Locale;

/** Shows a value in a message. */
public final class Quote {
  private static final int MAX_LENGTH = 80;

  private Quote() {}

  /** The value in quotes: its first 80 characters, control characters and non-ASCII escaped. */
  public static String of(String value) {
    StringBuilder out = new StringBuilder("\"");
    value
        .chars()
        .limit(MAX_LENGTH)
        .forEach(
            c -> {
              if (c < ' ' || c > '~') {
                out.append(String.format(Locale.ROOT, "\\u%04x", c));
              } else {
                out.append((char) c);
              }
            });
    out.append('"');
    return value.length() <= MAX_LENGTH
        ? out.toString()
        : out + "… (" + value.length() + " characters)";
  }
}
