package com.healthmetrics.aws.testkit.cdn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import com.healthmetrics.aws.cdn.CloudFrontSigningKey;
import com.healthmetrics.aws.cdn.CloudFrontUrlSigner;
import com.healthmetrics.aws.cdn.SignedGrant;
import com.healthmetrics.aws.storage.ObjectKey;
import com.healthmetrics.aws.testkit.TestClock;
import com.healthmetrics.aws.testkit.TestKeys;
import com.healthmetrics.aws.testkit.storage.LocalS3;
import com.healthmetrics.aws.testkit.storage.LocalS3Uploads;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.Signature;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A strict CloudFront serves what the library signs, and nothing else; signer and server share no
 * code. Policies that the library never writes are signed by hand here.
 */
class PrivatePicturesTest {
  private static final KeyPair RSA = TestKeys.RSA;
  private static final KeyPair EC = TestKeys.EC;
  private static final KeyPair OTHER = TestKeys.generate("EC", 256);
  private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
  private static final long END = NOW.plusSeconds(600).getEpochSecond();
  private static final Duration TEN_MINUTES = Duration.ofMinutes(10);
  private static final ObjectKey PICTURE = ObjectKey.of("progress/ada/a *?+é.png");
  private static final ObjectKey NEIGHBOUR = ObjectKey.of("progress/adam/b.png");

  private final HttpClient client = HttpClient.newHttpClient();
  private final TestClock clock = TestClock.startingAt(NOW);
  private final LocalS3 s3 = LocalS3.start();
  private final LocalCloudFront cdn =
      LocalCloudFront.builder(s3)
          .privatePrefix("progress/")
          .privatePrefix("food/")
          .trustedKey("KRSA", RSA.getPublic())
          .trustedKey("KEC", EC.getPublic())
          .clock(clock)
          .start();

  @BeforeEach
  void store() {
    for (String key : new String[] {PICTURE.value(), NEIGHBOUR.value(), "avatars/a", "food/a"}) {
      LocalS3Uploads.put(s3, key, Map.of("content-type", "image/png"), "12345");
    }
  }

  @AfterEach
  void stop() {
    cdn.close();
    s3.close();
  }

  private static CloudFrontSigningKey signingKey(String id, KeyPair pair) {
    return CloudFrontSigningKey.fromPem(
        id,
        "-----BEGIN PRIVATE KEY-----\n"
            + Base64.getMimeEncoder().encodeToString(pair.getPrivate().getEncoded())
            + "\n-----END PRIVATE KEY-----\n");
  }

  private CloudFrontUrlSigner.Builder signer(String id) {
    return CloudFrontUrlSigner.builder()
        .baseUrl(cdn.baseUrl())
        .signingKey(signingKey(id, id.equals("KRSA") ? RSA : EC))
        .clock(clock);
  }

  private HttpResponse<String> get(URI url, String... headers) {
    try {
      HttpRequest.Builder request = HttpRequest.newBuilder(url);
      for (int i = 0; i < headers.length; i += 2) {
        request.header(headers[i], headers[i + 1]);
      }
      return client.send(request.build(), BodyHandlers.ofString());
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  private HttpResponse<String> get(String target) {
    return get(URI.create(cdn.baseUrl() + target));
  }

  private URI bare(ObjectKey key) {
    return URI.create(
        signer("KEC").build().sign(key, TEN_MINUTES).url().toString().split("\\?")[0]);
  }

  private static String cookies(SignedGrant grant) {
    return grant.cookies().entrySet().stream()
        .map(cookie -> cookie.getKey() + "=" + cookie.getValue())
        .collect(Collectors.joining("; "));
  }

  private static void assertRefused(HttpResponse<String> response, String code, String reason) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(403);
    assertThat(response.body()).contains("<Code>" + code + "</Code>");
    assertThat(response.body().replaceAll("(?s).*<Reason>|</Reason>.*", "")).contains(reason);
    assertThat(response.headers().firstValue("content-type")).contains("text/xml");
    assertThat(response.headers().firstValue("x-cache")).contains("Error from cloudfront");
    assertThat(response.headers().firstValue("x-content-type-options")).contains("nosniff");
  }

  private static void assertServed(HttpResponse<String> response) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    assertThat(response.body()).isEqualTo("12345");
  }

