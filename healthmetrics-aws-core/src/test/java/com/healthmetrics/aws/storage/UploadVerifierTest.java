package com.healthmetrics.aws.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.healthmetrics.aws.fixtures.Pictures;
import com.healthmetrics.aws.internal.image.ImageFormat;
import com.healthmetrics.aws.internal.image.SamplePictures;
import com.healthmetrics.aws.storage.StorageException.Kind;
import com.healthmetrics.aws.storage.UploadRejectedException.Rule;
import com.healthmetrics.aws.storage.UploadVerification.Accepted;
import com.healthmetrics.aws.storage.UploadVerification.NotUploaded;
import com.healthmetrics.aws.storage.UploadVerification.NotUploadedOrForbidden;
import com.healthmetrics.aws.storage.UploadVerification.Rejected;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class UploadVerifierTest {
  private static final UploadPolicy POLICY =
      UploadPolicy.builder()
          .keyPrefix("pictures/")
          .types(ImageType.PNG, ImageType.JPEG)
          .maxBytes(100)
          .lifetime(Duration.ofMinutes(5))
          .build();
  private static final byte[] PNG = Pictures.png(80);
  private static final byte[] HTML =
      "<!doctype html><script>alert(1)</script>".getBytes(StandardCharsets.UTF_8);
  private static final ObjectKey KEY =
      ObjectKey.of("pictures/user-42/" + "0123456789abcdef".repeat(2) + ".png");

  private final InMemoryBucket bucket = new InMemoryBucket();
  private final UploadVerifier verifier = bucket.verifier();

  private UploadVerification verify() {
    return verifier.verify(POLICY, "user-42", KEY);
  }

  private static UploadRejectedException reasonOf(UploadVerification result) {
    assertThat(result).isInstanceOf(Rejected.class);
    assertThat(result.key()).isEqualTo(KEY);
    return ((Rejected) result).reason();
  }

  private ObjectStore before(String method, InterceptedStore.Action action) {
    return InterceptedStore.before(bucket.objects(), method, action);
  }

  private ObjectStore failing(String method, Kind kind) {
    return InterceptedStore.failing(bucket.objects(), method, kind);
  }

  /** What a browser would have sent, replacing what it sent before. */
  private void upload(byte[] bytes) {
    upload(KEY, "image/png", bytes);
  }

  private void upload(ObjectKey key, String contentType, byte[] bytes) {
    bucket.objects().put(NewObject.of(key.pending(), contentType, bytes).replacingExisting());
  }

  @Test
  void publishesWhatIsAllowed() {
    upload(PNG);

    UploadVerification result = verify();

    assertThat(result).isInstanceOf(Accepted.class);
    assertThat(result.key()).isEqualTo(KEY);
    assertThat(result.orThrow().head().sizeBytes()).isEqualTo(PNG.length);
    assertThat(result.orThrow().head()).isEqualTo(bucket.objects().head(KEY).orElseThrow());
    assertThat(bucket.bytes(KEY)).contains(PNG);
    assertThat(bucket.keys()).containsExactly(KEY);
  }

  @Test
  void acceptsAPublishedUploadAgain() {
    upload(PNG);
    Accepted first = verify().orThrow();

    assertThat(verify()).isEqualTo(first);
    assertThat(bucket.keys()).containsExactly(KEY);
  }

  @Test
  void returnsTheUrlOfAPublicPictureAlone() {
    ObjectKey avatar = ObjectKey.of(KEY.value().replace("pictures/", "avatars/"));
    upload(KEY, "image/png", PNG);
    upload(avatar, "image/png", PNG);
    UploadVerifier withUrls = Verifiers.of(bucket.objects());

    assertThat(withUrls.verify(POLICY, "user-42", KEY).orThrow().publicUrl()).isEmpty();
    UploadVerification published = withUrls.verify(UploadPolicy.avatars(), "user-42", avatar);
    assertThat(published.orThrow().publicUrl()).contains(Verifiers.URLS.apply(avatar));
    assertThat(bucket.verifier().verify(UploadPolicy.avatars(), "user-42", avatar).orThrow())
        .as("a bucket without public URLs")
        .extracting(Accepted::publicUrl)
        .isEqualTo(Optional.empty());
  }

  @Test
  void publishesWithTheHeadersOfThePolicyAndNothingElse() {
    ObjectKey avatar = ObjectKey.of(KEY.value().replace("pictures/", "avatars/"));
    bucket
        .objects()
        .put(
            NewObject.of(avatar.pending(), "image/png", PNG)
                .withCacheControl("no-store")
                .withMetadata("filename", "me.png")
                .withMetadata("taken", "2026-11-28"));

    verifier.verify(UploadPolicy.avatars(), "user-42", avatar).orThrow();

    ObjectHead published = bucket.objects().head(avatar).orElseThrow();
    assertThat(published.contentType()).contains("image/png");
    assertThat(published.cacheControl()).isEqualTo(UploadPolicy.avatars().cacheControl());
    assertThat(published.metadata()).isEmpty();
    assertThat(published.contentEncoding()).isEmpty();
    assertThat(published.contentDisposition()).isEmpty();
  }

  @Test
  void keepsTheMetadataThatThePolicyNames() {
    UploadPolicy photos = UploadPolicy.progressPhotos();
    UploadRequest request =
        UploadRequest.of("user-42", "image/png", PNG.length)
            .withFileName("me & my dog.png")
            .withMetadata("taken", "2026-11-28");
    PresignedPut signed = bucket.uploads().presignPut(photos, request);
    bucket.upload(signed, "image/png", PNG);
    assertThat(bucket.objects().head(signed.pendingKey()).orElseThrow().metadata()).hasSize(2);

    verifier.verify(photos, request, signed.key()).orThrow();

    assertThat(bucket.objects().head(signed.key()).orElseThrow().metadata())
        .isEqualTo(Map.of("filename", "me%20%26%20my%20dog.png"));
  }

  @ParameterizedTest
  @EnumSource(ImageType.class)
  void acceptsEveryTypeThatIsSignedAndSent(ImageType type) {
    byte[] picture = pictureOf(type);
    UploadRequest request = UploadRequest.of("user-42", type.mediaType(), picture.length);
    PresignedPut upload = bucket.uploads().presignPut(UploadPolicy.progressPhotos(), request);
    bucket.upload(upload, type.mediaType(), picture);

    verifier.verify(UploadPolicy.progressPhotos(), request, upload.key()).orThrow();
    assertThat(bucket.contentType(upload.key())).contains(type.mediaType());
    assertThat(bucket.bytes(upload.key())).contains(picture);
  }

  private static byte[] pictureOf(ImageType type) {
    return SamplePictures.of(ImageFormat.valueOf(type.name()));
  }

  @Test
  void reportsNotUploadedIfNothingWasUploaded() {
    UploadVerification result = verify();

    assertThat(result).isEqualTo(new NotUploaded(KEY));
    assertThatExceptionOfType(StorageException.class)
        .isThrownBy(result::orThrow)
        .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.NOT_FOUND));
  }

  @Test
  void removesAPageOfHtmlWithTheContentTypeOfAPicture() {
    upload(HTML);

    UploadRejectedException reason = reasonOf(verify());

    assertThat(reason.rule()).isEqualTo(Rule.FILE_TYPE);
    assertThat(reason.limit()).isEqualTo("image/png");
    assertThat(reason.value()).isEqualTo("no known picture type");
    assertThat(reason).hasMessageContaining(reason.limit()).hasMessageContaining("was removed");
    assertThat(bucket.keys()).isEmpty();
    assertThat(verify()).isEqualTo(new NotUploaded(KEY));
  }

  @Test
  void removesAPictureOfAnotherTypeThanItsContentType() {
    upload(pictureOf(ImageType.WEBP));

    assertThat(reasonOf(verify()).value()).isEqualTo("image/webp");
    assertThat(bucket.keys()).isEmpty();
  }

  @Test
  void removesAnObjectWithAnotherContentTypeThanItsKey() {
    UploadRejectedException reason =
        reasonOf(verifyReporting(head -> head.contentType("text/html\u0007")));

    assertThat(reason.rule()).isEqualTo(Rule.CONTENT_TYPE);
    assertThat(reason.limit()).isEqualTo("image/png");
    assertThat(reason.value()).isEqualTo("\"text/html\\u0007\"");
    assertThat(bucket.keys()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 101, 5_000})
  void removesWhatIsEmptyOrTooLarge(int bytes) {
    upload(new byte[bytes]);

    UploadRejectedException reason = reasonOf(verify());

    assertThat(reason.rule()).isEqualTo(Rule.SIZE);
    assertThat(reason.limit()).isEqualTo("1 to 100 bytes");
    assertThat(reason.value()).startsWith(bytes + " bytes");
    assertThat(reason)
        .hasMessageContaining("Size allowed: 1 to 100 bytes; found: " + reason.value() + ".");
    assertThat(bucket.keys()).isEmpty();
  }

  @Test
  void judgesASingleByteByItsContent() {
    upload(new byte[1]);

    assertThat(reasonOf(verify()).rule()).isEqualTo(Rule.FILE_TYPE);
  }

  @Test
  void acceptsThePolicysMaximumToTheByte() {
    upload(Pictures.png(100));

    assertThat(verify()).isInstanceOf(Accepted.class);
  }

  @Test
  void throwsTheReasonIfAnUploadMustBeAccepted() {
    upload(HTML);

    UploadVerification result = verify();

    assertThatExceptionOfType(UploadRejectedException.class)
        .isThrownBy(result::orThrow)
        .isSameAs(reasonOf(result));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "pictures/user-4/0123456789abcdef0123456789abcdef.png",
        "pictures/user-421/0123456789abcdef0123456789abcdef.png",
        "pictures/user-42/x/0123456789abcdef0123456789abcdef.png",
        "pictures/0123456789abcdef0123456789abcdef.png",
        "avatars/user-42/0123456789abcdef0123456789abcdef.png",
        "x/pictures/user-42/0123456789abcdef0123456789abcdef.png",
        "pictures/user-42/0123456789abcdef0123456789abcdef.webp",
        "pictures/user-42/0123456789abcdef0123456789abcdef.png.html",
        "pictures/user-42/0123456789abcdef0123456789abcdef",
        "pictures/user-42/0123456789abcdef0123456789abcdef.PNG",
        "pictures/user-42/0123456789ABCDEF0123456789abcdef.png",
        "pictures/user-42/0123456789abcdef0123456789abcde.png",
        "pictures/user-42/0123456789abcdef0123456789abcdef0.png",
        "pictures/user-42/index.png",
      })
  void inspectsNoKeyThatWasNotMadeForTheOwnerUnderThePolicy(String foreign) {
    ObjectKey key = ObjectKey.of(foreign);
    upload(key, "image/png", HTML);

    UploadRejectedException refusal =
        catchThrowableOfType(
            UploadRejectedException.class, () -> verifier.verify(POLICY, "user-42", key));

    assertThat(refusal.rule()).isEqualTo(Rule.KEY);
    assertThat(refusal)
        .as("a text for users")
        .hasMessage(
            "This picture was not uploaded for this account and this purpose, so it was not"
                + " inspected. Upload it again.");
    assertThat(bucket.keys()).containsExactly(key.pending());
  }

  @Test
  void inspectsNoKeyOfAnotherTypeThanTheRequest() {
    upload(HTML);

    assertThatExceptionOfType(UploadRejectedException.class)
        .isThrownBy(
            () -> verifier.verify(POLICY, UploadRequest.of("user-42", "image/jpeg", 22), KEY))
        .satisfies(e -> assertThat(e.rule()).isEqualTo(Rule.KEY));
    assertThat(bucket.keys()).containsExactly(KEY.pending());
  }

  @Test
  void inspectsNothingIfThePolicyRejectsTheRequest() {
    upload(PNG);

    assertThatExceptionOfType(UploadRejectedException.class)
        .isThrownBy(
            () -> verifier.verify(POLICY, UploadRequest.of("user-42", "image/png", 101), KEY))
        .satisfies(e -> assertThat(e.rule()).isEqualTo(Rule.SIZE));
    assertThat(bucket.keys()).containsExactly(KEY.pending());
  }

  private static final String SHA256_OF_PNG = base64Sum(ChecksumAlgorithm.SHA256, PNG);
  private static final String CRC32C_OF_PNG = base64Sum(ChecksumAlgorithm.CRC32C, PNG);

  private static String base64Sum(ChecksumAlgorithm algorithm, byte[] bytes) {
    return algorithm.of(bytes);
  }

  private UploadVerification verify(UnaryOperator<UploadRequest> declared) {
    UploadRequest request = UploadRequest.of("user-42", "image/png", PNG.length);
    return verifier.verify(POLICY, declared.apply(request), KEY);
  }

  @Test
  void comparesTheChecksumOfTheRequestWithTheBytes() {
    upload(PNG);
    assertThat(verify(r -> r.withSha256(SHA256_OF_PNG))).isInstanceOf(Accepted.class);

    ObjectKey second = ObjectKey.of(KEY.value().replace("0123", "3210"));
    upload(second, "image/png", PNG);
    UploadRequest request = UploadRequest.of("user-42", "image/png", PNG.length);
    assertThat(verifier.verify(POLICY, request.withCrc32c(CRC32C_OF_PNG), second))
        .isInstanceOf(Accepted.class);
  }

  @Test
  void removesAnObjectWithAnotherChecksumThanTheRequest() {
    upload(PNG);
    String other = Base64.getEncoder().encodeToString(new byte[32]);

    UploadRejectedException reason = reasonOf(verify(r -> r.withSha256(other)));

    assertThat(reason.rule()).isEqualTo(Rule.CHECKSUM);
    assertThat(reason.limit()).contains("x-amz-checksum-sha256");
    assertThat(bucket.keys()).isEmpty();
  }

  @Test
  void removesAnObjectWithAnotherCrc32cThanTheRequest() {
    upload(PNG);

    assertThat(reasonOf(verify(r -> r.withCrc32c("AAAAAA=="))).rule()).isEqualTo(Rule.CHECKSUM);
    assertThat(bucket.keys()).isEmpty();
  }

  @Test
  void readsTheWholeObjectOnce() {
    upload(PNG);
    List<String> steps = new CopyOnWriteArrayList<>();
    ObjectStore recording =
        InterceptedStore.of(
            bucket.objects(),
            call -> {
              steps.add(call.step());
              return call.proceed();
            });

    Verifiers.of(recording).verify(POLICY, "user-42", KEY).orThrow();

    assertThat(steps)
        .containsExactly(
            "head pending",
            "openIfUnchanged pending",
            "put published",
            "deleteIfUnchanged pending");
  }

  @Test
  void startsAgainIfTheObjectIsReplacedBeforeItIsRead() {
    upload(PNG);
    List<byte[]> replacements = new CopyOnWriteArrayList<>(List.of(HTML));
    ObjectStore replacing =
        before(
            "openIfUnchanged",
            () -> {
              if (!replacements.isEmpty()) {
                upload(replacements.remove(0));
              }
            });

    UploadVerification result = Verifiers.of(replacing).verify(POLICY, "user-42", KEY);

    assertThat(reasonOf(result).rule()).isEqualTo(Rule.FILE_TYPE);
    assertThat(bucket.keys()).isEmpty();
  }

  @Test
  void removesNoGoodPictureThatReplacedABadOne() {
    upload(HTML);
    ObjectStore replacing = before("deleteIfUnchanged", () -> upload(PNG));

    UploadVerification result = Verifiers.of(replacing).verify(POLICY, "user-42", KEY);

    assertThat(result).isInstanceOf(Accepted.class);
    assertThat(bucket.bytes(KEY)).contains(PNG);
    assertThat(bucket.keys()).containsExactly(KEY);
  }

  @Test
  void givesUpOnAnObjectThatNeverStaysTheSame() {
    upload(PNG);
    List<String> reads = new CopyOnWriteArrayList<>();
    ObjectStore restless =
        before(
            "openIfUnchanged",
            () -> {
              reads.add("read");
              upload(Pictures.png(80 + reads.size()));
            });

    StorageException failure =
        catchThrowableOfType(
            StorageException.class, () -> Verifiers.of(restless).verify(POLICY, "user-42", KEY));

    assertThat(failure.kind()).isEqualTo(Kind.CHANGED);
    assertThat(failure).hasMessageContaining("5 times");
    assertThat(reads).hasSize(5);
    assertThat(bucket.keys()).containsExactly(KEY.pending());
  }

  @Test
  void reportsNotUploadedIfTheObjectIsDeletedBeforeItIsRead() {
    upload(PNG);
    ObjectStore deleting = before("openIfUnchanged", () -> bucket.objects().delete(KEY.pending()));

    assertThat(Verifiers.of(deleting).verify(POLICY, "user-42", KEY))
        .isEqualTo(new NotUploaded(KEY));
  }

  @Test
  void doesNotReportAForbiddenObjectAsMissing() {
    upload(PNG);
    ObjectStore forbidden = failing("head", Kind.MISSING_OR_FORBIDDEN);

    UploadVerification result = Verifiers.of(forbidden).verify(POLICY, "user-42", KEY);

    assertThat(result).isInstanceOf(NotUploadedOrForbidden.class);
    assertThat(result.key()).isEqualTo(KEY);
    assertThatExceptionOfType(StorageException.class)
        .isThrownBy(result::orThrow)
        .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.MISSING_OR_FORBIDDEN))
        .isSameAs(((NotUploadedOrForbidden) result).cause());
    assertThat(bucket.keys()).containsExactly(KEY.pending());
  }

  @ParameterizedTest
  @CsvSource({
    "openIfUnchanged, MISSING_OR_FORBIDDEN",
    "openIfUnchanged, ACCESS_DENIED",
    "deleteIfUnchanged, ACCESS_DENIED",
    "deleteIfUnchanged, MISSING_OR_FORBIDDEN"
  })
  void reportsAnObjectThatItMayNotReadOrRemove(String method, Kind kind) {
    upload(HTML);

    StorageException failure =
        catchThrowableOfType(
            StorageException.class,
            () -> Verifiers.of(failing(method, kind)).verify(POLICY, "user-42", KEY));

    assertThat(failure.kind()).isEqualTo(Kind.ACCESS_DENIED);
    assertThat(failure)
        .hasMessageContaining("kms:Decrypt")
        .hasMessageContaining("as the test needs");
    assertThat(bucket.keys()).containsExactly(KEY.pending());
  }

  /** What S3 returns for a conditional deletion of a missing object without s3:ListBucket. */
  @Test
  void reportsNotUploadedIfAnotherCallRemovedItAndS3ReturnsAccessDenied() {
    upload(HTML);
    ObjectStore forbidding =
        before(
            "deleteIfUnchanged",
            () -> {
              bucket.objects().delete(KEY.pending());
              throw new StorageException(Kind.ACCESS_DENIED, "as the test needs");
            });

    assertThat(Verifiers.of(forbidding).verify(POLICY, "user-42", KEY))
        .isEqualTo(new NotUploaded(KEY));
  }

  /** A store that reports the heads that a test needs. */
  private ObjectStore reporting(UnaryOperator<ObjectHead.Builder> more) {
    return InterceptedStore.of(
        bucket.objects(),
        call -> {
          if (!call.step().equals("head pending")) {
            return call.proceed();
          }
          ObjectHead head = bucket.objects().head(KEY.pending()).orElseThrow();
          ObjectHead.Builder reported =
              ObjectHead.builder(head.key())
                  .sizeBytes(head.sizeBytes())
                  .contentType("image/png")
                  .eTag(head.eTag());
          return Optional.of(more.apply(reported).build());
        });
  }

  private UploadVerification verifyReporting(UnaryOperator<ObjectHead.Builder> more) {
    upload(PNG);
    return Verifiers.of(reporting(more)).verify(POLICY, "user-42", KEY);
  }

  /** S3 stores headers that nobody signed. */
  @Test
  void publishesNoUnsignedHeader() {
    UploadVerification result =
        verifyReporting(
            head ->
                head.contentEncoding("gzip")
                    .contentDisposition("attachment; filename=evil.exe")
                    .cacheControl("no-store")
                    .metadata(Map.of("injected", "value")));

    ObjectHead published = bucket.objects().head(result.orThrow().key()).orElseThrow();
    assertThat(published.contentEncoding()).isEmpty();
    assertThat(published.contentDisposition()).isEmpty();
    assertThat(published.cacheControl()).isEmpty();
    assertThat(published.metadata()).isEmpty();
  }

  @Test
  void removesNothingForAValueThatTheStoreDoesNotReport() {
    assertThatExceptionOfType(StorageException.class)
        .isThrownBy(() -> verifyReporting(h -> h.contentType(null)))
        .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.INVALID));
    assertThatExceptionOfType(StorageException.class)
        .isThrownBy(() -> verifyReporting(h -> h.eTag("")))
        .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.INVALID));
    assertThat(bucket.keys()).containsExactly(KEY.pending());
  }

  @Test
  void showsNoOwnerInAnOutcome() {
    upload(HTML);
    UploadVerification rejected = verify();
    assertThat(rejected).hasToString("Rejected[" + reasonOf(rejected).getMessage() + "]");
    assertThat(rejected.toString()).doesNotContain("user-42");
    assertThat(verify()).hasToString("NotUploaded[]");
    assertThat(
            Verifiers.of(failing("head", Kind.MISSING_OR_FORBIDDEN)).verify(POLICY, "user-42", KEY))
        .hasToString("NotUploadedOrForbidden[as the test needs]");
    upload(PNG);
    assertThat(verify().toString()).startsWith("Accepted[").doesNotContain("user-42");
    assertThat(Inspection.of(POLICY, "user-42", KEY).toString())
        .startsWith("Inspection[PNG, ")
        .doesNotContain("user-42");
  }

  @Test
  void refusesAnOwnerThatCanHaveNoKeys() {
    assertThatExceptionOfType(UploadRejectedException.class)
        .isThrownBy(() -> verifier.verify(POLICY, "../admin", KEY))
        .satisfies(e -> assertThat(e.rule()).isEqualTo(Rule.OWNER));
  }

  @ParameterizedTest
  @ValueSource(strings = {"head", "openIfUnchanged", "deleteIfUnchanged"})
  void neitherAcceptsNorRejectsAfterAFailure(String method) {
    upload(HTML);
    ObjectStore unreachable = failing(method, Kind.UNREACHABLE);

    assertThatExceptionOfType(StorageException.class)
        .isThrownBy(() -> Verifiers.of(unreachable).verify(POLICY, "user-42", KEY))
        .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.UNREACHABLE));
    assertThat(verify()).isInstanceOf(Rejected.class);
  }

  @Test
  void acceptsNothingIfTheConnectionBreaks() {
    upload(PNG);
    ObjectStore breaking =
        InterceptedStore.of(
            bucket.objects(),
            call -> call.is("openIfUnchanged") ? brokenContent() : call.proceed());

    StorageException failure =
        catchThrowableOfType(
            StorageException.class, () -> Verifiers.of(breaking).verify(POLICY, "user-42", KEY));

    assertThat(failure.kind()).isEqualTo(Kind.UNREACHABLE);
    assertThat(failure.retryAfter()).isPresent();
    assertThat(bucket.keys()).containsExactly(KEY.pending());
  }

  private static InputStream brokenContent() {
    return new FilterInputStream(InputStream.nullInputStream()) {
      @Override
      public int read(byte[] buffer, int offset, int length) throws IOException {
        throw new IOException("broken");
      }
    };
  }

  @Test
  void isConsistentWhenCalledConcurrently() throws Exception {
    upload(HTML);
    CountDownLatch start = new CountDownLatch(1);
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      List<Future<UploadVerification>> calls =
          IntStream.range(0, 64)
              .mapToObj(
                  i ->
                      threads.submit(
                          () -> {
                            start.await();
                            return verify();
                          }))
              .toList();
      start.countDown();
      Set<String> outcomes = new HashSet<>();
      for (Future<UploadVerification> call : calls) {
        outcomes.add(call.get().getClass().getSimpleName().toLowerCase(Locale.ROOT));
      }
      assertThat(outcomes).contains("rejected").isSubsetOf("rejected", "notuploaded");
      assertThat(bucket.keys()).isEmpty();
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void refusesNulls() {
    UploadRequest request = UploadRequest.of("user-42", "image/png", 1);
    assertThatNullPointerException().isThrownBy(() -> UploadVerifier.of(null, key -> null));
    assertThatNullPointerException().isThrownBy(() -> UploadVerifier.of(bucket.objects(), null));
    assertThatNullPointerException().isThrownBy(() -> verifier.verify(null, "user-42", KEY));
    assertThatNullPointerException().isThrownBy(() -> verifier.verify(POLICY, (String) null, KEY));
    assertThatNullPointerException().isThrownBy(() -> verifier.verify(POLICY, "user-42", null));
    assertThatNullPointerException().isThrownBy(() -> verifier.verify(null, request, KEY));
    assertThatNullPointerException()
        .isThrownBy(() -> verifier.verify(POLICY, (UploadRequest) null, KEY));
    assertThatNullPointerException().isThrownBy(() -> verifier.verify(POLICY, request, null));
  }

  @Test
  void showsTheStoreThatItInspects() {
    assertThat(verifier).hasToString("UploadVerifier[InMemoryObjects[0 objects]]");
  }
}
