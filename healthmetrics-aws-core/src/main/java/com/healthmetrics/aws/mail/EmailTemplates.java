package com.healthmetrics.aws.mail;

import com.healthmetrics.aws.internal.Required;
import com.healthmetrics.aws.internal.template.Languages;
import com.healthmetrics.aws.internal.template.MailTemplate;
import com.healthmetrics.aws.internal.template.Problems;
import com.healthmetrics.aws.internal.template.TemplateFiles;
import com.healthmetrics.aws.internal.template.TemplateSource;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Mails as Mustache files in several languages, each filled from a record of your own.
 *
 * <p>Guarantees: everything is read and checked when the templates are built, for each locale and
 * with all that may be absent being there and not; a variable that the record does not have, an
 * unclosed tag, a file that is missing in one language, an html link that the text lacks are a
 * {@link TemplateException} then, with file and line. What was built cannot fail for lack of a
 * value. Values are escaped in html, and only there; templates can call no methods. What an {@code
 * href} or {@code src} begins with must be a {@code URI}, as only that is known to be no script.
 *
 * <pre>{@code
 * record Welcome(String name, Optional<String> coach, URI start) {}
 *
 * class Mails {
 *   final EmailTemplates templates =
 *       EmailTemplates.builder()
 *           .template("welcome", Welcome.class)
 *           .locales(Locale.ENGLISH, Locale.GERMAN)
 *           .files(name -> Mails.class.getResourceAsStream("/mail/" + name))
 *           .build();
 *
 *   Email welcome(EmailAddress from, EmailAddress to, Welcome model) {
 *     return templates.render(model, Locale.GERMAN).from(from).to(to).build();
 *   }
 * }
 * }</pre>
 *
 * <p>A template has the files {@code welcome.subject.mustache}, {@code welcome.txt.mustache} and
 * {@code welcome.html.mustache}. Those of the first locale are in the root, those of each other in
 * a folder named like its language tag: {@code de/welcome.txt.mustache}. A locale uses its own
 * file, or that of a shorter tag ({@code de} for {@code de-AT}). A partial {@code {{>footer}}} is
 * the file {@code footer.mustache}, a layout {@code {{<layout.html}}} the file {@code
 * layout.html.mustache} whose blocks {@code {{$title}}…{{/title}}} the template fills; if no
 * language has a translation of it, the one in the root is for all. A file that you do not have is
 * looked for among those of this library, such as its layout.
 *
 * <p>Components of a record may be {@code String}, numbers, {@code boolean}, enums, {@code URI}
 * (https, or mailto), {@code Duration}, other records, and {@code Optional} and {@code List} of
 * these. What is optional can be shown within its own section only: {@code
 * {{#coach}}{{coach}}{{/coach}}}. An enum shows the constant's name and has a section for each
 * constant, {@code {{#plan.TRIAL}}}; a duration shows words, which {@code duration.mustache} knows
 * in each language. {@code {{lang}}} and {@code {{dir}}} are the locale's tag and direction. In a
 * named module a record must be public in an exported package, or its package be open to {@code
 * com.healthmetrics.aws}.
 *
 * <p>Immutable and safe for use by several threads; build it once, at start-up.
 */
public final class EmailTemplates {
  /** The languages that this library's own files are in, English in the root. */
  private static final List<Locale> STOCK = List.of(Locale.ENGLISH, Locale.GERMAN);

  private final Locale defaultLocale;
  private final Map<String, Template> byName;
  private final Map<String, Locale> locales;

  private EmailTemplates(
      Locale defaultLocale, Map<String, Template> byName, Map<String, Locale> locales) {
    this.defaultLocale = defaultLocale;
    this.byName = byName;
    this.locales = locales;
  }

  /** One kind of mail, in each locale. */
  private record Template(
      Class<? extends Record> model,
      Optional<? extends Record> sample,
      Map<Locale, MailTemplate> translations) {}

  /**
   * A builder that needs templates and locales.
   *
   * @return a new builder
   */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Writes a mail in the first locale.
   *
   * @param model a record of one of the templates' types
   * @return a mail that still lacks sender and recipient
   * @throws NullPointerException if {@code model} or one of its components is null
   * @throws IllegalArgumentException if there is no template for it, or if a component has a value
   *     that mails cannot carry, such as a plain http link; the value is not repeated
   */
  public Email.Builder render(Record model) {
    return render(model, defaultLocale);
  }

  /**
   * Writes a mail.
   *
   * @param model a record of one of the templates' types
   * @param locale what the recipient reads; a locale that is not among {@link #locales} falls back
   *     from {@code de-AT} to {@code de} to the first
   * @return a mail that still lacks sender and recipient
   * @throws NullPointerException if an argument or one of the model's components is null
   * @throws IllegalArgumentException if there is no template for the model, or if a component has a
   *     value that mails cannot carry, such as a plain http link; the value is not repeated
   */
  public Email.Builder render(Record model, Locale locale) {
    Template template =
        byName.values().stream()
            .filter(candidate -> candidate.model() == model.getClass())
            .findFirst()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "There is no template for a "
                            + model.getClass().getSimpleName()
                            + "; there are "
                            + names()
                            + "."));
    return email(translation(template, locale).render(model));
  }

  /**
   * Writes a mail with made-up values, to look at.
   *
   * @param name of the template
   * @param locale as for {@link #render(Record, Locale)}
   * @return a mail that still lacks sender and recipient
   * @throws NullPointerException if an argument is null
   * @throws IllegalArgumentException if there is no such template
   */
  public Email.Builder sample(String name, Locale locale) {
    Template template = byName.get(Objects.requireNonNull(name, "name"));
    if (template == null) {
      throw new IllegalArgumentException(
          "There is no template of this name; there are " + names() + ".");
    }
    MailTemplate translation = translation(template, locale);
    return email(template.sample().map(translation::render).orElseGet(translation::sample));
  }

  private MailTemplate translation(Template template, Locale locale) {
    Locale spoken =
        Languages.fallbacks(locale).stream()
            .filter(locales::containsKey)
            .findFirst()
            .map(locales::get)
            .orElse(defaultLocale);
    return Objects.requireNonNull(template.translations().get(spoken));
  }

  private static Email.Builder email(MailTemplate.Parts parts) {
    return Email.builder().subject(parts.subject()).text(parts.text()).html(parts.html());
  }

  /**
   * The templates there are.
   *
   * @return their names, in the order in which they were given; unmodifiable
   */
  public List<String> names() {
    return List.copyOf(byName.keySet());
  }

  /**
   * The locales there are.
   *
   * @return the locales, the default first; unmodifiable
   */
  public List<Locale> locales() {
    return List.copyOf(locales.values());
  }

  /** What there is. */
  @Override
  public String toString() {
    return "EmailTemplates" + names() + locales();
  }

  /**
   * Templates that cannot become mails; everything that is wrong with them is named at once.
   *
   * <p>Safe for use by several threads.
   */
  public static final class TemplateException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** One sentence or two for each problem. */
    private final String[] problems;

    TemplateException(List<String> problems) {
      super("The mail templates need attention:\n  - " + String.join("\n  - ", problems));
      this.problems = problems.toArray(String[]::new);
    }

    /**
     * What is wrong.
     *
     * @return one entry for each problem, beginning with {@code file:line} where it has one;
     *     unmodifiable
     */
    public List<String> problems() {
      return List.of(problems);
    }
  }

  /** Collects templates and locales; mutable, for one thread. */
  public static final class Builder {
    private static final Pattern NAME = Pattern.compile("[a-z0-9]+(-[a-z0-9]+)*");

    private final Map<String, Class<? extends Record>> models = new LinkedHashMap<>();
    private final Map<String, Record> samples = new LinkedHashMap<>();
    private final Map<String, Locale> locales = new LinkedHashMap<>();
    private Function<String, @Nullable InputStream> files = name -> null;
    private boolean secretLinks;

    private Builder() {}

    /**
     * Adds a template.
     *
     * @param name what its files are named after: lower-case letters, digits and single hyphens
     * @param model the record that it is filled from, which no other template has
     * @return this builder
     * @throws NullPointerException if an argument is null
     * @throws IllegalArgumentException if the name has another form, or if name or record belongs
     *     to another template
     */
    public Builder template(String name, Class<? extends Record> model) {
      if (!NAME.matcher(name).matches()) {
        throw new IllegalArgumentException(
            "A template's name has lower-case letters, digits and single hyphens, such as"
                + " weekly-report.");
      }
      Objects.requireNonNull(model, "model");
      if (models.containsKey(name) || models.containsValue(model)) {
        throw new IllegalArgumentException(
            "The template " + name + " or its record is given twice; each has one of the other.");
      }
      models.put(name, model);
      return this;
    }

    /**
     * Adds a template, and a model for {@link EmailTemplates#sample} to show; without one it makes
     * values up.
     *
     * @param name as for {@link #template(String, Class)}
     * @param model the record that it is filled from, which no other template has
     * @param sample a record with values that show the mail well
     * @param <R> the record
     * @return this builder
     * @throws NullPointerException if an argument is null
     * @throws IllegalArgumentException as for {@link #template(String, Class)}
     */
    public <R extends Record> Builder template(String name, Class<R> model, R sample) {
      Objects.requireNonNull(sample, "sample");
      return template(name, model).sample(name, sample);
    }

    Builder sample(String name, Record sample) {
      samples.put(name, sample);
      return this;
    }

    /** The models' links hold a secret, so no file may let SES track them. */
    Builder secretLinks() {
      secretLinks = true;
      return this;
    }

    /**
     * Sets the locales.
     *
     * @param first the one whose files are in the root, and which all others fall back to
     * @param others each with files of its own
     * @return this builder
     * @throws NullPointerException if an argument is null
     * @throws IllegalArgumentException if one has no language or is given twice
     */
    public Builder locales(Locale first, Locale... others) {
      locales.clear();
      addLocale(first);
      for (Locale locale : others) {
        addLocale(locale);
      }
      return this;
    }

    private void addLocale(Locale locale) {
      if (locale.getLanguage().isEmpty()
          || locales.putIfAbsent(locale.toLanguageTag(), locale) != null) {
        throw new IllegalArgumentException(
            "The locale "
                + locale.toLanguageTag()
                + " has no language or is given twice; give each language once.");
      }
    }

    /**
     * Sets where your files are. Only your own module can read its resources, so it is you who
     * opens them: {@code name -> MyApp.class.getResourceAsStream("/mail/" + name)}.
     *
     * @param files opens a file such as {@code de/welcome.txt.mustache}, or answers null when there
     *     is none; called while templates are built, and the stream is closed then
     * @return this builder
     * @throws NullPointerException if {@code files} is null
     */
    public Builder files(Function<String, @Nullable InputStream> files) {
      this.files = Objects.requireNonNull(files, "files");
      return this;
    }

    /**
     * Reads and checks all templates.
     *
     * @return the templates
     * @throws IllegalStateException if no template or no locale was given
     * @throws TemplateException if a file or a record is not right; everything that is wrong is
     *     named, with file and line
     * @throws java.io.UncheckedIOException if a file cannot be read
     */
    public EmailTemplates build() {
      Required.of("The set of templates")
          .condition("template", !models.isEmpty())
          .condition("locales", !locales.isEmpty())
          .check();
      Locale defaultLocale = locales.values().iterator().next();
      TemplateFiles sources =
          new TemplateFiles(
              List.of(
                  new TemplateSource(files, defaultLocale, List.copyOf(locales.values())),
                  new TemplateSource(
                      EmailTemplates.class::getResourceAsStream, Locale.ENGLISH, STOCK)));
      Problems problems = new Problems();
      Map<String, Template> byName = new LinkedHashMap<>();
      models.forEach((name, model) -> byName.put(name, template(name, model, sources, problems)));
      if (!problems.isEmpty()) {
        throw new TemplateException(problems.list());
      }
      return new EmailTemplates(defaultLocale, byName, new LinkedHashMap<>(locales));
    }

    private Template template(
        String name, Class<? extends Record> model, TemplateFiles sources, Problems problems) {
      Map<Locale, MailTemplate> translations = new LinkedHashMap<>();
      Optional<Record> sample = Optional.ofNullable(samples.get(name));
      for (Locale locale : locales.values()) {
        MailTemplate.load(name, model, sources, locale, problems)
            .ifPresent(
                translation -> {
                  translations.put(locale, translation);
                  if (secretLinks) {
                    translation.checkUntracked(problems);
                  }
                  tryOut(name, locale, translation, sample, problems);
                });
      }
      return new Template(model, sample, translations);
    }

    /** A control character in a file, or a sample's link to nowhere, is for a mail to refuse. */
    private static void tryOut(
        String name,
        Locale locale,
        MailTemplate translation,
        Optional<Record> sample,
        Problems problems) {
      try {
        email(translation.sample());
        sample.ifPresent(model -> email(translation.render(model)));
      } catch (IllegalArgumentException e) {
        problems.add(name + " in " + locale.toLanguageTag() + ": " + e.getMessage());
      }
    }
  }
}
