package com.healthmetrics.aws.internal.template;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * A span of time in a locale's words, from its file {@code duration.mustache}: 24 hours, 2 days, 90
 * minutes. Always one unit, the largest that says it exactly, days from two on.
 */
final class DurationWords {
  private static final String FILE = "duration.mustache";
  private static final Duration TWO_DAYS = Duration.ofDays(2);
  private static final List<Duration> SAMPLES =
      List.of(
          Duration.ofDays(2),
          Duration.ofHours(1),
          Duration.ofHours(2),
          Duration.ofMinutes(1),
          Duration.ofMinutes(2),
          Duration.ofSeconds(1),
          Duration.ofSeconds(2));

  /** What the file is filled from: one of the units is there. */
  private record Span(
      Optional<Unit> days, Optional<Unit> hours, Optional<Unit> minutes, Optional<Unit> seconds) {}

  /** How many of a unit, and whether it is one alone. */
  private record Unit(long count, boolean one) {}

  private DurationWords() {}

  /** The words of a locale, tried with each unit; empty when a problem was found. */
  static Optional<Function<Duration, String>> of(
      TemplateFiles files, Locale locale, Problems problems) {
    Optional<LinkedFile> file = new TemplateLinker(files, locale, problems).link(FILE);
    if (file.isEmpty()) {
      return Optional.empty();
    }
    Problems own = new Problems();
    Shape.Fields shape = Shapes.of(Span.class, own);
    TemplateCheck.check(file.get().nodes(), List.of(shape), own);
    Language numbers = new Language(locale, Duration::toString);
    Function<Duration, String> words =
        duration -> render(file.get().nodes(), shape.valueOf(span(duration), FILE, numbers));
    if (own.isEmpty()) {
      requireEachUnit(file.get(), words, own);
    }
    own.list().forEach(problems::add);
    return own.isEmpty() ? Optional.of(words) : Optional.empty();
  }

  private static void requireEachUnit(
      LinkedFile file, Function<Duration, String> words, Problems problems) {
    for (Duration sample : SAMPLES) {
      if (words.apply(sample).isEmpty()) {
        problems.add(
            file.beginning(),
            "This says nothing for "
                + sample
                + "; give it the sections days, hours, minutes and seconds.");
      }
    }
  }

  private static String render(List<TemplateNode> nodes, Object span) {
    return TemplateRenderer.render(nodes, List.of(span), UnaryOperator.identity()).text().strip();
  }

  /** Parts of a second are cut, as a link must not claim to be valid for longer than it is. */
  private static Span span(Duration duration) {
    Optional<Unit> none = Optional.empty();
    if (duration.toSecondsPart() != 0) {
      return new Span(none, none, none, unit(duration.toSeconds()));
    }
    if (duration.toMinutesPart() != 0) {
      return new Span(none, none, unit(duration.toMinutes()), none);
    }
    if (duration.toHoursPart() != 0 || duration.compareTo(TWO_DAYS) < 0) {
      return new Span(none, unit(duration.toHours()), none, none);
    }
    return new Span(unit(duration.toDays()), none, none, none);
  }

  private static Optional<Unit> unit(long count) {
    return Optional.of(new Unit(count, count == 1));
  }
}
