package com.healthmetrics.aws.internal.template;

import com.healthmetrics.aws.internal.Checks;
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
import org.jspecify.annotations.Nullable;

/** Renders a linked tree that passed {@link TemplateCheck}. */
final class TemplateRenderer {
  private final List<Object> scopes;
  private final StringBuilder out;
  private final @Nullable NavigableMap<Integer, Place> places;

  private TemplateRenderer(
      List<Object> scopes, int length, @Nullable NavigableMap<Integer, Place> places) {
    this.scopes = new ArrayList<>(scopes);
    this.out = new StringBuilder(length);
    this.places = places;
  }

  /**
   * A tree to render often: texts that follow one another are one.
   *
   * @param length about how long it becomes
   */
  record Compiled(List<TemplateNode> nodes, int length) {
    /** Room for values. */
    private static final int MORE = 512;

    static Compiled of(List<TemplateNode> nodes) {
      return new Compiled(joined(nodes), length(nodes) + MORE);
    }

    private static List<TemplateNode> joined(List<TemplateNode> nodes) {
      List<TemplateNode> joined = new ArrayList<>();
      StringBuilder texts = new StringBuilder();
      for (TemplateNode node : nodes) {
        if (node instanceof Text text) {
          texts.append(text.text());
          continue;
        }
        addText(node.place(), texts, joined);
        joined.add(
            node instanceof Section section
                ? new Section(
                    section.place(), section.name(), section.inverted(), joined(section.body()))
                : node);
      }
      if (!nodes.isEmpty()) {
        addText(nodes.get(0).place(), texts, joined);
      }
      return joined;
    }

    private static void addText(Place before, StringBuilder texts, List<TemplateNode> joined) {
      if (texts.length() > 0) {
        joined.add(new Text(before, texts.toString()));
        texts.setLength(0);
      }
    }

    private static int length(List<TemplateNode> nodes) {
      int length = 0;
      for (TemplateNode node : nodes) {
        length += node instanceof Text text ? text.text().length() : 0;
        length += node instanceof Section section ? length(section.body()) : 0;
      }
      return length;
    }
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
  static String render(Compiled tree, List<Object> scopes) {
    TemplateRenderer renderer = new TemplateRenderer(scopes, tree.length(), null);
    renderer.nodes(tree.nodes());
    return renderer.out.toString();
  }

  /** Renders a tree as {@link #render} does, and remembers what comes from where. */
  static Rendered locate(List<TemplateNode> nodes, List<Object> scopes) {
    NavigableMap<Integer, Place> places = new TreeMap<>();
    TemplateRenderer renderer = new TemplateRenderer(scopes, 0, places);
    renderer.nodes(nodes);
    return new Rendered(renderer.out.toString(), places);
  }

  private void nodes(List<TemplateNode> nodes) {
    for (TemplateNode node : nodes) {
      if (places != null) {
        places.put(out.length(), node.place());
      }
      if (node instanceof Text text) {
        out.append(text.text());
      } else if (node instanceof Value value) {
        out.append(value.escaping().apply(value, safe(value, text(value))));
      } else if (node instanceof Section section) {
        section(section);
      }
    }
  }

  private String text(Value value) {
    Object found = present(find(value.name()));
    return (String) (found instanceof Map<?, ?> ? member(found, Shape.Choice.SELF) : found);
  }

  /** The templates' own text was checked when it was read. */
  private static String safe(Value value, String text) {
    int unsafe = Checks.indexOfUnsafeInText(text);
    if (unsafe >= 0) {
      throw new IllegalArgumentException(
          value.problem(
              "{{%s}} contains %s. Leave control characters and unpaired surrogates out.",
              value.name(), Checks.describeCharacter(text, unsafe)));
    }
    return text;
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
    int dot = name.indexOf('.');
    if (dot < 0) {
      return member(scopeOf(name), name);
    }
    String first = name.substring(0, dot);
    Object found = member(scopeOf(first), first);
    for (String step : name.substring(dot + 1).split("\\.", -1)) {
      found = member(present(found), step);
    }
    return found;
  }

  private Object scopeOf(String name) {
    for (int i = scopes.size() - 1; i >= 0; i--) {
      if (scopes.get(i) instanceof Map<?, ?> fields && fields.containsKey(name)) {
        return fields;
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
