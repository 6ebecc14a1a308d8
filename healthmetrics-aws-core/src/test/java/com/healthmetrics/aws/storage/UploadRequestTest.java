package com.healthmetrics.aws.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import org.junit.jupiter.api.Test;

class UploadRequestTest {
  private final UploadRequest request = UploadRequest.of("user-42", "image/png", 7);

  @Test
  void returnsWhatIsRequested() {
    UploadRequest named = request.withFileName("me.png");

    assertThat(named.owner()).isEqualTo("user-42");
    assertThat(named.contentType()).isEqualTo("image/png");
    assertThat(named.sizeBytes()).isEqualTo(7);
    assertThat(named.fileName()).hasValue("me.png");
  }

  @Test
  void hasNoFileNameUnlessItIsSet() {
    assertThat(request.fileName()).isEmpty();
    request.withFileName("me.png");
    assertThat(request.fileName()).isEmpty();
  }

  @Test
  void hidesWhatMayBePersonal() {
    assertThat(request.withFileName("diagnosis.png").toString())
        .contains("image/png", "7")
        .doesNotContain("user-42", "diagnosis");
  }

  @Test
  void refusesNulls() {
    assertThatNullPointerException().isThrownBy(() -> UploadRequest.of(null, "image/png", 1));
    assertThatNullPointerException().isThrownBy(() -> UploadRequest.of("user-42", null, 1));
    assertThatNullPointerException().isThrownBy(() -> request.withFileName(null));
  }
}
