package com.healthmetrics.aws.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageTypeTest {
  /** A brand that names no codec. */
  private static final String MIF1 = "6d696631";

  @ParameterizedTest
  @CsvSource({
    "JPEG, image/jpeg, jpg",
    "PNG, image/png, png",
    "WEBP, image/webp, webp",
    "HEIC, image/heic, heic",
    "AVIF, image/avif, avif",
  })
  void hasMediaTypeAndExtension(ImageType type, String mediaType, String extension) {
    assertThat(type.mediaType()).isEqualTo(mediaType);
    assertThat(type.extension()).isEqualTo(extension);
    assertThat(ImageType.ofMediaType(mediaType)).hasValue(type);
  }

  /** What browsers on some systems call these files. */
  @ParameterizedTest
  @CsvSource({
    "image/jpg, JPEG",
    "image/pjpeg, JPEG",
    "image/x-png, PNG",
    "image/heif, HEIC",
    "IMAGE/JPG, JPEG",
    "Image/HEIF, HEIC"
  })
  void knowsTheOtherNamesOfATypeAndSignsItsOwn(String mediaType, ImageType type) {
    assertThat(ImageType.ofMediaType(mediaType)).hasValue(type);
    UploadRequest request = UploadRequest.of("user-42", mediaType, 10);
    assertThat(
            new InMemoryBucket()
                .uploads()
                .presignPut(UploadPolicy.progressPhotos(), request)
                .headers())
        .containsEntry("content-type", type.mediaType());
  }

  @ParameterizedTest
  @CsvSource({"HEIC, 68766331", "AVIF, 61763031"})
  void decidesByAnItemsCodecWhereNoBrandNamesOne(ImageType type, String codec) {
    String items = "0000001566747970" + MIF1 + "00000000" + MIF1 + "000000ff6d657461" + codec;

    assertThat(ImageType.ofFirstBytes(HexFormat.of().parseHex(items))).hasValue(type);
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
        "image/png;q=1",
        "image/png ",
        "ımage/png"
      })
  void hasNoOtherType(String mediaType) {
    assertThat(ImageType.ofMediaType(mediaType)).isEmpty();
  }

  /** How files begin that libjpeg, libpng, libwebp, libheif, libavif and cameras wrote. */
  @ParameterizedTest
  @CsvSource({
    "JPEG, ffd8ffe000104a46494600010100",
    "JPEG, ffd8ffe1001845786966000049492a00",
    "JPEG, ffd8ffdb",
    "PNG, 89504e470d0a1a0a0000000d49484452",
    "WEBP, 524946467600000057454250565038206a000000",
    "WEBP, 524946463c000000574542505650384c2f000000",
    "HEIC, 0000001c6674797068656963000000006d696631686569636d696166000001ac6d657461",
    "HEIC, 0000001866747970" + MIF1 + "00000000" + MIF1 + "68656963",
    "HEIC, 0000001866747970" + "68656978" + "00000000" + MIF1 + "61766966",
    "AVIF, 0000001c667479706176696600000000617669666d6966316d696166000000f26d657461",
    "AVIF, 0000001c66747970" + MIF1 + "00000000" + MIF1 + "6d696166" + "61766966",
    "AVIF, 0000001866747970" + "61766973" + "00000000" + "6d736631" + "68656963",
  })
  void recognizesAFileByItsFirstBytes(ImageType type, String hex) {
    assertThat(ImageType.ofFirstBytes(HexFormat.of().parseHex(hex))).hasValue(type);
  }

  @ParameterizedTest
  @CsvSource({
    "an empty file, ''",
    "HTML, 3c21646f63747970652068746d6c3e",
    "svg, 3c73766720786d6c6e733d",
    "a gif, 474946383961",
    "a jpeg that breaks off, ffd8",
    "a png that breaks off, 89504e470d0a1a",
    "a png after a line break, 0a89504e470d0a1a0a",
    "a png whose line ends were converted, 89504e470a1a0a0000",
    "a wave file, 524946462408000057415645666d7420",
    "a webp that breaks off, 52494646760000005745",
    "a film, 0000001c6674797069736f6d0000020069736f6d69736f32",
    "a picture of unknown codec, 0000001866747970" + MIF1 + "00000000" + MIF1 + "6d696166",
    "a brand in place of a version, 0000001466747970" + MIF1 + "68656963" + MIF1,
    "a brand behind the box, 0000001066747970" + MIF1 + "00000000" + "68656963",
    "a box without a brand, 0000000866747970" + "68656963",
    "a box of no length, 0000000066747970" + "68656963",
    "a box that breaks off, 00000018667479706865",
    "no box, 0000001866747971" + "68656963" + "00000000",
  })
  void recognizesNothingElseAsAPicture(String what, String hex) {
    assertThat(ImageType.ofFirstBytes(HexFormat.of().parseHex(hex))).as(what).isEmpty();
  }

  @Test
  void readsABoxThatClaimsToBeHuge() {
    byte[] file = HexFormat.of().parseHex("ffffffff66747970" + MIF1 + "00000000" + "68656963");

    assertThat(ImageType.ofFirstBytes(file)).hasValue(ImageType.HEIC);
  }

  @Test
  void refusesNull() {
    assertThatNullPointerException().isThrownBy(() -> ImageType.ofMediaType(null));
    assertThatNullPointerException().isThrownBy(() -> ImageType.ofFirstBytes(null));
  }
}
