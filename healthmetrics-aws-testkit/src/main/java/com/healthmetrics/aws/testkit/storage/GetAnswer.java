package com.healthmetrics.aws.testkit.storage;

import com.healthmetrics.aws.testkit.internal.HttpAnswer;
import com.healthmetrics.aws.testkit.internal.Query;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What GET and HEAD of an object answer, after overrides in the query. */
final class GetAnswer {
  private static final DateTimeFormatter HTTP_DATE =
      DateTimeFormatter.ofPattern("EEE, dd MMM uuuu HH:mm:ss 'GMT'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private static final List<String> OVERRIDABLE =
      List.of(
          "cache-control",
          "content-disposition",
          "content-encoding",
          "content-language",
          "content-type",
          "expires");

  private GetAnswer() {}

  static HttpAnswer of(Query query, StoredObject object) {
    HttpAnswer answer = HttpAnswer.of(200).withBody(object.contentType(), object.bytes());
    for (Map.Entry<String, String> header : object.headers().all().entrySet()) {
      answer = answer.withHeader(headerCase(header.getKey()), ascii(header.getValue()));
    }
    for (String name : OVERRIDABLE) {
      Optional<String> override = query.first("response-" + name);
      if (override.isPresent()) {
        answer = answer.withHeader(headerCase(name), requireHeaderValue(name, override.get()));
      }
    }
    return answer
        .withHeader("ETag", object.eTag())
        .withHeader("Last-Modified", HTTP_DATE.format(object.lastModified()));
  }

  /** One spelling for each header, so that an override replaces what was stored. */
  private static String headerCase(String name) {
    return name.equals("content-type") ? "Content-Type" : name;
  }

  /** Metadata outside ASCII is returned as an encoded word (RFC 2047), as S3 does. */
  private static String ascii(String value) {
    return value.chars().allMatch(c -> c < 0x80)
        ? value
        : "=?UTF-8?B?"
            + Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8))
            + "?=";
  }

  private static String requireHeaderValue(String name, String value) {
    if (!value.chars().allMatch(c -> c >= 0x20 && c < 0x7F)) {
      throw S3Refusal.invalidArgument(
              "Header value cannot be represented using ISO-8859-1.",
              "response-"
                  + name
                  + " holds a character that a header cannot carry; encode it, for"
                  + " instance as filename*=UTF-8''...")
          .with("ArgumentName", "response-" + name);
    }
    return value;
  }
}
