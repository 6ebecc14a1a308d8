package com.healthmetrics.aws.testkit.idempotency;

import com.healthmetrics.aws.mail.IdempotencyStore;
import com.healthmetrics.aws.mail.JdbcIdempotencyStore;
import com.healthmetrics.aws.testkit.Sweep;
import com.healthmetrics.aws.testkit.contract.IdempotencyStoreContract;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;

@Sweep("the store of idempotency keys in PostgreSQL")
@Tag("postgresql")
class PostgresStoreContractTest extends IdempotencyStoreContract {
  private IdempotencyStore store;

  @BeforeEach
  void createTable() throws Exception {
    Database database = PostgresServer.shared();
    store = JdbcIdempotencyStore.of(database.dataSource(), database.newTable());
  }

  @Override
  protected IdempotencyStore store() {
    return store;
  }
}