  @ParameterizedTest
  @CsvSource({
    "KRSA, false",
    "KRSA, true",
    "KEC, false",
    "KEC, true",
  })
  void showsAPictureWithAUrlOrCookiesOfEveryKind(String id, boolean sha256) {
    CloudFrontUrlSigner.Builder builder = signer(id);
    CloudFrontUrlSigner signer = (sha256 ? builder.sha256() : builder).build();
    SignedGrant one = signer.grant(PICTURE, TEN_MINUTES);
    SignedGrant all = signer.grant("progress/ada/", TEN_MINUTES);

    assertServed(get(one.sign(PICTURE).url()));
    assertServed(get(all.sign(PICTURE).url()));
    assertServed(get(bare(PICTURE), "Cookie", cookies(one)));
    assertServed(get(bare(PICTURE), "Cookie", "theme=dark; " + cookies(all) + "; x"));

    assertRefused(
        get(bare(NEIGHBOUR), "Cookie", cookies(one)), "AccessDenied", "the canned policy");
    assertRefused(
        get(bare(NEIGHBOUR), "Cookie", cookies(all)), "AccessDenied", "the policy is for");
    assertRefused(moved(one, NEIGHBOUR), "AccessDenied", "the canned policy");
    assertRefused(moved(all, NEIGHBOUR), "AccessDenied", "the policy is for");
  }

  /** The signature of one URL, used for another. */
  private HttpResponse<String> moved(SignedGrant grant, ObjectKey to) {
    String query = grant.sign(PICTURE).url().getRawQuery();
    return get(URI.create(bare(to) + "?" + query));
  }

