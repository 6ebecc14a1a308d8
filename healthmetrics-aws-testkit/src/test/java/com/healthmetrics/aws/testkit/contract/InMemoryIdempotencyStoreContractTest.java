package com.healthmetrics.aws.testkit.contract;

import com.healthmetrics.aws.mail.IdempotencyStore;
import com.healthmetrics.aws.testkit.TestClock;
import java.time.Duration;
import java.time.Instant;

class InMemoryIdempotencyStoreContractTest extends IdempotencyStoreContract {
  private final IdempotencyStore store =
      IdempotencyStore.inMemory(
          1_000, Duration.ofDays(1), TestClock.startingAt(Instant.parse("2026-11-01T10:00:00Z")));

  @Override
  protected IdempotencyStore store() {
    return store;
  }
}
