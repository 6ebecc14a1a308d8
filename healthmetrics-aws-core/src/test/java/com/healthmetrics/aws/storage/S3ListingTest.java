package com.healthmetrics.aws.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.healthmetrics.aws.fixtures.RecordingCredentials;
import com.healthmetrics.aws.fixtures.StubHttp;
import com.healthmetrics.aws.fixtures.StubHttp.Request;
import com.healthmetrics.aws.fixtures.StubHttp.Response;
import com.healthmetrics.aws.fixtures.StubStore;
import com.healthmetrics.aws.storage.ObjectStore.Listed;
import com.healthmetrics.aws.storage.StorageException.Kind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import software.amazon.awssdk.regions.Region;

/** What is listed is deleted, and what is not listed stays: so no listing is simply believed. */
class S3ListingTest {
  private static final String NAME = "0123456789abcdef0123456789abcdef.png";
  private static final String OTHER = "fedcba9876543210fedcba9876543210.png";
  private static final String FOLDER = "avatars/user-42/";
  private static final Instant LATER = Instant.parse("2027-01-01T00:00:00Z");

  private static StubStore store() {
    return StubStore.of(
        FOLDER + NAME, FOLDER + OTHER, "pending/" + FOLDER + NAME, "avatars/user-421/" + NAME);
  }

  private static S3Bucket bucket(StubHttp.Responder responder) {
    return bucket(StubStore.BUCKET, StubHttp.responding(responder));
  }

  private static S3Bucket bucket(String name, StubHttp http) {
    return S3Bucket.builder()
        .bucket(name)
        .region(Region.EU_CENTRAL_1)
        .credentials(RecordingCredentials.longTerm())
        .httpClient(http)
        .build();
  }

  /** Who reads listings, and of which prefixes. */
  private enum Caller {
    DELETE_PREFIX("pending/" + FOLDER, FOLDER) {
      @Override
      void call(ObjectStore objects) {
        objects.deletePrefix(FOLDER);
      }
    },
    ERASE_PREFIX("pending/" + FOLDER, FOLDER) {
      @Override
      void call(ObjectStore objects) {
        objects.erasePrefix(FOLDER);
      }
    },
    ERASE_OWNER("pending/" + FOLDER, FOLDER) {
      @Override
      void call(ObjectStore objects) {
        objects.eraseOwner(List.of(UploadPolicy.avatars()), "user-42");
      }
    },
    LIST(FOLDER) {
      @Override
      void call(ObjectStore objects) {
        objects.list(FOLDER).forEach(listed -> {});
      }
    },
    PENDING("pending/avatars/") {
      @Override
      void call(ObjectStore objects) {
        objects.pending(UploadPolicy.avatars(), LATER).forEach(upload -> {});
      }
    };

    private final List<String> prefixes;

    Caller(String... prefixes) {
      this.prefixes = List.of(prefixes);
    }

    abstract void call(ObjectStore objects);
  }

  private interface Change {
    String of(Request request, String listing);
  }

  /** A response that is not that of S3, and what is reported. */
  private record Lie(String name, Kind kind, String problem, Change change) {}

  private static Lie lie(String name, String problem, Change change) {
    return new Lie(name, Kind.INVALID, problem, change);
  }

  private static Lie without(String element, String problem) {
    return lie(
        "without " + element,
        problem,
        (request, listing) -> listing.replaceFirst("<%1$s>.*?</%1$s>".formatted(element), ""));
  }

  private static Lie with(String element, String value, String problem) {
    return lie(
        element + " " + value,
        problem,
        (request, listing) ->
            listing.replaceFirst(
                "<%1$s>.*?</%1$s>".formatted(element),
                "<%1$s>%2$s</%1$s>".formatted(element, value)));
  }

  private static String more(String listing, String key) {
    return listing
        .replaceFirst("<KeyCount>\\d+</KeyCount>", "")
        .replace("</ListBucketResult>", StubStore.object(key) + "</ListBucketResult>")
        .replace("</ListVersionsResult>", StubStore.version(key) + "</ListVersionsResult>");
  }

  /** A listing that goes on. */
  private static String truncated(String listing, String marker) {
    return listing.replace(
        "<IsTruncated>false</IsTruncated>",
        "<IsTruncated>true</IsTruncated><NextContinuationToken>%1$s</NextContinuationToken><NextKeyMarker>%1$s</NextKeyMarker>"
            .formatted(marker));
  }

