package com.healthmetrics.aws.testkit.idempotency;

import static org.assertj.core.api.Assertions.assertThat;

import com.healthmetrics.aws.mail.IdempotencyStore;
import com.healthmetrics.aws.mail.JdbcIdempotencyStore;
import com.healthmetrics.aws.testkit.contract.IdempotencyStoreContract;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class H2StoreContractTest extends IdempotencyStoreContract {
  private final Database database = Database.inMemory();
  private IdempotencyStore store;

  @BeforeEach
  void createTable() throws Exception {
    store = JdbcIdempotencyStore.of(database.dataSource(), database.newTable());
  }

  @Override
  protected IdempotencyStore store() {
    return store;
  }

  @Test
  void usesTheTableOfTheDocumentation() throws Exception {
    assertThat(Path.of("../healthmetrics-aws-core/docs/email-stores.md"))
        .content()
        .contains("```sql\n" + Database.script() + "```");
  }
}
