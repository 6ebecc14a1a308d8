package com.healthmetrics.aws.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What users read of a picture that is too large. */
class SizesTest {
  @ParameterizedTest
  @CsvSource({
    "-1, -1 bytes",
    "0, 0 bytes",
    "1023, 1023 bytes",
    "1024, 1024 bytes (1 KiB)",
    "5000, 5000 bytes (4.9 KiB)",
    "1048576, 1048576 bytes (1 MiB)",
    "5242881, 5242881 bytes (5.0 MiB)",
    "6000000, 6000000 bytes (5.7 MiB)",
    "9223372036854775807, 9223372036854775807 bytes (8796093022208.0 MiB)",
  })
  void areExactAndReadable(long bytes, String text) {
    assertThat(Sizes.inWords(bytes)).isEqualTo(text);
  }

  @Test
  void areInTheMessageForTheUser() {
    UploadRequest request = UploadRequest.of("user-42", "image/png", 6_000_000);
    UploadUrlSigner signer = new InMemoryBucket().uploads();

    assertThatExceptionOfType(UploadRejectedException.class)
        .isThrownBy(() -> signer.presignPost(UploadPolicy.avatars(), request))
        .withMessage(
            "The picture is too large: 6000000 bytes (5.7 MiB)."
                + " Allowed: 1 to 5242880 bytes (5 MiB).");
  }
}
