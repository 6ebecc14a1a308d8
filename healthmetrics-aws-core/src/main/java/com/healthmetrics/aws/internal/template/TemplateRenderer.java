package com.healthmetrics.aws.internal.template;

import com.healthmetrics.aws.internal.template.TemplateNode.Place;
import com.healthmetrics.aws.internal.template.TemplateNode.Section;
import com.healthmetrics.aws.internal.template.TemplateNode.Text;
import com.healthmetrics.aws.internal.template.TemplateNode.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/** Renders a linked tree that passed {@link TemplateCheck}. */
final class TemplateRenderer {
  private final List<Object> scopes;
  private final StringBuilder out = new StringBuilder();
  private final NavigableMap<Integer, Place> places = new TreeMap<>();

  private TemplateRenderer(List<Object> scopes) {
    this.scopes = new ArrayList<>(scopes);
  }

  /** Text, and the place in the templates that each piece of it comes from. */
  record Rendered(String text, NavigableMap<Integer, Place> places) {

    /** The place that the character at an index comes from. */
    Place placeOf(int index) {
      return places.floorEntry(index).getValue();
    }
  }

  /**
   * Renders a tree.
   *
   * @param scopes the values of variables, the outermost scope first
   * @throws IllegalArgumentException if a value does not stay in its place
   */
  static Rendered render(List<TemplateNode> nodes, List<Object> scopes) {
    TemplateRenderer renderer = new TemplateRenderer(scopes);
    renderer.nodes(nodes);
    return new Rendered(renderer.out.toString(), renderer.places);
  }

  private void nodes(List<TemplateNode> nodes) {
    for (TemplateNode node : nodes) {
      places.put(out.length(), node.place());
      if (node instanceof Text text) {
        out.append(text.text());
      } else if (node instanceof Value value) {
        out.append(value.escaping().apply(value, text(value)));
      } else if (node instanceof Section section) {
        section(section);
      }
    }
  }

  private String text(Value value) {
    Object found = present(find(value.name()));
    return (String) (found instanceof Map<?, ?> ? member(found, Shape.Choice.SELF) : found);
  }

  private void section(Section section) {
    Object value = find(section.name());
    List<?> contents = List.of(value);
    if (value instanceof Optional<?> maybe) {
      contents = maybe.stream().toList();
    } else if (value instanceof List<?> many) {
      contents = many;
    }
    boolean present = value instanceof Boolean flag ? flag : !contents.isEmpty();
    if (value instanceof Boolean || section.inverted()) {
      if (present != section.inverted()) {
        nodes(section.body());
      }
    } else {
      contents.forEach(content -> within(content, section.body()));
    }
  }

  private void within(Object scope, List<TemplateNode> body) {
    scopes.add(scope);
    nodes(body);
    scopes.remove(scopes.size() - 1);
  }

  private Object find(String name) {
    if (name.equals(".")) {
      return scopes.get(scopes.size() - 1);
    }
    String[] steps = name.split("\\.", -1);
    for (int i = scopes.size() - 1; i >= 0; i--) {
      if (scopes.get(i) instanceof Map<?, ?> fields && fields.containsKey(steps[0])) {
        Object found = fields;
        for (String step : steps) {
          found = member(present(found), step);
        }
        return found;
      }
    }
    throw new IllegalStateException("Unknown variable " + name + " in a checked template.");
  }

  private static Object member(Object owner, String name) {
    return Objects.requireNonNull(((Map<?, ?>) owner).get(name), name);
  }

  private static Object present(Object value) {
    return value instanceof Optional<?> maybe ? maybe.orElseThrow() : value;
  }
}
