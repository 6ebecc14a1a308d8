package com.healthmetrics.aws.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import com.healthmetrics.aws.mail.IdempotencyStore;
import com.healthmetrics.aws.mail.IdempotencyStore.Entry;
import com.healthmetrics.aws.mail.IdempotencyStore.State;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The contract of every {@link IdempotencyStore}, for any database: of several callers one wins, an
 * entry changes only if it is the expected one, and it is read back as it was written.
 *
 * <pre>{@code
 * class InMemoryStoreContractTest extends IdempotencyStoreContract {
 *   private final IdempotencyStore store = IdempotencyStore.inMemory();
 *
 *   @Override
 *   protected IdempotencyStore store() {
 *     return store;
 *   }
 * }
 * }</pre>
 *
 * <p>Each test adds up to 100 entries to an empty store, some from eight threads at once, with keys
 * of up to 255 visible ASCII characters and times from 1970 to 9999. A store that forgets old
 * entries by its own clock must not forget these. JUnit creates a new instance for each test.
 */
public abstract class IdempotencyStoreContract {
  private static final int THREADS = 8;
  private static final int ROUNDS = 12;
  private static final Instant NOW = Instant.parse("2026-11-01T10:00:00.123Z");
  private static final String MESSAGE_ID =
      "0102019a2b3c4d5e-6f708192-a3b4-c5d6-e7f8-091a2b3c4d5e-000000";

  /** Constructor for subclasses. */
  protected IdempotencyStoreContract() {}

  /** {@return the store under test; empty before a test, and the same for every call in it} */
  protected abstract IdempotencyStore store();

  private static Entry inProgress(String key, String attempt) {
    return new Entry(key, State.IN_PROGRESS, NOW, attempt, null);
  }

  private static Entry sent(Entry entry) {
    return new Entry(entry.key(), State.SENT, NOW.plusMillis(1), entry.attempt(), MESSAGE_ID);
  }

  private Entry added(Entry entry) {
    assertThat(store().putIfAbsent(entry)).isEmpty();
    return entry;
  }

  @Test
  void hasNoEntryOfAnUnknownKey() {
    Entry entry = inProgress("reset-1", "attempt-1");

    assertThat(store().find("reset-1")).isEmpty();
    assertThat(store().findByAttempt("attempt-1")).isEmpty();
    assertThat(store().replace(entry, sent(entry))).isFalse();
    assertThat(store().remove(entry)).isFalse();
    assertThat(store().find("reset-1")).isEmpty();
    assertThat(store().unresolved(NOW.plusSeconds(1), 10)).isEmpty();
  }

  @Test
  void addsAnEntryOnlyIfThereIsNone() {
    Entry first = added(inProgress("reset-1", "attempt-1"));

    assertThat(store().putIfAbsent(inProgress("reset-1", "attempt-2"))).contains(first);
    assertThat(store().putIfAbsent(first)).as("the same entry again").contains(first);
    assertThat(store().find("reset-1")).contains(first);
  }

  @Test
  void keepsEveryStateWithAndWithoutAMessageId() {
    for (State state : State.values()) {
      Entry with = added(new Entry("with-" + state, state, NOW, "attempt-" + state, MESSAGE_ID));
      assertThat(store().find(with.key())).contains(with);
    }
    // An email that was sent has one.
    for (State state : List.of(State.IN_PROGRESS, State.UNKNOWN, State.REJECTED)) {
      Entry without = added(new Entry("without-" + state, state, NOW, "other-" + state, null));
      assertThat(store().find(without.key())).contains(without);
    }
  }

  @Test
  void keepsTimesToTheMillisecond() {
    List<Instant> times =
        List.of(
            Instant.EPOCH,
            Instant.parse("2026-11-01T10:00:00.001Z"),
            Instant.parse("2026-11-01T10:00:00.999Z"),
            Instant.parse("2026-03-29T01:30:00Z"),
            Instant.parse("2026-10-25T00:30:00Z"),
            Instant.parse("9999-12-31T23:59:59.999Z"));
    for (Instant time : times) {
      Entry entry = added(new Entry("at-" + time, State.SENT, time, "of-" + time, MESSAGE_ID));

      assertThat(store().find(entry.key())).contains(entry);
    }
  }

  @Test
  void keepsKeysOfAllCharactersApart() {
    String all =
        IntStream.rangeClosed('!', '~').mapToObj(Character::toString).collect(Collectors.joining());
    String longest = "k".repeat(254);
    List<String> keys =
        List.of(
            all,
            "Reset-1",
            "reset-1",
            "RESET-1",
            "a_c",
            "abc",
            "a%",
            "'",
            "''",
            "\\",
            "\\\\",
            "1",
            "01",
            "null",
            longest,
            longest + "1",
            longest + "2");
    for (String key : keys) {
      added(inProgress(key, "attempt-" + keys.indexOf(key)));
    }

    for (String key : keys) {
      assertThat(store().find(key)).contains(inProgress(key, "attempt-" + keys.indexOf(key)));
    }
  }

