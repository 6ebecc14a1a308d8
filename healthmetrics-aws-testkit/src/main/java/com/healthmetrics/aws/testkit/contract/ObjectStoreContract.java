package com.healthmetrics.aws.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.tuple;

import com.healthmetrics.aws.storage.DeletionReport;
import com.healthmetrics.aws.storage.ImageType;
import com.healthmetrics.aws.storage.ObjectHead;
import com.healthmetrics.aws.storage.ObjectKey;
import com.healthmetrics.aws.storage.ObjectStore;
import com.healthmetrics.aws.storage.ObjectStore.Listed;
import com.healthmetrics.aws.storage.ObjectStore.PendingUpload;
import com.healthmetrics.aws.storage.UploadPolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

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
 * <p>The suite stores up to 2,005 objects below {@link #keyPrefix()}, and below {@code pending/}
 * and that, and removes them again. JUnit creates a new instance for each test.
 */
public abstract class ObjectStoreContract extends DeletionCases {
  /** Constructor for subclasses. */
  protected ObjectStoreContract() {}

  @Test
  void listsWhatIsBelowAPrefix() {
    ObjectHead head = store().head(put("a.png")).orElseThrow();
    put("b/c.png");
    put(ObjectKey.of(keyPrefix() + "user-421/a.png"), "image/png", PICTURE);
    put(pendingTwin(head.key()), "image/png", PICTURE);

    List<Listed> listed = store().list(folder()).toList();

    assertThat(listed)
        .extracting(Listed::key)
        .containsExactlyInAnyOrder(folder() + "a.png", folder() + "b/c.png");
    assertThat(listed).extracting(Listed::sizeBytes).containsOnly((long) PICTURE.length);
    assertThat(listed.get(0).lastModified())
        .isBetween(head.lastModified().minusSeconds(5), head.lastModified().plusSeconds(5));
    assertThat(listed.get(0).toString()).doesNotContain("user-42");
  }

  @Test
  void listsNothingBelowAnUnusedPrefix() {
    put("a.png");

    assertThat(store().list(keyPrefix() + "user-4/")).isEmpty();
  }

  @Test
  void listsHostileKeys() {
    List<ObjectKey> keys = HOSTILE.stream().map(this::put).toList();

    assertThat(store().list(folder()))
        .extracting(Listed::key)
        .containsExactlyInAnyOrderElementsOf(values(keys));
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
    ObjectHead head =
        store().head(stored("pending/" + keyPrefix() + "user-42/" + UPLOAD)).orElseThrow();
    stored("pending/" + keyPrefix() + "user-42/" + UPLOAD.replace(".png", ".jpg"));
    stored("pending/" + keyPrefix() + "user-42/" + UPLOAD + ".html");
    stored("pending/" + keyPrefix() + "user-42/notes.png");
    stored("pending/" + keyPrefix() + "nested/user-42/" + UPLOAD);
    stored("pending/" + keyPrefix() + ".user/" + UPLOAD);
    stored("pending/" + keyPrefix() + UPLOAD);
    stored(keyPrefix() + "user-43/" + UPLOAD);
    Instant uploaded = head.lastModified();
    UploadPolicy policy = policy(keyPrefix());

    List<PendingUpload> pending = store().pending(policy, uploaded.plusSeconds(60)).toList();

    assertThat(pending)
        .extracting(PendingUpload::key, PendingUpload::owner)
        .containsExactly(tuple(ObjectKey.of(keyPrefix() + "user-42/" + UPLOAD), "user-42"));
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
            stored(keyPrefix() + "shared/" + UPLOAD),
            stored("pending/" + keyPrefix() + "shared/" + UPLOAD),
            stored(keyPrefix() + "shared/" + UPLOAD.replace(".png", ".heic")),
            stored(keyPrefix() + "photos/shared/" + UPLOAD));
    List<ObjectKey> others =
        List.of(
            stored(keyPrefix() + "shared/user-42/" + UPLOAD),
            stored("pending/" + keyPrefix() + "shared/user-42/" + UPLOAD),
            stored(keyPrefix() + "shared/notes.txt"),
            stored(keyPrefix() + "shared/" + UPLOAD + ".html"),
            stored(keyPrefix() + "shared-2/" + UPLOAD));

    DeletionReport report =
        store()
            .eraseOwner(
                List.of(policy(keyPrefix()), policy(keyPrefix() + "photos/"), policy(keyPrefix())),
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
          .isThrownBy(() -> store().eraseOwner(List.of(policy(keyPrefix())), owner));
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
        .isThrownBy(() -> store().eraseOwner(List.of(policy(keyPrefix())), missing()));
    assertThatNullPointerException()
        .isThrownBy(() -> store().pending(policy(keyPrefix()), missing()));
    assertThatNullPointerException().isThrownBy(() -> store().pending(missing(), Instant.EPOCH));
  }
}
