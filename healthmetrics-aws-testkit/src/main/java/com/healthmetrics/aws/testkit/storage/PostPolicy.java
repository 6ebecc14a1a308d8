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
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The policy of a browser form, as the S3 API Reference describes it in "POST Policy".
 *
 * @param expiration no form is accepted from this instant on
 * @param conditions all of them must be satisfied
 */
record PostPolicy(Instant expiration, List<PolicyCondition> conditions) {

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
    for (String name : fields.keySet()) {
      boolean exempt =
          name.equals("policy") || name.equals("x-amz-signature") || name.startsWith("x-ignore-");
      if (!exempt && conditions.stream().noneMatch(condition -> condition.covers(name))) {
        throw S3Refusal.accessDenied(
            "Invalid according to Policy: Extra input fields: " + name,
            "The form has the field " + name + ", for which the policy has no condition.");
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
    String operator = text(parts.get(0), "the operator");
    return switch (operator.toLowerCase(Locale.ROOT)) {
      case "eq" -> new PolicyCondition.Equal(field(parts.get(1)), text(parts.get(2), "a value"));
      case "starts-with" ->
          new PolicyCondition.StartsWith(field(parts.get(1)), text(parts.get(2), "a value"));
      case "content-length-range" ->
          new PolicyCondition.LengthRange(size(parts.get(1)), size(parts.get(2)));
      default ->
          throw invalid(
              "Invalid Condition: unknown operation '" + operator + "'.",
              "The operators are eq, starts-with and content-length-range.");
    };
  }

  private static String field(JsonValue value) {
    String name = text(value, "the field");
    if (name.length() < 2 || !name.startsWith("$")) {
      throw invalid(
          "Invalid Condition: field must start with '$'.",
          "The field is " + name + "; write $" + name + ".");
    }
    return name.substring(1);
  }

  private static long size(JsonValue value) {
    if (value instanceof JsonNumber number && number.value().signum() >= 0) {
      try {
        return number.value().longValueExact();
      } catch (ArithmeticException e) {
        // Falls through: a fraction, or out of range.
      }
    }
    throw invalid(
        "Invalid content-length-range.", "Both limits must be whole numbers of bytes from 0 up.");
  }

  private static Instant expiration(String text) {
    try {
      if (text.endsWith("Z")) {
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