  private static String empty(String listing) {
    return listing
        .replaceFirst("<KeyCount>\\d+", "<KeyCount>0")
        .replaceAll("<Contents>.*</Contents>", "")
        .replaceAll("<Version>.*</Version>", "");
  }

  private static final List<Lie> LIES =
      List.of(
          without("Name", "does not name this bucket"),
          with("Name", "another-bucket", "does not name this bucket"),
          without("Prefix", "does not repeat the requested prefix"),
          with("Prefix", "avatars/", "does not repeat the requested prefix"),
          with("Prefix", "", "does not repeat the requested prefix"),
          without("IsTruncated", "does not state whether it is complete"),
          lie(
              "a key of a neighbor",
              "has a key outside",
              (request, listing) -> more(listing, "avatars/user-421/" + NAME)),
          lie("a key of all", "has a key outside", (request, listing) -> more(listing, "a")),
          lie(
              "no key",
              "without key",
              (request, listing) -> more(listing, "secret").replace("<Key>secret</Key>", "")),
          lie(
              "neither size nor version",
              "without key",
              (request, listing) ->
                  listing.replaceAll("<(Size|VersionId)>.*?</(Size|VersionId)>", "")),
          lie(
              "truncated, no marker",
              "does not state where",
              (request, listing) ->
                  truncated(listing, "").replaceAll("<Next(\\w+)></Next\\1>", "")),
          lie(
              "truncated, an empty marker",
              "does not state where",
              (request, listing) -> truncated(listing, "")),
          lie(
              "the same marker for ever, each page another",
              "has been before",
              (request, listing) -> truncated(more(empty(listing), key(request)), "m")),
          lie(
              "the same marker for ever, pages without entries",
              "has been before",
              (request, listing) -> truncated(empty(listing), "m")),
          lie(
              "two markers in turn",
              "has been before",
              (request, listing) -> truncated(empty(listing), "m" + request.number() % 2)),
          lie(
              "the same page for ever",
              "repeats an earlier page",
              (request, listing) -> truncated(listing, "a" + request.number())),
          lie(
              "pages without entries for ever",
              "without an entry for 101 pages",
              (request, listing) -> truncated(empty(listing), "m" + request.number())),
          lie(
              "a page",
              "does not name this bucket",
              (request, listing) -> "<html><body>Sign in</body></html>"),
          lie("nothing", "does not name this bucket", (request, listing) -> ""),
          new Lie(
              "cut off",
              Kind.UNREACHABLE,
              "could not be reached",
              (request, listing) -> listing.substring(0, listing.indexOf("</Key>"))),
          new Lie(
              "text",
              Kind.UNREACHABLE,
              "could not be reached",
              (request, listing) -> "Service temporarily moved"));

  /** A key below the prefix of a request, another for each. */
  private static String key(Request request) {
    return StubStore.parameter(request, "prefix").orElseThrow() + request.number();
  }

  @TestFactory
  Stream<DynamicTest> believesNoListingThatCannotBeChecked() {
    List<DynamicTest> tests = new ArrayList<>();
    for (Lie lie : LIES) {
      for (Caller caller : Caller.values()) {
        for (String prefix : caller.prefixes) {
          String name = caller + ": " + lie.name() + " for " + prefix;
          tests.add(dynamicTest(name, () -> assertNotBelieved(lie, caller, prefix)));
        }
      }
    }
    return tests.stream();
  }

  /** The lie is about one prefix only, so that others may have been listed before. */
  private static void assertNotBelieved(Lie lie, Caller caller, String prefix) {
    StubStore store = store();
    List<String> before = store.keys();
    StubHttp http =
        StubHttp.responding(
            request -> {
              assertThat(request.number()).as("requests of one listing").isLessThan(250);
              assertThat(StubStore.isListing(request)).as("nothing is deleted").isTrue();
              Response honest = store.to(request);
              boolean meant = StubStore.parameter(request, "prefix").orElseThrow().equals(prefix);
              return meant ? Response.of(200, lie.change().of(request, honest.body())) : honest;
            });
    try (S3Bucket bucket = bucket(StubStore.BUCKET, http)) {
      StorageException failure =
          catchThrowableOfType(StorageException.class, () -> caller.call(bucket.objects()));

      assertThat(failure).as("the lie is noticed").isNotNull();
      assertThat(failure.kind()).isEqualTo(lie.kind());
      assertThat(failure)
          .hasMessageContaining(lie.problem())
          .hasMessageContaining("endpoint")
          .hasMessageNotContaining("user-42");
    }
    assertThat(store.keys()).isEqualTo(before);
  }

