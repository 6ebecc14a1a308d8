package com.healthmetrics.aws.internal.template;

import com.healthmetrics.aws.internal.template.TemplateLinker.Linked;
import java.math.BigDecimal;
import java.text.DecimalFormatSymbols;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * How a locale writes numbers and durations.
 *
 * <p>The words for durations are in the locale's file {@code duration.mustache}: 24 hours, 2 days,
 * 90 minutes. A duration has always one unit, the largest that is exact; days begin at two.
 */
record Language(Locale locale, Function<Duration, String> durations) {
  private static final String FILE = "duration.mustache";
  private static final Duration TWO_DAYS = Duration.ofDays(2);
  private static final List<Duration> SAMPLES =
      Stream.of("P2D", "PT1H", "PT2H", "PT1M", "PT2M", "PT1S", "PT2S")
          .map(Duration::parse)
          .toList();

  /** The model of the file: exactly one unit is present. */
  private record Span(
      Optional<Unit> days, Optional<Unit> hours, Optional<Unit> minutes, Optional<Unit> seconds) {}

  private record Unit(long count, boolean one) {}

  /** A language for templates that show no durations. */
  static Language withoutDurations(Locale locale) {
    return new Language(locale, Duration::toString);
  }

  /** Reads the words for durations and tries each unit; empty if there is a problem. */
  static Optional<Language> withDurations(
      TemplateFiles files, Locale locale, Set<String> problems) {
    Optional<Linked> linked = new TemplateLinker(files, locale, problems).link(FILE);
    if (linked.isEmpty()) {
      return Optional.empty();
    }
    Linked file = linked.get();
    Set<String> found = new LinkedHashSet<>();
    Shape.Fields shape = ShapeReader.read(Span.class, found);
    TemplateCheck.check(file.nodes(), List.of(shape), found);
    Language numbers = withoutDurations(locale);
    Function<Duration, String> words =
        duration -> render(file, shape.valueOf(span(duration), FILE, numbers));
    if (found.isEmpty()) {
      for (Duration sample : SAMPLES) {
        if (words.apply(sample).isEmpty()) {
          found.add(
              file.problem(
                  "No text for the duration %s. Add the sections days, hours, minutes and seconds.",
                  sample));
        }
      }
    }
    problems.addAll(found);
    return found.isEmpty() ? Optional.of(new Language(locale, words)) : Optional.empty();
  }

  private static String render(Linked file, Object span) {
    return TemplateRenderer.render(file.nodes(), List.of(span), UnaryOperator.identity())
        .text()
        .strip();
  }

  /** Drops fractions of a second, as a link must not claim to be valid for longer than it is. */
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

  /** A number with the locale's decimal separator, without grouping. */
  String number(Object number) {
    char separator = DecimalFormatSymbols.getInstance(locale).getDecimalSeparator();
    return new BigDecimal(number.toString()).toPlainString().replace('.', separator);
  }

  /** The direction of the script, as in HTML's {@code dir}. */
  String direction() {
    return LikelySubtags.of(locale).isRightToLeft() ? "rtl" : "ltr";
  }
}
