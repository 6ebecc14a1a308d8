package com.healthmetrics.aws.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.healthmetrics.aws.storage.ImageType;
import com.healthmetrics.aws.storage.ObjectHead;
import com.healthmetrics.aws.storage.ObjectKey;
import com.healthmetrics.aws.storage.ObjectStore;
import com.healthmetrics.aws.storage.PresignedPost;
import com.healthmetrics.aws.storage.PresignedPut;
import com.healthmetrics.aws.storage.PresignedUpload;
import com.healthmetrics.aws.storage.UploadPolicy;
import com.healthmetrics.aws.storage.UploadRejectedException;
import com.healthmetrics.aws.storage.UploadRejectedException.Rule;
import com.healthmetrics.aws.storage.UploadRequest;
import com.healthmetrics.aws.storage.UploadUrlSigner;
import com.healthmetrics.aws.testkit.TestClock;
import com.healthmetrics.aws.testkit.internal.JsonReader;
import com.healthmetrics.aws.testkit.internal.JsonValue;
import com.healthmetrics.aws.testkit.internal.JsonValue.JsonObject;
import com.healthmetrics.aws.testkit.internal.JsonValue.JsonString;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * The contract of every {@link UploadUrlSigner} and of the bucket that its uploads go to.
 *
 * <p>The suite signs, plays an honest or dishonest browser through {@link #upload}, and inspects
 * the bucket.
 *
 * <pre>{@code
 * class InMemoryBucketUploadsContractTest extends UploadUrlSignerContract {
 *   private InMemoryBucket bucket;
 *
 *   @Override
 *   protected UploadUrlSigner signer(Clock clock, Function<ObjectKey, URI> publicUrls) {
 *     bucket = InMemoryBucket.builder().clock(clock).publicUrls(publicUrls).build();
 *     return bucket.uploads();
 *   }
 *
 *   @Override
 *   protected boolean upload(PresignedUpload upload, String contentType, byte[] body) {
 *     try {
 *       bucket.upload(upload, contentType, body);
 *       return true;
 *     } catch (UploadRejectedException e) {
 *       return false;
 *     }
 *   }
 *
 *   @Override
 *   protected ObjectStore store() {
 *     return bucket.objects();
 *   }
 * }
 * }</pre>
 *
 * <p>The suite does not sleep: it signs expired uploads in the past. The bucket may use the clock
 * of the suite or that of the system. Objects are stored below {@code pending/} and {@link
 * #keyPrefix()}, and stay there. JUnit creates a new instance for each test.
 */
public abstract class UploadUrlSignerContract {
  private static final UploadPolicy AVATARS = UploadPolicy.avatars();

  private static final Duration LIFETIME = Duration.ofMinutes(10);

  private static final byte[] PICTURE = {1, 2, 3, 4, 5};
  private static final byte[] OTHER_PICTURE = {5, 4, 3, 2, 1};
  private static final String PICTURE_SHA256 = "dPgf4WfZm0y0HW0MzagieMrunz4vJdXlo5Nv89zsYNA=";
  private static final String PICTURE_CRC32C = "U1GPqw==";

  /** The checksum of no bytes. */
  private static final String SHA256 = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";

  private static final String CRC32C = "AAAAAA==";

  /** Constructor for subclasses. */
  protected UploadUrlSignerContract() {}

  /**
   * Creates the signer under test, with an empty bucket if that is cheap. It is called once in each
   * test, before {@link #upload} and {@link #store()}.
   *
   * @param clock the clock of the signer, and of the bucket if it can be set; the suite works with
   *     a bucket on the system's clock too
   * @param publicUrls the source of {@link PresignedUpload#publicUrl()}
   * @return the signer
   */
  protected abstract UploadUrlSigner signer(Clock clock, Function<ObjectKey, URI> publicUrls);

  /**
   * Sends a body as a browser does, with all headers or fields of the upload, but with the given
   * content type.
   *
   * @param upload an upload of the signer under test
   * @param contentType the content type to send; may differ from the signed one
   * @param body the body to send; its length may differ from the signed one
   * @return whether the bucket accepted it; false if it refused. Throw any other failure
   */
  protected abstract boolean upload(PresignedUpload upload, String contentType, byte[] body);

  /** {@return a store of the bucket that the uploads go to} */
  protected abstract ObjectStore store();

  /**
   * {@return the prefix of the objects that the suite stores, with a slash at its end; the same for
   * every call in one test} Default: {@code contract/}. In a bucket that has other objects, return
   * a random one for each test.
   */
  protected String keyPrefix() {
    return "contract/";
  }

  /** Small, so that exceeding the limit is cheap. */
  private UploadPolicy small() {
    return UploadPolicy.builder()
        .keyPrefix(keyPrefix())
        .types(ImageType.PNG, ImageType.JPEG)
        .maxBytes(10)
        .lifetime(LIFETIME)
        .cacheControl("private, max-age=60")
        .build();
  }

  private enum Method {
    PUT,
    POST;

    PresignedUpload sign(UploadUrlSigner signer, UploadPolicy policy, UploadRequest request) {
      return this == PUT ? signer.presignPut(policy, request) : signer.presignPost(policy, request);
    }
  }

  private interface Case {
    void check(Method method) throws Exception;
  }

  private static Stream<DynamicTest> withEachMethod(Case test) {
    return Stream.of(Method.values())
        .map(method -> DynamicTest.dynamicTest(method.name(), () -> test.check(method)));
  }

  private UploadUrlSigner signer() {
    return signer(TestClock.startingNow());
  }

  private UploadUrlSigner signer(Clock clock) {
    return signer(clock, UploadUrlSignerContract::publicUrl);
  }

  private static TestClock clockThatIsBehind(Duration by) {
    return TestClock.startingAt(Clock.systemUTC().instant().minus(by));
  }

  private static URI publicUrl(ObjectKey key) {
    return URI.create("https://cdn.example/" + key.value().replace("|", "%7C"));
  }

  private static UploadRequest png(long bytes) {
    return UploadRequest.of("user-42", "image/png", bytes);
  }

  private static UploadRequest picture() {
    return png(PICTURE.length);
  }

  private byte[] stored(PresignedUpload upload) throws IOException {
    try (InputStream content = store().open(upload.pendingKey())) {
      return content.readAllBytes();
    }
  }

  private void assertAccepted(PresignedUpload upload, byte[] body) throws IOException {
    assertThat(upload(upload, upload.contentType(), body)).as("%s is accepted", upload).isTrue();
    assertThat(stored(upload)).isEqualTo(body);
  }

  private void assertRefused(PresignedUpload upload, byte[] body) {
    assertRefused(upload, upload.contentType(), body);
  }

  private void assertRefused(PresignedUpload upload, String contentType, byte[] body) {
    assertThat(upload(upload, contentType, body))
        .as("%s is accepted with %s bytes of %s", upload, body.length, contentType)
        .isFalse();
    assertThat(store().head(upload.pendingKey())).as("the refused upload is stored").isEmpty();
  }

  @TestFactory
  Stream<DynamicTest> namesTheObjectByPrefixOwnerAndRandomBits() {
    UploadUrlSigner signer = signer();
    return withEachMethod(
        method ->
            assertThat(method.sign(signer, AVATARS, png(1)).key().value())
                .matches("avatars/user-42/[0-9a-f]{32}\\.png"));
  }

  @TestFactory
  Stream<DynamicTest> letsTheBrowserWriteToThePendingKeyAlone() {
    UploadUrlSigner signer = signer();
    return withEachMethod(
        method -> {
          PresignedUpload upload = method.sign(signer, AVATARS, png(1));

          String pending = "pending/" + upload.key().value();
          assertThat(upload.pendingKey().value()).isEqualTo(pending);
          if (upload instanceof PresignedPost post) {
            assertThat(post.fields()).containsEntry("key", pending);
          } else {
            assertThat(upload.url().getPath()).endsWith("/" + pending);
          }
        });
  }

  @TestFactory
  Stream<DynamicTest> returnsADifferentKeyForEachUpload() {
    UploadUrlSigner signer = signer();
    return withEachMethod(
        method -> {
          Set<ObjectKey> keys = new HashSet<>();
          for (int i = 0; i < 1_000; i++) {
            keys.add(method.sign(signer, AVATARS, png(1)).key());
          }
          assertThat(keys).hasSize(1_000);
        });
  }

  @TestFactory
  Stream<DynamicTest> derivesTheExtensionFromTheTypeAndNeverFromTheFileName() {
    UploadUrlSigner signer = signer();
    UploadRequest disguised =
        UploadRequest.of("user-42", "image/jpeg", 10).withFileName("../evil/page.html");
    return withEachMethod(
        method -> {
          PresignedUpload upload = method.sign(signer, AVATARS, disguised);

          assertThat(upload.key().value()).matches("avatars/user-42/[0-9a-f]{32}\\.jpg");
          assertThat(upload.contentType()).isEqualTo("image/jpeg");
        });
  }

  @TestFactory
  Stream<DynamicTest> signsTheTypeInItsCanonicalForm() {
    UploadUrlSigner signer = signer();
    return withEachMethod(
        method -> {
          PresignedUpload upload =
              method.sign(signer, AVATARS, UploadRequest.of("user-42", "IMAGE/WebP", 10));

          assertThat(upload.contentType()).isEqualTo("image/webp");
          assertThat(upload.key().value()).endsWith(".webp");
        });
  }

  @Test
  void returnsEveryHeaderThatAPutMustSend() {
    PresignedPut put = signer().presignPut(AVATARS, png(48_213).withFileName("Bild ä+1.png"));

    assertThat(put.headers())
        .containsExactly(
            Map.entry("content-type", "image/png"),
            Map.entry("cache-control", AVATARS.cacheControl().orElseThrow()),
            Map.entry("x-amz-meta-filename", "Bild%20%C3%A4%2B1.png"),
            Map.entry("if-none-match", "*"));
    assertThat(put.contentLength()).isEqualTo(48_213);
    assertThat(put.method()).isEqualTo("PUT");
  }

  @Test
  void returnsNoHeaderThatIsNotRequired() {
    UploadPolicy bare =
        UploadPolicy.builder()
            .keyPrefix("bare/")
            .types(ImageType.PNG)
            .maxBytes(10)
            .lifetime(Duration.ofSeconds(1))
            .build();

    assertThat(signer().presignPut(bare, png(10)).headers())
        .containsExactly(Map.entry("content-type", "image/png"), Map.entry("if-none-match", "*"));
  }

  @Test
  void returnsTheKeyAsTheFirstFormField() {
    PresignedPost post = signer().presignPost(AVATARS, png(10).withFileName("a b.png"));

    assertThat(List.copyOf(post.fields().entrySet()).subList(0, 4))
        .containsExactly(
            Map.entry("key", post.pendingKey().value()),
            Map.entry("Content-Type", "image/png"),
            Map.entry("Cache-Control", AVATARS.cacheControl().orElseThrow()),
            Map.entry("x-amz-meta-filename", "a%20b.png"));
    assertThat(post.maxBytes()).isEqualTo(AVATARS.maxBytes());
    assertThat(post.method()).isEqualTo("POST");
  }

  @Test
  void returnsImmutableHeadersAndFields() {
    UploadUrlSigner signer = signer();

    assertThat(signer.presignPut(AVATARS, png(1)).headers()).isUnmodifiable();
    assertThat(signer.presignPost(AVATARS, png(1)).fields()).isUnmodifiable();
  }

  @TestFactory
  Stream<DynamicTest> expiresAfterThePolicysLifetimeInWholeSeconds() {
    TestClock clock = TestClock.startingAt(Instant.parse("2026-03-01T10:15:30.250Z"));
    UploadUrlSigner signer = signer(clock);
    return withEachMethod(
        method ->
            assertThat(method.sign(signer, AVATARS, png(1)).expiresAt())
                .isEqualTo(Instant.parse("2026-03-01T10:15:30Z").plus(AVATARS.lifetime())));
  }

  @TestFactory
  Stream<DynamicTest> returnsThePublicUrl() {
    UploadUrlSigner signer = signer();
    return withEachMethod(
        method -> {
          PresignedUpload upload = method.sign(signer, AVATARS, png(1));

          assertThat(upload.publicUrl()).hasValue(publicUrl(upload.key()));
        });
  }

  @TestFactory
  Stream<DynamicTest> returnsNoPublicUrlForPrivatePictures() {
    UploadUrlSigner signer = signer();
    return withEachMethod(
        method -> {
          PresignedUpload upload = method.sign(signer, UploadPolicy.progressPhotos(), png(10));

          assertThat(upload.publicUrl()).isEmpty();
          assertThat(upload.toJson()).doesNotContain("publicUrl");
        });
  }

  @Test
  void writesAPutAsJsonThatABrowserCanFollow() {
    PresignedPut put = signer().presignPut(AVATARS, png(7).withFileName("</script>.png"));

    Map<String, JsonValue> json = members(JsonReader.read(put.toJson()));

    assertThat(json).containsOnlyKeys("method", "url", "headers", "key", "expiresAt", "publicUrl");
    assertThat(json).containsEntry("method", new JsonString("PUT"));
    assertThat(texts(json, "headers")).containsExactlyEntriesOf(put.headers());
    assertThatCommonPartsAreIn(json, put);
  }

  @Test
  void writesAPostAsJsonWithTheFieldsInTheirOrder() {
    PresignedPost post = signer().presignPost(AVATARS, png(7));

    Map<String, JsonValue> json = members(JsonReader.read(post.toJson()));

    assertThat(json).containsOnlyKeys("method", "url", "fields", "key", "expiresAt", "publicUrl");
    assertThat(json).containsEntry("method", new JsonString("POST"));
    assertThat(texts(json, "fields")).containsExactlyEntriesOf(post.fields());
    assertThatCommonPartsAreIn(json, post);
  }

  @Test
  void writesAPutAsUploadUrlJson() {
    PresignedPut put = signer().presignPut(AVATARS, png(7));

    Map<String, JsonValue> json = members(JsonReader.read(put.toUploadUrlJson()));

    assertThat(json).containsOnlyKeys("uploadUrl", "publicUrl", "key", "headers");
    assertThat(json).containsEntry("uploadUrl", new JsonString(put.url().toString()));
    assertThat(json).containsEntry("key", new JsonString(put.key().value()));
    assertThat(json).containsEntry("publicUrl", new JsonString(publicUrl(put.key()).toString()));
    assertThat(texts(json, "headers")).containsExactlyEntriesOf(put.headers());
  }

  private static void assertThatCommonPartsAreIn(
      Map<String, JsonValue> json, PresignedUpload upload) {
    assertThat(json).containsEntry("url", new JsonString(upload.url().toString()));
    assertThat(json).containsEntry("key", new JsonString(upload.key().value()));
    assertThat(json).containsEntry("expiresAt", new JsonString(upload.expiresAt().toString()));
    assertThat(json).containsEntry("publicUrl", new JsonString(publicUrl(upload.key()).toString()));
    assertThat(upload.toJson()).matches("\\p{ASCII}*").doesNotContain("<", ">", "&");
  }

  private static Map<String, JsonValue> members(JsonValue json) {
    assertThat(json).isInstanceOf(JsonObject.class);
    return ((JsonObject) json).members();
  }

  /** A member that is an object of strings, in document order. */
  private static Map<String, String> texts(Map<String, JsonValue> json, String name) {
    Map<String, String> texts = new LinkedHashMap<>();
    members(Objects.requireNonNull(json.get(name)))
        .forEach(
            (member, value) -> {
              assertThat(value).isInstanceOf(JsonString.class);
              texts.put(member, ((JsonString) value).value());
            });
    return texts;
  }

  @TestFactory
  Stream<DynamicTest> writesNoCommandForAPathWithALineBreak() {
    UploadUrlSigner signer = signer();
    return withEachMethod(
        method -> {
          PresignedUpload upload = method.sign(signer, AVATARS, png(7));
          assertThatIllegalArgumentException()
              .isThrownBy(() -> upload.toCurl("a\nrm -rf b"))
              .withMessageContaining("U+000A");
        });
  }

  @TestFactory
  Stream<DynamicTest> signsAChecksum() {
    UploadUrlSigner signer = signer();
    return Stream.of(
        DynamicTest.dynamicTest(
            "PUT",
            () ->
                assertThat(signer.presignPut(AVATARS, png(10).withSha256(SHA256)).headers())
                    .containsEntry("x-amz-checksum-sha256", SHA256)
                    .doesNotContainKey("x-amz-checksum-crc32c")),
        DynamicTest.dynamicTest(
            "POST",
            () ->
                assertThat(signer.presignPost(AVATARS, png(10).withCrc32c(CRC32C)).fields())
                    .containsEntry("x-amz-checksum-crc32c", CRC32C)
                    .doesNotContainKey("x-amz-checksum-sha256")));
  }

  @TestFactory
  Stream<DynamicTest> storesWhatWasSigned() {
    UploadUrlSigner signer = signer();
    return withEachMethod(
        method -> {
          PresignedUpload upload = method.sign(signer, small(), picture());

          assertAccepted(upload, PICTURE);

          ObjectHead head = store().head(upload.pendingKey()).orElseThrow();
          assertThat(head.sizeBytes()).isEqualTo(PICTURE.length);
          assertThat(head.contentType()).contains("image/png");
          assertThat(head.cacheControl()).contains("private, max-age=60");
        });
  }

  @TestFactory
  Stream<DynamicTest> storesMetadataAndTheFileName() {
    UploadUrlSigner signer = signer();
    UploadRequest request =
        picture()
            .withFileName("Übung +1 & 😀 \"x\".png")
            .withMetadata("taken-on", "2026-03-01 10:15; ~'()*%2B=");
    return withEachMethod(
        method -> {
          PresignedUpload upload = method.sign(signer, small(), request);

          assertAccepted(upload, PICTURE);

          ObjectHead head = store().head(upload.pendingKey()).orElseThrow();
          assertThat(head.fileName()).contains("Übung +1 & 😀 \"x\".png");
          assertThat(head.metadata()).containsEntry("taken-on", "2026-03-01 10:15; ~'()*%2B=");
        });
  }

  @TestFactory
  Stream<DynamicTest> storesForEveryValidOwner() {
    UploadUrlSigner signer = signer();
    return withEachMethod(
        method -> {
          for (String owner : List.of("auth0|5f7c-A_z.0~@x:y+z=", "o".repeat(128))) {
            PresignedUpload upload =
                method.sign(signer, small(), UploadRequest.of(owner, "image/png", PICTURE.length));

            assertThat(upload.key().value()).startsWith(keyPrefix() + owner + "/");
            assertAccepted(upload, PICTURE);
          }
        });
  }

  @Test
  void acceptsExactlyThePolicysMaximum() throws IOException {
    UploadUrlSigner signer = signer();

    assertAccepted(signer.presignPut(small(), png(10)), new byte[10]);
    assertAccepted(signer.presignPost(small(), png(10)), new byte[10]);
  }

  @Test
  void refusesABodyLongerThanAPutSigned() {
    assertRefused(signer().presignPut(small(), picture()), new byte[PICTURE.length + 1]);
  }

  @Test
  void refusesABodyShorterThanAPutSigned() {
    assertRefused(signer().presignPut(small(), picture()), new byte[PICTURE.length - 1]);
  }

  @Test
  void acceptsAPostUpToThePolicysMaximumWhateverWasDeclared() throws IOException {
    UploadUrlSigner signer = signer();

    assertAccepted(signer.presignPost(small(), png(10)), new byte[1]);
    assertAccepted(signer.presignPost(small(), png(1)), new byte[10]);
  }

  @Test
  void refusesAPostAboveThePolicysMaximum() {
    assertRefused(signer().presignPost(small(), picture()), new byte[11]);
  }

  @Test
  void refusesAnEmptyPost() {
    assertRefused(signer().presignPost(small(), picture()), new byte[0]);
  }

  @TestFactory
  Stream<DynamicTest> refusesAnotherTypeThanSigned() {
    UploadUrlSigner signer = signer();
    return withEachMethod(
        method -> assertRefused(method.sign(signer, small(), picture()), "text/html", PICTURE));
  }

  @TestFactory
  Stream<DynamicTest> refusesEvenATypeThatThePolicyAllowsWhenAnotherWasSigned() {
    UploadUrlSigner signer = signer();
    return withEachMethod(
        method -> assertRefused(method.sign(signer, small(), picture()), "image/jpeg", PICTURE));
  }

  @TestFactory
  Stream<DynamicTest> acceptsOnlyTheBytesWhoseSha256WasSigned() {
    UploadUrlSigner signer = signer();
    return withEachMethod(
        method -> {
          PresignedUpload upload =
              method.sign(signer, small(), picture().withSha256(PICTURE_SHA256));

          assertRefused(upload, OTHER_PICTURE);
          assertAccepted(upload, PICTURE);
        });
  }

  @TestFactory
  Stream<DynamicTest> acceptsOnlyTheBytesWhoseCrc32cWasSigned() {
    UploadUrlSigner signer = signer();
    return withEachMethod(
        method -> {
          PresignedUpload upload =
              method.sign(signer, small(), picture().withCrc32c(PICTURE_CRC32C));

          assertRefused(upload, OTHER_PICTURE);
          assertAccepted(upload, PICTURE);
        });
  }

  @Test
  void neverOverwritesWithAPut() throws IOException {
    PresignedPut put = signer().presignPut(small(), picture());
    assertAccepted(put, PICTURE);

    assertThat(upload(put, put.contentType(), OTHER_PICTURE)).isFalse();

    assertThat(stored(put)).isEqualTo(PICTURE);
  }

  @Test
  void replacesWithAPostThatIsSentAgain() throws IOException {
    PresignedPost post = signer().presignPost(small(), picture());
    assertAccepted(post, PICTURE);
    assertAccepted(post, OTHER_PICTURE);
  }

  /** A bucket on the same clock is at the last instant, another one halfway. */
  @Test
  void acceptsAnUploadUntilItExpires() throws IOException {
    TestClock clock = clockThatIsBehind(LIFETIME.dividedBy(2));
    UploadUrlSigner signer = signer(clock);
    PresignedUpload put = signer.presignPut(small(), picture());
    PresignedUpload post = signer.presignPost(small(), picture());

    clock.advance(Duration.between(clock.instant(), put.expiresAt()).minusMillis(1));

    assertAccepted(put, PICTURE);
    assertAccepted(post, PICTURE);
  }

  /** A bucket on the same clock is at that instant, another one a minute later. */
  @Test
  void refusesAPutFromTheInstantItExpires() {
    TestClock clock = clockThatIsBehind(LIFETIME.plusMinutes(1));
    PresignedUpload put = signer(clock).presignPut(small(), picture());

    clock.advance(Duration.between(clock.instant(), put.expiresAt()));

    assertRefused(put, PICTURE);
  }

  /** As for a PUT. */
  @Test
  void refusesAPostFromTheInstantItExpires() {
    TestClock clock = clockThatIsBehind(LIFETIME.plusMinutes(1));
    PresignedUpload post = signer(clock).presignPost(small(), picture());

    clock.advance(Duration.between(clock.instant(), post.expiresAt()));

    assertRefused(post, PICTURE);
  }

  /** A request that must be rejected before anything is signed. */
  private record Refusal(UploadRequest request, Rule rule, String limit, String value) {}

  private static Stream<Refusal> refusals() {
    long max = AVATARS.maxBytes();
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
        refused(png(1).withSha256("no base64!"), Rule.CHECKSUM, "32 bytes", "not base64"),
        refused(png(1).withCrc32c("AAAAAB=="), Rule.CHECKSUM, "4 bytes", "4 bytes"),
        refused(png(1).withCrc32c("AAAAAAA="), Rule.CHECKSUM, "4 bytes", "5 bytes"),
        refused(
            png(1).withCrc32c(CRC32C).withSha256(SHA256),
            Rule.CHECKSUM,
            "one checksum",
            "2 checksums"));
  }

  private static Refusal refused(UploadRequest request, Rule rule, String limit, String value) {
    return new Refusal(request, rule, limit, value);
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

  @TestFactory
  Stream<DynamicTest> rejectsRequestsThatThePolicyForbids() {
    UploadUrlSigner signer = signer();
    return refusals()
        .map(
            refusal ->
                DynamicTest.dynamicTest(
                    refusal.rule() + ", " + refusal.value(), () -> check(signer, refusal)));
  }

  private static void check(UploadUrlSigner signer, Refusal expected) {
    for (Method method : Method.values()) {
      UploadRejectedException refusal =
          catchThrowableOfType(
              UploadRejectedException.class,
              () -> method.sign(signer, AVATARS, expected.request()));

      assertThat(refusal).as("%s %s", method, expected.request()).isNotNull();
      assertThat(refusal.rule()).isEqualTo(expected.rule());
      assertThat(refusal.limit()).contains(expected.limit());
      assertThat(refusal.value()).contains(expected.value());
      assertThat(refusal)
          .hasMessageContaining(refusal.limit())
          .hasMessageContaining(expected.value());
      assertThat(refusal.getMessage()).matches("\\p{Print}+");
    }
  }

  @Test
  void repeatsNeitherOwnerNorFileNameInARejection() {
    UploadUrlSigner signer = signer();
    for (UploadRequest request :
        List.of(owner("ada-lovelace/secret"), named("my-diagnosis\u0000.png"))) {
      assertThatExceptionOfType(UploadRejectedException.class)
          .isThrownBy(() -> signer.presignPut(AVATARS, request))
          .withMessageNotContainingAny("lovelace", "secret", "diagnosis");
    }
  }

  /** S3 accepts 2 KB of percent-encoded metadata, names included. */
  @Test
  void rejectsMoreMetadataThanS3Accepts() {
    UploadUrlSigner signer = signer();
    UploadRejectedException refusal =
        catchThrowableOfType(
            UploadRejectedException.class,
            () -> signer.presignPut(AVATARS, named("漢".repeat(226))));
    assertThat(refusal).isNotNull();
    assertThat(refusal.rule()).isEqualTo(Rule.METADATA);
    assertThat(refusal.value()).isEqualTo(19 + 2034 + " bytes");

    Map<String, String> longest =
        signer.presignPut(AVATARS, named("漢".repeat(225) + "1234")).headers();
    assertThat(longest)
        .hasEntrySatisfying(
            "x-amz-meta-filename",
            name -> assertThat("x-amz-meta-filename".length() + name.length()).isEqualTo(2_048));
  }

  @Test
  void distinguishesEmptyPicturesFromLargeOnes() {
    UploadUrlSigner signer = signer();
    assertThatExceptionOfType(UploadRejectedException.class)
        .isThrownBy(() -> signer.presignPut(AVATARS, png(0)))
        .withMessageStartingWith("The picture is empty");
    assertThatExceptionOfType(UploadRejectedException.class)
        .isThrownBy(() -> signer.presignPut(AVATARS, png(-1)))
        .withMessageStartingWith("The declared size is negative");
    assertThatExceptionOfType(UploadRejectedException.class)
        .isThrownBy(() -> signer.presignPut(AVATARS, png(AVATARS.maxBytes() + 1)))
        .withMessageStartingWith("The picture is too large");
  }

  @Test
  void acceptsFileNamesOfUpTo255Characters() {
    assertThat(signer().presignPut(AVATARS, named("n".repeat(255))).headers())
        .containsEntry("x-amz-meta-filename", "n".repeat(255));
  }

  @Test
  void rejectsATypeThatThePolicyDoesNotAllow() {
    UploadUrlSigner signer = signer();
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

    assertThat(refusal).isNotNull();
    assertThat(refusal.rule()).isEqualTo(Rule.CONTENT_TYPE);
    assertThat(refusal.limit()).isEqualTo("image/webp");
  }

  @TestFactory
  Stream<DynamicTest> hidesTheSignature() {
    UploadUrlSigner signer = signer();
    return withEachMethod(
        method -> {
          PresignedUpload upload = method.sign(signer, AVATARS, png(1));

          assertThat(upload.toString())
              .contains(upload.key().value())
              .doesNotContainIgnoringCase("signature", "credential", "token", "http");
        });
  }

  @TestFactory
  Stream<DynamicTest> refusesNull() {
    UploadUrlSigner signer = signer();
    return withEachMethod(
        method -> {
          assertThatNullPointerException().isThrownBy(() -> method.sign(signer, missing(), png(1)));
          assertThatNullPointerException()
              .isThrownBy(() -> method.sign(signer, AVATARS, missing()));
        });
  }

  /** Null, hidden from the null checker. */
  @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"})
  private static <T> T missing() {
    return null;
  }
}
