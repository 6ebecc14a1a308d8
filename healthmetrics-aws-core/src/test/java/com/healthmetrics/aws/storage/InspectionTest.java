package com.healthmetrics.aws.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.healthmetrics.aws.fixtures.Pictures;
import com.healthmetrics.aws.fixtures.VirtualTime;
import com.healthmetrics.aws.internal.image.ImageFile;
import com.healthmetrics.aws.internal.image.ImageFormat;
import com.healthmetrics.aws.internal.image.SamplePictures;
import com.healthmetrics.aws.storage.StorageException.Kind;
import com.healthmetrics.aws.storage.UploadInspector.Finding;
import com.healthmetrics.aws.storage.UploadPolicy.ImageMetadata;
import com.healthmetrics.aws.storage.UploadRejectedException.Rule;
import com.healthmetrics.aws.storage.UploadVerification.Accepted;
import com.healthmetrics.aws.storage.UploadVerification.Rejected;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is published shows nothing but the picture. */
class InspectionTest {
  private static final ObjectKey JPEG_KEY =
      ObjectKey.of("pictures/user-42/" + "0123456789abcdef".repeat(2) + ".jpg");
  private static final ObjectKey PNG_KEY =
      ObjectKey.of("pictures/user-42/" + "0123456789abcdef".repeat(2) + ".png");
  private static final byte[] PHOTO = SamplePictures.photo();

  private final InMemoryBucket bucket = new InMemoryBucket();

  private static UploadPolicy policy(UnaryOperator<UploadPolicy.Builder> more) {
    return more.apply(
            UploadPolicy.builder()
                .keyPrefix("pictures/")
                .types(ImageType.JPEG, ImageType.PNG)
                .maxBytes(100_000)
                .lifetime(Duration.ofMinutes(5)))
        .build();
  }

  private UploadVerification verify(UploadPolicy policy, ObjectKey key, byte[] bytes) {
    return verify(policy, key, bytes, Optional.empty());
  }

  private UploadVerification verify(
      UploadPolicy policy, ObjectKey key, byte[] bytes, Optional<UploadInspector> inspector) {
    String type = key.equals(PNG_KEY) ? "image/png" : "image/jpeg";
    bucket.objects().put(NewObject.of(key.pending(), type, bytes).replacingExisting());
    return new ObjectStoreVerifier(
            bucket.objects(),
            Optional.empty(),
            inspector,
            MemoryBudget.ofHeap(),
            Duration.ofSeconds(60),
            new VirtualTime())
        .verify(policy, "user-42", key);
  }

  private static UploadRejectedException reasonOf(UploadVerification result) {
    assertThat(result).isInstanceOf(Rejected.class);
    return ((Rejected) result).reason();
  }

  @Test
  void publishesAPhotoWithoutItsMetadataAndWithItsOrientation() throws Exception {
    assertThat(ImageFile.parse(PHOTO).metadata()).isNotEmpty();

    verify(policy(p -> p), JPEG_KEY, PHOTO).orThrow();

    ImageFile published = ImageFile.parse(bucket.bytes(JPEG_KEY).orElseThrow());
    assertThat(published.metadata()).isEmpty();
    assertThat(published.orientation()).isEqualTo(ImageFile.parse(PHOTO).orientation());
  }

  @Test
  void publishesAPhotoAsItIsIfThePolicyKeepsMetadata() {
    verify(policy(p -> p.imageMetadata(ImageMetadata.KEEP)), JPEG_KEY, PHOTO).orThrow();

    assertThat(bucket.bytes(JPEG_KEY)).contains(PHOTO);
  }

  @Test
  void rejectsAPhotoWithMetadataIfThePolicyRefusesIt() {
    UploadPolicy refusing = policy(p -> p.imageMetadata(ImageMetadata.REFUSE));

    UploadRejectedException reason = reasonOf(verify(refusing, JPEG_KEY, PHOTO));

    assertThat(reason.rule()).isEqualTo(Rule.IMAGE_METADATA);
    assertThat(reason.value()).contains("Exif");
    assertThat(bucket.keys()).isEmpty();
    assertThat(verify(refusing, JPEG_KEY, SamplePictures.of(ImageFormat.JPEG)))
        .isInstanceOf(Accepted.class);
  }

  @Test
  void rejectsMorePixelsThanThePolicyAllows() {
    byte[] picture = Pictures.png(169);
    assertThat(verify(policy(p -> p.maxPixels(100)), PNG_KEY, picture))
        .isInstanceOf(Accepted.class);
    bucket.objects().delete(PNG_KEY);

    UploadRejectedException reason =
        reasonOf(verify(policy(p -> p.maxPixels(99)), PNG_KEY, picture));

    assertThat(reason.rule()).isEqualTo(Rule.PIXELS);
    assertThat(reason.limit()).isEqualTo("at most 99 pixels");
    assertThat(reason.value()).isEqualTo("100 pixels");
  }

