package com.healthmetrics.aws.storage;

import static org.assertj.core.api.Assertions.assertThat;

import com.healthmetrics.aws.fixtures.MovableClock;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class KeyRandomTest {
  private final MovableClock clock = MovableClock.at("2026-11-01T10:00:00Z");
  private final CountingRandom source = new CountingRandom();
  private final KeyRandom random = new KeyRandom(source, clock);

  /** Counts: 01, 02, …, and remembers where it wrote them. */
  private static final class CountingRandom extends SecureRandom {
    private static final long serialVersionUID = 1L;

    private final transient List<byte[]> drawn = new ArrayList<>();
    private byte next;

    @Override
    public void nextBytes(byte[] bytes) {
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = ++next;
      }
      drawn.add(bytes);
    }
  }

  private static String hex(KeyRandom random) {
    StringBuilder out = new StringBuilder();
    random.appendHex(out);
    return out.toString();
  }

  @Test
  void writesTheBitsOfItsSource() {
    assertThat(hex(random)).isEqualTo("0102030405060708090a0b0c0d0e0f10");
    assertThat(hex(random)).isEqualTo("1112131415161718191a1b1c1d1e1f20");
  }

  @Test
  void drawsForSeveralKeysAtATimeAndKeepsNoBitsThatItUsed() {
    hex(random);
    hex(random);

    assertThat(source.drawn).hasSize(1);
    assertThat(source.drawn.get(0)).startsWith(new byte[32]).endsWith(-2, -1, 0);
  }

  @Test
  void drawsAnewWhenAllBitsAreUsed() {
    Set<String> keys = new HashSet<>();
    for (int i = 0; i < 16; i++) {
      keys.add(hex(random));
    }

    assertThat(keys).hasSize(16);
    assertThat(source.drawn).hasSize(1);
    hex(random);
    assertThat(source.drawn).hasSize(2);
  }

  /** As a second process would, that continues from the same memory. */
  @Test
  void usesNoBitsThatItHasKeptForLong() {
    hex(random);

    clock.advance(Duration.ofMillis(99));
    hex(random);
    assertThat(source.drawn).hasSize(1);

    clock.advance(Duration.ofMillis(1));
    hex(random);
    assertThat(source.drawn).hasSize(2);
  }

  @Test
  void usesNoBitsFromTheFutureOfItsClock() {
    hex(random);

    clock.advance(Duration.ofMillis(-1));
    hex(random);

    assertThat(source.drawn).hasSize(2);
  }

  @Test
  void givesNoTwoKeysTheSameBitsWhenThreadsShareIt() throws Exception {
    KeyRandom shared = new KeyRandom(new SecureRandom(), Clock.systemUTC());
    int threads = 20;
    int keys = 2_000;
    ExecutorService executor = Executors.newFixedThreadPool(threads);
    try {
      Callable<Set<String>> task =
          () -> {
            Set<String> own = new HashSet<>();
            for (int i = 0; i < keys; i++) {
              own.add(hex(shared));
            }
            return own;
          };
      List<Callable<Set<String>>> tasks = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        tasks.add(task);
      }

      Set<String> all = new HashSet<>();
      for (Future<Set<String>> own : executor.invokeAll(tasks)) {
        all.addAll(own.get());
      }

      assertThat(all).hasSize(threads * keys);
    } finally {
      executor.shutdownNow();
    }
  }
}
