package com.healthmetrics.aws.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.regions.Region;

class ChecksTest {

  @ParameterizedTest
  @ValueSource(
      strings = {"abc", "a-b", "a.b", "0a9", "healthmetrics-uploads", "1.2.3.4a", "1.2.3", "a--b"})
  void acceptsBucketNames(String name) {
    assertThat(Checks.bucketName(name)).isEqualTo(name);
  }

  @Test
  void limitsANameOfABucketTo63Characters() {
    assertThat(Checks.bucketName("b".repeat(63))).hasSize(63);
    assertThatIllegalArgumentException().isThrownBy(() -> Checks.bucketName("b".repeat(64)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "ab",
        "Abc",
        "a_c",
        "-abc",
        "abc-",
        ".abc",
        "abc.",
        "a..b",
        "a.-b",
        "a-.b",
        "192.168.0.1",
        "a/b",
        "abc\n",
        "a b",
        "äbc"
      })
  void refusesInvalidBucketNames(String name) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Checks.bucketName(name))
        .withMessageContaining("is not a valid bucket name");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "arn:aws:s3:us-west-2:123456789012:accesspoint/mine",
        "arn:aws:s3-outposts:us-west-2:1:x"
      })
  void refusesArnsWithTheReason(String arn) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Checks.bucketName(arn))
        .withMessageContaining("ARN");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "b--usw2-az1--x-s3",
        "b--usw2-az1--xa-s3",
        "b--op-s3",
        "b--ol-s3",
        "b--table-s3",
        "b.mrap"
      })
  void refusesAliasesWithTheReason(String alias) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Checks.bucketName(alias))
        .withMessageContaining("signed by other rules")
        .withMessageContaining(alias);
  }

  static Iterable<Region> regions() {
    return Region.regions();
  }

  @ParameterizedTest
  @MethodSource("regions")
  void acceptsRegionsAndRefusesPseudoRegions(Region region) {
    if (region.isGlobalRegion()) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Checks.region(region.id()))
          .withMessageContaining(region.id());
    } else {
      assertThat(Checks.region(region.id())).isEqualTo(region.id());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "eu",
        "eu-central",
        "EU-CENTRAL-1",
        "eu-central-1 ",
        "e-central-1",
        "eu-central-1\n",
        "eu_central_1",
        "eu--1"
      })
  void refusesInvalidRegions(String region) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Checks.region(region))
        .withMessageContaining("is not an AWS region");
  }

  @Test
  void acceptsConfigurationSetNames() {
    assertThat(Checks.configurationSet("health_Metrics-1")).isEqualTo("health_Metrics-1");
    assertThat(Checks.configurationSet("c".repeat(64))).hasSize(64);
    for (String name : new String[] {"", "a b", "a.b", "a\r\nb", "c".repeat(65), "ä"}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Checks.configurationSet(name))
          .withMessageContaining("is not a configuration set name");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "https://example.com, https://example.com",
    "https://example.com/, https://example.com",
    "https://example.com//, https://example.com",
    "HTTPS://Example.COM, https://example.com",
    "https://example.com:443/app/, https://example.com/app",
    "https://example.com:8443, https://example.com:8443",
    "https://example.com:80, https://example.com:80",
    "https://example.com:1, https://example.com:1",
    "https://example.com:65535, https://example.com:65535",
    "http://localhost, http://localhost",
    "http://LOCALHOST:80/, http://localhost",
    "http://localhost:443, http://localhost:443",
    "http://127.0.0.1:4566, http://127.0.0.1:4566",
    "http://minio:9000/, http://minio:9000",
    "http://MinIO:80, http://minio",
    "http://[::1]:9000/base, http://[::1]:9000/base",
    "https://example.com/a/b%20c, https://example.com/a/b%20c",
    "https://example.com/a./.b/..., https://example.com/a./.b/...",
  })
  void normalizesBaseUrls(String url, String expected) {
    assertThat(Checks.baseUrl(url)).hasToString(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "'', not an absolute",
    "example.com, not an absolute",
    "//example.com, not an absolute",
    "/path, not an absolute",
    "ftp://example.com, not an absolute",
    "mailto:ada@example.com, not an absolute",
    "https:example.com, not an absolute",
    "https://, not a URL",
    "https://exa mple.com, not a URL",
    "https://under_score.example.com, not a URL",
    "https://example.com:port, not a URL",
    "https://example.com/%, not a URL",
    "https://u:p@example.com, user-info",
    "https://@example.com, user-info",
    "https://example.com?, query or a fragment",
    "https://example.com?a=b, query or a fragment",
    "https://example.com#, query or a fragment",
    "https://example.com#top, query or a fragment",
    "http://my_minio:9000, no underscore",
    "http://127.0.0.256, not a URL",
    "http://.localhost, not a URL",
    "https://example.com/a//b, segments",
    "https://example.com//a, segments",
    "https://example.com/./a, segments",
    "https://example.com/a/.., segments",
    "https://example.com/../a, segments",
    "https://example.com/a/., segments",
    "https://example.com/%2e%2e/a, segments",
    "https://example.com/a%2Fb, segments",
    "https://example.com/%c3%a4, segments",
    "https://example.com/ä, segments",
    "https://example.com/a+b, segments",
    "https://example.com:65536, port",
    "https://example.com:0, port",
  })
  void refusesOtherUrlsWithTheReason(String url, String reason) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Checks.baseUrl(url))
        .withMessageContaining(reason)
        .withMessageContaining("Use https://host[:port][/path]")
        .withNoCause();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://example.com",
        "http://localhost:3000",
        "http://LOCALHOST",
        "http://s3.localhost:9000",
        "http://bucket.s3.LocalHost:9000",
        "http://127.0.0.1:4566",
        "http://127.0.0.2:4566",
        "http://127.255.255.254",
        "http://[::1]:9000"
      })
  void requiresHttpsExceptOnThisMachine(String url) {
    assertThatNoException()
        .isThrownBy(() -> Checks.requireEncrypted(Checks.baseUrl(url), false, "do this"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://example.com",
        "http://localhost.example.com",
        "http://notlocalhost",
        "http://localhost.",
        "http://127.0.0.1.example.com",
        "http://128.0.0.1",
        "http://0.0.0.0",
        "http://[::]",
        "http://minio:9000",
        "http://host.docker.internal:4566",
        "http://10.0.2.2:3003",
        "http://192.168.1.20:3003"
      })
  void refusesPlainHttpOnOtherMachinesWithTheRemedy(String text) {
    URI url = Checks.baseUrl(text);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> Checks.requireEncrypted(url, false, "do this"))
        .withMessageStartingWith("\"" + text + "\" is plain http")
        .withMessageEndingWith("Use https; or, on a development network only, do this.");
    assertThatNoException().isThrownBy(() -> Checks.requireEncrypted(url, true, "do this"));
  }

  @Test
  void neverRepeatsAPasswordInAUrl() {
    for (String url :
        new String[] {
          "https://u:hunter2@example.com",
          "https://u:hunter2@exa mple",
          "http://u:hunter2@my_minio:9000",
          "http://my_minio:9000#hunter2",
          "http://my_minio:9000?hunter2"
        }) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Checks.baseUrl(url))
          .withMessageNotContaining("hunter2");
    }
  }

  @Test
  void quotesValuesSoThatTheyCannotForgeALogLine() {
    assertThat(Checks.quote("a\r\nb")).isEqualTo("\"a\\u000d\\u000ab\"");
    assertThat(Checks.quote("ä\u007f\u2028 ~")).isEqualTo("\"\\u00e4\\u007f\\u2028 ~\"");
    assertThat(Checks.quote("x".repeat(80))).isEqualTo("\"" + "x".repeat(80) + "\"");
    assertThat(Checks.quote("x".repeat(81)))
        .isEqualTo("\"" + "x".repeat(80) + "\"… (81 characters)");
  }

  @ParameterizedTest
  @CsvSource({
    "plain, -1",
    "ä 漢 😀, -1",
    "'', -1",
  })
  void findsNothingUnsafeInPlainText(String text, int index) {
    assertThat(Checks.indexOfUnsafeCharacter(text)).isEqualTo(index);
  }

  @Test
  void findsTheFirstUnsafeCharacter() {
    assertThat(Checks.indexOfUnsafeCharacter("ab\tc\n")).isEqualTo(2);
    assertThat(Checks.indexOfUnsafeCharacter("a\u009f")).isEqualTo(1);
    assertThat(Checks.indexOfUnsafeCharacter("a\u2029")).isEqualTo(1);
    assertThat(Checks.indexOfUnsafeCharacter("😀\ud83d")).isEqualTo(2);
    assertThat(Checks.indexOfUnsafeCharacter("\ude00\ud83d")).isZero();
    assertThat(Checks.indexOfUnsafeCharacter("\ude00\ude00")).isZero();
    assertThat(Checks.indexOfUnsafeCharacter("\ud83dx")).isZero();
    assertThat(Checks.describeCharacter("ab\tc", 2)).isEqualTo("character U+0009 at index 2");
  }

  @Test
  void refusesNulls() {
    assertThatNullPointerException().isThrownBy(() -> Checks.bucketName(null));
    assertThatNullPointerException().isThrownBy(() -> Checks.region(null));
    assertThatNullPointerException().isThrownBy(() -> Checks.configurationSet(null));
    assertThatNullPointerException().isThrownBy(() -> Checks.baseUrl((String) null));
  }
}
