package com.healthmetrics.aws.testkit.mail;

import com.healthmetrics.aws.testkit.mail.SendRequest.Pair;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What SES takes for custom headers and tags.
 *
 * <p>Sources: Amazon SES API v2 Reference, "MessageHeader" and "MessageTag"; Amazon SES Developer
 * Guide, "Amazon SES header fields".
 */
final class HeaderCheck {
  private static final int MAX_HEADERS = 15;
  private static final Pattern NAME = Pattern.compile("[!-9;-~]{1,126}");
  private static final Pattern VALUE = Pattern.compile("[ -~]{1,870}");
  private static final Pattern TAG = Pattern.compile("[A-Za-z0-9_.@-]{1,256}");

  /** Headers that a simple mail has already: a second one would be a duplicate, or a lie. */
  private static final Set<String> PRESENT =
      Set.of(
          "from",
          "sender",
          "return-path",
          "reply-to",
          "to",
          "cc",
          "bcc",
          "subject",
          "date",
          "message-id",
          "mime-version",
          "content-type",
          "content-transfer-encoding");

  private static final Set<String> SINGLE =
      Set.of(
          ("accept-language acceptlanguage archived-at auto-submitted bounces-to comments"
                  + " content-alternative content-base content-class content-description"
                  + " content-disposition content-duration content-id content-language"
                  + " content-length content-location content-md5 content-transfer-encoding"
                  + " content-type date delivered-to disposition-notification-options"
                  + " disposition-notification-to dkim-signature domainkey-signature errors-to from"
                  + " importance in-reply-to keywords list-archive list-help list-id list-owner"
                  + " list-post list-subscribe list-unsubscribe list-unsubscribe-post"
                  + " message-context message-id mime-version organization original-from"
                  + " original-message-id original-recipient original-subject precedence priority"
                  + " references reply-to return-path return-receipt-to sender solicitation"
                  + " sensitivity subject thread-index thread-topic user-agent vbr-info")
              .split(" "));

  private HeaderCheck() {}

  /** The custom headers of a simple mail. */
  static Map<String, String> custom(List<Pair> headers) {
    if (headers.size() > MAX_HEADERS) {
      throw SesRefusal.badRequest(
          "Too many headers.",
          "The mail has " + headers.size() + " headers; SES takes " + MAX_HEADERS + ".");
    }
    Map<String, String> custom = new LinkedHashMap<>();
    for (Pair header : headers) {
      String name = header.name();
      requireWellFormed(header);
      boolean twice = custom.keySet().stream().anyMatch(name::equalsIgnoreCase);
      if (twice || PRESENT.contains(name.toLowerCase(Locale.ROOT))) {
        throw duplicate(name);
      }
      custom.put(name, header.value());
    }
    return custom;
  }

  private static void requireWellFormed(Pair header) {
    if (!NAME.matcher(header.name()).matches()) {
      throw SesRefusal.badRequest(
          "Invalid header name.",
          "A header name is 1 to 126 printable ASCII characters without space and colon; it has "
              + header.name().length()
              + " characters.");
    }
    if (header.name().toLowerCase(Locale.ROOT).startsWith("x-ses-")) {
      throw SesRefusal.notRead("The header " + header.name());
    }
    if (!VALUE.matcher(header.value()).matches()) {
      throw SesRefusal.badRequest(
          "Invalid header value.",
          "The value of the header "
              + header.name()
              + " must be 1 to 870 printable ASCII characters"
              + " without line breaks; it has "
              + header.value().length()
              + ".");
    }
  }

  /** The headers of a raw mail that nothing else stands for. */
  static Map<String, String> customOfRaw(List<Pair> headers) {
    Map<String, String> custom = new LinkedHashMap<>();
    for (Pair header : headers) {
      String lowerCase = header.name().toLowerCase(Locale.ROOT);
      if (!PRESENT.contains(lowerCase) && !lowerCase.startsWith("x-ses-")) {
        custom.merge(header.name(), header.value(), (one, more) -> one + ", " + more);
      }
    }
    return custom;
  }

  /** Refuses a header that may be there once only, and is there twice. */
  static void requireSingle(List<String> names) {
    Set<String> seen = new HashSet<>();
    for (String name : names) {
      String lowerCase = name.toLowerCase(Locale.ROOT);
      if (!seen.add(lowerCase) && SINGLE.contains(lowerCase)) {
        throw duplicate(name);
      }
    }
  }

  private static SesRefusal duplicate(String name) {
    return SesRefusal.badRequest(
        "Duplicate header '" + name + "'.",
        "The mail has the header " + name + " already, and SES takes it once.");
  }

  /** The message tags. */
  static Map<String, String> tags(List<Pair> tags) {
    Map<String, String> checked = new LinkedHashMap<>();
    for (Pair tag : tags) {
      if (!TAG.matcher(tag.name()).matches() || !TAG.matcher(tag.value()).matches()) {
        throw SesRefusal.badRequest(
            "Invalid tag name or value: only alphanumeric ASCII characters, '_', '-', '.' and '@'"
                + " are allowed.",
            "Names and values of tags are 1 to 256 characters of A-Z a-z 0-9 _ - . @.");
      }
      if (checked.putIfAbsent(tag.name(), tag.value()) != null) {
        throw SesRefusal.badRequest("Duplicate tag.", "The tag " + tag.name() + " is there twice.");
      }
    }
    return checked;
  }
}
