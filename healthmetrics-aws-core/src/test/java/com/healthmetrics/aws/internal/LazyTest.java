package com.healthmetrics.aws.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LazyTest {
  private final AtomicInteger builds = new AtomicInteger();
  private final Lazy<String> lazy = new Lazy<>(() -> "build " + builds.incrementAndGet());

  @Test
  void buildsWhenItIsFirstAskedAndThenNeverAgain() {
    assertThat(lazy.isBuilt()).isFalse();
    assertThat(lazy.get()).contains("build 1");
    assertThat(lazy.get()).contains("build 1");
    assertThat(lazy.isBuilt()).isTrue();
  }

  @Test
  void buildsOnceForThreadsThatRaceForIt() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      List<Callable<String>> calls =
          IntStream.range(0, 64)
              .<Callable<String>>mapToObj(i -> () -> lazy.get().orElseThrow())
              .toList();
      for (Future<String> result : threads.invokeAll(calls)) {
        assertThat(result.get()).isEqualTo("build 1");
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void buildsNothingOnceItIsClosed() {
    assertThat(lazy.close()).isEmpty();

    assertThat(lazy.get()).isEmpty();
    assertThat(builds).hasValue(0);
  }

  @Test
  void returnsWhatIsToBeClosedAndThenNothing() {
    lazy.get();

    assertThat(lazy.close()).contains("build 1");
    assertThat(lazy.get()).isEmpty();
  }

  @Test
  void buildsAnewAfterAFailure() {
    Lazy<String> failing =
        new Lazy<>(
            () -> {
              if (builds.incrementAndGet() == 1) {
                throw new IllegalStateException("no class");
              }
              return "second build";
            });

    assertThatIllegalStateException().isThrownBy(failing::get).withMessage("no class");
    assertThat(failing.get()).contains("second build");
  }
}
