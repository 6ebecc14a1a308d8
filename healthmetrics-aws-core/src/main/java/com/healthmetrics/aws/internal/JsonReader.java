package com.healthmetrics.aws.internal;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads JSON strictly by RFC 8259: one value, no comments, no trailing commas, and a name at most
 * once in an object, since readers disagree about which of two values counts.
 *
 * <p>Nothing is lost: numbers stay as they are written, and so do lone surrogates. Messages contain
 * no part of the text, only a position. Takes linear time, and a small stack.
 */
public final class JsonReader {
  /** Deep enough for documents of AWS, shallow enough for small stacks. */
  private static final int MAX_DEPTH = 64;

  private final String json;
  private int at;
  private int depth;

  private JsonReader(String json) {
    this.json = json;
  }

  /** A number as it is written, of any size and precision. */
  public record JsonNumber(String literal) {}

  /** The value {@code null}. */
  public enum JsonNull {
    NULL
  }

  /**
   * Reads a value.
   *
   * @param json the text, whose length the caller has checked
   * @return a {@link JsonObject}, {@code List}, {@code String}, {@link JsonNumber}, {@code Boolean}
   *     or {@link JsonNull}
   * @throws IllegalArgumentException if it is not JSON; the message begins in lower case
   */
  public static Object read(String json) {
    JsonReader reader = new JsonReader(json);
    Object value = reader.value();
    reader.skipSpace();
    if (reader.at < json.length()) {
      throw reader.malformed("only white space may follow the value");
    }
    return value;
  }

  private Object value() {
    skipSpace();
    return switch (peek()) {
      case '{' -> object();
      case '[' -> array();
      case '"' -> string();
      case 't' -> literal("true", true);
      case 'f' -> literal("false", false);
      case 'n' -> literal("null", JsonNull.NULL);
      default -> number();
    };
  }

  private JsonObject object() {
    int start = at;
    enter();
    Map<String, Object> members = new LinkedHashMap<>();
    skipSpace();
    if (!skip('}')) {
      do {
        skipSpace();
        int name = at;
        String key = string();
        skipSpace();
        expect(':');
        if (members.put(key, value()) != null) {
          at = name;
          throw malformed("a name appears twice in an object");
        }
        skipSpace();
      } while (skip(','));
      expect('}');
    }
    depth--;
    return new JsonObject(members, json, start, at);
  }

  private List<Object> array() {
    enter();
    List<Object> elements = new ArrayList<>();
    skipSpace();
    if (!skip(']')) {
      do {
        elements.add(value());
        skipSpace();
      } while (skip(','));
      expect(']');
    }
    depth--;
    return elements;
  }

  private void enter() {
    at++;
    if (++depth > MAX_DEPTH) {
      throw malformed("more than " + MAX_DEPTH + " levels of nesting");
    }
  }

  private String string() {
    expect('"');
    StringBuilder text = new StringBuilder();
    while (peek() != '"') {
      char next = json.charAt(at);
      if (next < ' ') {
        throw malformed("a control character in a string must be escaped");
      }
      at++;
      text.append(next == '\\' ? escape() : next);
    }
    at++;
    return text.toString();
  }

  private char escape() {
    char kind = peek();
    at++;
    return switch (kind) {
      case '"', '\\', '/' -> kind;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> unicodeEscape();
      default -> throw malformed("unknown escape");
    };
  }

  private char unicodeEscape() {
    int code = 0;
    for (int i = 0; i < 4; i++) {
      char hex = peek();
      // Character.digit alone accepts the digits of other scripts.
      int digit = hex < 0x80 ? Character.digit(hex, 16) : -1;
      if (digit < 0) {
        throw malformed("\\u needs four hex digits");
      }
      code = code * 16 + digit;
      at++;
    }
    return (char) code;
  }

  private JsonNumber number() {
    int start = at;
    skipOptional('-');
    if (!skipOptional('0')) {
      digits();
    }
    if (skipOptional('.')) {
      digits();
    }
    if (skipOptional('e') || skipOptional('E')) {
      if (!skipOptional('+')) {
        skipOptional('-');
      }
      digits();
    }
    return new JsonNumber(json.substring(start, at));
  }

  private void digits() {
    int start = at;
    while (at < json.length() && json.charAt(at) >= '0' && json.charAt(at) <= '9') {
      at++;
    }
    if (at == start) {
      throw malformed("expected a value");
    }
  }

  private Object literal(String word, Object value) {
    if (!json.startsWith(word, at)) {
      throw malformed("expected a value");
    }
    at += word.length();
    return value;
  }

  private void skipSpace() {
    while (at < json.length() && " \t\r\n".indexOf(json.charAt(at)) >= 0) {
      at++;
    }
  }

  /** As {@link #skip}, where the text may end. */
  private boolean skipOptional(char expected) {
    return at < json.length() && skip(expected);
  }

  private boolean skip(char expected) {
    boolean found = peek() == expected;
    if (found) {
      at++;
    }
    return found;
  }

  private void expect(char expected) {
    if (!skip(expected)) {
      throw malformed("expected '" + expected + "'");
    }
  }

  private char peek() {
    if (at >= json.length()) {
      throw malformed("the text ends too early");
    }
    return json.charAt(at);
  }

  private IllegalArgumentException malformed(String problem) {
    return new IllegalArgumentException(problem + ", at character " + at);
  }
}
