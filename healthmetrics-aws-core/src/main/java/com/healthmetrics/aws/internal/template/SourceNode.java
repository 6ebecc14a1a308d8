package com.healthmetrics.aws.internal.template;

import java.util.List;

/** A piece of a template as one file says it. */
sealed interface SourceNode {

  /** Where it stands. */
  Place place();

  /** Text, or a variable. */
  record Leaf(TemplateNode node) implements SourceNode {
    @Override
    public Place place() {
      return node.place();
    }
  }

  /** {@code {{#name}}…{{/name}}}, or inverted {@code {{^name}}…{{/name}}}. */
  record Section(Place place, String name, boolean inverted, List<SourceNode> body)
      implements SourceNode {}

  /** {@code {{>name}}}: the content of another file. */
  record Partial(Place place, String name) implements SourceNode {}

  /** {@code {{<name}}…{{/name}}}: another file, some of its blocks filled from here. */
  record Layout(Place place, String name, List<SourceNode> body) implements SourceNode {}

  /** {@code {{$name}}…{{/name}}}: a block to be filled, or what fills it. */
  record Block(Place place, String name, List<SourceNode> body) implements SourceNode {}
}
