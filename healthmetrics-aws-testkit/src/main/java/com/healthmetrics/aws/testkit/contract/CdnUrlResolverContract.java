package com.healthmetrics.aws.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import com.healthmetrics.aws.cdn.CdnUrlResolver;
import com.healthmetrics.aws.storage.ObjectKey;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * The contract of every {@link CdnUrlResolver}, for any base URL.
 *
 * <pre>{@code
 * class CdnUrlResolverContractTest extends CdnUrlResolverContract {
 *   @Override
 *   protected CdnUrlResolver resolver() {
 *     return CdnUrlResolver.of(URI.create("https://cdn.example"));
 *   }
 * }
 * }</pre>
 *
 * <p>The suite reads the base URL from the resolver's URLs and derives from it the URLs that have
 * no key. It sends no requests.
 */
public abstract class CdnUrlResolverContract {
  /** Fixed, so that a failure is reproducible. */
  private static final long SEED = 20_261_125;

  private static final int RANDOM_KEYS = 2_000;

  /** Parts of keys that encodings and URL parsers tend to break. */
  private static final List<String> PIECES =
      List.of(
          "a", "Z", "0", ".", "..", "~", "-", "_", " ", "+", "%", "%20", "%2F", "%2e%2e", "&", "=",
          "?", "#", ";", ":", "@", "'", "\"", "<", ">", "[", "]", "{", "}", "|", "\\", "^", "`",
          ",", "!", "$", "*", "(", ")", "ü", "e\u0301", "漢", "😀", "\uFB01", "\uFEFF", "\uFFFD",
          "\uFFFF", "\u00A0", "\u3000");

  private static final List<String> HOSTILE =
      List.of(
          "avatars/user-42/0f3c.png",
          "a b.png",
          " leading and trailing ",
          "a+b.png",
          "100%.png",
          "%2F%00%20.png",
          "%2e%2e/a.png",
          ".../a..b/.hidden",
          "auth0|5f7c/~'()*!$,;:@=[]{}|^`.png",
          "a&b=c;d?versionId=1#fragment",
          "https:/evil.example/a.png",
          "\"quoted\" 'twice' <tag> \\.png",
          "Übung e\u0301 é \u00A0.png",
          "😀👩‍👩‍👧.png",
          "\uFB01\uFFFD\uFEFF\uFFFF.png",
          "k".repeat(1_024));

  /** Constructor for subclasses. */
  protected CdnUrlResolverContract() {}

  /** {@return the resolver under test} */
  protected abstract CdnUrlResolver resolver();

  /** The prefix of every URL of the resolver, including the last slash. */
  private String base() {
    String url = resolver().resolve(ObjectKey.of("k")).toString();
    assertThat(url).endsWith("/k");
    return url.substring(0, url.length() - 1);
  }

  @TestFactory
  Stream<DynamicTest> findsTheKeyOfItsUrl() {
    return HOSTILE.stream()
        .map(ObjectKey::of)
        .map(key -> DynamicTest.dynamicTest(key.value(), () -> assertFindsKey(key)));
  }

  @Test
  void findsTheKeyOfEveryUrlItReturned() {
    Random random = new Random(SEED);
    for (int i = 0; i < RANDOM_KEYS; i++) {
      assertFindsKey(randomKey(random));
    }
  }

  private void assertFindsKey(ObjectKey key) {
    URI url = resolver().resolve(key);

    assertThat(resolver().keyOf(url)).as("%s", url).hasValue(key);
    assertThat(url.getPath()).endsWith("/" + key.value());
    assertThat(url.normalize()).isEqualTo(url);
    assertThat(url.isAbsolute()).isTrue();
    assertThat(url.getRawQuery()).isNull();
    assertThat(url.getRawFragment()).isNull();
    assertThat(url.toString()).startsWith(base()).matches("[!-~]+").doesNotContain("+");
  }

  private static ObjectKey randomKey(Random random) {
    List<String> segments = new ArrayList<>();
    for (int i = random.nextInt(4); i >= 0; i--) {
      StringBuilder segment = new StringBuilder();
      for (int j = random.nextInt(8); j >= 0; j--) {
        segment.append(PIECES.get(random.nextInt(PIECES.size())));
      }
      // A segment of dots only is not a valid part of a key.
      segments.add(segment.toString().matches("\\.{1,2}") ? "a" : segment.toString());
    }
    return ObjectKey.of(String.join("/", segments));
  }

  @Test
  void returnsADifferentUrlForEachKey() {
    Random random = new Random(SEED);
    Set<ObjectKey> keys = new HashSet<>();
    Set<URI> urls = new HashSet<>();
    for (int i = 0; i < RANDOM_KEYS; i++) {
      ObjectKey key = randomKey(random);
      keys.add(key);
      urls.add(resolver().resolve(key));
    }
    assertThat(urls).hasSameSizeAs(keys);
  }

