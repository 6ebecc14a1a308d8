package com.healthmetrics.aws;

import static com.healthmetrics.aws.SeamsTest.assertInterruptKept;
import static com.healthmetrics.aws.SeamsTest.unreading;
import static com.healthmetrics.aws.fixtures.Thrown.throwing;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.healthmetrics.aws.fixtures.ApplicationInterceptor;
import com.healthmetrics.aws.fixtures.FailingObjects;
import com.healthmetrics.aws.fixtures.MovableClock;
import com.healthmetrics.aws.fixtures.RecordingCredentials;
import com.healthmetrics.aws.fixtures.StreamedHttp;
import com.healthmetrics.aws.fixtures.StubHttp;
import com.healthmetrics.aws.fixtures.StubHttp.Response;
import com.healthmetrics.aws.fixtures.Thrown;
import com.healthmetrics.aws.storage.DeletionReport;
import com.healthmetrics.aws.storage.NewObject;
import com.healthmetrics.aws.storage.ObjectKey;
import com.healthmetrics.aws.storage.S3Bucket;
import com.healthmetrics.aws.storage.StorageException;
import com.healthmetrics.aws.storage.UploadPolicy;
import com.healthmetrics.aws.storage.UploadRequest;
import com.healthmetrics.aws.storage.UploadVerifier;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import software.amazon.awssdk.regions.Region;

/** What is left when foreign code fails while an upload is signed or verified, or S3 is asked. */
final class StorageSeams {
  private static final ObjectKey KEY =
      ObjectKey.of("avatars/u/0123456789abcdef0123456789abcdef.png");

  private StorageSeams() {}

  private static S3Bucket.Builder s3() {
    return S3Bucket.builder()
        .bucket("healthmetrics-uploads")
        .region(Region.EU_CENTRAL_1)
        .credentials(RecordingCredentials.longTerm());
  }

  /** Thrown as it is, and nothing was signed. */
  static void assertSignsNothing(Throwable failure, UnaryOperator<S3Bucket.Builder> settings) {
    RecordingCredentials credentials = RecordingCredentials.longTerm();
    UploadRequest request = UploadRequest.of("u", "image/png", 48);
    try (S3Bucket bucket = settings.apply(s3().credentials(credentials)).build()) {
      assertThat(catchThrowable(() -> bucket.uploads().presignPut(UploadPolicy.avatars(), request)))
          .isSameAs(failure);
      assertThat(
              catchThrowable(() -> bucket.uploads().presignPost(UploadPolicy.avatars(), request)))
          .isSameAs(failure);
    }
  }

  static void clockOfASigner(Throwable failure) {
    MovableClock clock = MovableClock.at("2026-11-01T10:00:00Z");
    clock.failWith(failure);
    assertSignsNothing(failure, builder -> builder.clock(clock));
  }

  static void randomOfASigner(Throwable failure) {
    SecureRandom random =
        new SecureRandom() {
          private static final long serialVersionUID = 1L;

          @Override
          public void nextBytes(byte[] bytes) {
            throw Thrown.undeclared(failure);
          }
        };
    assertSignsNothing(failure, builder -> builder.random(random));
  }

  static void publicUrls(Throwable failure) {
    assertSignsNothing(failure, builder -> builder.publicUrls(key -> throwing(failure)));
  }

  /** A class that does not link is a fault of the configuration. */
  static void assertStorageFailure(Throwable failure, ThrowingCallable attempt) {
    Throwable thrown = catchThrowable(attempt);
    if (Thrown.isFatal(failure)) {
      assertThat(thrown).isSameAs(failure);
    } else if (failure instanceof LinkageError) {
      assertThat(thrown).isInstanceOf(ConfigurationException.class);
    } else {
      assertThat(thrown)
          .isInstanceOf(StorageException.class)
          .hasMessageNotContaining(Thrown.PRIVATE);
    }
    assertInterruptKept(failure);
  }

  static void httpClientOfS3(Throwable failure) {
    try (S3Bucket bucket = s3().httpClient(unreading(failure)).build()) {
      assertStorageFailure(failure, () -> bucket.objects().head(KEY));
      assertStorageFailure(failure, () -> bucket.objects().open(KEY));
      assertStorageFailure(failure, () -> bucket.objects().delete(KEY));
      assertStorageFailure(failure, () -> bucket.objects().deletePrefix("avatars/u/"));
      assertStorageFailure(failure, () -> bucket.objects().list("avatars/u/").count());
      assertStorageFailure(
          failure, () -> bucket.objects().put(NewObject.of(KEY, "image/png", new byte[3])));
    }
  }

