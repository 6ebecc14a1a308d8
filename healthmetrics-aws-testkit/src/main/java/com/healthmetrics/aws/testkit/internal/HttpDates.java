package com.healthmetrics.aws.testkit.internal;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;

/** The dates of HTTP headers; RFC 9110, section 5.6.7. */
public final class HttpDates {
  private static final DateTimeFormatter FORMAT =
      DateTimeFormatter.ofPattern("EEE, dd MMM uuuu HH:mm:ss 'GMT'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private HttpDates() {}

  /** A date as servers send it, in whole seconds. */
  public static String format(Instant date) {
    return FORMAT.format(date);
  }

  /** A date as clients send it; empty if it is malformed, as servers then ignore it. */
  public static Optional<Instant> parse(String text) {
    try {
      return Optional.of(DateTimeFormatter.RFC_1123_DATE_TIME.parse(text.strip(), Instant::from));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }
}