  @Test
  void replacesAnEntryOnlyIfItIsTheExpectedOne() {
    Entry entry = added(new Entry("reset-1", State.UNKNOWN, NOW, "attempt-1", MESSAGE_ID));
    Entry next = new Entry("reset-1", State.SENT, NOW.plusMillis(1), "attempt-2", "another");
    for (Entry other : differing(entry)) {
      assertThat(store().replace(other, next)).as("%s", other).isFalse();
    }
    assertThat(store().find("reset-1")).contains(entry);

    assertThat(store().replace(entry, next)).isTrue();

    assertThat(store().find("reset-1")).contains(next);
    assertThat(store().replace(entry, next)).as("again").isFalse();
  }

  @Test
  void removesAnEntryOnlyIfItIsTheExpectedOne() {
    Entry entry = added(new Entry("reset-1", State.UNKNOWN, NOW, "attempt-1", MESSAGE_ID));
    for (Entry other : differing(entry)) {
      assertThat(store().remove(other)).as("%s", other).isFalse();
    }
    assertThat(store().find("reset-1")).contains(entry);

    assertThat(store().remove(entry)).isTrue();

    assertThat(store().find("reset-1")).isEmpty();
    assertThat(store().remove(entry)).as("again").isFalse();
    added(inProgress("reset-1", "attempt-2"));
  }

  /** Each differs in one part from an entry with a message id. */
  private static List<Entry> differing(Entry entry) {
    return List.of(
        new Entry(entry.key(), State.IN_PROGRESS, entry.since(), entry.attempt(), MESSAGE_ID),
        new Entry(
            entry.key(), entry.state(), entry.since().plusMillis(1), entry.attempt(), MESSAGE_ID),
        new Entry(entry.key(), entry.state(), entry.since(), entry.attempt() + "0", MESSAGE_ID),
        new Entry(entry.key(), entry.state(), entry.since(), entry.attempt(), MESSAGE_ID + "0"),
        new Entry(entry.key(), entry.state(), entry.since(), entry.attempt(), null));
  }

  @Test
  void changesAnEntryThatHasNoMessageIdYet() {
    Entry entry = added(inProgress("reset-1", "attempt-1"));
    Entry withId = new Entry("reset-1", State.IN_PROGRESS, NOW, "attempt-1", MESSAGE_ID);
    assertThat(store().replace(withId, sent(entry))).isFalse();
    assertThat(store().remove(withId)).isFalse();

    assertThat(store().replace(entry, sent(entry))).isTrue();

    assertThat(store().find("reset-1")).contains(sent(entry));
  }

  @Test
  void leavesOtherKeysAlone() {
    Entry other = added(inProgress("other", "attempt-2"));
    Entry entry = added(inProgress("reset-1", "attempt-1"));

    assertThat(store().replace(entry, sent(entry))).isTrue();
    assertThat(store().remove(sent(entry))).isTrue();

    assertThat(store().find("other")).contains(other);
  }

  @Test
  void findsAnEntryByItsAttempt() {
    Entry entry = added(inProgress("reset-1", "attempt-1"));
    added(inProgress("reset-2", "attempt-10"));
    assertThat(store().findByAttempt("attempt-1")).contains(entry);

    store().replace(entry, sent(entry));
    assertThat(store().findByAttempt("attempt-1")).contains(sent(entry));

    Entry later = inProgress("reset-1", "attempt-3");
    store().replace(sent(entry), later);
    assertThat(store().findByAttempt("attempt-1")).as("an earlier attempt").isEmpty();
    assertThat(store().findByAttempt("attempt-3")).contains(later);

    store().remove(later);
    assertThat(store().findByAttempt("attempt-3")).isEmpty();
  }

  @Test
  void listsUnresolvedEntriesOldestFirst() {
    List<Entry> unresolved = new ArrayList<>();
    for (int age : new int[] {3, 1, 4, 2}) {
      State state = age % 2 == 0 ? State.UNKNOWN : State.IN_PROGRESS;
      Instant since = NOW.minusMillis(age);
      unresolved.add(added(new Entry("age-" + age, state, since, "attempt-" + age, null)));
    }
    added(new Entry("sent", State.SENT, NOW.minusSeconds(9), "attempt-5", MESSAGE_ID));
    added(new Entry("rejected", State.REJECTED, NOW.minusSeconds(9), "attempt-6", MESSAGE_ID));

    assertThat(store().unresolved(NOW, 10))
        .extracting(Entry::key)
        .containsExactly("age-4", "age-3", "age-2", "age-1");
    assertThat(store().unresolved(NOW, 10)).containsExactlyInAnyOrderElementsOf(unresolved);
    assertThat(store().unresolved(NOW, 2)).extracting(Entry::key).containsExactly("age-4", "age-3");
    assertThat(store().unresolved(NOW.minusMillis(2), 10))
        .as("strictly before")
        .extracting(Entry::key)
        .containsExactly("age-4", "age-3");
  }

