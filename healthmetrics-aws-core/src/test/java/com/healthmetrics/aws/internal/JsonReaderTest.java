package com.healthmetrics.aws.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.healthmetrics.aws.internal.JsonReader.JsonNumber;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reads what Jackson reads when it is told to be strict, and refuses what it refuses. */
class JsonReaderTest {
  private static final int CASES = 20_000;

  private static final JsonMapper JACKSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[]",
        "\"\"",
        "0",
        "-0",
        "-0.0e-0",
        "1E+2",
        "123456789012345678901234567890.5",
        "true",
        "false",
        "null",
        " \t\r\n[ 1 , 2 ]\n",
        "{\"\":{\"\":null}}",
        "[[[[[[[[]]]]]]]]",
        "\"\\u0000\\u001f\\\"\\\\\\/\\b\\f\\n\\r\\t\"",
        "\"\\ud83d\\uDE00 \uD83D\uDE00 \u2028\u007f\"",
        "\"\\ud800\"",
        "{\"a\":1,\"A\":2}"
      })
  void readsJson(String json) {
    assertThat(ours(json)).isEqualTo(jackson(json)).isPresent();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "\uFEFF{}",
        "{} {}",
        "{}\0",
        "[1,]",
        "[,1]",
        "[1 2]",
        "[1",
        "[1}",
        "{\"a\":1,}",
        "{\"a\"}",
        "{\"a\" 1}",
        "{a:1}",
        "{1:1}",
        "{'a':1}",
        "{\"a\":1,\"a\":1}",
        "{\"a\":1,\"\\u0061\":1}",
        "{\"a\":null,\"a\":null}",
        "\"",
        "\"a\nb\"",
        "\"\\",
        "\"\\x41\"",
        "\"\\u12\"",
        "\"\\u12g4\"",
        "\"\\u\uFF11\uFF12\uFF13\uFF14\"",
        "01",
        "-",
        "-a",
        "+1",
        ".5",
        "1.",
        "1.e1",
        "1e",
        "1e+",
        "0x1",
        "1_000",
        "\u0661",
        "NaN",
        "Infinity",
        "-Infinity",
        "True",
        "nul",
        "nulll",
        "undefined",
        "// a\n1",
        "/* a */ 1",
        "# a\n1",
        "[1]\u00A0",
        "\u000B1"
      })
  void refusesWhatIsNotJson(String json) {
    assertThat(ours(json)).isEmpty();
    assertThat(jackson(json)).isEmpty();
  }

  @Test
  void agreesWithJacksonAboutRandomTexts() {
    Random random = new Random(Long.getLong("random.seed", 1));
    RandomJson texts = new RandomJson(random);
    int read = 0;
    for (int i = 0; i < CASES; i++) {
      String json = random.nextBoolean() ? texts.next() : texts.mutated();
      Optional<Object> ours = ours(json);
      assertThat(ours).as(json).isEqualTo(jackson(json));
      read += ours.isPresent() ? 1 : 0;
    }
    assertThat(read).as("both kinds").isBetween(CASES / 2, CASES - CASES / 10);
  }

  @Test
  void keepsNumbersThatNoTypeCanHold() {
    String number = "1" + "0".repeat(5_000) + "e999999999999";

    assertThat(JsonReader.read(number)).isEqualTo(new JsonNumber(number));
  }

  @Test
  void keepsAnObjectAsItWasWritten() {
    JsonObject outer = (JsonObject) JsonReader.read(" {\"a\": {\"b\" :[1.0, \"\\u0041\"] } } ");

    assertThat(outer.object("a").orElseThrow().source()).isEqualTo("{\"b\" :[1.0, \"\\u0041\"] }");
  }

  @Test
  void refusesDeepNestingWithoutUsingTheStack() {
    assertThat(JsonReader.read("[".repeat(64) + "]".repeat(64))).isNotNull();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> JsonReader.read("[".repeat(1_000_000)))
        .withMessage("more than 64 levels of nesting, at character 65");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> JsonReader.read("{\"a\":".repeat(100_000)))
        .withMessageStartingWith("more than 64 levels of nesting");
  }

  @Test
  void namesThePositionAndNoValue() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> JsonReader.read("{\"ada@example.com\":1, \"ada@example.com\":2}"))
        .withMessage("a name appears twice in an object, at character 22");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> JsonReader.read("[secret]"))
        .withMessage("expected a value, at character 1");
  }

  @Test
  void namesTheMemberOfAnotherType() {
    JsonObject object = (JsonObject) JsonReader.read("{\"a\":1,\"b\":[\"x\",1],\"c\":null}");

    assertThat(object.string("c")).isEmpty();
    assertThat(object.strings("c")).isEmpty();
    assertThat(object.has("c")).isFalse();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> object.string("a"))
        .withMessage("a is not a string");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> object.object("b"))
        .withMessage("b is not an object");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> object.objects("a"))
        .withMessage("a is not an array");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> object.strings("b"))
        .withMessage("b is not an array of strings");
  }

  private static Optional<Object> ours(String json) {
    Object[] value = new Object[1];
    Throwable failure = catchThrowable(() -> value[0] = comparable(JsonReader.read(json)));
    if (failure != null) {
      assertThat(failure).as(json).isExactlyInstanceOf(IllegalArgumentException.class);
    }
    return Optional.ofNullable(value[0]);
  }

  private static Object comparable(Object value) {
    if (value instanceof JsonObject object) {
      Map<String, Object> members = new LinkedHashMap<>();
      object.members().forEach((name, member) -> members.put(name, comparable(member)));
      return List.copyOf(members.entrySet());
    }
    if (value instanceof List<?> list) {
      return list.stream().map(JsonReaderTest::comparable).toList();
    }
    return value instanceof JsonNumber number
        ? new BigDecimal(number.literal()).stripTrailingZeros()
        : value;
  }

  private static Optional<Object> jackson(String json) {
    try {
      JsonNode node = JACKSON.readTree(json);
      return node.isMissingNode() ? Optional.empty() : Optional.of(comparable(node));
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  private static Object comparable(JsonNode node) {
    return switch (node.getNodeType()) {
      case OBJECT -> {
        Map<String, Object> members = new LinkedHashMap<>();
        node.properties()
            .forEach(field -> members.put(field.getKey(), comparable(field.getValue())));
        yield List.copyOf(members.entrySet());
      }
      case ARRAY ->
          StreamSupport.stream(node.spliterator(), false).map(JsonReaderTest::comparable).toList();
      case STRING -> node.textValue();
      case NUMBER -> node.decimalValue().stripTrailingZeros();
      case BOOLEAN -> node.booleanValue();
      default -> JsonReader.JsonNull.NULL;
    };
  }
}
