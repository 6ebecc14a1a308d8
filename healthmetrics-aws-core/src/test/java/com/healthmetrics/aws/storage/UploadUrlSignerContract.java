package com.healthmetrics.aws.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.healthmetrics.aws.fixtures.SimpleJson;
import com.healthmetrics.aws.storage.UploadRejectedException.Rule;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.protocols.jsoncore.JsonNode;

/** What every {@link UploadUrlSigner} promises. */
abstract class UploadUrlSignerContract {
  private static final Instant NOW = Instant.parse("2026-03-01T10:15:30.250Z");
  private static final UploadPolicy POLICY = UploadPolicy.avatars();

  /** Of nothing: the values that everybody knows. */
  private static final String SHA256 = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";

  private static final String CRC32C = "AAAAAA==";

  private final UploadUrlSigner signer =
      signer(Clock.fixed(NOW, ZoneOffset.UTC), UploadUrlSignerContract::publicUrl);

  /** A signer whose clock and public URLs are these. */
  abstract UploadUrlSigner signer(Clock clock, Function<ObjectKey, URI> publicUrls);

  private enum Method {
    PUT(UploadUrlSigner::presignPut),
    POST(UploadUrlSigner::presignPost);

    private final Presigning presigning;

    Method(Presigning presigning) {
      this.presigning = presigning;
    }

    PresignedUpload sign(UploadUrlSigner signer, UploadPolicy policy, UploadRequest request) {
      return presigning.sign(signer, policy, request);
    }
  }

  private interface Presigning {
    PresignedUpload sign(UploadUrlSigner signer, UploadPolicy policy, UploadRequest request);
  }

  private PresignedUpload sign(Method method, UploadRequest request) {
    return method.sign(signer, POLICY, request);
  }

  private static URI publicUrl(ObjectKey key) {
    return URI.create("https://cdn.example/" + key.value().replace("|", "%7C"));
  }

  private static UploadRequest png(long bytes) {
    return UploadRequest.of("user-42", "image/png", bytes);
  }

  @ParameterizedTest
  @EnumSource(Method.class)
  void namesTheObjectByPrefixOwnerAndRandomBits(Method method) {
    assertThat(sign(method, png(1)).key().value()).matches("avatars/user-42/[0-9a-f]{32}\\.png");
  }

  @ParameterizedTest
  @EnumSource(Method.class)
  void givesEachUploadAKeyOfItsOwn(Method method) {
    Set<ObjectKey> keys = new HashSet<>();
    for (int i = 0; i < 1_000; i++) {
      keys.add(sign(method, png(1)).key());
    }
    assertThat(keys).hasSize(1_000);
  }

  @ParameterizedTest
  @EnumSource(Method.class)
  void takesTheExtensionFromTheTypeAndNeverFromTheFileName(Method method) {
    UploadRequest disguised =
        UploadRequest.of("user-42", "image/jpeg", 10).withFileName("../evil/page.html");

    PresignedUpload upload = sign(method, disguised);

    assertThat(upload.key().value()).matches("avatars/user-42/[0-9a-f]{32}\\.jpg");
    assertThat(upload.contentType()).isEqualTo("image/jpeg");
  }

  @ParameterizedTest
  @EnumSource(Method.class)
  void signsTheTypeInItsPlainSpelling(Method method) {
    PresignedUpload upload = sign(method, UploadRequest.of("user-42", "IMAGE/WebP", 10));

    assertThat(upload.contentType()).isEqualTo("image/webp");
    assertThat(upload.key().value()).endsWith(".webp");
  }

  @Test
  void namesEveryHeaderThatAPutMustSend() {
    PresignedPut put = signer.presignPut(POLICY, png(48_213).withFileName("Bild ä+1.png"));

    assertThat(put.headers())
        .containsExactly(
            Map.entry("content-type", "image/png"),
            Map.entry("cache-control", POLICY.cacheControl().orElseThrow()),
            Map.entry("x-amz-meta-filename", "Bild%20%C3%A4%2B1.png"),
            Map.entry("if-none-match", "*"));
    assertThat(put.contentLength()).isEqualTo(48_213);
    assertThat(put.method()).isEqualTo("PUT");
  }