  @Test
  void listsAllUpToALimitOfAtLeastOne() {
    Entry entry = added(inProgress("reset-1", "attempt-1"));

    assertThat(store().unresolved(Instant.MAX, Integer.MAX_VALUE)).containsExactly(entry);
    for (int limit : new int[] {0, -1, Integer.MIN_VALUE}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> store().unresolved(Instant.MAX, limit))
          .withMessageContaining(String.valueOf(limit));
    }
  }

  @Test
  void listsAnEntryUntilItIsResolved() {
    Entry entry = added(inProgress("reset-1", "attempt-1"));
    Entry unknown = new Entry("reset-1", State.UNKNOWN, NOW.plusMillis(5), "attempt-1", null);
    store().replace(entry, unknown);
    assertThat(store().unresolved(NOW.plusMillis(5), 10)).as("its own time counts").isEmpty();
    assertThat(store().unresolved(NOW.plusMillis(6), 10)).containsExactly(unknown);

    store().replace(unknown, sent(entry));

    assertThat(store().unresolved(NOW.plus(Duration.ofDays(1)), 10)).isEmpty();
  }

  @Test
  void letsOneOfSeveralThreadsAddAKey() throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      String key = "race-" + round;
      List<Optional<Entry>> known =
          atOnce(thread -> store().putIfAbsent(inProgress(key, key + "-attempt-" + thread)));

      Entry winner = store().find(key).orElseThrow();
      assertThat(known).filteredOn(Optional::isEmpty).as("winners").hasSize(1);
      assertThat(known).filteredOn(Optional::isPresent).allMatch(Optional.of(winner)::equals);
      int won = known.indexOf(Optional.empty());
      assertThat(winner.attempt()).isEqualTo(key + "-attempt-" + won);
    }
  }

  @Test
  void letsOneOfSeveralThreadsChangeAnEntry() throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      Entry entry = added(inProgress("race-" + round, "attempt-" + round));
      List<Boolean> changed =
          atOnce(
              thread ->
                  thread % 4 == 0
                      ? store().remove(entry)
                      : store()
                          .replace(
                              entry,
                              new Entry(
                                  entry.key(), State.SENT, NOW, entry.attempt(), "id-" + thread)));

      assertThat(changed).filteredOn(Boolean::booleanValue).as("winners").hasSize(1);
      int won = changed.indexOf(true);
      assertThat(store().find(entry.key()).map(Entry::messageId))
          .isEqualTo(won % 4 == 0 ? Optional.empty() : Optional.of("id-" + won));
    }
  }

  /** A key that is free again at any moment is added, or is reported with its entry. */
  @Test
  void addsAKeyThatIsAddedAndRemovedAtTheSameTime() throws Exception {
    List<Integer> wins =
        atOnce(
            thread -> {
              int won = 0;
              for (int i = 0; i < ROUNDS; i++) {
                Entry mine = inProgress("flapping", "attempt-" + thread + "-" + i);
                if (store().putIfAbsent(mine).isEmpty()) {
                  won++;
                  assertThat(store().remove(mine)).as("removes its own entry").isTrue();
                }
              }
              return won;
            });

    assertThat(wins.stream().mapToInt(Integer::intValue).sum()).isPositive();
    assertThat(store().find("flapping")).isEmpty();
  }

  private static <T> List<T> atOnce(IntFunction<T> call)
      throws InterruptedException, ExecutionException {
    CyclicBarrier start = new CyclicBarrier(THREADS);
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      List<Callable<T>> calls = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        int thread = i;
        calls.add(
            () -> {
              start.await();
              return call.apply(thread);
            });
      }
      List<T> results = new ArrayList<>();
      for (Future<T> result : threads.invokeAll(calls)) {
        results.add(result.get());
      }
      return results;
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void refusesNull() {
    Entry entry = inProgress("reset-1", "attempt-1");
    Stream.<Runnable>of(
            () -> store().find(missing()),
            () -> store().findByAttempt(missing()),
            () -> store().unresolved(missing(), 1),
            () -> store().putIfAbsent(missing()),
            () -> store().replace(missing(), entry),
            () -> store().replace(entry, missing()),
            () -> store().remove(missing()))
        .forEach(call -> assertThatNullPointerException().isThrownBy(call::run));
  }

  /** Null, hidden from the null checker. */
  @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"})
  private static <T> T missing() {
    return null;
  }
}
