package com.healthmetrics.aws.mail;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

/**
 * What {@link MailerChain#settle} and {@link MailerChain.Builder#once} promise together, whatever
 * happens in whatever order: no key has two accepted emails, and none is stuck without being
 * listed.
 *
 * <p>{@code -Dsettling.schedules} sets their number, {@code -Drandom.seed} makes others.
 */
class SettlingScheduleTest {
  private static final long SEED = Long.getLong("random.seed", 1);
  private static final int SCHEDULES = Integer.getInteger("settling.schedules", 3_000);

  @Test
  void settlesWithoutASecondEmailAndWithoutAStuckKey() throws InterruptedException {
    ExecutorService threads = Executors.newCachedThreadPool();
    Map<String, Integer> counts = new TreeMap<>();
    List<String> violations = new ArrayList<>();
    try {
      for (int i = 0; i < SCHEDULES && violations.size() < 20; i++) {
        long seed = SEED * 1_000_003 + i;
        SettlingWorld world = new SettlingWorld(seed);
        world.run(threads);
        world.counts.forEach((what, count) -> counts.merge(what, count, Integer::sum));
        world.violations.forEach(what -> violations.add("schedule " + seed + ": " + what));
      }
    } finally {
      threads.shutdownNow();
    }
    System.err.println(SCHEDULES + " schedules of -Drandom.seed=" + SEED + ": " + counts);

    assertThat(violations).isEmpty();
    assertThat(counts)
        .as("everything was tried")
        .containsKeys(
            "crashes",
            "lost responses",
            "lost requests",
            "lost events",
            "repeated events",
            "failures of the store",
            "broken promises",
            "keys forgotten",
            "keys freed that the store had kept",
            "keys taken after a broken promise",
            "silent attempts sent again",
            "silent attempts unknown again",
            "events settled as SETTLED",
            "events settled as ALREADY",
            "events settled as OTHER_ATTEMPT",
            "events settled as OTHER_MESSAGE",
            "events settled as BROKEN_PROMISE",
            "events settled as UNKNOWN_ATTEMPT",
            "events settled as NOT_SETTLING");
  }
}
