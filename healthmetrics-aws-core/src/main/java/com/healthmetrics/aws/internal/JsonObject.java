package com.healthmetrics.aws.internal;

import com.healthmetrics.aws.internal.JsonReader.JsonNull;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A JSON object that {@link JsonReader} read.
 *
 * <p>A member that is null counts as absent. One of another type than the caller expects is an
 * {@link IllegalArgumentException} that contains its name and no value.
 */
public final class JsonObject {
  /** The object without members. */
  public static final JsonObject EMPTY = new JsonObject(Map.of(), "{}", 0, 2);

  private final Map<String, Object> members;
  private final String json;
  private final int start;
  private final int end;

  JsonObject(Map<String, Object> members, String json, int start, int end) {
    this.members = Collections.unmodifiableMap(members);
    this.json = json;
    this.start = start;
    this.end = end;
  }

  /** Returns all members, in the order of the text. */
  public Map<String, Object> members() {
    return members;
  }

  /** Returns the object as it was written. */
  public String source() {
    return json.substring(start, end);
  }

  /** Returns whether the object has a member that is not null. */
  public boolean has(String name) {
    return members.getOrDefault(name, JsonNull.NULL) != JsonNull.NULL;
  }

  /** Returns a string. */
  public Optional<String> string(String name) {
    return member(name, String.class, "a string");
  }

  /** Returns an object. */
  public Optional<JsonObject> object(String name) {
    return member(name, JsonObject.class, "an object");
  }

  /** Returns an array of strings, empty if it is absent. */
  public List<String> strings(String name) {
    return elements(name, String.class, "strings");
  }

  /** Returns an array of objects, empty if it is absent. */
  public List<JsonObject> objects(String name) {
    return elements(name, JsonObject.class, "objects");
  }

  private <T> Optional<T> member(String name, Class<T> type, String expected) {
    if (!has(name)) {
      return Optional.empty();
    }
    Object value = members.get(name);
    if (!type.isInstance(value)) {
      throw new IllegalArgumentException(name + " is not " + expected);
    }
    return Optional.of(type.cast(value));
  }

  private <T> List<T> elements(String name, Class<T> type, String expected) {
    List<?> values = member(name, List.class, "an array").orElse(List.of());
    if (!values.stream().allMatch(type::isInstance)) {
      throw new IllegalArgumentException(name + " is not an array of " + expected);
    }
    return values.stream().<T>map(type::cast).toList();
  }
}
