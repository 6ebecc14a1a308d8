package com.healthmetrics.aws.storage;

import static org.assertj.core.api.Assertions.assertThat;

import com.healthmetrics.aws.storage.StorageException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class StorageExceptionTest {
  private static final Path SOURCE =
      Path.of("src/main/java/com/healthmetrics/aws/storage/StorageException.java");

  /** A row of the table in the documentation: kind, usual cause, status, retry. */
  private static final Pattern ROW =
      Pattern.compile("<tr><td>\\{@link #(\\w+)}<td>([^<]+)<td>(\\d{3})<td>([^<\n]+)");

  private static List<MatchResult> rows() throws IOException {
    return ROW.matcher(Files.readString(SOURCE)).results().toList();
  }

  private static String retry(Kind kind) {
    return new StorageException(kind, "as the test needs")
        .retryAfter()
        .map(wait -> "after " + wait.toSeconds() + " s")
        .orElse("no");
  }

  @Test
  void documentsEveryKindAndWhetherToRetry() throws IOException {
    assertThat(rows())
        .extracting(row -> row.group(1) + ": " + row.group(4).strip())
        .containsExactlyElementsOf(
            Arrays.stream(Kind.values()).map(kind -> kind + ": " + retry(kind)).toList());
  }

  /** Clients of the application take 503 for a reason to try again. */
  @Test
  void recommends503WhereALaterAttemptMaySucceedAndTheObjectIsTheSame() throws IOException {
    assertThat(rows())
        .filteredOn(row -> !row.group(1).equals("CHANGED"))
        .allSatisfy(
            row ->
                assertThat(row.group(3).equals("503"))
                    .as(row.group(1))
                    .isEqualTo(!row.group(4).strip().equals("no")));
  }
}
