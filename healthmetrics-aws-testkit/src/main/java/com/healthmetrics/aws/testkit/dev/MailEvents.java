package com.healthmetrics.aws.testkit.dev;

import com.healthmetrics.aws.testkit.internal.JsonReader;
import com.healthmetrics.aws.testkit.internal.JsonValue;
import com.healthmetrics.aws.testkit.internal.JsonValue.JsonArray;
import com.healthmetrics.aws.testkit.internal.JsonValue.JsonObject;
import com.healthmetrics.aws.testkit.internal.JsonValue.JsonString;
import com.healthmetrics.aws.testkit.mail.LocalSes;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** The events of one email, as the page lists them. */
final class MailEvents {
  private MailEvents() {}

  static JsonArray of(LocalSes ses, String messageId) {
    return new JsonArray(
        ses.events().stream()
            .map(json -> (JsonObject) JsonReader.read(json.getBytes(StandardCharsets.UTF_8)))
            .filter(event -> text(object(event, "mail"), "messageId").equals(messageId))
            .<JsonValue>map(MailEvents::summary)
            .toList());
  }

  /** What a developer looks for first: when, what, to whom, and why. */
  private static JsonObject summary(JsonObject event) {
    String type = text(event, "eventType");
    JsonObject details = object(event, type.toLowerCase(Locale.ROOT));
    String at = text(details, "timestamp");
    return JsonObject.empty()
        .with("type", type)
        .with("at", at.isEmpty() ? text(object(event, "mail"), "timestamp") : at)
        .with("recipients", JsonArray.ofStrings(recipients(event, details)))
        .with("detail", detail(details));
  }

  /** Those that the event is about; a send and a rejection are about all of them. */
  private static List<String> recipients(JsonObject event, JsonObject details) {
    List<String> named =
        Stream.of("recipients", "bouncedRecipients", "complainedRecipients")
            .flatMap(member -> elements(details, member).stream())
            .map(MailEvents::address)
            .toList();
    return named.isEmpty()
        ? elements(object(event, "mail"), "destination").stream().map(MailEvents::address).toList()
        : named;
  }

  private static String address(JsonValue recipient) {
    return recipient instanceof JsonObject described
        ? text(described, "emailAddress")
        : ((JsonString) recipient).value();
  }

  private static String detail(JsonObject details) {
    List<String> parts =
        Stream.of("bounceType", "bounceSubType", "complaintSubType", "reason")
            .map(member -> text(details, member))
            .filter(part -> !part.isEmpty())
            .toList();
    return String.join(", ", parts);
  }

  private static JsonObject object(JsonObject parent, String name) {
    return parent.member(name).map(JsonObject.class::cast).orElseGet(JsonObject::empty);
  }

  private static List<JsonValue> elements(JsonObject parent, String name) {
    return parent.member(name).map(value -> ((JsonArray) value).elements()).orElse(List.of());
  }

  private static String text(JsonObject parent, String name) {
    return parent.member(name).map(value -> ((JsonString) value).value()).orElse("");
  }
}
