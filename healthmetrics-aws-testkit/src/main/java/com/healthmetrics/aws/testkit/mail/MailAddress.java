package com.healthmetrics.aws.testkit.mail;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An address as SES accepts it: ASCII before the {@code @}, punycode after it, a display name that
 * is ASCII or an encoded word.
 *
 * @param text as it was sent, with its display name
 * @param local before the {@code @}
 * @param domain after the {@code @}
 */
record MailAddress(String text, String local, String domain) {
  private static final int MAX_LENGTH = 320;
  private static final int MAX_ADDRESSES = 1_000;
  private static final Pattern WITH_NAME =
      Pattern.compile("(?:\"(?:[^\"\\\\]++|\\\\.)*+\" *+|[^\"<>@,;:]*+)<([^<>]*+)>");
  private static final Pattern LOCAL =
      Pattern.compile(
          "(?=.{1,64}$)[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*");
  private static final Pattern DOMAIN =
      Pattern.compile(
          "(?=.{1,255}$)(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\\.)+"
              + "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?");

  /**
   * Parses an address.
   *
   * @param where the member of the request that holds it
   */
  static MailAddress parse(String text, String where) {
    if (text.chars().anyMatch(c -> c < 0x20 || c == 0x7F)) {
      throw SesRefusal.badRequest(
          "Address contains control characters",
          where + " has a line break or another control character, which could inject a header.");
    }
    if (text.chars().anyMatch(c -> c > 0x7F)) {
      throw SesRefusal.badRequest(
          "Address contains illegal characters",
          where
              + " has a character outside ASCII: write the domain in punycode and the display"
              + " name as an encoded word (RFC 2047). A local part outside ASCII is not"
              + " supported.");
    }
    Matcher named = WITH_NAME.matcher(text);
    String address = named.matches() ? named.group(1) : text;
    int at = address.lastIndexOf('@');
    if (at < 0) {
      throw SesRefusal.badRequest(
          "Missing final '@domain'", "An address in " + where + " has no @.");
    }
    String local = address.substring(0, at);
    String domain = address.substring(at + 1);
    if (!LOCAL.matcher(local).matches()) {
      throw SesRefusal.badRequest(
          "Local address contains control or whitespace",
          "An address in "
              + where
              + " has a part before the @ that SES does not accept. With a display name, put the"
              + " address in angle brackets; put a name with commas in quotes.");
    }
    if (!DOMAIN.matcher(domain).matches() || address.length() > MAX_LENGTH) {
      throw SesRefusal.badRequest(
          "Domain contains illegal character or is too long",
          "An address in " + where + " has no domain like example.com after the @.");
    }
    return new MailAddress(text, local, domain);
  }

  /** Parses the addresses of a header. */
  static List<MailAddress> parseList(String header, String where) {
    List<MailAddress> addresses = new ArrayList<>();
    int start = 0;
    boolean quoted = false;
    for (int i = 0; i < header.length(); i++) {
      char c = header.charAt(i);
      if (quoted && c == '\\') {
        i++;
      } else if (c == '"') {
        quoted = !quoted;
      } else if (c == ',' && !quoted) {
        if (addresses.size() == MAX_ADDRESSES) {
          throw SesRefusal.badRequest(
              "Too many addresses.",
              where + " has more than " + MAX_ADDRESSES + " addresses, the limit of this server.");
        }
        addresses.add(parse(header.substring(start, i).strip(), where));
        start = i + 1;
      }
    }
    addresses.add(parse(header.substring(start).strip(), where));
    return addresses;
  }

  /** Whether both are the same mailbox; providers ignore the case of local parts. */
  boolean sameMailboxAs(MailAddress other) {
    return plain().equalsIgnoreCase(other.plain());
  }

  /** The address without its display name. */
  String plain() {
    return local + "@" + domain;
  }

  /** The address in a form that a log may contain. */
  static String mask(String text) {
    int at = text.lastIndexOf('@');
    return at < 0 ? "***" : "***" + text.substring(at).replace(">", "");
  }

  @Override
  public String toString() {
    return mask(text);
  }
}
