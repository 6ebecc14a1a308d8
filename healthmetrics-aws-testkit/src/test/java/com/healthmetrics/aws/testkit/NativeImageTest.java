package com.healthmetrics.aws.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import com.healthmetrics.aws.testkit.internal.JsonReader;
import com.healthmetrics.aws.testkit.internal.JsonValue.JsonArray;
import com.healthmetrics.aws.testkit.internal.JsonValue.JsonObject;
import com.healthmetrics.aws.testkit.internal.JsonValue.JsonString;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The metadata for GraalVM names every file that the testkit opens by name. */
class NativeImageTest {
  private static final Path CLASSES = ProjectClasses.TESTKIT_FOLDER;
  private static final Path METADATA =
      CLASSES.resolve(
          "META-INF/native-image/com.healthmetrics/healthmetrics-aws-testkit/resource-config.json");

  @Test
  void namesEveryFileOfThePage() throws IOException {
    List<String> files;
    try (Stream<Path> all = Files.walk(CLASSES)) {
      files =
          all.filter(Files::isRegularFile)
              .map(file -> CLASSES.relativize(file).toString().replace('\\', '/'))
              .filter(file -> !file.endsWith(".class") && !file.startsWith("META-INF/"))
              .toList();
    }
    List<String> patterns = patterns();

    assertThat(files)
        .contains("com/healthmetrics/aws/testkit/dev/index.html")
        .allSatisfy(file -> assertThat(patterns).anySatisfy(p -> assertThat(file).matches(p)));
    assertThat(patterns)
        .allSatisfy(p -> assertThat(files).anySatisfy(file -> assertThat(file).matches(p)));
  }

  private static List<String> patterns() throws IOException {
    JsonObject metadata = (JsonObject) JsonReader.read(Files.readString(METADATA));
    JsonObject resources = (JsonObject) metadata.member("resources").orElseThrow();
    JsonArray includes = (JsonArray) resources.member("includes").orElseThrow();
    List<String> patterns = new ArrayList<>();
    for (var include : includes.elements()) {
      patterns.add(((JsonString) ((JsonObject) include).member("pattern").orElseThrow()).value());
    }
    return patterns;
  }
}