  @Test
  void rejectsAFileThatBreaksOffOrIsNothingButItsFirstBytes() {
    byte[] picture = Pictures.png(200);
    for (int length : new int[] {8, 29, 60, 199}) {
      UploadRejectedException reason =
          reasonOf(verify(policy(p -> p), PNG_KEY, Arrays.copyOf(picture, length)));

      assertThat(reason.rule()).isEqualTo(Rule.STRUCTURE);
      assertThat(reason.value()).contains("ends");
      assertThat(bucket.keys()).isEmpty();
    }
  }

  /** As an iPhone sends a JPEG under the name of a HEIC. */
  @Test
  void reportsTheTypeThatWasFound() {
    UploadRejectedException reason =
        reasonOf(verify(policy(p -> p), PNG_KEY, SamplePictures.of(ImageFormat.HEIC)));

    assertThat(reason.rule()).isEqualTo(Rule.FILE_TYPE);
    assertThat(reason.foundType()).contains(ImageType.HEIC);
    assertThat(reasonOf(verify(policy(p -> p), PNG_KEY, "<html>".getBytes())).foundType())
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"KEEP, 100, 100100", "REFUSE, 100, 100100", "REMOVE, 200, 200100"})
  void countsEveryCopyThatIsInMemory(ImageMetadata metadata, long alone, long inspected) {
    Inspection inspection =
        Inspection.of(policy(p -> p.imageMetadata(metadata)), "user-42", PNG_KEY);

    assertThat(inspection.memoryFor(100, Optional.empty())).isEqualTo(alone);
    assertThat(inspection.memoryFor(100, Optional.of((head, bytes) -> Finding.keep())))
        .as("what the inspector may return, too")
        .isEqualTo(inspected);
  }

  @Test
  void asksTheApplicationsInspectorBeforeMetadataIsRemoved() {
    List<byte[]> inspected = new ArrayList<>();
    List<ObjectKey> keys = new ArrayList<>();
    UploadInspector inspector =
        (pending, bytes) -> {
          keys.add(pending.key());
          inspected.add(bytes.clone());
          return Finding.keep();
        };

    verify(policy(p -> p), JPEG_KEY, PHOTO, Optional.of(inspector)).orThrow();

    assertThat(keys).containsExactly(JPEG_KEY.pending());
    assertThat(inspected).containsExactly(PHOTO);
    assertThat(bucket.bytes(JPEG_KEY)).isPresent().get().isNotEqualTo(PHOTO);
  }

  @Test
  void doesNotAskTheInspectorAboutWhatIsNotAllowedAnyway() {
    UploadInspector never =
        (pending, bytes) -> {
          throw new AssertionError("asked");
        };

    assertThat(verify(policy(p -> p), PNG_KEY, PHOTO, Optional.of(never)))
        .isInstanceOf(Rejected.class);
  }

  @Test
  void removesWhatTheInspectorRejects() {
    UploadInspector scanner = (pending, bytes) -> Finding.reject("EICAR test file");

    UploadRejectedException reason =
        reasonOf(verify(policy(p -> p), PNG_KEY, Pictures.png(100), Optional.of(scanner)));

    assertThat(reason.rule()).isEqualTo(Rule.INSPECTOR);
    assertThat(reason.value()).isEqualTo("\"EICAR test file\"");
    assertThat(bucket.keys()).isEmpty();
  }

  @Test
  void publishesTheBytesThatTheInspectorReturns() {
    byte[] other = Pictures.png(300);
    UploadInspector encoder = (pending, bytes) -> Finding.replace(other);

    Accepted accepted =
        verify(policy(p -> p), PNG_KEY, Pictures.png(100), Optional.of(encoder)).orThrow();

    assertThat(accepted.head().sizeBytes()).isEqualTo(300);
    assertThat(bucket.bytes(PNG_KEY)).contains(other);
  }

  /** The upload was allowed, so a bug of the application's encoder must not cost it. */
  @Test
  void publishesAndRemovesNothingIfTheInspectorReturnsWhatIsNotAllowed() {
    UploadPolicy policy = policy(p -> p.maxPixels(1_000));
    for (byte[] wrong :
        List.of(
            new byte[0],
            new byte[100_001],
            SamplePictures.of(ImageFormat.JPEG),
            Arrays.copyOf(Pictures.png(100), 60),
            Pictures.png(2_000))) {
      UploadInspector encoder = (pending, bytes) -> Finding.replace(wrong);

      StorageException failure =
          catchThrowableOfType(
              StorageException.class,
              () -> verify(policy, PNG_KEY, Pictures.png(100), Optional.of(encoder)));

      assertThat(failure.kind()).isEqualTo(Kind.INSPECTOR_FAILED);
      assertThat(failure).hasMessageContaining("not allowed");
      assertThat(bucket.keys()).containsExactly(PNG_KEY.pending());
    }
  }

  @Test
  void publishesNoPictureOfTheInspectorThatIsLargerThanThePolicyAllows() {
    UploadInspector encoder = (pending, bytes) -> Finding.replace(Pictures.png(100_001));

    StorageException failure =
        catchThrowableOfType(
            StorageException.class,
            () -> verify(policy(p -> p), PNG_KEY, Pictures.png(100), Optional.of(encoder)));

    assertThat(failure.kind()).isEqualTo(Kind.INSPECTOR_FAILED);
    assertThat(failure).hasMessageContaining("returned: 100001 bytes");
    assertThat(bucket.keys()).containsExactly(PNG_KEY.pending());
  }

  @Test
  void removesMetadataThatTheInspectorReturns() throws Exception {
    UploadInspector encoder = (pending, bytes) -> Finding.replace(PHOTO);

    verify(policy(p -> p), JPEG_KEY, PHOTO, Optional.of(encoder)).orThrow();

    assertThat(ImageFile.parse(bucket.bytes(JPEG_KEY).orElseThrow()).metadata()).isEmpty();
  }

  @Test
  void acceptsAndRemovesNothingIfTheInspectorFails() {
    List<UploadInspector> failing =
        List.of(
            (pending, bytes) -> {
              throw new IOException("no scanner");
            },
            (pending, bytes) -> {
              throw new IllegalStateException("a bug");
            },
            (pending, bytes) -> {
              throw new NoClassDefFoundError("scanner");
            },
            (pending, bytes) -> missing());
    for (UploadInspector inspector : failing) {
      StorageException failure =
          catchThrowableOfType(
              StorageException.class,
              () -> verify(policy(p -> p), PNG_KEY, Pictures.png(100), Optional.of(inspector)));

      assertThat(failure.kind()).isEqualTo(Kind.INSPECTOR_FAILED);
      assertThat(failure.retryAfter()).isPresent();
      assertThat(failure.getMessage()).doesNotContain("no scanner", "user-42");
      assertThat(bucket.keys()).containsExactly(PNG_KEY.pending());
    }
    assertThat(verify(policy(p -> p), PNG_KEY, Pictures.png(100))).isInstanceOf(Accepted.class);
  }

  @SuppressWarnings({"NullAway", "DataFlowIssue"}) // as an implementation without null checks may
  private static Finding missing() {
    return null;
  }

  @Test
  void endsTheJvmsOwnErrorsAsTheyAre() {
    OutOfMemoryError error = new OutOfMemoryError("thrown by a test");
    UploadInspector inspector =
        (pending, bytes) -> {
          throw error;
        };

    assertThat(
            catchThrowable(
                () -> verify(policy(p -> p), PNG_KEY, Pictures.png(100), Optional.of(inspector))))
        .isSameAs(error);
    assertThat(bucket.keys()).containsExactly(PNG_KEY.pending());
  }

  @Test
  void limitsTheReasonOfAnInspector() {
    assertThatIllegalArgumentException().isThrownBy(() -> Finding.reject(""));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Finding.reject("x".repeat(201)))
        .withMessageContaining("201");
    assertThat(Finding.reject("x".repeat(200))).hasToString("Finding[reject]");
    assertThat(Finding.keep()).hasToString("Finding[keep]");
    assertThat(Finding.replace(new byte[1])).hasToString("Finding[replace]");
  }

  @Test
  void limitsPixels() {
    for (long pixels : new long[] {0, -1, 1_000_000_001L}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> UploadPolicy.builder().maxPixels(pixels))
          .withMessageContaining(pixels + " pixels");
    }
    assertThat(policy(p -> p.maxPixels(1)).maxPixels()).isOne();
    assertThat(policy(p -> p.maxPixels(1_000_000_000)).maxPixels()).isEqualTo(1_000_000_000);
    assertThat(UploadPolicy.avatars().maxPixels()).isEqualTo(50_000_000);
    assertThat(UploadPolicy.avatars().imageMetadata()).isEqualTo(ImageMetadata.REMOVE);
    assertThat(UploadPolicy.progressPhotos().imageMetadata()).isEqualTo(ImageMetadata.REMOVE);
    assertThat(UploadPolicy.foodPhotos().maxPixels()).isEqualTo(50_000_000);
  }
}
