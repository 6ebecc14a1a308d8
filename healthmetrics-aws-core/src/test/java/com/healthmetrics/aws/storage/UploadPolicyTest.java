package com.healthmetrics.aws.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UploadPolicyTest {
  private static UploadPolicy.Builder complete() {
    return UploadPolicy.builder()
        .keyPrefix("recipes/")
        .types(ImageType.WEBP, ImageType.JPEG)
        .maxBytes(1_000)
        .lifetime(Duration.ofMinutes(2));
  }

  @Test
  void returnsWhatItWasBuiltWith() {
    UploadPolicy policy = complete().cacheControl("no-store").build();

    assertThat(policy.keyPrefix()).isEqualTo("recipes/");
    assertThat(policy.types()).containsExactly(ImageType.JPEG, ImageType.WEBP).isUnmodifiable();
    assertThat(policy.maxBytes()).isEqualTo(1_000);
    assertThat(policy.lifetime()).isEqualTo(Duration.ofMinutes(2));
    assertThat(policy.cacheControl()).hasValue("no-store");
    assertThat(policy.toString()).contains("recipes/", "JPEG, WEBP", "1000", "PT2M", "no-store");
  }

  @Test
  void hasAPresetForAvatars() {
    UploadPolicy avatars = UploadPolicy.avatars();

    assertThat(avatars.keyPrefix()).isEqualTo("avatars/");
    assertThat(avatars.types()).containsExactly(ImageType.JPEG, ImageType.PNG, ImageType.WEBP);
    assertThat(avatars.maxBytes()).isEqualTo(5_242_880);
    assertThat(avatars.lifetime()).isEqualTo(Duration.ofSeconds(300));
    assertThat(avatars.cacheControl()).hasValue("public, max-age=31536000, immutable");
  }

  @Test
  void hasPresetsForPrivatePhotos() {
    for (UploadPolicy photos : List.of(UploadPolicy.progressPhotos(), UploadPolicy.foodPhotos())) {
      assertThat(photos.types()).containsExactly(ImageType.values());
      assertThat(photos.maxBytes()).isEqualTo(20_971_520);
      assertThat(photos.lifetime()).isEqualTo(Duration.ofSeconds(300));
      assertThat(photos.cacheControl()).hasValue("private, max-age=31536000, immutable");
      assertThat(photos.publiclyReadable()).isFalse();
    }
    assertThat(UploadPolicy.progressPhotos().keyPrefix()).isEqualTo("progress-photos/");
    assertThat(UploadPolicy.foodPhotos().keyPrefix()).isEqualTo("food-photos/");
  }

  @Test
  void isPrivateUnlessMadePubliclyReadable() {
    UploadPolicy.Builder complete =
        UploadPolicy.builder()
            .keyPrefix("recipes/")
            .types(ImageType.PNG)
            .maxBytes(1)
            .lifetime(Duration.ofSeconds(1));

    assertThat(complete.build().publiclyReadable()).isFalse();
    assertThat(complete.build()).asString().contains("private");
    assertThat(complete.publiclyReadable().build().publiclyReadable()).isTrue();
    assertThat(UploadPolicy.avatars().publiclyReadable()).isTrue();
  }

  @Test
  void namesAllMissingValuesAtOnce() {
    assertThatIllegalStateException()
        .isThrownBy(() -> UploadPolicy.builder().build())
        .withMessageContaining("keyPrefix, types, maxBytes, lifetime");
    assertThatIllegalStateException()
        .isThrownBy(
            () -> UploadPolicy.builder().keyPrefix("a/").lifetime(Duration.ofSeconds(1)).build())
        .withMessageContaining("types, maxBytes")
        .withMessageNotContaining("keyPrefix")
        .withMessageNotContaining("lifetime");
    assertThatIllegalStateException()
        .isThrownBy(UploadPolicyTest::buildWithoutPrefix)
        .withMessageContaining("Missing: keyPrefix.");
  }

  private static void buildWithoutPrefix() {
    UploadPolicy.builder().types(ImageType.PNG).maxBytes(1).lifetime(Duration.ofSeconds(1)).build();
  }

  @Test
  void signsNoCacheControlUnlessSet() {
    assertThat(complete().build().cacheControl()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"a/", "avatars/", "0/", "users/pictures/", "v1.2_x-y/", "a/b/c/d/"})
  void acceptsPrefixesOfLowerCaseSegments(String prefix) {
    assertThat(complete().keyPrefix(prefix).build().keyPrefix()).isEqualTo(prefix);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        "avatars",
        "/avatars/",
        "a//b/",
        "../",
        "./",
        "a/../b/",
        ".hidden/",
        "-a/",
        "Avatars/",
        "a b/",
        "a%2f/",
        "ä/",
        "a/\n",
        "a\u0000/"
      })
  void refusesPrefixesOfAnotherForm(String prefix) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> complete().keyPrefix(prefix))
        .withMessageContaining("is not a valid key prefix");
  }

  @Test
  void limitsAPrefixTo256Characters() {
    assertThat(complete().keyPrefix("p".repeat(255) + "/").build().keyPrefix()).hasSize(256);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> complete().keyPrefix("p".repeat(256) + "/"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> complete().keyPrefix("p/".repeat(100_000)));
  }

  @Test
  void acceptsSizesOfPictures() {
    assertThat(complete().maxBytes(1).build().maxBytes()).isOne();
    assertThat(complete().maxBytes(67_108_864L).build().maxBytes()).isEqualTo(67_108_864L);
    for (long size : new long[] {0, -1, 67_108_865L}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> complete().maxBytes(size))
          .withMessageContaining(size + " bytes")
          .withMessageContaining("64 MiB");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"pending/", "pending/avatars/", "pending/pending/"})
  void refusesThePrefixOfPendingUploads(String prefix) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> complete().keyPrefix(prefix))
        .withMessageContaining("pending/")
        .withMessageContaining("verified");
  }

  @ParameterizedTest
  @ValueSource(strings = {"avatars/pending/", "pending-avatars/", "pendings/"})
  void acceptsPrefixesThatOnlyLookPending(String prefix) {
    assertThat(complete().keyPrefix(prefix).build().keyPrefix()).isEqualTo(prefix);
  }

  @Test
  void keepsNoMetadataOfPublicPicturesAndTheFileNameOfPrivateOnes() {
    assertThat(UploadPolicy.avatars().keptMetadata()).isEmpty();
    assertThat(UploadPolicy.progressPhotos().keptMetadata()).containsExactly("filename");
    assertThat(UploadPolicy.foodPhotos().keptMetadata()).containsExactly("filename");
    assertThat(complete().build().keptMetadata()).isEmpty();
    assertThat(complete().keepMetadata("filename", "taken-on").build())
        .hasToString(
            complete().build().toString().replace("PT2M", "PT2M, keeps [filename, taken-on]"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Taken", "x-amz-meta-", "a b", "-a", "a\r\nb"})
  void keepsNothingThatIsNoNameOfMetadata(String name) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> complete().keepMetadata("taken", name))
        .withMessageContaining("is not a name of metadata");
  }

  @ParameterizedTest
  @ValueSource(strings = {"PT1S", "PT15M"})
  void acceptsLifetimesOfUpTo15Minutes(Duration lifetime) {
    assertThat(complete().lifetime(lifetime).build().lifetime()).isEqualTo(lifetime);
  }

  @ParameterizedTest
  @ValueSource(strings = {"PT15M1S", "PT0S", "PT-1S", "PT0.999S", "PT1.5S", "PT1.000000001S"})
  void refusesOtherLifetimesAndNamesTheMethodForLongerOnes(Duration lifetime) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> complete().lifetime(lifetime))
        .withMessageContaining(lifetime.toString())
        .withMessageContaining("unusuallyLongLifetime");
  }

  @ParameterizedTest
  @ValueSource(strings = {"PT1S", "PT15M1S", "P7D"})
  void acceptsUnusuallyLongLifetimesOfUpToAWeek(Duration lifetime) {
    assertThat(complete().unusuallyLongLifetime(lifetime).build().lifetime()).isEqualTo(lifetime);
  }

  @ParameterizedTest
  @ValueSource(strings = {"PT168H1S", "PT0S", "PT-1S", "PT1.5S"})
  void refusesLifetimesThatS3WouldRefuse(Duration lifetime) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> complete().unusuallyLongLifetime(lifetime))
        .withMessageContaining(lifetime.toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "no-store\r\nx-amz-acl: public-read",
        "no-store\n",
        "a  b",
        " no-store",
        "no-store ",
        "no\tstore",
        "ä",
        "a\u0000"
      })
  void refusesCacheControlThatCouldForgeAHeader(String value) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> complete().cacheControl(value))
        .withMessageContaining("is not a valid Cache-Control value");
  }

  @Test
  void refusesNulls() {
    assertThatNullPointerException().isThrownBy(() -> complete().keyPrefix(null));
    assertThatNullPointerException().isThrownBy(() -> complete().types(null));
    assertThatNullPointerException().isThrownBy(() -> complete().lifetime(null));
    assertThatNullPointerException().isThrownBy(() -> complete().unusuallyLongLifetime(null));
    assertThatNullPointerException().isThrownBy(() -> complete().cacheControl(null));
  }

  @Test
  void isNotChangedByItsBuilder() {
    UploadPolicy.Builder builder = complete();
    UploadPolicy policy = builder.build();

    builder.types(ImageType.PNG).maxBytes(5).keyPrefix("other/");

    assertThat(policy.types()).containsExactly(ImageType.JPEG, ImageType.WEBP);
    assertThat(policy.maxBytes()).isEqualTo(1_000);
    assertThat(policy.keyPrefix()).isEqualTo("recipes/");
  }
}
