package com.healthmetrics.aws.testkit.cdn;

import com.healthmetrics.aws.testkit.internal.JsonReader;
import com.healthmetrics.aws.testkit.internal.JsonValue;
import com.healthmetrics.aws.testkit.internal.JsonValue.JsonArray;
import com.healthmetrics.aws.testkit.internal.JsonValue.JsonNumber;
import com.healthmetrics.aws.testkit.internal.JsonValue.JsonObject;
import com.healthmetrics.aws.testkit.internal.JsonValue.JsonString;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A custom policy, parsed as by CloudFront.
 *
 * <p>Source: Amazon CloudFront Developer Guide, "Create a signed URL using a custom policy".
 */
final class ViewerPolicy {
  /** The last second that CloudFront accepts; a time in milliseconds is far beyond. */
  private static final BigDecimal LAST_SECOND = BigDecimal.valueOf(Integer.MAX_VALUE);

  private static final Pattern CIDR =
      Pattern.compile("(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})(?:/(\\d{1,2}))?");

  private final String resource;
  private final Instant end;
  private final Optional<Instant> start;
  private final Optional<String> addresses;

  private ViewerPolicy(
      String resource, Instant end, Optional<Instant> start, Optional<String> addresses) {
    this.resource = resource;
    this.end = end;
    this.start = start;
    this.addresses = addresses;
  }

  static ViewerPolicy read(byte[] json) {
    JsonValue document;
    try {
      document = JsonReader.read(json);
    } catch (IllegalArgumentException e) {
      throw CloudFrontRefusal.malformedPolicy("the policy is not JSON: " + e.getMessage());
    }
    JsonObject policy = object(document, "the policy", Set.of("Statement"));
    if (!(policy.member("Statement").orElse(null) instanceof JsonArray statements)
        || statements.elements().size() != 1) {
      throw CloudFrontRefusal.malformedPolicy("Statement must be a list of exactly one statement");
    }
    JsonObject statement =
        object(statements.elements().get(0), "the statement", Set.of("Resource", "Condition"));
    JsonObject condition =
        object(
            statement.member("Condition").orElse(null),
            "Condition",
            Set.of("DateLessThan", "DateGreaterThan", "IpAddress"));
    return new ViewerPolicy(
        // Without a resource, a policy applies to everything that trusts the key.
        statement.member("Resource").map(value -> text(value, "Resource")).orElse("*"),
        time(condition, "DateLessThan")
            .orElseThrow(
                () -> CloudFrontRefusal.malformedPolicy("the condition DateLessThan is missing")),
        time(condition, "DateGreaterThan"),
        condition
            .member("IpAddress")
            .map(value -> object(value, "IpAddress", Set.of("AWS:SourceIp")))
            .map(
                value ->
                    text(value.member("AWS:SourceIp").orElse(null), "IpAddress AWS:SourceIp")));
  }

  private static JsonObject object(@Nullable JsonValue value, String name, Set<String> known) {
    if (!(value instanceof JsonObject object)) {
      throw CloudFrontRefusal.malformedPolicy(name + " is missing or not a JSON object");
    }
    String unknown =
        object.members().keySet().stream()
            .filter(member -> !known.contains(member))
            .collect(Collectors.joining(", "));
    if (!unknown.isEmpty()) {
      throw CloudFrontRefusal.malformedPolicy(name + " has unknown members: " + unknown);
    }
    return object;
  }

  private static String text(@Nullable JsonValue value, String name) {
    if (value instanceof JsonString text) {
      return text.value();
    }
    throw CloudFrontRefusal.malformedPolicy(name + " is missing or not a string");
  }

  private static Optional<Instant> time(JsonObject condition, String name) {
    return condition
        .member(name)
        .map(value -> object(value, name, Set.of("AWS:EpochTime")).member("AWS:EpochTime"))
        .map(
            value -> {
              if (value.orElse(null) instanceof JsonNumber number) {
                return second(number.value(), name);
              }
              throw CloudFrontRefusal.malformedPolicy(name + " must have a number AWS:EpochTime");
            });
  }

  /** A time in seconds since the epoch. */
  static Instant second(BigDecimal number, String name) {
    if (number.signum() <= 0
        || number.compareTo(LAST_SECOND) > 0
        || number.stripTrailingZeros().scale() > 0) {
      throw CloudFrontRefusal.malformedPolicy(
          name + " must be whole seconds since 1970, and is " + number + " (milliseconds?)");
    }
    return Instant.ofEpochSecond(number.longValue());
  }

  /** Refuses a request that the policy does not allow. */
  void check(String url, String viewer, Instant now) {
    if (!matches(resource, url)) {
      throw CloudFrontRefusal.accessDenied(
          "the policy is for " + resource + ", the request for " + url);
    }
    checkEnd(end, now);
    if (start.isPresent() && now.isBefore(start.get())) {
      throw CloudFrontRefusal.accessDenied(
          "the signature is valid from " + start.get() + " on; it is " + now + " now");
    }
    if (addresses.isPresent() && !contains(addresses.get(), viewer)) {
      throw CloudFrontRefusal.accessDenied(
          "the policy is for viewers in " + addresses.get() + "; this viewer is " + viewer);
    }
  }

  static void checkEnd(Instant end, Instant now) {
    if (!now.isBefore(end)) {
      throw CloudFrontRefusal.accessDenied(
          "the signature expired at " + end + "; it is " + now + " now");
    }
  }

  /** Whether a pattern stands for a text: {@code *} for any characters, {@code ?} for one. */
  static boolean matches(String pattern, String text) {
    int atPattern = 0;
    int atText = 0;
    int star = -1;
    int afterStar = 0;
    while (atText < text.length()) {
      char expected = atPattern < pattern.length() ? pattern.charAt(atPattern) : 0;
      if (expected == '*') {
        star = atPattern++;
        afterStar = atText;
      } else if (atPattern < pattern.length()
          && (expected == '?' || expected == text.charAt(atText))) {
        atPattern++;
        atText++;
      } else if (star >= 0) {
        atPattern = star + 1;
        atText = ++afterStar;
      } else {
        return false;
      }
    }
    while (atPattern < pattern.length() && pattern.charAt(atPattern) == '*') {
      atPattern++;
    }
    return atPattern == pattern.length();
  }

  private static boolean contains(String cidr, String viewer) {
    Matcher range = CIDR.matcher(cidr);
    if (!range.matches()) {
      throw CloudFrontRefusal.malformedPolicy(
          "AWS:SourceIp is not an IPv4 address or range: " + cidr);
    }
    int bits = range.group(5) == null ? 32 : Integer.parseInt(range.group(5));
    if (bits > 32) {
      throw CloudFrontRefusal.malformedPolicy(
          "AWS:SourceIp is not an IPv4 address or range: " + cidr);
    }
    Matcher address = CIDR.matcher(viewer);
    return address.matches() && (number(range) ^ number(address)) >>> (32 - bits) == 0;
  }

  private static long number(Matcher address) {
    long number = 0;
    for (int group = 1; group <= 4; group++) {
      int octet = Integer.parseInt(address.group(group));
      if (octet > 255) {
        throw CloudFrontRefusal.malformedPolicy("AWS:SourceIp is not an IPv4 address");
      }
      number = number << 8 | octet;
    }
    return number;
  }
}
