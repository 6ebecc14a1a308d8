package com.healthmetrics.aws.testkit.internal;

import com.healthmetrics.aws.testkit.internal.JsonValue.JsonArray;
import com.healthmetrics.aws.testkit.internal.JsonValue.JsonBoolean;
import com.healthmetrics.aws.testkit.internal.JsonValue.JsonNull;
import com.healthmetrics.aws.testkit.internal.JsonValue.JsonNumber;
import com.healthmetrics.aws.testkit.internal.JsonValue.JsonObject;
import com.healthmetrics.aws.testkit.internal.JsonValue.JsonString;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads JSON strictly by RFC 8259: no comments, no trailing commas, no duplicate names, one value.
 *
 * <p>Written here so that the testkit adds no dependency to the class path of a consumer, and not
 * core's reader, so that a mistake of core is not repeated by what judges it.
 */
public final class JsonReader {
  /** Deep enough for AWS documents, shallow enough for small stacks. */
  private static final int MAX_DEPTH = 64;

  private static final int MAX_NUMBER_LENGTH = 40;
  private static final Pattern NUMBER =
      Pattern.compile("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]{1,3})?");

  private final String json;
  private int at;
  private int depth;

  private JsonReader(String json) {
    this.json = json;
  }

  /**
   * Reads a document.
   *
   * @throws IllegalArgumentException if it is not JSON; the message states the problem and position
   */
  public static JsonValue read(String json) {
    JsonReader reader = new JsonReader(json);
    JsonValue value = reader.value();
    reader.skipSpace();
    if (reader.at < json.length()) {
      throw reader.malformed("only white space may follow the value");
    }
    return value;
  }

  /**
   * Reads a document in UTF-8.
   *
   * @throws IllegalArgumentException if it is not UTF-8 or not JSON
   */
  public static JsonValue read(byte[] utf8) {
    try {
      return read(StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString());
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("the document is not UTF-8", e);
    }
  }

  private JsonValue value() {
    skipSpace();
    return switch (peek()) {
      case '{' -> object();
      case '[' -> array();
      case '"' -> new JsonString(string());
      case 't' -> literal("true", new JsonBoolean(true));
      case 'f' -> literal("false", new JsonBoolean(false));
      case 'n' -> literal("null", new JsonNull());
      default -> number();
    };
  }

  private JsonObject object() {
    enter();
    Map<String, JsonValue> members = new LinkedHashMap<>();
    skipSpace();
    if (!skip('}')) {
      do {
        skipSpace();
        int start = at;
        String name = string();
        skipSpace();
        expect(':');
        if (members.put(name, value()) != null) {
          at = start;
          throw malformed("the name \"" + name + "\" appears twice");
        }
        skipSpace();
      } while (skip(','));
      expect('}');
    }
    depth--;
    return new JsonObject(members);
  }

  private JsonArray array() {
    enter();
    List<JsonValue> elements = new ArrayList<>();
    skipSpace();
    if (!skip(']')) {
      do {
        elements.add(value());
        skipSpace();
      } while (skip(','));
      expect(']');
    }
    depth--;
    return new JsonArray(elements);
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
      char next = json.charAt(at++);
      if (next == '\\') {
        text.append(escape());
      } else if (next < 0x20) {
        at--;
        throw malformed("a control character in a string must be escaped");
      } else {
        text.append(next);
      }
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
    Matcher number = NUMBER.matcher(json).region(at, json.length());
    if (!number.lookingAt()) {
      throw malformed("expected a value");
    }
    if (number.end() - at > MAX_NUMBER_LENGTH) {
      throw malformed("a number with more than " + MAX_NUMBER_LENGTH + " characters");
    }
    at = number.end();
    return new JsonNumber(new BigDecimal(number.group()));
  }

  private JsonValue literal(String word, JsonValue value) {
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
      throw malformed("the document ends too early");
    }
    return json.charAt(at);
  }

  private IllegalArgumentException malformed(String problem) {
    return new IllegalArgumentException(problem + ", at character " + at);
  }
}
