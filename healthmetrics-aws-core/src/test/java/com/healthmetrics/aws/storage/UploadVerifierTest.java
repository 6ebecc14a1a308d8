package com.healthmetrics.aws.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.healthmetrics.aws.storage.StorageException.Kind;
import com.healthmetrics.aws.storage.UploadRejectedException.Rule;
import com.healthmetrics.aws.storage.UploadVerification.Accepted;
import com.healthmetrics.aws.storage.UploadVerification.NotUploaded;
import com.healthmetrics.aws.storage.UploadVerification.NotUploadedOrForbidden;
import com.healthmetrics.aws.storage.UploadVerification.Rejected;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
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
  private static final byte[] PNG =
      HexFormat.of().parseHex("89504e470d0a1a0a0000000d49484452000102030405");
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

  /** The store, with something done before each call of a method. */
  private ObjectStore before(String method, Interruption action) {
    return (ObjectStore)
        Proxy.newProxyInstance(
            ObjectStore.class.getClassLoader(),
            new Class<?>[] {ObjectStore.class},
            (proxy, called, arguments) -> {
              if (called.getName().equals(method)) {
                action.run();
              }
              return invoke(called, arguments);
            });
  }

  private Object invoke(Method called, Object[] arguments) throws Throwable {
    try {
      return called.invoke(bucket.objects(), arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  private interface Interruption {
    void run() throws Exception;
  }

  @Test
  void acceptsWhatIsAllowed() {
    bucket.put(KEY, "image/png", PNG);

    UploadVerification result = verify();

    assertThat(result).isInstanceOf(Accepted.class);
    assertThat(result.key()).isEqualTo(KEY);
    assertThat(result.orThrow().sizeBytes()).isEqualTo(PNG.length);
    assertThat(result.orThrow().eTag()).isEqualTo(bucket.objects().head(KEY).orElseThrow().eTag());
    assertThat(bucket.keys()).containsExactly(KEY);
    assertThat(verify()).isInstanceOf(Accepted.class);
  }

  @ParameterizedTest
  @EnumSource(ImageType.class)
  void acceptsEveryTypeThatIsSignedAndSent(ImageType type) {
    UploadRequest request = UploadRequest.of("user-42", type.mediaType(), PNG.length);
    PresignedPut upload = bucket.uploads().presignPut(UploadPolicy.progressPhotos(), request);
    byte[] picture = Arrays.copyOf(firstBytesOf(type), PNG.length);
    bucket.upload(upload, type.mediaType(), picture);

    assertThat(
            verifier.verify(UploadPolicy.progressPhotos(), request, upload.key()).orThrow().key())
        .isEqualTo(upload.key());
  }

  private static byte[] firstBytesOf(ImageType type) {
    String hex =
        switch (type) {
          case JPEG -> "ffd8ffe000104a464946";
          case PNG -> "89504e470d0a1a0a";
          case WEBP -> "52494646760000005745425056503820";
          case HEIC -> "00000014667479706865696300000000";
          case AVIF -> "00000014667479706176696600000000";
        };
    return HexFormat.of().parseHex(hex);
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
    bucket.put(KEY, "image/png", HTML);

    UploadRejectedException reason = reasonOf(verify());

    assertThat(reason.rule()).isEqualTo(Rule.MAGIC_BYTES);
    assertThat(reason.limit()).isEqualTo("a file that begins like image/png");
    assertThat(reason.value()).isEqualTo("no known picture type");
    assertThat(reason).hasMessageContaining(reason.limit()).hasMessageContaining("was removed");
    assertThat(bucket.keys()).isEmpty();
    assertThat(verify()).isEqualTo(new NotUploaded(KEY));
  }

  @Test
  void removesAPictureOfAnotherTypeThanItsContentType() {
    bucket.put(KEY, "image/png", firstBytesOf(ImageType.JPEG));

    assertThat(reasonOf(verify()).value()).isEqualTo("image/jpeg");
    assertThat(bucket.keys()).isEmpty();
  }

  @Test
  void removesAnObjectWithAnotherContentTypeThanItsKey() {
    bucket.put(KEY, "text/html\u0007", PNG);

    UploadRejectedException reason = reasonOf(verify());

    assertThat(reason.rule()).isEqualTo(Rule.CONTENT_TYPE);
    assertThat(reason.limit()).isEqualTo("image/png");
    assertThat(reason.value()).isEqualTo("\"text/html\\u0007\"");
    assertThat(bucket.keys()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 101, 5_000})
  void removesWhatIsEmptyOrTooLarge(int bytes) {
    bucket.put(KEY, "image/png", Arrays.copyOf(PNG, bytes));

    UploadRejectedException reason = reasonOf(verify());

    assertThat(reason.rule()).isEqualTo(Rule.SIZE);
    assertThat(reason.limit()).isEqualTo("1 to 100 bytes");
    assertThat(reason.value()).isEqualTo(bytes + " bytes");
    assertThat(bucket.keys()).isEmpty();
  }

  @Test
  void acceptsThePolicysMaximumToTheByte() {
    bucket.put(KEY, "image/png", Arrays.copyOf(PNG, 100));

    assertThat(verify()).isInstanceOf(Accepted.class);
  }

  @Test
  void throwsTheReasonIfAnUploadMustBeAccepted() {
    bucket.put(KEY, "image/png", HTML);

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
    bucket.put(key, "image/png", HTML);

    UploadRejectedException refusal =
        catchThrowableOfType(
            UploadRejectedException.class, () -> verifier.verify(POLICY, "user-42", key));

    assertThat(refusal.rule()).isEqualTo(Rule.KEY);
    assertThat(refusal.getMessage()).doesNotContain("user-4", "0123456789abcdef");
    assertThat(bucket.keys()).containsExactly(key);
  }

  @Test
  void inspectsNoKeyOfAnotherTypeThanTheRequest() {
    bucket.put(KEY, "image/png", HTML);

    assertThatExceptionOfType(UploadRejectedException.class)
        .isThrownBy(
            () -> verifier.verify(POLICY, UploadRequest.of("user-42", "image/jpeg", 22), KEY))
        .satisfies(e -> assertThat(e.rule()).isEqualTo(Rule.KEY));
    assertThat(bucket.keys()).containsExactly(KEY);
  }

  @Test
  void inspectsNothingIfThePolicyRejectsTheRequest() {
    bucket.put(KEY, "image/png", PNG);

    assertThatExceptionOfType(UploadRejectedException.class)
        .isThrownBy(
            () -> verifier.verify(POLICY, UploadRequest.of("user-42", "image/png", 101), KEY))
        .satisfies(e -> assertThat(e.rule()).isEqualTo(Rule.SIZE));
    assertThat(bucket.keys()).containsExactly(KEY);
  }

  private static final String SHA256_OF_PNG = base64Sum(ChecksumAlgorithm.SHA256, PNG);
  private static final String CRC32C_OF_PNG = base64Sum(ChecksumAlgorithm.CRC32C, PNG);

  private static String base64Sum(ChecksumAlgorithm algorithm, byte[] bytes) {
    try {
      return algorithm.of(new ByteArrayInputStream(bytes));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private UploadVerification verify(UnaryOperator<UploadRequest> declared) {
    UploadRequest request = UploadRequest.of("user-42", "image/png", PNG.length);
    return verifier.verify(POLICY, declared.apply(request), KEY);
  }

  /** An object that a test puts has no checksum, as in stores that do not report it. */
  @Test
  void calculatesAChecksumThatTheStoreDoesNotReport() {
    bucket.put(KEY, "image/png", PNG);

    assertThat(verify(r -> r.withSha256(SHA256_OF_PNG))).isInstanceOf(Accepted.class);
    assertThat(verify(r -> r.withCrc32c(CRC32C_OF_PNG))).isInstanceOf(Accepted.class);
    assertThat(reasonOf(verify(r -> r.withCrc32c("AAAAAA=="))).rule()).isEqualTo(Rule.CHECKSUM);
    assertThat(bucket.keys()).isEmpty();
  }

  @Test
  void removesAnObjectWithAnotherChecksumThanTheRequest() {
    bucket.put(KEY, "image/png", PNG);
    String other = Base64.getEncoder().encodeToString(new byte[32]);

    UploadRejectedException reason = reasonOf(verify(r -> r.withSha256(other)));

    assertThat(reason.rule()).isEqualTo(Rule.CHECKSUM);
    assertThat(reason.limit()).contains("x-amz-checksum-sha256");
    assertThat(bucket.keys()).isEmpty();
  }

  @Test
  void trustsTheChecksumThatTheStoreVerified() {
    UploadRequest request =
        UploadRequest.of("user-42", "image/png", PNG.length).withSha256(SHA256_OF_PNG);
    PresignedPut upload = bucket.uploads().presignPut(POLICY, request);
    bucket.upload(upload, "image/png", PNG);
    List<String> reads = new CopyOnWriteArrayList<>();

    UploadVerifier counting = UploadVerifier.of(before("openIfUnchanged", () -> reads.add("read")));

    assertThat(counting.verify(POLICY, request, upload.key())).isInstanceOf(Accepted.class);
    assertThat(reads).hasSize(1);
  }

  @Test
  void startsAgainIfTheObjectIsReplacedBeforeItIsRead() {
    bucket.put(KEY, "image/png", PNG);
    List<byte[]> replacements = new CopyOnWriteArrayList<>(List.of(HTML));
    ObjectStore replacing =
        before(
            "openIfUnchanged",
            () -> {
              if (!replacements.isEmpty()) {
                bucket.put(KEY, "image/png", replacements.remove(0));
              }
            });

    UploadVerification result = UploadVerifier.of(replacing).verify(POLICY, "user-42", KEY);

    assertThat(reasonOf(result).rule()).isEqualTo(Rule.MAGIC_BYTES);
    assertThat(bucket.keys()).isEmpty();
  }

  @Test
  void removesNoGoodPictureThatReplacedABadOne() {
    bucket.put(KEY, "image/png", HTML);
    ObjectStore replacing = before("deleteIfUnchanged", () -> bucket.put(KEY, "image/png", PNG));

    UploadVerification result = UploadVerifier.of(replacing).verify(POLICY, "user-42", KEY);

    assertThat(result).isInstanceOf(Accepted.class);
    assertThat(bucket.bytes(KEY)).contains(PNG);
  }

  @Test
  void givesUpOnAnObjectThatNeverStaysTheSame() {
    bucket.put(KEY, "image/png", PNG);
    List<String> reads = new CopyOnWriteArrayList<>();
    ObjectStore restless =
        before(
            "openIfUnchanged",
            () -> {
              reads.add("read");
              bucket.put(KEY, "image/png", Arrays.copyOf(PNG, 30 + reads.size()));
            });

    StorageException failure =
        catchThrowableOfType(
            StorageException.class,
            () -> UploadVerifier.of(restless).verify(POLICY, "user-42", KEY));

    assertThat(failure.kind()).isEqualTo(Kind.CHANGED);
    assertThat(failure).hasMessageContaining("3 times");
    assertThat(reads).hasSize(3);
    assertThat(bucket.keys()).containsExactly(KEY);
  }

  @Test
  void reportsNotUploadedIfTheObjectIsDeletedBeforeItIsRead() {
    bucket.put(KEY, "image/png", PNG);
    ObjectStore deleting = before("openIfUnchanged", () -> bucket.objects().delete(KEY));

    assertThat(UploadVerifier.of(deleting).verify(POLICY, "user-42", KEY))
        .isEqualTo(new NotUploaded(KEY));
  }

  @Test
  void doesNotReportAForbiddenObjectAsMissing() {
    bucket.put(KEY, "image/png", PNG);
    ObjectStore forbidden = failing("head", Kind.MISSING_OR_FORBIDDEN);

    UploadVerification result = UploadVerifier.of(forbidden).verify(POLICY, "user-42", KEY);

    assertThat(result).isInstanceOf(NotUploadedOrForbidden.class);
    assertThat(result.key()).isEqualTo(KEY);
    assertThatExceptionOfType(StorageException.class)
        .isThrownBy(result::orThrow)
        .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.MISSING_OR_FORBIDDEN))
        .isSameAs(((NotUploadedOrForbidden) result).cause());
    assertThat(bucket.keys()).containsExactly(KEY);
  }

  @ParameterizedTest
  @CsvSource({
    "openIfUnchanged, MISSING_OR_FORBIDDEN",
    "openIfUnchanged, ACCESS_DENIED",
    "deleteIfUnchanged, ACCESS_DENIED",
    "deleteIfUnchanged, MISSING_OR_FORBIDDEN"
  })
  void reportsAnObjectThatItMayNotReadOrRemove(String method, Kind kind) {
    bucket.put(KEY, "image/png", HTML);

    StorageException failure =
        catchThrowableOfType(
            StorageException.class,
            () -> UploadVerifier.of(failing(method, kind)).verify(POLICY, "user-42", KEY));

    assertThat(failure.kind()).isEqualTo(Kind.ACCESS_DENIED);
    assertThat(failure)
        .hasMessageContaining("kms:Decrypt")
        .hasMessageContaining("as the test needs");
    assertThat(bucket.keys()).containsExactly(KEY);
  }

  /** What S3 returns for a conditional deletion of a missing object without s3:ListBucket. */
  @Test
  void reportsNotUploadedIfAnotherCallRemovedItAndS3ReturnsAccessDenied() {
    bucket.put(KEY, "image/png", HTML);
    ObjectStore forbidding =
        before(
            "deleteIfUnchanged",
            () -> {
              bucket.objects().delete(KEY);
              throw new StorageException(Kind.ACCESS_DENIED, "as the test needs");
            });

    assertThat(UploadVerifier.of(forbidding).verify(POLICY, "user-42", KEY))
        .isEqualTo(new NotUploaded(KEY));
  }

  /** A store that reports the heads that a test needs. */
  private ObjectStore reporting(UnaryOperator<ObjectHead.Builder> more) {
    return (ObjectStore)
        Proxy.newProxyInstance(
            ObjectStore.class.getClassLoader(),
            new Class<?>[] {ObjectStore.class},
            (proxy, called, arguments) -> {
              if (!called.getName().equals("head")) {
                return invoke(called, arguments);
              }
              ObjectHead head = bucket.objects().head(KEY).orElseThrow();
              return Optional.of(
                  more.apply(
                          ObjectHead.builder(KEY)
                              .sizeBytes(head.sizeBytes())
                              .contentType("image/png")
                              .eTag(head.eTag()))
                      .build());
            });
  }

  private UploadVerification verifyReporting(UnaryOperator<ObjectHead.Builder> more) {
    bucket.put(KEY, "image/png", PNG);
    return UploadVerifier.of(reporting(more)).verify(POLICY, "user-42", KEY);
  }

  @Test
  void removesAnObjectWithUnsignedHeaders() {
    UploadRejectedException zipped = reasonOf(verifyReporting(h -> h.contentEncoding("gzip")));
    assertThat(zipped.rule()).isEqualTo(Rule.UNSIGNED_HEADER);
    assertThat(zipped.limit()).isEqualTo("content-encoding absent");
    assertThat(zipped.value()).isEqualTo("\"gzip\"");

    UploadRejectedException saved =
        reasonOf(verifyReporting(h -> h.contentDisposition("attachment; filename=evil.exe")));
    assertThat(saved.limit()).isEqualTo("content-disposition absent");
    UploadRejectedException cached = reasonOf(verifyReporting(h -> h.cacheControl("no-store")));
    assertThat(cached.limit()).isEqualTo("cache-control absent");
    assertThat(bucket.keys()).isEmpty();
  }

  @Test
  void acceptsTheCacheHeaderThatWasSigned() {
    String signed = UploadPolicy.avatars().cacheControl().orElseThrow();
    ObjectKey avatar = ObjectKey.of(KEY.value().replace("pictures/", "avatars/"));
    InMemoryBucket avatars = new InMemoryBucket();
    avatars.put(avatar, "image/png", PNG);
    assertThat(avatars.verifier().verify(UploadPolicy.avatars(), "user-42", avatar))
        .as("a store may drop it")
        .isInstanceOf(Accepted.class);
    assertThat(signed).contains("immutable");
  }

  @Test
  void removesNothingForAValueThatTheStoreDoesNotReport() {
    assertThatExceptionOfType(StorageException.class)
        .isThrownBy(() -> verifyReporting(h -> h.contentType(null)))
        .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.INVALID));
    assertThatExceptionOfType(StorageException.class)
        .isThrownBy(() -> verifyReporting(h -> h.eTag("")))
        .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.INVALID));
    assertThat(bucket.keys()).containsExactly(KEY);
  }

  @Test
  void showsNoOwnerInAnOutcome() {
    bucket.put(KEY, "image/png", PNG);
    assertThat(verify().toString()).doesNotContain("user-42");
    bucket.put(KEY, "image/png", HTML);
    UploadVerification rejected = verify();
    assertThat(rejected).hasToString("Rejected[" + reasonOf(rejected).getMessage() + "]");
    assertThat(rejected.toString()).doesNotContain("user-42");
    assertThat(verify()).hasToString("NotUploaded[]");
    assertThat(
            UploadVerifier.of(failing("head", Kind.MISSING_OR_FORBIDDEN))
                .verify(POLICY, "user-42", KEY))
        .hasToString("NotUploadedOrForbidden[as the test needs]");
  }

  @Test
  void refusesAnOwnerThatCanHaveNoKeys() {
    assertThatExceptionOfType(UploadRejectedException.class)
        .isThrownBy(() -> verifier.verify(POLICY, "../admin", KEY))
        .satisfies(e -> assertThat(e.rule()).isEqualTo(Rule.OWNER));
  }

  private ObjectStore failing(String method, Kind kind) {
    return before(
        method,
        () -> {
          throw new StorageException(kind, "as the test needs");
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"head", "openIfUnchanged", "deleteIfUnchanged"})
  void neitherAcceptsNorRejectsAfterAFailure(String method) {
    bucket.put(KEY, "image/png", HTML);
    ObjectStore unreachable = failing(method, Kind.UNREACHABLE);

    assertThatExceptionOfType(StorageException.class)
        .isThrownBy(() -> UploadVerifier.of(unreachable).verify(POLICY, "user-42", KEY))
        .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.UNREACHABLE));
    assertThat(verify()).isInstanceOf(Rejected.class);
  }

  @Test
  void acceptsNothingIfTheConnectionBreaks() {
    bucket.put(KEY, "image/png", PNG);
    ObjectStore breaking =
        (ObjectStore)
            Proxy.newProxyInstance(
                ObjectStore.class.getClassLoader(),
                new Class<?>[] {ObjectStore.class},
                (proxy, called, arguments) ->
                    called.getName().equals("openIfUnchanged")
                        ? brokenContent()
                        : called.invoke(bucket.objects(), arguments));

    StorageException failure =
        catchThrowableOfType(
            StorageException.class,
            () -> UploadVerifier.of(breaking).verify(POLICY, "user-42", KEY));

    assertThat(failure.kind()).isEqualTo(Kind.UNREACHABLE);
    assertThat(failure.retryAfter()).isPresent();
    assertThat(bucket.keys()).containsExactly(KEY);
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
    bucket.put(KEY, "image/png", HTML);
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
    assertThatNullPointerException().isThrownBy(() -> UploadVerifier.of(null));
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
