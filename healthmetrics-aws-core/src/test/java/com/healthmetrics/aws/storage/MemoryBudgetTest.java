package com.healthmetrics.aws.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.healthmetrics.aws.fixtures.VirtualTime;
import com.healthmetrics.aws.internal.Time;
import com.healthmetrics.aws.storage.StorageException.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MemoryBudgetTest {
  private static final int KIB = 1_024;
  private static final long HEAP = 1_000 * KIB;

  private static Deadline in(Duration duration) {
    return Deadline.after(duration, Time.SYSTEM);
  }

  @Test
  void isAnEighthOfTheHeapByDefault() {
    MemoryBudget budget = MemoryBudget.ofHeap();
    long eighth = Runtime.getRuntime().maxMemory() / 8;
    hold(
        budget,
        eighth - KIB,
        () -> {
          assertThat(refusal(budget, 2 * KIB).kind()).isEqualTo(Kind.BUSY);
        });
  }

  private static void hold(MemoryBudget budget, long bytes, Runnable meanwhile) {
    hold(budget, bytes, Duration.ZERO, meanwhile);
  }

  private static void hold(MemoryBudget budget, long bytes, Duration wait, Runnable meanwhile) {
    budget.holding(
        bytes,
        in(wait),
        () -> {
          meanwhile.run();
          return true;
        });
  }

  private static StorageException refusal(MemoryBudget budget, long bytes) {
    return catchThrowableOfType(StorageException.class, () -> hold(budget, bytes, () -> {}));
  }

  @Test
  void refusesWhatFindsNoMemoryInTimeAsRetriable() {
    MemoryBudget budget = MemoryBudget.of(100 * KIB, HEAP);
    hold(
        budget,
        60 * KIB,
        () -> {
          StorageException refusal = refusal(budget, 41 * KIB);

          assertThat(refusal.kind()).isEqualTo(Kind.BUSY);
          assertThat(refusal.retryAfter()).isPresent();
          assertThat(refusal).hasMessageContaining("inspectionMemory");
          hold(budget, 40 * KIB, () -> {});
        });
    hold(budget, 100 * KIB, () -> {});
  }

  @Test
  void inspectsAloneWhatIsLargerThanTheBudget() {
    MemoryBudget budget = MemoryBudget.of(10 * KIB, HEAP);
    hold(
        budget,
        400 * KIB,
        () -> {
          assertThat(refusal(budget, 1).kind()).isEqualTo(Kind.BUSY);
        });
    hold(
        budget,
        1,
        () -> {
          assertThat(refusal(budget, 400 * KIB).kind()).isEqualTo(Kind.BUSY);
        });
  }

  @Test
  void refusesForGoodWhatTakesMoreThanHalfOfTheHeap() {
    MemoryBudget budget = MemoryBudget.of(10 * KIB, HEAP);
    hold(budget, HEAP / 2, () -> {});

    StorageException refusal = refusal(budget, HEAP / 2 + 1);

    assertThat(refusal.kind()).isEqualTo(Kind.LIMIT_EXCEEDED);
    assertThat(refusal.retryAfter()).isEmpty();
    assertThat(refusal).hasMessageContaining("-Xmx").hasMessageContaining("maxBytes");
  }

  @Test
  void servesInTheOrderOfArrivalSoThatALargePictureIsNotPassed() throws Exception {
    MemoryBudget budget = MemoryBudget.of(100 * KIB, HEAP);
    List<String> order = new CopyOnWriteArrayList<>();
    ExecutorService pool = Executors.newCachedThreadPool();
    try {
      List<Future<?>> calls = new ArrayList<>();
      hold(
          budget,
          50 * KIB,
          () -> {
            calls.add(pool.submit(() -> note(budget, 100 * KIB, "large", order)));
            awaitWaiting(budget, 1);
            calls.add(pool.submit(() -> note(budget, KIB, "small", order)));
            awaitWaiting(budget, 2);
            assertThat(order).isEmpty();
          });
      for (Future<?> call : calls) {
        call.get();
      }
      assertThat(order).containsExactly("large", "small");
    } finally {
      pool.shutdownNow();
    }
  }

  private static void awaitWaiting(MemoryBudget budget, int threads) {
    while (budget.waiting() < threads) {
      Thread.onSpinWait();
    }
  }

  private static void note(MemoryBudget budget, long bytes, String name, List<String> order) {
    hold(budget, bytes, Duration.ofMinutes(1), () -> order.add(name));
  }

  @Test
  void holdsNeverMoreThanTheBudget() throws Exception {
    int limit = 64;
    MemoryBudget budget = MemoryBudget.of(limit * KIB, HEAP);
    AtomicLong held = new AtomicLong();
    AtomicLong most = new AtomicLong();
    ExecutorService pool = Executors.newFixedThreadPool(8);
    try {
      List<Future<?>> calls =
          IntStream.range(0, 8)
              .<Future<?>>mapToObj(
                  i ->
                      pool.submit(
                          () -> {
                            for (int round = 0; round < 500; round++) {
                              int kib = ThreadLocalRandom.current().nextInt(1, limit + 1);
                              hold(
                                  budget,
                                  (long) kib * KIB,
                                  Duration.ofMinutes(1),
                                  () -> {
                                    most.accumulateAndGet(held.addAndGet(kib), Math::max);
                                    held.addAndGet(-kib);
                                  });
                            }
                          }))
              .toList();
      for (Future<?> call : calls) {
        call.get();
      }
    } finally {
      pool.shutdownNow();
    }
    assertThat(most.get()).isPositive().isLessThanOrEqualTo(limit);
    hold(budget, limit * KIB, () -> {});
  }

  @Test
  void endsTheWaitOfAnInterruptedThread() {
    MemoryBudget budget = MemoryBudget.of(10 * KIB, HEAP);
    hold(
        budget,
        10 * KIB,
        () -> {
          Thread.currentThread().interrupt();
          StorageException refusal =
              catchThrowableOfType(
                  StorageException.class, () -> hold(budget, 1, Duration.ofMinutes(1), () -> {}));

          assertThat(Thread.interrupted()).isTrue();
          assertThat(refusal.kind()).isEqualTo(Kind.INTERRUPTED);
        });
  }

  @Test
  void countsADeadlineByTheMonotonicClock() {
    VirtualTime time = new VirtualTime();
    Deadline deadline = Deadline.after(Duration.ofSeconds(2), time);
    time.advance(Duration.ofMillis(1_999));
    deadline.check();
    assertThat(deadline.left()).isEqualTo(Duration.ofMillis(1));
    time.advance(Duration.ofMillis(1));

    StorageException passed = catchThrowableOfType(StorageException.class, deadline::check);

    assertThat(passed.kind()).isEqualTo(Kind.UNREACHABLE);
    assertThat(passed).hasMessageContaining("PT2S");
  }
}
