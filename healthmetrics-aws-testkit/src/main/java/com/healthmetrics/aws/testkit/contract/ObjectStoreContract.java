package com.healthmetrics.aws.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.healthmetrics.aws.storage.DeletionReport;
import com.healthmetrics.aws.storage.ImageType;
import com.healthmetrics.aws.storage.NewObject;
import com.healthmetrics.aws.storage.ObjectHead;
import com.healthmetrics.aws.storage.ObjectKey;
import com.healthmetrics.aws.storage.ObjectStore;
import com.healthmetrics.aws.storage.ObjectStore.Listed;
import com.healthmetrics.aws.storage.ObjectStore.PendingUpload;
import com.healthmetrics.aws.storage.StorageException;
import com.healthmetrics.aws.storage.StorageException.Kind;
import com.healthmetrics.aws.storage.UploadPolicy;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * The contract of every {@link ObjectStore}, for any bucket.
 *
 * <pre>{@code
 * class InMemoryBucketObjectsContractTest extends ObjectStoreContract {
 *   private final InMemoryBucket bucket = new InMemoryBucket();
 *
 *   @Override
 *   protected ObjectStore store() {
 *     return bucket.objects();
 *   }
 * }
 * }</pre>
 *
 * <p>The suite stores up to 2,005 objects below {@code contract/} and {@code pending/contract/},
 * and removes them again. JUnit creates a new instance for each test.
 */
