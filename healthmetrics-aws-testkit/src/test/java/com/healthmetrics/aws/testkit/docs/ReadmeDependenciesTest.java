package com.healthmetrics.aws.testkit.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** An empty project that copies the README's dependencies compiles the README's examples. */
class ReadmeDependenciesTest {
  private static final Pattern EXAMPLE = Pattern.compile("```java\\R(.*?)```", Pattern.DOTALL);
  private static final Pattern POM = Pattern.compile("```xml\\R(.*?)```", Pattern.DOTALL);
  private static final Pattern IMPORT = Pattern.compile("(?m)^import (?:static )?([\\w.]+)");
  private static final Pattern GROUP = Pattern.compile("<groupId>(.*?)</groupId>");

  @Test
  void areThoseThatTheExamplesImport() throws IOException {
    String readme = Files.readString(ProjectFiles.ROOT.resolve("README.md"));
    List<String> groups = all(GROUP, String.join("\n", all(POM, readme)));
    List<String> imports =
        all(IMPORT, String.join("\n", all(EXAMPLE, readme))).stream()
            .filter(name -> !name.startsWith("java."))
            .toList();

    assertThat(imports)
        .contains("org.junit.jupiter.api.Test")
        .allSatisfy(name -> assertThat(groups).anyMatch(group -> name.startsWith(group + ".")));
  }

  private static List<String> all(Pattern pattern, String text) {
    return pattern.matcher(text).results().map(found -> found.group(1)).toList();
  }
}
