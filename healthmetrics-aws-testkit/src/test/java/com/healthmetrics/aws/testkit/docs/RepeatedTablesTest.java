package com.healthmetrics.aws.testkit.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The module is published without the library's pages, so two of its tables are there, too. */
class RepeatedTablesTest {
  @ParameterizedTest
  @ValueSource(strings = {"variable", "output"})
  void haveTheSameRows(String column) throws IOException {
    List<String> rows = rows(column, "terraform-module/docs/from-the-original-configuration.md");

    assertThat(rows).hasSizeGreaterThan(3);
    assertThat(rows(column, "healthmetrics-aws-core/docs/from-typescript.md")).isEqualTo(rows);
  }

  private static List<String> rows(String column, String page) throws IOException {
    Path file = ProjectFiles.ROOT.resolve(page);
    return Pattern.compile("(?m)^\\| " + column + " \\|.*\\n((?:\\|.*\\n)+)")
        .matcher(Files.readString(file))
        .results()
        .flatMap(table -> table.group(1).lines())
        .toList();
  }
}
