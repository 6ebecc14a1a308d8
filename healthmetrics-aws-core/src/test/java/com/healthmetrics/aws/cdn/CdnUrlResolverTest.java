package com.healthmetrics.aws.cdn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import com.healthmetrics.aws.storage.ObjectKey;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** CloudFront's own rules; the testkit's contract has the promises of every resolver. */
class CdnUrlResolverTest {
  private static final CdnUrlResolver CDN = CdnUrlResolver.of(URI.create("https://cdn.example"));
  private static final CdnUrlResolver WITH_PATH =
      CdnUrlResolver.of(URI.create("https://cdn.example/media/v1/"));

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
  @CsvSource({
    "https://CDN.example, https://cdn.example/k",
    "https://cdn.example/, https://cdn.example/k",
    "https://cdn.example:443, https://cdn.example/k",
    "https://cdn.example/media/, https://cdn.example/media/k",
    "http://localhost:8080, http://localhost:8080/k",
    "http://127.0.0.1:8080/x, http://127.0.0.1:8080/x/k",
    "http://[::1]:8080, http://[::1]:8080/k",
    "http://cdn.localhost:8080, http://cdn.localhost:8080/k",
  })
  void acceptsBaseUrls(String base, String expected) {
    CdnUrlResolver cdn = CdnUrlResolver.of(URI.create(base));

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
    assertThatIllegalArgumentException().isThrownBy(() -> CdnUrlResolver.of(URI.create(base)));
  }

  @Test
  void allowsPlainHttpOnOtherMachinesOnlyIfAsked() {
    URI base = URI.create("http://10.0.2.2:8080/media/");

    assertThatIllegalArgumentException()
        .isThrownBy(() -> CdnUrlResolver.of(base))
        .withMessageContaining("call CdnUrlResolver.allowCleartextHttp");
    CdnUrlResolver cdn = CdnUrlResolver.allowCleartextHttp(base);
    URI url = cdn.resolve(ObjectKey.of("k"));
    assertThat(url).hasToString("http://10.0.2.2:8080/media/k");
    assertThat(cdn.keyOf(url)).hasValue(ObjectKey.of("k"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "cdn", "ftp://cdn", "http://u:p@cdn", "http://cdn?a", "http://cdn/a//b"})
  void keepsTheOtherRulesWherePlainHttpIsAllowed(String base) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CdnUrlResolver.allowCleartextHttp(URI.create(base)));
  }

  @Test
  void showsItsBaseUrl() {
    assertThat(WITH_PATH).hasToString("CdnUrlResolver[https://cdn.example/media/v1/]");
  }

  @Test
  void refusesNull() {
    assertThatNullPointerException().isThrownBy(() -> CdnUrlResolver.of(null));
  }
}
