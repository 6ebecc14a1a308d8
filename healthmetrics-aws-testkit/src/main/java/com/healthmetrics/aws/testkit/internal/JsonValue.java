package com.healthmetrics.aws.testkit.internal;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A JSON value. */
public sealed interface JsonValue {

  /**
   * An object.
   *
   * @param members in document order
   */
  record JsonObject(Map<String, JsonValue> members) implements JsonValue {
    /** Copies the members. */
    public JsonObject {
      members = Collections.unmodifiableMap(new LinkedHashMap<>(members));
    }

    /** An object without members; {@link #with} adds them. */
    public static JsonObject empty() {
      return new JsonObject(Map.of());
    }

    /** The same object with one more member, or with that member replaced. */
    public JsonObject with(String name, JsonValue value) {
      Map<String, JsonValue> more = new LinkedHashMap<>(members);
      more.put(name, value);
      return new JsonObject(more);
    }

    /** The same object with one more member of text. */
    public JsonObject with(String name, String value) {
      return with(name, new JsonString(value));
    }

    /** A member; empty when it is absent or null, which AWS's JSON protocols do not distinguish. */
    public Optional<JsonValue> member(String name) {
      return Optional.ofNullable(members.get(name)).filter(value -> !(value instanceof JsonNull));
    }
  }

  /**
   * An array.
   *
   * @param elements in order
   */
  record JsonArray(List<JsonValue> elements) implements JsonValue {
    /** Copies the elements. */
    public JsonArray {
      elements = List.copyOf(elements);
    }

    /** An array of text. */
    public static JsonArray ofStrings(List<String> texts) {
      return new JsonArray(new ArrayList<>(texts.stream().map(JsonString::new).toList()));
    }
  }

  /**
   * Text.
   *
   * @param value unescaped
   */
  record JsonString(String value) implements JsonValue {}

  /**
   * A number.
   *
   * @param value exactly as written
   */
  record JsonNumber(BigDecimal value) implements JsonValue {
    /** A whole number. */
    public static JsonNumber of(long value) {
      return new JsonNumber(BigDecimal.valueOf(value));
    }
  }

  /**
   * True or false.
   *
   * @param value the value
   */
  record JsonBoolean(boolean value) implements JsonValue {}

  /** Null. */
  record JsonNull() implements JsonValue {}
}
