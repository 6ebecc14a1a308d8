package com.healthmetrics.aws.internal;

import java.util.List;
import java.util.Map;

/**
 * Writes JSON: strings, whole numbers, lists and maps, in the order they are given.
 *
 * <p>Output is ASCII without {@code <}, {@code >} and {@code &}, so it can be put into an HTML page
 * as it is.
 */
public final class Json {
  private Json() {}

  /**
   * Writes a value as JSON.
   *
   * @throws IllegalArgumentException if a value is not a {@code CharSequence}, {@code Integer},
   *     {@code Long}, {@code List} or {@code Map}
   */
  public static String write(Object value) {
    StringBuilder out = new StringBuilder(1_024);
    append(out, value);
    return out.toString();
  }

  private static void append(StringBuilder out, Object value) {
    if (value instanceof CharSequence text) {
      appendString(out, text);
    } else if (value instanceof Integer || value instanceof Long) {
      out.append(value);
    } else if (value instanceof List<?> list) {
      String separator = "[";
      for (Object item : list) {
        out.append(separator);
        append(out, item);
        separator = ",";
      }
      out.append(list.isEmpty() ? "[]" : "]");
    } else if (value instanceof Map<?, ?> map) {
      String separator = "{";
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        out.append(separator);
        appendString(out, String.valueOf(entry.getKey()));
        out.append(':');
        append(out, entry.getValue());
        separator = ",";
      }
      out.append(map.isEmpty() ? "{}" : "}");
    } else {
      throw new IllegalArgumentException("No JSON form for " + value.getClass().getName());
    }
  }

  private static void appendString(StringBuilder out, CharSequence text) {
    out.append('"');
    appendEscaped(out, text);
    out.append('"');
  }

  /** Escapes a text for a place between quotation marks. */
  public static String escape(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (!isPlain(text.charAt(i))) {
        StringBuilder out = new StringBuilder(text.length() + 16);
        appendEscaped(out, text);
        return out.toString();
      }
    }
    return text;
  }

  private static void appendEscaped(StringBuilder out, CharSequence text) {
    int start = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (!isPlain(c)) {
        appendEscape(out.append(text, start, i), c);
        start = i + 1;
      }
    }
    out.append(text, start, text.length());
  }

  private static boolean isPlain(char c) {
    return c >= ' ' && c <= '~' && c != '"' && c != '\\' && c != '<' && c != '>' && c != '&';
  }

  private static void appendEscape(StringBuilder out, char c) {
    if (c == '"' || c == '\\') {
      out.append('\\').append(c);
      return;
    }
    out.append("\\u");
    for (int shift = 12; shift >= 0; shift -= 4) {
      out.append(Character.forDigit(c >> shift & 0xF, 16));
    }
  }
}
