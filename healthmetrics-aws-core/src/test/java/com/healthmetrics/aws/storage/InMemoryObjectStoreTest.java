package com.healthmetrics.aws.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.healthmetrics.aws.fixtures.MovableClock;
import com.healthmetrics.aws.storage.UploadRejectedException.Rule;
import java.net.URI;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InMemoryObjectStoreTest {
  private static final UploadPolicy POLICY = UploadPolicy.avatars();
  private static final byte[] PICTURE = {1, 2, 3};

  private final MovableClock clock = MovableClock.at("2026-03-01T10:15:30Z");
  private final InMemoryObjectStore store = new InMemoryObjectStore(clock);
  private final UploadUrlSigner signer =
      new InMemoryUploadUrlSigner(store, key -> URI.create("https://cdn.invalid/" + key.value()));

  private PresignedPut put() {
    return signer.presignPut(POLICY, UploadRequest.of("user-42", "image/png", PICTURE.length));
  }

  private PresignedPost post() {
    return signer.presignPost(POLICY, UploadRequest.of("user-42", "image/png", PICTURE.length));
  }

  private UploadRejectedException refusalOf(
      PresignedUpload upload, String contentType, byte[] body) {
    UploadRejectedException refusal =
        catchThrowableOfType(
            UploadRejectedException.class, () -> store.upload(upload, contentType, body));
    assertThat(refusal).isNotNull();
    return refusal;
  }

  @Test
  void keepsWhatWasUploaded() {
    PresignedPut put = put();

    store.upload(put, "image/png", PICTURE);

    assertThat(store.bytes(put.key())).hasValue(PICTURE);
    assertThat(store.contentType(put.key())).hasValue("image/png");
    assertThat(store.keys()).containsExactly(put.key());
    assertThat(store).hasToString("InMemoryObjectStore[1 objects]");
  }

  @Test
  void holdsNothingThatWasOnlySigned() {
    PresignedPut put = put();

    assertThat(store.keys()).isEmpty();
    assertThat(store.bytes(put.key())).isEmpty();
    assertThat(store.contentType(put.key())).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 2, 4})
  void refusesAPutOfAnotherSizeThanSigned(int size) {
    PresignedPut put = put();

    UploadRejectedException refusal = refusalOf(put, "image/png", new byte[size]);

    assertThat(refusal.rule()).isEqualTo(Rule.SIZE);
    assertThat(refusal.limit()).isEqualTo("exactly 3 bytes");
    assertThat(refusal.value()).isEqualTo(size + " bytes");
    assertThat(store.keys()).isEmpty();
  }

  @Test
  void takesAPostOfAnySizeThatThePolicyAllows() {
    PresignedPost smallest = post();
    PresignedPost largest = post();

    store.upload(smallest, "image/png", new byte[1]);
    store.upload(largest, "image/png", new byte[(int) POLICY.maxBytes()]);

    assertThat(store.keys()).containsExactlyInAnyOrder(smallest.key(), largest.key());
  }

  @Test
  void refusesAPostThatIsEmptyOrTooLarge() {
    assertThat(refusalOf(post(), "image/png", new byte[0]).rule()).isEqualTo(Rule.SIZE);
    UploadRejectedException refusal =
        refusalOf(post(), "image/png", new byte[(int) POLICY.maxBytes() + 1]);
    assertThat(refusal.rule()).isEqualTo(Rule.SIZE);
    assertThat(refusal.limit()).isEqualTo("1 to " + POLICY.maxBytes() + " bytes");
    assertThat(store.keys()).isEmpty();
  }

  @Test
  void refusesAnotherTypeThanSigned() {
    for (PresignedUpload upload : List.of(put(), post())) {
      UploadRejectedException refusal = refusalOf(upload, "image/jpeg", PICTURE);

      assertThat(refusal.rule()).isEqualTo(Rule.CONTENT_TYPE);
      assertThat(refusal.limit()).isEqualTo("image/png");
      assertThat(refusal.value()).isEqualTo("\"image/jpeg\"");
    }
    assertThat(store.keys()).isEmpty();
  }

  @Test
  void refusesBytesWithoutTheChecksumThatWasSigned() {
    byte[] other = PICTURE.clone();
    other[0]++;
    CRC32C crc = new CRC32C();
    crc.update(PICTURE);
    String crc32c =
        Base64.getEncoder()
            .encodeToString(ByteBuffer.allocate(4).putInt((int) crc.getValue()).array());
    UploadRequest request =
        UploadRequest.of("user-42", "image/png", PICTURE.length).withCrc32c(crc32c);
    PresignedPut put = signer.presignPut(POLICY, request);

    assertThat(refusalOf(put, "image/png", other).rule()).isEqualTo(Rule.CHECKSUM);
    assertThat(store.keys()).isEmpty();
    store.upload(put, "image/png", PICTURE);
    assertThat(store.bytes(put.key())).hasValue(PICTURE);
  }

  @Test
  void refusesBytesWithoutTheDigestThatWasSigned() throws Exception {
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(PICTURE);
    UploadRequest request =
        UploadRequest.of("user-42", "image/png", PICTURE.length)
            .withSha256(Base64.getEncoder().encodeToString(digest));
    PresignedPost post = signer.presignPost(POLICY, request);

    assertThat(refusalOf(post, "image/png", new byte[PICTURE.length]).rule())
        .isEqualTo(Rule.CHECKSUM);
    store.upload(post, "image/png", PICTURE);
    assertThat(store.bytes(post.key())).hasValue(PICTURE);
  }

  @Test
  void takesAnUploadUntilJustBeforeItExpires() {
    PresignedPut put = put();

    clock.set(put.expiresAt().minusNanos(1));
    store.upload(put, "image/png", PICTURE);

    assertThat(store.keys()).containsExactly(put.key());
  }

  @Test
  void refusesAnUploadFromTheInstantItExpires() {
    for (PresignedUpload upload : List.of(put(), post())) {
      clock.set(upload.expiresAt());

      UploadRejectedException refusal = refusalOf(upload, "image/png", PICTURE);

      assertThat(refusal.rule()).isEqualTo(Rule.EXPIRED);
      assertThat(refusal.limit()).contains(upload.expiresAt().toString());
      assertThat(refusal.value()).isEqualTo(clock.instant().toString());
      clock.set(upload.expiresAt().minus(POLICY.lifetime()));
    }
    assertThat(store.keys()).isEmpty();
  }

  @Test
  void neverOverwritesWithAPut() {
    PresignedPut put = put();
    store.upload(put, "image/png", PICTURE);

    UploadRejectedException refusal = refusalOf(put, "image/png", new byte[] {9, 9, 9});

    assertThat(refusal.rule()).isEqualTo(Rule.ALREADY_UPLOADED);
    assertThat(store.bytes(put.key())).hasValue(PICTURE);
  }

  @Test
  void letsAPostBeSentAgainAsS3Does() {
    PresignedPost post = post();

    store.upload(post, "image/png", PICTURE);
    store.upload(post, "image/png", new byte[] {7});

    assertThat(store.bytes(post.key())).hasValue(new byte[] {7});
  }

  @Test
  void refusesUploadsThatAnotherStoreSigned() {
    InMemoryObjectStore other = new InMemoryObjectStore(clock);
    PresignedPut foreign =
        new InMemoryUploadUrlSigner(other, key -> URI.create("https://cdn.invalid/"))
            .presignPut(POLICY, UploadRequest.of("user-42", "image/png", PICTURE.length));

    assertThat(refusalOf(foreign, "image/png", PICTURE).rule()).isEqualTo(Rule.NOT_SIGNED_HERE);
    assertThat(store.keys()).isEmpty();
  }

  @Test
  void letsExactlyOneOfManyPutsWin() throws Exception {
    int browsers = 8;
    PresignedPut put = put();
    CyclicBarrier start = new CyclicBarrier(browsers);
    ExecutorService threads = Executors.newFixedThreadPool(browsers);
    try {
      List<Callable<Integer>> uploads = new ArrayList<>();
      for (int i = 0; i < browsers; i++) {
        byte mark = (byte) i;
        uploads.add(
            () -> {
              start.await();
              try {
                store.upload(put, "image/png", new byte[] {mark, mark, mark});
                return (int) mark;
              } catch (UploadRejectedException e) {
                assertThat(e.rule()).isEqualTo(Rule.ALREADY_UPLOADED);
                return -1;
              }
            });
      }
      List<Integer> winners = new ArrayList<>();
      for (Future<Integer> outcome : threads.invokeAll(uploads)) {
        if (outcome.get() >= 0) {
          winners.add(outcome.get());
        }
      }
      assertThat(winners).hasSize(1);
      byte mark = winners.get(0).byteValue();
      assertThat(store.bytes(put.key())).hasValue(new byte[] {mark, mark, mark});
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void keepsItsBytesToItself() {
    PresignedPut put = put();
    byte[] body = PICTURE.clone();
    store.upload(put, "image/png", body);

    body[0] = 99;
    store.bytes(put.key()).orElseThrow()[1] = 99;

    assertThat(store.bytes(put.key())).hasValue(PICTURE);
  }

  @Test
  void handsOutItsKeysAsACopy() {
    PresignedPut put = put();
    store.upload(put, "image/png", PICTURE);

    assertThat(store.keys()).isUnmodifiable();
  }

  @Test
  void signsUrlsThatLeadNowhere() {
    assertThat(put().url()).hasHost("uploads.in-memory.invalid");
    assertThat(put().url().getPath()).startsWith("/avatars/user-42/");
    assertThat(post().url()).hasHost("uploads.in-memory.invalid");
  }

  @Test
  void refusesNulls() {
    assertThatNullPointerException().isThrownBy(() -> new InMemoryObjectStore(null));
    assertThatNullPointerException()
        .isThrownBy(() -> new InMemoryUploadUrlSigner(null, key -> URI.create("x:y")));
    assertThatNullPointerException().isThrownBy(() -> new InMemoryUploadUrlSigner(store, null));
  }
}
