package com.healthmetrics.aws.internal.template;

import com.healthmetrics.aws.internal.template.TemplateFiles.File;
import com.healthmetrics.aws.internal.template.TemplateNode.Block;
import com.healthmetrics.aws.internal.template.TemplateNode.Layout;
import com.healthmetrics.aws.internal.template.TemplateNode.Partial;
import com.healthmetrics.aws.internal.template.TemplateNode.Place;
import com.healthmetrics.aws.internal.template.TemplateNode.Section;
import com.healthmetrics.aws.internal.template.TemplateNode.Text;
import com.healthmetrics.aws.internal.template.TemplateNode.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Inserts a locale's partials and layouts, so that one flat tree is left to check and render. */
final class TemplateLinker {
  private static final String SUFFIX = ".mustache";
  private static final int MAX_NAME = 255;

  /** Each file may have sections in one another, too. */
  private static final int MAX_DEPTH = 16;

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]+([./][A-Za-z0-9_-]+)*");

  private final TemplateFiles files;
  private final Locale locale;
  private final Set<String> problems;

  /** The paths of the files being inserted, the innermost last. */
  private final List<String> open = new ArrayList<>();

  TemplateLinker(TemplateFiles files, Locale locale, Set<String> problems) {
    this.files = files;
    this.locale = locale;
    this.problems = problems;
  }

  /** A file with its partials and layout inserted. */
  record Linked(String path, List<TemplateNode> nodes) {
    /** The same file with other nodes. */
    Linked with(List<TemplateNode> others) {
      return new Linked(path, others);
    }

    /** A problem that concerns the whole file. */
    String problem(String format, Object... args) {
      return new Place(path, 1).problem(format, args);
    }
  }

  /** The tree of a file that must be translated; empty if it is missing or not Mustache. */
  Optional<Linked> link(String name) {
    Optional<File> file = files.translated(name, locale);
    if (file.isEmpty()) {
      problems.add("File not found: " + files.paths(name, locale) + ". Add it.");
    }
    return file.flatMap(
        found -> expand(found, new Blocks()).map(nodes -> new Linked(found.path(), nodes)));
  }

  /** The content for a layout's blocks, and the names of the blocks that were found. */
  private record Blocks(Map<String, List<TemplateNode>> content, Set<String> used) {
    Blocks() {
      this(new HashMap<>(), new HashSet<>());
    }
  }

  private Optional<List<TemplateNode>> expand(File file, Blocks blocks) {
    open.add(file.path());
    Optional<List<TemplateNode>> nodes =
        TemplateParser.parse(file, problems).map(parsed -> expand(parsed, blocks));
    open.remove(open.size() - 1);
    return nodes;
  }

  private List<TemplateNode> expand(List<TemplateNode> nodes, Blocks blocks) {
    List<TemplateNode> expanded = new ArrayList<>();
    for (TemplateNode node : nodes) {
      if (node instanceof Section section) {
        List<TemplateNode> body = expand(section.body(), blocks);
        expanded.add(new Section(section.place(), section.name(), section.inverted(), body));
      } else if (node instanceof Partial partial) {
        expanded.addAll(partial(partial));
      } else if (node instanceof Layout layout) {
        expanded.addAll(layout(layout, blocks));
      } else if (node instanceof Block block) {
        blocks.used().add(block.name());
        List<TemplateNode> content = blocks.content().get(block.name());
        expanded.addAll(content == null ? expand(block.body(), blocks) : copy(content));
      } else {
        expanded.add(node);
      }
    }
    return expanded;
  }

  /** A layout may have a block twice, and its content then has two places. */
  private static List<TemplateNode> copy(List<TemplateNode> nodes) {
    List<TemplateNode> copies = new ArrayList<>();
    for (TemplateNode node : nodes) {
      if (node instanceof Value value) {
        copies.add(new Value(value.place(), value.name(), value.escaping()));
      } else if (node instanceof Section section) {
        copies.add(
            new Section(section.place(), section.name(), section.inverted(), copy(section.body())));
      } else {
        copies.add(node);
      }
    }
    return copies;
  }

  private List<TemplateNode> partial(Partial partial) {
    return find(partial.place(), partial.name())
        // Editors end a file with a line break, which does not belong in the sentence around it.
        .map(file -> new File(file.path(), file.text().replaceFirst("\n$", "")))
        .flatMap(file -> expand(file, new Blocks()))
        .orElse(List.of());
  }

  private List<TemplateNode> layout(Layout layout, Blocks outer) {
    Blocks blocks = new Blocks();
    for (TemplateNode node : layout.body()) {
      if (node instanceof Block block) {
        blocks.content().put(block.name(), expand(block.body(), outer));
      } else if (!(node instanceof Text text && text.text().isBlank())) {
        problems.add(
            node.problem(
                "Content outside a block would be lost. Put it into {{$name}}…{{/name}}."));
      }
    }
    // A file that extends this one fills the blocks of this one's layout as well, and wins.
    blocks.content().putAll(outer.content());
    Optional<List<TemplateNode>> nodes =
        find(layout.place(), layout.name()).flatMap(file -> expand(file, blocks));
    if (nodes.isPresent()) {
      outer.used().addAll(blocks.used());
      requireUsed(layout, blocks.used());
    }
    return nodes.orElse(List.of());
  }

  private void requireUsed(Layout layout, Set<String> used) {
    for (TemplateNode node : layout.body()) {
      if (node instanceof Block block && !used.contains(block.name())) {
        problems.add(
            block.problem(
                "%s has no block {{$%s}}, so its content would be lost. Remove it, or correct"
                    + " the name.",
                layout.name(), block.name()));
      }
    }
  }

  private Optional<File> find(Place place, String name) {
    if (name.length() > MAX_NAME || !NAME.matcher(name).matches()) {
      problems.add(
          place.problem(
              "\"%s\" is not a valid file name. Use letters, digits, underscores, dots, hyphens and"
                  + " slashes.",
              name));
      return Optional.empty();
    }
    String fileName = name.endsWith(SUFFIX) ? name : name + SUFFIX;
    Optional<File> own = files.translated(fileName, locale);
    if (own.isEmpty() && files.isTranslated(fileName)) {
      problems.add(
          place.problem(
              "%s exists only in other languages, so the email would mix languages. Add %s.",
              fileName, files.paths(fileName, locale)));
      return Optional.empty();
    }
    Optional<File> file = own.or(() -> files.shared(fileName));
    if (file.isEmpty()) {
      problems.add(place.problem("File not found: %s. Add it, or correct the name.", fileName));
    } else if (open.contains(file.get().path())) {
      problems.add(place.problem("%s would include itself. Remove this reference.", fileName));
      return Optional.empty();
    } else if (open.size() > MAX_DEPTH) {
      problems.add(
          place.problem(
              "More than %s files include one another. Put the content into fewer files.",
              MAX_DEPTH));
      return Optional.empty();
    }
    return file;
  }
}
