package com.healthmetrics.aws.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import com.healthmetrics.aws.storage.DeletionReport;
import com.healthmetrics.aws.storage.ObjectKey;
import com.healthmetrics.aws.storage.ObjectStore.Listed;
import com.healthmetrics.aws.storage.StorageException;
import com.healthmetrics.aws.storage.StorageException.Kind;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What {@link ObjectStoreContract} requires of deleting objects. */
abstract class DeletionCases extends StoredObjectCases {
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
    ObjectKey missing = ObjectKey.of(folder() + "missing.png");

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
    assertThat(store().deletePrefix(folder()).deleted()).isEmpty();
  }

  @Test
  void deletesAPrefixOfMoreThanOnePage() {
    List<ObjectKey> keys = put(1_001);
    ObjectKey neighbor = ObjectKey.of(keyPrefix() + "user-421/a.png");
    put(neighbor, "image/png", PICTURE);

    assertThat(store().list(folder()))
        .extracting(Listed::key)
        .containsExactlyInAnyOrderElementsOf(values(keys));
    DeletionReport report = store().deletePrefix(folder());

    assertThat(deleted(report)).containsExactlyInAnyOrderElementsOf(values(keys));
    assertThat(report.failed()).isEmpty();
    assertThat(store().head(keys.get(0))).isEmpty();
    assertThat(store().head(neighbor)).isPresent();
  }

  @Test
  void erasesAPrefix() {
    ObjectKey key = put("a.png");
    put("a.png");
    ObjectKey neighbor = ObjectKey.of(keyPrefix() + "user-421/a.png");
    put(neighbor, "image/png", PICTURE);

    DeletionReport report = store().erasePrefix(folder()).orThrow();

    assertThat(deleted(report)).contains(key.value()).doesNotContain(neighbor.value());
    assertThat(store().head(key)).isEmpty();
    assertThat(store().head(neighbor)).isPresent();
    assertThat(store().erasePrefix(folder()).deleted()).isEmpty();
  }

  @Test
  void deletesThePendingTwinOfAnObject() {
    ObjectKey key = put("a.png");
    ObjectKey twin = putPendingTwin(key);
    ObjectKey unpublished = ObjectKey.of(folder() + "b.png");
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
    ObjectKey unpublished = pendingTwin(ObjectKey.of(folder() + "b.png"));
    put(unpublished, "image/png", PICTURE);
    ObjectKey neighbor = putPendingTwin(ObjectKey.of(keyPrefix() + "user-421/a.png"));

    DeletionReport report = store().deletePrefix(folder());

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

    DeletionReport report = store().erasePrefix(folder()).orThrow();

    assertThat(deleted(report)).contains(key.value(), twin.value());
    assertThat(List.of(key, twin)).noneMatch(this::exists);
    assertThat(store().erasePrefix(folder()).deleted()).isEmpty();
  }

  @Test
  void countsPendingTwinsTowardsTheLimit() {
    ObjectKey key = put("a.png");
    ObjectKey twin = putPendingTwin(key);

    assertThat(kindOf(() -> store().deletePrefix(folder(), 1))).isEqualTo(Kind.LIMIT_EXCEEDED);
    assertThat(kindOf(() -> store().erasePrefix(folder(), 1))).isEqualTo(Kind.LIMIT_EXCEEDED);
    assertThat(List.of(key, twin)).allMatch(this::exists);
  }

  @Test
  void deletesThePendingUploadsOfAPrefixAlone() {
    ObjectKey key = put("a.png");
    ObjectKey twin = putPendingTwin(key);

    assertThat(deleted(store().deletePrefix("pending/" + folder()))).containsExactly(twin.value());
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

  @Test
  void deletesNothingAboveTheLimit() {
    List<ObjectKey> keys = put(3);

    assertThat(kindOf(() -> store().deletePrefix(folder(), 2))).isEqualTo(Kind.LIMIT_EXCEEDED);
    assertThat(kindOf(() -> store().erasePrefix(folder(), 2))).isEqualTo(Kind.LIMIT_EXCEEDED);
    assertThat(keys).allSatisfy(key -> assertThat(store().head(key)).isPresent());

    assertThat(deleted(store().deletePrefix(folder(), 3))).hasSize(3);
  }

  @Test
  void refusesALimitBelowOne() {
    assertThatIllegalArgumentException().isThrownBy(() -> store().deletePrefix(folder(), 0));
    assertThatIllegalArgumentException().isThrownBy(() -> store().erasePrefix(folder(), -1));
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

    DeletionReport report = store().deletePrefix(folder() + "<&\"%2F +😀/").orThrow();

    assertThat(deleted(report)).containsExactlyInAnyOrderElementsOf(values(keys));
    assertThat(store().head(neighbor)).isPresent();
  }

  @Test
  void erasesHostileKeys() {
    List<ObjectKey> keys = HOSTILE.stream().map(this::put).toList();

    DeletionReport report = store().erasePrefix(folder()).orThrow();

    assertThat(deleted(report)).containsAll(values(keys));
    assertThat(keys).allSatisfy(key -> assertThat(store().head(key)).isEmpty());
  }

  @Test
  void deletesTheLongestKey() {
    String longest = "ü".repeat((1_024 - folder().length()) / 2);
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
}