  static void interceptorOfS3(Throwable failure) {
    try (S3Bucket bucket = s3().httpClient(StubHttp.responding(204, "")).build()) {
      ApplicationInterceptor.failAfter(failure);
      assertStorageFailure(failure, () -> bucket.objects().delete(KEY));
    }
  }

  static void deletionHalfway(Throwable failure) {
    StubHttp http =
        StubHttp.responding(
            request -> {
              if (request.number() > 3) {
                throw Thrown.undeclared(failure);
              }
              // The first two are for pending uploads, of which a result is listed if they fail.
              return Response.of(
                  200,
                  request
                      .body()
                      .replace("Object>", "Deleted>")
                      .replace("Delete ", "DeleteResult ")
                      .replace("</Delete>", "</DeleteResult>"));
            });
    List<ObjectKey> keys =
        IntStream.range(0, 1_500).mapToObj(i -> ObjectKey.of("avatars/u/" + i)).toList();
    try (S3Bucket bucket = s3().httpClient(http).build()) {

      Throwable thrown = catchThrowable(() -> bucket.objects().deleteAll(keys));

      StorageException known =
          (StorageException)
              (thrown instanceof StorageException ? thrown : thrown.getSuppressed()[0]);
      DeletionReport report = known.report().orElseThrow();
      assertThat(report.deleted()).hasSize(1_000);
      assertThat(report.failed()).hasSize(500);
      assertThat(thrown == failure).as("thrown as it is").isEqualTo(Thrown.isFatal(failure));
    }
  }

  static void contentOfS3(Throwable failure) throws IOException {
    StreamedHttp http =
        StreamedHttp.responding(200, Map.of("Content-Length", "100"), () -> unreadable(failure));
    try (S3Bucket bucket = s3().httpClient(http).build();
        InputStream content = bucket.objects().open(KEY)) {

      Throwable thrown = catchThrowable(content::read);

      if (Thrown.isFatal(failure)) {
        assertThat(thrown).isSameAs(failure);
      } else {
        assertThat(thrown).isInstanceOf(IOException.class);
      }
      assertInterruptKept(failure);
    }
  }

  /** Thrown as it is, or as the cause where it is not declared, and nothing was stored. */
  static void contentToStore(Throwable failure) {
    List<Supplier<InputStream>> contents =
        List.of(() -> unreadable(failure), () -> throwing(failure));
    for (Supplier<InputStream> content : contents) {
      StubHttp http = StubHttp.responding(200, "");
      try (S3Bucket bucket = s3().httpClient(http).build()) {
        NewObject object = NewObject.of(KEY, "image/png", 3, content);

        Throwable thrown = catchThrowable(() -> bucket.objects().put(object));

        if (failure instanceof RuntimeException || failure instanceof Error) {
          assertThat(thrown).isSameAs(failure);
        } else {
          assertThat(thrown).isInstanceOf(UncheckedIOException.class).hasRootCause(failure);
        }
        assertThat(http.requests()).isEmpty();
        assertInterruptKept(failure);
      }
    }
  }

  private static InputStream unreadable(Throwable failure) {
    return new InputStream() {
      @Override
      public int read() {
        return throwing(failure);
      }
    };
  }

  /** A store of the application: what it throws is thrown, nothing is accepted or removed. */
  static void assertVerifiesNothing(FailingObjects objects, Throwable failure) {
    UploadVerifier verifier = UploadVerifier.of(objects, key -> URI.create("https://cdn.example/"));

    assertThat(catchThrowable(() -> verifier.verify(UploadPolicy.avatars(), "u", KEY)))
        .isSameAs(failure);

    assertThat(objects.deleted()).isEmpty();
  }

  static void objectStore(String method, Throwable failure) {
    assertVerifiesNothing(FailingObjects.at(method, failure, KEY), failure);
  }

  static void contentOfAnObjectStore(Throwable failure) {
    assertVerifiesNothing(FailingObjects.returning(KEY, unreadable(failure)), failure);
  }
}