  @Test
  void refusesTheBareUrlOfAPrivatePicture() {
    assertRefused(get(bare(PICTURE)), "MissingKey", "without a signature");
    assertRefused(get("/food/a"), "MissingKey", "without a signature");
    assertServed(get("/avatars/a"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/%70rogress/adam/b.png",
        "/progress%2Fadam/b.png",
        "/progress/missing",
        "/progress/"
      })
  void findsNoWayAroundASignature(String target) {
    assertRefused(get(target), "MissingKey", "without a signature");
  }

  @Test
  void deniesASignedUrlOfAMissingPictureAsAnOriginWithoutListPermission() {
    ObjectKey missing = ObjectKey.of("progress/ada/missing.png");
    HttpResponse<String> response = get(signer("KEC").build().sign(missing, TEN_MINUTES).url());
    assertThat(response.statusCode()).isEqualTo(403);
    assertThat(response.body()).contains("<Code>AccessDenied</Code>", "<HostId>");
  }

  @Test
  void servesUntilTheVeryInstantOfExpiry() {
    SignedGrant one = signer("KRSA").build().grant(PICTURE, TEN_MINUTES);
    SignedGrant all = signer("KEC").build().grant("progress/", TEN_MINUTES);

    clock.advance(TEN_MINUTES.minusNanos(1));
    assertServed(get(one.sign(PICTURE).url()));
    assertServed(get(bare(PICTURE), "Cookie", cookies(all)));

    clock.advance(Duration.ofNanos(1));
    assertThat(clock.instant()).isEqualTo(one.expiresAt()).isEqualTo(all.expiresAt());
    assertRefused(get(one.sign(PICTURE).url()), "AccessDenied", "expired at 2026-11-23T12:10:00Z");
    assertRefused(get(all.sign(PICTURE).url()), "AccessDenied", "expired at 2026-11-23T12:10:00Z");
    assertRefused(get(bare(PICTURE), "Cookie", cookies(all)), "AccessDenied", "expired at");
  }

  @Test
  void keepsBothKeysGoodWhileTheyAreChanged() {
    URI old = signer("KRSA").build().sign(PICTURE, TEN_MINUTES).url();
    URI fresh = signer("KEC").build().sign(PICTURE, TEN_MINUTES).url();
    assertServed(get(old));
    assertServed(get(fresh));

    try (LocalCloudFront changed =
        LocalCloudFront.builder(s3)
            .privatePrefix("progress/")
            .trustedKey("KEC", EC.getPublic())
            .clock(clock)
            .start()) {
      String there = changed.baseUrl() + old.getRawPath() + "?" + old.getRawQuery();
      assertRefused(get(URI.create(there)), "InvalidKey", "KRSA");
    }
  }

  @Test
  void ignoresCookiesWhenTheUrlIsSigned() {
    CloudFrontUrlSigner signer = signer("KEC").build();
    String good = cookies(signer.grant("progress/", TEN_MINUTES));
    String bad = signer.sign(NEIGHBOUR, TEN_MINUTES).url().getRawQuery();
    assertRefused(get(URI.create(bare(PICTURE) + "?" + bad), "Cookie", good), "AccessDenied", "");
  }

  @Test
  void countsFurtherParametersAsPartOfTheUrl() {
    CloudFrontUrlSigner signer = signer("KEC").build();
    String one = signer.sign(PICTURE, TEN_MINUTES).url() + "&size=large";
    String all = signer.grant("progress/ada/", TEN_MINUTES).sign(PICTURE).url() + "&size=large";
    assertRefused(get(URI.create(one)), "AccessDenied", "?size=large");
    assertServed(get(URI.create(all)));
  }

  @ParameterizedTest
  @CsvSource({
    "Key-Pair-Id=KEC, Key-Pair-Id=, MissingKey, Key-Pair-Id",
    "Key-Pair-Id=KEC, Key-Pair-Id=KNEW, InvalidKey, KNEW",
    "Key-Pair-Id=KEC, Key-Pair-Id=KRSA, AccessDenied, the private key of KRSA over SHA1",
    "Key-Pair-Id=KEC, Key-Pair-Id=KEC&Key-Pair-Id=KEC, AccessDenied, appears twice",
    "Key-Pair-Id=KEC, Key-Pair-Id=KEC&Hash-Algorithm=SHA256, AccessDenied, over SHA256",
    "Key-Pair-Id=KEC, Key-Pair-Id=KEC&Hash-Algorithm=MD5, AccessDenied, and is MD5",
    "Signature=, Signature=AAAA, AccessDenied, the signature does not match",
    "Signature=, Unsigned=, AccessDenied, no Signature",
    "Signature=, Signature=%ff, AccessDenied, not encoded correctly",
    "Signature=, Signature=a/b, AccessDenied, no Signature",
    "Expires=17, Expires=18, AccessDenied, the signature does not match",
    "Expires=, Ends=, MalformedPolicy, holds neither",
    "Expires=, Policy=e30_&Expires=, MalformedPolicy, holds both",
    "Expires=, Expires=999, MalformedPolicy, milliseconds",
    "Expires=, Expires=x, MalformedPolicy, not a number",
  })
  void reportsWhatIsWrongWithAUrl(String from, String to, String code, String reason) {
    String url = signer("KEC").build().sign(PICTURE, TEN_MINUTES).url().toString();
    assertThat(url).contains(from);
    assertRefused(get(URI.create(url.replace(from, to))), code, reason);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'DateLessThan':{'AWS:EpochTime':END} | SERVED | none",
        "'DateLessThan':{'AWS:EpochTime':END},'DateGreaterThan':{'AWS:EpochTime':NOW} | SERVED | none",
        "'DateLessThan':{'AWS:EpochTime':END},'DateGreaterThan':{'AWS:EpochTime':END}"
            + "| AccessDenied | valid from",
        "'DateLessThan':{'AWS:EpochTime':END},'IpAddress':{'AWS:SourceIp':'127.0.0.0/8'} | SERVED | none",
        "'DateLessThan':{'AWS:EpochTime':END},'IpAddress':{'AWS:SourceIp':'127.0.0.1'} | SERVED | none",
        "'DateLessThan':{'AWS:EpochTime':END},'IpAddress':{'AWS:SourceIp':'0.0.0.0/0'} | SERVED | none",
        "'DateLessThan':{'AWS:EpochTime':END},'IpAddress':{'AWS:SourceIp':'127.0.0.0/31'}"
            + "| SERVED | none",
        "'DateLessThan':{'AWS:EpochTime':END},'IpAddress':{'AWS:SourceIp':'127.0.0.2/31'}"
            + "| AccessDenied | viewers in 127.0.0.2/31",
        "'DateLessThan':{'AWS:EpochTime':END},'IpAddress':{'AWS:SourceIp':'192.0.2.0/24'}"
            + "| AccessDenied | this viewer is 127.0.0.1",
        "'DateLessThan':{'AWS:EpochTime':END},'IpAddress':{'AWS:SourceIp':'::1'}"
            + "| MalformedPolicy | not an IPv4",
        "'DateLessThan':{'AWS:EpochTime':END},'IpAddress':{'AWS:SourceIp':'127.0.0.0/33'}"
            + "| MalformedPolicy | not an IPv4",
        "'DateLessThan':{'AWS:EpochTime':END},'IpAddress':{'AWS:SourceIp':'300.0.0.1'}"
            + "| MalformedPolicy | not an IPv4",
        "'DateGreaterThan':{'AWS:EpochTime':NOW} | MalformedPolicy | DateLessThan is missing",
        "'DateLessThan':{'AWS:EpochTime':'END'} | MalformedPolicy | must have a number",
        "'DateLessThan':{'AWS:EpochTime':END000} | MalformedPolicy | milliseconds",
        "'DateLessThan':{'AWS:EpochTime':1.5} | MalformedPolicy | whole seconds",
        "'DateLessThan':END | MalformedPolicy | not a JSON object",
        "'DateLessThan':{'AWS:EpochTime':END},'StringLike':{} | MalformedPolicy | StringLike",
      })
  void readsTheConditionsOfACustomPolicy(String conditions, String code, String reason) {
    String condition =
        conditions
            .replace("END", Long.toString(END))
            .replace("NOW", Long.toString(NOW.getEpochSecond()));
    assertResponse(
        signedByHand("{'Statement':[{'Resource':'http*','Condition':{" + condition + "}}]}"),
        code,
        reason);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{ | MalformedPolicy | not JSON",
        "[] | MalformedPolicy | the policy is missing or not a JSON object",
        "{'Statement':[]} | MalformedPolicy | exactly one",
        "{'Statement':[{'Condition':COND},{'Condition':COND}]} | MalformedPolicy | exactly one",
        "{'Statement':[{'Condition':COND}],'Version':1} | MalformedPolicy | Version",
        "{'Statement':[{'Resource':7,'Condition':COND}]} | MalformedPolicy | Resource",
        "{'Statement':[{'Resource':'*'}]} | MalformedPolicy | Condition",
        "{'Statement':[{'Condition':COND}]} | SERVED | none",
        "{ 'Statement' : [ { 'Resource' : 'BASE/progress/adam/?.png' , 'Condition' : COND } ] }"
            + "| SERVED | none",
        "{'Statement':[{'Resource':'BASE/progress/adam/b.pn','Condition':COND}]}"
            + "| AccessDenied | the policy is for",
        "{'Statement':[{'Resource':'https://*','Condition':COND}]} | AccessDenied | the policy is for",
      })
  void readsACustomPolicy(String policy, String code, String reason) {
    String condition = "{'DateLessThan':{'AWS:EpochTime':" + END + "}}";
    assertResponse(
        signedByHand(policy.replace("COND", condition).replace("BASE", cdn.baseUrl().toString())),
        code,
        reason);
  }

