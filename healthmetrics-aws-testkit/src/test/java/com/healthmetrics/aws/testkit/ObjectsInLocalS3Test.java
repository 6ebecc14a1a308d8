package com.healthmetrics.aws.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.healthmetrics.aws.storage.DeletionReport;
import com.healthmetrics.aws.storage.DeletionReport.Failure;
import com.healthmetrics.aws.storage.NewObject;
import com.healthmetrics.aws.storage.ObjectHead;
import com.healthmetrics.aws.storage.ObjectKey;
import com.healthmetrics.aws.storage.ObjectStore;
import com.healthmetrics.aws.storage.PresignedUpload;
import com.healthmetrics.aws.storage.S3Bucket;
import com.healthmetrics.aws.storage.StorageException;
import com.healthmetrics.aws.storage.StorageException.Kind;
import com.healthmetrics.aws.storage.UploadPolicy;
import com.healthmetrics.aws.storage.UploadRequest;
import com.healthmetrics.aws.testkit.storage.LocalS3;
import com.healthmetrics.aws.testkit.storage.S3Fault;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

/** What only a bucket of S3 has beyond the contract: versions, permissions, foreign keys. */
class ObjectsInLocalS3Test {
  private static final String PREFIX = "avatars/user-42/";

  private final List<AutoCloseable> open = new ArrayList<>();

  @AfterEach
  void stop() throws Exception {
    for (AutoCloseable one : open) {
      one.close();
    }
  }

  private LocalS3 start(LocalS3.Builder builder) {
    LocalS3 s3 = builder.start();
    open.add(s3);
    return s3;
  }

  private ObjectStore store(S3Bucket.Builder builder) {
    S3Bucket bucket = builder.build();
    open.add(0, bucket);
    return bucket.objects();
  }

  private ObjectStore store(LocalS3 s3) {
    return store(Bucket.of(s3).s3());
  }

  private static void put(LocalS3 s3, String... names) {
    for (String name : names) {
      s3.put(PREFIX + name, "image/png", new byte[3]);
    }
  }

  private static Kind kindOf(Runnable attempt) {
    StorageException failure = catchThrowableOfType(StorageException.class, attempt::run);
    assertThat(failure).isNotNull();
    return failure.kind();
  }

  @Test
  void inspectsWhatABrowserUploaded() {
    LocalS3 s3 = start(LocalS3.builder());
    PresignedUpload upload =
        Bucket.of(s3)
            .s3()
            .build()
            .uploads()
            .presignPut(
                UploadPolicy.avatars(),
                UploadRequest.of("user-42", "image/png", 3).withFileName("Übung/+1 😀.png"));
    assertThat(new Browser().send(upload, new byte[3]).statusCode()).isEqualTo(200);

    ObjectHead head = store(s3).head(upload.pendingKey()).orElseThrow();

    assertThat(head.fileName()).contains("Übung/+1 😀.png");
    assertThat(head.cacheControl()).isEqualTo(UploadPolicy.avatars().cacheControl());
    assertThat(head.contentType()).contains("image/png");
    assertThat(head.sizeBytes()).isEqualTo(3);
    assertThat(head.versionId()).isEmpty();
  }

  @Test
  void doesNotReportAForbiddenObjectAsMissing() {
    LocalS3 s3 = start(LocalS3.builder().withoutListPermission());
    ObjectStore store = store(s3);
    ObjectKey missing = ObjectKey.of(PREFIX + "missing.png");
    put(s3, "a.png");

    assertThat(store.head(ObjectKey.of(PREFIX + "a.png"))).isPresent();
    assertThat(kindOf(() -> store.head(missing))).isEqualTo(Kind.MISSING_OR_FORBIDDEN);
    assertThat(kindOf(() -> store.open(missing))).isEqualTo(Kind.MISSING_OR_FORBIDDEN);
    assertThat(kindOf(() -> store.deletePrefix(PREFIX))).isEqualTo(Kind.ACCESS_DENIED);
    assertThat(kindOf(() -> store.erasePrefix(PREFIX))).isEqualTo(Kind.ACCESS_DENIED);
    assertThat(s3.keys()).hasSize(1);
  }

