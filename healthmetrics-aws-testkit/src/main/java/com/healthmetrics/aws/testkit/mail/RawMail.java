package com.healthmetrics.aws.testkit.mail;

import com.healthmetrics.aws.testkit.mail.SendRequest.Pair;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * The bytes of a complete message and its header section, checked before the rest is parsed.
 *
 * <p>All lines end in CRLF or all end in LF, and have at most 998 characters. Everything is 7-bit
 * ASCII, and no header appears more often than SES accepts. SES accepts some 8-bit text; this does
 * not, because not every relay does.
 *
 * <p>Sources: Amazon SES Developer Guide, "Sending raw email" and "Amazon SES header fields"; RFC
 * 5322, sections 2.1 and 2.2.
 *
 * @param mime the bytes; lines that ended in LF end in CRLF, as no relay carries a bare LF (RFC
 *     5321, section 2.3.8). That SES converts them too is unverified.
 * @param headers in order, unfolded
 */
@SuppressWarnings("ArrayRecordComponent") // passed on internally, never compared
record RawMail(byte[] mime, List<Pair> headers) {
  private static final int MAX_LINE = 998;
  private static final int MAX_HEADERS = 1_000;
  private static final Pattern NAME = Pattern.compile("[!-9;-~]+");

  RawMail {
    headers = List.copyOf(headers);
  }

  static RawMail parse(byte[] mime) {
    String text = new String(mime, StandardCharsets.ISO_8859_1);
    boolean crlf = text.contains("\r\n");
    List<String> lines = List.of(text.split(crlf ? "\r\n" : "\n", -1));
    lines.forEach(RawMail::requireClean);
    int end = lines.indexOf("");
    if (end <= 0 || end == lines.size() - 1) {
      throw malformed("header and body must be present, with an empty line between them");
    }
    List<Pair> headers = headers(lines.subList(0, end));
    HeaderCheck.requireSingle(headers.stream().map(Pair::name).toList());
    return new RawMail(crlf ? mime : ascii(String.join("\r\n", lines)), headers);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static void requireClean(String line) {
    if (line.length() > MAX_LINE) {
      throw malformed("a line has " + line.length() + " characters; the limit is " + MAX_LINE);
    }
    if (line.indexOf('\r') >= 0 || line.indexOf('\n') >= 0 || line.indexOf('\0') >= 0) {
      throw malformed(
          "a line has a bare CR or LF, another kind of line break than the others, or a NUL, which"
              + " could inject a header or a second email");
    }
    if (line.chars().anyMatch(c -> c > 0x7F)) {
      throw malformed(
          "a byte is outside 7-bit ASCII: write headers as encoded words (RFC 2047) and bodies in"
              + " quoted-printable or base64");
    }
  }

  private static List<Pair> headers(List<String> lines) {
    List<String> names = new ArrayList<>();
    List<StringBuilder> values = new ArrayList<>();
    for (String line : lines) {
      if (line.startsWith(" ") || line.startsWith("\t")) {
        if (names.isEmpty()) {
          throw malformed("the first line is a continuation line without a header");
        }
        values.get(values.size() - 1).append(' ').append(line.strip());
      } else {
        int colon = line.indexOf(':');
        String name = line.substring(0, Math.max(colon, 0));
        if (!NAME.matcher(name).matches()) {
          throw malformed("a line of the header section does not have the form Name: value");
        }
        names.add(name);
        values.add(new StringBuilder(line.substring(colon + 1).strip()));
      }
    }
    if (names.size() > MAX_HEADERS) {
      throw malformed("there are more than " + MAX_HEADERS + " headers, the limit of this server");
    }
    return IntStream.range(0, names.size())
        .mapToObj(i -> new Pair(names.get(i), values.get(i).toString().strip()))
        .toList();
  }

  /** The values of a header; its name is case-insensitive. */
  List<String> all(String name) {
    return headers.stream()
        .filter(header -> header.name().equalsIgnoreCase(name))
        .map(Pair::value)
        .toList();
  }

  /** The first value of a header. */
  Optional<String> first(String name) {
    return all(name).stream().findFirst();
  }

  static SesRefusal malformed(String what) {
    return SesRefusal.badRequest("Invalid MIME message.", "In the raw email, " + what + ".");
  }
}
