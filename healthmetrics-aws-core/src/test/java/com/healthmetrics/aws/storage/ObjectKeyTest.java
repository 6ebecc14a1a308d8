package com.healthmetrics.aws.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ObjectKeyTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a",
        "a/b",
        "avatars/user-42/0f3c.png",
        "...",
        "a/.../b",
        ".a",
        "a.",
        "a b+c%d&e",
        "ä/漢/😀",
        "a\\b",
        " "
      })
  void acceptsKeysThatMeanTheSameEverywhere(String value) {
    assertThat(ObjectKey.of(value).value()).isEqualTo(value);
    assertThat(ObjectKey.of(value)).hasToString(value);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/", "/a", "a/", "a//b", "..", ".", "../a", "a/..", "a/../b", "a/./b", "./a", "a/."
      })
  void refusesSegmentsThatBrowsersRewrite(String value) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ObjectKey.of(value))
        .withMessageContaining("has the segment");
  }

  @ParameterizedTest
  @CsvSource({
    "0000, 0", "000A, 3", "000D, 1", "001F, 2", "007F, 0", "0085, 1", "2028, 1", "2029, 1",
    "D83D, 1", "DE00, 2"
  })
  void refusesControlCharactersAndLoneSurrogates(String hex, int index) {
    String value = "x".repeat(index) + (char) Integer.parseInt(hex, 16) + "y";

    assertThatIllegalArgumentException()
        .isThrownBy(() -> ObjectKey.of(value))
        .withMessageContaining("U+" + hex + " at index " + index);
  }

  @Test
  void convertsAParameterOfARequestLikeAnyOtherText() {
    assertThat(ObjectKey.valueOf("avatars/ü.png")).isEqualTo(ObjectKey.of("avatars/ü.png"));
    assertThatIllegalArgumentException().isThrownBy(() -> ObjectKey.valueOf("a/../b"));
  }

  @Test
  void refusesAHighSurrogateAtTheEnd() {
    assertThatIllegalArgumentException().isThrownBy(() -> ObjectKey.of("a\uD83D"));
  }

  @Test
  void refusesAnEmptyKey() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ObjectKey.of(""))
        .withMessageContaining("The object key is empty");
  }

  @ParameterizedTest
  @CsvSource({"a, 1", "ä, 2", "漢, 3", "😀, 4"})
  void countsBytesAndNotCharacters(String character, int bytes) {
    String filler = "x".repeat(1_024 % bytes);
    String longest = character.repeat(1_024 / bytes) + filler;

    assertThat(ObjectKey.of(longest).value()).isEqualTo(longest);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ObjectKey.of(longest + "x"))
        .withMessageContaining("1025 bytes")
        .withMessageContaining("1024");
  }

  @Test
  void equalsAKeyOfTheSameName() {
    assertThat(ObjectKey.of("a/b"))
        .isEqualTo(ObjectKey.of("a/b"))
        .hasSameHashCodeAs(ObjectKey.of("a/b"))
        .isNotEqualTo(ObjectKey.of("a/B"))
        .isNotEqualTo("a/b");
  }

  @Test
  void refusesNull() {
    assertThatNullPointerException().isThrownBy(() -> ObjectKey.of(null));
  }
}
