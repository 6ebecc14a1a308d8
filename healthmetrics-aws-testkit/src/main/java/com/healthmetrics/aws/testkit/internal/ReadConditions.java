package com.healthmetrics.aws.testkit.internal;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Function;

/**
 * The conditions of a request to read. S3 API Reference, "GetObject", "Additional considerations
 * about request headers": If-Match decides before If-Unmodified-Since, and If-None-Match before
 * If-Modified-Since.
 */
public final class ReadConditions {
  private final Function<String, Optional<String>> sent;
  private final String eTag;
  private final Instant lastModified;

  /**
   * The conditions of a request for an object, or for the source of a copy.
   *
   * @param sent the value of a condition, by its name in lower case
   * @param eTag the entity tag of the object, in quotes
   * @param lastModified when it was stored; compared in whole seconds
   */
  public ReadConditions(
      Function<String, Optional<String>> sent, String eTag, Instant lastModified) {
    this.sent = sent;
    this.eTag = eTag;
    this.lastModified = lastModified.truncatedTo(ChronoUnit.SECONDS);
  }

  /** The condition of a client that expects a certain object and gets another one. */
  public Optional<String> unmet() {
    Optional<String> ifMatch = sent.apply("if-match");
    if (ifMatch.isPresent()) {
      return ifMatch.filter(tags -> !matches(tags, eTag)).map(tags -> "If-Match");
    }
    return date("if-unmodified-since")
        .filter(lastModified::isAfter)
        .map(date -> "If-Unmodified-Since");
  }

  /** The condition of a client that has the object already; a date in the future is ignored. */
  public Optional<String> notModified(Instant now) {
    Optional<String> ifNoneMatch = sent.apply("if-none-match");
    if (ifNoneMatch.isPresent()) {
      return ifNoneMatch.filter(tags -> matches(tags, eTag)).map(tags -> "If-None-Match");
    }
    return date("if-modified-since")
        .filter(date -> !date.isAfter(now) && !lastModified.isAfter(date))
        .map(date -> "If-Modified-Since");
  }

  /** The range, if the client asks for one of the object that it has a part of. */
  public Optional<ByteRange> range() {
    Optional<String> ifRange = sent.apply("if-range");
    boolean same =
        ifRange.isEmpty()
            || ifRange.get().strip().equals(eTag)
            || date("if-range").filter(lastModified::equals).isPresent();
    return same ? sent.apply("range").flatMap(ByteRange::parse) : Optional.empty();
  }

  private Optional<Instant> date(String header) {
    return sent.apply(header).flatMap(HttpDates::parse);
  }

  /**
   * Whether an object has one of these entity tags.
   *
   * @param eTags separated by commas, or {@code *} for any; S3 does not insist on the quotes
   * @param eTag that of the object
   */
  public static boolean matches(String eTags, String eTag) {
    return eTags.strip().equals("*")
        || Arrays.stream(eTags.split(",", -1))
            .map(tag -> unquoted(tag.strip()))
            .anyMatch(unquoted(eTag)::equals);
  }

  private static String unquoted(String tag) {
    String strong = tag.startsWith("W/") ? tag.substring(2) : tag;
    boolean quoted = strong.length() > 1 && strong.startsWith("\"") && strong.endsWith("\"");
    return quoted ? strong.substring(1, strong.length() - 1) : strong;
  }
}
