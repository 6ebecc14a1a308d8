package com.healthmetrics.aws.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.healthmetrics.aws.storage.DeletionReport;
import com.healthmetrics.aws.storage.NewObject;
import com.healthmetrics.aws.storage.ObjectHead;
import com.healthmetrics.aws.storage.ObjectKey;
import com.healthmetrics.aws.storage.ObjectStore;
import com.healthmetrics.aws.storage.StorageException;
import com.healthmetrics.aws.storage.StorageException.Kind;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
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

/** What {@link ObjectStoreContract} requires of storing, inspecting and reading one object. */
abstract class StoredObjectCases {

  static final byte[] PICTURE = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9};

  /** Keys that encodings, XML and URLs tend to break. */
  static final List<String> HOSTILE =
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

  /** {@return the store under test; the same for every call in one test} */
  protected abstract ObjectStore store();

  /**
   * {@return the prefix of the objects that the suite stores, with a slash at its end; the same for
   * every call in one test} Default: {@code contract/}. In a bucket that has other objects, return
   * a random one for each test.
   */
  protected String keyPrefix() {
    return "contract/";
  }

  /** The prefix of the objects of one owner. */
  final String folder() {
    return keyPrefix() + "user-42/";
  }

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

  ObjectKey put(String name) {
    ObjectKey key = ObjectKey.of(folder() + name);
    put(key, "image/png", PICTURE);
    return key;
  }

  List<ObjectKey> put(int count) {
    return IntStream.range(0, count).mapToObj(i -> put("many-" + i + ".png")).toList();
  }

  static List<String> values(List<ObjectKey> keys) {
    return keys.stream().map(ObjectKey::value).toList();
  }

  static List<String> deleted(DeletionReport report) {
    return report.deleted().stream().map(DeletionReport.Deleted::key).toList();
  }

  static Kind kindOf(Runnable attempt) {
    List<Kind> kinds = new ArrayList<>();
    assertThatExceptionOfType(StorageException.class)
        .isThrownBy(attempt::run)
        .satisfies(e -> kinds.add(e.kind()));
    return kinds.get(0);
  }

  byte[] read(InputStream content) throws IOException {
    try (content) {
      return content.readAllBytes();
    }
  }

  @AfterEach
  void removeAllObjects() {
    store().erasePrefix(keyPrefix()).orThrow();
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
    assertThat(store().head(ObjectKey.of(folder() + "missing.png"))).isEmpty();
  }

  @Test
  void readsAnObject() throws IOException {
    assertThat(read(store().open(put("a.png")))).isEqualTo(PICTURE);
  }

  @Test
  void readsAnEmptyObject() throws IOException {
    ObjectKey key = ObjectKey.of(folder() + "empty.png");
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
    ObjectKey key = ObjectKey.of(folder() + "missing.png");

    assertThat(kindOf(() -> store().open(key))).isEqualTo(Kind.NOT_FOUND);
    assertThat(kindOf(() -> store().open(key, 0, 15))).isEqualTo(Kind.NOT_FOUND);
  }

  NewObject picture(String name) {
    return NewObject.of(ObjectKey.of(folder() + name), "image/png", PICTURE);
  }

  NewObject streamed(long sizeBytes, Supplier<InputStream> content) {
    return NewObject.of(ObjectKey.of(folder() + "a.png"), "image/png", sizeBytes, content);
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
    ObjectHead stored = store().put(NewObject.of(ObjectKey.of(folder() + "a"), "a/b", new byte[0]));

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
  void storesNothingIfTheContentCannotBeRead() throws IOException {
    InputStream unreadable = InputStream.nullInputStream();
    unreadable.close();
    NewObject broken = streamed(10, () -> unreadable);
    IllegalStateException missing = new IllegalStateException("as the test needs");

    assertThatExceptionOfType(UncheckedIOException.class)
        .isThrownBy(() -> store().put(broken))
        .withStackTraceContaining("Stream closed");
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

  static ObjectKey pendingTwin(ObjectKey key) {
    return ObjectKey.of("pending/" + key);
  }

  ObjectKey putPendingTwin(ObjectKey key) {
    ObjectKey twin = pendingTwin(key);
    put(twin, "image/png", PICTURE);
    return twin;
  }

  boolean exists(ObjectKey key) {
    return store().head(key).isPresent();
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

  /** Null, hidden from the null checker. */
  @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"})
  static <T> T missing() {
    return null;
  }
}
