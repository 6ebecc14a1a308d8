package com.healthmetrics.aws.testkit.storage;

import com.healthmetrics.aws.testkit.internal.JsonReader;
import com.healthmetrics.aws.testkit.internal.JsonValue;
import com.healthmetrics.aws.testkit.internal.JsonValue.JsonArray;
import com.healthmetrics.aws.testkit.internal.JsonValue.JsonNumber;
import com.healthmetrics.aws.testkit.internal.JsonValue.JsonObject;
import com.healthmetrics.aws.testkit.internal.JsonValue.JsonString;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The policy of a browser form, as the S3 API Reference describes it in "POST Policy".
 *
 * @param expiration no form is accepted from this instant on
 * @param conditions all of them must be satisfied
 */
record PostPolicy(Instant expiration, List<PolicyCondition> conditions) {

  private static final Pattern EXPIRATION =
      Pattern.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]{1,9})?Z");

  private static final Pattern SIZE = Pattern.compile("[0-9]{1,18}");

  PostPolicy {
    conditions = List.copyOf(conditions);
  }

  /** Parses a policy strictly: unknown elements are refused, never skipped. */
  static PostPolicy parse(String base64) {
    JsonObject document;
    try {
      document = object(JsonReader.read(Base64.getDecoder().decode(base64)), "the policy");
    } catch (IllegalArgumentException e) {
      throw invalid("Invalid JSON.", "The policy is not JSON in base64: " + e.getMessage());
    }
    Instant expiration = expiration(text(member(document, "expiration"), "expiration"));
    if (!(member(document, "conditions") instanceof JsonArray conditions)) {
      throw invalid("Policy missing conditions.", "conditions must be an array.");
    }
    for (String name : document.members().keySet()) {
      if (!name.equals("expiration") && !name.equals("conditions")) {
        throw invalid(
            "Unexpected: '" + name + "'.", "A policy has expiration and conditions only.");
      }
    }
    List<PolicyCondition> read = new ArrayList<>();
    conditions.elements().forEach(condition -> read.add(condition(condition)));
    return new PostPolicy(expiration, read);
  }

  /**
   * Refuses a form that the policy does not allow.
   *
   * @param fields lower-case names and values after expansion
   * @param bucket the bucket of the URL
   * @param fileBytes size of the file
   * @param now the server's time
   */
  void requireSatisfied(Map<String, String> fields, String bucket, long fileBytes, Instant now) {
    if (!now.isBefore(expiration)) {
      throw S3Refusal.accessDenied(
          "Invalid according to Policy: Policy expired.",
          "The policy expired at " + expiration + "; the server's clock is at " + now + ".");
    }
    PolicyCondition.Form form = new PolicyCondition.Form(fields, bucket, fileBytes);
    conditions.forEach(condition -> condition.requireMet(form));
    // S3 counts the bucket of the URL as a field.
    Set<String> names = new LinkedHashSet<>(fields.keySet());
    names.add("bucket");
    for (String name : names) {
      boolean exempt =
          name.equals("policy") || name.equals("x-amz-signature") || name.startsWith("x-ignore-");
      if (!exempt && conditions.stream().noneMatch(condition -> condition.covers(name))) {
        throw S3Refusal.accessDenied(
            "Invalid according to Policy: Extra input fields: " + name,
            "The policy has no condition for " + name + ", which is a field of the form.");
      }
    }
  }

  private static PolicyCondition condition(JsonValue value) {
    if (value instanceof JsonObject object) {
      if (object.members().size() != 1) {
        throw invalid(
            "Invalid Simple-Condition: Simple-Conditions must have exactly one property specified.",
            "Write one object for each field.");
      }
      Map.Entry<String, JsonValue> only = object.members().entrySet().iterator().next();
      return new PolicyCondition.Equal(only.getKey(), text(only.getValue(), only.getKey()));
    }
    if (!(value instanceof JsonArray array) || array.elements().size() != 3) {
      throw invalid(
          "Invalid Condition.", "A condition is an object or an array of three elements.");
    }
    List<JsonValue> parts = array.elements();
    String operator = text(parts.get(0), "the operator").toLowerCase(Locale.ROOT);
    return switch (operator) {
      case "eq", "starts-with" -> comparison(operator, parts);
      case "content-length-range" -> range(parts);
      default ->
          throw invalid(
              "Invalid Condition: unknown operation '" + operator + "'.",
              "The operators are eq, starts-with and content-length-range.");
    };
  }

  private static PolicyCondition comparison(String operator, List<JsonValue> parts) {
    String field = text(parts.get(1), "the field");
    String value = text(parts.get(2), "a value");
    if (field.length() < 2 || !field.startsWith("$")) {
      return new PolicyCondition.Unreadable(
          operator, field, value, "The field is " + field + "; write $" + field + ".");
    }
    String name = field.substring(1);
    return operator.equals("eq")
        ? new PolicyCondition.Equal(name, value)
        : new PolicyCondition.StartsWith(name, value);
  }

  /** S3 accepts limits that are strings of digits, too. */
  private static PolicyCondition range(List<JsonValue> parts) {
    Optional<Long> min = size(parts.get(1));
    Optional<Long> max = size(parts.get(2));
    if (min.isPresent() && max.isPresent()) {
      return new PolicyCondition.LengthRange(min.get(), max.get());
    }
    return new PolicyCondition.Unreadable(
        "content-length-range",
        shown(parts.get(1)),
        shown(parts.get(2)),
        "Both limits must be whole numbers of bytes from 0 up.");
  }

  /** The size in a number or a string; empty for a string that is not a size. */
  private static Optional<Long> size(JsonValue value) {
    if (value instanceof JsonString text) {
      return Optional.of(text.value()).filter(it -> SIZE.matcher(it).matches()).map(Long::valueOf);
    }
    if (value instanceof JsonNumber number && number.value().signum() >= 0) {
      try {
        return Optional.of(number.value().longValueExact());
      } catch (ArithmeticException e) {
        // Falls through: a fraction, or out of range.
      }
    }
    throw invalid(
        "Invalid content-length-range.", "Both limits must be whole numbers of bytes from 0 up.");
  }

  private static String shown(JsonValue value) {
    return value instanceof JsonString text
        ? text.value()
        : value instanceof JsonNumber number ? number.value().toPlainString() : "";
  }

  private static Instant expiration(String text) {
    try {
      // Instant.parse alone accepts years of ten digits.
      if (EXPIRATION.matcher(text).matches()) {
        return Instant.parse(text);
      }
    } catch (DateTimeException e) {
      // Falls through.
    }
    throw invalid(
        "Invalid 'expiration' value: '" + text + "'",
        "expiration must have the form 2026-11-23T12:00:00.000Z.");
  }

  private static JsonValue member(JsonObject document, String name) {
    return document
        .member(name)
        .orElseThrow(
            () ->
                invalid("Policy missing " + name + ".", "A policy needs the member " + name + "."));
  }

  private static JsonObject object(JsonValue value, String what) {
    if (value instanceof JsonObject object) {
      return object;
    }
    throw invalid("Invalid JSON.", what + " must be a JSON object.");
  }

  private static String text(JsonValue value, String what) {
    if (value instanceof JsonString text) {
      return text.value();
    }
    throw invalid("Invalid JSON.", what + " must be a JSON string.");
  }

  private static S3Refusal invalid(String message, String reason) {
    return S3Refusal.of(400, "InvalidPolicyDocument", "Invalid Policy: " + message, reason);
  }
}
