package com.healthmetrics.aws.testkit.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.healthmetrics.aws.testkit.internal.JsonValue.JsonObject;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[]",
        "null",
        "-0.5e+3",
        "{\"a\":[1,2.50,{\"b\":null}],\"c\":true,\"d\":false,\"\":\"\"}",
        "\"tab \\t quote \\\" backslash \\\\ line \\n\\r control \\u0001 less \\u003c é 😀\""
      })
  void writesWhatItRead(String json) {
    String written = JsonWriter.write(JsonReader.read(json));
    assertThat(JsonReader.read(written)).isEqualTo(JsonReader.read(json));
  }

  @Test
  void readsEveryEscape() {
    assertThat(JsonReader.read(" \"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\uD83D\\uDE00\" "))
        .isEqualTo(new JsonValue.JsonString("\"\\/\b\f\n\r\té😀"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "{",
        "[1",
        "[1,]",
        "{\"a\":1,}",
        "{a:1}",
        "{\"a\" 1}",
        "'a'",
        "\"a",
        "\"\t\"",
        "\"\\x\"",
        "\"\\u12g4\"",
        "01",
        "+1",
        "1.",
        ".5",
        "1e",
        "NaN",
        "tru",
        "nul",
        "1 2",
        "// 1",
        "[1 2]",
        "1e9999"
      })
  void refusesWhatIsNotJson(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> JsonReader.read(text))
        .withMessageContaining("at character");
  }

  @Test
  void refusesADuplicateName() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> JsonReader.read("{\"a\":1,\"\\u0061\":2}"))
        .withMessageContaining("twice");
  }

  @Test
  void refusesNestingThatCouldOverflowTheStack() {
    assertThat(JsonReader.read("[".repeat(64) + "]".repeat(64))).isNotNull();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> JsonReader.read("[".repeat(65) + "]".repeat(65)))
        .withMessageContaining("nesting");
  }

  @Test
  void refusesANumberThatIsTooLong() {
    assertThatIllegalArgumentException().isThrownBy(() -> JsonReader.read("1".repeat(41)));
  }

  @Test
  void refusesBytesThatAreNotUtf8() {
    byte[] latin1 = "\"é\"".getBytes(StandardCharsets.ISO_8859_1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> JsonReader.read(latin1))
        .withMessageContaining("UTF-8");
  }

  @Test
  void escapesWhatCouldEndAScriptElement() {
    assertThat(JsonWriter.write(JsonObject.empty().with("a", "</script>\u2028")))
        .isEqualTo("{\"a\":\"\\u003c/script>\\u2028\"}");
  }

  @Test
  void treatsANullMemberAsAbsent() {
    JsonObject object = (JsonObject) JsonReader.read("{\"a\":null}");
    assertThat(object.member("a")).isEmpty();
    assertThat(object.member("b")).isEmpty();
  }
}
