package com.healthmetrics.aws.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What a build leaves out, continuous integration runs. */
class SweepTest {
  @Test
  void runsInEveryBuildOfContinuousIntegration() throws IOException {
    String script = Files.readString(Path.of("..", ".ci", "run"));

    assertThat(script).contains("\nexport CI=true\n");
    assertThat(script.lines().filter(line -> line.contains("./mvnw -B -ntp clean verify")))
        .hasSize(2)
        .noneMatch(line -> line.contains("-u CI"));
  }
}
