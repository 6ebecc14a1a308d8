package com.healthmetrics.aws.cdn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import com.healthmetrics.aws.storage.ObjectKey;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CloudFrontUrlResolverTest {
  private static final CdnUrlResolver CDN = CloudFrontUrlResolver.of("https://cdn.example");
  private static final CdnUrlResolver WITH_PATH =
      CloudFrontUrlResolver.of("https://cdn.example/media/v1/");

  @Property
  void findsTheKeyOfEveryUrlItGave(@ForAll("keys") ObjectKey key) {
    assertThat(CDN.keyOf(CDN.resolve(key))).hasValue(key);
    assertThat(WITH_PATH.keyOf(WITH_PATH.resolve(key))).hasValue(key);
  }

  @Property
  void givesUrlsWhosePathIsTheKey(@ForAll("keys") ObjectKey key) {
    URI url = CDN.resolve(key);

    assertThat(url.getPath()).isEqualTo("/" + key.value());
    assertThat(url.normalize()).isEqualTo(url);
    assertThat(url.getRawQuery()).isNull();
    assertThat(url.getRawFragment()).isNull();
    assertThat(url.toString()).matches("[!-~]+").doesNotContain("+");
  }

  @Provide
  Arbitrary<ObjectKey> keys() {
    Arbitrary<String> segments =
        Arbitraries.oneOf(
            Arbitraries.strings().alpha().numeric().withChars(" +%&=?#;:@'\"<>[]{}|\\^`~.,!$*()"),
            Arbitraries.of("😀", "漢字", "é", "e\u0301", "%2e%2e", "%2F", "...", "a b+c", "'\""),
            Arbitraries.strings().all());
    return segments
        .filter(CloudFrontUrlResolverTest::isSegment)
        .list()
        .ofMinSize(1)
        .ofMaxSize(4)
        .map(list -> String.join("/", list))
        .filter(key -> key.getBytes(StandardCharsets.UTF_8).length <= 1_024)
        .map(ObjectKey::of);
  }

  private static boolean isSegment(String text) {
    return !text.isEmpty()
        && !text.equals(".")
        && !text.equals("..")
        && text.indexOf('/') < 0
        && text.codePoints()
            .noneMatch(
                c ->
                    Character.isISOControl(c)
                        || c == 0x2028
                        || c == 0x2029
                        || (c >= 0xD800 && c <= 0xDFFF));
  }

  @ParameterizedTest
  @CsvSource({
    "avatars/user-42/0f3c.png, avatars/user-42/0f3c.png",
    "a b, a%20b",
    "a+b, a%2Bb",
    "100%, 100%25",
    "'it''s', it%27s",
    "auth0|7/😀.png, auth0%7C7/%F0%9F%98%80.png"
  })
  void encodesKeysAsCloudFrontExpects(String key, String path) {
    assertThat(CDN.resolve(ObjectKey.of(key))).hasToString("https://cdn.example/" + path);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://cdn.example.evil.com/a",
        "https://evil.com/https://cdn.example/a",
        "https://cdn.exampl/a",
        "http://cdn.example/a",
        "HTTPS://cdn.example/a",
        "https://CDN.example/a",
        "https://cdn.example:443/a",
        "https://cdn.example:8443/a",
        "https://cdn.example@evil.com/a",
        "https://user@cdn.example/a",
        "https://cdn.example/a?x=1",
        "https://cdn.example/a?",
        "https://cdn.example/a#top",
        "https://cdn.example/a#",
        "https://cdn.example/a%2Fb",
        "https://cdn.example/%2e%2e/a",
        "https://cdn.example/%2E%2E/a",
        "https://cdn.example/../a",
        "https://cdn.example/a/./b",
        "https://cdn.example/%c3%a4",
        "https://cdn.example/ä",
        "https://cdn.example/%61",
        "https://cdn.example//a",
        "https://cdn.example/a//b",
        "https://cdn.example/a/",
        "https://cdn.example/a%0D%0Ab",
        "https://cdn.example/a%00",
        "https://cdn.example/a+b",
        "https://cdn.example/",
        "https://cdn.example",
        "//cdn.example/a",
        "/a",
        "a",
        "mailto:a@cdn.example",
      })
  void findsNoKeyInAnyOtherUrl(URI url) {
    assertThat(CDN.keyOf(url)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://cdn.example/a",
        "https://cdn.example/media/a",
        "https://cdn.example/media/v1",
        "https://cdn.example/media/v1/",
        "https://cdn.example/media/v10/a",
        "https://cdn.example/media/v1//a",
        "https://cdn.example/media/v1/../a"
      })
  void findsNoKeyOutsideItsBasePath(URI url) {
    assertThat(WITH_PATH.keyOf(url)).isEmpty();
  }

  @Test
  void findsNoKeyLongerThanS3Takes() {
    assertThat(CDN.keyOf(URI.create("https://cdn.example/" + "a".repeat(1_024)))).isPresent();
    assertThat(CDN.keyOf(URI.create("https://cdn.example/" + "a".repeat(1_025)))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "https://CDN.example, https://cdn.example/k",
    "https://cdn.example/, https://cdn.example/k",
    "https://cdn.example:443, https://cdn.example/k",
    "https://cdn.example/media/, https://cdn.example/media/k",
    "http://localhost:8080, http://localhost:8080/k",
    "http://127.0.0.1:8080/x, http://127.0.0.1:8080/x/k",
    "http://[::1]:8080, http://[::1]:8080/k",
  })
  void takesBaseUrls(String base, String expected) {
    CdnUrlResolver cdn = CloudFrontUrlResolver.of(base);

    assertThat(cdn.resolve(ObjectKey.of("k"))).hasToString(expected);
    assertThat(cdn.keyOf(URI.create(expected))).hasValue(ObjectKey.of("k"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "cdn.example",
        "http://cdn.example",
        "https://u:p@cdn.example",
        "https://cdn.example?a",
        "https://cdn.example#a",
        "https://cdn.example/a//b",
        "https://cdn.example/a/../b"
      })
  void refusesOtherBaseUrls(String base) {
    assertThatIllegalArgumentException().isThrownBy(() -> CloudFrontUrlResolver.of(base));
  }

  @Test
  void saysWhereItPoints() {
    assertThat(WITH_PATH).hasToString("CloudFrontUrlResolver[https://cdn.example/media/v1/]");
  }

  @Test
  void refusesNulls() {
    assertThatNullPointerException().isThrownBy(() -> CloudFrontUrlResolver.of(null));
    assertThatNullPointerException().isThrownBy(() -> CDN.resolve(null));
    assertThatNullPointerException().isThrownBy(() -> CDN.keyOf(null));
  }
}
