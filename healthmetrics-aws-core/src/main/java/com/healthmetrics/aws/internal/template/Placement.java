package com.healthmetrics.aws.internal.template;

import com.healthmetrics.aws.internal.template.Position.Allowed;
import com.healthmetrics.aws.internal.template.Position.Refused;
import com.healthmetrics.aws.internal.template.Position.Slot;
import com.healthmetrics.aws.internal.template.TemplateCheck.Variables;
import com.healthmetrics.aws.internal.template.TemplateNode.Section;
import com.healthmetrics.aws.internal.template.TemplateNode.Text;
import com.healthmetrics.aws.internal.template.TemplateNode.Value;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Gives each value the escaping that keeps it in its place, and refuses values where there is none.
 *
 * <p>A section may be rendered or not, and a list's any number of times, so that a value may be in
 * several positions: it is allowed if it is in all of them, with the same escaping.
 */
final class Placement {
  /** Templates that people can read have a few. */
  private static final int MAX_POSITIONS = 64;

  private final Variables variables;
  private final Set<String> problems;
  private final IdentityHashMap<Value, Set<Slot>> slots = new IdentityHashMap<>();

  /** Where each section leads from each position, since one in another is entered again. */
  private final IdentityHashMap<Section, Map<Position, Set<Position>>> known =
      new IdentityHashMap<>();

  private Placement(Variables variables, Set<String> problems) {
    this.variables = variables;
    this.problems = problems;
  }

  /**
   * Places the values of a tree.
   *
   * @param start where the tree begins
   * @param problems receives the values that are not allowed
   * @return the same tree, with the escaping of each value
   */
  static List<TemplateNode> place(
      List<TemplateNode> nodes, Variables variables, Position start, Set<String> problems) {
    Placement placement = new Placement(variables, problems);
    placement.follow(nodes, Set.of(start));
    return placement.escaped(nodes);
  }

  private Set<Position> follow(List<TemplateNode> nodes, Set<Position> starts) {
    Set<Position> positions = starts;
    for (int i = 0; i < nodes.size(); i++) {
      TemplateNode node = nodes.get(i);
      if (node instanceof Text text) {
        positions = each(positions, position -> Set.of(position.after(text.text())));
      } else if (node instanceof Value value) {
        boolean uri = variables.uris().contains(value);
        Set<Slot> at = slots.computeIfAbsent(value, unseen -> new LinkedHashSet<>());
        positions.forEach(position -> at.add(position.slot(uri)));
        positions = each(positions, position -> Set.of(position.afterValue(uri)));
      } else if (node instanceof Section section) {
        Set<Position> before = positions;
        Set<Position> after = new LinkedHashSet<>(inside(section, before));
        // Of {{#x}}…{{/x}}{{^x}}…{{/x}}, exactly one is rendered.
        if (i + 1 < nodes.size()
            && nodes.get(i + 1) instanceof Section next
            && opposite(section, next)) {
          after.addAll(inside(next, before));
          i++;
        } else {
          after.addAll(before);
        }
        positions = limited(section, after);
      }
    }
    return positions;
  }

  private interface Step {
    Set<Position> from(Position position);
  }

  private static Set<Position> each(Set<Position> positions, Step step) {
    Set<Position> after = new LinkedHashSet<>();
    positions.forEach(position -> after.addAll(step.from(position)));
    return after;
  }

  private static boolean opposite(Section section, Section next) {
    return section.name().equals(next.name()) && section.inverted() != next.inverted();
  }

  private Set<Position> inside(Section section, Set<Position> starts) {
    return each(starts, start -> inside(section, start));
  }

  /** The positions after a section that is rendered, once or, for a list, several times. */
  private Set<Position> inside(Section section, Position start) {
    Map<Position, Set<Position>> ends = known.computeIfAbsent(section, unseen -> new HashMap<>());
    Set<Position> found = ends.get(start);
    if (found != null) {
      return found;
    }
    Set<Position> all = new LinkedHashSet<>(follow(section.body(), Set.of(start)));
    Deque<Position> again = new ArrayDeque<>();
    if (variables.lists().contains(section)) {
      again.addAll(all);
    }
    while (!again.isEmpty() && all.size() <= MAX_POSITIONS) {
      for (Position end : follow(section.body(), Set.of(again.remove()))) {
        if (all.add(end)) {
          again.add(end);
        }
      }
    }
    ends.put(start, all);
    return all;
  }

  private Set<Position> limited(Section section, Set<Position> positions) {
    if (positions.size() <= MAX_POSITIONS) {
      return positions;
    }
    problems.add(
        section.problem(
            "The section %s may end in more than %s different places. Close in each section what it"
                + " opens.",
            section.name(), MAX_POSITIONS));
    return Set.of(positions.iterator().next());
  }

  private List<TemplateNode> escaped(List<TemplateNode> nodes) {
    List<TemplateNode> escaped = new ArrayList<>();
    for (TemplateNode node : nodes) {
      if (node instanceof Value value) {
        escaped.add(new Value(value.place(), value.name(), escaping(value)));
      } else if (node instanceof Section section) {
        escaped.add(
            new Section(
                section.place(), section.name(), section.inverted(), escaped(section.body())));
      } else {
        escaped.add(node);
      }
    }
    return escaped;
  }

  private Escaping escaping(Value value) {
    Escaping escaping = null;
    for (Slot slot : slots.getOrDefault(value, Set.of())) {
      if (slot instanceof Refused refused) {
        problems.add(value.problem(refused.why(), value.name()));
        return Escaping.NONE;
      }
      Escaping here = ((Allowed) slot).escaping();
      if (escaping != null && escaping != here) {
        problems.add(
            value.problem(
                "{{%s}} is in another place if a section before it is rendered. Write the value into"
                    + " each of these sections.",
                value.name()));
        return Escaping.NONE;
      }
      escaping = here;
    }
    return escaping == null ? Escaping.NONE : escaping;
  }
}
