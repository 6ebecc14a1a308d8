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
    out.append('"').append(escape(text.toString())).append('"');
  }

  /** Escapes a text for a place between quotation marks. */
  public static String escape(String text) {
    int plain = 0;
    while (plain < text.length() && isPlain(text.charAt(plain))) {
      plain++;
    }
    return plain == text.length() ? text : escape(text, plain);
  }

  private static boolean isPlain(char c) {
    return c >= ' ' && c <= '~' && c != '"' && c != '\\' && c != '<' && c != '>' && c != '&';
  }

  private static String escape(String text, int plain) {
    StringBuilder out = new StringBuilder(text.length() + 16).append(text, 0, plain);
    for (int i = plain; i < text.length(); i++) {
      char c = text.charAt(i);
      if (isPlain(c)) {
        out.append(c);
      } else if (c == '"' || c == '\\') {
        out.append('\\').append(c);
      } else {
        out.append("\\u");
        for (int shift = 12; shift >= 0; shift -= 4) {
          out.append(Character.forDigit(c >> shift & 0xF, 16));
        }
      }
    }
    return out.toString();
  }
}
