package com.healthmetrics.aws.testkit.terraform;

import com.healthmetrics.aws.testkit.internal.JsonReader;
import com.healthmetrics.aws.testkit.internal.JsonValue.JsonObject;
import com.healthmetrics.aws.testkit.internal.JsonValue.JsonString;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Reads the output of {@code terraform -json}. */
final class JsonMembers {
  private JsonMembers() {}

  static JsonObject read(String json) {
    return (JsonObject) JsonReader.read(json.getBytes(StandardCharsets.UTF_8));
  }

  static Optional<JsonObject> object(JsonObject parent, String name) {
    return parent.member(name).map(JsonObject.class::cast);
  }

  /** A text member; blank if missing. */
  static String text(JsonObject parent, String name) {
    return parent.member(name).map(text -> ((JsonString) text).value()).orElse("");
  }
}
