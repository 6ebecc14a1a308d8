package com.healthmetrics.aws.internal.template;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Files of templates in several locales: those of one locale in the root, those of each other in a
 * folder named like its language tag.
 */
public final class TemplateSource {
  private final Function<String, @Nullable InputStream> open;
  private final String rootTag;
  private final List<Locale> locales;
  private final Map<String, Optional<TemplateFile>> read = new HashMap<>();

  /**
   * A source.
   *
   * @param open opens a path such as {@code de/welcome.txt.mustache}, or answers null
   * @param root whose files are in the root
   * @param locales all that may have files here
   */
  public TemplateSource(
      Function<String, @Nullable InputStream> open, Locale root, List<Locale> locales) {
    this.open = open;
    this.rootTag = root.toLanguageTag();
    this.locales = List.copyOf(locales);
  }

  /** The path of one language's version of a file. */
  String path(String name, String tag) {
    return tag.equals(rootTag) ? name : tag + "/" + name;
  }

  Optional<TemplateFile> file(String path) {
    Optional<TemplateFile> known = read.get(path);
    if (known == null) {
      known = read(path);
      read.put(path, known);
    }
    return known;
  }

  /** Whether a language other than the root's has a version of its own. */
  boolean hasTranslation(String name) {
    return locales.stream()
        .flatMap(locale -> Languages.fallbacks(locale).stream())
        .filter(tag -> !tag.equals(rootTag))
        .anyMatch(tag -> file(path(name, tag)).isPresent());
  }

  private Optional<TemplateFile> read(String path) {
    try (InputStream in = open.apply(path)) {
      return in == null
          ? Optional.empty()
          : Optional.of(
              new TemplateFile(path, new String(in.readAllBytes(), StandardCharsets.UTF_8)));
    } catch (IOException e) {
      throw new UncheckedIOException("The mail template " + path + " cannot be read.", e);
    }
  }
}
