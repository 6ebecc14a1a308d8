package com.healthmetrics.aws.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.healthmetrics.aws.fixtures.SimpleJson;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.UniqueElements;
import org.junit.jupiter.api.Test;

class JsonTest {

  @Test
  void writesListsMapsTextsAndWholeNumbersInTheirOrder() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("z", 1);
    map.put("a", List.of("x", Long.MAX_VALUE, List.of(), Map.of()));
    map.put("m", new StringBuilder("built"));

    assertThat(Json.write(map))
        .isEqualTo("{\"z\":1,\"a\":[\"x\",9223372036854775807,[],{}],\"m\":\"built\"}");
  }

  @Test
  void escapesWhatJsonAndHtmlCouldMisread() {
    assertThat(Json.write("</script><!-- & \" \\ \n \u2028 ä 😀 \u007f"))
        .isEqualTo(
            "\"\\u003c/script\\u003e\\u003c!-- \\u0026 \\\" \\\\ \\u000a \\u2028 \\u00e4"
                + " \\ud83d\\ude00 \\u007f\"");
  }

  @Test
  void leavesPrintableAsciiAsItIs() {
    assertThat(Json.write(" ~az09!")).isEqualTo("\" ~az09!\"");
  }

  @Test
  void escapesNamesToo() {
    assertThat(Json.write(Map.of("<\"", 1))).isEqualTo("{\"\\u003c\\\"\":1}");
  }

  @Property
  void isReadBackByAnotherParser(@ForAll @UniqueElements List<String> texts) {
    Map<String, Object> map = new LinkedHashMap<>();
    texts.forEach(text -> map.put(text, List.of(text)));

    String json = Json.write(map);

    assertThat(json).matches("[ -~]*").doesNotContain("<", ">", "&");
    Map<String, String> readBack = new LinkedHashMap<>();
    SimpleJson.parse(json)
        .asObject()
        .forEach((name, list) -> readBack.put(name, list.asArray().get(0).asString()));
    assertThat(readBack.keySet()).containsExactlyElementsOf(texts);
    assertThat(readBack.values()).containsExactlyElementsOf(texts);
  }

  @Test
  void refusesValuesWithoutAJsonForm() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Json.write(1.5))
        .withMessageContaining("java.lang.Double");
    assertThatIllegalArgumentException().isThrownBy(() -> Json.write(List.of(true)));
  }
}
