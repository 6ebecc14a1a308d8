package com.healthmetrics.aws.internal.template;

import com.github.mustachejava.DefaultMustacheFactory;
import com.github.mustachejava.DefaultMustacheVisitor;
import com.github.mustachejava.Mustache;
import com.github.mustachejava.MustacheException;
import com.github.mustachejava.MustacheVisitor;
import com.github.mustachejava.TemplateContext;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads one file into a tree; mustache.java knows the syntax. */
final class TemplateParser extends DefaultMustacheFactory {
  private static final Pattern PLACE = Pattern.compile(" *@?\\[.*:(\\d+)]$");

  private final IdentityHashMap<Mustache, List<SourceNode>> bodies = new IdentityHashMap<>();
  private final Problems problems;

  private TemplateParser(Problems problems) {
    this.problems = problems;
  }

  /** The tree, or empty when the file is not Mustache; then a problem says why. */
  static Optional<List<SourceNode>> parse(TemplateFile file, Problems problems) {
    int garbled = file.text().indexOf('\uFFFD');
    if (garbled >= 0) {
      long line = file.text().substring(0, garbled).lines().count();
      problems.add(
          new Place(file.path(), (int) Math.max(1, line)), "This is not UTF-8; save it as UTF-8.");
      return Optional.empty();
    }
    TemplateParser parser = new TemplateParser(problems);
    try {
      // The parser alone: compiling would look for partials, which is not its business here.
      Mustache mustache = parser.mc.compile(new StringReader(file.text()), file.path());
      return Optional.of(parser.body(mustache));
    } catch (MustacheException e) {
      String message = Objects.requireNonNullElse(e.getMessage(), "This is not Mustache.");
      Matcher place = PLACE.matcher(message);
      int line = place.find() ? Integer.parseInt(place.group(1)) : 1;
      problems.add(new Place(file.path(), line), place.replaceAll("") + ".");
      return Optional.empty();
    }
  }

  private List<SourceNode> body(Mustache mustache) {
    return Objects.requireNonNull(bodies.get(mustache));
  }

  @Override
  public MustacheVisitor createMustacheVisitor() {
    return new Recorder();
  }

  /** Hears of one file, or of one section in it. */
  private final class Recorder extends DefaultMustacheVisitor {
    private final List<SourceNode> nodes = new ArrayList<>();

    Recorder() {
      super(TemplateParser.this);
    }

    private static Place place(TemplateContext context) {
      return new Place(context.file(), context.line());
    }

    @Override
    public Mustache mustache(TemplateContext context) {
      Mustache mustache = super.mustache(context);
      bodies.put(mustache, List.copyOf(nodes));
      return mustache;
    }

    @Override
    public void write(TemplateContext context, String text) {
      if (!text.isEmpty()) {
        // The parser has counted the line break already that ends the text.
        int line = context.line() - (text.endsWith("\n") ? 1 : 0);
        Place place = new Place(context.file(), line);
        nodes.add(new SourceNode.Leaf(new TemplateNode.Text(place, text)));
      }
    }

    @Override
    public void value(TemplateContext context, String name, boolean encoded) {
      if (!encoded) {
        problems.add(
            place(context),
            "{{{" + name + "}}} would not be escaped in html; write {{" + name + "}}.");
      }
      nodes.add(new SourceNode.Leaf(new TemplateNode.Value(place(context), name)));
    }

    @Override
    public void iterable(TemplateContext context, String name, Mustache mustache) {
      nodes.add(new SourceNode.Section(place(context), name, false, body(mustache)));
    }

    @Override
    public void notIterable(TemplateContext context, String name, Mustache mustache) {
      nodes.add(new SourceNode.Section(place(context), name, true, body(mustache)));
    }

    @Override
    public void partial(TemplateContext context, String name, String indent) {
      nodes.add(new SourceNode.Partial(place(context), name));
    }

    @Override
    public void extend(TemplateContext context, String name, Mustache mustache) {
      nodes.add(new SourceNode.Layout(place(context), name, body(mustache)));
    }

    @Override
    public void name(TemplateContext context, String name, Mustache mustache) {
      nodes.add(new SourceNode.Block(place(context), name, body(mustache)));
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
      problems.add(place(context), tag + " is more than these templates know; leave it out.");
    }

    /** The end of a file is nothing to be rendered. */
    @Override
    public void eof(TemplateContext context) {}
  }
}
