package com.healthmetrics.aws.testkit.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.regions.Region;

class LocalS3Test {

  @Test
  void startsWithDefaultsAndRandomCredentials() {
    try (LocalS3 one = LocalS3.start();
        LocalS3 two = LocalS3.start()) {
      assertThat(one.bucket()).isEqualTo("healthmetrics-local");
      assertThat(one.region()).isEqualTo(Region.US_EAST_1);
      assertThat(one.sessionToken()).isEmpty();
      assertThat(one.endpoint().toString()).matches("http://127\\.0\\.0\\.1:[0-9]+");
      assertThat(one.secretAccessKey()).hasSize(40).isNotEqualTo(two.secretAccessKey());
      assertThat(one.accessKeyId()).isNotEqualTo(two.accessKeyId());
    }
  }

  @Test
  void keepsWhatItWasBuiltWith() {
    try (LocalS3 s3 =
        LocalS3.builder()
            .bucket("my.bucket-1")
            .region(Region.EU_WEST_1)
            .credentials("AKIA", "secret")
            .sessionToken("token")
            .start()) {
      assertThat(s3.bucket()).isEqualTo("my.bucket-1");
      assertThat(s3.region()).isEqualTo(Region.EU_WEST_1);
      assertThat(s3.accessKeyId()).isEqualTo("AKIA");
      assertThat(s3.secretAccessKey()).isEqualTo("secret");
      assertThat(s3.sessionToken()).contains("token");
    }
  }

  @Test
  void showsEndpointAndBucketButNoSecret() {
    try (LocalS3 s3 = LocalS3.builder().credentials("AKIAKEY", "very-secret").start()) {
      assertThat(s3).hasToString("LocalS3[" + s3.endpoint() + ", bucket healthmetrics-local]");
    }
  }

  @Test
  void sortsItsKeys() {
    try (LocalS3 s3 = LocalS3.start()) {
      List.of("b", "a/2", "a/1").forEach(key -> SignedRequest.presignedPut(s3, key).send("x"));
      assertThat(s3.keys()).containsExactly("a/1", "a/2", "b");
      assertThat(s3.find("c")).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"image/png\r\nx-injected: 1", "image/png\n", "image\0png", "image/pñg"})
  void putsNoObjectWhoseTypeNoResponseCouldCarry(String contentType) {
    try (LocalS3 s3 = LocalS3.start()) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> s3.put("a.png", contentType, new byte[1]))
          .withMessageContaining("content-type has a control character");
      assertThat(s3.keys()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1_025})
  void putsNoObjectWhoseKeyNoRequestCouldHave(int length) {
    try (LocalS3 s3 = LocalS3.start()) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> s3.put("k".repeat(length), "image/png", new byte[1]));
      assertThat(s3.keys()).isEmpty();
    }
  }

  @Test
  void returnsCopiesOfTheStoredBytes() {
    try (LocalS3 s3 = LocalS3.start()) {
      SignedRequest.presignedPut(s3, "a").send("abc");
      StoredObject stored = s3.find("a").orElseThrow();
      stored.bytes()[0] = 'x';
      assertThat(stored.bytes()).asString().isEqualTo("abc");
      assertThat(stored).isEqualTo(s3.find("a").orElseThrow()).hasSameHashCodeAs(stored);
      assertThat(stored).hasToString("StoredObject[a, binary/octet-stream, 3 bytes]");
      assertThat(stored.metadata()).isEqualTo(Map.of());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "*",
        "https://*.example.com",
        "https://app.example.com/",
        "app.example.com",
        "null",
        "ftp://app.example.com",
        "https://user@app.example.com",
        "https://APP.example.com",
        ""
      })
  void refusesAnOriginThatIsNotExact(String origin) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LocalS3.builder().allowedOrigin(origin))
        .withMessageContaining("exactly what a browser sends");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "ab", "UPPER", "-ab", "a/b", "a_b"})
  void refusesAnImpossibleBucket(String bucket) {
    assertThatIllegalArgumentException().isThrownBy(() -> LocalS3.builder().bucket(bucket));
  }

  @ParameterizedTest
  @CsvSource({"'', secret", "'a/b', secret", "AKIA, ' '"})
  void refusesCredentialsThatCannotSign(String accessKeyId, String secretAccessKey) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LocalS3.builder().credentials(accessKeyId, secretAccessKey));
  }

  @Test
  void refusesOtherImpossibleSettings() {
    LocalS3.Builder builder = LocalS3.builder();
    assertThatIllegalArgumentException().isThrownBy(() -> builder.sessionToken(" "));
    assertThatIllegalArgumentException().isThrownBy(() -> builder.port(-1));
    assertThatIllegalArgumentException().isThrownBy(() -> builder.port(65_536));
    assertThatIllegalArgumentException().isThrownBy(() -> builder.maxObjectBytes(0));
    assertThatIllegalArgumentException().isThrownBy(() -> builder.maxObjectBytes(1L << 31));
  }
}
