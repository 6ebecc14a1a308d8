package com.healthmetrics.aws.cdn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import com.healthmetrics.aws.fixtures.MovableClock;
import com.healthmetrics.aws.fixtures.SimpleJson;
import com.healthmetrics.aws.storage.ObjectKey;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class CloudFrontUrlSignerTest {
  private static final String BASE = "https://cdn.example.com";
  private static final CloudFrontSigningKey RSA = TestKeys.rsa();
  private static final CloudFrontSigningKey EC = TestKeys.ec();
  private static final Duration TEN_MINUTES = Duration.ofMinutes(10);
  private static final ObjectKey PICTURE = ObjectKey.of("progress/user-42/0f3c.jpg");

  private final MovableClock clock = MovableClock.at("2026-11-23T12:00:00Z");
  private final CloudFrontUrlSigner signer = builder().build();

  private CloudFrontUrlSigner.Builder builder() {
    return CloudFrontUrlSigner.builder().baseUrl(URI.create(BASE)).signingKey(RSA).clock(clock);
  }

  @Test
  void signsOneObjectUntilAnInstant() {
    SignedUrl signed = signer.sign(PICTURE, TEN_MINUTES);

    assertThat(signed.expiresAt()).isEqualTo("2026-11-23T12:10:00Z");
    assertThat(signed.key()).isEqualTo(PICTURE);
    assertThat(signed.url().toString())
        .matches(
            "https://cdn\\.example\\.com/progress/user-42/0f3c\\.jpg"
                + "\\?Expires=1795435800&Signature=[A-Za-z0-9~_-]{344}&Key-Pair-Id=K2JCJMDEHXQW5F");
    assertThat(SignedTexts.of(signed.url()).verifies("RSA", "SHA1")).isTrue();
  }

  @Test
  void writesASignedUrlAsJson() {
    SignedUrl signed = signer.sign(PICTURE, TEN_MINUTES);

    assertThat(SimpleJson.texts(SimpleJson.parse(signed.toJson())))
        .containsExactly(
            Map.entry("url", signed.url().toString()),
            Map.entry("key", PICTURE.value()),
            Map.entry("expiresAt", "2026-11-23T12:10:00Z"));
  }

  @Test
  void signsAPrefixOnceForAllItsObjects() {
    SignedGrant grant = signer.grant("progress/user-42/", TEN_MINUTES);
    SignedTexts one = SignedTexts.of(grant.sign(PICTURE).url());
    SignedTexts other =
        SignedTexts.of(grant.sign(ObjectKey.of("progress/user-42/2026/a b.png")).url());

    assertThat(one.policy())
        .isEqualTo(
            "{\"Statement\":[{\"Resource\":\"https://cdn.example.com/progress/user-42/*\","
                + "\"Condition\":{\"DateLessThan\":{\"AWS:EpochTime\":1795435800}}}]}");
    assertThat(one.verifies("RSA", "SHA1")).isTrue();
    assertThat(other.parameters()).isEqualTo(one.parameters());
    assertThat(other.resource()).isEqualTo(BASE + "/progress/user-42/2026/a%20b.png");
    assertThat(grant.expiresAt()).isEqualTo("2026-11-23T12:10:00Z");
  }

  @Test
  void saysSoWhenItSignsOverSha256() {
    CloudFrontUrlSigner sha256 = builder().sha256().build();
    SignedTexts signed = SignedTexts.of(sha256.sign(PICTURE, TEN_MINUTES).url());

    assertThat(signed.parameters()).containsEntry("Hash-Algorithm", "SHA256").hasSize(4);
    assertThat(signed.verifies("RSA", "SHA256")).isTrue();
    assertThat(sha256.grant("progress/", TEN_MINUTES).cookies())
        .containsEntry("CloudFront-Hash-Algorithm", "SHA256");
  }

  /** CloudFront compares exactly what was signed, and the bare URL still resolves to the key. */
  @Property
  void signsExactlyTheUrlOfTheKey(@ForAll("keys") ObjectKey key) {
    CdnUrlResolver resolver = CdnUrlResolver.of(URI.create(BASE));
    CloudFrontUrlSigner ecSigner = builder().signingKey(EC).build();

    SignedTexts signed = SignedTexts.of(ecSigner.sign(key, TEN_MINUTES).url());

    assertThat(signed.resource()).isEqualTo(resolver.resolve(key).toString());
    assertThat(resolver.keyOf(URI.create(signed.resource()))).hasValue(key);
    assertThat(signed.resource()).matches("[A-Za-z0-9:/._~%-]+");
    assertThat(signed.verifies("EC", "SHA1")).isTrue();
  }

  /** A wildcard match, as CloudFront does it, finds exactly what is under the prefix. */
  @Property
  void grantsExactlyThePrefix(@ForAll("keys") ObjectKey one, @ForAll("keys") ObjectKey other) {
    String prefix = one.value().replaceAll("[*?]", "x") + "/";
    SignedGrant grant = builder().signingKey(EC).build().grant(prefix, TEN_MINUTES);
    ObjectKey inside = ObjectKey.of(prefix + "1");
    SignedTexts signed = SignedTexts.of(grant.sign(inside).url());
    String resource = signed.policy().split("\"")[5];

    assertThat(resource).matches("[A-Za-z0-9:/._~%-]+\\*");
    assertThat(signed.verifies("EC", "SHA1")).isTrue();
    String fixed = resource.substring(0, resource.length() - 1);
    CdnUrlResolver resolver = CdnUrlResolver.of(URI.create(BASE));
    for (ObjectKey key : List.of(inside, one, other)) {
      assertThat(resolver.resolve(key).toString().startsWith(fixed))
          .isEqualTo(grant.covers(key))
          .isEqualTo(key.value().startsWith(prefix));
    }
  }

  @Provide
  Arbitrary<ObjectKey> keys() {
    return SignedTexts.keys();
  }

  @Test
  void leavesNoWildcardInTheUrlOfOneObject() {
    SignedTexts signed = SignedTexts.of(signer.sign(ObjectKey.of("a*b?c"), TEN_MINUTES).url());
    assertThat(signed.resource()).isEqualTo(BASE + "/a%2Ab%3Fc");
    assertThat(signed.policy()).doesNotContain("*", "?");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "progress/user-421/a.jpg",
        "progress/user-42",
        "progress/user-4",
        "Progress/user-42/a.jpg",
        "avatars/progress/user-42/a.jpg"
      })
  void signsNoKeyOutsideThePrefix(String key) {
    SignedGrant grant = signer.grant("progress/user-42/", TEN_MINUTES);
    ObjectKey outside = ObjectKey.of(key);
    assertThat(grant.covers(outside)).isFalse();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> grant.sign(outside))
        .withMessageContaining("\"progress/user-42/\"")
        .withMessageContaining(key);
  }

  @Test
  void signsNoOtherKeyWithAGrantForOneObject() {
    SignedGrant grant = signer.grant(PICTURE, TEN_MINUTES);
    assertThat(grant.covers(PICTURE)).isTrue();
    assertThat(grant.covers(ObjectKey.of(PICTURE.value() + "x"))).isFalse();
    assertThat(grant.covers(ObjectKey.of(PICTURE.value() + "/x"))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        "progress",
        "/progress/",
        "progress//",
        "a/../b/",
        "a/./",
        "*/",
        "prog*/",
        "a?/",
        "a/*",
        "progress/\n/"
      })
  void refusesPrefixesThatCloudFrontWouldReadAsMore(String prefix) {
    assertThatIllegalArgumentException().isThrownBy(() -> signer.grant(prefix, TEN_MINUTES));
  }

  @Test
  void returnsTheCookiesOfAPrefix() {
    SignedGrant grant = signer.grant("progress/user 42/", TEN_MINUTES);
    SignedTexts url = SignedTexts.of(grant.sign(ObjectKey.of("progress/user 42/a")).url());

    assertThat(grant.cookies())
        .containsOnlyKeys("CloudFront-Policy", "CloudFront-Signature", "CloudFront-Key-Pair-Id")
        .containsEntry("CloudFront-Policy", url.parameters().get("Policy"))
        .containsEntry("CloudFront-Signature", url.parameters().get("Signature"))
        .containsEntry("CloudFront-Key-Pair-Id", "K2JCJMDEHXQW5F");
    assertThat(grant.setCookieHeaders("Example.com"))
        .hasSize(3)
        .allSatisfy(
            header ->
                assertThat(header)
                    .matches(
                        "CloudFront-[A-Za-z-]+=[A-Za-z0-9~_-]+; Domain=example\\.com;"
                            + " Path=/progress/user%2042/; Secure; HttpOnly; SameSite=Lax"));
  }

  @Test
  void returnsTheCookiesOfOneObject() {
    SignedGrant grant =
        builder().baseUrl(URI.create(BASE + "/media")).build().grant(PICTURE, TEN_MINUTES);

    assertThat(grant.cookies())
        .containsOnlyKeys("CloudFront-Expires", "CloudFront-Signature", "CloudFront-Key-Pair-Id")
        .containsEntry("CloudFront-Expires", "1795435800");
    assertThat(grant.setCookieHeaders("cdn.example.com"))
        .allMatch(header -> header.contains("; Path=/media/progress/user-42/0f3c.jpg; "));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "example.org", "xample.com", ".example.com", "example.com; Path=/"})
  void refusesADomainThatBrowsersWouldNotSendTheCookiesTo(String domain) {
    SignedGrant grant = signer.grant("progress/", TEN_MINUTES);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> grant.setCookieHeaders(domain))
        .withMessageContaining("cdn.example.com");
  }

  @Test
  void keepsAUrlTheSameWithinAWindowSoThatBrowsersCanCacheIt() {
    for (CloudFrontSigningKey key : List.of(RSA, EC)) {
      CloudFrontUrlSigner aligned = aligned(key);
      clock.set(Instant.parse("2026-11-23T12:05:01Z"));
      SignedUrl first = aligned.sign(PICTURE, TEN_MINUTES);
      clock.set(Instant.parse("2026-11-23T12:20:00Z"));
      SignedUrl last = aligned(key).sign(PICTURE, TEN_MINUTES);
      clock.advance(Duration.ofNanos(1));
      SignedUrl next = aligned.sign(PICTURE, TEN_MINUTES);

      assertThat(last.url()).isEqualTo(first.url());
      assertThat(last.expiresAt()).isEqualTo("2026-11-23T12:30:00Z");
      assertThat(next.url()).isNotEqualTo(last.url());
      assertThat(next.expiresAt()).isEqualTo("2026-11-23T12:45:00Z");
    }
  }

  private CloudFrontUrlSigner aligned(CloudFrontSigningKey key) {
    return builder().signingKey(key).expiresAligned(Duration.ofMinutes(15)).build();
  }

  @Property
  void neverExpiresEarlierThanRequested(
      @ForAll @LongRange(min = 0, max = 4_000_000_000_000L) long millis,
      @ForAll @IntRange(min = 1, max = 86_400) int validFor,
      @ForAll @IntRange(min = 1, max = 86_400) int window) {
    clock.set(Instant.ofEpochMilli(millis));
    Instant expiresAt =
        builder()
            .signingKey(EC)
            .expiresAligned(Duration.ofSeconds(window))
            .build()
            .grant("a/", Duration.ofSeconds(validFor))
            .expiresAt();

    Duration life = Duration.between(clock.instant(), expiresAt);
    assertThat(life).isGreaterThanOrEqualTo(Duration.ofSeconds(validFor));
    assertThat(life).isLessThan(Duration.ofSeconds((long) validFor + window));
    assertThat(expiresAt.getEpochSecond() % window).isZero();
    assertThat(expiresAt.getNano()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"PT0S", "-PT1S", "PT0.5S", "PT1.5S", "PT24H1S", "P7D"})
  void refusesLifetimesOutOfRange(String validFor) {
    Duration lifetime = Duration.parse(validFor);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> signer.sign(PICTURE, lifetime))
        .withMessageContaining("PT1S to PT24H, or call unusuallyLongLifetimes");
    assertThatIllegalArgumentException().isThrownBy(() -> signer.grant("a/", lifetime));
  }

  @Test
  void allowsLongLifetimesOnlyIfTheBuilderDoes() {
    CloudFrontUrlSigner patient = builder().unusuallyLongLifetimes(Duration.ofDays(30)).build();
    assertThat(patient.sign(PICTURE, Duration.ofDays(30)).expiresAt())
        .isEqualTo("2026-12-23T12:00:00Z");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> patient.sign(PICTURE, Duration.ofDays(31)))
        .withMessageEndingWith("PT1S to PT720H.");
  }

  @ParameterizedTest
  @ValueSource(strings = {"PT0S", "-PT1S", "PT1.5S", "P366D"})
  void refusesWindowsAndLimitsOutOfRange(String value) {
    Duration duration = Duration.parse(value);
    assertThatIllegalArgumentException().isThrownBy(() -> builder().expiresAligned(duration));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder().unusuallyLongLifetimes(duration));
  }

  @Test
  void isNotBuiltWithoutAKey() {
    assertThatIllegalStateException()
        .isThrownBy(() -> CloudFrontUrlSigner.builder().build())
        .withMessageContaining("never returns unsigned URLs")
        .withMessageContaining("baseUrl, signingKey");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "cdn.example.com",
        "http://cdn.example.com",
        "https://*.example.com",
        "https://a/?"
      })
  void isNotBuiltForAnInvalidBaseUrl(String baseUrl) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder().baseUrl(URI.create(baseUrl)).build());
  }

  @Test
  void allowsPlainHttpOnOtherMachinesOnlyIfAskedAtAnyTime() {
    URI cdn = URI.create("http://cloudfront:8080");

    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder().baseUrl(cdn).build())
        .withMessageContaining("call allowCleartextHttp() on the builder");
    assertThat(builder().baseUrl(cdn).allowCleartextHttp().build())
        .hasToString(builder().allowCleartextHttp().baseUrl(cdn).build().toString())
        .extracting(signer -> signer.sign(PICTURE, TEN_MINUTES).url())
        .asString()
        .startsWith("http://cloudfront:8080/" + PICTURE);
    assertThat(builder().baseUrl(URI.create("http://cdn.localhost:8080")).build()).isNotNull();
  }

  @Test
  void hidesWhatItSigned() {
    SignedGrant grant = signer.grant("progress/user-42/", TEN_MINUTES);

    assertThat(grant).hasToString("SignedGrant[progress/user-42/*, until 2026-11-23T12:10:00Z]");
    assertThat(grant.sign(PICTURE))
        .hasToString("SignedUrl[" + PICTURE + ", until 2026-11-23T12:10:00Z]");
    assertThat(signer.grant(PICTURE, TEN_MINUTES))
        .hasToString("SignedGrant[" + PICTURE + ", until 2026-11-23T12:10:00Z]");
    assertThat(signer)
        .hasToString(
            "CloudFrontUrlSigner[https://cdn.example.com/,"
                + " CloudFrontSigningKey[K2JCJMDEHXQW5F, RSA 2048]]");
  }

  @Test
  void returnsUnmodifiableCookies() {
    SignedGrant grant = signer.grant("progress/", TEN_MINUTES);
    assertThat(grant.cookies()).isUnmodifiable();
    assertThat(grant.setCookieHeaders("example.com")).isUnmodifiable();
  }

  @ParameterizedTest
  @CsvSource({"RSA, 50", "EC, 500"})
  void signsForManyThreadsAtOnce(String kind, int signatures) {
    CloudFrontUrlSigner shared = builder().signingKey(key(kind)).build();
    String expected = shared.sign(PICTURE, TEN_MINUTES).url().toString();
    assertThat(
            Stream.generate(() -> PICTURE)
                .limit(signatures)
                .parallel()
                .map(key -> shared.sign(key, TEN_MINUTES).url().toString()))
        .containsOnly(expected);
  }

  private static CloudFrontSigningKey key(String kind) {
    return kind.equals("EC") ? EC : RSA;
  }

  @ParameterizedTest
  @CsvSource({"RSA, 256", "EC, 72"})
  void returnsSignaturesNoLongerThanTheirAlgorithmAllows(String kind, int bytes) {
    CloudFrontUrlSigner chosen = builder().signingKey(key(kind)).build();
    String signature =
        SignedTexts.of(chosen.sign(PICTURE, TEN_MINUTES).url()).parameters().get("Signature");
    assertThat(TestKeys.decode(signature)).hasSizeLessThanOrEqualTo(bytes);
  }

  @ParameterizedTest
  @NullSource
  void refusesNull(String missing) {
    assertThatNullPointerException().isThrownBy(() -> signer.grant(missing, TEN_MINUTES));
    assertThatNullPointerException().isThrownBy(() -> signer.sign(PICTURE, null));
    assertThatNullPointerException().isThrownBy(() -> signer.sign(null, TEN_MINUTES));
    assertThatNullPointerException().isThrownBy(() -> builder().baseUrl(null));
    assertThatNullPointerException().isThrownBy(() -> builder().signingKey(null));
    assertThatNullPointerException().isThrownBy(() -> builder().clock(null));
  }
}
