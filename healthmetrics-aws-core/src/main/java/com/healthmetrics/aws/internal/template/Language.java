package com.healthmetrics.aws.internal.template;

import com.healthmetrics.aws.internal.template.TemplateLinker.Linked;
import com.healthmetrics.aws.internal.template.TemplateRenderer.Compiled;
import java.math.BigDecimal;
import java.text.DecimalFormatSymbols;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How a locale writes numbers and durations.
 *
 * <p>The words for durations are in the locale's file {@code duration.mustache}: 24 hours, 2 days,
 * 90 minutes. A duration has one unit, the largest that is exact, with days from two on. Where that
 * would be 100 or more, it has several: 1 hour 30 seconds, not 3630 seconds.
 */
record Language(Locale locale, Function<Duration, String> durations) {
  private static final String FILE = "duration.mustache";

  /** Too many of a unit to imagine. */
  private static final long MANY = 100;

  private static final long TWO_DAYS = 2 * 86_400;
  private static final List<ChronoUnit> UNITS =
      List.of(ChronoUnit.DAYS, ChronoUnit.HOURS, ChronoUnit.MINUTES, ChronoUnit.SECONDS);
  private static final List<Duration> SAMPLES =
      Stream.of("P2D", "PT1H", "PT2H", "PT1M", "PT2M", "PT1S", "PT2S")
          .map(Duration::parse)
          .toList();

  /** The model of the file: exactly one unit is present. */
  private record Span(
      Optional<Unit> days, Optional<Unit> hours, Optional<Unit> minutes, Optional<Unit> seconds) {

    static Span of(ChronoUnit unit, long count) {
      return new Span(
          of(unit, ChronoUnit.DAYS, count),
          of(unit, ChronoUnit.HOURS, count),
          of(unit, ChronoUnit.MINUTES, count),
          of(unit, ChronoUnit.SECONDS, count));
    }

    private static Optional<Unit> of(ChronoUnit unit, ChronoUnit own, long count) {
      return unit == own ? Optional.of(new Unit(count, count == 1)) : Optional.empty();
    }
  }

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
    Compiled compiled = Compiled.of(file.nodes());
    Function<Duration, String> words =
        duration ->
            spans(duration.toSeconds()).stream()
                .map(span -> render(compiled, shape.valueOf(span, FILE, numbers)))
                .collect(Collectors.joining(" "));
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

  private static String render(Compiled file, Object span) {
    return TemplateRenderer.render(file, List.of(span)).strip();
  }

  /** Whole seconds, as a link must not claim to be valid for longer than it is. */
  private static List<Span> spans(long seconds) {
    ChronoUnit exact =
        UNITS.stream()
            .filter(unit -> seconds % seconds(unit) == 0 && suits(unit, seconds))
            .findFirst()
            .orElseThrow();
    long count = seconds / seconds(exact);
    if (exact == ChronoUnit.DAYS || count < MANY) {
      return List.of(Span.of(exact, count));
    }
    List<Span> spans = new ArrayList<>();
    long rest = seconds;
    for (ChronoUnit unit : UNITS) {
      if (rest >= seconds(unit) && suits(unit, seconds)) {
        spans.add(Span.of(unit, rest / seconds(unit)));
        rest %= seconds(unit);
      }
    }
    return spans;
  }

  private static boolean suits(ChronoUnit unit, long seconds) {
    return unit != ChronoUnit.DAYS || seconds >= TWO_DAYS;
  }

  private static long seconds(ChronoUnit unit) {
    return unit.getDuration().toSeconds();
  }

  /** A number with the locale's decimal separator, without grouping. */
  String number(Object number) {
    String plain = new BigDecimal(number.toString()).toPlainString();
    // The JDK's locale data, which takes long to load, is for fractions alone.
    return plain.indexOf('.') < 0
        ? plain
        : plain.replace('.', DecimalFormatSymbols.getInstance(locale).getDecimalSeparator());
  }

  /** The direction of the script, as in HTML's {@code dir}. */
  String direction() {
    return LikelySubtags.of(locale).isRightToLeft() ? "rtl" : "ltr";
  }
}
