package com.healthmetrics.aws.internal.template;

import com.github.mustachejava.DefaultMustacheFactory;
import com.github.mustachejava.DefaultMustacheVisitor;
import com.github.mustachejava.Mustache;
import com.github.mustachejava.MustacheException;
import com.github.mustachejava.MustacheVisitor;
import com.github.mustachejava.TemplateContext;
import com.healthmetrics.aws.internal.template.TemplateNode.Place;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Parses one file into a tree; mustache.java knows the syntax. */
final class TemplateParser extends DefaultMustacheFactory {
  /** Deep enough for templates that people can read, and shallow enough for small stacks. */
  private static final int MAX_DEPTH = 32;

  private static final Pattern LINE = Pattern.compile(":(\\d{1,9})]\\z");

  private final IdentityHashMap<Mustache, List<TemplateNode>> bodies = new IdentityHashMap<>();
  private final Set<String> problems;

  /** The sections that are open, and the file itself. */
  private int depth;

  private TemplateParser(Set<String> problems) {
    this.problems = problems;
  }

  /** The tree; empty if the file is not Mustache, which is then a problem. */
  static Optional<List<TemplateNode>> parse(TemplateFiles.File file, Set<String> problems) {
    if (file.text().length() > TemplateFiles.MAX_LENGTH) {
      problems.add(
          new Place(file.path(), 1)
              .problem(
                  "The file has more than %s characters. Shorten it.", TemplateFiles.MAX_LENGTH));
      return Optional.empty();
    }
    Optional<String> unreadable = unreadable(file);
    if (unreadable.isPresent()) {
      problems.add(unreadable.get());
      return Optional.empty();
    }
    TemplateParser parser = new TemplateParser(problems);
    try {
      // Only the parser: the factory's own compile method would resolve partials.
      Mustache mustache = parser.mc.compile(new StringReader(file.text()), file.path());
      return Optional.of(parser.body(mustache));
    } catch (MustacheException e) {
      String message = Objects.requireNonNullElse(e.getMessage(), "The file is not valid Mustache");
      problems.add(explained(file.path(), message));
      return Optional.empty();
    }
  }

  /** A character that no email may carry, or that only another encoding than UTF-8 brings about. */
  private static Optional<String> unreadable(TemplateFiles.File file) {
    String text = file.text();
    int line = 1;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\n') {
        line++;
      } else if (c == '\uFFFD') {
        return Optional.of(
            new Place(file.path(), line).problem("The file is not UTF-8. Save it as UTF-8."));
      } else if (Character.isISOControl(c) && c != '\r' && c != '\t') {
        return Optional.of(
            new Place(file.path(), line)
                .problem("The file contains the control character U+%04X. Remove it.", (int) c));
      }
    }
    return Optional.empty();
  }

  /** The parser's messages end in the place: {@code @[file:line]}. */
  private static String explained(String path, String message) {
    Matcher line = LINE.matcher(message);
    int place = message.lastIndexOf("[" + path + ":");
    if (place < 0 || !line.find()) {
      return new Place(path, 1).problem("%s.", message);
    }
    String text = message.substring(0, place);
    String bare = text.endsWith("@") ? text.substring(0, text.length() - 1) : text;
    return new Place(path, Integer.parseInt(line.group(1))).problem("%s.", bare.stripTrailing());
  }

  private List<TemplateNode> body(Mustache mustache) {
    return Objects.requireNonNull(bodies.get(mustache));
  }

  @Override
  public MustacheVisitor createMustacheVisitor() {
    // The parser calls this for the file, and before it reads the body of a section.
    if (depth > MAX_DEPTH) {
      throw new MustacheException("More than " + MAX_DEPTH + " sections in one another");
    }
    depth++;
    return new Recorder();
  }

  /** Records the tags of one file, or of one section in it. */
  private final class Recorder extends DefaultMustacheVisitor {
    private final List<TemplateNode> nodes = new ArrayList<>();

    Recorder() {
      super(TemplateParser.this);
    }

    private static Place place(TemplateContext context) {
      return new Place(context.file(), context.line());
    }

    @Override
    public Mustache mustache(TemplateContext context) {
      depth--;
      Mustache mustache = super.mustache(context);
      bodies.put(mustache, List.copyOf(nodes));
      return mustache;
    }

    @Override
    public void write(TemplateContext context, String text) {
      if (!text.isEmpty()) {
        // The parser has already counted the line break that ends the text.
        int line = context.line() - (text.endsWith("\n") ? 1 : 0);
        Place place = new Place(context.file(), line);
        nodes.add(new TemplateNode.Text(place, text));
      }
    }

    @Override
    public void value(TemplateContext context, String name, boolean encoded) {
      if (!encoded) {
        problems.add(
            place(context).problem("{{{%1$s}}} is not escaped in HTML. Use {{%1$s}}.", name));
      }
      nodes.add(new TemplateNode.Value(place(context), name, Escaping.NONE));
    }

    @Override
    public void iterable(TemplateContext context, String name, Mustache mustache) {
      nodes.add(new TemplateNode.Section(place(context), name, false, body(mustache)));
    }

    @Override
    public void notIterable(TemplateContext context, String name, Mustache mustache) {
      nodes.add(new TemplateNode.Section(place(context), name, true, body(mustache)));
    }

    @Override
    public void partial(TemplateContext context, String name, String indent) {
      nodes.add(new TemplateNode.Partial(place(context), name));
    }

    @Override
    public void extend(TemplateContext context, String name, Mustache mustache) {
      nodes.add(new TemplateNode.Layout(place(context), name, body(mustache)));
    }

    @Override
    public void name(TemplateContext context, String name, Mustache mustache) {
      nodes.add(new TemplateNode.Block(place(context), name, body(mustache)));
    }

    @Override
    public void dynamicPartial(TemplateContext context, String name, String indent) {
      refuse(context, "{{>" + name + "}}");
    }

    @Override
    public void checkName(TemplateContext context, String name, Mustache mustache) {
      refuse(context, "{{?" + name + "}}");
    }

    @Override
    public void pragma(TemplateContext context, String pragma, String args) {
      refuse(context, "{{%" + pragma + "}}");
    }

    private void refuse(TemplateContext context, String tag) {
      problems.add(place(context).problem("%s is not supported. Remove it.", tag));
    }

    /** The end of a file renders nothing. */
    @Override
    public void eof(TemplateContext context) {}
  }
}
