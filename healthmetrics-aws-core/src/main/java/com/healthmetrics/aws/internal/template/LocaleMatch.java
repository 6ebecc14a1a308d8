package com.healthmetrics.aws.internal.template;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Finds the translation that a reader understands best. */
public final class LocaleMatch {
  /** International English, the Spanish of Latin America, European Portuguese. */
  private static final Set<String> STAND_FOR_THEIR_GROUP = Set.of("GB", "419", "PT");

  private LocaleMatch() {}

  /**
   * Finds the nearest of several locales: the same one; or else one of the same language, if there
   * is one in the same script, of the same group of regions (as {@code pt-PT} for {@code pt-AO},
   * and {@code es-419} for {@code es-MX}), of the same region, without a region, and the first. The
   * earlier criteria decide.
   *
   * @param available in order of preference
   * @return one of them, or empty if none has the language
   */
  public static Optional<Locale> nearest(Locale requested, Collection<Locale> available) {
    LikelySubtags reader = LikelySubtags.of(requested);
    // Of equal ones, min returns the first.
    return available.stream()
        .filter(locale -> LikelySubtags.of(locale).sharesLanguageWith(reader))
        .min(distanceFrom(requested, reader));
  }

  private static Comparator<Locale> distanceFrom(Locale requested, LikelySubtags reader) {
    return Comparator.comparing((Locale locale) -> !locale.equals(requested))
        .thenComparing(locale -> !LikelySubtags.of(locale).script().equals(reader.script()))
        .thenComparing(locale -> !LikelySubtags.of(locale).language().equals(reader.language()))
        .thenComparing(locale -> !LikelySubtags.of(locale).sharesGroupWith(reader))
        .thenComparing(locale -> !LikelySubtags.of(locale).region().equals(reader.region()))
        .thenComparing(locale -> !locale.getCountry().equals(requested.getCountry()))
        .thenComparing(locale -> !locale.getCountry().isEmpty())
        .thenComparing(locale -> !STAND_FOR_THEIR_GROUP.contains(locale.getCountry()));
  }
}
