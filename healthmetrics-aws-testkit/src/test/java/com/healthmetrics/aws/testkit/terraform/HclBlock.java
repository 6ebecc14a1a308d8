package com.healthmetrics.aws.testkit.terraform;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A block of a Terraform file, such as {@code variable "name" { … }}, as it is written.
 *
 * <p>Parsing relies on the layout of {@code terraform fmt}, which {@link ModuleTest} checks: a
 * block begins and ends at the margin, and its body is indented by two spaces. A parser for the JVM
 * adds a dozen jars and loses the text that the README shows, or keeps it and adds three dozen.
 *
 * @param line the line it begins in, from 1
 * @param header its type and labels, such as {@code variable "name"}
 * @param body its lines, without one level of indentation
 */
record HclBlock(Path file, int line, String header, List<String> body) {
  private static final Pattern BEGIN =
      Pattern.compile("(?<header>[a-z_]+( \"[^\"]+\")*) \\{(?<end>})?");
  private static final Pattern ATTRIBUTE = Pattern.compile("(?<name>[a-z_0-9]+) += (?<value>.*)");
  private static final Pattern LABEL = Pattern.compile("\"([^\"]+)\"");

  /** The top-level blocks of a file. */
  static List<HclBlock> in(Path file) {
    try {
      return blocks(file, 1, Files.readAllLines(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The blocks of one type inside this one. */
  List<HclBlock> blocks(String type) {
    return blocks(file, line + 1, body).stream().filter(block -> block.is(type)).toList();
  }

  private static List<HclBlock> blocks(Path file, int firstLine, List<String> lines) {
    List<HclBlock> blocks = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      Matcher begin = BEGIN.matcher(lines.get(i));
      if (begin.matches()) {
        int end = begin.group("end") != null ? i : endOf(i, lines);
        List<String> body =
            lines.subList(Math.min(i + 1, end), end).stream()
                .map(line -> line.replaceFirst("^ {2}", ""))
                .toList();
        blocks.add(new HclBlock(file, firstLine + i, begin.group("header"), body));
        i = end;
      }
    }
    return blocks;
  }

  private static int endOf(int begin, List<String> lines) {
    int length = lines.subList(begin, lines.size()).indexOf("}");
    assertThat(length).as("Does it end at the margin? %s", lines.get(begin)).isPositive();
    return begin + length;
  }

  /** Whether it is of this type. */
  boolean is(String type) {
    return header.equals(type) || header.startsWith(type + " ");
  }

  /** Its last label. */
  String name() {
    return LABEL.matcher(header).results().reduce((first, last) -> last).orElseThrow().group(1);
  }

  /** The expression of an attribute as it is written, without indentation. */
  Optional<String> attribute(String name) {
    for (int i = 0; i < body.size(); i++) {
      Matcher attribute = ATTRIBUTE.matcher(body.get(i));
      if (attribute.matches() && attribute.group("name").equals(name)) {
        String rest =
            body.subList(i + 1, body.size()).stream()
                .takeWhile(HclBlock::continues)
                .map(line -> "\n" + line)
                .collect(Collectors.joining());
        return Optional.of(attribute.group("value") + rest.stripTrailing());
      }
    }
    return Optional.empty();
  }

  /** Whether a line belongs to the expression that began above it. */
  private static boolean continues(String line) {
    return line.isEmpty() || line.matches("( .*|[\\])}].*|EOT)");
  }

  /** The text of an attribute, whether it is quoted or a heredoc, in one line. */
  Optional<String> text(String name) {
    return attribute(name)
        .map(
            expression ->
                expression.startsWith("<<")
                    ? expression
                        .lines()
                        .skip(1)
                        .filter(line -> !line.equals("EOT"))
                        .map(String::strip)
                        .collect(Collectors.joining(" "))
                    : expression.substring(1, expression.length() - 1).replaceAll("\\\\(.)", "$1"));
  }

  @Override
  public String toString() {
    return header + " at " + file.getFileName() + ":" + line;
  }
}
