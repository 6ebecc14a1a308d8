package com.healthmetrics.aws.testkit.terraform;

import com.healthmetrics.aws.testkit.ReadmeSection;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The module's README lists inputs and outputs as the module's files have them. */
@Execution(ExecutionMode.SAME_THREAD) // both sections are written into one file
class ModuleReadmeTest {
  @Test
  void theReadmeListsTheInputs() throws IOException {
    section("inputs").says(inputs() + "\n" + objects());
  }

  @Test
  void theReadmeListsTheOutputs() throws IOException {
    section("outputs").says(outputs());
  }

  private static ReadmeSection section(String name) {
    return ReadmeSection.of(ModuleFolder.SOURCE.resolve("README.md"), ModuleReadmeTest.class, name);
  }

  private static Stream<HclBlock> blocks(String type) {
    return ModuleFolder.blocks().stream().filter(block -> block.is(type));
  }

  private static String inputs() {
    return table(
        "| name | what it is | type | default |\n| --- | --- | --- | --- |",
        blocks("variable")
            .map(
                input ->
                    List.of(
                        code(input.name()),
                        input.text("description").orElseThrow(),
                        isObject(input) ? "object, see below" : code(type(input)),
                        input
                            .attribute("default")
                            .map(ModuleReadmeTest::code)
                            .orElse("required"))));
  }

  /** As they are written: a cell of a table is no place for twenty lines. */
  private static String objects() {
    return blocks("variable")
        .filter(ModuleReadmeTest::isObject)
        .map(input -> input.name() + " = " + type(input))
        .collect(Collectors.joining("\n\n", "```hcl\n", "\n```\n"));
  }

  private static String outputs() {
    return table(
        "| name | what it is | sensitive |\n| --- | --- | --- |",
        blocks("output")
            .map(
                output ->
                    List.of(
                        code(output.name()),
                        output.text("description").orElseThrow(),
                        output.attribute("sensitive").equals(Optional.of("true")) ? "yes" : "no")));
  }

  private static boolean isObject(HclBlock input) {
    return type(input).startsWith("object(");
  }

  private static String type(HclBlock input) {
    return input.attribute("type").orElseThrow();
  }

  private static String code(String text) {
    return "`" + text + "`";
  }

  private static String table(String head, Stream<List<String>> rows) {
    return rows.map(cells -> cells.stream().map(cell -> cell.replace("|", "\\|")).toList())
        .map(cells -> "\n| " + String.join(" | ", cells) + " |")
        .collect(Collectors.joining("", head, "\n"));
  }
}
