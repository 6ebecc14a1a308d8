package com.healthmetrics.aws.internal.template;

import com.healthmetrics.aws.internal.PercentEncoding;
import org.jspecify.annotations.Nullable;

/** How a value is written so that it stays in its place. */
enum Escaping {
  /** Plain text: nothing to leave. */
  NONE,
  /** HTML's text and quoted attribute values, whole URIs included. */
  HTML,
  /** A URL's query or fragment, in HTML and in text. */
  QUERY,
  /** A segment of a URL's path, in HTML and in text. */
  PATH;

  /**
   * Escapes a value.
   *
   * @throws IllegalArgumentException if no escaping keeps it in its place
   */
  String apply(TemplateNode.Value place, String value) {
    return switch (this) {
      case NONE -> value;
      case HTML -> html(value);
      case QUERY -> PercentEncoding.encode(value);
      case PATH -> segment(place, value);
    };
  }

  private static String html(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (reference(text.charAt(i)) != null) {
        return escaped(text);
      }
    }
    return text;
  }

  private static String escaped(String text) {
    StringBuilder escaped = new StringBuilder(text.length() + 32);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      String reference = reference(c);
      if (reference == null) {
        escaped.append(c);
      } else {
        escaped.append(reference);
      }
    }
    return escaped.toString();
  }

  private static @Nullable String reference(char c) {
    return switch (c) {
      case '&' -> "&amp;";
      case '<' -> "&lt;";
      case '>' -> "&gt;";
      case '"' -> "&quot;";
      case '\'' -> "&#39;";
      default -> null;
    };
  }

  /** Browsers read {@code %2E%2E} like {@code ..}, so that no encoding keeps the path. */
  private static String segment(TemplateNode.Value place, String value) {
    if (value.chars().allMatch(c -> c == '.')) {
      throw new IllegalArgumentException(
          place.problem(
              "{{%s}} is empty or has only dots, which would lead to another path. Use another"
                  + " value, or write the variable into the query.",
              place.name()));
    }
    return PercentEncoding.encode(value);
  }
}