  @Test
  void namesNoHeaderThatWasNotAskedFor() {
    UploadPolicy bare =
        UploadPolicy.builder()
            .keyPrefix("bare/")
            .types(ImageType.PNG)
            .maxBytes(10)
            .lifetime(Duration.ofSeconds(1))
            .build();

    assertThat(signer.presignPut(bare, png(10)).headers())
        .containsExactly(Map.entry("content-type", "image/png"), Map.entry("if-none-match", "*"));
  }

  @Test
  void putsTheKeyFirstIntoAForm() {
    PresignedPost post = signer.presignPost(POLICY, png(10).withFileName("a b.png"));

    assertThat(List.copyOf(post.fields().entrySet()).subList(0, 4))
        .containsExactly(
            Map.entry("key", post.key().value()),
            Map.entry("Content-Type", "image/png"),
            Map.entry("Cache-Control", POLICY.cacheControl().orElseThrow()),
            Map.entry("x-amz-meta-filename", "a%20b.png"));
    assertThat(post.maxBytes()).isEqualTo(POLICY.maxBytes());
    assertThat(post.method()).isEqualTo("POST");
  }

  @Test
  void handsOutNothingThatCanBeChanged() {
    PresignedPut put = signer.presignPut(POLICY, png(1));
    PresignedPost post = signer.presignPost(POLICY, png(1));

    assertThat(put.headers()).isUnmodifiable();
    assertThat(post.fields()).isUnmodifiable();
  }

  @ParameterizedTest
  @EnumSource(Method.class)
  void expiresAfterThePolicysLifetimeInWholeSeconds(Method method) {
    assertThat(sign(method, png(1)).expiresAt())
        .isEqualTo(Instant.parse("2026-03-01T10:15:30Z").plus(POLICY.lifetime()));
  }

  @ParameterizedTest
  @EnumSource(Method.class)
  void saysWhereThePictureWillBe(Method method) {
    PresignedUpload upload = sign(method, png(1));

    assertThat(upload.publicUrl()).hasValue(publicUrl(upload.key()));
  }

  @Test
  void writesAPutAsJsonThatABrowserCanFollow() {
    PresignedPut put = signer.presignPut(POLICY, png(7).withFileName("</script>.png"));

    JsonNode json = SimpleJson.parse(put.toJson());

    assertThat(json.asObject())
        .containsOnlyKeys("method", "url", "headers", "key", "expiresAt", "publicUrl");
    assertThat(SimpleJson.text(json, "method")).isEqualTo("PUT");
    assertThat(SimpleJson.text(json, "url")).isEqualTo(put.url().toString());
    assertThat(SimpleJson.texts(SimpleJson.at(json, "headers")))
        .containsExactlyEntriesOf(put.headers());
    assertThatCommonPartsAreIn(json, put);
  }

  @Test
  void writesAPostAsJsonWithTheFieldsInTheirOrder() {
    PresignedPost post = signer.presignPost(POLICY, png(7));

    JsonNode json = SimpleJson.parse(post.toJson());

    assertThat(json.asObject())
        .containsOnlyKeys("method", "url", "fields", "key", "expiresAt", "publicUrl");
    assertThat(SimpleJson.text(json, "method")).isEqualTo("POST");
    assertThat(SimpleJson.text(json, "url")).isEqualTo(post.url().toString());
    assertThat(SimpleJson.texts(SimpleJson.at(json, "fields")))
        .containsExactlyEntriesOf(post.fields());
    assertThatCommonPartsAreIn(json, post);
  }

  @Test
  void writesAPutInTheShapeThatSomeFrontEndsKnow() {
    PresignedPut put = signer.presignPut(POLICY, png(7));

    JsonNode json = SimpleJson.parse(put.toUploadUrlJson());

    assertThat(json.asObject()).containsOnlyKeys("uploadUrl", "publicUrl", "key", "headers");
    assertThat(SimpleJson.text(json, "uploadUrl")).isEqualTo(put.url().toString());
    assertThat(SimpleJson.text(json, "key")).isEqualTo(put.key().value());
    assertThat(SimpleJson.text(json, "publicUrl"))
        .isEqualTo(put.publicUrl().orElseThrow().toString());
    assertThat(SimpleJson.texts(SimpleJson.at(json, "headers")))
        .containsExactlyEntriesOf(put.headers());
  }

