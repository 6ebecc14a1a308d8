package com.healthmetrics.aws.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.groups.Tuple.tuple;

import com.healthmetrics.aws.fixtures.RecordingCredentials;
import com.healthmetrics.aws.fixtures.StubHttp;
import com.healthmetrics.aws.fixtures.StubHttp.Request;
import com.healthmetrics.aws.fixtures.StubHttp.Response;
import com.healthmetrics.aws.fixtures.StubStore;
import com.healthmetrics.aws.storage.DeletionReport.Deleted;
import com.healthmetrics.aws.storage.DeletionReport.Failure;
import com.healthmetrics.aws.storage.StorageException.Kind;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.regions.Region;

/** In which order objects and their pending twins are deleted, and what counts as deleted. */
class S3DeletionTest {
  private static final String NAME = "0123456789abcdef0123456789abcdef.png";
  private static final String FOLDER = "avatars/user-42/";
  private static final ObjectKey KEY = ObjectKey.of(FOLDER + NAME);
  private static final String TWIN = "pending/" + KEY;
  private static final ObjectHead SEEN = ObjectHead.builder(KEY).sizeBytes(9).eTag("\"a\"").build();

  private static S3Bucket bucket(StubHttp.Responder responder) {
    return S3Bucket.builder()
        .bucket(StubStore.BUCKET)
        .region(Region.EU_CENTRAL_1)
        .credentials(RecordingCredentials.longTerm())
        .httpClient(StubHttp.responding(responder))
        .build();
  }

  private static StorageException failureOf(S3Bucket bucket, Consumer<ObjectStore> attempt) {
    StorageException failure =
        catchThrowableOfType(StorageException.class, () -> attempt.accept(bucket.objects()));
    assertThat(failure).isNotNull();
    return failure;
  }

  /** Deletes in two requests, of which the second one must not be sent if the first one failed. */
  private static boolean isOfTwin(Request request) {
    return request.http().encodedPath().startsWith("/pending/")
        || StubStore.keysIn(request).stream().anyMatch(key -> key.startsWith("pending/"));
  }

  /** Denies the deletion of pending uploads. */
  private static StubHttp.Responder denying(StubStore store) {
    return request -> {
      if (StubStore.isListing(request) || !isOfTwin(request)) {
        return store.to(request);
      }
      String denied = "<Error><Key>%s</Key>%s<Code>AccessDenied</Code></Error>";
      String version = request.body().contains("VersionId") ? "<VersionId>null</VersionId>" : "";
      return request.body().isEmpty()
          ? Response.error(403, "AccessDenied")
          : Response.of(
              200, "<DeleteResult>" + denied.formatted(TWIN, version) + "</DeleteResult>");
    };
  }

  @Test
  void doesNotDeleteAnObjectWhosePendingTwinIsLeft() {
    StubStore store = StubStore.of(KEY.value(), TWIN);
    try (S3Bucket bucket = bucket(denying(store))) {
      StorageException failure = failureOf(bucket, objects -> objects.delete(KEY));

      assertThat(failure.kind()).isEqualTo(Kind.ACCESS_DENIED);
      assertThat(failure).hasMessageContaining("below pending/");
      assertThat(store.keys()).contains(KEY.value());
    }
  }

  @Test
  void attemptsNoObjectWhosePendingTwinIsLeft() {
    List<Function<ObjectStore, DeletionReport>> callers =
        List.of(
            objects -> objects.deleteAll(List.of(KEY)),
            objects -> objects.deletePrefix(FOLDER),
            objects -> objects.erasePrefix(FOLDER),
            objects -> objects.eraseOwner(List.of(UploadPolicy.avatars()), "user-42"));
    for (Function<ObjectStore, DeletionReport> caller : callers) {
      StubStore store = StubStore.of(KEY.value(), TWIN);
      try (S3Bucket bucket = bucket(denying(store))) {
        DeletionReport report = caller.apply(bucket.objects());

        assertThat(report.deleted()).isEmpty();
        assertThat(report.failed())
            .extracting(Failure::key, Failure::kind)
            .containsExactly(
                tuple(TWIN, Kind.ACCESS_DENIED), tuple(KEY.value(), Kind.NOT_ATTEMPTED));
        assertThat(report.failed().get(1).message()).contains("published again");
        assertThat(store.keys()).contains(KEY.value());
      }
    }
  }

