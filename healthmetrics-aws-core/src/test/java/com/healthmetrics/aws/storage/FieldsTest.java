package com.healthmetrics.aws.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.entry;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.Test;

class FieldsTest {
  private final Map<String, String> fields =
      new Fields(1).add("key", "k").add("Content-Type", "image/png").add("policy", "p");

  @Test
  void keepsTheOrderInWhichTheyWereAdded() {
    assertThat(fields)
        .containsExactly(
            entry("key", "k"), entry("Content-Type", "image/png"), entry("policy", "p"));
  }

  @Test
  void isTheMapThatALinkedHashMapIs() {
    Map<String, String> linked = new LinkedHashMap<>(fields);

    assertThat(fields).isEqualTo(linked).hasSameHashCodeAs(linked).hasToString(linked.toString());
    assertThat(fields.get("policy")).isEqualTo("p");
    assertThat(fields.get("content-type")).isNull();
    assertThat(fields.containsKey("key")).isTrue();
  }

  @Test
  void areOnlyAdded() {
    Iterator<String> names = fields.keySet().iterator();
    names.next();

    assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(names::remove);
    assertThatExceptionOfType(UnsupportedOperationException.class)
        .isThrownBy(() -> fields.put("key", "other"));
    assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(fields::clear);
    assertThatExceptionOfType(UnsupportedOperationException.class)
        .isThrownBy(() -> fields.entrySet().iterator().next().setValue("other"));
  }

  @Test
  void hasNoMoreEntriesThanWereAdded() {
    Iterator<Map.Entry<String, String>> entries = fields.entrySet().iterator();
    for (int i = 0; i < 3; i++) {
      entries.next();
    }

    assertThat(entries.hasNext()).isFalse();
    assertThatExceptionOfType(NoSuchElementException.class).isThrownBy(entries::next);
  }
}
