package com.healthmetrics.aws.testkit.terraform;

import com.healthmetrics.aws.testkit.internal.JsonValue;
import com.healthmetrics.aws.testkit.internal.JsonValue.JsonArray;
import com.healthmetrics.aws.testkit.internal.JsonValue.JsonObject;
import com.healthmetrics.aws.testkit.internal.JsonWriter;
import java.util.List;
import java.util.stream.Collectors;

/** Writes JSON with line breaks, so that a diff shows the members that changed. */
final class ReadableJson {
  private ReadableJson() {}

  static String of(JsonValue value) {
    return write(value, "") + "\n";
  }

  private static String write(JsonValue value, String indent) {
    String deeper = indent + "  ";
    if (value instanceof JsonObject object) {
      return block(
          "{",
          object.members().entrySet().stream()
              .map(
                  member ->
                      JsonWriter.write(new JsonValue.JsonString(member.getKey()))
                          + ": "
                          + write(member.getValue(), deeper))
              .toList(),
          "}",
          indent);
    }
    if (value instanceof JsonArray array) {
      return block(
          "[",
          array.elements().stream().map(element -> write(element, deeper)).toList(),
          "]",
          indent);
    }
    return JsonWriter.write(value);
  }

  private static String block(String open, List<String> items, String close, String indent) {
    if (items.isEmpty()) {
      return open + close;
    }
    return items.stream()
        .collect(
            Collectors.joining(
                ",\n" + indent + "  ", open + "\n" + indent + "  ", "\n" + indent + close));
  }
}
