package com.healthmetrics.aws.testkit.docs;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import com.healthmetrics.aws.mail.MailException;
import com.healthmetrics.aws.storage.StorageException;
import com.healthmetrics.aws.testkit.ReadmeSection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The pages have the tables of failures that the Javadoc of the exceptions has. */
class FailureTablesTest {
  private static final Path CORE = ProjectFiles.ROOT.resolve("healthmetrics-aws-core");
  private static final Pattern ROW =
      Pattern.compile("<tr><td>\\{@link #(\\w+)}<td>([^<]+)<td>(\\d{3})<td>([^<\n]+)");
  private static final Pattern CODE = Pattern.compile("\\{@code ([^}]+)}");

  @Test
  void uploadsHasEveryFailureOfTheBucket() throws IOException {
    assertIsIn("uploads.md", StorageException.class, StorageException.Kind.values().length);
  }

  @Test
  void emailFailuresHasEveryFailureOfASend() throws IOException {
    assertIsIn("email-failures.md", MailException.class, MailException.Kind.values().length);
  }

  private void assertIsIn(String page, Class<? extends Exception> exception, int kinds)
      throws IOException {
    String javadoc =
        Files.readString(
            CORE.resolve("src/main/java").resolve(exception.getName().replace('.', '/') + ".java"));
    List<MatchResult> rows = ROW.matcher(javadoc).results().toList();
    assertThat(rows).hasSize(kinds);

    ReadmeSection.of(CORE.resolve("docs").resolve(page), getClass(), exception.getSimpleName())
        .assertMatches(
            rows.stream()
                .map(
                    row ->
                        "| `%s` | %s | %s | %s |\n"
                            .formatted(
                                row.group(1),
                                CODE.matcher(row.group(2)).replaceAll("`$1`"),
                                row.group(3),
                                row.group(4).strip()))
                .collect(
                    joining(
                        "",
                        "| kind | usual cause | respond with | retry |\n| --- | --- | --- | --- |\n",
                        "")));
  }
}
