package com.healthmetrics.aws.mail;

import com.healthmetrics.aws.internal.Checks;
import com.healthmetrics.aws.internal.Required;
import com.healthmetrics.aws.internal.template.LocaleMatch;
import com.healthmetrics.aws.internal.template.TemplateFiles;
import com.healthmetrics.aws.internal.template.Translation;
import java.io.InputStream;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Email templates: Mustache files in several languages, filled from your own records.
 *
 * <p>Guarantees:
 *
 * <ul>
 *   <li>{@link Builder#build()} reads and checks every file in every locale, with everything that
 *       may be absent present and absent. An unknown variable, an unclosed tag, a missing
 *       translation or an HTML link that the text part lacks is a {@link TemplateException} with
 *       file and line. Rendering never fails for a missing variable.
 *   <li>No value leaves its place in the HTML. Values are allowed in text and in quoted attribute
 *       values, escaped; in path, query and fragment of a URL, percent-encoded; and a {@code URI}
 *       as the start of a URL. Anywhere else ({@code style}, {@code srcset}, event handlers,
 *       attributes without quotes, tags, comments, scripts, style sheets) they are refused, too.
 *       The URLs of the text part are treated as those in attributes; a URL that is written out in
 *       the HTML's text is text.
 *   <li>A {@code String} is a name and no message: one line of at most 1,000 characters, without
 *       links and without what mail clients make a link, unless its component is a {@link Message}.
 *       A value that is only an email address is allowed. Each value is checked alone: separate two
 *       values, and a value and a dot, by a space, so that together they are no host name.
 *   <li>Templates cannot call methods.
 * </ul>
 *
 * <pre>{@code
 * record Welcome(String name, Optional<String> coach, URI start) {}
 *
 * class WelcomeEmails {
 *   final EmailTemplates templates =
 *       EmailTemplates.builder()
 *           .template("welcome", Welcome.class)
 *           .locales(Locale.ENGLISH, Locale.GERMAN)
 *           .files(name -> WelcomeEmails.class.getResourceAsStream("/email/" + name))
 *           .build();
 *
 *   Email welcome(EmailAddress from, EmailAddress to, Welcome model) {
 *     return templates.render(model, Locale.GERMAN).from(from).to(to).build();
 *   }
 * }
 * }</pre>
 *
 * <p>Files: the template {@code welcome} consists of {@code welcome.subject.mustache}, {@code
 * welcome.txt.mustache} and {@code welcome.html.mustache}. The first locale's files are in the
 * root, each other locale's in a folder named by its language tag: {@code de/welcome.txt.mustache}.
 * A locale uses its own file or that of a shorter tag in the same script ({@code de} for {@code
 * de-AT}, not {@code zh} for {@code zh-TW}). The partial {@code {{>footer}}} is the file {@code
 * footer.mustache}. The layout {@code {{<layout.html}}} is the file {@code layout.html.mustache},
 * whose blocks {@code {{$title}}…{{/title}}} the template fills. Partials and layouts without any
 * translation are shared by all locales. Files that you do not provide, such as the layout, come
 * from this library.
 *
 * <p>A recipient whose locale you have gets that one; another gets one of the same language, if
 * possible in the same script ({@code zh-TW} for {@code zh-HK} rather than {@code zh}), of the same
 * part of the world ({@code pt-PT} for {@code pt-AO}, {@code es-419} for {@code es-MX}), of the
 * same region or of none, in this order; all others get the first locale. Source: Unicode CLDR,
 * "Likely Subtags" and "Language Matching".
 *
 * <p>Component types: {@code String}, numbers, {@code boolean}, enums, {@code URI} (https, http on
 * this machine, or mailto), {@code Duration} (1 second or more), other records, and {@code
 * Optional} and {@code List} of these. An optional value can be used only inside its own section:
 * {@code {{#coach}}{{coach}}{{/coach}}}. An enum renders as its constant's name and has a section
 * per constant: {@code {{#plan.TRIAL}}}. A duration renders in words, from the locale's {@code
 * duration.mustache}, which is given one unit at a time. {@code {{lang}}} and {@code {{dir}}} are
 * the locale's tag and the direction of its script. In a named module, a record must be public in
 * an exported package, or its package must be open to {@code com.healthmetrics.aws}.
 *
 * <p>Immutable and thread-safe. Build it once, at start-up.
 */
public final class EmailTemplates {
  /** The locales of this library's own files, the one in the root first. */
  private static final List<Locale> STOCK = List.of(Locale.ENGLISH, Locale.GERMAN);

  /** What this library's own files are read as. */
  private record StockFile(String name, Locale locale, boolean cleartextLinks) {}

  /**
   * This library's own files never change, so they are read and checked once for each record type,
   * which is not kept from being unloaded.
   */
  private static final ClassValue<Map<StockFile, Translation>> STOCK_TRANSLATIONS =
      new ClassValue<>() {
        @Override
        protected Map<StockFile, Translation> computeValue(Class<?> model) {
          return new ConcurrentHashMap<>();
        }
      };

  private final Locale defaultLocale;
  private final Map<String, Template> byName;
  private final Map<String, Locale> locales;

  private EmailTemplates(
      Locale defaultLocale, Map<String, Template> byName, Map<String, Locale> locales) {
    this.defaultLocale = defaultLocale;
    this.byName = byName;
    this.locales = locales;
  }

  private record Template(
      Class<? extends Record> model,
      Optional<? extends Record> sample,
      Map<Locale, Translation> translations) {}

  /** {@return a new builder; a template and the locales are required} */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Renders an email in the first locale.
   *
   * @param model a record of one of the templates' types
   * @return an email without sender and recipients
   * @throws NullPointerException if {@code model} or one of its components is null
   * @throws IllegalArgumentException if no template has this type, or if a component has a value
   *     that an email cannot carry, such as a plain http link or a name with a link in it; the
   *     message omits the value
   */
  public Email.Builder render(Record model) {
    return render(model, defaultLocale);
  }

  /**
   * Renders an email.
   *
   * @param model a record of one of the templates' types
   * @param locale the recipient's locale; of one that is not among {@link #locales}, the nearest is
   *     used
   * @return an email without sender and recipients
   * @throws IllegalArgumentException if no template has the model's type, or if a component has a
   *     value that an email cannot carry, such as a plain http link or a name with a link in it;
   *     the message omits the value
   */
  public Email.Builder render(Record model, Locale locale) {
    for (Template template : byName.values()) {
      if (template.model() == model.getClass()) {
        return email(translation(template, locale).render(model));
      }
    }
    throw Invalid.argument(
        "No template for the record %s. Known templates: %s.",
        model.getClass().getSimpleName(), names());
  }

  /**
   * Renders a preview: the template's sample model, or generated values if it has none.
   *
   * @param name the template's name
   * @param locale as for {@link #render(Record, Locale)}
   * @return an email without sender and recipients
   * @throws IllegalArgumentException if no template has this name
   */
  public Email.Builder sample(String name, Locale locale) {
    Template template = byName.get(Objects.requireNonNull(name, "name"));
    if (template == null) {
      throw Invalid.argument("Unknown template name. Known templates: %s.", names());
    }
    Translation translation = translation(template, locale);
    return email(template.sample().map(translation::render).orElseGet(translation::sample));
  }

  private Translation translation(Template template, Locale locale) {
    Translation own = template.translations().get(locale);
    if (own != null) {
      return own;
    }
    Locale nearest = LocaleMatch.nearest(locale, locales.values()).orElse(defaultLocale);
    return Objects.requireNonNull(template.translations().get(nearest));
  }

  private static Email.Builder email(Translation.Parts parts) {
    return Email.builder()
        .subject(parts.subject())
        .checkedText(parts.text())
        .checkedHtml(parts.html());
  }

  /** {@return the names of the templates, in the order in which they were added; unmodifiable} */
  public List<String> names() {
    return List.copyOf(byName.keySet());
  }

  /** {@return the locales, the default first; unmodifiable} */
  public List<Locale> locales() {
    return List.copyOf(locales.values());
  }

  /** {@return the names and locales} */
  @Override
  public String toString() {
    return "EmailTemplates" + names() + locales();
  }

  /**
   * Marks a {@code String} component, or an {@code Optional} or {@code List} of strings, as a
   * message: it may have several lines and contain links.
   *
   * <p>Mail clients make links of web addresses in any text, so do not put this on what users
   * choose without you, such as a name: your email would carry their words and links.
   */
  @Documented
  @Retention(RetentionPolicy.RUNTIME)
  @Target(ElementType.RECORD_COMPONENT)
  public @interface Message {}

  /** Reports every problem that was found in the templates and their records. Thread-safe. */
  public static final class TemplateException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** One entry for each problem. */
    private final String[] problems;

    TemplateException(List<String> problems) {
      super("Invalid email templates:\n  - " + String.join("\n  - ", problems));
      this.problems = problems.toArray(String[]::new);
    }

    /** {@return the problems, each starting with {@code file:line} if it has one; unmodifiable} */
    public List<String> problems() {
      return List.of(problems);
    }
  }

  /** Builder for {@link EmailTemplates}. Not thread-safe. */
  public static final class Builder {
    private static final int MAX_NAME = 64;
    private static final Pattern NAME = Pattern.compile("[a-z0-9]+(-[a-z0-9]+)*");

    // Compared by identity.
    @SuppressWarnings("UnnecessaryLambda")
    private static final Function<String, @Nullable InputStream> NO_FILES = name -> null;

    private final Map<String, Class<? extends Record>> models = new LinkedHashMap<>();
    private final Map<String, Record> samples = new LinkedHashMap<>();
    private final Map<String, Locale> locales = new LinkedHashMap<>();
    private Function<String, @Nullable InputStream> files = NO_FILES;
    private @Nullable String secretLinks;
    private boolean allowCleartextHttp;

    private Builder() {}

    /**
     * Adds a template.
     *
     * @param name the base name of its files: at most 64 lower-case letters, digits and single
     *     hyphens
     * @param model the record type that fills it; each template has its own
     * @return this builder
     * @throws IllegalArgumentException if the name has another form, or if the name or the record
     *     type belongs to another template
     */
    public Builder template(String name, Class<? extends Record> model) {
      if (name.length() > MAX_NAME || !NAME.matcher(name).matches()) {
        throw Invalid.argument(
            "%s is not a valid template name. Use at most %s lower-case letters, digits and single"
                + " hyphens, such as weekly-report.",
            Checks.quote(name), MAX_NAME);
      }
      Objects.requireNonNull(model, "model");
      if (models.containsKey(name) || models.containsValue(model)) {
        throw Invalid.argument(
            "The template %s or its record type was already added. Use one record type per"
                + " template.",
            name);
      }
      models.put(name, model);
      return this;
    }

    /**
     * Adds a template with a sample model for {@link EmailTemplates#sample}.
     *
     * @param name as for {@link #template(String, Class)}
     * @param model as for {@link #template(String, Class)}
     * @param sample a model with realistic values
     * @param <R> the record type
     * @return this builder
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

    /**
     * Allows links that are plain http on any host, for emulators and phones on a development
     * network: anyone on the network can read what they hold. Default: only on this machine.
     *
     * @return this builder
     */
    public Builder allowCleartextHttp() {
      allowCleartextHttp = true;
      return this;
    }

    /** Refuses files that let SES track the links of this component, which contain a secret. */
    Builder secretLinks(String component) {
      secretLinks = component;
      return this;
    }

    /**
     * Sets the locales.
     *
     * @param first the locale whose files are in the root, and the fallback for unknown locales
     * @param others locales with files of their own
     * @return this builder
     * @throws IllegalArgumentException if a locale has no language or is listed twice
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
        throw Invalid.argument(
            "The locale %s has no language or is listed twice. List each locale once.",
            locale.toLanguageTag());
      }
    }

    /**
     * Sets the source of your files, such as {@code name ->
     * MyApp.class.getResourceAsStream("/email/" + name)}; only your own module can open its
     * resources. Default: this library's files only.
     *
     * @param files opens a file such as {@code de/welcome.txt.mustache}, or returns null if there
     *     is none; called only during {@link #build()}, which closes the streams
     * @return this builder
     */
    public Builder files(Function<String, @Nullable InputStream> files) {
      this.files = Objects.requireNonNull(files, "files");
      return this;
    }

    /**
     * Builds the templates: reads and checks all files.
     *
     * @return the templates
     * @throws IllegalStateException if no template is added or no locales are set
     * @throws TemplateException if a file or a record type is invalid; reports every problem, with
     *     file and line
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
              new TemplateFiles.Source(files, List.copyOf(locales.values())),
              new TemplateFiles.Source(EmailTemplates.class::getResourceAsStream, STOCK));
      Set<String> problems = new LinkedHashSet<>();
      Map<String, Template> byName = new LinkedHashMap<>();
      models.forEach((name, model) -> byName.put(name, template(name, model, sources, problems)));
      if (!problems.isEmpty()) {
        throw new TemplateException(List.copyOf(problems));
      }
      return new EmailTemplates(defaultLocale, byName, new LinkedHashMap<>(locales));
    }

    private Template template(
        String name, Class<? extends Record> model, TemplateFiles sources, Set<String> problems) {
      Map<Locale, Translation> translations = new LinkedHashMap<>();
      Optional<Record> sample = Optional.ofNullable(samples.get(name));
      for (Locale locale : locales.values()) {
        translation(name, model, sources, locale, problems)
            .ifPresent(
                translation -> {
                  translations.put(locale, translation);
                  if (secretLinks != null) {
                    translation.checkUntracked(secretLinks, problems);
                  }
                  checkEmail(name, locale, translation, sample, problems);
                });
      }
      return new Template(model, sample, translations);
    }

    private Optional<Translation> translation(
        String name,
        Class<? extends Record> model,
        TemplateFiles sources,
        Locale locale,
        Set<String> problems) {
      Map<StockFile, Translation> checked =
          NO_FILES.equals(files) ? STOCK_TRANSLATIONS.get(model) : new HashMap<>();
      StockFile stock = new StockFile(name, locale, allowCleartextHttp);
      Optional<Translation> known = Optional.ofNullable(checked.get(stock));
      return known.or(
          () -> {
            Optional<Translation> loaded =
                Translation.load(
                    name,
                    model,
                    allowCleartextHttp,
                    component -> component.isAnnotationPresent(Message.class),
                    sources,
                    locale,
                    problems);
            loaded.ifPresent(translation -> checked.put(stock, translation));
            return loaded;
          });
    }

    /** Finds what only rendering refuses, such as a sample's invalid link. */
    private static void checkEmail(
        String name,
        Locale locale,
        Translation translation,
        Optional<Record> sample,
        Set<String> problems) {
      try {
        email(translation.sample());
        sample.ifPresent(model -> email(translation.render(model)));
      } catch (IllegalArgumentException e) {
        problems.add(name + " in " + locale.toLanguageTag() + ": " + e.getMessage());
      }
    }
  }
}
