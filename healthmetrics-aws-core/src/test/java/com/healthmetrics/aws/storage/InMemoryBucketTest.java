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

class InMemoryBucketTest {
  private static final UploadPolicy POLICY = UploadPolicy.avatars();
  private static final byte[] PICTURE = {1, 2, 3};

  private final MovableClock clock = MovableClock.at("2026-03-01T10:15:30Z");
  private final InMemoryBucket bucket =
      InMemoryBucket.builder()
          .clock(clock)
          .publicUrls(key -> URI.create("https://cdn.invalid/" + key.value()))
          .build();

  private PresignedPut put() {
    return bucket
        .uploads()
        .presignPut(POLICY, UploadRequest.of("user-42", "image/png", PICTURE.length));
  }

  private PresignedPost post() {
    return bucket
        .uploads()
        .presignPost(POLICY, UploadRequest.of("user-42", "image/png", PICTURE.length));
  }

  private UploadRejectedException refusalOf(
      PresignedUpload upload, String contentType, byte[] body) {
    UploadRejectedException refusal =
        catchThrowableOfType(
            UploadRejectedException.class, () -> bucket.upload(upload, contentType, body));
    assertThat(refusal).isNotNull();
    return refusal;
  }

  @Test
  void storesWhatWasUploaded() {
    PresignedPut put = put();

    bucket.upload(put, "image/png", PICTURE);

    assertThat(bucket.bytes(put.pendingKey())).hasValue(PICTURE);
    assertThat(bucket.contentType(put.pendingKey())).hasValue("image/png");
    assertThat(bucket.keys()).containsExactly(put.pendingKey());
    assertThat(bucket).hasToString("InMemoryBucket[1 objects]");
  }

