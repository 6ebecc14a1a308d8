package com.healthmetrics.aws.testkit.idempotency;

import static org.assertj.core.api.Assertions.assertThat;

import com.healthmetrics.aws.mail.IdempotencyStore;
import com.healthmetrics.aws.mail.IdempotencyStore.Entry;
import com.healthmetrics.aws.mail.IdempotencyStore.State;
import com.healthmetrics.aws.mail.JdbcIdempotencyStore;
import com.healthmetrics.aws.mail.MailReceipt;
import com.healthmetrics.aws.mail.MailerChain;
import com.healthmetrics.aws.testkit.JavaProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Four processes that share a table send the same emails, are killed in the middle and start again.
 */
final class FourProcesses {
  private static final int PROCESSES = 4;
  private static final int KEYS = 40;
  private static final int LAST_STEP = 50;
  private static final int TIMEOUT_SECONDS = 900;

  private final Database database;
  private final String table;
  private final IdempotencyStore store;
  private final Random random = new Random(Long.getLong("random.seed", 1));
  private final List<Integer> exitCodes = new ArrayList<>();

  /** With a new table in a database that other processes reach, too. */
  FourProcesses(Database database) throws Exception {
    this.database = database;
    table = database.newTable();
    store = JdbcIdempotencyStore.of(database.dataSource(), table);
  }

  /** How many were killed, or ended themselves at a step. */
  long killed() {
    return exitCodes.stream().filter(code -> code != 0).count();
  }

  void sendEachEmailOnce(int restarts) throws Exception {
    try (MailProvider provider = new MailProvider()) {
      for (int i = 0; i < restarts; i++) {
        run(provider, PROCESSES, true);
      }
      provider.work();
      run(provider, PROCESSES, false);

      List<String> unresolved =
          store.unresolved(Instant.MAX, KEYS + 1).stream().map(Entry::key).toList();
      for (String key : keys()) {
        assertThat(provider.accepted(key))
            .as("accepted emails of " + key)
            .hasSizeLessThanOrEqualTo(1);
        if (!unresolved.contains(key)) {
          assertThat(store.find(key)).map(Entry::state).as("not listed").contains(State.SENT);
          assertThat(store.find(key).map(Entry::messageId).stream().toList())
              .isEqualTo(provider.accepted(key));
        }
      }
      assertThat(unresolved).as("what killed processes left").isNotEmpty();

      settle(unresolved, provider);
      run(provider, 1, false);

      for (String key : keys()) {
        assertThat(provider.accepted(key)).as("accepted emails of " + key).hasSize(1);
        assertThat(store.find(key)).map(Entry::state).contains(State.SENT);
      }
      assertThat(store.unresolved(Instant.MAX, 1)).isEmpty();
    }
  }

  private static List<String> keys() {
    List<String> keys = new ArrayList<>();
    for (int i = 0; i < KEYS; i++) {
      keys.add(SendingProcess.key(i));
    }
    return keys;
  }

  /** As support staff would, who see what the provider accepted, when all calls have ended. */
  private void settle(List<String> unresolved, MailProvider provider) {
    MailerChain chain =
        MailerChain.builder()
            .once(store)
            .clock(Clock.offset(Clock.systemUTC(), Duration.ofHours(1)))
            .build();
    for (String key : unresolved) {
      List<String> accepted = provider.accepted(key);
      assertThat(
              accepted.isEmpty()
                  ? chain.forget(key)
                  : chain.confirm(key, MailReceipt.of(accepted.get(0))))
          .isTrue();
    }
  }

  private void run(MailProvider provider, int processes, boolean dying) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(processes);
    try {
      List<Future<Integer>> running = new ArrayList<>();
      for (int i = 0; i < processes; i++) {
        int diesAt = dying ? 1 + random.nextInt(LAST_STEP) : 0;
        List<String> command = command(provider.port(), random.nextLong(), diesAt);
        running.add(threads.submit(() -> run(command)));
      }
      for (Future<Integer> each : running) {
        exitCodes.add(each.get());
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private List<String> command(int port, long seed, int diesAt) {
    return JavaProgram.command(
        SendingProcess.class,
        List.of("-Xmx64m"),
        database.url(),
        database.user(),
        database.password(),
        table,
        Integer.toString(port),
        Long.toString(seed),
        Integer.toString(KEYS),
        Integer.toString(diesAt));
  }

  private static int run(List<String> command) throws IOException, InterruptedException {
    Path log = Files.createTempFile("sending", ".log");
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    try {
      assertThat(process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)).as("ended").isTrue();
      // 1 is an exception that nobody expects.
      assertThat(process.exitValue()).as(Files.readString(log)).isNotEqualTo(1);
      return process.exitValue();
    } finally {
      process.destroyForcibly();
      Files.delete(log);
    }
  }
}
