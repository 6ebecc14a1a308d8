package com.healthmetrics.aws.internal.template;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Finds a file for a locale in several sources, of which the first wins.
 *
 * <p>A file is either for all languages, like a layout, or each language has its own: where one has
 * a translation and another has none, the other's mails would mix languages, so that is a failure.
 */
public final class TemplateFiles {
  private final List<TemplateSource> sources;

  /** Files of these sources, the first of which wins file by file. */
  public TemplateFiles(List<TemplateSource> sources) {
    this.sources = List.copyOf(sources);
  }

  /** A file in the locale's own language. */
  Optional<TemplateFile> own(String name, Locale locale) {
    return paths(name, locale).stream()
        .flatMap(path -> sources.get(path.source()).file(path.path()).stream())
        .findFirst();
  }

  /** A file in the root, which may be for all languages. */
  Optional<TemplateFile> inRoot(String name) {
    return sources.stream().flatMap(source -> source.file(name).stream()).findFirst();
  }

  /** Whether each language needs a version of its own, because one has it. */
  boolean isTranslated(String name) {
    return sources.stream().anyMatch(source -> source.hasTranslation(name));
  }

  /** Where a locale's own version is looked for, for a message. */
  String places(String name, Locale locale) {
    return String.join(" or ", paths(name, locale).stream().map(Path::path).distinct().toList());
  }

  private List<Path> paths(String name, Locale locale) {
    List<Path> paths = new ArrayList<>();
    for (String tag : Languages.fallbacks(locale)) {
      for (int source = 0; source < sources.size(); source++) {
        paths.add(new Path(source, sources.get(source).path(name, tag)));
      }
    }
    return paths;
  }

  private record Path(int source, String path) {}
}