  @Test
  void isEmptyUntilSomethingIsUploaded() {
    PresignedPut put = put();

    assertThat(bucket.keys()).isEmpty();
    assertThat(bucket.bytes(put.pendingKey())).isEmpty();
    assertThat(bucket.contentType(put.pendingKey())).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 2, 4})
  void refusesAPutOfAnotherSizeThanSigned(int size) {
    PresignedPut put = put();

    UploadRejectedException refusal = refusalOf(put, "image/png", new byte[size]);

    assertThat(refusal.rule()).isEqualTo(Rule.SIZE);
    assertThat(refusal.limit()).isEqualTo("exactly 3 bytes");
    assertThat(refusal.value()).isEqualTo(size + " bytes");
    assertThat(bucket.keys()).isEmpty();
  }

  @Test
  void acceptsAPostOfAnySizeThatThePolicyAllows() {
    PresignedPost smallest = post();
    PresignedPost largest = post();

    bucket.upload(smallest, "image/png", new byte[1]);
    bucket.upload(largest, "image/png", new byte[(int) POLICY.maxBytes()]);

    assertThat(bucket.keys())
        .containsExactlyInAnyOrder(smallest.pendingKey(), largest.pendingKey());
  }

  @Test
  void refusesAPostThatIsEmptyOrTooLarge() {
    assertThat(refusalOf(post(), "image/png", new byte[0]).rule()).isEqualTo(Rule.SIZE);
    UploadRejectedException refusal =
        refusalOf(post(), "image/png", new byte[(int) POLICY.maxBytes() + 1]);
    assertThat(refusal.rule()).isEqualTo(Rule.SIZE);
    assertThat(refusal.limit()).isEqualTo("1 to " + POLICY.maxBytes() + " bytes");
    assertThat(bucket.keys()).isEmpty();
  }

  @Test
  void refusesAnotherTypeThanSigned() {
    for (PresignedUpload upload : List.of(put(), post())) {
      UploadRejectedException refusal = refusalOf(upload, "image/jpeg", PICTURE);

      assertThat(refusal.rule()).isEqualTo(Rule.CONTENT_TYPE);
      assertThat(refusal.limit()).isEqualTo("image/png");
      assertThat(refusal.value()).isEqualTo("\"image/jpeg\"");
    }
    assertThat(bucket.keys()).isEmpty();
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
    PresignedPut put = bucket.uploads().presignPut(POLICY, request);

    assertThat(refusalOf(put, "image/png", other).rule()).isEqualTo(Rule.CHECKSUM);
    assertThat(bucket.keys()).isEmpty();
    bucket.upload(put, "image/png", PICTURE);
    assertThat(bucket.bytes(put.pendingKey())).hasValue(PICTURE);
  }

  @Test
  void refusesBytesWithoutTheDigestThatWasSigned() throws Exception {
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(PICTURE);
    UploadRequest request =
        UploadRequest.of("user-42", "image/png", PICTURE.length)
            .withSha256(Base64.getEncoder().encodeToString(digest));
    PresignedPost post = bucket.uploads().presignPost(POLICY, request);

    assertThat(refusalOf(post, "image/png", new byte[PICTURE.length]).rule())
        .isEqualTo(Rule.CHECKSUM);
    bucket.upload(post, "image/png", PICTURE);
    assertThat(bucket.bytes(post.pendingKey())).hasValue(PICTURE);
  }

  @Test
  void acceptsAnUploadUntilJustBeforeItExpires() {
    PresignedPut put = put();

    clock.set(put.expiresAt().minusNanos(1));
    bucket.upload(put, "image/png", PICTURE);

    assertThat(bucket.keys()).containsExactly(put.pendingKey());
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
    assertThat(bucket.keys()).isEmpty();
  }

  @Test
  void neverOverwritesWithAPut() {
    PresignedPut put = put();
    bucket.upload(put, "image/png", PICTURE);

    UploadRejectedException refusal = refusalOf(put, "image/png", new byte[] {9, 9, 9});

    assertThat(refusal.rule()).isEqualTo(Rule.ALREADY_UPLOADED);
    assertThat(bucket.bytes(put.pendingKey())).hasValue(PICTURE);
  }

  @Test
  void letsAPostBeSentAgainAsS3Does() {
    PresignedPost post = post();

    bucket.upload(post, "image/png", PICTURE);
    bucket.upload(post, "image/png", new byte[] {7});

    assertThat(bucket.bytes(post.pendingKey())).hasValue(new byte[] {7});
  }

  @Test
  void refusesUploadsThatAnotherBucketSigned() {
    PresignedPut foreign =
        new InMemoryBucket()
            .uploads()
            .presignPut(POLICY, UploadRequest.of("user-42", "image/png", PICTURE.length));

    assertThat(refusalOf(foreign, "image/png", PICTURE).rule()).isEqualTo(Rule.NOT_SIGNED_HERE);
    assertThat(bucket.keys()).isEmpty();
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
                bucket.upload(put, "image/png", new byte[] {mark, mark, mark});
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
      assertThat(bucket.bytes(put.pendingKey())).hasValue(new byte[] {mark, mark, mark});
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void storesACopyOfTheBytes() {
    PresignedPut put = put();
    byte[] body = PICTURE.clone();
    bucket.upload(put, "image/png", body);

    body[0] = 99;
    bucket.bytes(put.pendingKey()).orElseThrow()[1] = 99;

    assertThat(bucket.bytes(put.pendingKey())).hasValue(PICTURE);
  }

  @Test
  void returnsItsKeysAsACopy() {
    PresignedPut put = put();
    bucket.upload(put, "image/png", PICTURE);

    assertThat(bucket.keys()).isUnmodifiable();
  }

  @Test
  void signsUrlsThatLeadNowhere() {
    assertThat(put().url()).hasHost("uploads.in-memory.invalid");
    assertThat(put().url().getPath()).startsWith("/pending/avatars/user-42/");
    assertThat(post().url()).hasHost("uploads.in-memory.invalid");
  }

  @Test
  void refusesNulls() {
    InMemoryBucket.Builder builder = InMemoryBucket.builder();
    assertThatNullPointerException().isThrownBy(() -> builder.clock(null));
    assertThatNullPointerException().isThrownBy(() -> builder.publicUrls(null));
    assertThatNullPointerException().isThrownBy(() -> builder.inspector(null));
    assertThatNullPointerException().isThrownBy(() -> builder.observe(null));
    assertThatNullPointerException().isThrownBy(() -> bucket.bytes(null));
    assertThatNullPointerException().isThrownBy(() -> bucket.contentType(null));
  }

  @Test
  void returnsPublicUrlsOnlyIfItHasThem() {
    UploadRequest request = UploadRequest.of("user-42", "image/png", PICTURE.length);

    PresignedPut put = put();
    assertThat(put.publicUrl()).hasValue(URI.create("https://cdn.invalid/" + put.key().value()));
    assertThat(new InMemoryBucket().uploads().presignPut(POLICY, request).publicUrl()).isEmpty();
    assertThat(new InMemoryBucket().uploads().presignPost(POLICY, request).publicUrl()).isEmpty();
  }

  @Test
  void verifiesAndDeletesWhatWasUploaded() {
    PresignedPut put = put();
    bucket.upload(put, "image/png", PICTURE);

    UploadVerification result = bucket.verifier().verify(POLICY, "user-42", put.key());

    assertThat(result).isInstanceOf(UploadVerification.Rejected.class);
    assertThat(bucket.objects().head(put.pendingKey())).isEmpty();
  }
}
