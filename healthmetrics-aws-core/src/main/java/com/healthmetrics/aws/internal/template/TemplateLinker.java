package com.healthmetrics.aws.internal.template;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Puts partials and layouts in, as one locale has them, so that one flat tree is left to render.
 */
final class TemplateLinker {
  private static final String SUFFIX = ".mustache";
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]+([./][A-Za-z0-9_-]+)*");

  private final TemplateFiles files;
  private final Locale locale;
  private final Problems problems;

  /** The files that are being put in right now, the innermost last. */
  private final List<String> open = new ArrayList<>();

  TemplateLinker(TemplateFiles files, Locale locale, Problems problems) {
    this.files = files;
    this.locale = locale;
    this.problems = problems;
  }

  /** The tree of a file that the locale must have itself; empty when a problem was found. */
  Optional<LinkedFile> link(String name) {
    Optional<TemplateFile> file = files.own(name, locale);
    if (file.isEmpty()) {
      problems.add("There is no file " + files.places(name, locale) + "; add it.");
      return Optional.empty();
    }
    String path = file.get().path();
    return expand(file.get(), new Blocks()).map(nodes -> new LinkedFile(path, nodes));
  }

  /** What fills the blocks of a layout, and which of it a block was found for. */
  private record Blocks(Map<String, List<TemplateNode>> content, Set<String> used) {
    Blocks() {
      this(new HashMap<>(), new HashSet<>());
    }
  }

  private Optional<List<TemplateNode>> expand(TemplateFile file, Blocks blocks) {
    Optional<List<SourceNode>> nodes = TemplateParser.parse(file, problems);
    if (nodes.isEmpty()) {
      return Optional.empty();
    }
    open.add(file.path());
    try {
      return Optional.of(expand(nodes.get(), blocks));
    } finally {
      open.remove(open.size() - 1);
    }
  }

  private List<TemplateNode> expand(List<SourceNode> nodes, Blocks blocks) {
    List<TemplateNode> expanded = new ArrayList<>();
    for (SourceNode node : nodes) {
      if (node instanceof SourceNode.Leaf leaf) {
        expanded.add(leaf.node());
      } else if (node instanceof SourceNode.Section section) {
        List<TemplateNode> body = expand(section.body(), blocks);
        expanded.add(
            new TemplateNode.Section(section.place(), section.name(), section.inverted(), body));
      } else if (node instanceof SourceNode.Partial partial) {
        expanded.addAll(partial(partial));
      } else if (node instanceof SourceNode.Layout layout) {
        expanded.addAll(layout(layout, blocks));
      } else if (node instanceof SourceNode.Block block) {
        blocks.used().add(block.name());
        List<TemplateNode> content = blocks.content().get(block.name());
        expanded.addAll(content == null ? expand(block.body(), blocks) : content);
      }
    }
    return expanded;
  }

  private List<TemplateNode> partial(SourceNode.Partial partial) {
    return find(partial.place(), partial.name())
        // Editors end a file with a line break, which is not meant to be one in the sentence.
        .map(file -> new TemplateFile(file.path(), file.text().replaceFirst("\n$", "")))
        .flatMap(file -> expand(file, new Blocks()))
        .orElse(List.of());
  }

  private List<TemplateNode> layout(SourceNode.Layout layout, Blocks outer) {
    Blocks blocks = new Blocks();
    for (SourceNode node : layout.body()) {
      if (node instanceof SourceNode.Block block) {
        blocks.content().put(block.name(), expand(block.body(), outer));
      } else if (!isBlank(node)) {
        problems.add(
            node.place(),
            "This is outside of a block and would be lost; put it into {{$name}}…{{/name}}.");
      }
    }
    // What extends this file fills its layout's blocks as well, and comes first.
    blocks.content().putAll(outer.content());
    Optional<List<TemplateNode>> nodes =
        find(layout.place(), layout.name()).flatMap(file -> expand(file, blocks));
    if (nodes.isPresent()) {
      outer.used().addAll(blocks.used());
      requireUsed(layout, blocks.used());
    }
    return nodes.orElse(List.of());
  }

  private static boolean isBlank(SourceNode node) {
    return node instanceof SourceNode.Leaf leaf
        && leaf.node() instanceof TemplateNode.Text text
        && text.text().isBlank();
  }

  private void requireUsed(SourceNode.Layout layout, Set<String> used) {
    for (SourceNode node : layout.body()) {
      if (node instanceof SourceNode.Block block && !used.contains(block.name())) {
        problems.add(
            block.place(),
            layout.name() + " has no block {{$" + block.name() + "}}, so this would be lost.");
      }
    }
  }

  private Optional<TemplateFile> find(Place place, String name) {
    String fileName = name.endsWith(SUFFIX) ? name : name + SUFFIX;
    if (!NAME.matcher(name).matches()) {
      problems.add(place, "This names no file. Write letters, digits, dots, hyphens and slashes.");
      return Optional.empty();
    }
    Optional<TemplateFile> own = files.own(fileName, locale);
    if (own.isEmpty() && files.isTranslated(fileName)) {
      problems.add(
          place,
          fileName
              + " is there in other languages only; the mail would mix them. Add "
              + files.places(fileName, locale)
              + ".");
      return Optional.empty();
    }
    Optional<TemplateFile> file = own.or(() -> files.inRoot(fileName));
    if (file.isEmpty()) {
      problems.add(place, "There is no file " + fileName + "; add it, or mend the name.");
    } else if (open.contains(file.get().path())) {
      problems.add(place, fileName + " would contain itself; leave one of the two out.");
      return Optional.empty();
    }
    return file;
  }
}
