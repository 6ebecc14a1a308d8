package com.healthmetrics.aws.testkit.internal;

import com.healthmetrics.aws.testkit.internal.JsonValue.JsonArray;
import com.healthmetrics.aws.testkit.internal.JsonValue.JsonBoolean;
import com.healthmetrics.aws.testkit.internal.JsonValue.JsonNumber;
import com.healthmetrics.aws.testkit.internal.JsonValue.JsonObject;
import com.healthmetrics.aws.testkit.internal.JsonValue.JsonString;
import java.util.Iterator;
import java.util.Map;

/** Writes JSON without white space. */
public final class JsonWriter {
  private final StringBuilder json = new StringBuilder();

  private JsonWriter() {}

  /** The text of a value. */
  public static String write(JsonValue value) {
    JsonWriter writer = new JsonWriter();
    writer.append(value);
    return writer.json.toString();
  }

  private void append(JsonValue value) {
    if (value instanceof JsonObject object) {
      append(object);
    } else if (value instanceof JsonArray array) {
      append(array);
    } else if (value instanceof JsonString text) {
      append(text.value());
    } else if (value instanceof JsonNumber number) {
      json.append(number.value());
    } else if (value instanceof JsonBoolean bool) {
      json.append(bool.value());
    } else {
      json.append("null");
    }
  }

  private void append(JsonObject object) {
    json.append('{');
    Iterator<Map.Entry<String, JsonValue>> members = object.members().entrySet().iterator();
    while (members.hasNext()) {
      Map.Entry<String, JsonValue> member = members.next();
      append(member.getKey());
      json.append(':');
      append(member.getValue());
      json.append(members.hasNext() ? "," : "");
    }
    json.append('}');
  }

  private void append(JsonArray array) {
    json.append('[');
    Iterator<JsonValue> elements = array.elements().iterator();
    while (elements.hasNext()) {
      append(elements.next());
      json.append(elements.hasNext() ? "," : "");
    }
    json.append(']');
  }

  private void append(String text) {
    json.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> json.append("\\\"");
        case '\\' -> json.append("\\\\");
        case '\n' -> json.append("\\n");
        case '\r' -> json.append("\\r");
        case '\t' -> json.append("\\t");
        default -> {
          // '<' too, so that a document can be embedded in a script element.
          if (c < 0x20 || c == 0x7F || c == '<' || c == '\u2028' || c == '\u2029') {
            json.append(String.format("\\u%04x", (int) c));
          } else {
            json.append(c);
          }
        }
      }
    }
    json.append('"');
  }
}