  private static void assertResponse(HttpResponse<String> response, String code, String reason) {
    if (code.equals("SERVED")) {
      assertServed(response);
    } else {
      assertRefused(response, code, reason);
    }
  }

  private HttpResponse<String> signedByHand(String policy) {
    byte[] json = policy.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    try {
      Signature signature = Signature.getInstance("SHA256withRSA");
      signature.initSign(RSA.getPrivate());
      signature.update(json);
      return get(
          URI.create(
              bare(NEIGHBOUR)
                  + "?Policy="
                  + urlSafe(json)
                  + "&Signature="
                  + urlSafe(signature.sign())
                  + "&Key-Pair-Id=KRSA&Hash-Algorithm=SHA256"));
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private static String urlSafe(byte[] bytes) {
    String base64 = Base64.getEncoder().encodeToString(bytes);
    return base64.replace('+', '-').replace('=', '_').replace('/', '~');
  }

  @Test
  void refusesAPolicyThatIsNotBase64() {
    URI url = signer("KEC").build().grant("progress/", TEN_MINUTES).sign(PICTURE).url();
    String broken = url.toString().replaceFirst("Policy=", "Policy=*");
    assertRefused(get(URI.create(broken)), "MalformedPolicy", "not base64");
  }

  @Test
  void refusesASignatureOfAnotherKeyUnderATrustedId() {
    CloudFrontUrlSigner forger =
        CloudFrontUrlSigner.builder()
            .baseUrl(cdn.baseUrl())
            .signingKey(signingKey("KEC", OTHER))
            .clock(clock)
            .build();
    assertRefused(get(forger.sign(PICTURE, TEN_MINUTES).url()), "AccessDenied", "does not match");
    assertRefused(
        get(forger.grant("progress/", TEN_MINUTES).sign(PICTURE).url()),
        "AccessDenied",
        "does not match");
  }

  @ParameterizedTest
  @CsvSource({
    "'', '', true",
    "*, '', true",
    "*, abc, true",
    "a*, abc, true",
    "*c, abc, true",
    "a*c, abc, true",
    "a*b*c, axxbxxbc, true",
    "a?c, abc, true",
    "?, '', false",
    "a?, a, false",
    "a, ab, false",
    "ab, a, false",
    "a*d, abc, false",
    "*b, abc, false",
    "**, x, true",
    "a.c, abc, false",
  })
  void matchesWildcardsAsCloudFrontDoes(String pattern, String text, boolean matches) {
    assertThat(ViewerPolicy.matches(pattern, text)).isEqualTo(matches);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "progress", "/progress/", "/"})
  void refusesAnInvalidPrefix(String prefix) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LocalCloudFront.builder(s3).privatePrefix(prefix))
        .withMessageContaining("progress-photos/");
  }

  @Test
  void refusesAKeyThatCloudFrontDoesNotAccept() {
    LocalCloudFront.Builder builder = LocalCloudFront.builder(s3).trustedKey("K1", EC.getPublic());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.trustedKey("K1", RSA.getPublic()))
        .withMessageContaining("already in use");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.trustedKey("K 2", RSA.getPublic()));
    for (KeyPair pair :
        new KeyPair[] {TestKeys.generate("RSA", 1_024), TestKeys.generate("EC", 384)}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> builder.trustedKey("K2", pair.getPublic()))
          .withMessageContaining("P-256");
    }
  }

  @Test
  void requiresAKeyForAPrivatePrefix() {
    assertThatIllegalStateException()
        .isThrownBy(() -> LocalCloudFront.builder(s3).privatePrefix("progress/").start())
        .withMessageContaining("progress/")
        .withMessageContaining("trustedKey");
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 65_536})
  void acceptsNoPortThatDoesNotExist(int port) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LocalCloudFront.builder(s3).port(port))
        .withMessageContaining("0 to 65535");
  }

  @ParameterizedTest
  @NullSource
  void refusesNull(String missing) {
    LocalCloudFront.Builder builder = LocalCloudFront.builder(s3);
    assertThatNullPointerException().isThrownBy(() -> LocalCloudFront.builder(null));
    assertThatNullPointerException().isThrownBy(() -> builder.privatePrefix(missing));
    assertThatNullPointerException().isThrownBy(() -> builder.trustedKey("K1", null));
    assertThatNullPointerException().isThrownBy(() -> builder.trustedKey(missing, EC.getPublic()));
    assertThatNullPointerException().isThrownBy(() -> builder.clock(null));
  }
}
