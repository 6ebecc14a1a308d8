package com.healthmetrics.aws.internal.template;

import com.healthmetrics.aws.internal.template.TemplateNode.Section;
import com.healthmetrics.aws.internal.template.TemplateNode.Text;
import com.healthmetrics.aws.internal.template.TemplateNode.Value;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds the values that an {@code href} or {@code src} begins with. Such a value says the scheme,
 * so it could make a script of a link.
 */
final class LinkAttributes {
  private static final Pattern OPEN =
      Pattern.compile(
          "(?<![a-z0-9_-])(?:href|src)\\s*(?:=\\s*[\"']?\\s*)?\\z", Pattern.CASE_INSENSITIVE);

  private final Set<Value> beginnings = Collections.newSetFromMap(new IdentityHashMap<>());

  private LinkAttributes() {}

  /** The values of an html document that begin a link, compared by identity. */
  static Set<Value> beginnings(List<TemplateNode> nodes) {
    LinkAttributes attributes = new LinkAttributes();
    attributes.nodes(nodes, Set.of(""));
    return attributes.beginnings;
  }

  /**
   * Looks at nodes.
   *
   * @param before the attributes that may be open there, as far as they are written; several, since
   *     a section may be shown or not
   * @return those that may be open thereafter
   */
  private Set<String> nodes(List<TemplateNode> nodes, Set<String> before) {
    Set<String> open = before;
    for (TemplateNode node : nodes) {
      if (node instanceof Section section) {
        Set<String> either = new HashSet<>(open);
        either.addAll(nodes(section.body(), open));
        open = either;
      } else if (node instanceof Text text) {
        Set<String> longer = new HashSet<>();
        open.forEach(start -> longer.add(open(start + text.text())));
        open = longer;
      } else if (node instanceof Value value) {
        if (open.stream().anyMatch(start -> start.contains("="))) {
          beginnings.add(value);
        }
        open = Set.of("");
      }
    }
    return open;
  }

  private static String open(String html) {
    Matcher matcher = OPEN.matcher(html);
    return matcher.find() ? matcher.group() : "";
  }
}
