package com.healthmetrics.aws.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.groups.Tuple.tuple;

import com.healthmetrics.aws.fixtures.RecordingCredentials;
import com.healthmetrics.aws.fixtures.StubHttp;
import com.healthmetrics.aws.fixtures.StubHttp.Response;
import com.healthmetrics.aws.fixtures.StubStore;
import com.healthmetrics.aws.storage.DeletionReport.Deleted;
import com.healthmetrics.aws.storage.DeletionReport.Failure;
import com.healthmetrics.aws.storage.StorageException.Kind;
import java.util.List;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.regions.Region;

/** What is refused before any request, and where each limit lies: a mistake deletes too much. */
class DeletionGuardsTest {
  private static final String NAME = "0123456789abcdef0123456789abcdef.png";
  private static final String FOLDER = "avatars/user-42/";
  private static final ObjectKey KEY = ObjectKey.of(FOLDER + NAME);
  private static final String TWIN = "pending/" + KEY;
  private static final List<UploadPolicy> POLICIES = List.of(UploadPolicy.avatars());

  private static S3Bucket bucket(StubHttp http) {
    return S3Bucket.builder()
        .bucket(StubStore.BUCKET)
        .region(Region.EU_CENTRAL_1)
        .credentials(RecordingCredentials.longTerm())
        .httpClient(http)
        .build();
  }

  private static S3Bucket bucket(StubHttp.Responder responder) {
    return bucket(StubHttp.responding(responder));
  }

  private static void assertRefused(Consumer<ObjectStore> call) {
    StubHttp http = StubHttp.responding(StubStore.of(KEY.value()));
    try (S3Bucket bucket = bucket(http)) {
      assertThatIllegalArgumentException().isThrownBy(() -> call.accept(bucket.objects()));
    }
    assertThat(http.requests()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "avatars/user-42", "/", "avatars//", "avatars/../", "\u0001a/"})
  void listsAndDeletesNothingBelowAPrefixThatMatchesMore(String prefix) {
    assertRefused(objects -> objects.list(prefix));
    assertRefused(objects -> objects.deletePrefix(prefix));
    assertRefused(objects -> objects.erasePrefix(prefix));
  }

