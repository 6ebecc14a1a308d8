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
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
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

  private final InMemoryObjectStore store = new InMemoryObjectStore(Clock.systemUTC());
  private final UploadVerifier verifier = new UploadVerifier(store);

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
      return called.invoke(store, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  private interface Interruption {
    void run() throws Exception;
  }

  @Test
  void acceptsWhatIsAllowed() {
    store.put(KEY, "image/png", PNG);

    UploadVerification result = verify();

    assertThat(result).isInstanceOf(Accepted.class);
    assertThat(result.key()).isEqualTo(KEY);
    assertThat(result.orThrow().sizeBytes()).isEqualTo(PNG.length);
    assertThat(result.orThrow().eTag()).isEqualTo(store.head(KEY).orElseThrow().eTag());
    assertThat(store.keys()).containsExactly(KEY);
    assertThat(verify()).isInstanceOf(Accepted.class);
  }

  @ParameterizedTest
  @EnumSource(ImageType.class)
  void acceptsEveryTypeThatIsSignedAndSent(ImageType type) {
    UploadRequest request = UploadRequest.of("user-42", type.mediaType(), PNG.length);
    PresignedPut upload =
        new InMemoryUploadUrlSigner(store, key -> URI.create("https://cdn.example/"))
            .presignPut(UploadPolicy.progressPhotos(), request);
    byte[] picture = Arrays.copyOf(firstBytesOf(type), PNG.length);
    store.upload(upload, type.mediaType(), picture);

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
  void findsNothingWhereNothingWasUploaded() {
    UploadVerification result = verify();

    assertThat(result).isEqualTo(new NotUploaded(KEY));
    assertThatExceptionOfType(StorageException.class)
        .isThrownBy(result::orThrow)
        .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.NOT_FOUND));
  }

  @Test
  void removesAPageOfHtmlThatCallsItselfAPicture() {
    store.put(KEY, "image/png", HTML);

    UploadRejectedException reason = reasonOf(verify());

    assertThat(reason.rule()).isEqualTo(Rule.MAGIC_BYTES);
    assertThat(reason.limit()).isEqualTo("a file that begins as image/png does");
    assertThat(reason.value()).isEqualTo("no picture that is known here");
    assertThat(reason).hasMessageContaining(reason.limit()).hasMessageContaining("is removed");
    assertThat(store.keys()).isEmpty();
    assertThat(verify()).isEqualTo(new NotUploaded(KEY));
  }

  @Test
  void removesAPictureOfAnotherTypeThanItSays() {
    store.put(KEY, "image/png", firstBytesOf(ImageType.JPEG));

    assertThat(reasonOf(verify()).value()).isEqualTo("image/jpeg");
    assertThat(store.keys()).isEmpty();
  }

  @Test
  void removesWhatHasAnotherContentTypeThanItsKeySays() {
    store.put(KEY, "text/html\u0007", PNG);

    UploadRejectedException reason = reasonOf(verify());

    assertThat(reason.rule()).isEqualTo(Rule.CONTENT_TYPE);
    assertThat(reason.limit()).isEqualTo("image/png");
    assertThat(reason.value()).isEqualTo("\"text/html\\u0007\"");
    assertThat(store.keys()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 101, 5_000})
  void removesWhatIsEmptyOrTooLarge(int bytes) {
    store.put(KEY, "image/png", Arrays.copyOf(PNG, bytes));

    UploadRejectedException reason = reasonOf(verify());

    assertThat(reason.rule()).isEqualTo(Rule.SIZE);
    assertThat(reason.limit()).isEqualTo("1 to 100 bytes");
    assertThat(reason.value()).isEqualTo(bytes + " bytes");
    assertThat(store.keys()).isEmpty();
  }

  @Test
  void acceptsThePolicysMaximumToTheByte() {
    store.put(KEY, "image/png", Arrays.copyOf(PNG, 100));

    assertThat(verify()).isInstanceOf(Accepted.class);
  }

  @Test
  void throwsTheReasonWhereAnUploadMustBeAccepted() {
    store.put(KEY, "image/png", HTML);

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
  void looksAtNoKeyThatWasNotMadeForTheOwnerUnderThePolicy(String foreign) {
    ObjectKey key = ObjectKey.of(foreign);
    store.put(key, "image/png", HTML);

    UploadRejectedException refusal =
        catchThrowableOfType(
            UploadRejectedException.class, () -> verifier.verify(POLICY, "user-42", key));

    assertThat(refusal.rule()).isEqualTo(Rule.KEY);
    assertThat(refusal.getMessage()).doesNotContain("user-4", "0123456789abcdef");
    assertThat(store.keys()).containsExactly(key);
  }

  @Test
  void looksAtNoKeyOfAnotherTypeThanTheWish() {
    store.put(KEY, "image/png", HTML);

    assertThatExceptionOfType(UploadRejectedException.class)
        .isThrownBy(
            () -> verifier.verify(POLICY, UploadRequest.of("user-42", "image/jpeg", 22), KEY))
        .satisfies(e -> assertThat(e.rule()).isEqualTo(Rule.KEY));
    assertThat(store.keys()).containsExactly(KEY);
  }

  @Test
  void asksForNothingWhereThePolicyRefusesTheWish() {
    store.put(KEY, "image/png", PNG);

    assertThatExceptionOfType(UploadRejectedException.class)
        .isThrownBy(
            () -> verifier.verify(POLICY, UploadRequest.of("user-42", "image/png", 101), KEY))
        .satisfies(e -> assertThat(e.rule()).isEqualTo(Rule.SIZE));
    assertThat(store.keys()).containsExactly(KEY);
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

  /** What a test puts there has no checksum beside it, as in stores that do not tell it. */
  @Test
  void calculatesAChecksumThatTheStoreDoesNotTell() {
    store.put(KEY, "image/png", PNG);

    assertThat(verify(r -> r.withSha256(SHA256_OF_PNG))).isInstanceOf(Accepted.class);
    assertThat(verify(r -> r.withCrc32c(CRC32C_OF_PNG))).isInstanceOf(Accepted.class);
    assertThat(reasonOf(verify(r -> r.withCrc32c("AAAAAA=="))).rule()).isEqualTo(Rule.CHECKSUM);
    assertThat(store.keys()).isEmpty();
  }

  @Test
  void removesWhatHasAnotherChecksumThanTheWish() {
    store.put(KEY, "image/png", PNG);
    String other = Base64.getEncoder().encodeToString(new byte[32]);

    UploadRejectedException reason = reasonOf(verify(r -> r.withSha256(other)));

    assertThat(reason.rule()).isEqualTo(Rule.CHECKSUM);
    assertThat(reason.limit()).contains("x-amz-checksum-sha256");
    assertThat(store.keys()).isEmpty();
  }

  @Test
  void believesTheChecksumThatTheStoreFoundOnUpload() {
    UploadRequest request =
        UploadRequest.of("user-42", "image/png", PNG.length).withSha256(SHA256_OF_PNG);
    PresignedPut upload =
        new InMemoryUploadUrlSigner(store, key -> URI.create("https://cdn.example/"))
            .presignPut(POLICY, request);
    store.upload(upload, "image/png", PNG);
    List<String> reads = new CopyOnWriteArrayList<>();

    UploadVerifier counting =
        new UploadVerifier(before("openIfUnchanged", () -> reads.add("read")));

    assertThat(counting.verify(POLICY, request, upload.key())).isInstanceOf(Accepted.class);
    assertThat(reads).hasSize(1);
  }

  @Test
  void beginsAnewWhereTheObjectIsReplacedBeforeItIsRead() {
    store.put(KEY, "image/png", PNG);
    List<byte[]> replacements = new CopyOnWriteArrayList<>(List.of(HTML));
    ObjectStore replacing =
        before(
            "openIfUnchanged",
            () -> {
              if (!replacements.isEmpty()) {
                store.put(KEY, "image/png", replacements.remove(0));
              }
            });

    UploadVerification result = new UploadVerifier(replacing).verify(POLICY, "user-42", KEY);

    assertThat(reasonOf(result).rule()).isEqualTo(Rule.MAGIC_BYTES);
    assertThat(store.keys()).isEmpty();
  }

  @Test
  void removesNoGoodPictureThatReplacedABadOne() {
    store.put(KEY, "image/png", HTML);
    ObjectStore replacing = before("deleteIfUnchanged", () -> store.put(KEY, "image/png", PNG));

    UploadVerification result = new UploadVerifier(replacing).verify(POLICY, "user-42", KEY);

    assertThat(result).isInstanceOf(Accepted.class);
    assertThat(store.bytes(KEY)).contains(PNG);
  }

  @Test
  void givesUpOnAnObjectThatNeverStaysTheSame() {
    store.put(KEY, "image/png", PNG);
    List<String> reads = new CopyOnWriteArrayList<>();
    ObjectStore restless =
        before(
            "openIfUnchanged",
            () -> {
              reads.add("read");
              store.put(KEY, "image/png", Arrays.copyOf(PNG, 30 + reads.size()));
            });

    StorageException failure =
        catchThrowableOfType(
            StorageException.class,
            () -> new UploadVerifier(restless).verify(POLICY, "user-42", KEY));

    assertThat(failure.kind()).isEqualTo(Kind.CHANGED);
    assertThat(failure).hasMessageContaining("3 times");
    assertThat(reads).hasSize(3);
    assertThat(store.keys()).containsExactly(KEY);
  }

  @Test
  void findsNothingWhereTheObjectIsDeletedBeforeItIsRead() {
    store.put(KEY, "image/png", PNG);
    ObjectStore deleting = before("openIfUnchanged", () -> store.delete(KEY));

    assertThat(new UploadVerifier(deleting).verify(POLICY, "user-42", KEY))
        .isEqualTo(new NotUploaded(KEY));
  }

  @Test
  void doesNotCallMissingWhatItMayNotSee() {
    store.put(KEY, "image/png", PNG);
    ObjectStore forbidden = failing("head", Kind.MISSING_OR_FORBIDDEN);

    UploadVerification result = new UploadVerifier(forbidden).verify(POLICY, "user-42", KEY);

    assertThat(result).isInstanceOf(NotUploadedOrForbidden.class);
    assertThat(result.key()).isEqualTo(KEY);
    assertThatExceptionOfType(StorageException.class)
        .isThrownBy(result::orThrow)
        .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.MISSING_OR_FORBIDDEN))
        .isSameAs(((NotUploadedOrForbidden) result).cause());
    assertThat(store.keys()).containsExactly(KEY);
  }

  @ParameterizedTest
  @CsvSource({
    "openIfUnchanged, MISSING_OR_FORBIDDEN",
    "openIfUnchanged, ACCESS_DENIED",
    "deleteIfUnchanged, ACCESS_DENIED",
    "deleteIfUnchanged, MISSING_OR_FORBIDDEN"
  })
  void saysThatItMayNotReadOrRemoveWhatItCanSee(String method, Kind kind) {
    store.put(KEY, "image/png", HTML);

    StorageException failure =
        catchThrowableOfType(
            StorageException.class,
            () -> new UploadVerifier(failing(method, kind)).verify(POLICY, "user-42", KEY));

    assertThat(failure.kind()).isEqualTo(Kind.ACCESS_DENIED);
    assertThat(failure)
        .hasMessageContaining("kms:Decrypt")
        .hasMessageContaining("as the test wants");
    assertThat(store.keys()).containsExactly(KEY);
  }

  /** What S3 answers to a conditional deletion of a missing object without s3:ListBucket. */
  @Test
  void findsNothingWhereAnotherCallRemovedItAndS3DoesNotTell() {
    store.put(KEY, "image/png", HTML);
    ObjectStore secretive =
        before(
            "deleteIfUnchanged",
            () -> {
              store.delete(KEY);
              throw new StorageException(Kind.ACCESS_DENIED, "as the test wants");
            });

    assertThat(new UploadVerifier(secretive).verify(POLICY, "user-42", KEY))
        .isEqualTo(new NotUploaded(KEY));
  }

  /** A store that tells about its objects what a test wants. */
  private ObjectStore telling(UnaryOperator<ObjectHead.Builder> more) {
    return (ObjectStore)
        Proxy.newProxyInstance(
            ObjectStore.class.getClassLoader(),
            new Class<?>[] {ObjectStore.class},
            (proxy, called, arguments) -> {
              if (!called.getName().equals("head")) {
                return invoke(called, arguments);
              }
              ObjectHead head = store.head(KEY).orElseThrow();
              return Optional.of(
                  more.apply(
                          ObjectHead.builder(KEY)
                              .sizeBytes(head.sizeBytes())
                              .contentType("image/png")
                              .eTag(head.eTag()))
                      .build());
            });
  }

  private UploadVerification verifyTelling(UnaryOperator<ObjectHead.Builder> more) {
    store.put(KEY, "image/png", PNG);
    return new UploadVerifier(telling(more)).verify(POLICY, "user-42", KEY);
  }

  @Test
  void removesWhatCarriesHeadersThatNobodySigned() {
    UploadRejectedException zipped = reasonOf(verifyTelling(h -> h.contentEncoding("gzip")));
    assertThat(zipped.rule()).isEqualTo(Rule.UNSIGNED_HEADER);
    assertThat(zipped.limit()).isEqualTo("content-encoding left out");
    assertThat(zipped.value()).isEqualTo("\"gzip\"");

    UploadRejectedException saved =
        reasonOf(verifyTelling(h -> h.contentDisposition("attachment; filename=evil.exe")));
    assertThat(saved.limit()).isEqualTo("content-disposition left out");
    UploadRejectedException cached = reasonOf(verifyTelling(h -> h.cacheControl("no-store")));
    assertThat(cached.limit()).isEqualTo("cache-control left out");
    assertThat(store.keys()).isEmpty();
  }

  @Test
  void acceptsTheCacheHeaderThatWasSigned() {
    String signed = UploadPolicy.avatars().cacheControl().orElseThrow();
    ObjectKey avatar = ObjectKey.of(KEY.value().replace("pictures/", "avatars/"));
    InMemoryObjectStore avatars = new InMemoryObjectStore(Clock.systemUTC());
    avatars.put(avatar, "image/png", PNG);
    assertThat(new UploadVerifier(avatars).verify(UploadPolicy.avatars(), "user-42", avatar))
        .as("a store may drop it")
        .isInstanceOf(Accepted.class);
    assertThat(signed).contains("immutable");
  }

  @Test
  void removesNothingForWhatTheStoreDoesNotTell() {
    assertThatExceptionOfType(StorageException.class)
        .isThrownBy(() -> verifyTelling(h -> h.contentType(null)))
        .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.INVALID));
    assertThatExceptionOfType(StorageException.class)
        .isThrownBy(() -> verifyTelling(h -> h.eTag("")))
        .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.INVALID));
    assertThat(store.keys()).containsExactly(KEY);
  }

  @Test
  void showsNoOwnerInAnOutcome() {
    store.put(KEY, "image/png", PNG);
    assertThat(verify().toString()).doesNotContain("user-42");
    store.put(KEY, "image/png", HTML);
    UploadVerification rejected = verify();
    assertThat(rejected).hasToString("Rejected[" + reasonOf(rejected).getMessage() + "]");
    assertThat(rejected.toString()).doesNotContain("user-42");
    assertThat(verify()).hasToString("NotUploaded[]");
    assertThat(
            new UploadVerifier(failing("head", Kind.MISSING_OR_FORBIDDEN))
                .verify(POLICY, "user-42", KEY))
        .hasToString("NotUploadedOrForbidden[as the test wants]");
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
          throw new StorageException(kind, "as the test wants");
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"head", "openIfUnchanged", "deleteIfUnchanged"})
  void neitherAcceptsNorRejectsWhatItCouldNotFinish(String method) {
    store.put(KEY, "image/png", HTML);
    ObjectStore unreachable = failing(method, Kind.UNREACHABLE);

    assertThatExceptionOfType(StorageException.class)
        .isThrownBy(() -> new UploadVerifier(unreachable).verify(POLICY, "user-42", KEY))
        .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.UNREACHABLE));
    assertThat(verify()).isInstanceOf(Rejected.class);
  }

  @Test
  void acceptsNothingWhoseBytesBreakOff() {
    store.put(KEY, "image/png", PNG);
    ObjectStore breaking =
        (ObjectStore)
            Proxy.newProxyInstance(
                ObjectStore.class.getClassLoader(),
                new Class<?>[] {ObjectStore.class},
                (proxy, called, arguments) ->
                    called.getName().equals("openIfUnchanged")
                        ? brokenContent()
                        : called.invoke(store, arguments));

    StorageException failure =
        catchThrowableOfType(
            StorageException.class,
            () -> new UploadVerifier(breaking).verify(POLICY, "user-42", KEY));

    assertThat(failure.kind()).isEqualTo(Kind.UNREACHABLE);
    assertThat(failure.retryAfter()).isPresent();
    assertThat(store.keys()).containsExactly(KEY);
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
  void agreesWithItselfWhenCalledByManyAtOnce() throws Exception {
    store.put(KEY, "image/png", HTML);
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
      assertThat(store.keys()).isEmpty();
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void refusesNulls() {
    UploadRequest request = UploadRequest.of("user-42", "image/png", 1);
    assertThatNullPointerException().isThrownBy(() -> new UploadVerifier(null));
    assertThatNullPointerException().isThrownBy(() -> verifier.verify(null, "user-42", KEY));
    assertThatNullPointerException().isThrownBy(() -> verifier.verify(POLICY, (String) null, KEY));
    assertThatNullPointerException().isThrownBy(() -> verifier.verify(POLICY, "user-42", null));
    assertThatNullPointerException().isThrownBy(() -> verifier.verify(null, request, KEY));
    assertThatNullPointerException()
        .isThrownBy(() -> verifier.verify(POLICY, (UploadRequest) null, KEY));
    assertThatNullPointerException().isThrownBy(() -> verifier.verify(POLICY, request, null));
  }

  @Test
  void saysWhichBucketItLooksAt() {
    assertThat(verifier).hasToString("UploadVerifier[InMemoryObjectStore[0 objects]]");
  }
}
