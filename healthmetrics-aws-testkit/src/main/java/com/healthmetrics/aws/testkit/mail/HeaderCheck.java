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
 * Checks custom headers and tags as SES does.
 *
 * <p>Sources: Amazon SES API v2 Reference, "MessageHeader" and "MessageTag"; Amazon SES Developer
 * Guide, "Amazon SES header fields". Both lists of header names were copied from that page, in its
 * order, and not from core, so that an error in one of the two shows in a test against the other.
 */
final class HeaderCheck {
  private static final int MAX_HEADERS = 15;
  private static final Pattern NAME = Pattern.compile("[!-9;-~]{1,126}");
  private static final Pattern VALUE = Pattern.compile("[ -~]{1,995}");

  /** Name and value together. */
  private static final int MAX_HEADER = 996;

  /** As SES's errors have it; its reference allows one character more. */
  private static final Pattern TAG = Pattern.compile("[A-Za-z0-9_.@-]{1,255}");

  /** Headers that SES sets itself and does not accept as custom headers of simple content. */
  private static final Set<String> SET_BY_SES =
      names(
          "BCC CC Content-Disposition Content-Type Date From Message-ID MIME-Version Reply-To"
              + " Return-Path Subject To");

  /**
   * Refused here although AWS does not list them: a second identity that has to be verified, and
   * the encoding of a body that SES writes.
   */
  private static final Set<String> UNDOCUMENTED = names("Sender Content-Transfer-Encoding");

  /** Headers that may appear only once. */
  private static final Set<String> SINGLE =
      names(
          "Accept-Language acceptLanguage Archived-At Auto-Submitted Bounces-to Comments"
              + " Content-Alternative Content-Base Content-Class Content-Description"
              + " Content-Disposition Content-Duration Content-ID Content-Language Content-Length"
              + " Content-Location Content-MD5 Content-Transfer-Encoding Content-Type Date"
              + " Delivered-To Disposition-Notification-Options Disposition-Notification-To"
              + " DKIM-Signature DomainKey-Signature Errors-To From Importance In-Reply-To Keywords"
              + " List-Archive List-Help List-Id List-Owner List-Post List-Subscribe"
              + " List-Unsubscribe List-Unsubscribe-Post Message-Context Message-ID MIME-Version"
              + " Organization Original-From Original-Message-ID Original-Recipient Original-Subject"
              + " Precedence Priority References Reply-To Return-Path Return-Receipt-To Sender"
              + " Solicitation Sensitivity Subject Thread-Index Thread-Topic User-Agent VBR-Info");

  private HeaderCheck() {}

  private static Set<String> names(String separatedBySpaces) {
    return Set.of(separatedBySpaces.toLowerCase(Locale.ROOT).split(" "));
  }

  private static boolean isReserved(String lowerCase) {
    return SET_BY_SES.contains(lowerCase) || UNDOCUMENTED.contains(lowerCase);
  }

  /** The custom headers of simple content. */
  static Map<String, String> custom(List<Pair> headers) {
    if (headers.size() > MAX_HEADERS) {
      throw SesRefusal.badRequest(
          "Too many headers.",
          "The email has " + headers.size() + " headers; SES accepts " + MAX_HEADERS + ".");
    }
    Map<String, String> custom = new LinkedHashMap<>();
    for (Pair header : headers) {
      String name = header.name();
      requireWellFormed(header);
      boolean twice = custom.keySet().stream().anyMatch(name::equalsIgnoreCase);
      if (twice || isReserved(name.toLowerCase(Locale.ROOT))) {
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
          "A header name must have 1 to 126 printable ASCII characters, no space and no colon; it has "
              + header.name().length()
              + " characters.");
    }
    if (header.name().toLowerCase(Locale.ROOT).startsWith("x-ses-")) {
      throw SesRefusal.notRead("The header " + header.name());
    }
    int length = header.name().length() + header.value().length();
    if (length > MAX_HEADER || !VALUE.matcher(header.value()).matches()) {
      throw SesRefusal.badRequest(
          "Invalid header value.",
          "The value of the header "
              + header.name()
              + " must be printable ASCII characters without line breaks, at least one, and at most "
              + MAX_HEADER
              + " together with the name; they have "
              + length
              + ".");
    }
  }

  /** The headers of a raw email that no other accessor returns. */
  static Map<String, String> customOfRaw(List<Pair> headers) {
    Map<String, String> custom = new LinkedHashMap<>();
    for (Pair header : headers) {
      String lowerCase = header.name().toLowerCase(Locale.ROOT);
      if (!isReserved(lowerCase) && !lowerCase.startsWith("x-ses-")) {
        custom.merge(header.name(), header.value(), (one, more) -> one + ", " + more);
      }
    }
    return custom;
  }

  /** Refuses a header that appears twice and may appear only once. */
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
        "The email already has the header " + name + ", and SES accepts it once.");
  }

  /** The message tags. */
  static Map<String, String> tags(List<Pair> tags) {
    Map<String, String> checked = new LinkedHashMap<>();
    for (Pair tag : tags) {
      if (!TAG.matcher(tag.name()).matches() || !TAG.matcher(tag.value()).matches()) {
        throw SesRefusal.badRequest(
            "Invalid tag name or value: only alphanumeric ASCII characters, '_', '-', '.' and '@'"
                + " are allowed.",
            "Names and values of tags must have 1 to 255 characters of A-Z a-z 0-9 _ - . @.");
      }
      if (checked.putIfAbsent(tag.name(), tag.value()) != null) {
        throw SesRefusal.badRequest("Duplicate tag.", "The tag " + tag.name() + " appears twice.");
      }
    }
    return checked;
  }
}
