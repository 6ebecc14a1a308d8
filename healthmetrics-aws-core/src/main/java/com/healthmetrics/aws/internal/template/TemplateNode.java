package com.healthmetrics.aws.internal.template;

import java.util.List;

/** A piece of a template as it is rendered, partials and layout put in. */
sealed interface TemplateNode {

  /** Where it stands. */
  Place place();

  /** Text that is taken over as it is: one line, or a piece of one. */
  record Text(Place place, String text) implements TemplateNode {}

  /** {@code {{name}}}. */
  record Value(Place place, String name) implements TemplateNode {}

  /** {@code {{#name}}…{{/name}}}, or inverted {@code {{^name}}…{{/name}}}. */
  record Section(Place place, String name, boolean inverted, List<TemplateNode> body)
      implements TemplateNode {}
}
