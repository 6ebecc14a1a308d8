package com.healthmetrics.aws.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.healthmetrics.aws.fixtures.Pictures;
import com.healthmetrics.aws.fixtures.VirtualTime;
import com.healthmetrics.aws.storage.InterceptedStore.Call;
import com.healthmetrics.aws.storage.StorageException.Kind;
import com.healthmetrics.aws.storage.UploadVerification.Accepted;
import com.healthmetrics.aws.storage.UploadVerification.NotUploaded;
import com.healthmetrics.aws.storage.UploadVerification.NotUploadedOrForbidden;
import com.healthmetrics.aws.storage.UploadVerification.Rejected;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * An upload is published once, whatever fails, is lost, is repeated, or happens at the same time.
 *
 * <p>Each row of the table in the documentation of uploads is a test here.
 */
class PublishingTest {
  private static final UploadPolicy POLICY =
      UploadPolicy.builder()
          .keyPrefix("pictures/")
          .types(ImageType.PNG)
          .maxBytes(100)
          .lifetime(Duration.ofMinutes(5))
          .cacheControl("private, max-age=60")
          .build();
  private static final byte[] PNG = Pictures.png(80);
  private static final byte[] OTHER_PNG = Pictures.png(90);
  private static final byte[] HTML = "<!doctype html>".getBytes(StandardCharsets.UTF_8);
  private static final ObjectKey KEY =
      ObjectKey.of("pictures/user-42/" + "0123456789abcdef".repeat(2) + ".png");

  private final InMemoryObjects objects = new InMemoryObjects(Clock.systemUTC());

  private void send(byte[] bytes) {
    objects.put(NewObject.of(KEY.pending(), "image/png", bytes).replacingExisting());
  }

  private UploadVerification verify() {
    return verify(objects);
  }

  private static UploadVerification verify(ObjectStore store) {
    return Verifiers.of(store).verify(POLICY, "user-42", KEY);
  }

  private void assertPublished(byte[] bytes) {
    assertThat(objects.bytes(KEY)).contains(bytes);
    assertThat(objects.keys()).as("nothing else is left").containsExactly(KEY);
    assertThat(objects.head(KEY).orElseThrow().cacheControl()).isEqualTo(POLICY.cacheControl());
  }

  private ObjectStore before(String step, InterceptedStore.Action action) {
    AtomicInteger calls = new AtomicInteger();
    return InterceptedStore.of(
        objects,
        call -> {
          if (call.step().equals(step) && calls.getAndIncrement() == 0) {
            action.run();
          }
          return call.proceed();
        });
  }

  private ObjectStore after(String step, InterceptedStore.Action action) {
    AtomicInteger calls = new AtomicInteger();
    return InterceptedStore.of(
        objects,
        call -> {
          Object result = call.proceed();
          if (call.step().equals(step) && calls.getAndIncrement() == 0) {
            action.run();
          }
          return result;
        });
  }

  /** Row a: the SDK repeats a PUT whose response was lost, and is told that the object exists. */
  @Test
  void acceptsAnUploadWhoseFirstWriteWasStoredAndRepeated() {
    send(PNG);
    ObjectStore repeating =
        InterceptedStore.of(
            objects,
            call -> {
              if (call.is("put")) {
                call.proceed();
              }
              return call.proceed();
            });

    Accepted accepted = verify(repeating).orThrow();

    assertThat(accepted.head()).isEqualTo(objects.head(KEY).orElseThrow());
    assertPublished(PNG);
  }

  /** Row b: 409 decides nothing, as a deletion may have caused it. */
  @Test
  void writesAgainAfterAConflict() {
    send(PNG);

    assertThat(verify(conflicts(3))).isInstanceOf(Accepted.class);
    assertPublished(PNG);
  }

  @Test
  void reportsConflictsThatDoNotEnd() {
    send(PNG);

    StorageException failure =
        catchThrowableOfType(StorageException.class, () -> verify(conflicts(1_000)));

    assertThat(failure.kind()).isEqualTo(Kind.CHANGED);
    assertThat(failure.retryAfter()).isPresent();
    assertThat(objects.keys()).containsExactly(KEY.pending());
    assertThat(verify()).isInstanceOf(Accepted.class);
  }

