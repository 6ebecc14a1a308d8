package com.healthmetrics.aws.storage;

import static org.assertj.core.api.Assertions.assertThat;

import com.healthmetrics.aws.fixtures.Pictures;
import com.healthmetrics.aws.storage.InterceptedStore.Call;
import com.healthmetrics.aws.storage.StorageException.Kind;
import com.healthmetrics.aws.storage.UploadVerification.Accepted;
import com.healthmetrics.aws.storage.UploadVerification.NotUploaded;
import com.healthmetrics.aws.storage.UploadVerification.Rejected;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Verifications, replays of the form, and failures, interleaved by chance: between any two steps of
 * a verification anything else may happen, other verifications included.
 */
class PublishingScheduleTest {
  private static final int SCHEDULES = Integer.getInteger("publishing.schedules", 2_000);
  private static final UploadPolicy POLICY =
      UploadPolicy.builder()
          .keyPrefix("pictures/")
          .types(ImageType.PNG)
          .maxBytes(100)
          .lifetime(Duration.ofMinutes(5))
          .build();
  private static final byte[] PNG = Pictures.png(80);
  private static final List<byte[]> FILES =
      List.of(
          PNG,
          Pictures.png(90),
          Pictures.png(95),
          "<!doctype html>".getBytes(StandardCharsets.UTF_8),
          new byte[0],
          Pictures.png(101));
  private static final ObjectKey KEY =
      ObjectKey.of("pictures/user-42/" + "0123456789abcdef".repeat(2) + ".png");

  /** One history of an upload. */
  private static final class Schedule {
    private final Random random;
    private final InMemoryObjects objects = new InMemoryObjects(Clock.systemUTC());
    private int depth;
    private int verifications;
    private Optional<ObjectHead> published = Optional.empty();

    Schedule(long seed) {
      random = new Random(seed);
    }

    void run() {
      for (int i = 0; i < 6; i++) {
        somethingHappens();
      }
      endsWell();
    }

    private void somethingHappens() {
      if (random.nextInt(3) == 0) {
        byte[] file = FILES.get(random.nextInt(FILES.size()));
        objects.put(NewObject.of(KEY.pending(), "image/png", file).replacingExisting());
      } else {
        verify();
      }
    }

    private void verify() {
      if (depth == 3) {
        return;
      }
      depth++;
      verifications++;
      boolean publishedBefore = published.isPresent();
      try {
        UploadVerification outcome =
            Verifiers.of(InterceptedStore.of(objects, this::step)).verify(POLICY, "user-42", KEY);
        if (outcome instanceof Accepted accepted) {
          assertThat(objects.head(KEY)).contains(accepted.head());
        } else {
          assertThat(outcome).isInstanceOfAny(Rejected.class, NotUploaded.class);
          assertThat(publishedBefore).as("published, then %s", outcome).isFalse();
          if (outcome instanceof Rejected) {
            assertThat(objects.head(KEY)).as("rejected although published").isEmpty();
          }
        }
      } catch (StorageException e) {
        // A failure decides nothing, and the next verification does.
        assertThat(e.retryAfter()).as(e.getMessage()).isPresent();
      } finally {
        depth--;
      }
    }

    private Object step(Call call) throws Throwable {
      while (random.nextInt(4) == 0) {
        somethingHappens();
      }
      int luck = random.nextInt(20);
      if (luck == 0) {
        throw new StorageException(Kind.UNREACHABLE, "lost");
      }
      if (luck == 1 && call.is("put")) {
        throw new StorageException(Kind.CHANGED, "409");
      }
      Object result = call.proceed();
      remember();
      if (luck == 2) {
        throw new StorageException(Kind.UNREACHABLE, "response lost");
      }
      return result;
    }

    /** What was published once stays, to the byte. */
    private void remember() {
      Optional<ObjectHead> now = objects.head(KEY);
      if (published.isPresent()) {
        assertThat(now).isEqualTo(published);
      }
      if (now.isPresent() && published.isEmpty()) {
        byte[] bytes = objects.bytes(KEY).orElseThrow();
        assertThat(ImageType.ofFirstBytes(bytes)).contains(ImageType.PNG);
        assertThat(bytes.length).isBetween(1, 100);
        published = now;
      }
    }

    /** Without further failures one more verification leaves nothing pending. */
    private void endsWell() {
      boolean publishedBefore = published.isPresent();
      UploadVerification outcome = Verifiers.of(objects).verify(POLICY, "user-42", KEY);
      if (publishedBefore) {
        assertThat(outcome).isInstanceOf(Accepted.class);
      }
      assertThat(objects.keys()).doesNotContain(KEY.pending());
      assertThat(objects.keys().contains(KEY)).isEqualTo(outcome instanceof Accepted);
    }
  }

  @Test
  void publishesAtMostOnceInAnyOrderOfEvents() {
    int verifications = 0;
    int publications = 0;
    for (long seed = 0; seed < SCHEDULES; seed++) {
      Schedule schedule = new Schedule(seed);
      try {
        schedule.run();
      } catch (AssertionError e) {
        throw new AssertionError("seed " + seed, e);
      }
      verifications += schedule.verifications;
      publications += schedule.published.isPresent() ? 1 : 0;
    }
    assertThat(verifications).isGreaterThan(SCHEDULES);
    assertThat(publications).isBetween(SCHEDULES / 4, SCHEDULES);
  }
}
