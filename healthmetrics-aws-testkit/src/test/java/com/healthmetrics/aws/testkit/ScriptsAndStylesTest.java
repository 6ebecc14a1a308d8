package com.healthmetrics.aws.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every script of this project, and the style sheet of the demo page, keep the rules. */
class ScriptsAndStylesTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final Path FOLDER = Path.of("src", "test", "lint").toAbsolutePath();
  private static final String STYLES =
      "healthmetrics-aws-testkit/src/main/resources/com/healthmetrics/aws/testkit/dev/*.css";

  private final MachineTool tools =
      MachineTool.forChecking(
          "the rules for scripts and style sheets",
          "apt-get install nodejs npm; npm ci, in the testkit's src/test/lint");

  @Test
  void scriptsKeepTheRules() throws Exception {
    assertThat(eslint("", ".")).isEmpty();
  }

  @Test
  void styleSheetsKeepTheRules() throws Exception {
    assertThat(stylelint("", STYLES)).isEmpty();
  }

  @Sweep("that rules for scripts are enforced")
  @ParameterizedTest
  @ValueSource(
      strings = {
        "const unused = 1;",
        "missing();",
        "document.body.innerHTML = location.hash;",
        "if (location == 'x') location.reload();"
      })
  @DisplayName("A script that breaks a rule is reported")
  void reportsAScript(String script) throws Exception {
    assertThat(eslint(script, "--stdin", "--stdin-filename", "page.js")).contains("error");
  }

  @Sweep("that rules for style sheets are enforced")
  @ParameterizedTest
  @ValueSource(
      strings = {
        "p { font-size: 14px; }",
        "p { colour: red; }",
        "@media (max-width: 600px) { p { color: red; } }"
      })
  @DisplayName("A style sheet that breaks a rule is reported")
  void reportsAStyleSheet(String styles) throws Exception {
    assertThat(stylelint(styles, "--stdin")).contains("problem");
  }

  private String eslint(String input, String... arguments) throws Exception {
    return run("eslint/bin/eslint.js", "eslint.config.js", input, arguments);
  }

  private String stylelint(String input, String... arguments) throws Exception {
    return run("stylelint/bin/stylelint.mjs", "stylelint.config.js", input, arguments);
  }

  /** What the program prints: nothing if all rules are kept. */
  private String run(String program, String config, String input, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(tools.find("node").toString());
    command.add(tools.require(FOLDER.resolve("node_modules").resolve(program)).toString());
    command.addAll(List.of("--config", FOLDER.resolve(config).toString()));
    command.addAll(List.of("--max-warnings", "0"));
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command).directory(ROOT.toFile()).redirectErrorStream(true).start();
    try (OutputStream in = process.getOutputStream()) {
      in.write(input.getBytes(StandardCharsets.UTF_8));
    }
    String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor() == 0).as(printed).isEqualTo(printed.isBlank());
    return printed;
  }
}
