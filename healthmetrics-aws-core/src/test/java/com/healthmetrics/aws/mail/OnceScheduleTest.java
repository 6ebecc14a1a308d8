package com.healthmetrics.aws.mail;

import static org.assertj.core.api.Assertions.assertThat;

import com.healthmetrics.aws.fixtures.MovableClock;
import com.healthmetrics.aws.fixtures.Thrown;
import com.healthmetrics.aws.mail.IdempotencyStore.Entry;
import com.healthmetrics.aws.mail.IdempotencyStore.State;
import com.healthmetrics.aws.mail.MailException.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.helpers.NOPLogger;

/**
 * What {@link MailerChain.Builder#once} promises, with many callers at once, while stores, mailers
 * and clocks do what they like.
 *
 * <p>Each seed is a schedule: threads send, confirm and forget a few keys; the store fails before
 * or after it has done its work; the provider accepts, refuses, and throws anything, whether it has
 * accepted or not; the clock jumps by minutes and days, both ways. {@code -Donce.schedules} sets
 * their number.
 */
class OnceScheduleTest {
  private static final int SEEDS = Integer.getInteger("once.schedules", 20);
  private static final int THREADS = 4;
  private static final int CALLS = 60;
  private static final int KEYS = 6;

  /** One key, as the provider knows it. */
  private static final class Known {
    final Set<String> inFlight = ConcurrentHashMap.newKeySet();
    final AtomicInteger accepted = new AtomicInteger();

    /** How often it was allowed to be sent again. */
    final AtomicInteger freed = new AtomicInteger();
  }

  /** One schedule. */
  private static final class Schedule {
    private final long seed;
    private final MovableClock clock = MovableClock.at("2026-11-01T10:00:00Z");
    private final IdempotencyStore memory;
    private final MailerChain chain;
    private final TransactionalMailer mailer;
    private final Map<String, Known> keys = new ConcurrentHashMap<>();
    private final Queue<String> violations = new ConcurrentLinkedQueue<>();
    private final ThreadLocal<Random> random = new ThreadLocal<>();
    private final ThreadLocal<Object> outcome = new ThreadLocal<>();
    private final ThreadLocal<String> attempt = new ThreadLocal<>();
    private final ThreadLocal<Boolean> settling = ThreadLocal.withInitial(() -> false);
    private final AtomicInteger reached = new AtomicInteger();
    private final boolean evicts;
    private final boolean expires;

    Schedule(long seed, int maxKeys, Duration remembered) {
      this.seed = seed;
      this.evicts = maxKeys < KEYS;
      this.expires = remembered.compareTo(Duration.ofDays(1)) < 0;
      this.memory = new InMemoryIdempotencyStore(maxKeys, remembered, clock, NOPLogger.NOP_LOGGER);
      this.chain =
          MailerChain.builder()
              .observe(sending -> maybeThrow(20))
              .once(new Failing())
              .clock(clock)
              .abandonedAfter(Duration.ofMinutes(5))
              .build();
      this.mailer = chain.wrap(this::provide);
    }

    private boolean oneOf(int count) {
      return random.get().nextInt(count) == 0;
    }

    private Throwable anything() {
      List<Throwable> all = Thrown.all();
      return all.get(random.get().nextInt(all.size()));
    }

    private void maybeThrow(int oneOf) {
      if (oneOf(oneOf)) {
        throw Thrown.undeclared(anything());
      }
    }

    /** Fails before or after it has done its work. */
    private final class Failing implements IdempotencyStore {
      private <T> T perhaps(Supplier<T> work) {
        maybeThrow(15);
        T result = work.get();
        maybeThrow(15);
        return result;
      }

      @Override
      public Optional<Entry> find(String key) {
        return perhaps(() -> memory.find(key));
      }

      @Override
      public Optional<Entry> findByAttempt(String attempt) {
        return perhaps(() -> memory.findByAttempt(attempt));
      }

      @Override
      public List<Entry> unresolved(Instant before, int limit) {
        return perhaps(() -> memory.unresolved(before, limit));
      }

      @Override
      public Optional<Entry> putIfAbsent(Entry entry) {
        attempt.set(entry.attempt());
        return perhaps(() -> memory.putIfAbsent(entry));
      }

      @Override
      public boolean replace(Entry expected, Entry next) {
        return perhaps(
            () ->
                changed(
                    expected,
                    next.state() == State.SENT && evicts,
                    () -> memory.replace(expected, next)));
      }

