package com.healthmetrics.aws.internal.template;

import com.healthmetrics.aws.internal.template.TemplateRenderer.Rendered;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** Subject, text and html of one kind of mail in one locale, read and checked. */
public final class MailTemplate {
  private final String name;
  private final Shape.Fields shape;
  private final Language language;
  private final LinkedFile subject;
  private final LinkedFile text;
  private final LinkedFile html;

  private MailTemplate(
      String name,
      Shape.Fields shape,
      Language language,
      LinkedFile subject,
      LinkedFile text,
      LinkedFile html) {
    this.name = name;
    this.shape = shape;
    this.language = language;
    this.subject = subject;
    this.text = text;
    this.html = html;
  }

  /** What a mail says: a line, a plain text and an html document. */
  public record Parts(String subject, String text, String html) {}

  /** What every template knows, whatever its model: for html's {@code lang} and {@code dir}. */
  private record Surroundings(String lang, String dir) {}

  /** Reads the template's files and checks them; empty when a problem was found. */
  public static Optional<MailTemplate> load(
      String name, Class<?> model, TemplateFiles files, Locale locale, Problems problems) {
    Problems own = new Problems();
    Optional<MailTemplate> template = read(name, model, files, locale, own);
    // One step at a time: what follows from a problem would only hide it.
    if (own.isEmpty()) {
      template.ifPresent(read -> read.checkVariables(own));
    }
    if (own.isEmpty()) {
      template.ifPresent(read -> read.checkSample(true, own));
      template.ifPresent(read -> read.checkSample(false, own));
    }
    own.list().forEach(problems::add);
    return template.filter(read -> own.isEmpty());
  }

  private static Optional<MailTemplate> read(
      String name, Class<?> model, TemplateFiles files, Locale locale, Problems problems) {
    Shape.Fields shape = Shapes.of(model, problems);
    Optional<Function<Duration, String>> durations =
        shape.showsTime()
            ? DurationWords.of(files, locale, problems)
            : Optional.of(Duration::toString);
    TemplateLinker linker = new TemplateLinker(files, locale, problems);
    Optional<LinkedFile> subject = linker.link(name + ".subject.mustache");
    Optional<LinkedFile> text = linker.link(name + ".txt.mustache");
    Optional<LinkedFile> html = linker.link(name + ".html.mustache");
    if (durations.isEmpty() || subject.isEmpty() || text.isEmpty() || html.isEmpty()) {
      return Optional.empty();
    }
    Language language = new Language(locale, durations.get());
    return Optional.of(
        new MailTemplate(name, shape, language, subject.get(), text.get(), html.get()));
  }

  private void checkVariables(Problems problems) {
    List<Shape> scopes = List.of(Shapes.of(Surroundings.class, problems), shape);
    TemplateCheck.check(subject.nodes(), scopes, problems);
    TemplateCheck.check(text.nodes(), scopes, problems);
    TemplateCheck.checkHtml(html.nodes(), scopes, problems);
    requireQuotes(html.nodes(), problems);
  }

  /** Without quotes a value with a space in it would go on as further attributes. */
  private static void requireQuotes(List<TemplateNode> nodes, Problems problems) {
    String before = "";
    for (TemplateNode node : nodes) {
      if (node instanceof TemplateNode.Value value && before.endsWith("=")) {
        problems.add(
            value.place(), "Put the attribute's value {{" + value.name() + "}} in quotes.");
      } else if (node instanceof TemplateNode.Section section) {
        requireQuotes(section.body(), problems);
      }
      before = node instanceof TemplateNode.Text plain ? plain.text() : "";
    }
  }

  private void checkSample(boolean full, Problems problems) {
    Object model = shape.sample(name, full, language);
    requireOneLine(render(subject, model, UnaryOperator.identity()), problems);
    Rendered plain = render(text, model, UnaryOperator.identity());
    Rendered document = render(html, model, TemplateRenderer::escapeHtml);
    if (plain.text().isBlank()) {
      problems.add(text.beginning(), "The text part is empty; say in it what the html says.");
    }
    if (document.text().isBlank()) {
      problems.add(html.beginning(), "The html part is empty; write an html document.");
    }
    for (Links.Link link : Links.in(document.text())) {
      if (!link.isIn(plain.text())) {
        problems.add(
            document.placeOf(link.offset()),
            "The link to "
                + link.target()
                + " is missing in the text; write it into "
                + text.path()
                + ".");
      }
    }
  }

  /**
   * Checks that SES is asked not to track the links that the model gives, which hold a secret. For
   * models of which nothing may be absent: others have more than the one sample to look at.
   */
  public void checkUntracked(Problems problems) {
    Rendered document =
        render(html, shape.sample(name, true, language), TemplateRenderer::escapeHtml);
    for (Links.Link link : Links.in(document.text())) {
      if (link.tracked() && link.target().contains(Shape.Link.SAMPLE_QUERY)) {
        problems.add(
            document.placeOf(link.tag()),
            "Write ses:no-track into this a: its link holds a secret, which SES would store with"
                + " each click.");
      }
    }
  }

  private void requireOneLine(Rendered line, Problems problems) {
    String stripped = line.text().strip();
    if (stripped.isEmpty()) {
      problems.add(subject.beginning(), "The subject is empty; write a line.");
    }
    int lineBreak = stripped.indexOf('\n');
    if (lineBreak >= 0) {
      int offset = line.text().indexOf(stripped) + lineBreak;
      problems.add(line.placeOf(offset), "The subject has several lines; write one.");
    }
  }

  /**
   * Fills the template.
   *
   * @param model a record of the template's type
   */
  public Parts render(Object model) {
    return parts(shape.valueOf(model, name, language));
  }

  /** Fills the template with made-up values. */
  public Parts sample() {
    return parts(shape.sample(name, true, language));
  }

  private Parts parts(Object model) {
    return new Parts(
        render(subject, model, UnaryOperator.identity()).text().strip(),
        render(text, model, UnaryOperator.identity()).text(),
        render(html, model, TemplateRenderer::escapeHtml).text());
  }

  private Rendered render(LinkedFile part, Object model, UnaryOperator<String> escaping) {
    Locale locale = language.locale();
    Map<String, String> surroundings =
        Map.of("lang", locale.toLanguageTag(), "dir", Languages.direction(locale));
    return TemplateRenderer.render(part.nodes(), List.of(surroundings, model), escaping);
  }
}
