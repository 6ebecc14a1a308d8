package com.healthmetrics.aws.internal.sigv4;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SigningBufferTest {
  /** The SHA-256 of no bytes. */
  private static final String EMPTY =
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

  private final SigV4 sigV4 = new SigV4("eu-central-1", "s3");

  @Test
  void growsWithItsContent() {
    SigningBuffer buffer = new SigningBuffer();
    StringBuilder expected = new StringBuilder();
    for (int i = 0; i < 1_000; i++) {
      String part = "X-Amz-Security-Token=".repeat(i % 7);
      buffer.add(part);
      expected.append(part);
    }

    assertThat(buffer.text()).isEqualTo(expected.toString());
    assertThat(buffer.clear().text()).isEmpty();
  }

  /** At every length around that of a new buffer. */
  @ParameterizedTest
  @ValueSource(ints = {1_980, 2_000, 2_047, 2_048, 2_049})
  void hasRoomForWhateverIsAppended(int length) {
    String text = "x".repeat(length);

    assertThat(new SigningBuffer().add(text).add('y').text()).isEqualTo(text + 'y');
    assertThat(new SigningBuffer().hash(text).text()).isEqualTo(text + EMPTY);
    assertThat(new SigningBuffer().add(text).encode().text())
        .isEqualTo(Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.US_ASCII)));
  }

  @Test
  void encodesItsContentInBase64() {
    String json = "{\"conditions\":[]}".repeat(200);
    SigningBuffer buffer = new SigningBuffer().add(json);

    assertThat(buffer.encode().text())
        .isEqualTo(Base64.getEncoder().encodeToString(json.getBytes(StandardCharsets.US_ASCII)));
  }

  @Test
  void isBorrowedEmptyAndByOneAtATime() {
    SigningBuffer first = sigV4.borrow().add("secret token");
    SigningBuffer second = sigV4.borrow();

    assertThat(second).isNotSameAs(first);
    sigV4.giveBack(first);
    assertThat(sigV4.borrow()).isSameAs(first).extracting(SigningBuffer::text).isEqualTo("");
    assertThat(sigV4.borrow()).isNotSameAs(first);
  }

  @Test
  void isLeftWithoutASessionToken() throws ReflectiveOperationException {
    isLeftEmpty("secret token");
    isLeftEmpty("long secret token".repeat(1_000)); // Too large to be kept.
  }

  private void isLeftEmpty(String token) throws ReflectiveOperationException {
    Field content = SigningBuffer.class.getDeclaredField("bytes");
    content.setAccessible(true);
    SigningBuffer buffer = sigV4.borrow().add(token).clear().add("URL");

    sigV4.giveBack(buffer);

    assertThat((byte[]) content.get(buffer)).containsOnly(0);
  }

  @Test
  void isKeptWithoutASignature() throws ReflectiveOperationException {
    Field hash = SigningBuffer.class.getDeclaredField("hash");
    hash.setAccessible(true);
    SigningBuffer buffer = sigV4.borrow().add("policy");
    SigningCredentials credentials = new SigningCredentials("AKIA1", "secret", null);
    sigV4.at(Instant.EPOCH, credentials).signPolicy(buffer);
    assertThat((byte[]) hash.get(buffer)).isNotEqualTo(new byte[32]);

    sigV4.giveBack(buffer);

    assertThat((byte[]) hash.get(buffer)).containsOnly(0);
  }

  @Test
  void isKeptUnlessItHasGrownLarge() {
    SigningBuffer buffer = sigV4.borrow().add("x".repeat(4_096)); // Which doubles its room.
    sigV4.giveBack(buffer);
    assertThat(sigV4.borrow()).isSameAs(buffer);

    SigningBuffer large = sigV4.borrow().add("x".repeat(4_097));
    sigV4.giveBack(large);
    assertThat(sigV4.borrow()).isNotSameAs(large);
  }

  @Test
  void showsNothingOfItsContent() {
    assertThat(new SigningBuffer().add("secret token")).hasToString("SigningBuffer[hidden]");
  }
}