  @Test
  void reportsWhatMayNotBeDeleted() {
    LocalS3 s3 = start(LocalS3.builder().denyDelete(key -> key.endsWith("locked.png")));
    put(s3, "a.png", "locked.png", "z.png");
    ObjectStore store = store(s3);

    DeletionReport report = store.deletePrefix(PREFIX);

    assertThat(report.deleted()).hasSize(2);
    assertThat(report.failed()).extracting(Failure::key).containsExactly(PREFIX + "locked.png");
    assertThat(report.failed().get(0).kind()).isEqualTo(Kind.ACCESS_DENIED);
    assertThat(kindOf(report::orThrow)).isEqualTo(Kind.ACCESS_DENIED);
    assertThat(kindOf(() -> store.delete(ObjectKey.of(PREFIX + "locked.png"))))
        .isEqualTo(Kind.ACCESS_DENIED);
    assertThat(s3.keys()).containsExactly(PREFIX + "locked.png");
  }

  @Test
  void keepsFormerVersionsWhenItDeletesAndNoneWhenItErases() {
    LocalS3 s3 = start(LocalS3.builder().versioning());
    put(s3, "a.png", "a.png", "b.png");
    s3.put("avatars/user-421/a.png", "image/png", new byte[3]);
    ObjectStore store = store(s3);
    assertThat(store.head(ObjectKey.of(PREFIX + "a.png")).orElseThrow().versionId()).isPresent();

    assertThat(store.deletePrefix(PREFIX).deleted()).hasSize(2);
    assertThat(s3.keys()).containsExactly("avatars/user-421/a.png");
    assertThat(s3.versionCount()).isEqualTo(6);

    DeletionReport report = store.erasePrefix(PREFIX).orThrow();
    assertThat(report.deleted()).hasSize(5).allMatch(gone -> gone.versionId().isPresent());
    assertThat(s3.versionCount()).isEqualTo(1);
  }

