package com.healthmetrics.aws.testkit.internal;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.AbstractList;
import java.util.Collections;
import java.util.Iterator;
import java.util.Locale;

/**
 * The values of a nameless header, of which there are none: nothing is written for it, but {@code
 * Date} becomes that of a clock.
 *
 * <p>The JDK's server sets {@code Date} to the system's time when it sends the headers, whatever
 * the handler has set, and offers no way around that. It then writes one header after the other,
 * the nameless one first, as its hash is zero. So this is the moment between the two.
 */
final class ResponseDate extends AbstractList<String> {
  /** Of RFC 9110, section 5.6.7, with two digits of the day. */
  private static final DateTimeFormatter FORM =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.US)
          .withZone(ZoneOffset.UTC);

  private final Headers headers;
  private final Clock clock;

  private ResponseDate(Headers headers, Clock clock) {
    this.headers = headers;
    this.clock = clock;
  }

  /** Dates the response by the clock, as of the moment in which its headers are sent. */
  static void set(HttpExchange exchange, Clock clock) {
    Headers headers = exchange.getResponseHeaders();
    headers.put("", new ResponseDate(headers, clock));
  }

  @Override
  public Iterator<String> iterator() {
    if (headers.containsKey("Date")) {
      headers.set("Date", FORM.format(clock.instant()));
    }
    return Collections.emptyIterator();
  }

  @Override
  public String get(int index) {
    throw new IndexOutOfBoundsException(index);
  }

  @Override
  public int size() {
    return 0;
  }
}
