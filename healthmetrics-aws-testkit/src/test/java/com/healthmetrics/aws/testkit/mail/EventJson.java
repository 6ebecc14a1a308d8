package com.healthmetrics.aws.testkit.mail;

import com.healthmetrics.aws.testkit.internal.JsonReader;
import com.healthmetrics.aws.testkit.internal.JsonValue;
import com.healthmetrics.aws.testkit.internal.JsonValue.JsonArray;
import com.healthmetrics.aws.testkit.internal.JsonValue.JsonObject;
import com.healthmetrics.aws.testkit.internal.JsonValue.JsonString;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * An event of a {@link LocalSes}, as a test reads it.
 *
 * @param object the record
 */
record EventJson(JsonObject object) {

  static List<EventJson> of(LocalSes ses) {
    return ses.events().stream().map(EventJson::of).toList();
  }

  static EventJson of(String json) {
    return new EventJson((JsonObject) JsonReader.read(json.getBytes(StandardCharsets.UTF_8)));
  }

  static List<String> types(LocalSes ses) {
    return of(ses).stream().map(EventJson::type).toList();
  }

  String type() {
    return text("eventType");
  }

  /** The text of a member; elements of arrays are named by their index. */
  String text(String... path) {
    return ((JsonString) at(path)).value();
  }

  List<String> texts(String... path) {
    return ((JsonArray) at(path))
        .elements().stream().map(element -> ((JsonString) element).value()).toList();
  }

  List<String> names(String... path) {
    return List.copyOf(((JsonObject) at(path)).members().keySet());
  }

  private JsonValue at(String... path) {
    JsonValue value = object;
    for (String step : path) {
      value =
          value instanceof JsonArray array
              ? array.elements().get(Integer.parseInt(step))
              : ((JsonObject) value).members().get(step);
      if (value == null) {
        throw new AssertionError("No " + String.join(".", path) + " in " + object);
      }
    }
    return value;
  }
}
