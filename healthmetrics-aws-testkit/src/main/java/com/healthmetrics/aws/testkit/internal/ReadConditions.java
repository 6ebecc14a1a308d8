package com.healthmetrics.aws.testkit.internal;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Optional;

/**
 * The conditions of a request to read. S3 API Reference, "GetObject", "Additional considerations
 * about request headers": If-Match decides before If-Unmodified-Since, and If-None-Match before
 * If-Modified-Since.
 */
public final class ReadConditions {
  private final RawRequest request;
  private final String eTag;
  private final Instant lastModified;

  /**
   * The conditions of a request for an object.
   *
   * @param eTag the entity tag of the object, in quotes
   * @param lastModified when it was stored; compared in whole seconds
   */
  public ReadConditions(RawRequest request, String eTag, Instant lastModified) {
    this.request = request;
    this.eTag = eTag;
    this.lastModified = lastModified.truncatedTo(ChronoUnit.SECONDS);
  }

  /** The condition of a client that expects a certain object and gets another one. */
  public Optional<String> unmet() {
    Optional<String> ifMatch = request.header("if-match");
    if (ifMatch.isPresent()) {
      return ifMatch.filter(tags -> !matches(tags)).map(tags -> "If-Match");
    }
    return date("if-unmodified-since")
        .filter(lastModified::isAfter)
        .map(date -> "If-Unmodified-Since");
  }

  /** Whether the client has the object already; a date in the future is ignored. */
  public boolean isNotModified(Instant now) {
    Optional<String> ifNoneMatch = request.header("if-none-match");
    return ifNoneMatch
        .map(this::matches)
        .orElseGet(
            () ->
                date("if-modified-since")
                    .filter(date -> !date.isAfter(now) && !lastModified.isAfter(date))
                    .isPresent());
  }

  /** The range, if the client asks for one of the object that it has a part of. */
  public Optional<ByteRange> range() {
    Optional<String> ifRange = request.header("if-range");
    boolean same =
        ifRange.isEmpty()
            || ifRange.get().strip().equals(eTag)
            || date("if-range").filter(lastModified::equals).isPresent();
    return same ? request.header("range").flatMap(ByteRange::parse) : Optional.empty();
  }

  private Optional<Instant> date(String header) {
    return request.header(header).flatMap(HttpDates::parse);
  }

  /** S3 does not insist on the quotes. */
  private boolean matches(String eTags) {
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