      @Override
      public boolean remove(Entry expected) {
        return perhaps(() -> changed(expected, settling.get(), () -> memory.remove(expected)));
      }

      /** Counted before the others see it. */
      private boolean changed(Entry expected, boolean frees, Supplier<Boolean> change) {
        Known known = known(expected.key());
        boolean goesOn = settling.get() && known.inFlight.contains(expected.attempt());
        if (frees) {
          known.freed.incrementAndGet();
        }
        boolean changed = change.get();
        if (changed && goesOn) {
          violations.add("the key of a call that goes on was settled");
        }
        if (frees && !changed) {
          known.freed.decrementAndGet();
        }
        return changed;
      }
    }

    private MailReceipt provide(Email email) {
      reached.incrementAndGet();
      Known key = known(email.idempotencyKey().orElseThrow());
      String id = attempt.get();
      if (!key.inFlight.isEmpty()) {
        violations.add("two calls send one key at once");
      }
      key.inFlight.add(id);
      try {
        jump();
        Thread.yield();
        if (oneOf(4)) {
          throw kept(new MailException(Kind.THROTTLED, "refused"));
        }
        boolean accepted = oneOf(2);
        if (accepted && key.accepted.incrementAndGet() > 1 + key.freed.get() && !expires) {
          violations.add("an email was accepted twice");
        }
        if (!accepted || oneOf(2)) {
          throw Thrown.undeclared(
              kept(oneOf(2) ? new MailException(Kind.UNKNOWN_OUTCOME, "lost") : anything()));
        }
        return kept(MailReceipt.of("receipt-" + id));
      } finally {
        key.inFlight.remove(id);
      }
    }

    /** The outcome that the caller must see. */
    private <T> T kept(T seen) {
      outcome.set(seen);
      return seen;
    }

    private void jump() {
      List<Duration> jumps =
          List.of(
              Duration.ofMinutes(10),
              Duration.ofMinutes(-10),
              Duration.ofDays(400),
              Duration.ofDays(-400));
      if (oneOf(3)) {
        clock.advance(jumps.get(random.get().nextInt(jumps.size())));
      }
    }

    private Known known(String key) {
      return keys.computeIfAbsent(key, unused -> new Known());
    }

    private void run(int thread) {
      random.set(new Random(seed * 31 + thread));
      for (int call = 0; call < CALLS; call++) {
        String key = "key-" + random.get().nextInt(KEYS);
        switch (random.get().nextInt(6)) {
          case 0 -> settle(() -> chain.forget(key));
          case 1 -> settle(() -> chain.confirm(key, MailReceipt.of("found")));
          default -> send(key);
        }
        Thread.interrupted();
      }
    }

    private void settle(Supplier<Boolean> work) {
      settling.set(true);
      try {
        work.get();
      } catch (Throwable e) {
        // The store failed, perhaps after it did its work.
      } finally {
        settling.set(false);
      }
    }

    private void send(String key) {
      outcome.remove();
      Object seen;
      try {
        seen = mailer.send(Emails.keyed(key));
      } catch (Throwable e) {
        seen = e;
      }
      Object expected = outcome.get();
      if (expected != null && seen != expected) {
        violations.add("the outcome %s was hidden by %s".formatted(expected, seen));
      }
      if (seen instanceof MailException refusal
          && known(key).inFlight.stream().anyMatch(refusal.getMessage()::contains)) {
        violations.add("a call that goes on counts as crashed");
      }
    }
  }

  /**
   * With room for all keys, with room for fewer than there are, and where all but those in progress
   * may be forgotten at any time.
   */
  @ParameterizedTest(name = "with room for {0} keys, remembered for {1}")
  @CsvSource({KEYS + ", P365000D", KEYS / 2 + ", P365000D", KEYS / 2 + ", PT1M"})
  void sendsOnceAndHidesNothing(int maxKeys, Duration remembered) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    int reached = 0;
    List<String> violations = new ArrayList<>();
    try {
      for (int seed = 0; seed < SEEDS; seed++) {
        Schedule schedule = new Schedule(seed, maxKeys, remembered);
        List<Future<?>> running = new ArrayList<>();
        for (int thread = 0; thread < THREADS; thread++) {
          int number = thread;
          running.add(threads.submit(() -> schedule.run(number)));
        }
        for (Future<?> each : running) {
          each.get();
        }
        reached += schedule.reached.get();
        violations.addAll(schedule.violations);
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(violations).isEmpty();
    assertThat(reached).as("emails that reached the provider").isGreaterThan(SEEDS * KEYS);
  }
}
