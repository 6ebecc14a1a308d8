package com.healthmetrics.aws.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageTypeTest {

  @ParameterizedTest
  @CsvSource({
    "JPEG, image/jpeg, jpg",
    "PNG, image/png, png",
    "WEBP, image/webp, webp",
    "HEIC, image/heic, heic",
    "AVIF, image/avif, avif",
  })
  void knowsMediaTypeAndExtension(ImageType type, String mediaType, String extension) {
    assertThat(type.mediaType()).isEqualTo(mediaType);
    assertThat(type.extension()).isEqualTo(extension);
    assertThat(ImageType.ofMediaType(mediaType)).hasValue(type);
  }

  @ParameterizedTest
  @CsvSource({"IMAGE/JPEG, JPEG", "Image/Png, PNG", "image/WEBP, WEBP"})
  void readsMediaTypesInAnyCase(String mediaType, ImageType type) {
    assertThat(ImageType.ofMediaType(mediaType)).hasValue(type);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "image/*",
        "image/svg+xml",
        "text/html",
        "application/xml",
        "image/jpg",
        "image/png;q=1",
        "image/png ",
        "ımage/png"
      })
  void knowsNoOtherType(String mediaType) {
    assertThat(ImageType.ofMediaType(mediaType)).isEmpty();
  }

  @Test
  void refusesNull() {
    assertThatNullPointerException().isThrownBy(() -> ImageType.ofMediaType(null));
  }
}
