package com.healthmetrics.aws.testkit.mail;

import com.healthmetrics.aws.testkit.internal.JsonValue;
import com.healthmetrics.aws.testkit.internal.JsonValue.JsonArray;
import com.healthmetrics.aws.testkit.internal.JsonValue.JsonNumber;
import com.healthmetrics.aws.testkit.internal.JsonValue.JsonObject;
import com.healthmetrics.aws.testkit.internal.Query;
import com.healthmetrics.aws.testkit.mail.SuppressionTable.Entry;
import com.healthmetrics.aws.testkit.mail.SuppressionTable.Reason;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The calls of the API v2 about the suppression list.
 *
 * <p>Sources: Amazon SES API v2 Reference, "PutSuppressedDestination", "GetSuppressedDestination",
 * "DeleteSuppressedDestination" and "ListSuppressedDestinations". That an address with a slash is
 * refused in a path is the report aws/aws-sdk#158; the messages are unverified.
 */
final class JsonSuppressions {
  private static final int MAX_PAGE = 1_000;
  private static final Set<String> PARAMETERS = Set.of("Reason", "PageSize", "NextToken");

  private final SesService service;

  JsonSuppressions(SesService service) {
    this.service = service;
  }

  JsonObject put(JsonFields request) {
    request.only("", "EmailAddress", "Reason");
    String address = address(request.required("EmailAddress"));
    Reason reason = reason(request.required("Reason"));
    service.suppressions().put(new Entry(address, reason, service.now()));
    return JsonObject.empty();
  }

  JsonObject get(String parameter) {
    String address = addressOfPath(parameter);
    Entry entry = service.suppressions().find(address).orElseThrow(() -> notListed(address));
    return JsonObject.empty().with("SuppressedDestination", json(entry));
  }

  JsonObject delete(String parameter) {
    String address = addressOfPath(parameter);
    if (!service.suppressions().remove(address)) {
      throw notListed(address);
    }
    return JsonObject.empty();
  }

  JsonObject list(Query query) {
    for (Query.Parameter parameter : query.parameters()) {
      if (!PARAMETERS.contains(parameter.name())) {
        throw SesRefusal.notRead("The parameter " + parameter.name());
      }
    }
    EnumSet<Reason> reasons = EnumSet.noneOf(Reason.class);
    query.all("Reason").forEach(text -> reasons.add(reason(text)));
    int size = query.first("PageSize").map(JsonSuppressions::pageSize).orElse(MAX_PAGE);
    String after = query.first("NextToken").map(JsonSuppressions::addressOfToken).orElse("");
    List<Entry> left =
        service
            .suppressions()
            .after(after, reasons.isEmpty() ? EnumSet.allOf(Reason.class) : reasons);
    List<Entry> page = left.subList(0, Math.min(size, left.size()));
    JsonObject found =
        JsonObject.empty()
            .with(
                "SuppressedDestinationSummaries",
                new JsonArray(page.stream().<JsonValue>map(JsonSuppressions::json).toList()));
    return page.size() == left.size()
        ? found
        : found.with("NextToken", token(page.get(page.size() - 1)));
  }

  private static JsonObject json(Entry entry) {
    return JsonObject.empty()
        .with("EmailAddress", entry.address())
        .with("Reason", entry.reason().name())
        .with(
            "LastUpdateTime", new JsonNumber(BigDecimal.valueOf(entry.since().toEpochMilli(), 3)));
  }

  private static String address(String text) {
    MailAddress address = MailAddress.parse(text, "EmailAddress");
    if (!address.plain().equals(text)) {
      throw SesRefusal.badRequest(
          "Invalid email address.", "EmailAddress must be a bare address, without a display name.");
    }
    return text;
  }

  private static String addressOfPath(String parameter) {
    if (parameter.contains("/")) {
      throw SesRefusal.badRequest(
          "Invalid email address.",
          "SES does not find an address with a slash by these calls (aws/aws-sdk#158).");
    }
    return address(parameter);
  }

  private static Reason reason(String text) {
    return Reason.named(text)
        .orElseThrow(
            () ->
                SesRefusal.badRequest(
                    "Invalid value for 'Reason'.", "Reason must be BOUNCE or COMPLAINT."));
  }

  private static int pageSize(String text) {
    return Optional.of(text)
        .filter(digits -> digits.matches("[1-9][0-9]{0,3}"))
        .map(Integer::parseInt)
        .filter(size -> size <= MAX_PAGE)
        .orElseThrow(
            () ->
                SesRefusal.badRequest(
                    "Invalid value for 'PageSize'.", "PageSize must be 1 to " + MAX_PAGE + "."));
  }

  private static String token(Entry last) {
    return Base64.getUrlEncoder().encodeToString(last.address().getBytes(StandardCharsets.UTF_8));
  }

  private static String addressOfToken(String token) {
    try {
      return new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new SesRefusal(
          new SesError(400, "InvalidNextTokenException", 400, "InvalidNextToken"),
          "The specified request includes an invalid or expired token.",
          "NextToken must be the one of a response.");
    }
  }

  private static SesRefusal notListed(String address) {
    return new SesRefusal(
        SesError.NOT_FOUND,
        "Email address " + address + " does not exist on your suppression list.",
        "Addresses are compared exactly; LocalSes.suppress and PutSuppressedDestination add them.");
  }
}
