package com.healthmetrics.aws.storage;

import static org.assertj.core.api.Assertions.assertThat;

import com.healthmetrics.aws.internal.PercentEncoding;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ObjectHeadTest {
  private static ObjectHead withFileName(String stored) {
    return ObjectHead.builder(ObjectKey.of("avatars/user-42/a.png"))
        .sizeBytes(3)
        .contentType("image/png")
        .eTag("\"tag\"")
        .metadata(Map.of("filename", stored))
        .build();
  }

  @ParameterizedTest
  @ValueSource(strings = {"a.png", "Übung +1 😀.png", "a/b\\c.png", "100%.png", "\"<&'>\".png"})
  void decodesTheFileNameOfAnUpload(String name) {
    assertThat(withFileName(PercentEncoding.encode(name)).fileName()).contains(name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "a b.png", "a+b.png", "%", "%zz", "%C3", "%2f", "Übung", "a%0D%0Ab", "%00"})
  void returnsNoFileNameThatThisLibraryDoesNotWrite(String stored) {
    ObjectHead head = withFileName(stored);

    assertThat(head.fileName()).isEmpty();
    assertThat(head.metadata()).containsEntry("filename", stored);
  }

  @Test
  void showsNeitherKeyNorFileName() {
    assertThat(withFileName("ada.png")).hasToString("ObjectHead[image/png, 3 bytes, \"tag\"]");
  }
}
