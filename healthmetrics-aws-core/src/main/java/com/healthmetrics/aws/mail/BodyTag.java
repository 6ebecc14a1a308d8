package com.healthmetrics.aws.mail;

/**
 * Finds the tag that opens the body of an HTML document, in one pass: a mailer does not choose the
 * HTML that it is given.
 *
 * <p>Source: HTML Living Standard, "Tokenization".
 */
final class BodyTag {
  private static final String NAME = "<body";

  private BodyTag() {}

  /** Returns the index after the tag, or 0 if there is none. A tag in a comment is none. */
  static int end(String html) {
    int at = html.indexOf('<');
    while (at >= 0) {
      if (html.startsWith("<!--", at)) {
        at = endOfComment(html, at + 4);
      } else if (opensBody(html, at)) {
        return endOfTag(html, at + NAME.length());
      } else {
        at++;
      }
      at = html.indexOf('<', at);
    }
    return 0;
  }

  private static boolean opensBody(String html, int at) {
    int next = at + NAME.length();
    return html.regionMatches(true, at, NAME, 0, NAME.length())
        && next < html.length()
        && (isSpace(html.charAt(next)) || html.charAt(next) == '/' || html.charAt(next) == '>');
  }

  private static int endOfComment(String html, int from) {
    if (html.startsWith(">", from)) {
      return from + 1;
    }
    if (html.startsWith("->", from)) {
      return from + 2;
    }
    for (int at = html.indexOf("--", from); at >= 0; at = html.indexOf("--", at + 1)) {
      if (html.startsWith(">", at + 2)) {
        return at + 3;
      }
      if (html.startsWith("!>", at + 2)) {
        return at + 4;
      }
    }
    return html.length();
  }

  /** An attribute's value may contain a {@code >}, if it is in quotes. */
  private static int endOfTag(String html, int from) {
    int at = from;
    while (at < html.length()) {
      char c = html.charAt(at);
      at++;
      if (c == '>') {
        return at;
      }
      if (c == '=') {
        at = afterQuoted(html, at);
      }
    }
    // The tag does not end, so nothing is shown.
    return 0;
  }

  /** Returns the index after a quoted value, or the same index if none begins there. */
  private static int afterQuoted(String html, int from) {
    int quote = from;
    while (quote < html.length() && isSpace(html.charAt(quote))) {
      quote++;
    }
    if (quote < html.length() && (html.charAt(quote) == '"' || html.charAt(quote) == '\'')) {
      int end = html.indexOf(html.charAt(quote), quote + 1);
      return end < 0 ? from : end + 1;
    }
    return from;
  }

  private static boolean isSpace(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
  }
}
