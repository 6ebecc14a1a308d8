package com.healthmetrics.aws.storage;

import static org.assertj.core.api.Assertions.assertThat;

import com.healthmetrics.aws.fixtures.KindTable;
import com.healthmetrics.aws.storage.StorageException.Kind;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class StorageExceptionTest {
  private static String retry(Kind kind) {
    return new StorageException(kind, "as the test needs")
        .retryAfter()
        .map(KindTable::after)
        .orElse("no");
  }

  @Test
  void documentsEveryKindAndWhetherToRetry() throws IOException {
    assertThat(KindTable.of(StorageException.class))
        .extracting(row -> row.kind() + ": " + row.retry())
        .containsExactlyElementsOf(
            Arrays.stream(Kind.values()).map(kind -> kind + ": " + retry(kind)).toList());
  }

  /** Clients of the application take 503 for a reason to try again. */
  @Test
  void recommends503ExactlyWhereARetryMaySucceedWithoutAChange() throws IOException {
    assertThat(KindTable.of(StorageException.class))
        .allSatisfy(
            row -> {
              if (row.kind().equals("CHANGED")) {
                assertThat(row.status()).isEqualTo(409);
              } else {
                assertThat(row.status() == 503).as(row.kind()).isEqualTo(!row.retry().equals("no"));
              }
            });
  }
}