  @Test
  void erasesMoreVersionsThanOnePageLists() {
    LocalS3 s3 = start(LocalS3.builder().versioning());
    for (int i = 0; i < 1_050; i++) {
      put(s3, "a.png", "b-" + i % 10 + ".png");
    }
    ObjectStore store = store(s3);

    assertThat(kindOf(() -> store.erasePrefix(PREFIX, 2_099))).isEqualTo(Kind.LIMIT_EXCEEDED);
    assertThat(s3.versionCount()).isEqualTo(2_100);
    assertThat(store.erasePrefix(PREFIX, 2_100).orThrow().deleted()).hasSize(2_100);
    assertThat(s3.versionCount()).isZero();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void deletesKeysThatOthersMadeAndWeWouldNot(boolean versioning) {
    LocalS3 s3 = start(versioning ? LocalS3.builder().versioning() : LocalS3.builder());
    put(s3, "", "/", "a//b", "./a", "../../other/a", "a/..", "\u0001", "a\r\nb", "a\tb", "\u2028");

    DeletionReport report = store(s3).erasePrefix(PREFIX).orThrow();

    assertThat(report.deleted()).hasSize(10);
    assertThat(s3.versionCount()).isZero();
  }

  @Test
  void deletesNothingOfMoreThanTenThousandObjects() {
    LocalS3 s3 = start(LocalS3.builder());
    IntStream.rangeClosed(0, 10_000).forEach(i -> put(s3, i + ".png"));
    ObjectStore store = store(s3);

    assertThat(kindOf(() -> store.deletePrefix(PREFIX))).isEqualTo(Kind.LIMIT_EXCEEDED);
    assertThat(s3.keys()).hasSize(10_001);

    store.delete(ObjectKey.of(PREFIX + "0.png"));
    assertThat(store.deletePrefix(PREFIX).orThrow().deleted()).hasSize(10_000);
    assertThat(s3.keys()).isEmpty();
  }

  @Test
  void reportsThatTheCredentialsAreNotAccepted() {
    LocalS3 s3 = start(LocalS3.builder());
    ObjectStore impostor =
        store(
            Bucket.of(s3)
                .s3()
                .credentials(
                    StaticCredentialsProvider.create(
                        AwsBasicCredentials.create(s3.accessKeyId(), "another secret"))));

    assertThat(kindOf(() -> impostor.open(ObjectKey.of("a")))).isEqualTo(Kind.CREDENTIALS_REJECTED);
    assertThat(kindOf(() -> impostor.deletePrefix(PREFIX))).isEqualTo(Kind.CREDENTIALS_REJECTED);
  }

  @Test
  void reportsThatThereIsNoSuchBucket() {
    LocalS3 s3 = start(LocalS3.builder());
    ObjectStore store = store(Bucket.of(s3).s3().bucket("another-bucket"));

    assertThat(kindOf(() -> store.deletePrefix(PREFIX))).isEqualTo(Kind.NO_SUCH_BUCKET);
    assertThat(kindOf(() -> store.delete(ObjectKey.of("a")))).isEqualTo(Kind.NO_SUCH_BUCKET);
  }

  /** What goes wrong for good, and what is reported. */
  private static Stream<Arguments> faults() {
    return Stream.of(
        arguments(S3Fault.slowDown(), Kind.THROTTLED),
        arguments(S3Fault.status(500), Kind.SERVICE_FAILURE),
        arguments(S3Fault.expiredToken(), Kind.CREDENTIALS_REJECTED),
        arguments(S3Fault.refused(403, "InvalidObjectState", "Archived."), Kind.ARCHIVED),
        arguments(S3Fault.conflict(), Kind.CHANGED),
        arguments(S3Fault.reset(), Kind.UNREACHABLE),
        arguments(S3Fault.acceptThenReset(), Kind.UNREACHABLE),
        arguments(S3Fault.acceptThenStatus(502), Kind.UNREACHABLE));
  }

  @ParameterizedTest
  @MethodSource("faults")
  void reportsWhatGoesWrongForGoodWhileItReads(S3Fault fault, Kind kind) {
    LocalS3 s3 = start(LocalS3.builder());
    put(s3, "a.png");
    s3.failNext(Collections.nCopies(20, fault).toArray(S3Fault[]::new));

    assertThat(kindOf(() -> store(s3).open(ObjectKey.of(PREFIX + "a.png")))).isEqualTo(kind);
  }

  @Test
  void readsOnceS3ServesAgain() throws Exception {
    LocalS3 s3 = start(LocalS3.builder());
    put(s3, "a.png");
    s3.failNext(S3Fault.slowDown(), S3Fault.reset());

    try (InputStream content = store(s3).open(ObjectKey.of(PREFIX + "a.png"))) {
      assertThat(content.readAllBytes()).hasSize(3);
    }
    assertThat(s3.requests()).isEqualTo(3);
  }

  @Test
  void noticesThatADownloadWasCutOff() throws Exception {
    LocalS3 s3 = start(LocalS3.builder());
    s3.put(PREFIX + "a.png", "image/png", new byte[100_000]);
    s3.failNext(S3Fault.acceptThenCutOff());

    try (InputStream content = store(s3).open(ObjectKey.of(PREFIX + "a.png"))) {
      assertThatExceptionOfType(IOException.class).isThrownBy(content::readAllBytes);
    }
  }

  @Test
  void deletesAnObjectWhoseResponseWasLost() {
    LocalS3 s3 = start(LocalS3.builder());
    put(s3, "a.png");
    s3.failNext(S3Fault.acceptThenReset());

    store(s3).delete(ObjectKey.of(PREFIX + "a.png"));

    assertThat(s3.keys()).isEmpty();
  }

  @Test
  void reportsNothingAsDeletedThatS3DidNotConfirm() {
    LocalS3 s3 = start(LocalS3.builder());
    put(s3, "a.png", "b.png");
    s3.failNext(
        Collections.nCopies(20, S3Fault.acceptThenMalformed().onlyFor("POST"))
            .toArray(S3Fault[]::new));

    StorageException failure =
        catchThrowableOfType(
            StorageException.class, () -> store(s3).deletePrefix(PREFIX).orThrow());

    assertThat(failure).isNotNull();
    assertThat(failure.kind()).isEqualTo(Kind.UNREACHABLE);
    assertThat(failure.report().orElseThrow().deleted()).isEmpty();
  }

  private static final String UPLOAD = "0123456789abcdef0123456789abcdef.png";

  @Test
  void erasesEveryVersionOfTheUploadsOfAnOwner() {
    LocalS3 s3 = start(LocalS3.builder().versioning());
    s3.put("pending/" + PREFIX + UPLOAD, "image/png", new byte[3]);
    put(s3, UPLOAD, UPLOAD, "notes.txt");
    s3.put(PREFIX + "nested/" + UPLOAD, "image/png", new byte[3]);
    ObjectStore store = store(s3);
    store.delete(ObjectKey.of(PREFIX + UPLOAD));
    assertThat(s3.versionCount()).as("with two delete markers").isEqualTo(7);

    DeletionReport report = store.eraseOwner(List.of(UploadPolicy.avatars()), "user-42").orThrow();

    assertThat(report.deleted()).hasSize(5).allMatch(gone -> gone.versionId().isPresent());
    assertThat(report.deleted().subList(0, 2))
        .extracting(DeletionReport.Deleted::key)
        .as("the pending upload comes first")
        .containsOnly("pending/" + PREFIX + UPLOAD);
    assertThat(s3.versionCount()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void attemptsNoObjectWhosePendingUploadMayNotBeDeleted(boolean versioning) {
    LocalS3.Builder builder = LocalS3.builder().denyDelete(key -> key.startsWith("pending/"));
    LocalS3 s3 = start(versioning ? builder.versioning() : builder);
    put(s3, UPLOAD);
    s3.put("pending/" + PREFIX + UPLOAD, "image/png", new byte[3]);
    ObjectKey key = ObjectKey.of(PREFIX + UPLOAD);
    ObjectStore store = store(s3);

    List<DeletionReport> reports =
        List.of(
            store.deleteAll(List.of(key)),
            store.deletePrefix(PREFIX),
            store.erasePrefix(PREFIX),
            store.eraseOwner(List.of(UploadPolicy.avatars()), "user-42"));

    assertThat(reports)
        .allSatisfy(
            report -> {
              assertThat(report.deleted()).isEmpty();
              assertThat(report.failed())
                  .extracting(Failure::kind)
                  .containsExactly(Kind.ACCESS_DENIED, Kind.NOT_ATTEMPTED);
            });
    assertThat(kindOf(() -> store.delete(key))).isEqualTo(Kind.ACCESS_DENIED);
    assertThat(s3.keys()).hasSize(2);
  }

  private static NewObject picture() {
    return NewObject.of(ObjectKey.of(PREFIX + "a.png"), "image/png", new byte[] {1, 2, 3});
  }

  /** The SDK repeats the request, which then meets its own object. */
  @Test
  void reportsAnObjectAsExistingWhoseResponseWasLost() {
    LocalS3 s3 = start(LocalS3.builder());
    ObjectStore store = store(s3);
    s3.failNext(S3Fault.acceptThenReset());

    assertThat(kindOf(() -> store.put(picture()))).isEqualTo(Kind.ALREADY_EXISTS);
    assertThat(store.head(picture().key()).orElseThrow().sizeBytes()).isEqualTo(3);
  }

  @Test
  void storesOnceS3ServesAgain() {
    LocalS3 s3 = start(LocalS3.builder());
    s3.failNext(S3Fault.slowDown(), S3Fault.resetWhileReceiving());

    ObjectHead stored = store(s3).put(picture());

    assertThat(store(s3).head(stored.key()).orElseThrow().eTag()).isEqualTo(stored.eTag());
  }

  @ParameterizedTest
  @MethodSource("faults")
  void reportsWhatGoesWrongForGoodWhileItStores(S3Fault fault, Kind kind) {
    LocalS3 s3 = start(LocalS3.builder());
    s3.failNext(Collections.nCopies(20, fault).toArray(S3Fault[]::new));

    assertThat(kindOf(() -> store(s3).put(picture().replacingExisting()))).isEqualTo(kind);
  }

  @Test
  void returnsTheVersionThatItStored() {
    LocalS3 s3 = start(LocalS3.builder().versioning());
    ObjectStore store = store(s3);

    ObjectHead first = store.put(picture());
    ObjectHead second = store.put(picture().replacingExisting());

    assertThat(first.versionId()).isPresent().isNotEqualTo(second.versionId());
    assertThat(store.head(first.key()).orElseThrow().versionId()).isEqualTo(second.versionId());
    assertThat(second.sha256()).isEqualTo(store.head(first.key()).orElseThrow().sha256());
  }
}
