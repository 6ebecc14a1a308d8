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

/** What is CloudFront's own; the testkit's contract says what every resolver promises. */
class CloudFrontUrlResolverTest {
  private static final CdnUrlResolver CDN = CloudFrontUrlResolver.of("https://cdn.example");
  private static final CdnUrlResolver WITH_PATH =
      CloudFrontUrlResolver.of("https://cdn.example/media/v1/");

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
  void refusesNull() {
    assertThatNullPointerException().isThrownBy(() -> CloudFrontUrlResolver.of(null));
  }
}