  private ObjectStore conflicts(int count) {
    AtomicInteger left = new AtomicInteger(count);
    return InterceptedStore.before(
        objects,
        "put",
        () -> {
          if (left.getAndDecrement() > 0) {
            throw new StorageException(Kind.CHANGED, "409 ConditionalRequestConflict");
          }
        });
  }

  /** Row c: another call published first. */
  @Test
  void acceptsWhatAnotherCallPublishedFirst() {
    send(PNG);
    ObjectStore slower = before("put published", this::verify);

    Accepted accepted = verify(slower).orThrow();

    assertThat(accepted.head()).isEqualTo(objects.head(KEY).orElseThrow());
    assertPublished(PNG);
  }

  @Test
  void removesThePendingObjectThatAnotherCallPublishedAndLeft() {
    send(PNG);
    verify(InterceptedStore.failing(objects, "deleteIfUnchanged", Kind.UNREACHABLE));
    assertThat(objects.keys()).containsExactlyInAnyOrder(KEY, KEY.pending());

    assertThat(verify()).isInstanceOf(Accepted.class);
    assertPublished(PNG);
  }

  /** Row d: the form of a published upload is sent again. */
  @Test
  void staysAcceptedIfTheFormIsSentAgainWithOtherBytes() {
    send(PNG);
    Accepted first = verify().orThrow();
    send(OTHER_PNG);

    assertThat(verify()).isEqualTo(first);
    assertPublished(PNG);
  }

  @Test
  void staysAcceptedIfTheFormIsSentAgainWithBytesThatAreNotAllowed() {
    send(PNG);
    Accepted first = verify().orThrow();
    for (byte[] bad : List.of(HTML, new byte[0], Pictures.png(101))) {
      send(bad);

      assertThat(verify()).isEqualTo(first);
      assertPublished(PNG);
    }
  }

  /** Row e. */
  @Test
  void reportsNotUploadedIfNeitherIsThere() {
    assertThat(verify()).isEqualTo(new NotUploaded(KEY));
  }

  /** Row f: the process dies between publishing and removal, and the picture is deleted. */
  @Test
  void publishesNoDeletedPictureAgain() {
    send(PNG);
    crashAt("deleteIfUnchanged pending");
    assertThat(objects.keys()).containsExactlyInAnyOrder(KEY, KEY.pending());

    objects.delete(KEY);

    assertThat(verify()).isEqualTo(new NotUploaded(KEY));
    assertThat(objects.keys()).isEmpty();
  }

  @Test
  void publishesNoPictureAgainWhoseFolderOrOwnerWasDeleted() {
    List<Runnable> deletions =
        List.of(
            () -> objects.deleteAll(List.of(KEY)),
            () -> objects.deletePrefix("pictures/user-42/"),
            () -> objects.erasePrefix("pictures/user-42/"),
            () -> objects.eraseOwner(List.of(POLICY), "user-42"));
    for (Runnable deletion : deletions) {
      send(PNG);
      crashAt("deleteIfUnchanged pending");

      deletion.run();

      assertThat(verify()).isEqualTo(new NotUploaded(KEY));
      assertThat(objects.keys()).isEmpty();
    }
  }

  private void crashAt(String step) {
    Error crash = new Error("the process died");
    assertThat(
            catchThrowable(
                () ->
                    verify(
                        before(
                            step,
                            () -> {
                              throw crash;
                            }))))
        .isSameAs(crash);
  }

  /** Row g: what is sent after a rejection is a new upload. */
  @Test
  void judgesAnUploadAfreshThatFollowsARejectedOne() {
    send(HTML);
    assertThat(verify()).isInstanceOf(Rejected.class);
    send(PNG);

    assertThat(verify()).isInstanceOf(Accepted.class);
    assertPublished(PNG);
  }

