package com.healthmetrics.aws.testkit.storage;

import static org.assertj.core.api.Assertions.assertThat;

import com.healthmetrics.aws.testkit.TestClock;
import com.healthmetrics.aws.testkit.internal.CredentialScope;
import com.healthmetrics.aws.testkit.internal.Query;
import com.healthmetrics.aws.testkit.internal.SigV4;
import com.healthmetrics.aws.testkit.storage.SignedRequest.Response;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.regions.Region;

class PresignedPutTest {
  private static final String KEY = "avatars/7/a.png";
  private static final String MISMATCH = "403 SignatureDoesNotMatch";
  private static final String BAD_PARAMETERS = "400 AuthorizationQueryParametersError";

  private final TestClock clock = TestClock.startingAt(Instant.parse("2026-11-23T12:00:00Z"));
  private final LocalS3 s3 =
      LocalS3.builder().bucket("pictures").region(Region.EU_CENTRAL_1).clock(clock).start();

  @AfterEach
  void stop() {
    s3.close();
  }

  private SignedRequest put() {
    return put(KEY);
  }

  private SignedRequest put(String key) {
    return SignedRequest.presignedPut(s3, key).clock(clock);
  }

  private void assertNothingStored() {
    assertThat(s3.keys()).isEmpty();
  }

  @Test
  void storesWhatWasSignedAndSent() {
    Response response =
        put()
            .header("content-type", "image/png")
            .header("content-length", "5")
            .header("cache-control", "max-age=60")
            .header("content-disposition", "inline")
            .header("content-encoding", "identity")
            .header("x-amz-meta-owner", "7")
            .send("12345");

    assertThat(response.status()).as(response.body()).isEqualTo(200);
    assertThat(response.header("ETag")).contains("\"827ccb0eea8a706c4c34a16891f84e7b\"");
    assertThat(response.header("x-amz-request-id")).isPresent();
    StoredObject stored = s3.find(KEY).orElseThrow();
    assertThat(stored.key()).isEqualTo(KEY);
    assertThat(stored.bytes()).isEqualTo("12345".getBytes(StandardCharsets.US_ASCII));
    assertThat(stored.sizeBytes()).isEqualTo(5);
    assertThat(stored.contentType()).isEqualTo("image/png");
    assertThat(stored.cacheControl()).contains("max-age=60");
    assertThat(stored.contentDisposition()).contains("inline");
    assertThat(stored.contentEncoding()).contains("identity");
    assertThat(stored.metadata()).isEqualTo(Map.of("owner", "7"));
    assertThat(stored.eTag()).isEqualTo(response.header("ETag").orElseThrow());
    assertThat(stored.lastModified()).isEqualTo(clock.instant());
  }

  @Test
  void hasTheDefaultTypeOfS3() {
    assertThat(put().send("x").status()).isEqualTo(200);
    assertThat(s3.find(KEY).orElseThrow().contentType()).isEqualTo("binary/octet-stream");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a b", "a+b", "ü/€/😀", "a//b", "a/../b", "%25", "!'()*;:@&=$,[]"})
  void acceptsKeysOfEveryKind(String key) {
    Response response = put(key).send("x");
    assertThat(response.status()).as(response.body()).isEqualTo(200);
    assertThat(s3.keys()).containsExactly(key);
  }

  @Test
  void readsAnUnescapedPlusInThePathAsASpace() {
    assertThat(put("a b").sendReplacing("a%20b", "a+b").status()).isEqualTo(200);
    assertThat(s3.keys()).containsExactly("a b");
    assertThat(put("a+b").sendReplacing("a%2Bb", "a+b").refusal()).isEqualTo(MISMATCH);
  }

  @Test
  void readsMetadataFromTheQueryAsTheJavaScriptSdkSendsIt() {
    assertThat(put().query("x-amz-meta-owner", "7").send("x").status()).isEqualTo(200);
    assertThat(s3.find(KEY).orElseThrow().metadata()).containsExactly(Map.entry("owner", "7"));
  }

  @Test
  void acceptsAUrlRepeatedlyAndOverwrites() {
    assertThat(put().send("one").status()).isEqualTo(200);
    assertThat(put().send("two").status()).isEqualTo(200);
    assertThat(s3.find(KEY).orElseThrow().bytes()).asString().isEqualTo("two");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "X-Amz-Algorithm",
        "X-Amz-Credential",
        "X-Amz-Date",
        "X-Amz-Expires",
        "X-Amz-SignedHeaders",
        "X-Amz-Signature"
      })
  void refusesAMissingParameter(String name) {
    Response response = put().sendReplacing(name + "=[^&]*", "");
    assertThat(response.refusal()).isEqualTo(BAD_PARAMETERS);
    assertThat(response.element("Reason")).contains(name + " is missing");
    assertNothingStored();
  }

