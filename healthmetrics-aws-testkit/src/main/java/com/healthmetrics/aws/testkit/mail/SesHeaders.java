package com.healthmetrics.aws.testkit.mail;

import com.healthmetrics.aws.testkit.mail.SendRequest.Pair;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The parameters of SES in a raw email: in the request or in {@code X-SES-*} headers, not in both.
 *
 * <p>Source: Amazon SES Developer Guide, "Send an email using Amazon SES event publishing".
 *
 * @param configurationSet the configuration set
 * @param tags the message tags
 */
record SesHeaders(Optional<String> configurationSet, List<Pair> tags) {
  private static final String PREFIX = "x-ses-";
  private static final String CONFIGURATION_SET = "X-SES-CONFIGURATION-SET";
  private static final String MESSAGE_TAGS = "X-SES-MESSAGE-TAGS";

  static SesHeaders of(SendRequest request, RawMail mail) {
    for (Pair header : mail.headers()) {
      String name = header.name();
      if (name.toLowerCase(Locale.ROOT).startsWith(PREFIX)
          && !name.equalsIgnoreCase(CONFIGURATION_SET)
          && !name.equalsIgnoreCase(MESSAGE_TAGS)) {
        throw SesRefusal.notRead("The header " + name);
      }
    }
    Optional<String> set = once(mail, CONFIGURATION_SET, request.configurationSet().isPresent());
    Optional<String> tags = once(mail, MESSAGE_TAGS, !request.tags().isEmpty());
    return new SesHeaders(
        set.or(request::configurationSet), tags.map(SesHeaders::tags).orElse(request.tags()));
  }

  private static Optional<String> once(RawMail mail, String name, boolean alsoInRequest) {
    List<String> values = mail.all(name);
    if (values.size() + (alsoInRequest ? 1 : 0) > 1) {
      throw SesRefusal.badRequest(
          "Duplicate header '" + name + "'.",
          name + " appears twice, or in the header and in the request; set it once.");
    }
    return values.stream().findFirst();
  }

  private static List<Pair> tags(String header) {
    return Arrays.stream(header.split(",", -1)).map(String::strip).map(SesHeaders::tag).toList();
  }

  private static Pair tag(String text) {
    int equals = text.indexOf('=');
    if (equals < 0) {
      throw SesRefusal.badRequest(
          "Invalid header '" + MESSAGE_TAGS + "'.",
          "It must have the form name=value, name=value.");
    }
    return new Pair(text.substring(0, equals), text.substring(equals + 1));
  }
}
