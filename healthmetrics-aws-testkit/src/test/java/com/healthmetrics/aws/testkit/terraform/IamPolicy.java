package com.healthmetrics.aws.testkit.terraform;

import static com.healthmetrics.aws.testkit.terraform.JsonMembers.text;

import com.healthmetrics.aws.testkit.internal.JsonValue;
import com.healthmetrics.aws.testkit.internal.JsonValue.JsonArray;
import com.healthmetrics.aws.testkit.internal.JsonValue.JsonObject;
import com.healthmetrics.aws.testkit.internal.JsonValue.JsonString;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A policy that decides about requests as AWS documents it, as far as the module's policies need:
 * an element or an operator that they do not use is an error, not ignored.
 *
 * <p>Source: AWS IAM User Guide, "Policy evaluation logic" and "IAM JSON policy element reference".
 */
record IamPolicy(List<JsonObject> statements) {
  private static final Set<String> ELEMENTS =
      Set.of("Sid", "Effect", "Principal", "Action", "Resource", "NotResource", "Condition");

  private static final Map<String, BiPredicate<String, String>> OPERATORS =
      Map.of(
          "StringEquals", String::equals,
          "StringLike", IamPolicy::isLike,
          "Bool", String::equals,
          "NumericLessThan", (requested, limit) -> compare(requested, limit) < 0,
          "NumericGreaterThan", (requested, limit) -> compare(requested, limit) > 0);

  static IamPolicy of(JsonObject policy) {
    return new IamPolicy(
        ((JsonArray) policy.members().get("Statement"))
            .elements().stream().map(JsonObject.class::cast).toList());
  }

  /**
   * A request as policies see it.
   *
   * @param service the AWS service that sends it; blank for a principal of the account
   * @param context values of condition keys
   */
  record Request(String service, String action, String resource, Map<String, String> context) {}

  /** Whether the request is allowed by one of these policies and denied by none. */
  static boolean allow(Request request, IamPolicy... policies) {
    return anyStatement("Allow", request, policies) && !anyStatement("Deny", request, policies);
  }

  private static boolean anyStatement(String effect, Request request, IamPolicy... policies) {
    return Arrays.stream(policies)
        .flatMap(policy -> policy.statements.stream())
        .filter(statement -> text(statement, "Effect").equals(effect))
        .anyMatch(statement -> applies(statement, request));
  }

  private static boolean applies(JsonObject statement, Request request) {
    if (!ELEMENTS.containsAll(statement.members().keySet())) {
      throw new AssertionError("Only " + ELEMENTS + " are evaluated: " + statement);
    }
    return isByPrincipal(statement, request)
        && texts(statement, "Action").stream().anyMatch(it -> isLike(request.action(), it))
        && isOnResource(statement, request.resource())
        && JsonMembers.object(statement, "Condition").stream()
            .flatMap(condition -> condition.members().entrySet().stream())
            .allMatch(
                operator -> holds(operator.getKey(), (JsonObject) operator.getValue(), request));
  }

  /** A policy of a role has no principal: it applies to those who have the role. */
  private static boolean isByPrincipal(JsonObject statement, Request request) {
    return statement
        .member("Principal")
        .map(
            principal ->
                principal instanceof JsonObject service
                    ? text(service, "Service").equals(request.service())
                    : principal.equals(new JsonString("*")))
        .orElse(request.service().isEmpty());
  }

  private static boolean isOnResource(JsonObject statement, String resource) {
    boolean listed = statement.members().containsKey("Resource");
    return listed
        == texts(statement, listed ? "Resource" : "NotResource").stream()
            .anyMatch(it -> isLike(resource, it));
  }

  /** A key that the request does not have never satisfies these operators. */
  private static boolean holds(String operator, JsonObject keys, Request request) {
    if (!OPERATORS.containsKey(operator)) {
      throw new AssertionError("Only " + OPERATORS.keySet() + " are evaluated: " + operator);
    }
    return keys.members().keySet().stream()
        .allMatch(
            key ->
                request.context().containsKey(key)
                    && texts(keys, key).stream()
                        .anyMatch(
                            value ->
                                OPERATORS.get(operator).test(request.context().get(key), value)));
  }

  private static boolean isLike(String text, String pattern) {
    return Pattern.compile(
            Arrays.stream(pattern.split("\\*", -1))
                .map(Pattern::quote)
                .collect(Collectors.joining(".*")),
            Pattern.DOTALL)
        .matcher(text)
        .matches();
  }

  private static int compare(String requested, String limit) {
    return new BigDecimal(requested).compareTo(new BigDecimal(limit));
  }

  /** A member that is one text or several. */
  private static List<String> texts(JsonObject parent, String name) {
    JsonValue value = parent.members().get(name);
    List<JsonValue> values = value instanceof JsonArray array ? array.elements() : List.of(value);
    return values.stream().map(it -> ((JsonString) it).value()).toList();
  }
}