  @ParameterizedTest
  @EnumSource(Method.class)
  void writesNoCommandForAPathThatWouldBreakIt(Method method) {
    PresignedUpload upload = sign(method, png(7));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> upload.toCurl("a\nrm -rf b"))
        .withMessageContaining("U+000A");
  }

  private static void assertThatCommonPartsAreIn(JsonNode json, PresignedUpload upload) {
    assertThat(SimpleJson.text(json, "key")).isEqualTo(upload.key().value());
    assertThat(Instant.parse(SimpleJson.text(json, "expiresAt"))).isEqualTo(upload.expiresAt());
    assertThat(SimpleJson.text(json, "publicUrl"))
        .isEqualTo(upload.publicUrl().orElseThrow().toString());
    assertThat(upload.toJson()).matches("\\p{ASCII}*").doesNotContain("<", ">", "&");
  }

  @ParameterizedTest
  @EnumSource(Method.class)
  void admitsThePolicysMaximumToTheByte(Method method) {
    assertThat(sign(method, png(POLICY.maxBytes())).allowsSize(POLICY.maxBytes())).isTrue();
  }

  static Stream<Arguments> refusals() {
    long max = POLICY.maxBytes();
    String longName = "n".repeat(256);
    return Stream.of(
        refused(owner(""), Rule.OWNER, "1 to 128", "blank"),
        refused(owner("   "), Rule.OWNER, "1 to 128", "blank"),
        refused(owner("../admin"), Rule.OWNER, "1 to 128", "begins with a dot"),
        refused(owner(".."), Rule.OWNER, "1 to 128", "begins with a dot"),
        refused(owner(".hidden"), Rule.OWNER, "1 to 128", "begins with a dot"),
        refused(owner("a/../b"), Rule.OWNER, "1 to 128", "U+002F at index 1"),
        refused(owner("a/b"), Rule.OWNER, "1 to 128", "U+002F at index 1"),
        refused(owner("a\\b"), Rule.OWNER, "1 to 128", "U+005C at index 1"),
        refused(owner("a b"), Rule.OWNER, "1 to 128", "U+0020 at index 1"),
        refused(owner("a\r\nb"), Rule.OWNER, "1 to 128", "U+000D at index 1"),
        refused(owner("a\n"), Rule.OWNER, "1 to 128", "U+000A at index 1"),
        refused(owner("a\u0000"), Rule.OWNER, "1 to 128", "U+0000 at index 1"),
        refused(owner("a%2e"), Rule.OWNER, "1 to 128", "U+0025 at index 1"),
        refused(owner("jürgen"), Rule.OWNER, "1 to 128", "U+00FC at index 1"),
        refused(owner("o".repeat(129)), Rule.OWNER, "1 to 128", "129 characters"),
        refused(type("image/svg+xml"), Rule.CONTENT_TYPE, "image/png", "\"image/svg+xml\""),
        refused(type("text/html"), Rule.CONTENT_TYPE, "image/jpeg", "\"text/html\""),
        refused(type("application/x-unknown"), Rule.CONTENT_TYPE, "image/webp", "x-unknown"),
        refused(type("image/png; charset=utf-8"), Rule.CONTENT_TYPE, "image/png", "charset"),
        refused(type("image/png\r\nx-amz-acl: public"), Rule.CONTENT_TYPE, "", "\\u000d\\u000a"),
        refused(type(" image/png"), Rule.CONTENT_TYPE, "image/png", "\" image/png\""),
        refused(type(""), Rule.CONTENT_TYPE, "image/png", "\"\""),
        refused(png(0), Rule.SIZE, "1 to " + max + " bytes", "0 bytes"),
        refused(png(-1), Rule.SIZE, "1 to " + max + " bytes", "-1 bytes"),
        refused(png(Long.MIN_VALUE), Rule.SIZE, "1 to " + max, Long.MIN_VALUE + " bytes"),
        refused(png(max + 1), Rule.SIZE, "1 to " + max + " bytes", max + 1 + " bytes"),
        refused(named("a\r\nb"), Rule.FILE_NAME, "1 to 255", "U+000D at index 1"),
        refused(named("\nab"), Rule.FILE_NAME, "1 to 255", "U+000A at index 0"),
        refused(named("a\u007f"), Rule.FILE_NAME, "1 to 255", "U+007F at index 1"),
        refused(named("a\u0085"), Rule.FILE_NAME, "1 to 255", "U+0085 at index 1"),
        refused(named("a\u2028"), Rule.FILE_NAME, "1 to 255", "U+2028 at index 1"),
        refused(named("a\ud83d"), Rule.FILE_NAME, "1 to 255", "U+D83D at index 1"),
        refused(named(""), Rule.FILE_NAME, "1 to 255", "a blank name"),
        refused(named(" \u3000 "), Rule.FILE_NAME, "1 to 255", "a blank name"),
        refused(named(longName), Rule.FILE_NAME, "1 to 255", "256 characters"),
        refused(meta("Upper", "v"), Rule.METADATA, "lower-case", "\"Upper\""),
        refused(meta("", "v"), Rule.METADATA, "lower-case", "\"\""),
        refused(meta("-a", "v"), Rule.METADATA, "lower-case", "\"-a\""),
        refused(meta("a\r\nx", "v"), Rule.METADATA, "lower-case", "\\u000d"),
        refused(meta("filename", "v"), Rule.METADATA, "withFileName", "\"filename\""),
        refused(meta("a", ""), Rule.METADATA, "visible ASCII", "the value of a"),
        refused(meta("a", "b\r\nc"), Rule.METADATA, "visible ASCII", "the value of a"),
        refused(meta("a", "ü"), Rule.METADATA, "visible ASCII", "the value of a"),
        refused(meta("a", "b  c"), Rule.METADATA, "single spaces", "the value of a"),
        refused(meta("a", " b"), Rule.METADATA, "single spaces", "the value of a"),
        refused(meta("a", "b".repeat(2_048)), Rule.METADATA, "2048 bytes", "2060 bytes"),
        refused(png(1).withSha256(""), Rule.CHECKSUM, "32 bytes", "0 bytes"),
        refused(png(1).withSha256("AAAA"), Rule.CHECKSUM, "32 bytes", "3 bytes"),
        refused(png(1).withSha256("no base64!"), Rule.CHECKSUM, "32 bytes", "no base64"),
        refused(png(1).withCrc32c("AAAAAB=="), Rule.CHECKSUM, "4 bytes", "4 bytes"),
        refused(png(1).withCrc32c("AAAAAAA="), Rule.CHECKSUM, "4 bytes", "5 bytes"),
        refused(
            png(1).withCrc32c(CRC32C).withSha256(SHA256),
            Rule.CHECKSUM,
            "one checksum",
            "2 checksums"));
  }

  private static Arguments refused(UploadRequest request, Rule rule, String limit, String value) {
    return Arguments.of(request, rule, limit, value);
  }

  private static UploadRequest owner(String owner) {
    return UploadRequest.of(owner, "image/png", 10);
  }

  private static UploadRequest type(String contentType) {
    return UploadRequest.of("user-42", contentType, 10);
  }

  private static UploadRequest meta(String name, String value) {
    return png(10).withMetadata(name, value);
  }

  private static UploadRequest named(String fileName) {
    return png(10).withFileName(fileName);
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void refusesWhatThePolicyForbidsAndSaysWhy(
      UploadRequest request, Rule rule, String limit, String value) {
    for (Method method : Method.values()) {
      UploadRejectedException refusal =
          catchThrowableOfType(UploadRejectedException.class, () -> sign(method, request));

      assertThat(refusal).as("%s %s", method, request).isNotNull();
      assertThat(refusal.rule()).isEqualTo(rule);
      assertThat(refusal.limit()).contains(limit);
      assertThat(refusal.value()).contains(value);
      assertThat(refusal).hasMessageContaining(refusal.limit()).hasMessageContaining(value);
      assertThat(refusal.getMessage()).matches("\\p{Print}+");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void repeatsNeitherOwnerNorFileNameInARefusal(int which) {
    UploadRequest request =
        which == 1 ? owner("ada-lovelace/secret") : named("my-diagnosis\u0000.png");

    UploadRejectedException refusal =
        catchThrowableOfType(UploadRejectedException.class, () -> sign(Method.PUT, request));

    assertThat(refusal.getMessage()).doesNotContain("lovelace", "secret", "diagnosis");
  }

  /** S3 takes 2 KB of metadata, names included, and we send it percent-encoded. */
  @Test
  void refusesMoreMetadataThanS3Takes() {
    UploadRejectedException refusal =
        catchThrowableOfType(
            UploadRejectedException.class, () -> sign(Method.PUT, named("漢".repeat(226))));
    assertThat(refusal).isNotNull();
    assertThat(refusal.rule()).isEqualTo(Rule.METADATA);
    assertThat(refusal.value()).isEqualTo(19 + 2034 + " bytes");

    PresignedPut longest = signer.presignPut(POLICY, named("漢".repeat(225) + "1234"));
    String name = longest.headers().get("x-amz-meta-filename");
    assertThat("x-amz-meta-filename".length() + name.length()).isEqualTo(2_048);
  }

  @Test
  void signsChecksumAndMetadata() {
    UploadRequest request = png(10).withSha256(SHA256).withMetadata("taken-on", "2026-03-01");

    assertThat(signer.presignPut(POLICY, request).headers())
        .containsEntry("x-amz-checksum-sha256", SHA256)
        .containsEntry("x-amz-meta-taken-on", "2026-03-01");
    assertThat(signer.presignPost(POLICY, png(10).withCrc32c(CRC32C)).fields())
        .containsEntry("x-amz-checksum-crc32c", CRC32C)
        .doesNotContainKey("x-amz-checksum-sha256");
  }

  @ParameterizedTest
  @EnumSource(Method.class)
  void givesNoPublicUrlForPrivatePictures(Method method) {
    PresignedUpload upload = method.sign(signer, UploadPolicy.progressPhotos(), png(10));

    assertThat(upload.publicUrl()).isEmpty();
    assertThat(upload.toJson()).doesNotContain("publicUrl");
  }

  @Test
  void tellsEmptyPicturesFromLargeOnes() {
    assertThatExceptionOfType(UploadRejectedException.class)
        .isThrownBy(() -> sign(Method.PUT, png(0)))
        .withMessageStartingWith("The picture is empty");
    assertThatExceptionOfType(UploadRejectedException.class)
        .isThrownBy(() -> sign(Method.PUT, png(-1)))
        .withMessageStartingWith("The declared size is negative");
    assertThatExceptionOfType(UploadRejectedException.class)
        .isThrownBy(() -> sign(Method.PUT, png(POLICY.maxBytes() + 1)))
        .withMessageStartingWith("The picture is too large");
  }

  @Test
  void admitsEveryLetterAnOwnerMayHave() {
    String owner = "auth0|5f7c-A_z.0~@x:y+z=";

    assertThat(sign(Method.POST, owner(owner)).key().value()).startsWith("avatars/" + owner + "/");
    assertThat(sign(Method.PUT, owner("o".repeat(128))).key().value()).contains("o".repeat(128));
  }

  @Test
  void admitsFileNamesOfUpTo255Characters() {
    assertThat(signer.presignPut(POLICY, named("n".repeat(255))).headers())
        .containsEntry("x-amz-meta-filename", "n".repeat(255));
  }

  @Test
  void refusesATypeThatTheApplicationsPolicyDoesNotName() {
    UploadPolicy onlyWebp =
        UploadPolicy.builder()
            .keyPrefix("webp/")
            .types(ImageType.WEBP)
            .maxBytes(10)
            .lifetime(Duration.ofMinutes(1))
            .build();

    UploadRejectedException refusal =
        catchThrowableOfType(
            UploadRejectedException.class, () -> signer.presignPut(onlyWebp, png(1)));

    assertThat(refusal.rule()).isEqualTo(Rule.CONTENT_TYPE);
    assertThat(refusal.limit()).isEqualTo("image/webp");
  }

  @ParameterizedTest
  @EnumSource(Method.class)
  void refusesNulls(Method method) {
    assertThatNullPointerException().isThrownBy(() -> method.sign(signer, null, png(1)));
    assertThatNullPointerException().isThrownBy(() -> method.sign(signer, POLICY, null));
  }
}