public abstract class ObjectStoreContract {
  private static final String PREFIX = "contract/user-42/";
  private static final byte[] PICTURE = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9};

  /** Keys that encodings, XML and URLs tend to break. */
  private static final List<String> HOSTILE =
      List.of(
          "a b.png",
          " leading and trailing ",
          "a+b.png",
          "100%.png",
          "%2F%00%20.png",
          "\"quoted\" 'twice'.png",
          "a&b;c.png",
          "&amp;.png",
          "<Key>x</Key>.png",
          "]]>.png",
          "<!--.png",
          "?versionId=1&delete.png",
          "#fragment.png",
          "a\\b.png",
          "Übung é é.png",
          "😀👩‍👩‍👧.png",
          "\uFB01\uFFFD\uFEFF.png",
          "not in xml \uFFFE \uFFFF.png",
          "...",
          "~'()*!$,;:@=[]{}|^`.png");

  /** Constructor for subclasses. */
  protected ObjectStoreContract() {}

  /** {@return the store under test; the same for every call in one test} */
  protected abstract ObjectStore store();

  /**
   * Stores an object in the bucket of {@link #store()}, replacing an object with the same key.
   * Default: with the store itself. Override it where there is another way to write, so that
   * reading is tested without {@link ObjectStore#put}.
   *
   * @param key the object's key
   * @param contentType its media type
   * @param bytes its bytes
   */
  protected void put(ObjectKey key, String contentType, byte[] bytes) {
    store().put(NewObject.of(key, contentType, bytes).replacingExisting());
  }

  private ObjectKey put(String name) {
    ObjectKey key = ObjectKey.of(PREFIX + name);
    put(key, "image/png", PICTURE);
    return key;
  }

  private List<ObjectKey> put(int count) {
    return IntStream.range(0, count).mapToObj(i -> put("many-" + i + ".png")).toList();
  }

  private static List<String> values(List<ObjectKey> keys) {
    return keys.stream().map(ObjectKey::value).toList();
  }

  private static List<String> deleted(DeletionReport report) {
    return report.deleted().stream().map(DeletionReport.Deleted::key).toList();
  }

  private static Kind kindOf(Runnable attempt) {
    List<Kind> kinds = new ArrayList<>();
    assertThatExceptionOfType(StorageException.class)
        .isThrownBy(attempt::run)
        .satisfies(e -> kinds.add(e.kind()));
    return kinds.get(0);
  }

  private byte[] read(InputStream content) throws IOException {
    try (content) {
      return content.readAllBytes();
    }
  }

  @AfterEach
  void removeAllObjects() {
    store().erasePrefix("contract/").orThrow();
  }

  @Test
  void readsTheHeadOfAnObject() {
    ObjectKey key = put("a.png");

    ObjectHead head = store().head(key).orElseThrow();

    assertThat(head.key()).isEqualTo(key);
    assertThat(head.sizeBytes()).isEqualTo(PICTURE.length);
    assertThat(head.contentType()).contains("image/png");
    assertThat(head.eTag()).isEqualTo("\"c56bd5480f6e5413cb62a0ad9666613a\"");
    assertThat(head.lastModified()).isEqualTo(head.lastModified().truncatedTo(ChronoUnit.SECONDS));
    assertThat(head.metadata()).isEmpty();
    assertThat(head.fileName()).isEmpty();
  }

  @Test
  void findsNoHeadOfAMissingObject() {
    assertThat(store().head(ObjectKey.of(PREFIX + "missing.png"))).isEmpty();
  }

  @Test
  void readsAnObject() throws IOException {
    assertThat(read(store().open(put("a.png")))).isEqualTo(PICTURE);
  }

  @Test
  void readsAnEmptyObject() throws IOException {
    ObjectKey key = ObjectKey.of(PREFIX + "empty.png");
    put(key, "image/png", new byte[0]);

    assertThat(read(store().open(key))).isEmpty();
    assertThat(store().head(key).orElseThrow().sizeBytes()).isZero();
    assertThat(kindOf(() -> store().open(key, 0, 0))).isEqualTo(Kind.RANGE_NOT_SATISFIABLE);
  }

  @Test
  void readsARange() throws IOException {
    ObjectKey key = put("a.png");

    assertThat(read(store().open(key, 0, 0))).containsExactly(0);
    assertThat(read(store().open(key, 2, 4))).containsExactly(2, 3, 4);
    assertThat(read(store().open(key, 0, 9))).isEqualTo(PICTURE);
  }

  @Test
  void readsUpToTheEndForARangeBeyondIt() throws IOException {
    ObjectKey key = put("a.png");

    assertThat(read(store().open(key, 8, 10))).containsExactly(8, 9);
    assertThat(read(store().open(key, 9, Long.MAX_VALUE))).containsExactly(9);
  }

  @Test
  void refusesARangeBeyondTheEnd() {
    ObjectKey key = put("a.png");

    assertThat(kindOf(() -> store().open(key, 10, 12))).isEqualTo(Kind.RANGE_NOT_SATISFIABLE);
    assertThat(kindOf(() -> store().open(key, Long.MAX_VALUE, Long.MAX_VALUE)))
        .isEqualTo(Kind.RANGE_NOT_SATISFIABLE);
  }

  @Test
  void refusesAnInvalidRange() {
    ObjectKey key = put("a.png");

    assertThatIllegalArgumentException().isThrownBy(() -> store().open(key, -1, 3));
    assertThatIllegalArgumentException().isThrownBy(() -> store().open(key, 4, 3));
  }

  @Test
  void readsTheInspectedObject() throws IOException {
    ObjectHead inspected = store().head(put("a.png")).orElseThrow();

    assertThat(read(store().openIfUnchanged(inspected, 2, 4))).containsExactly(2, 3, 4);
    assertThat(read(store().openIfUnchanged(inspected, 8, 99))).containsExactly(8, 9);
    assertThat(kindOf(() -> store().openIfUnchanged(inspected, 10, 12)))
        .isEqualTo(Kind.RANGE_NOT_SATISFIABLE);
    assertThatIllegalArgumentException().isThrownBy(() -> store().openIfUnchanged(inspected, 4, 3));
  }

  @Test
  void doesNotReadAnObjectReplacedSinceItWasInspected() {
    ObjectKey key = put("a.png");
    ObjectHead inspected = store().head(key).orElseThrow();

    put(key, "image/png", new byte[] {9, 8, 7});

    assertThat(kindOf(() -> store().openIfUnchanged(inspected, 0, 2))).isEqualTo(Kind.CHANGED);
  }

  @Test
  void doesNotReadAnObjectDeletedSinceItWasInspected() {
    ObjectKey key = put("a.png");
    ObjectHead inspected = store().head(key).orElseThrow();

    store().delete(key);

    assertThat(kindOf(() -> store().openIfUnchanged(inspected, 0, 2))).isEqualTo(Kind.NOT_FOUND);
  }

  @Test
  void deletesTheInspectedObjectRepeatedly() {
    ObjectKey key = put("a.png");
    ObjectHead inspected = store().head(key).orElseThrow();

    store().deleteIfUnchanged(inspected);
    store().deleteIfUnchanged(inspected);

    assertThat(store().head(key)).isEmpty();
  }

  @Test
  void doesNotDeleteAnObjectReplacedSinceItWasInspected() throws IOException {
    ObjectKey key = put("a.png");
    ObjectHead inspected = store().head(key).orElseThrow();

    put(key, "image/png", new byte[] {9, 8, 7});

    assertThat(kindOf(() -> store().deleteIfUnchanged(inspected))).isEqualTo(Kind.CHANGED);
    assertThat(read(store().open(key))).containsExactly(9, 8, 7);
  }

  @Test
  void refusesToCompareWithoutAnEntityTag() {
    ObjectHead untagged = ObjectHead.builder(put("a.png")).sizeBytes(10).build();

    assertThat(kindOf(() -> store().openIfUnchanged(untagged, 0, 2))).isEqualTo(Kind.INVALID);
    assertThat(kindOf(() -> store().deleteIfUnchanged(untagged))).isEqualTo(Kind.INVALID);
    assertThat(store().head(untagged.key())).isPresent();
  }

  @Test
  void reportsAMissingObject() {
    ObjectKey key = ObjectKey.of(PREFIX + "missing.png");

    assertThat(kindOf(() -> store().open(key))).isEqualTo(Kind.NOT_FOUND);
    assertThat(kindOf(() -> store().open(key, 0, 15))).isEqualTo(Kind.NOT_FOUND);
  }

  private static NewObject picture(String name) {
    return NewObject.of(ObjectKey.of(PREFIX + name), "image/png", PICTURE);
  }

  private static NewObject streamed(long sizeBytes, Supplier<InputStream> content) {
    return NewObject.of(ObjectKey.of(PREFIX + "a.png"), "image/png", sizeBytes, content);
  }

  @Test
  void storesAnObject() throws IOException {
    NewObject picture =
        picture("a.png")
            .withCacheControl("public, max-age=31536000, immutable")
            .withMetadata("filename", "%C3%9Cbung.png")
            .withMetadata("taken", "2026-11-23");

    ObjectHead stored = store().put(picture);

    ObjectHead inspected = store().head(picture.key()).orElseThrow();
    for (ObjectHead head : List.of(stored, inspected)) {
      assertThat(head.key()).isEqualTo(picture.key());
      assertThat(head.sizeBytes()).isEqualTo(PICTURE.length);
      assertThat(head.contentType()).contains("image/png");
      assertThat(head.cacheControl()).contains("public, max-age=31536000, immutable");
      assertThat(head.metadata()).isEqualTo(picture.metadata());
      assertThat(head.fileName()).contains("Übung.png");
      assertThat(head.contentEncoding()).isEmpty();
      assertThat(head.contentDisposition()).isEmpty();
      assertThat(head.eTag()).isEqualTo("\"c56bd5480f6e5413cb62a0ad9666613a\"");
      assertThat(head.versionId()).isEqualTo(inspected.versionId());
      assertThat(head.lastModified())
          .isEqualTo(head.lastModified().truncatedTo(ChronoUnit.SECONDS))
          .isBetween(
              inspected.lastModified().minusSeconds(5), inspected.lastModified().plusSeconds(5));
    }
    assertThat(read(store().open(picture.key()))).isEqualTo(PICTURE);
  }

  @Test
  void readsAndDeletesWhatItStored() throws IOException {
    ObjectHead stored = store().put(picture("a.png"));

    assertThat(read(store().openIfUnchanged(stored, 2, 4))).containsExactly(2, 3, 4);
    store().deleteIfUnchanged(stored);
    assertThat(store().head(stored.key())).isEmpty();
  }

  @Test
  void storesAnEmptyObject() throws IOException {
    ObjectHead stored = store().put(NewObject.of(ObjectKey.of(PREFIX + "a"), "a/b", new byte[0]));

    assertThat(stored.sizeBytes()).isZero();
    assertThat(read(store().open(stored.key()))).isEmpty();
  }

  @Test
  void storesContentOfAKnownLength() throws IOException {
    Set<InputStream> open = ConcurrentHashMap.newKeySet();
    byte[] large = new byte[200_000];
    Arrays.fill(large, (byte) 7);

    ObjectHead stored =
        store()
            .put(
                streamed(
                    large.length,
                    () -> {
                      InputStream content =
                          new ByteArrayInputStream(large) {
                            @Override
                            public void close() {
                              open.remove(this);
                            }
                          };
                      open.add(content);
                      return content;
                    }));

    assertThat(stored.sizeBytes()).isEqualTo(large.length);
    assertThat(read(store().open(stored.key()))).isEqualTo(large);
    assertThat(open).as("streams left open").isEmpty();
  }

  @Test
  void doesNotOverwrite() throws IOException {
    ObjectKey key = put("a.png");

    assertThat(kindOf(() -> store().put(NewObject.of(key, "image/png", new byte[3]))))
        .isEqualTo(Kind.ALREADY_EXISTS);
    assertThat(read(store().open(key))).isEqualTo(PICTURE);
  }

  @Test
  void storesAgainWhatWasDeleted() {
    store().put(picture("a.png"));
    store().delete(picture("a.png").key());

    store().put(picture("a.png"));

    assertThat(store().head(picture("a.png").key())).isPresent();
  }

  @Test
  void replacesIfAskedTo() throws IOException {
    store().put(picture("a.png").withMetadata("taken", "2026-11-23"));

    ObjectHead stored =
        store()
            .put(
                NewObject.of(picture("a.png").key(), "image/webp", new byte[] {9, 8, 7})
                    .replacingExisting());

    assertThat(store().head(stored.key()).orElseThrow().metadata()).isEmpty();
    assertThat(store().head(stored.key()).orElseThrow().contentType()).contains("image/webp");
    assertThat(read(store().open(stored.key()))).containsExactly(9, 8, 7);
  }

  @Test
  void storesNothingIfTheContentHasAnotherLength() {
    for (int declared : List.of(0, 9, 11, 100_000)) {
      NewObject object = streamed(declared, () -> new ByteArrayInputStream(PICTURE));

      assertThatExceptionOfType(UncheckedIOException.class)
          .as(declared + " bytes")
          .isThrownBy(() -> store().put(object));
      assertThat(store().head(object.key())).isEmpty();
    }
  }

  @Test
  void storesNothingIfTheContentCannotBeRead() {
    InputStream unreadable =
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw new IOException("as the test needs");
          }
        };
    NewObject broken = streamed(10, () -> unreadable);
    IllegalStateException missing = new IllegalStateException("as the test needs");

    assertThatExceptionOfType(UncheckedIOException.class)
        .isThrownBy(() -> store().put(broken))
        .withStackTraceContaining("as the test needs");
    assertThatThrownBy(
            () ->
                store()
                    .put(
                        streamed(
                            10,
                            () -> {
                              throw missing;
                            })))
        .isSameAs(missing);
    assertThat(store().head(broken.key())).isEmpty();
  }

  @Test
  void storesHostileKeys() throws IOException {
    for (String name : HOSTILE) {
      store().put(picture(name));

      assertThat(read(store().open(picture(name).key()))).as(name).isEqualTo(PICTURE);
    }
  }

  @Test
  void deletesAnObjectRepeatedly() {
    ObjectKey key = put("a.png");
    ObjectKey neighbor = put("b.png");

    store().delete(key);
    store().delete(key);

    assertThat(store().head(key)).isEmpty();
    assertThat(store().head(neighbor)).isPresent();
  }

  @Test
  void deletesSeveralObjects() {
    List<ObjectKey> keys = List.of(put("a.png"), put("b.png"));
    ObjectKey neighbor = put("c.png");

    DeletionReport report = store().deleteAll(keys);

    assertThat(report.isComplete()).isTrue();
    assertThat(report.orThrow()).isSameAs(report);
    assertThat(deleted(report)).containsExactlyElementsOf(values(keys));
    assertThat(store().head(keys.get(0))).isEmpty();
    assertThat(store().head(neighbor)).isPresent();
  }

  @Test
  void reportsAMissingObjectAsDeleted() {
    ObjectKey missing = ObjectKey.of(PREFIX + "missing.png");

    assertThat(deleted(store().deleteAll(Set.of(missing)))).containsExactly(missing.value());
  }

  @Test
  void reportsADuplicateKeyOnce() {
    ObjectKey key = put("a.png");

    DeletionReport report = store().deleteAll(List.of(key, key, ObjectKey.of(key.value())));

    assertThat(deleted(report)).containsExactly(key.value());
    assertThat(report.failed()).isEmpty();
  }

  @Test
  void deletesNothingForNoKeys() {
    DeletionReport report = store().deleteAll(List.of());

    assertThat(report.deleted()).isEmpty();
    assertThat(report.isComplete()).isTrue();
  }

  @Test
  void deletesNothingIfAKeyIsNull() {
    ObjectKey key = put("a.png");

    assertThatNullPointerException()
        .isThrownBy(() -> store().deleteAll(Arrays.asList(key, missing())));
    assertThat(store().head(key)).isPresent();
  }

  @Test
  void deletesMoreThanOneRequestAccepts() {
    List<ObjectKey> keys = put(2_005);

    DeletionReport report = store().deleteAll(keys);

    assertThat(deleted(report)).containsExactlyElementsOf(values(keys));
    assertThat(store().deletePrefix(PREFIX).deleted()).isEmpty();
  }

  @Test
  void deletesAPrefixOfMoreThanOnePage() {
    List<ObjectKey> keys = put(1_001);
    ObjectKey neighbor = ObjectKey.of("contract/user-421/a.png");
    put(neighbor, "image/png", PICTURE);

    assertThat(store().list(PREFIX))
        .extracting(Listed::key)
        .containsExactlyInAnyOrderElementsOf(values(keys));
    DeletionReport report = store().deletePrefix(PREFIX);

    assertThat(deleted(report)).containsExactlyInAnyOrderElementsOf(values(keys));
    assertThat(report.failed()).isEmpty();
    assertThat(store().head(keys.get(0))).isEmpty();
    assertThat(store().head(neighbor)).isPresent();
  }

  @Test
  void erasesAPrefix() {
    ObjectKey key = put("a.png");
    put("a.png");
    ObjectKey neighbor = ObjectKey.of("contract/user-421/a.png");
    put(neighbor, "image/png", PICTURE);

    DeletionReport report = store().erasePrefix(PREFIX).orThrow();

    assertThat(deleted(report)).contains(key.value()).doesNotContain(neighbor.value());
    assertThat(store().head(key)).isEmpty();
    assertThat(store().head(neighbor)).isPresent();
    assertThat(store().erasePrefix(PREFIX).deleted()).isEmpty();
  }

  @Test
  void listsWhatIsBelowAPrefix() {
    ObjectHead head = store().head(put("a.png")).orElseThrow();
    put("b/c.png");
    put(ObjectKey.of("contract/user-421/a.png"), "image/png", PICTURE);
    put(pendingTwin(head.key()), "image/png", PICTURE);

    List<Listed> listed = store().list(PREFIX).toList();

    assertThat(listed)
        .extracting(Listed::key)
        .containsExactlyInAnyOrder(PREFIX + "a.png", PREFIX + "b/c.png");
    assertThat(listed).extracting(Listed::sizeBytes).containsOnly((long) PICTURE.length);
    assertThat(listed.get(0).lastModified())
        .isBetween(head.lastModified().minusSeconds(5), head.lastModified().plusSeconds(5));
    assertThat(listed.get(0).toString()).doesNotContain("user-42");
  }

  @Test
  void listsNothingBelowAnUnusedPrefix() {
    put("a.png");

    assertThat(store().list("contract/user-4/")).isEmpty();
  }

  @Test
  void listsHostileKeys() {
    List<ObjectKey> keys = HOSTILE.stream().map(this::put).toList();

    assertThat(store().list(PREFIX))
        .extracting(Listed::key)
        .containsExactlyInAnyOrderElementsOf(values(keys));
  }

  private static ObjectKey pendingTwin(ObjectKey key) {
    return ObjectKey.of("pending/" + key);
  }

  private ObjectKey putPendingTwin(ObjectKey key) {
    ObjectKey twin = pendingTwin(key);
    put(twin, "image/png", PICTURE);
    return twin;
  }

  private boolean exists(ObjectKey key) {
    return store().head(key).isPresent();
  }

  @Test
  void deletesThePendingTwinOfAnObject() {
    ObjectKey key = put("a.png");
    ObjectKey twin = putPendingTwin(key);
    ObjectKey unpublished = ObjectKey.of(PREFIX + "b.png");
    ObjectKey unpublishedTwin = putPendingTwin(unpublished);

    store().delete(key);
    store().delete(unpublished);

    assertThat(List.of(key, twin, unpublishedTwin)).noneMatch(this::exists);
  }

  @Test
  void deletesAPendingUploadAlone() {
    ObjectKey key = put("a.png");
    ObjectKey twin = putPendingTwin(key);

    store().delete(twin);

    assertThat(exists(twin)).isFalse();
    assertThat(exists(key)).isTrue();
  }

  @Test
  void deletesThePendingTwinsOfSeveralObjectsWithoutListingThem() {
    List<ObjectKey> keys = List.of(put("a.png"), put("b.png"));
    List<ObjectKey> twins = keys.stream().map(this::putPendingTwin).toList();

    DeletionReport report = store().deleteAll(keys);

    assertThat(deleted(report)).containsExactlyElementsOf(values(keys));
    assertThat(report.failed()).isEmpty();
    assertThat(keys).noneMatch(this::exists);
    assertThat(twins).noneMatch(this::exists);
  }

  @Test
  void listsAPendingTwinThatWasToBeDeleted() {
    ObjectKey key = put("a.png");
    ObjectKey twin = putPendingTwin(key);

    assertThat(deleted(store().deleteAll(List.of(key, twin))))
        .containsExactlyInAnyOrder(key.value(), twin.value());
  }

  @Test
  void deletesThePendingTwinsOfAPrefix() {
    ObjectKey key = put("a.png");
    ObjectKey twin = putPendingTwin(key);
    ObjectKey unpublished = pendingTwin(ObjectKey.of(PREFIX + "b.png"));
    put(unpublished, "image/png", PICTURE);
    ObjectKey neighbor = putPendingTwin(ObjectKey.of("contract/user-421/a.png"));

    DeletionReport report = store().deletePrefix(PREFIX);

    assertThat(deleted(report))
        .containsExactlyInAnyOrder(key.value(), twin.value(), unpublished.value())
        .endsWith(key.value());
    assertThat(List.of(key, twin, unpublished)).noneMatch(this::exists);
    assertThat(exists(neighbor)).isTrue();
  }

  @Test
  void erasesThePendingTwinsOfAPrefix() {
    ObjectKey key = put("a.png");
    ObjectKey twin = putPendingTwin(key);

    DeletionReport report = store().erasePrefix(PREFIX).orThrow();

    assertThat(deleted(report)).contains(key.value(), twin.value());
    assertThat(List.of(key, twin)).noneMatch(this::exists);
    assertThat(store().erasePrefix(PREFIX).deleted()).isEmpty();
  }

  @Test
  void countsPendingTwinsTowardsTheLimit() {
    ObjectKey key = put("a.png");
    ObjectKey twin = putPendingTwin(key);

    assertThat(kindOf(() -> store().deletePrefix(PREFIX, 1))).isEqualTo(Kind.LIMIT_EXCEEDED);
    assertThat(kindOf(() -> store().erasePrefix(PREFIX, 1))).isEqualTo(Kind.LIMIT_EXCEEDED);
    assertThat(List.of(key, twin)).allMatch(this::exists);
  }

  @Test
  void deletesThePendingUploadsOfAPrefixAlone() {
    ObjectKey key = put("a.png");
    ObjectKey twin = putPendingTwin(key);

    assertThat(deleted(store().deletePrefix("pending/" + PREFIX))).containsExactly(twin.value());
    assertThat(exists(key)).isTrue();
  }

  @Test
  void keepsThePendingTwinOfAnInspectedObject() {
    ObjectKey key = put("a.png");
    ObjectKey twin = putPendingTwin(key);

    store().deleteIfUnchanged(store().head(key).orElseThrow());

    assertThat(exists(key)).isFalse();
    assertThat(exists(twin)).isTrue();
  }

  private static final String UPLOAD = "0123456789abcdef0123456789abcdef.png";

  private static UploadPolicy policy(String keyPrefix) {
    return UploadPolicy.builder()
        .keyPrefix(keyPrefix)
        .types(ImageType.PNG)
        .maxBytes(1_000)
        .lifetime(Duration.ofMinutes(5))
        .build();
  }

  private ObjectKey stored(String key) {
    put(ObjectKey.of(key), "image/png", PICTURE);
    return ObjectKey.of(key);
  }

  @Test
  void listsPendingUploadsWithTheirOwners() {
    ObjectHead head = store().head(stored("pending/contract/user-42/" + UPLOAD)).orElseThrow();
    stored("pending/contract/user-42/" + UPLOAD.replace(".png", ".jpg"));
    stored("pending/contract/user-42/" + UPLOAD + ".html");
    stored("pending/contract/user-42/notes.png");
    stored("pending/contract/nested/user-42/" + UPLOAD);
    stored("pending/contract/.user/" + UPLOAD);
    stored("pending/contract/" + UPLOAD);
    stored("contract/user-43/" + UPLOAD);
    Instant uploaded = head.lastModified();
    UploadPolicy policy = policy("contract/");

    List<PendingUpload> pending = store().pending(policy, uploaded.plusSeconds(60)).toList();

    assertThat(pending)
        .extracting(PendingUpload::key, PendingUpload::owner)
        .containsExactly(tuple(ObjectKey.of("contract/user-42/" + UPLOAD), "user-42"));
    assertThat(pending.get(0).uploadedAt())
        .isBetween(uploaded.minusSeconds(5), uploaded.plusSeconds(5));
    assertThat(pending.get(0).toString()).doesNotContain("user-42");
    assertThat(store().pending(policy, uploaded.minusSeconds(60))).isEmpty();
  }

  /** The owner has the name of a longer prefix. */
  @Test
  void erasesTheUploadsOfAnOwnerAndNobodyElses() {
    List<ObjectKey> own =
        List.of(
            stored("contract/shared/" + UPLOAD),
            stored("pending/contract/shared/" + UPLOAD),
            stored("contract/shared/" + UPLOAD.replace(".png", ".heic")),
            stored("contract/photos/shared/" + UPLOAD));
    List<ObjectKey> others =
        List.of(
            stored("contract/shared/user-42/" + UPLOAD),
            stored("pending/contract/shared/user-42/" + UPLOAD),
            stored("contract/shared/notes.txt"),
            stored("contract/shared/" + UPLOAD + ".html"),
            stored("contract/shared-2/" + UPLOAD));

    DeletionReport report =
        store()
            .eraseOwner(
                List.of(policy("contract/"), policy("contract/photos/"), policy("contract/")),
                "shared")
            .orThrow();

    assertThat(Set.copyOf(deleted(report))).containsExactlyInAnyOrderElementsOf(values(own));
    assertThat(own).noneMatch(this::exists);
    assertThat(others).allMatch(this::exists);
  }

  @Test
  void refusesToEraseNothing() {
    assertThatIllegalArgumentException().isThrownBy(() -> store().eraseOwner(List.of(), "user-42"));
    for (String owner : List.of("", "..", "a/b", "user-42/", "\u0000", "x".repeat(129))) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> store().eraseOwner(List.of(policy("contract/")), owner));
    }
  }

  @Test
  void deletesNothingAboveTheLimit() {
    List<ObjectKey> keys = put(3);

    assertThat(kindOf(() -> store().deletePrefix(PREFIX, 2))).isEqualTo(Kind.LIMIT_EXCEEDED);
    assertThat(kindOf(() -> store().erasePrefix(PREFIX, 2))).isEqualTo(Kind.LIMIT_EXCEEDED);
    assertThat(keys).allSatisfy(key -> assertThat(store().head(key)).isPresent());

    assertThat(deleted(store().deletePrefix(PREFIX, 3))).hasSize(3);
  }

  @Test
  void refusesALimitBelowOne() {
    assertThatIllegalArgumentException().isThrownBy(() -> store().deletePrefix(PREFIX, 0));
    assertThatIllegalArgumentException().isThrownBy(() -> store().erasePrefix(PREFIX, -1));
  }

  @TestFactory
  Stream<DynamicTest> refusesAPrefixThatIsNotWholeSegments() {
    return Stream.of(
            "",
            "/",
            "//",
            " ",
            " /",
            "contract",
            "contract/user-42",
            "/contract/",
            "contract//",
            "contract//user-42/",
            "contract/ /",
            "./",
            "../",
            "contract/./",
            "contract/../",
            "contract/user\n/",
            "contract/\u0000/",
            "contract/\uD800/",
            "x".repeat(1_024) + "/")
        .map(
            prefix ->
                DynamicTest.dynamicTest(
                    "'" + prefix.codePoints().limit(20).boxed().toList() + "'",
                    () -> {
                      ObjectKey key = put("a.png");

                      assertThatIllegalArgumentException()
                          .isThrownBy(() -> store().deletePrefix(prefix))
                          .withMessageContaining("avatars/user-42/");
                      assertThatIllegalArgumentException()
                          .isThrownBy(() -> store().erasePrefix(prefix))
                          .withMessageContaining("avatars/user-42/");
                      assertThatIllegalArgumentException()
                          .isThrownBy(() -> store().list(prefix))
                          .withMessageContaining("avatars/user-42/");
                      assertThat(store().head(key)).isPresent();
                    }));
  }

  @TestFactory
  Stream<DynamicTest> acceptsHostileKeys() {
    return HOSTILE.stream()
        .map(
            name ->
                DynamicTest.dynamicTest(
                    name,
                    () -> {
                      ObjectKey key = put(name);
                      assertThat(store().head(key)).isPresent();
                      assertThat(read(store().open(key, 1, 2))).containsExactly(1, 2);
                      store().delete(key);
                      assertThat(store().head(key)).isEmpty();
                    }));
  }

  @Test
  void deletesHostileKeysByList() {
    List<ObjectKey> keys = HOSTILE.stream().map(this::put).toList();
    ObjectKey neighbor = put("neighbor.png");

    DeletionReport report = store().deleteAll(keys).orThrow();

    assertThat(deleted(report)).containsExactlyInAnyOrderElementsOf(values(keys));
    assertThat(keys).allSatisfy(key -> assertThat(store().head(key)).isEmpty());
    assertThat(store().head(neighbor)).isPresent();
  }

  @Test
  void deletesHostileKeysByPrefix() {
    List<ObjectKey> keys = HOSTILE.stream().map(name -> put("<&\"%2F +😀/" + name)).toList();
    ObjectKey neighbor = put("neighbor.png");

    DeletionReport report = store().deletePrefix(PREFIX + "<&\"%2F +😀/").orThrow();

    assertThat(deleted(report)).containsExactlyInAnyOrderElementsOf(values(keys));
    assertThat(store().head(neighbor)).isPresent();
  }

  @Test
  void erasesHostileKeys() {
    List<ObjectKey> keys = HOSTILE.stream().map(this::put).toList();

    DeletionReport report = store().erasePrefix(PREFIX).orThrow();

    assertThat(deleted(report)).containsAll(values(keys));
    assertThat(keys).allSatisfy(key -> assertThat(store().head(key)).isEmpty());
  }

  @Test
  void deletesTheLongestKey() {
    String longest = "ü".repeat((1_024 - PREFIX.length()) / 2);
    ObjectKey key = put(longest);

    assertThat(deleted(store().deleteAll(Collections.nCopies(1, key)))).hasSize(1);
    assertThat(store().head(key)).isEmpty();
    assertThat(key.value().getBytes(StandardCharsets.UTF_8).length).isGreaterThan(1_020);
  }

  @Test
  void reportsEveryKeyWhenInterrupted() {
    List<ObjectKey> keys = put(3);
    Thread.currentThread().interrupt();
    try {
      assertThatExceptionOfType(StorageException.class)
          .isThrownBy(() -> store().deleteAll(keys))
          .satisfies(
              e -> {
                assertThat(e.kind()).isEqualTo(Kind.INTERRUPTED);
                DeletionReport report = e.report().orElseThrow();
                List<String> all = new ArrayList<>(deleted(report));
                report.failed().forEach(failure -> all.add(failure.key()));
                assertThat(all).containsExactlyInAnyOrderElementsOf(values(keys));
                assertThat(report.isComplete()).isFalse();
              });
      assertThat(Thread.currentThread().isInterrupted()).isTrue();
    } finally {
      Thread.interrupted();
    }
  }

  @Test
  void refusesNull() {
    assertThatNullPointerException().isThrownBy(() -> store().head(missing()));
    assertThatNullPointerException().isThrownBy(() -> store().open(missing()));
    assertThatNullPointerException().isThrownBy(() -> store().open(missing(), 0, 1));
    assertThatNullPointerException().isThrownBy(() -> store().put(missing()));
    assertThatNullPointerException().isThrownBy(() -> store().delete(missing()));
    assertThatNullPointerException().isThrownBy(() -> store().deletePrefix(missing()));
    assertThatNullPointerException().isThrownBy(() -> store().erasePrefix(missing()));
    assertThatNullPointerException().isThrownBy(() -> store().list(missing()));
    assertThatNullPointerException().isThrownBy(() -> store().eraseOwner(missing(), "user-42"));
    assertThatNullPointerException()
        .isThrownBy(() -> store().eraseOwner(List.of(policy("contract/")), missing()));
    assertThatNullPointerException()
        .isThrownBy(() -> store().pending(policy("contract/"), missing()));
    assertThatNullPointerException().isThrownBy(() -> store().pending(missing(), Instant.EPOCH));
  }

  /** Null, hidden from the null checker. */
  @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"})
  private static <T> T missing() {
    return null;
  }
}
