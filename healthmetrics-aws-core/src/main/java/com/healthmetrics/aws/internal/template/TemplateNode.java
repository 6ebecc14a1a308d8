package com.healthmetrics.aws.internal.template;

import java.util.List;

/**
 * A piece of a template. A parsed file has all kinds; a linked tree has only text, values and
 * sections.
 */
sealed interface TemplateNode {

  /** Where the piece begins in its file. */
  Place place();

  /** A problem at this place. */
  default String problem(String format, Object... args) {
    return place().problem(format, args);
  }

  /** A line of a file. */
  record Place(String file, int line) {
    private static final int MAX_LENGTH = 500;

    /**
     * A problem at this place, in the form compilers use: {@code file:line: text}, shortened if it
     * repeats much of the file.
     */
    String problem(String format, Object... args) {
      String problem = file + ":" + line + ": " + format.formatted(args);
      return problem.length() <= MAX_LENGTH ? problem : problem.substring(0, MAX_LENGTH) + "…";
    }
  }

  /** Literal text: one line, or a piece of one. */
  record Text(Place place, String text) implements TemplateNode {}

  /** {@code {{name}}}, and how it is escaped in its place, which {@link Placement} decides. */
  record Value(Place place, String name, Escaping escaping) implements TemplateNode {}

  /** {@code {{#name}}…{{/name}}}, or inverted {@code {{^name}}…{{/name}}}. */
  record Section(Place place, String name, boolean inverted, List<TemplateNode> body)
      implements TemplateNode {}

  /** {@code {{>name}}}: the content of another file. */
  record Partial(Place place, String name) implements TemplateNode {}

  /** {@code {{<name}}…{{/name}}}: another file, some of whose blocks the body fills. */
  record Layout(Place place, String name, List<TemplateNode> body) implements TemplateNode {}

  /** {@code {{$name}}…{{/name}}}: a block to fill, or the content for one. */
  record Block(Place place, String name, List<TemplateNode> body) implements TemplateNode {}
}
