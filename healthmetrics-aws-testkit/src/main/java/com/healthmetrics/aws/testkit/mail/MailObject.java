package com.healthmetrics.aws.testkit.mail;

import com.healthmetrics.aws.testkit.internal.JsonValue;
import com.healthmetrics.aws.testkit.internal.JsonValue.JsonArray;
import com.healthmetrics.aws.testkit.internal.JsonValue.JsonBoolean;
import com.healthmetrics.aws.testkit.internal.JsonValue.JsonObject;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The object {@code mail} of an event record: what SES knows of the email that the event is about.
 *
 * @param mail the email
 * @param operation the operation that sent it
 * @param sourceArn the identity that permitted it
 */
record MailObject(ReceivedMail mail, SesOperation operation, String sourceArn) {
  private static final String LOOPBACK = "127.0.0.1";
  private static final DateTimeFormatter TIMESTAMP =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  /** An instant in SES's form, always with milliseconds. */
  static String timestamp(Instant instant) {
    return TIMESTAMP.format(instant);
  }

  /** The object of every event but a delivery. */
  JsonObject json() {
    return json(tags());
  }

  /** The object of a delivery, which also has the address that the email left from. */
  JsonObject delivered() {
    return json(with(tags(), "ses:outgoing-ip", LOOPBACK));
  }

  private JsonObject json(JsonObject tags) {
    return JsonObject.empty()
        .with("timestamp", timestamp(mail.receivedAt()))
        .with("source", mail.from())
        .with("sourceArn", sourceArn)
        .with("sendingAccountId", IdentityCheck.ACCOUNT)
        .with("messageId", mail.messageId())
        .with(
            "destination",
            JsonArray.ofStrings(mail.recipients().stream().map(MailAddress::plain).toList()))
        .with("headersTruncated", new JsonBoolean(false))
        .with("headers", new JsonArray(isRaw() ? List.of() : headers()))
        .with("commonHeaders", commonHeaders())
        .with("tags", tags);
  }

  private boolean isRaw() {
    return operation == SesOperation.SEND_RAW_EMAIL;
  }

  private JsonObject tags() {
    JsonObject tags = with(JsonObject.empty(), "ses:operation", operation.toString());
    tags = with(tags, "ses:configuration-set", mail.configurationSet().orElse(""));
    tags = with(tags, "ses:source-ip", LOOPBACK);
    if (!isRaw()) {
      tags = with(tags, "ses:from-domain", MailAddress.parse(mail.from(), "the sender").domain());
    }
    for (Map.Entry<String, String> own : mail.tags().entrySet()) {
      tags = with(tags, own.getKey(), own.getValue());
    }
    return with(tags, "ses:caller-identity", "local-ses");
  }

  private static JsonObject with(JsonObject tags, String name, String value) {
    return tags.with(name, JsonArray.ofStrings(List.of(value)));
  }

  /** Those that SES writes, and the custom ones. */
  private List<JsonValue> headers() {
    List<JsonValue> headers = new ArrayList<>();
    headers.add(header("From", mail.from()));
    addresses(mail.to()).ifPresent(to -> headers.add(header("To", to)));
    addresses(mail.cc()).ifPresent(cc -> headers.add(header("Cc", cc)));
    addresses(mail.replyTo()).ifPresent(replyTo -> headers.add(header("Reply-To", replyTo)));
    headers.add(header("Subject", mail.subject()));
    mail.headers().forEach((name, value) -> headers.add(header(name, value)));
    headers.add(header("MIME-Version", "1.0"));
    headers.add(header("Content-Type", contentType()));
    return headers;
  }

  private static Optional<String> addresses(List<String> addresses) {
    return Optional.of(String.join(", ", addresses)).filter(text -> !text.isEmpty());
  }

  private static JsonObject header(String name, String value) {
    return JsonObject.empty().with("name", name).with("value", value);
  }

  private String contentType() {
    String boundary = "; boundary=\"----=_Part_0_0.0\"";
    if (!mail.attachments().isEmpty()) {
      return "multipart/mixed" + boundary;
    }
    if (mail.text().isPresent() && mail.html().isPresent()) {
      return "multipart/alternative" + boundary;
    }
    return (mail.text().isPresent() ? "text/plain" : "text/html") + "; charset=UTF-8";
  }

  private JsonObject commonHeaders() {
    JsonObject id = JsonObject.empty().with("messageId", mail.messageId());
    if (isRaw()) {
      return id;
    }
    JsonObject common = id.with("from", JsonArray.ofStrings(List.of(mail.from())));
    common = mail.to().isEmpty() ? common : common.with("to", JsonArray.ofStrings(mail.to()));
    common = mail.cc().isEmpty() ? common : common.with("cc", JsonArray.ofStrings(mail.cc()));
    return common.with("subject", mail.subject());
  }
}
