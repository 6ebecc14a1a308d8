package com.healthmetrics.aws.internal.template;

import com.healthmetrics.aws.internal.PercentEncoding;
import com.healthmetrics.aws.internal.template.TemplateCheck.Variables;
import com.healthmetrics.aws.internal.template.TemplateLinker.Linked;
import com.healthmetrics.aws.internal.template.TemplateRenderer.Compiled;
import com.healthmetrics.aws.internal.template.TemplateRenderer.Rendered;
import java.lang.reflect.RecordComponent;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** A template in one locale, read and checked: its subject, text part and HTML part. */
public final class Translation {
  private final String name;
  private final Shape.Fields shape;
  private final Language language;
  private final Map<String, String> globals;
  private final Linked subject;
  private final Linked text;
  private final Linked html;
  private final Compiled compiledSubject;
  private final Compiled compiledText;
  private final Compiled compiledHtml;

  private Translation(
      String name,
      Shape.Fields shape,
      Language language,
      Linked subject,
      Linked text,
      Linked html) {
    this.name = name;
    this.shape = shape;
    this.language = language;
    this.globals = Map.of("lang", language.locale().toLanguageTag(), "dir", language.direction());
    this.subject = subject;
    this.text = text;
    this.html = html;
    this.compiledSubject = Compiled.of(subject.nodes());
    this.compiledText = Compiled.of(text.nodes());
    this.compiledHtml = Compiled.of(html.nodes());
  }

  /** A rendered email: a line, plain text and an HTML document. */
  public record Parts(String subject, String text, String html) {}

  /** The variables of every template, for HTML's {@code lang} and {@code dir}. */
  private record Globals(String lang, String dir) {}

  /**
   * Reads and checks the files of a template.
   *
   * @param cleartextLinks whether the model's links may be plain http on any host
   * @param message whether a component's texts may have several lines and links
   * @param problems receives what is wrong, one entry each: the place, the problem and the fix
   * @return the translation, or empty if there is a problem
   */
  public static Optional<Translation> load(
      String name,
      Class<?> model,
      boolean cleartextLinks,
      Predicate<RecordComponent> message,
      TemplateFiles files,
      Locale locale,
      Set<String> problems) {
    Set<String> found = new LinkedHashSet<>();
    Shape.Scalar link = cleartextLinks ? Shape.Scalar.CLEARTEXT_LINK : Shape.Scalar.LINK;
    Shape.Fields shape = ShapeReader.read(model, link, message, found);
    Optional<Translation> loaded = read(name, shape, files, locale, found);
    // One step at a time: problems that only follow from others would hide them.
    loaded = loaded.filter(read -> found.isEmpty()).map(read -> read.placed(found));
    if (found.isEmpty()) {
      loaded.ifPresent(translation -> translation.checkSample(true, found));
      loaded.ifPresent(translation -> translation.checkSample(false, found));
    }
    problems.addAll(found);
    return loaded.filter(translation -> found.isEmpty());
  }

  private static Optional<Translation> read(
      String name, Shape.Fields shape, TemplateFiles files, Locale locale, Set<String> problems) {
    Optional<Language> language =
        shape.usesDurations()
            ? Language.withDurations(files, locale, problems)
            : Optional.of(Language.withoutDurations(locale));
    TemplateLinker linker = new TemplateLinker(files, locale, problems);
    Optional<Linked> subject = linker.link(name + ".subject.mustache");
    Optional<Linked> text = linker.link(name + ".txt.mustache");
    Optional<Linked> html = linker.link(name + ".html.mustache");
    if (language.isEmpty() || subject.isEmpty() || text.isEmpty() || html.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new Translation(name, shape, language.get(), subject.get(), text.get(), html.get()));
  }

  /** The same translation with its variables checked, and each value escaped as its place needs. */
  private Translation placed(Set<String> problems) {
    List<Shape> scopes = List.of(ShapeReader.read(Globals.class, problems), shape);
    TemplateCheck.check(subject.nodes(), scopes, problems);
    Variables inText = TemplateCheck.check(text.nodes(), scopes, problems);
    Variables inHtml = TemplateCheck.check(html.nodes(), scopes, problems);
    if (!problems.isEmpty()) {
      return this;
    }
    return new Translation(
        name,
        shape,
        language,
        subject,
        text.with(Placement.place(text.nodes(), inText, TextPosition.START, problems)),
        html.with(Placement.place(html.nodes(), inHtml, HtmlPosition.START, problems)));
  }

  private void checkSample(boolean full, Set<String> problems) {
    Object model = shape.sample(name, full, language);
    requireOneLine(locate(subject, model), problems);
    Rendered plain = locate(text, model);
    Rendered document = locate(html, model);
    if (plain.text().isBlank()) {
      problems.add(
          text.problem("The text part is empty. Write the same content as in the HTML part."));
    }
    if (document.text().isBlank()) {
      problems.add(html.problem("The HTML part is empty. Write an HTML document."));
    }
    for (Links.Link link : Links.in(document.text())) {
      if (!link.isIn(plain.text())) {
        problems.add(
            document
                .placeOf(link.offset())
                .problem(
                    "The link to %s is missing from the text part. Add it to %s.",
                    link.target(), text.path()));
      }
    }
  }

  /**
   * Checks that SES is asked not to track the links of one of the model's components, because they
   * contain a secret. For models without optional components: this renders only the full sample.
   */
  public void checkUntracked(String component, Set<String> problems) {
    String secret = Shape.sampleLink(component);
    Rendered document = locate(html, shape.sample(name, true, language));
    for (Links.Link link : Links.in(document.text())) {
      if (link.tracked() && holds(link.target(), secret)) {
        problems.add(
            document
                .placeOf(link.tag())
                .problem(
                    "Add ses:no-track to this <a>. Its link contains a secret, which SES would"
                        + " store with each click."));
      }
    }
  }

  /** As the link itself, or as a part of another link. */
  private static boolean holds(String target, String secret) {
    return target.contains(secret) || target.contains(PercentEncoding.encode(secret));
  }

  private void requireOneLine(Rendered line, Set<String> problems) {
    String stripped = line.text().strip();
    if (stripped.isEmpty()) {
      problems.add(subject.problem("The subject is empty. Write one line."));
    }
    int lineBreak = stripped.indexOf('\n');
    if (lineBreak >= 0) {
      int offset = line.text().indexOf(stripped) + lineBreak;
      problems.add(
          line.placeOf(offset).problem("The subject has more than one line. Write one line."));
    }
  }

  /**
   * Renders the template.
   *
   * @param model a record of the template's type
   */
  public Parts render(Object model) {
    return parts(shape.valueOf(model, name, language));
  }

  /** Renders the template with generated values. */
  public Parts sample() {
    return parts(shape.sample(name, true, language));
  }

  private Parts parts(Object model) {
    List<Object> scopes = List.of(globals, model);
    return new Parts(
        TemplateRenderer.render(compiledSubject, scopes).strip(),
        TemplateRenderer.render(compiledText, scopes),
        TemplateRenderer.render(compiledHtml, scopes));
  }

  private Rendered locate(Linked part, Object model) {
    return TemplateRenderer.locate(part.nodes(), List.of(globals, model));
  }
}