  @TestFactory
  Stream<DynamicTest> believesS3() {
    return Stream.of(Caller.values())
        .map(
            caller ->
                dynamicTest(
                    caller.name(),
                    () -> {
                      try (S3Bucket bucket = bucket(store().inPagesOf(1))) {
                        caller.call(bucket.objects());
                      }
                    }));
  }

  /** As a proxy may cut a page, which then lacks objects that would stay. */
  @Test
  void comparesThePageWithItsCount() {
    for (Caller caller : List.of(Caller.DELETE_PREFIX, Caller.LIST, Caller.PENDING)) {
      Lie lie =
          lie(
              "a count",
              "fewer or more entries",
              (request, listing) -> listing.replaceFirst("<KeyCount>\\d+", "<KeyCount>9"));
      caller.prefixes.forEach(prefix -> assertNotBelieved(lie, caller, prefix));
    }
  }

  /** As some stores leave it out. */
  @Test
  void acceptsAPageWithoutACount() {
    StubStore store = store();
    try (S3Bucket bucket =
        bucket(
            request -> {
              Response response = store.to(request);
              String body = response.body().replaceFirst("<KeyCount>\\d+</KeyCount>", "");
              return Response.of(200, body);
            })) {
      assertThat(bucket.objects().list(FOLDER)).hasSize(2);
    }
  }

  /** S3 names the bucket, or the alias, and does not document which. */
  @Test
  void acceptsAnotherNameForTheAliasOfAnAccessPoint() {
    String alias = "uploads-hrzrlukc5m36ft7okagglf3gmwluquse1b-s3alias";
    try (S3Bucket bucket = bucket(alias, StubHttp.responding(store()))) {
      assertThat(bucket.objects().list(FOLDER)).hasSize(2);
    }
  }

  @Test
  void requestsAPageWhenItIsRead() {
    StubHttp http = StubHttp.responding(store().inPagesOf(1));
    try (S3Bucket bucket = bucket(StubStore.BUCKET, http)) {
      Iterator<Listed> listed = bucket.objects().list(FOLDER).iterator();
      assertThat(http.requests()).isEmpty();

      Listed first = listed.next();

      assertThat(first)
          .isEqualTo(new Listed(FOLDER + NAME, 3, Instant.parse("2026-11-25T10:00:00Z")));
      assertThat(http.requests()).hasSize(1);
      assertThat(listed.next().key()).isEqualTo(FOLDER + OTHER);
      assertThat(http.requests()).hasSize(2);
      assertThat(listed).isExhausted();
    }
  }

  @Test
  void listsWhatIsLeftAfterAFailure() {
    StubStore store = store().inPagesOf(1);
    try (S3Bucket bucket =
        bucket(
            request ->
                request.number() == 2 ? Response.error(403, "AccessDenied") : store.to(request))) {
      Iterator<Listed> listed = bucket.objects().list(FOLDER).iterator();
      listed.next();

      StorageException failure =
          catchThrowableOfType(StorageException.class, () -> listed.hasNext());

      assertThat(failure.kind()).isEqualTo(Kind.ACCESS_DENIED);
      assertThat(listed.next().key()).as("never mistaken for the end").isEqualTo(FOLDER + OTHER);
    }
  }

  @Test
  void endsAListingWhenItsReaderIsInterrupted() {
    StubHttp http = StubHttp.responding(store());
    Thread.currentThread().interrupt();
    try (S3Bucket bucket = bucket(StubStore.BUCKET, http)) {
      StorageException failure =
          catchThrowableOfType(
              StorageException.class, () -> bucket.objects().list(FOLDER).toList());

      assertThat(failure.kind()).isEqualTo(Kind.INTERRUPTED);
      assertThat(http.requests()).isEmpty();
    } finally {
      Thread.interrupted();
    }
  }

  /** S3's list may skip much that it does not list, such as former versions. */
  @Test
  void acceptsPagesWithoutEntriesInBetween() {
    StubStore store = store();
    try (S3Bucket bucket =
        bucket(
            request -> {
              String body = store.to(request).body();
              return Response.of(
                  200,
                  request.number() > 100 ? body : truncated(empty(body), "" + request.number()));
            })) {
      // The stub takes a marker for the key to list after.
      assertThat(bucket.objects().list(FOLDER)).hasSize(2);
    }
  }
}
