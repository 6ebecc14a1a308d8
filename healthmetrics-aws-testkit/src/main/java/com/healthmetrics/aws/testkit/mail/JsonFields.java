package com.healthmetrics.aws.testkit.mail;

import com.healthmetrics.aws.testkit.internal.JsonReader;
import com.healthmetrics.aws.testkit.internal.JsonValue;
import com.healthmetrics.aws.testkit.internal.JsonValue.JsonArray;
import com.healthmetrics.aws.testkit.internal.JsonValue.JsonObject;
import com.healthmetrics.aws.testkit.internal.JsonValue.JsonString;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The members of a JSON object; members of an unexpected type are refused.
 *
 * @param object the object
 */
record JsonFields(JsonObject object) {

  /** Parses the body of a request. */
  static JsonFields read(byte[] body) {
    try {
      if (JsonReader.read(body) instanceof JsonObject object) {
        return new JsonFields(object);
      }
    } catch (IllegalArgumentException e) {
      throw malformed("The body is not JSON: " + e.getMessage() + ".");
    }
    throw malformed("The body is not a JSON object.");
  }

  /** Refuses members with other names: a member that is not read must not seem to work. */
  JsonFields only(String where, String... names) {
    Set<String> known = Set.of(names);
    for (String name : object.members().keySet()) {
      if (!known.contains(name) && object.member(name).isPresent()) {
        throw SesRefusal.notRead(where + name);
      }
    }
    return this;
  }

  Optional<String> text(String name) {
    return object.member(name).map(value -> text(value, name));
  }

  String required(String name) {
    return text(name)
        .orElseThrow(() -> SesRefusal.missing(name, "The request has no " + name + "."));
  }

  List<String> texts(String name) {
    return array(name).stream().map(element -> text(element, name)).toList();
  }

  Optional<JsonFields> fields(String name) {
    return object.member(name).map(value -> fields(value, name));
  }

  /** The members of an optional object. */
  JsonFields fieldsOrNone(String name) {
    return fields(name).orElseGet(() -> new JsonFields(JsonObject.empty()));
  }

  List<JsonFields> list(String name) {
    return array(name).stream().map(element -> fields(element, name)).toList();
  }

  /** Bytes, sent as base64. */
  Optional<byte[]> bytes(String name) {
    try {
      return text(name).map(Base64.getDecoder()::decode);
    } catch (IllegalArgumentException e) {
      throw malformed(name + " must be base64: " + e.getMessage() + ".");
    }
  }

  private List<JsonValue> array(String name) {
    JsonValue value = object.member(name).orElse(new JsonArray(List.of()));
    if (value instanceof JsonArray array) {
      return array.elements();
    }
    throw malformed(name + " must be a JSON array.");
  }

  private static String text(JsonValue value, String name) {
    if (value instanceof JsonString text) {
      return text.value();
    }
    throw malformed(name + " must be a JSON string.");
  }

  private static JsonFields fields(JsonValue value, String name) {
    if (value instanceof JsonObject object) {
      return new JsonFields(object);
    }
    throw malformed(name + " must be a JSON object.");
  }

  private static SesRefusal malformed(String reason) {
    return new SesRefusal(SesError.MALFORMED, "The request body could not be read.", reason);
  }
}
