package com.healthmetrics.aws.testkit.storage;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Function;

/**
 * The conditions of GET and HEAD, and of the source of a copy. S3 API Reference, "GetObject",
 * "Additional considerations about request headers": If-Match decides before If-Unmodified-Since,
 * and If-None-Match before If-Modified-Since.
 */
final class ReadConditions {
  static final String IF_MATCH = "If-Match";
  static final String IF_UNMODIFIED_SINCE = "If-Unmodified-Since";
  static final String IF_NONE_MATCH = "If-None-Match";
  static final String IF_MODIFIED_SINCE = "If-Modified-Since";

  private ReadConditions() {}

  /**
   * The first condition that an object does not satisfy.
   *
   * @param sent the value of a condition, by its name
   */
  static Optional<String> failed(
      Function<String, Optional<String>> sent, StoredObject object, Instant now) {
    Instant lastModified = object.lastModified().truncatedTo(ChronoUnit.SECONDS);
    Optional<String> ifMatch = sent.apply(IF_MATCH);
    Optional<String> ifNoneMatch = sent.apply(IF_NONE_MATCH);
    if (ifMatch.isPresent() && !matches(ifMatch.get(), object)) {
      return Optional.of(IF_MATCH);
    }
    if (ifMatch.isEmpty()
        && date(sent.apply(IF_UNMODIFIED_SINCE)).filter(lastModified::isAfter).isPresent()) {
      return Optional.of(IF_UNMODIFIED_SINCE);
    }
    if (ifNoneMatch.isPresent() && matches(ifNoneMatch.get(), object)) {
      return Optional.of(IF_NONE_MATCH);
    }
    if (ifNoneMatch.isEmpty()
        && date(sent.apply(IF_MODIFIED_SINCE))
            // S3 ignores a date in the future.
            .filter(date -> !date.isAfter(now) && !lastModified.isAfter(date))
            .isPresent()) {
      return Optional.of(IF_MODIFIED_SINCE);
    }
    return Optional.empty();
  }

  /** Whether a range is served: only of the object that the client has a part of. */
  static boolean allowsRange(Optional<String> ifRange, StoredObject object) {
    return ifRange.isEmpty()
        || ifRange.get().strip().equals(object.eTag())
        || date(ifRange)
            .filter(object.lastModified().truncatedTo(ChronoUnit.SECONDS)::equals)
            .isPresent();
  }

  /**
   * Whether an object has one of these entity tags.
   *
   * @param eTags separated by commas, or {@code *} for any; S3 does not insist on the quotes
   */
  static boolean matches(String eTags, StoredObject object) {
    return eTags.strip().equals("*")
        || Arrays.stream(eTags.split(",", -1))
            .map(tag -> unquoted(tag.strip()))
            .anyMatch(unquoted(object.eTag())::equals);
  }

  private static String unquoted(String eTag) {
    String strong = eTag.startsWith("W/") ? eTag.substring(2) : eTag;
    boolean quoted = strong.length() > 1 && strong.startsWith("\"") && strong.endsWith("\"");
    return quoted ? strong.substring(1, strong.length() - 1) : strong;
  }

  /** RFC 9110 has a condition with a malformed date ignored. */
  private static Optional<Instant> date(Optional<String> text) {
    try {
      return text.map(date -> DateTimeFormatter.RFC_1123_DATE_TIME.parse(date, Instant::from));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }
}
