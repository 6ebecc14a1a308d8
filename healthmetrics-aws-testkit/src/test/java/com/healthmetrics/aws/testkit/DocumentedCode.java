package com.healthmetrics.aws.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Classes that a page of the documentation contains as they are, except for their package. */
public final class DocumentedCode {
  private DocumentedCode() {}

  /** Asserts that a page of core's documentation contains a class of the tests. */
  public static void assertContains(String page, Class<?> type) throws IOException {
    Path source = Path.of("src/test/java", type.getName().replace('.', '/') + ".java");
    String code = Files.readString(source).replaceFirst("package .*;\\R+", "");

    assertThat(Path.of("../healthmetrics-aws-core/docs", page))
        .content()
        .contains("```java\n" + code + "```");
  }
}