  @Test
  void returnsTheSameUrlEachTime() {
    ObjectKey key = ObjectKey.of("a b+c/😀.png");

    assertThat(resolver().resolve(key)).isEqualTo(resolver().resolve(key));
  }

  @TestFactory
  Stream<DynamicTest> findsNoKeyOnAForeignHost() {
    URI base = URI.create(base());
    String host = base.getHost();
    String port = base.getPort() < 0 ? "" : ":" + base.getPort();
    List<String> authorities =
        new ArrayList<>(
            List.of(
                "evil.example",
                "127.0.0.2" + port,
                "evil-" + host.replaceAll("[\\[\\]:]", "") + port,
                "user@" + host + port,
                "user:secret@" + host + port,
                "@" + host + port,
                host + ":1",
                host + ":65535",
                host + ":"));
    if (!host.startsWith("[")) {
      authorities.addAll(
          List.of(
              host + ".evil.example" + port,
              host + port + "@evil.example",
              host + "." + port,
              host.substring(0, host.length() - 1) + port,
              "cdn." + host + port));
    }
    if (port.isEmpty()) {
      authorities.add(host + (base.getScheme().equals("https") ? ":443" : ":80"));
    } else {
      authorities.add(host);
      authorities.add(host + port + "0");
    }
    return foreign(
        authorities.stream()
            .map(authority -> base.getScheme() + "://" + authority + base.getRawPath() + "a"));
  }

  @TestFactory
  Stream<DynamicTest> findsNoKeyInAnotherFormOfTheBaseUrl() {
    URI base = URI.create(base());
    String rest = base().substring(base.getScheme().length());
    return foreign(
        Stream.of(
                base.getScheme().toUpperCase(Locale.ROOT) + rest + "a",
                base.getScheme() + rest.toUpperCase(Locale.ROOT) + "a",
                (base.getScheme().equals("https") ? "http" : "https") + rest + "a",
                "ftp" + rest + "a",
                rest.substring(1) + "a",
                base.getRawPath() + "a",
                "a",
                "",
                "mailto:a@" + (base.getHost().startsWith("[") ? "example" : base.getHost()),
                "https://evil.example/" + base().replace("[", "%5B").replace("]", "%5D") + "a",
                "https://evil.example/?url=" + base() + "a",
                "https://evil.example/#" + base() + "a")
            .filter(url -> !url.equals(base() + "a")));
  }

  @TestFactory
  Stream<DynamicTest> findsNoKeyInAMalformedPath() {
    return foreign(
        Stream.of(
                "",
                "/",
                "/a",
                "a/",
                "a//b",
                "./a",
                "../a",
                "a/.",
                "a/..",
                "a/./b",
                "a/../b",
                "%2e%2e/a",
                "%2E%2E/a",
                "a/%2e%2e/b",
                ".%2e/a",
                "a%2Fb",
                "a%2fb",
                "%2Fa",
                "a%00",
                "a%0D%0Ab",
                "a%7F",
                "a%C2%85",
                "a%E2%80%A8",
                "a%FF",
                "a%C0%AF",
                "a%ED%A0%80",
                "a?",
                "a?x=1",
                "a#",
                "a#top",
                "a+b",
                "a%2bb",
                "%61",
                "%c3%a4",
                "ä",
                "k".repeat(1_025))
            .map(spelling -> base() + spelling));
  }

  @TestFactory
  Stream<DynamicTest> findsNoKeyOutsideItsBasePath() {
    String base = base();
    String path = URI.create(base).getRawPath();
    String origin = base.substring(0, base.length() - path.length());
    if (path.equals("/")) {
      return foreign(Stream.of(origin, origin + "?a", origin + "//a"));
    }
    String withoutSlash = base.substring(0, base.length() - 1);
    return foreign(
        Stream.of(
            origin,
            origin + "/",
            origin + "/a",
            withoutSlash,
            withoutSlash + "0/a",
            withoutSlash + "%2Fa",
            origin + "/." + path + "a",
            origin + "/x/.." + path + "a"));
  }

  private Stream<DynamicTest> foreign(Stream<String> urls) {
    return urls.map(
        url ->
            DynamicTest.dynamicTest(
                url.isEmpty() ? "an empty URL" : url,
                () -> assertThat(resolver().keyOf(URI.create(url))).isEmpty()));
  }

  @Test
  void findsTheLongestKey() {
    String longest = "ü".repeat(512);
    assertThat(longest.getBytes(StandardCharsets.UTF_8)).hasSize(1_024);

    assertFindsKey(ObjectKey.of(longest));
  }

  @Test
  void refusesNull() {
    assertThatNullPointerException().isThrownBy(() -> resolver().resolve(missing()));
    assertThatNullPointerException().isThrownBy(() -> resolver().keyOf(missing()));
  }

  /** Null, hidden from the null checker. */
  @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"})
  private static <T> T missing() {
    return null;
  }
}
