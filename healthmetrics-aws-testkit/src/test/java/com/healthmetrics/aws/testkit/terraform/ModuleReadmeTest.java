package com.healthmetrics.aws.testkit.terraform;

import com.healthmetrics.aws.testkit.ReadmeSection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The module's README lists the inputs and outputs of the module's files. */
class ModuleReadmeTest {
  private static final Pattern SKIPPED_RULE =
      Pattern.compile("# checkov:skip=(CKV2?_AWS_\\d+): (\\S.*)");

  @Test
  void theReadmeListsTheInputs() throws IOException {
    section("inputs").assertMatches(inputs());
  }

  @Test
  void theReadmeListsTheOutputs() throws IOException {
    section("outputs").assertMatches(outputs());
  }

  @Test
  void theReadmeListsTheRulesOfScannersThatAreSkipped() throws IOException {
    section("scanners").assertMatches(skippedRules());
  }

  private static ReadmeSection section(String name) {
    return ReadmeSection.of(ModuleFolder.SOURCE.resolve("README.md"), ModuleReadmeTest.class, name);
  }

  /** Grouped by headings, which are the comments at the margin of variables.tf. */
  private static String inputs() throws IOException {
    Path file = ModuleFolder.SOURCE.resolve("variables.tf");
    NavigableMap<Integer, String> headings = headings(Files.readAllLines(file));
    return HclBlock.in(file).stream()
        .collect(
            Collectors.groupingBy(
                input -> headings.floorEntry(input.line()).getValue(),
                LinkedHashMap::new,
                Collectors.toList()))
        .entrySet()
        .stream()
        .map(group -> "##" + group.getKey() + describe(group.getValue()))
        .collect(Collectors.joining());
  }

  private static NavigableMap<Integer, String> headings(List<String> lines) {
    NavigableMap<Integer, String> headings = new TreeMap<>();
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).startsWith("# ")) {
        headings.put(i + 1, lines.get(i));
      }
    }
    return headings;
  }

  private static String describe(List<HclBlock> inputs) {
    return "\n\n"
        + table(
            "| name | description | type | default |\n| --- | --- | --- | --- |",
            inputs.stream().map(ModuleReadmeTest::row))
        + "\n"
        + objects(inputs);
  }

  private static List<String> row(HclBlock input) {
    return List.of(
        code(input.name()),
        input.text("description").orElseThrow(),
        isLong(input) ? "object, see below" : code(type(input)),
        input.attribute("default").map(ModuleReadmeTest::code).orElse("required"));
  }

  /** Object types as they are written, because a table cell cannot hold twenty lines. */
  private static String objects(List<HclBlock> inputs) {
    String objects =
        inputs.stream()
            .filter(ModuleReadmeTest::isLong)
            .map(input -> input.name() + " = " + type(input))
            .collect(Collectors.joining("\n\n"));
    return objects.isEmpty() ? "" : "```hcl\n" + objects + "\n```\n\n";
  }

  private static String outputs() {
    return table(
        "| name | description | sensitive |\n| --- | --- | --- |",
        ModuleFolder.blocks().stream()
            .filter(block -> block.is("output"))
            .map(
                output ->
                    List.of(
                        code(output.name()),
                        output.text("description").orElseThrow(),
                        output.attribute("sensitive").equals(Optional.of("true")) ? "yes" : "no")));
  }

  private static String skippedRules() {
    return table(
        "| rule | resource | reason |\n| --- | --- | --- |",
        ModuleFolder.blocks().stream()
            .flatMap(
                block ->
                    block.body().stream()
                        .map(SKIPPED_RULE::matcher)
                        .filter(Matcher::matches)
                        .map(
                            rule ->
                                List.of(
                                    rule.group(1), code(type(block.header())), rule.group(2)))));
  }

  /** The type in a header such as {@code resource "type" "name"}. */
  private static String type(String header) {
    return header.split("\"")[1];
  }

  private static boolean isLong(HclBlock input) {
    return type(input).contains("\n");
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
