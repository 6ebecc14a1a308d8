package com.healthmetrics.aws.internal.template;

import com.healthmetrics.aws.internal.template.TemplateNode.Section;
import com.healthmetrics.aws.internal.template.TemplateNode.Value;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Checks every variable of a template against the record it is filled from, also those of sections
 * that no sample would enter. What passes here cannot lack a value when it is rendered.
 */
final class TemplateCheck {
  private final Problems problems;

  /** What variables may be, the outermost record first. */
  private final List<Shape> scopes;

  /** Optional ones that are known to be there, as the template is within their section. */
  private final Set<String> present = new HashSet<>();

  /** The values that must be links, by identity. */
  private final Set<Value> links;

  private TemplateCheck(List<Shape> scopes, Set<Value> links, Problems problems) {
    this.scopes = new ArrayList<>(scopes);
    this.links = links;
    this.problems = problems;
  }

  /** Checks a subject or a text. */
  static void check(List<TemplateNode> nodes, List<Shape> scopes, Problems problems) {
    new TemplateCheck(scopes, Set.of(), problems).nodes(nodes);
  }

  /** Checks an html document, in which a link's value must be one that is known to be harmless. */
  static void checkHtml(List<TemplateNode> nodes, List<Shape> scopes, Problems problems) {
    new TemplateCheck(scopes, LinkAttributes.beginnings(nodes), problems).nodes(nodes);
  }

  /** What a name means, and a key that is the same wherever it means the same. */
  private record Meaning(Shape shape, String key) {}

  private void nodes(List<TemplateNode> nodes) {
    for (TemplateNode node : nodes) {
      if (node instanceof Value value) {
        meaning(value.place(), value.name()).ifPresent(meaning -> value(value, meaning));
      } else if (node instanceof Section section) {
        meaning(section.place(), section.name()).ifPresent(meaning -> section(section, meaning));
      }
    }
  }

  private void value(Value value, Meaning meaning) {
    Shape shape = meaning.shape();
    if (shape instanceof Shape.Maybe maybe) {
      if (!present.contains(meaning.key())) {
        problems.add(value.place(), mayBeAbsent(value.name()));
        return;
      }
      shape = maybe.content();
    }
    if (shape instanceof Shape.Flag
        || shape instanceof Shape.Many
        || shape instanceof Shape.Fields) {
      problems.add(
          value.place(),
          "{{" + value.name() + "}} is not a text; write a section {{#" + value.name() + "}}.");
    } else if (links.contains(value) && !(shape instanceof Shape.Link)) {
      problems.add(
          value.place(),
          "{{"
              + value.name()
              + "}} begins a link, but it is no URI, so nobody checks that it is https or mailto;"
              + " make it a java.net.URI.");
    }
  }

  private static String mayBeAbsent(String name) {
    return name + " may be absent; write it within {{#" + name + "}}…{{/" + name + "}}.";
  }

  private void section(Section section, Meaning meaning) {
    Shape shape = meaning.shape();
    if (shape instanceof Shape.Maybe maybe) {
      enter(section, meaning.key(), maybe.content());
    } else if (shape instanceof Shape.Many many) {
      enter(section, meaning.key(), many.element());
    } else if (shape instanceof Shape.Fields && !section.inverted()) {
      enter(section, meaning.key(), shape);
    } else if (shape instanceof Shape.Flag) {
      nodes(section.body());
    } else {
      problems.add(
          section.place(),
          section.name()
              + " is always there, so this is no question; leave the section out, or make the"
              + " component an Optional.");
    }
  }

  private void enter(Section section, String key, Shape content) {
    if (section.inverted()) {
      nodes(section.body());
      return;
    }
    boolean added = present.add(key);
    scopes.add(content);
    nodes(section.body());
    scopes.remove(scopes.size() - 1);
    if (added) {
      present.remove(key);
    }
  }

  private Optional<Meaning> meaning(Place place, String name) {
    int innermost = scopes.size() - 1;
    if (name.equals(".")) {
      return Optional.of(new Meaning(scopes.get(innermost), innermost + ":."));
    }
    List<String> steps = List.of(name.split("\\.", -1));
    for (int i = innermost; i >= 0; i--) {
      if (scopes.get(i) instanceof Shape.Fields fields
          && fields.fields().containsKey(steps.get(0))) {
        return meaning(place, steps, new Meaning(fields, i + ":"));
      }
    }
    unknown(place, name);
    return Optional.empty();
  }

  private Optional<Meaning> meaning(Place place, List<String> steps, Meaning start) {
    Meaning meaning = start;
    for (String step : steps) {
      Optional<Shape> owner = owner(place, meaning);
      if (owner.isEmpty()) {
        return Optional.empty();
      }
      Optional<Shape> next = member(owner.get(), step);
      if (next.isEmpty()) {
        unknown(place, String.join(".", steps));
        return Optional.empty();
      }
      meaning = new Meaning(next.get(), meaning.key() + "." + step);
    }
    return Optional.of(meaning);
  }

  private Optional<Shape> owner(Place place, Meaning meaning) {
    if (!(meaning.shape() instanceof Shape.Maybe maybe)) {
      return Optional.of(meaning.shape());
    }
    if (!present.contains(meaning.key())) {
      problems.add(place, mayBeAbsent(meaning.key().replaceFirst("^\\d+:\\.", "")));
      return Optional.empty();
    }
    return Optional.of(maybe.content());
  }

  private static Optional<Shape> member(Shape owner, String name) {
    if (owner instanceof Shape.Fields fields) {
      return Optional.ofNullable(fields.fields().get(name)).map(Shape.Field::shape);
    }
    if (owner instanceof Shape.Choice choice && choice.constants().contains(name)) {
      return Optional.of(new Shape.Flag());
    }
    return Optional.empty();
  }

  private void unknown(Place place, String name) {
    String known =
        scopes.stream()
            .filter(Shape.Fields.class::isInstance)
            .map(scope -> ((Shape.Fields) scope).names())
            .collect(Collectors.joining(", "));
    problems.add(place, "There is no variable {{" + name + "}}; there are: " + known + ".");
  }
}
