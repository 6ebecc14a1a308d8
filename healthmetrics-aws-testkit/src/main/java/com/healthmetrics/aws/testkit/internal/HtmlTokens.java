package com.healthmetrics.aws.testkit.internal;

import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The tags and comments of an HTML document, read in one pass: no part of it is searched again for
 * an end that it does not have. Not thread-safe.
 */
final class HtmlTokens {
  private static final Pattern NAME =
      Pattern.compile("[a-z][a-z0-9:-]*+", Pattern.CASE_INSENSITIVE);

  /** Their content is not HTML. */
  private static final Set<String> RAW = Set.of("style", "script");

  private final String html;
  private int at;

  /** Ends that do not occur in the rest of the document. */
  private final Set<String> missing = new HashSet<>();

  HtmlTokens(String html) {
    this.html = html;
  }

  /**
   * A tag, a comment, a doctype, or a whole element with content of its own.
   *
   * @param start the index of its first character
   * @param end the index after its last one
   * @param name in lower case; {@code !--} of a comment, {@code !doctype} of a doctype
   * @param opens whether it is not an end tag
   * @param attributes the text between the name and the end of a tag
   */
  record Token(int start, int end, String name, boolean opens, String attributes) {}

  /** The next token; text is between tokens. */
  Optional<Token> next() {
    int start = html.indexOf('<', at);
    while (start >= 0) {
      Optional<Token> token = token(start);
      if (token.isPresent()) {
        at = token.get().end();
        return token;
      }
      start = html.indexOf('<', start + 1);
    }
    return Optional.empty();
  }

  private Optional<Token> token(int start) {
    if (html.startsWith("<!--", start)) {
      return upTo("-->", start, "!--");
    }
    if (html.regionMatches(true, start, "<!doctype", 0, 9)) {
      return upTo(">", start, "!doctype");
    }
    boolean opens = !html.startsWith("</", start);
    Matcher name = NAME.matcher(html).region(start + (opens ? 1 : 2), html.length());
    return name.lookingAt() ? tag(start, opens, name) : Optional.empty();
  }

  private Optional<Token> upTo(String end, int start, String name) {
    int found = missing.contains(end) ? -1 : html.indexOf(end, start + name.length() + 1);
    if (found < 0) {
      missing.add(end);
      return Optional.empty();
    }
    return Optional.of(new Token(start, found + end.length(), name, true, ""));
  }

  private Optional<Token> tag(int start, boolean opens, Matcher name) {
    String lowerCase = name.group().toLowerCase(Locale.ROOT);
    if (opens && RAW.contains(lowerCase) && !missing.contains(lowerCase)) {
      Matcher end =
          Pattern.compile("</" + lowerCase + "\\s*+>", Pattern.CASE_INSENSITIVE).matcher(html);
      if (end.find(name.end())) {
        return Optional.of(new Token(start, end.end(), lowerCase, true, ""));
      }
      missing.add(lowerCase);
    }
    int end = missing.contains("tag") ? -1 : endOfTag(name.end());
    if (end < 0) {
      // As in a browser: the rest of the document belongs to this tag.
      missing.add("tag");
      return Optional.empty();
    }
    String attributes = html.substring(name.end(), end - 1);
    return Optional.of(new Token(start, end, lowerCase, opens, attributes));
  }

  /** A value in quotes may contain a {@code >}. */
  private int endOfTag(int from) {
    int index = from;
    while (index < html.length()) {
      char c = html.charAt(index);
      if (c == '>') {
        return index + 1;
      }
      if (c == '"' || c == '\'') {
        index = html.indexOf(c, index + 1);
        if (index < 0) {
          return -1;
        }
      }
      index++;
    }
    return -1;
  }
}
