package com.healthmetrics.aws.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which objects are uploads: those, and no other, are verified, listed as pending and erased. */
class UploadKeysTest {
  private static final UploadPolicy AVATARS = UploadPolicy.avatars();
  private static final String FOLDER = "avatars/user-42/";
  private static final String HEX = "0123456789abcdef0123456789abcdef";

  private static boolean isPending(String key) {
    return UploadKeys.pending(
            new ObjectStore.Listed(key, 3, Instant.parse("2026-11-25T10:00:00Z")), AVATARS)
        .isPresent();
  }

  @ParameterizedTest
  @ValueSource(strings = {HEX + ".png", HEX + ".jpg", "ffffffffffffffffffffffffffffffff.webp"})
  void recognizesItsOwnNames(String name) {
    assertThat(UploadKeys.isUpload(FOLDER + name, FOLDER)).isTrue();
    assertThat(isPending("pending/" + FOLDER + name)).isTrue();
    assertThat(UploadKeys.typeOf(ObjectKey.of(FOLDER + name), AVATARS, "user-42")).isPresent();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        HEX,
        HEX + ".",
        HEX + ".exe",
        HEX + "xpng",
        HEX + "0.png",
        "0123456789abcdef0123456789abcde.png",
        "0123456789ABCDEF0123456789ABCDEF.png",
        "g123456789abcdef0123456789abcdef.png",
        "0123456789abcdef0123456789abcdeg.png",
        "more/" + HEX + ".png",
        "notes.txt"
      })
  void recognizesNoOtherName(String name) {
    assertThat(UploadKeys.isUpload(FOLDER + name, FOLDER)).isFalse();
    assertThat(isPending("pending/" + FOLDER + name)).isFalse();
    assertThat(UploadKeys.typeOf(ObjectKey.of(FOLDER + name), AVATARS, "user-42")).isEmpty();
  }

  @Test
  void recognizesNoNameInAnotherFolder() {
    String neighbor = "avatars/user-421/" + HEX + ".png";

    assertThat(UploadKeys.isUpload(neighbor, FOLDER)).isFalse();
    assertThat(UploadKeys.typeOf(ObjectKey.of(neighbor), AVATARS, "user-42")).isEmpty();
    assertThat(isPending("pending/avatars/.user/" + HEX + ".png")).as("no owner").isFalse();
    assertThat(isPending("pending/avatars/" + HEX + ".png")).as("without owner").isFalse();
  }

  @Test
  void namesOwnerKeyAndTimeOfAPendingUpload() {
    Instant sent = Instant.parse("2026-11-25T10:00:00Z");
    String key = FOLDER + HEX + ".png";

    assertThat(UploadKeys.pending(new ObjectStore.Listed("pending/" + key, 3, sent), AVATARS))
        .hasValue(new ObjectStore.PendingUpload(ObjectKey.of(key), "user-42", sent));
  }
}
