package com.healthmetrics.aws.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PercentEncodingTest {

  @Test
  void leavesUnreservedCharactersAlone() {
    String unreserved = "ABCXYZabcxyz0123456789-._~";
    assertThat(PercentEncoding.encode(unreserved)).isEqualTo(unreserved);
    assertThat(PercentEncoding.encodePath(unreserved)).isEqualTo(unreserved);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "` `, %20",
        "+, %2B",
        "%, %25",
        "&, %26",
        "=, %3D",
        "?, %3F",
        "#, %23",
        "\", %22",
        "', %27",
        "*, %2A",
        "@, %40",
        "[, %5B",
        "{, %7B",
        "^, %5E",
        ":, %3A",
        "ä, %C3%A4",
        "漢, %E6%BC%A2",
        "😀, %F0%9F%98%80",
        "\u007f, %7F"
      })
  void encodesEverythingElseInUpperCaseHex(String text, String encoded) {
    assertThat(PercentEncoding.encode(text)).isEqualTo(encoded);
    assertThat(PercentEncoding.encodePath(text)).isEqualTo(encoded);
  }

  @Test
  void encodesTheNeighboursOfUnreservedCharacters() {
    assertThat(PercentEncoding.encode("/:@[`{,\u0000")).isEqualTo("%2F%3A%40%5B%60%7B%2C%00");
  }

  @Test
  void keepsSlashesInPathsOnly() {
    assertThat(PercentEncoding.encode("a/b")).isEqualTo("a%2Fb");
    assertThat(PercentEncoding.encodePath("a/b c")).isEqualTo("a/b%20c");
  }

  @Property
  void encodesAsTheJdkDoesButForItsFormPeculiarities(@ForAll String text) {
    String expected =
        URLEncoder.encode(text, StandardCharsets.UTF_8)
            .replace("+", "%20")
            .replace("*", "%2A")
            .replace("%7E", "~");
    assertThat(PercentEncoding.encode(text)).isEqualTo(expected);
  }

  @Property
  void decodesWhatItEncoded(@ForAll String text) {
    String wellFormed = new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    assertThat(PercentEncoding.decodePath(PercentEncoding.encodePath(wellFormed)))
        .hasValue(wellFormed);
  }

  @Property
  void decodesNoSecondSpelling(@ForAll String path) {
    PercentEncoding.decodePath(path)
        .ifPresent(text -> assertThat(PercentEncoding.encodePath(text)).isEqualTo(path));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "%",
        "%4",
        "a%",
        "a%2",
        "%zz",
        "%4z",
        "%z4",
        "%41",
        "%2F",
        "%2e",
        "%2E",
        "%c3%a4",
        "%C3",
        "%FF",
        "%C0%AF",
        "%ED%A0%80",
        "a b",
        "a+b",
        "ä",
        "Ł",
        "%２０",
        "a?b",
        "a#b"
      })
  void decodesNoUnusualSpelling(String path) {
    assertThat(PercentEncoding.decodePath(path)).isEmpty();
  }
}
