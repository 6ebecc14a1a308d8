package com.healthmetrics.aws.internal.template;

import com.healthmetrics.aws.internal.template.Shape.Scalar;
import com.healthmetrics.aws.internal.template.TemplateNode.Place;
import com.healthmetrics.aws.internal.template.TemplateNode.Section;
import com.healthmetrics.aws.internal.template.TemplateNode.Value;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Checks every variable of a template against the record that fills it, including those in sections
 * that no sample enters. A template that passes cannot lack a value when it is rendered.
 */
final class TemplateCheck {
  private final Set<String> problems;

  /** The scopes in which variables are resolved, the outermost first. */
  private final List<Shape> scopes;

  /** The keys of optional variables whose section encloses the current node. */
  private final Set<String> present = new HashSet<>();

  private final Variables variables = new Variables();

  private TemplateCheck(List<Shape> scopes, Set<String> problems) {
    this.scopes = new ArrayList<>(scopes);
    this.problems = problems;
  }

  /**
   * What a check learned, by identity.
   *
   * @param uris the values that are whole URIs
   * @param lists the sections that may be rendered several times
   */
  record Variables(Set<Value> uris, Set<Section> lists) {
    Variables() {
      this(
          Collections.newSetFromMap(new IdentityHashMap<>()),
          Collections.newSetFromMap(new IdentityHashMap<>()));
    }
  }

  /** Checks a tree, in which each node is in one place only. */
  static Variables check(List<TemplateNode> nodes, List<Shape> scopes, Set<String> problems) {
    TemplateCheck check = new TemplateCheck(scopes, problems);
    check.nodes(nodes);
    return check.variables;
  }

  /** What a name refers to, with a key that is equal wherever it refers to the same. */
  private record Variable(Shape shape, String key) {}

  private void nodes(List<TemplateNode> nodes) {
    for (TemplateNode node : nodes) {
      if (node instanceof Value value) {
        resolve(value.place(), value.name()).ifPresent(variable -> value(value, variable));
      } else if (node instanceof Section section) {
        resolve(section.place(), section.name()).ifPresent(variable -> section(section, variable));
      }
    }
  }

  private void value(Value value, Variable variable) {
    Place place = value.place();
    String name = value.name();
    Optional<Shape> content = content(place, name, variable);
    if (content.isEmpty()) {
      return;
    }
    Shape shape = content.get();
    if (shape == Scalar.FLAG || shape instanceof Shape.Many || shape instanceof Shape.Fields) {
      problems.add(
          place.problem("{{%1$s}} is not text. Use a section: {{#%1$s}}…{{/%1$s}}.", name));
    } else if (shape == Scalar.LINK || shape == Scalar.CLEARTEXT_LINK) {
      variables.uris().add(value);
    }
  }

  private void section(Section section, Variable variable) {
    Shape shape = variable.shape();
    if (shape instanceof Shape.Maybe maybe) {
      enter(section, variable.key(), maybe.content());
    } else if (shape instanceof Shape.Many many) {
      if (!section.inverted()) {
        variables.lists().add(section);
      }
      enter(section, variable.key(), many.element());
    } else if (shape instanceof Shape.Fields && !section.inverted()) {
      enter(section, variable.key(), shape);
    } else if (shape == Scalar.FLAG) {
      nodes(section.body());
    } else {
      problems.add(
          section.problem(
              "%s is always present. Remove the section, or make the component an Optional.",
              section.name()));
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

  private Optional<Variable> resolve(Place place, String name) {
    int innermost = scopes.size() - 1;
    if (name.equals(".")) {
      return Optional.of(new Variable(scopes.get(innermost), innermost + ":."));
    }
    List<String> steps = List.of(name.split("\\.", -1));
    for (int i = innermost; i >= 0; i--) {
      if (scopes.get(i) instanceof Shape.Fields fields
          && fields.fields().containsKey(steps.get(0))) {
        return resolve(place, steps, new Variable(fields, i + ":"));
      }
    }
    reportUnknown(place, name);
    return Optional.empty();
  }

  private Optional<Variable> resolve(Place place, List<String> steps, Variable scope) {
    Variable variable = scope;
    for (String step : steps) {
      String owner = variable.key().replaceFirst("^\\d+:\\.?", "");
      Optional<Shape> content = content(place, owner, variable);
      if (content.isEmpty()) {
        return Optional.empty();
      }
      Optional<Shape> member = member(content.get(), step);
      if (member.isEmpty()) {
        reportUnknown(place, String.join(".", steps));
        return Optional.empty();
      }
      variable = new Variable(member.get(), variable.key() + "." + step);
    }
    return Optional.of(variable);
  }

  /** The shape of a variable's value; empty if the value may be absent, which is a problem. */
  private Optional<Shape> content(Place place, String name, Variable variable) {
    if (!(variable.shape() instanceof Shape.Maybe maybe)) {
      return Optional.of(variable.shape());
    }
    if (!present.contains(variable.key())) {
      problems.add(
          place.problem("%1$s may be absent. Use it only inside {{#%1$s}}…{{/%1$s}}.", name));
      return Optional.empty();
    }
    return Optional.of(maybe.content());
  }

  private static Optional<Shape> member(Shape owner, String name) {
    if (owner instanceof Shape.Fields fields) {
      return Optional.ofNullable(fields.fields().get(name)).map(Shape.Field::shape);
    }
    return owner instanceof Shape.Choice choice && choice.constants().contains(name)
        ? Optional.of(Scalar.FLAG)
        : Optional.empty();
  }

  private void reportUnknown(Place place, String name) {
    String known =
        scopes.stream()
            .filter(Shape.Fields.class::isInstance)
            .flatMap(scope -> ((Shape.Fields) scope).fields().keySet().stream())
            .collect(Collectors.joining(", "));
    problems.add(place.problem("Unknown variable {{%s}}. Known variables: %s.", name, known));
  }
}