  @Test
  void deletesObjectsWhoseOwnTwinsAreGone() {
    StubStore store = StubStore.of(KEY.value(), TWIN, FOLDER + "other.png");
    try (S3Bucket bucket = bucket(denying(store))) {
      DeletionReport report = bucket.objects().deletePrefix(FOLDER);

      assertThat(report.deleted()).extracting(Deleted::key).containsExactly(FOLDER + "other.png");
      assertThat(report.failed()).extracting(Failure::key).containsExactly(TWIN, KEY.value());
    }
  }

  /** Beyond 1,024 bytes there is no key, so none is asked for. */
  @Test
  void asksForNoTwinThatCannotExist() {
    ObjectKey longest = ObjectKey.of("a".repeat(1_020));
    String prefix = "a".repeat(1_019) + "/";
    StubStore store = StubStore.of(longest.value());
    StubHttp.Responder withoutTwin =
        request -> {
          assertThat(isOfTwin(request)).isFalse();
          assertThat(StubStore.parameter(request, "prefix").orElse(""))
              .doesNotStartWith("pending/");
          return store.to(request);
        };
    try (S3Bucket bucket = bucket(withoutTwin)) {
      assertThat(bucket.objects().deleteAll(List.of(longest)).orThrow().deleted()).hasSize(1);
      bucket.objects().delete(longest);
      assertThat(bucket.objects().deletePrefix(prefix).orThrow().deleted()).isEmpty();
    }
    assertThat(store.keys()).isEmpty();
  }

  /** As a store may end a listing early and say that it is complete. */
  @Test
  void reportsWhatTheFirstListingDidNotHave() {
    StubStore store = StubStore.of(KEY.value(), FOLDER + "other.png");
    StubStore part = StubStore.of(KEY.value());
    try (S3Bucket bucket =
        bucket(
            request -> {
              boolean first = StubStore.isListing(request) && request.number() <= 2;
              return first ? part.to(request) : store.to(request);
            })) {
      DeletionReport report = bucket.objects().erasePrefix(FOLDER);

      assertThat(report.deleted()).extracting(Deleted::key).containsExactly(KEY.value());
      assertThat(report.failed())
          .extracting(Failure::key, Failure::versionId, Failure::kind)
          .containsExactly(tuple(FOLDER + "other.png", Optional.of("null"), Kind.CHANGED));
      assertThat(report.failed().get(0).retryAfter()).isPresent();
    }
  }

  /** As a store may confirm what it does not do, and an upload may come late. */
  @Test
  void reportsWhatIsThereAgainAsLeftAndNotAsDeleted() {
    List<Function<ObjectStore, DeletionReport>> callers =
        List.of(
            objects -> objects.erasePrefix(FOLDER),
            objects -> objects.eraseOwner(List.of(UploadPolicy.avatars()), "user-42"));
    for (Function<ObjectStore, DeletionReport> caller : callers) {
      StubStore store = StubStore.of(KEY.value());
      try (S3Bucket bucket =
          bucket(
              request -> {
                Response response = store.to(request);
                if (!StubStore.isListing(request)) {
                  store.add(KEY.value());
                }
                return response;
              })) {
        DeletionReport report = caller.apply(bucket.objects());

        assertThat(report.deleted()).isEmpty();
        assertThat(report.failed())
            .extracting(Failure::key, Failure::kind)
            .containsExactly(tuple(KEY.value(), Kind.CHANGED));
      }
    }
  }

