package com.healthmetrics.aws.internal.template;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Finds the template files of a locale in several sources; for each file, the first source that has
 * it wins.
 *
 * <p>A file is either shared by all languages, like a layout, or translated. A file that only some
 * languages have is an error for the others, because their emails would mix languages.
 */
public final class TemplateFiles {
  /** In characters; an email with more HTML than that is not shown. */
  static final int MAX_LENGTH = 256 * 1024;

  private final List<Source> sources;

  /** Files of these sources, in order of precedence. */
  public TemplateFiles(Source... sources) {
    this.sources = List.of(sources);
  }

  /** A file's path in its source, and its text. */
  record File(String path, String text) {}

  /** Files of several locales: the first in the root, each other in a folder named by its tag. */
  public static final class Source {
    private final Function<String, @Nullable InputStream> open;
    private final List<Locale> locales;
    private final Map<String, Optional<File>> read = new HashMap<>();

    /**
     * A source.
     *
     * @param open opens a path such as {@code de/welcome.txt.mustache}, or returns null
     * @param locales all that may have files here, the one in the root first
     */
    public Source(Function<String, @Nullable InputStream> open, List<Locale> locales) {
      this.open = open;
      this.locales = List.copyOf(locales);
    }

    private String path(String name, String tag) {
      return isRoot(tag) ? name : tag + "/" + name;
    }

    private boolean isRoot(String tag) {
      return tag.equals(locales.get(0).toLanguageTag());
    }

    private Optional<File> file(String path) {
      return read.computeIfAbsent(path, this::read);
    }

    private boolean hasTranslation(String name) {
      return locales.stream()
          .flatMap(locale -> fallbacks(locale).stream())
          .anyMatch(tag -> !isRoot(tag) && file(path(name, tag)).isPresent());
    }

    private Optional<File> read(String path) {
      try (InputStream in = open.apply(path)) {
        if (in == null) {
          return Optional.empty();
        }
        // A character has at most 3 bytes, so what is cut off here is too long.
        byte[] bytes = in.readNBytes(3 * (MAX_LENGTH + 1));
        String text = new String(bytes, StandardCharsets.UTF_8);
        // Some editors begin a file with a byte-order mark, which would be the email's first
        // letter.
        return Optional.of(new File(path, text.startsWith("\uFEFF") ? text.substring(1) : text));
      } catch (IOException e) {
        throw new UncheckedIOException("Cannot read the email template " + path + ".", e);
      }
    }
  }

  /**
   * A locale's tag and its shorter forms, the longest first: de-AT, de. Without those in another
   * script, which its readers may not be able to read: zh-TW, but not zh.
   */
  private static List<String> fallbacks(Locale locale) {
    String script = LikelySubtags.of(locale).script();
    List<String> tags = new ArrayList<>();
    String tag = locale.toLanguageTag();
    while (!tag.isEmpty()) {
      if (LikelySubtags.of(Locale.forLanguageTag(tag)).script().equals(script)) {
        tags.add(tag);
      }
      tag = tag.substring(0, Math.max(0, tag.lastIndexOf('-')));
    }
    return tags;
  }

  /** The locale's own version of a file. */
  Optional<File> translated(String name, Locale locale) {
    return fallbacks(locale).stream()
        .flatMap(
            tag -> sources.stream().flatMap(source -> source.file(source.path(name, tag)).stream()))
        .findFirst();
  }

  /** The file in the root, which all languages share unless it is translated. */
  Optional<File> shared(String name) {
    return sources.stream().flatMap(source -> source.file(name).stream()).findFirst();
  }

  /** Whether a language outside the root has a version of its own, so that each needs one. */
  boolean isTranslated(String name) {
    return sources.stream().anyMatch(source -> source.hasTranslation(name));
  }

  /** The paths at which a locale's own version may be, for messages. */
  String paths(String name, Locale locale) {
    return fallbacks(locale).stream()
        .flatMap(tag -> sources.stream().map(source -> source.path(name, tag)))
        .distinct()
        .collect(Collectors.joining(" or "));
  }
}