  /** Row h. */
  @Test
  void publishesOneObjectForManyCallsAtOnce() throws Exception {
    int threads = 16;
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      for (int round = 0; round < 50; round++) {
        objects.delete(KEY);
        send(PNG);
        CyclicBarrier start = new CyclicBarrier(threads);
        List<Future<UploadVerification>> calls =
            IntStream.range(0, threads)
                .mapToObj(
                    i ->
                        pool.submit(
                            () -> {
                              start.await();
                              return verify();
                            }))
                .toList();
        for (Future<UploadVerification> call : calls) {
          assertThat(call.get().orThrow().head()).isEqualTo(objects.head(KEY).orElseThrow());
        }
        assertPublished(PNG);
      }
    } finally {
      pool.shutdownNow();
    }
  }

  /** What is under the final key by other means is not taken for a published upload. */
  @ParameterizedTest
  @EnumSource
  void acceptsNoObjectThatWasNotPublishedUnderThePolicy(Found found) {
    NewObject foreign = NewObject.of(KEY, found.contentType, OTHER_PNG);
    objects.put(
        found.cacheControl.isEmpty() ? foreign : foreign.withCacheControl(found.cacheControl));

    for (byte[] pending : List.of(PNG, HTML, new byte[0])) {
      if (pending.length > 0) {
        send(pending);
      }
      StorageException failure = catchThrowableOfType(StorageException.class, this::verify);
      assertThat(failure.kind()).isEqualTo(Kind.ALREADY_EXISTS);
      assertThat(failure.retryAfter()).isEmpty();
      assertThat(objects.bytes(KEY)).contains(OTHER_PNG);
    }
    assertThat(objects.keys()).as("nothing is lost").contains(KEY.pending());
  }

  /** What else may be found under a final key. */
  enum Found {
    OF_ANOTHER_TYPE("text/html", "private, max-age=60"),
    WITH_ANOTHER_CACHE_HEADER("image/png", "public, max-age=60"),
    WITHOUT_A_CACHE_HEADER("image/png", "");

    private final String contentType;
    private final String cacheControl;

    Found(String contentType, String cacheControl) {
      this.contentType = contentType;
      this.cacheControl = cacheControl;
    }
  }

  private static final List<String> STEPS_OF_A_GOOD_PICTURE =
      List.of(
          "head pending", "openIfUnchanged pending", "put published", "deleteIfUnchanged pending");
  private static final List<String> STEPS_OF_A_BAD_PICTURE =
      List.of(
          "head pending", "openIfUnchanged pending", "head published", "deleteIfUnchanged pending");

  static Stream<Arguments> everyFailureAtEveryStep() {
    return Stream.of(true, false)
        .flatMap(
            good ->
                (good ? STEPS_OF_A_GOOD_PICTURE : STEPS_OF_A_BAD_PICTURE)
                    .stream()
                        .flatMap(
                            step ->
                                Stream.of(Fault.values())
                                    .map(fault -> arguments(good, step, fault))));
  }

  /** How a step fails. */
  enum Fault {
    ERROR_OF_S3 {
      @Override
      Object at(Call call) {
        throw new StorageException(Kind.SERVICE_FAILURE, "500");
      }
    },
    LOST_REQUEST {
      @Override
      Object at(Call call) {
        throw new StorageException(Kind.UNREACHABLE, "lost");
      }
    },
    LOST_RESPONSE {
      @Override
      Object at(Call call) throws Throwable {
        call.proceed();
        throw new StorageException(Kind.UNREACHABLE, "lost");
      }
    },
    CRASH_BEFORE {
      @Override
      Object at(Call call) {
        throw new AssertionError("the process died");
      }
    },
    CRASH_AFTER {
      @Override
      Object at(Call call) throws Throwable {
        call.proceed();
        throw new AssertionError("the process died");
      }
    };

    abstract Object at(Call call) throws Throwable;
  }

  @ParameterizedTest(name = "good={0}, {1}, {2}")
  @MethodSource("everyFailureAtEveryStep")
  void endsTheSameAfterAnyFailureAtAnyStep(boolean good, String step, Fault fault) {
    send(good ? PNG : HTML);
    AtomicInteger reached = new AtomicInteger();
    ObjectStore failing =
        InterceptedStore.of(
            objects,
            call -> {
              if (!call.step().equals(step)) {
                return call.proceed();
              }
              reached.incrementAndGet();
              return fault.at(call);
            });

    Throwable failure =
        catchThrowable(() -> assertThat(verify(failing)).isInstanceOf(Accepted.class));

    assertThat(reached).hasPositiveValue();
    boolean pictureIsOut = good && step.equals("deleteIfUnchanged pending");
    if (failure == null) {
      assertThat(pictureIsOut).as("only a failed removal of a published one is none").isTrue();
    } else {
      assertThat(failure).isInstanceOfAny(StorageException.class, AssertionError.class);
    }
    UploadVerification outcome = verify();
    if (good) {
      assertThat(outcome).isInstanceOf(Accepted.class);
      assertPublished(PNG);
    } else {
      assertThat(outcome).isInstanceOfAny(Rejected.class, NotUploaded.class);
      assertThat(objects.keys()).isEmpty();
    }
  }

  @Test
  void findsThePublishedPictureWithoutPermissionToList() {
    send(PNG);
    ObjectStore forbidding =
        InterceptedStore.of(
            objects,
            call -> {
              Object result = call.proceed();
              if (call.is("head") && result.equals(Optional.empty())) {
                throw new StorageException(Kind.MISSING_OR_FORBIDDEN, "403");
              }
              return result;
            });

    assertThat(verify(forbidding)).isInstanceOf(Accepted.class);
    assertThat(verify(forbidding)).as("again").isInstanceOf(Accepted.class);
    send(HTML);
    assertThat(verify(forbidding)).as("replayed").isInstanceOf(Accepted.class);
    objects.delete(KEY);
    assertThat(verify(forbidding)).isInstanceOf(NotUploadedOrForbidden.class);
    send(HTML);
    assertThat(verify(forbidding)).isInstanceOf(Rejected.class);
  }

  @Test
  void doesNotReportAForbiddenPictureAsMissing() {
    send(PNG);
    verify().orThrow();
    ObjectStore forbidding =
        InterceptedStore.of(
            objects,
            call -> {
              if (call.step().equals("head published")) {
                throw new StorageException(Kind.MISSING_OR_FORBIDDEN, "403");
              }
              return call.proceed();
            });

    assertThat(verify(forbidding)).isInstanceOf(NotUploadedOrForbidden.class);
  }

  @Test
  void doesNotRejectWhatAnotherCallPublishedInTheMeantime() {
    send(HTML);
    ObjectStore slower =
        before(
            "deleteIfUnchanged pending",
            () -> {
              send(PNG);
              assertThat(verify()).isInstanceOf(Accepted.class);
            });

    assertThat(verify(slower)).isInstanceOf(Accepted.class);
    assertPublished(PNG);
  }

  @Test
  void publishesTheInspectedBytesIfTheFormIsSentAgainInTheMeantime() {
    send(PNG);

    assertThat(verify(before("put published", () -> send(HTML)))).isInstanceOf(Accepted.class);

    assertThat(objects.bytes(KEY)).contains(PNG);
    assertThat(verify()).isInstanceOf(Accepted.class);
    assertPublished(PNG);
  }

  @Test
  void publishesWhatReplacedThePictureBeforeItWasRead() {
    send(PNG);

    assertThat(verify(after("head pending", () -> send(OTHER_PNG)))).isInstanceOf(Accepted.class);

    assertPublished(OTHER_PNG);
  }

  @Test
  void pausesBeforeItInspectsAgain() {
    send(PNG);
    VirtualTime time = new VirtualTime();

    Verifiers.of(conflicts(4), time).verify(POLICY, "user-42", KEY).orThrow();

    assertThat(time.sleeps)
        .containsExactly(
            Duration.ofMillis(50),
            Duration.ofMillis(100),
            Duration.ofMillis(200),
            Duration.ofMillis(400));
  }

  @Test
  void givesUpAtItsDeadlineWhateverItIsDoing() {
    VirtualTime time = new VirtualTime();
    for (String step : STEPS_OF_A_GOOD_PICTURE.subList(0, 2)) {
      send(PNG);
      ObjectStore slow = before(step, () -> time.advance(Duration.ofSeconds(61)));

      StorageException failure =
          catchThrowableOfType(
              StorageException.class,
              () -> Verifiers.of(slow, time).verify(POLICY, "user-42", KEY));

      assertThat(failure.kind()).isEqualTo(Kind.UNREACHABLE);
      assertThat(failure).hasMessageContaining("PT1M");
      assertThat(objects.keys()).containsExactly(KEY.pending());
    }
  }

  @Test
  void stopsReadingAtItsDeadline() {
    send(PNG);
    VirtualTime time = new VirtualTime();
    AtomicInteger reads = new AtomicInteger();
    InputStream trickling =
        new InputStream() {
          @Override
          public int read() {
            reads.incrementAndGet();
            time.advance(Duration.ofSeconds(10));
            return 0;
          }

          @Override
          public int read(byte[] buffer, int offset, int length) {
            return length == 0 ? 0 : 1 + read();
          }
        };
    ObjectStore slow =
        InterceptedStore.of(
            objects, call -> call.is("openIfUnchanged") ? trickling : call.proceed());

    StorageException failure =
        catchThrowableOfType(
            StorageException.class, () -> Verifiers.of(slow, time).verify(POLICY, "user-42", KEY));

    assertThat(failure.kind()).isEqualTo(Kind.UNREACHABLE);
    assertThat(reads).hasValue(6);
    assertThat(objects.keys()).containsExactly(KEY.pending());
  }

  @Test
  void endsAWaitWhenItsThreadIsInterrupted() {
    send(PNG);
    VirtualTime time = new VirtualTime();
    ObjectStore interrupting =
        InterceptedStore.before(
            objects,
            "put",
            () -> {
              Thread.currentThread().interrupt();
              throw new StorageException(Kind.CHANGED, "409");
            });

    StorageException failure =
        catchThrowableOfType(
            StorageException.class,
            () -> Verifiers.of(interrupting, time).verify(POLICY, "user-42", KEY));

    assertThat(Thread.interrupted()).isTrue();
    assertThat(failure.kind()).isEqualTo(Kind.INTERRUPTED);
    assertThat(objects.keys()).containsExactly(KEY.pending());
  }

  @Test
  void waitsForMemoryThatAnotherVerificationHolds() throws Exception {
    UploadPolicy large =
        UploadPolicy.builder()
            .keyPrefix("pictures/")
            .types(ImageType.PNG)
            .maxBytes(10_000)
            .lifetime(Duration.ofMinutes(5))
            .build();
    objects.put(NewObject.of(KEY.pending(), "image/png", Pictures.png(2_000)));
    ObjectKey second = ObjectKey.of(KEY.value().replace("0123", "3210"));
    objects.put(NewObject.of(second.pending(), "image/png", Pictures.png(2_000)));
    MemoryBudget memory = MemoryBudget.of(3_000);
    CountDownLatch reading = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    ObjectStore held =
        before(
            "put published",
            () -> {
              reading.countDown();
              goOn.await();
            });
    ExecutorService pool = Executors.newFixedThreadPool(2);
    try {
      Future<UploadVerification> first =
          pool.submit(
              () -> Verifiers.of(held, memory, new VirtualTime()).verify(large, "user-42", KEY));
      reading.await();
      Future<UploadVerification> waiting =
          pool.submit(
              () ->
                  Verifiers.of(objects, memory, new VirtualTime())
                      .verify(large, "user-42", second));
      while (memory.waiting() == 0) {
        Thread.onSpinWait();
      }
      assertThat(objects.bytes(second)).isEmpty();
      goOn.countDown();

      assertThat(first.get()).isInstanceOf(Accepted.class);
      assertThat(waiting.get()).isInstanceOf(Accepted.class);
    } finally {
      pool.shutdownNow();
    }
  }
}
