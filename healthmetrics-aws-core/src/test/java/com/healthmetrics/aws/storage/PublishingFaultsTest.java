package com.healthmetrics.aws.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.healthmetrics.aws.fixtures.Pictures;
import com.healthmetrics.aws.fixtures.VirtualTime;
import com.healthmetrics.aws.storage.StorageException.Kind;
import com.healthmetrics.aws.storage.UploadInspector.Finding;
import com.healthmetrics.aws.storage.UploadVerification.Accepted;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of a good picture while network, permissions and time fail at a second step. */
class PublishingFaultsTest {
  private static final UploadPolicy POLICY =
      UploadPolicy.builder()
          .keyPrefix("pictures/")
          .types(ImageType.PNG)
          .maxBytes(100)
          .lifetime(Duration.ofMinutes(5))
          .build();
  private static final byte[] PNG = Pictures.png(80);
  private static final ObjectKey KEY =
      ObjectKey.of("pictures/user-42/" + "0123456789abcdef".repeat(2) + ".png");

  private final InMemoryObjects objects = new InMemoryObjects(Clock.systemUTC());
  private final VirtualTime time = new VirtualTime();

  @BeforeEach
  void send() {
    objects.put(NewObject.of(KEY.pending(), "image/png", PNG));
  }

  private UploadVerification verify(ObjectStore store) {
    return Verifiers.of(store, time).verify(POLICY, "user-42", KEY);
  }

  private StorageException failureOf(ObjectStore store) {
    return catchThrowableOfType(StorageException.class, () -> verify(store));
  }

  /** Calls whose number, counted from 1 for each step, decides about a failure. */
  private ObjectStore failing(String step, int call, Kind kind, InterceptedStore.Action before) {
    AtomicInteger calls = new AtomicInteger();
    return InterceptedStore.of(
        objects,
        each -> {
          if (each.step().equals(step) && calls.incrementAndGet() == call) {
            before.run();
            throw new StorageException(kind, "as the test needs");
          }
          return each.proceed();
        });
  }

  @Test
  void publishesAPictureThatArrivesInPieces() {
    ObjectStore slow =
        InterceptedStore.of(
            objects,
            call -> {
              Object result = call.proceed();
              return result instanceof InputStream content ? new InPieces(content) : result;
            });

    assertThat(verify(slow)).isInstanceOf(Accepted.class);

    assertThat(objects.bytes(KEY)).contains(PNG);
  }

  /** As a network returns it: at most seven bytes a call. */
  private static final class InPieces extends FilterInputStream {
    InPieces(InputStream content) {
      super(content);
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      Objects.checkFromIndexSize(offset, length, buffer.length);
      return super.read(buffer, offset, Math.min(length, 7));
    }
  }

  @Test
  void reportsWhyItCannotSeeWhatAnotherCallPublished() {
    ObjectStore racing = publishedByAnother(failing("head published", 1, Kind.UNREACHABLE));

    assertThat(failureOf(racing).kind()).isEqualTo(Kind.UNREACHABLE);
  }

  /** Without s3:ListBucket, S3 reports a missing object as forbidden. */
  @Test
  void looksAgainIfWhatAnotherCallPublishedSeemsForbidden() {
    ObjectStore racing =
        publishedByAnother(failing("head published", 1, Kind.MISSING_OR_FORBIDDEN));

    assertThat(verify(racing)).isInstanceOf(Accepted.class);
  }

  private ObjectStore failing(String step, int call, Kind kind) {
    return failing(step, call, kind, () -> {});
  }

  private ObjectStore publishedByAnother(ObjectStore store) {
    AtomicInteger writes = new AtomicInteger();
    return InterceptedStore.of(
        store,
        call -> {
          if (call.is("put") && writes.getAndIncrement() == 0) {
            verify(objects).orThrow();
          }
          return call.proceed();
        });
  }

  /** It asks whether the picture is still there, before it blames the permissions. */
  @Test
  void reportsWhyItCannotSeeWhetherAPictureThatItMayNotReadIsThere() {
    ObjectStore unreachable = failing("head pending", 2, Kind.UNREACHABLE);
    ObjectStore forbidding =
        InterceptedStore.failing(unreachable, "openIfUnchanged", Kind.ACCESS_DENIED);

    assertThat(failureOf(forbidding).kind()).isEqualTo(Kind.UNREACHABLE);
    assertThat(objects.keys()).containsExactly(KEY.pending());
  }

  @Test
  void looksAgainIfAPictureThatItMayNotReadSeemsForbidden() {
    ObjectStore store = failing("head pending", 2, Kind.MISSING_OR_FORBIDDEN);
    AtomicInteger reads = new AtomicInteger();
    ObjectStore forbidding =
        InterceptedStore.before(
            store,
            "openIfUnchanged",
            () -> {
              if (reads.getAndIncrement() == 0) {
                throw new StorageException(Kind.ACCESS_DENIED, "as the test needs");
              }
            });

    assertThat(verify(forbidding)).isInstanceOf(Accepted.class);
  }

  @Test
  void publishesNothingOnceTheInspectorHasUsedUpTheTime() {
    UploadInspector slow =
        (pending, bytes) -> {
          time.advance(Duration.ofSeconds(61));
          return Finding.keep();
        };
    UploadVerifier verifier =
        new ObjectStoreVerifier(
            objects,
            Optional.empty(),
            Optional.of(slow),
            MemoryBudget.ofHeap(),
            Duration.ofSeconds(60),
            time);

    StorageException failure =
        catchThrowableOfType(StorageException.class, () -> verifier.verify(POLICY, "user-42", KEY));

    assertThat(failure.kind()).isEqualTo(Kind.UNREACHABLE);
    assertThat(failure).hasMessageContaining("the application's inspector");
    assertThat(objects.keys()).containsExactly(KEY.pending());
  }

  @Test
  void sendsNothingAfterAPauseInWhichItsTimeEnded() {
    List<String> steps = new ArrayList<>();
    ObjectStore contended =
        InterceptedStore.before(
            InterceptedStore.of(
                objects,
                call -> {
                  steps.add(call.step());
                  return call.proceed();
                }),
            "put",
            () -> {
              time.advance(Duration.ofSeconds(60).minusMillis(20));
              throw new StorageException(Kind.CHANGED, "as the test needs");
            });

    assertThat(failureOf(contended).kind()).isEqualTo(Kind.UNREACHABLE);

    assertThat(time.sleeps).containsExactly(Duration.ofMillis(20));
    assertThat(steps).containsExactly("head pending", "openIfUnchanged pending");
  }
}