  @ParameterizedTest
  @ValueSource(strings = {"X-Amz-Date", "X-Amz-Expires", "X-Amz-Signature", "X-Amz-Security-Token"})
  void refusesADuplicateParameter(String name) {
    Response response =
        put().sendReplacing("\\?", "?" + name + "=20261123T120000Z&" + name + "=1&");
    assertThat(response.refusal()).isEqualTo(BAD_PARAMETERS);
    assertThat(response.element("Reason")).contains(name + " appears");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "X-Amz-Algorithm=[^&]*   | X-Amz-Algorithm=AWS4-HMAC-SHA1           | only supports",
        "X-Amz-Expires=600       | X-Amz-Expires=-1                         | non-negative",
        "X-Amz-Expires=600       | X-Amz-Expires=604801                     | less than a week",
        "X-Amz-Expires=600       | X-Amz-Expires=soon                       | a number",
        "X-Amz-Expires=600       | X-Amz-Expires=%2B300                     | a number",
        "X-Amz-Expires=600       | X-Amz-Expires=%D9%A3%D9%A0%D9%A0         | a number",
        "X-Amz-Date=[^&]*        | X-Amz-Date=2026-11-23                    | ISO8601",
        "X-Amz-Date=20261123     | X-Amz-Date=20261124                      | credential date",
        "%2Faws4_request         | %2Faws5_request                          | mal-formed",
        "X-Amz-Credential=[^&]*  | X-Amz-Credential=AKID                    | mal-formed",
        "SignedHeaders=host      | SignedHeaders=Host                       | lower-case",
        "SignedHeaders=host      | SignedHeaders=x-a%3Bhost                 | sorted",
        "SignedHeaders=host      | SignedHeaders=host%3Bhost                | sorted",
        "SignedHeaders=host      | SignedHeaders=%3Bhost                    | sorted",
      })
  void refusesAMalformedParameter(String part, String replacement, String message) {
    Response response = put().sendReplacing(part, replacement);
    assertThat(response.refusal()).isEqualTo(BAD_PARAMETERS);
    assertThat(response.element("Message")).contains(message);
    assertThat(response.element("Reason")).isNotBlank();
  }

  @Test
  void refusesAnotherRegionAndNamesTheRightOne() {
    Response response = put().scope("us-east-1", "s3").send("x");
    assertThat(response.refusal()).isEqualTo(BAD_PARAMETERS);
    assertThat(response.element("Message"))
        .contains("the region &#39;us-east-1&#39; is wrong; expecting &#39;eu-central-1&#39;");
    assertThat(response.element("Region")).isEqualTo("eu-central-1");
  }

  @Test
  void refusesAnotherService() {
    Response response = put().scope("eu-central-1", "ses").send("x");
    assertThat(response.refusal()).isEqualTo(BAD_PARAMETERS);
    assertThat(response.element("Message")).contains("incorrect service");
  }

  @Test
  void refusesAnUnknownAccessKey() {
    Response response = put().credentials("AKIAUNKNOWN", s3.secretAccessKey()).send("x");
    assertThat(response.refusal()).isEqualTo("403 InvalidAccessKeyId");
    assertThat(response.element("AWSAccessKeyId")).isEqualTo("AKIAUNKNOWN");
  }

  @Test
  void refusesAnotherSecret() {
    assertThat(put().credentials(s3.accessKeyId(), "wrong").send("x").refusal())
        .isEqualTo(MISMATCH);
    assertNothingStored();
  }

  @Test
  void requiresTheTokenOfTemporaryCredentials() {
    try (LocalS3 temporary =
        LocalS3.builder().credentials("ASIALOCAL", "secret").sessionToken("to+ken/=").start()) {
      assertThat(SignedRequest.presignedPut(temporary, KEY).send("x").status()).isEqualTo(200);
      Response missing = SignedRequest.presignedPut(temporary, KEY).withoutToken().send("x");
      assertThat(missing.refusal()).isEqualTo("400 InvalidToken");
      assertThat(missing.element("Reason")).contains("is missing");
      Response wrong = SignedRequest.presignedPut(temporary, KEY).token("other").send("x");
      assertThat(wrong.refusal()).isEqualTo("400 InvalidToken");
      assertThat(wrong.element("Reason")).contains("is not the token");
    }
  }

  @Test
  void refusesATokenOfPermanentCredentials() {
    Response response = put().token("token").send("x");
    assertThat(response.refusal()).isEqualTo("400 InvalidToken");
    assertThat(response.element("Reason")).contains("omit X-Amz-Security-Token");
  }

  @Test
  void acceptsAUrlUntilItsLastSecond() {
    SignedRequest request = put().clock(fixed(clock.instant())).lifetime(Duration.ofSeconds(60));
    clock.advance(Duration.ofSeconds(59));
    assertThat(request.send("x").status()).isEqualTo(200);
  }

  @Test
  void refusesAnExpiredUrl() {
    SignedRequest request = put().clock(fixed(clock.instant())).lifetime(Duration.ofSeconds(60));
    clock.advance(Duration.ofSeconds(60));

    Response response = request.send("x");

    assertThat(response.refusal()).isEqualTo("403 AccessDenied");
    assertThat(response.message()).isEqualTo("Request has expired");
    assertThat(response.element("X-Amz-Expires")).isEqualTo("60");
    assertThat(response.element("Expires")).isEqualTo("2026-11-23T12:01:00Z");
    assertThat(response.element("ServerTime")).isEqualTo("2026-11-23T12:01:00Z");
    assertNothingStored();
  }

  @Test
  void aUrlForZeroSecondsHasExpired() {
    Response response = put().sendReplacing("X-Amz-Expires=600", "X-Amz-Expires=0");

    assertThat(response.refusal()).isEqualTo("403 AccessDenied");
    assertThat(response.message()).isEqualTo("Request has expired");
  }

  @Test
  void toleratesAClientClockThatIsAheadAFewMinutes() {
    assertThat(put().clock(fixed(clock.instant().plusSeconds(15 * 60))).send("x").status())
        .isEqualTo(200);
  }

  @Test
  void refusesAUrlFromTheFuture() {
    Response response = put().clock(fixed(clock.instant().plusSeconds(15 * 60 + 1))).send("x");
    assertThat(response.refusal()).isEqualTo("403 AccessDenied");
    assertThat(response.message()).isEqualTo("Request is not yet valid");
    assertThat(response.element("X-Amz-Date"))
        .isEqualTo("" + clock.instant().plusSeconds(15 * 60 + 1).toEpochMilli());
  }

  @Test
  void namesASignedHeaderThatWasNotSent() {
    Response response = put().header("content-type", "image/png").sendWithout("content-type", "x");
    assertThat(response.refusal()).isEqualTo(MISMATCH);
    assertThat(response.element("Reason")).contains("Signed but not sent: content-type");
    assertNothingStored();
  }

  @Test
  void refusesAnotherContentTypeThanSigned() {
    Response response =
        put().header("content-type", "image/png").sendWith("content-type", "text/html", "x");
    assertThat(response.refusal()).isEqualTo(MISMATCH);
    assertThat(response.element("Reason"))
        .contains("Signed headers as they arrived: content-type=text/html, host=127.0.0.1:");
    assertThat(response.element("AWSAccessKeyId")).isEqualTo(s3.accessKeyId());
    assertThat(response.element("StringToSign")).startsWith("AWS4-HMAC-SHA256\n20261123T120000Z");
    assertThat(response.element("SignatureProvided")).hasSize(64);
    assertThat(response.element("CanonicalRequest"))
        .startsWith("PUT\n/pictures/avatars/7/a.png\n")
        .contains("content-type:text/html\n")
        .endsWith("UNSIGNED-PAYLOAD");
    assertNothingStored();
  }

  @Test
  void refusesABodyLongerThanSigned() {
    Response response = put().header("content-length", "5").send("123456");
    assertThat(response.refusal()).isEqualTo(MISMATCH);
    assertThat(response.element("Reason")).contains("content-length=6");
    assertNothingStored();
  }

  @Test
  void refusesABodyShorterThanSigned() {
    assertThat(put().header("content-length", "5").send("1234").refusal()).isEqualTo(MISMATCH);
  }

  @Test
  void refusesAnotherKeyThanSigned() {
    assertThat(put().sendReplacing("a\\.png", "b.png").refusal()).isEqualTo(MISMATCH);
    assertNothingStored();
  }

  @Test
  void refusesAChangedSignature() {
    assertThat(put().sendReplacing("X-Amz-Signature=.", "X-Amz-Signature=g").refusal())
        .isEqualTo(MISMATCH);
    assertNothingStored();
  }

  @Test
  void refusesALongerLifeThanSigned() {
    assertThat(put().sendReplacing("X-Amz-Expires=600", "X-Amz-Expires=601").refusal())
        .isEqualTo(MISMATCH);
  }

  @Test
  void refusesAParameterThatWasAddedLater() {
    assertThat(put().sendReplacing("\\?", "?x-amz-meta-a=b&").refusal()).isEqualTo(MISMATCH);
  }

  @Test
  void reportsTheMethodThatAUrlWasSignedFor() {
    put().send("x");
    Response response = SignedRequest.send("GET", put().url(), Map.of(), "");
    assertThat(response.refusal()).isEqualTo(MISMATCH);
    assertThat(response.element("Reason"))
        .isEqualTo("The URL was signed for PUT and used for GET.");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"x-amz-acl", "x-amz-meta-owner", "x-amz-checksum-sha256", "x-amz-tagging"})
  void refusesAnAmzHeaderThatWasNotSigned(String name) {
    Response response = put().sendWith(name, "public-read", "x");
    assertThat(response.refusal()).isEqualTo("403 AccessDenied");
    assertThat(response.message())
        .isEqualTo("There were headers present in the request which were not signed");
    assertThat(response.element("HeadersNotSigned")).isEqualTo(name);
    assertNothingStored();
  }

  @Test
  void requiresASignedHost() {
    Response response = put().sendReplacing("SignedHeaders=host", "SignedHeaders=content-length");
    assertThat(response.refusal()).isEqualTo("403 AccessDenied");
    assertThat(response.element("HeadersNotSigned")).isEqualTo("host");
  }

  @Test
  void refusesAnAnonymousUpload() {
    URI url = URI.create(s3.endpoint() + "/pictures/" + KEY);
    assertThat(SignedRequest.send("PUT", url, Map.of(), "x").refusal())
        .isEqualTo("403 AccessDenied");
    assertNothingStored();
  }

  @Test
  void refusesTwoKindsOfAuthorization() {
    assertThat(put().sendWith("authorization", "AWS4-HMAC-SHA256 ...", "x").refusal())
        .isEqualTo("400 InvalidArgument");
  }

  @Test
  void refusesAnotherBucket() {
    Response response = put().sendReplacing("/pictures/", "/others/");
    assertThat(response.refusal()).isEqualTo("404 NoSuchBucket");
    assertThat(response.element("Reason")).contains("pictures").contains("path-style");
  }

  @Test
  void refusesAKeyThatIsTooLong() {
    assertThat(put("é".repeat(512)).send("x").status()).isEqualTo(200);
    assertThat(put("é".repeat(512) + "a").send("x").refusal()).isEqualTo("400 KeyTooLongError");
  }

  @Test
  void refusesAPathThatIsNotUtf8() {
    assertThat(put().sendReplacing("a\\.png", "%ff").refusal()).isEqualTo("400 InvalidURI");
  }

  @Test
  void createsOnceWithIfNoneMatch() {
    SignedRequest create = put().header("if-none-match", "*");
    assertThat(create.send("one").status()).isEqualTo(200);
    Response second = create.send("two");
    assertThat(second.refusal()).isEqualTo("412 PreconditionFailed");
    assertThat(second.element("Condition")).isEqualTo("If-None-Match");
    assertThat(s3.find(KEY).orElseThrow().bytes()).asString().isEqualTo("one");
  }

  @Test
  void letsExactlyOneOfManyConcurrentCreationsSucceed() {
    List<Integer> statuses =
        IntStream.range(0, 8)
            .parallel()
            .mapToObj(i -> put().header("if-none-match", "*").send("body " + i).status())
            .toList();
    assertThat(statuses).containsOnlyOnce(200).containsOnly(200, 412);
  }

  @Test
  void replacesTheObjectThatTheClientKnows() {
    String eTag = put().send("one").header("ETag").orElseThrow();
    assertThat(put().sendWith("if-match", "\"x\"", "two").refusal())
        .isEqualTo("412 PreconditionFailed");
    assertThat(put().sendWith("if-match", eTag, "two").status()).isEqualTo(200);
    assertThat(put("other").sendWith("if-match", eTag, "two").refusal()).isEqualTo("404 NoSuchKey");
    assertThat(s3.find(KEY).orElseThrow().bytes()).asString().isEqualTo("two");
    assertThat(s3.keys()).containsExactly(KEY);
  }

  @Test
  void readsIfNoneMatchFromTheQuery() {
    SignedRequest create = put().query("if-none-match", "*");
    assertThat(create.send("one").status()).isEqualTo(200);
    assertThat(create.send("two").refusal()).isEqualTo("412 PreconditionFailed");
  }

  @ParameterizedTest
  @CsvSource({"if-none-match,abc", "if-match,*"})
  void refusesOtherPreconditionsInsteadOfIgnoringThem(String name, String value) {
    Response response = put().sendWith(name, value, "x");
    assertThat(response.refusal()).isEqualTo("501 NotImplemented");
    assertThat(response.element("Header")).isEqualToIgnoringCase(name);
    assertNothingStored();
  }

  @Test
  void refusesTwoConditionsOfOneWrite() {
    assertThat(put().header("if-match", "x").sendWith("if-none-match", "*", "x").refusal())
        .isEqualTo("501 NotImplemented");
  }

  @ParameterizedTest
  @CsvSource({
    "content-md5, ICy5YqxZB1uWSwcVLSNLcA==",
    "x-amz-checksum-sha256, pmWkWSBCL51Bfkhn79xPuKBKHz//H6B+mY6G9/eieuM=",
    "x-amz-checksum-crc32, iEhj0g==",
    "x-amz-checksum-sha1, QL0AFWMIX8NRZTKeof9cXsvbvu8=",
    "x-amz-checksum-crc32c, EHsvsg==",
    "x-amz-checksum-crc64nvme, m9h8y8nLKOA=",
    "x-amz-checksum-md5, ICy5YqxZB1uWSwcVLSNLcA==",
    "x-amz-checksum-sha512, PJkJr+wlNU1VHa4hWQuybjjVPyFzuNPcPu5MBH56scHri4UQPjvnumE7MbtcnDYhTcnxSkL9ei/bhIVrylxEwg=="
  })
  void verifiesADigest(String name, String digestOf123) {
    assertThat(put().header(name, digestOf123).send("123").status()).isEqualTo(200);
    Response response = put("other").header(name, digestOf123).send("124");
    assertThat(response.refusal()).isEqualTo("400 BadDigest");
    assertThat(response.element("Reason"))
        .contains(name.equals("content-md5") ? "Content-MD5" : name);
    assertThat(s3.find("other")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "content-md5, 202cb962ac59075b964b07152d234b70, 400 InvalidDigest",
    "x-amz-checksum-sha256, abc, 400 InvalidRequest"
  })
  void refusesAMalformedDigest(String name, String value, String refusal) {
    assertThat(put().header(name, value).send("123").refusal()).isEqualTo(refusal);
  }

  @Test
  void verifiesASignedPayloadHash() {
    String hashOf123 = "a665a45920422f9d417e4867efdc4fb8a04a1f3fff1fa07e998e86f7f7a27ae3";
    Map<String, String> headers = Map.of("x-amz-content-sha256", hashOf123);
    URI url = signedWithPayload(hashOf123);
    assertThat(SignedRequest.send("PUT", url, headers, "123").status()).isEqualTo(200);
    assertThat(SignedRequest.send("PUT", url, headers, "124").refusal())
        .isEqualTo("400 XAmzContentSHA256Mismatch");
  }

  /**
   * The SDK's presigner always signs UNSIGNED-PAYLOAD and no hash, so the URL is signed again here.
   */
  private URI signedWithPayload(String hash) {
    URI url =
        URI.create(
            put()
                .url()
                .toString()
                .replace("SignedHeaders=host", "SignedHeaders=host%3Bx-amz-content-sha256"));
    Query query = Query.parse(url.getRawQuery());
    CredentialScope scope =
        CredentialScope.parse(query.first("X-Amz-Credential").orElseThrow()).orElseThrow();
    String canonical =
        SigV4.canonicalRequest(
            "PUT",
            url.getRawPath(),
            query.canonicalWithout("X-Amz-Signature"),
            new TreeMap<>(Map.of("host", url.getAuthority(), "x-amz-content-sha256", hash)),
            hash);
    String stringToSign =
        SigV4.stringToSign(query.first("X-Amz-Date").orElseThrow(), scope, canonical);
    String signature = SigV4.signature(s3.secretAccessKey(), scope, stringToSign);
    return URI.create(
        url.toString().replaceFirst("X-Amz-Signature=.*", "X-Amz-Signature=" + signature));
  }

  @Test
  void refusesAnAwsChunkedBody() {
    String streaming = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD";
    Response response =
        SignedRequest.send(
            "PUT", signedWithPayload(streaming), Map.of("x-amz-content-sha256", streaming), "123");
    assertThat(response.refusal()).isEqualTo("501 NotImplemented");
  }

  @Test
  void refusesABodyOfUnknownLength() {
    Response response =
        SignedRequest.send(
            "PUT",
            put().url(),
            Map.of(),
            BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(new byte[3])));
    assertThat(response.refusal()).isEqualTo("501 NotImplemented");
    assertThat(response.element("Header")).isEqualTo("Transfer-Encoding");
  }

  @Test
  void storesNothingOfATruncatedBody() throws IOException {
    URI url = put().url();
    String request =
        "PUT "
            + url.getRawPath()
            + "?"
            + url.getRawQuery()
            + " HTTP/1.1\r\nHost: "
            + url.getAuthority()
            + "\r\nContent-Length: 10\r\nConnection: close\r\n\r\n123";
    try (Socket socket = new Socket(url.getHost(), url.getPort())) {
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      socket.shutdownOutput();
      assertThat(socket.getInputStream().readAllBytes()).isEmpty();
    }
    assertNothingStored();
  }

  @Test
  void boundsMemoryAndRespondsToALargeUpload() {
    try (LocalS3 small = LocalS3.builder().maxObjectBytes(1000).start()) {
      assertThat(SignedRequest.presignedPut(small, KEY).send("x".repeat(1000)).status())
          .isEqualTo(200);
      Response response = SignedRequest.presignedPut(small, KEY).send("x".repeat(5_000_000));
      assertThat(response.refusal()).isEqualTo("400 EntityTooLarge");
      assertThat(response.element("ProposedSize")).isEqualTo("5000000");
      assertThat(response.element("MaxSizeAllowed")).isEqualTo("1000");
    }
  }

  @Test
  void refusesTooMuchMetadata() {
    assertThat(put().header("x-amz-meta-a", "x".repeat(2047)).send("x").status()).isEqualTo(200);
    assertThat(put().header("x-amz-meta-a", "x".repeat(2048)).send("x").refusal())
        .isEqualTo("400 MetadataTooLarge");
  }

  @ParameterizedTest
  @ValueSource(strings = {"public-read", "authenticated-read", "bucket-owner-read", "PRIVATE", ""})
  void refusesAnAclAsABucketWithoutAclsDoes(String acl) {
    assertThat(put().header("x-amz-acl", acl).send("x").refusal())
        .isEqualTo("400 AccessControlListNotSupported");
  }

  @ParameterizedTest
  @ValueSource(strings = {"private", "bucket-owner-full-control"})
  void acceptsAnAclThatGivesTheOwnerFullControl(String acl) {
    assertThat(put().header("x-amz-acl", acl).send("x").status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x-amz-tagging",
        "x-amz-website-redirect-location",
        "x-amz-server-side-encryption-context"
      })
  void refusesUnsupportedHeadersInsteadOfIgnoringThem(String name) {
    Response response = put().header(name, "/a/b").send("x");
    assertThat(response.refusal()).isEqualTo("501 NotImplemented");
    assertThat(response.element("Header")).isEqualTo(name);
    assertThat(response.element("Message")).contains("LocalS3 does not implement " + name);
  }

  private static Clock fixed(Instant instant) {
    return TestClock.startingAt(instant);
  }
}