  @Test
  void acceptsThePrefixOfTheLongestKeys() {
    StoreRules.requirePrefix("a".repeat(1_023) + "/");

    assertRefused(objects -> objects.list("a".repeat(1_024) + "/"));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1})
  void deletesNothingUnderALimitThatAllowsNothing(int limit) {
    assertRefused(objects -> objects.deletePrefix(FOLDER, limit));
    assertRefused(objects -> objects.erasePrefix(FOLDER, limit));
    assertRefused(objects -> objects.eraseOwner(POLICIES, "user-42", limit));
  }

  @Test
  void deletesAsManyAsTheLimitAllows() {
    StubStore store = StubStore.of(KEY.value(), "avatars/user-421/" + NAME);
    try (S3Bucket bucket = bucket(store)) {
      assertThat(bucket.objects().deletePrefix(FOLDER, 1).deleted()).hasSize(1);
    }
    assertThat(store.keys()).containsExactly("avatars/user-421/" + NAME);
  }

  @Test
  void erasesNothingOfAnOwnerThatCanHaveNoKeys() {
    assertRefused(objects -> objects.eraseOwner(POLICIES, "user/42"));
    assertRefused(objects -> objects.eraseOwner(List.of(), "user-42"));
  }

  @Test
  void erasesTheUploadsOfAnOwnerAndNothingElseInTheirFolder() {
    StubStore store = StubStore.of(KEY.value(), FOLDER + "notes.txt");
    try (S3Bucket bucket = bucket(store)) {
      bucket.objects().eraseOwner(POLICIES, "user-42").orThrow();
    }
    assertThat(store.keys()).containsExactly(FOLDER + "notes.txt");
  }

  @Test
  void erasesDeleteMarkersToo() {
    StubStore store = StubStore.of(KEY.value());
    try (S3Bucket bucket =
        bucket(
            request -> {
              Response response = store.to(request);
              String markers = response.body().replace("Version>", "DeleteMarker>");
              return StubStore.isListing(request) ? Response.of(200, markers) : response;
            })) {
      assertThat(bucket.objects().erasePrefix(FOLDER).deleted())
          .extracting(Deleted::key)
          .containsExactly(KEY.value());
    }
    assertThat(store.keys()).isEmpty();
  }

  /** Of 1,016 bytes: with {@code pending/} before it, it is as long as a key can be. */
  @Test
  void deletesThePendingTwinOfTheLongestKeyThatCanHaveOne() {
    String longest = "a".repeat(1_016);
    StubStore store = StubStore.of(longest, "pending/" + longest);
    try (S3Bucket bucket = bucket(store)) {
      bucket.objects().deleteAll(List.of(ObjectKey.of(longest))).orThrow();
    }
    assertThat(store.keys()).isEmpty();
  }

  /** XML cannot carry them, wherever in the key they are. */
  @ParameterizedTest
  @ValueSource(strings = {"\uFFFEa", "\uFFFFa", "a\uFFFE", "a\uFFFF"})
  void namesAKeyThatXmlCannotCarryInTheUrl(String key) {
    StubHttp http = StubHttp.responding(204, "");
    try (S3Bucket bucket = bucket(http)) {
      DeletionReport report = bucket.objects().deleteAll(List.of(ObjectKey.of(key)));

      assertThat(report.deleted()).extracting(Deleted::key).containsExactly(key);
    }
    assertThat(http.requests())
        .hasSize(2)
        .allMatch(request -> request.http().method().name().equals("DELETE"));
  }

  @Test
  void reportsTheRequestedKeysAloneIfNothingWasAttempted() {
    Thread.currentThread().interrupt();
    try (S3Bucket bucket = bucket(StubStore.of(KEY.value()))) {
      StorageException failure =
          catchThrowableOfType(
              StorageException.class, () -> bucket.objects().deleteAll(List.of(KEY)));

      assertThat(failure.kind()).isEqualTo(Kind.INTERRUPTED);
      assertThat(failure.report().orElseThrow().failed())
          .extracting(Failure::key, Failure::kind)
          .containsExactly(tuple(KEY.value(), Kind.NOT_ATTEMPTED));
    } finally {
      Thread.interrupted();
    }
  }

  @Test
  void accountsForEverythingIfTheBucketIsClosedHalfWay() {
    StubStore store = StubStore.of(KEY.value(), TWIN);
    S3Bucket[] own = new S3Bucket[1];
    try (S3Bucket bucket =
        bucket(
            request -> {
              if (!StubStore.isListing(request)) {
                own[0].close();
              }
              return store.to(request);
            })) {
      own[0] = bucket;

      Throwable failure = catchThrowable(() -> bucket.objects().deletePrefix(FOLDER));

      assertThat(failure).isInstanceOf(IllegalStateException.class);
      DeletionReport report =
          ((StorageException) failure.getSuppressed()[0]).report().orElseThrow();
      assertThat(report.deleted()).extracting(Deleted::key).containsExactly(TWIN);
      assertThat(report.failed())
          .extracting(Failure::key, Failure::kind)
          .containsExactly(tuple(KEY.value(), Kind.UNREACHABLE));
    }
  }

  @Test
  void comparesNothingWithoutAnEntityTag() {
    StubHttp http = StubHttp.responding(204, "");
    ObjectHead untagged = ObjectHead.builder(KEY).sizeBytes(9).eTag("").build();
    try (S3Bucket bucket = bucket(http)) {
      List<ThrowingCallable> calls =
          List.of(
              () -> bucket.objects().deleteIfUnchanged(untagged),
              () -> bucket.objects().openIfUnchanged(untagged, 0, 8));
      for (ThrowingCallable call : calls) {
        StorageException failure = catchThrowableOfType(StorageException.class, call);

        assertThat(failure.kind()).isEqualTo(Kind.INVALID);
      }
    }
    assertThat(http.requests()).isEmpty();
  }

  @Test
  void readsRangesOfOneByteAndMore() {
    StoreRules.requireRange(0, 0);
    ObjectHead seen = ObjectHead.builder(KEY).sizeBytes(9).eTag("\"a\"").build();

    assertRefused(objects -> objects.open(KEY, -1, 0));
    assertRefused(objects -> objects.open(KEY, 2, 1));
    assertRefused(objects -> objects.openIfUnchanged(seen, 2, 1));
  }

  @Test
  void showsHostAndBucketAndNoSecret() {
    try (S3Bucket bucket = bucket(StubStore.of())) {
      assertThat(bucket.objects().toString())
          .startsWith("S3Objects[")
          .contains(StubStore.BUCKET)
          .doesNotContain(RecordingCredentials.SECRET_KEY);
    }
  }
}