  @Test
  void accountsForTheErasedIfTheSecondListingFails() {
    StubStore store = StubStore.of(KEY.value());
    try (S3Bucket bucket =
        bucket(
            request ->
                request.number() > 3 ? Response.error(403, "AccessDenied") : store.to(request))) {
      StorageException failure = failureOf(bucket, objects -> objects.erasePrefix(FOLDER));

      assertThat(failure.kind()).isEqualTo(Kind.ACCESS_DENIED);
      assertThat(failure.report().orElseThrow().deleted()).hasSize(1);
    }
  }

  @Test
  void keepsTheReportIfTheBucketIsClosedBeforeTheSecondListing() {
    StubStore store = StubStore.of(KEY.value());
    S3Bucket[] own = new S3Bucket[1];
    try (S3Bucket bucket =
        bucket(
            request -> {
              Response response = store.to(request);
              if (!StubStore.isListing(request)) {
                own[0].close();
              }
              return response;
            })) {
      own[0] = bucket;

      Throwable failure = catchThrowable(() -> bucket.objects().erasePrefix(FOLDER));

      assertThat(failure).isInstanceOf(IllegalStateException.class);
      StorageException known = (StorageException) failure.getSuppressed()[0];
      assertThat(known.report().orElseThrow().deleted()).hasSize(1);
    }
  }

  /** A deletion that something else responded to, such as a portal or a web application. */
  @ParameterizedTest
  @CsvSource({"200, <html>Sign in</html>", "200, ''", "202, ''"})
  void takesNoPageForADeletion(int status, String page) {
    List<Consumer<ObjectStore>> callers =
        List.of(
            objects -> objects.delete(KEY),
            objects -> objects.deleteIfUnchanged(SEEN),
            objects -> objects.deleteAll(List.of(ObjectKey.of("not in xml \uFFFE"))));
    for (Consumer<ObjectStore> caller : callers) {
      Response response = Response.of(status, page).without("x-amz-request-id");
      try (S3Bucket bucket = bucket(request -> response)) {
        StorageException failure = failureOf(bucket, caller);

        assertThat(failure.kind()).isEqualTo(Kind.UNREACHABLE);
        assertThat(failure).hasMessageContaining("a proxy may have responded");
      }
    }
  }

  /** Not every store sends request ids, and not every one responds with 204. */
  @Test
  void acceptsTheResponsesOfOtherStores() {
    try (S3Bucket bucket = bucket(request -> Response.of(204, "").without("x-amz-request-id"))) {
      bucket.objects().delete(KEY);
    }
    try (S3Bucket bucket = bucket(request -> Response.of(200, ""))) {
      bucket.objects().delete(KEY);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<html><body>Sign in</body></html>",
        "",
        "<DeleteResult/>",
        "<DeleteResult><Deleted><Key>another</Key></Deleted></DeleteResult>",
        "<DeleteResult><Deleted><Key>avatars/user-42/0123456789abcdef0123456789abcdef.png</Key>"
            + "<VersionId>v1</VersionId></Deleted></DeleteResult>"
      })
  void takesNoPageForTheDeletionOfSeveral(String page) {
    try (S3Bucket bucket = bucket(request -> Response.of(200, page))) {
      DeletionReport report = bucket.objects().deleteAll(List.of(KEY));

      assertThat(report.deleted()).isEmpty();
      assertThat(report.failed()).extracting(Failure::key).containsExactly(TWIN, KEY.value());
    }
  }

  @Test
  void believesTheFailureOfAResponseThatHasBoth() {
    String both =
        "<DeleteResult><Deleted><Key>%1$s</Key></Deleted>"
            + "<Error><Key>%1$s</Key><Code>AccessDenied</Code></Error></DeleteResult>";
    try (S3Bucket bucket =
        bucket(request -> Response.of(200, both.formatted(StubStore.keysIn(request).get(0))))) {
      DeletionReport report = bucket.objects().deleteAll(List.of(KEY));

      assertThat(report.deleted()).isEmpty();
      assertThat(report.failed()).hasSize(2);
    }
  }
}
