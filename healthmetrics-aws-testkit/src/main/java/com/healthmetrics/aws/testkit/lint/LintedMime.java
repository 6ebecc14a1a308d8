package com.healthmetrics.aws.testkit.lint;

import com.healthmetrics.aws.testkit.lint.LintedMail.Header;
import com.healthmetrics.aws.testkit.lint.LintedMail.Mailbox;
import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A message as it is sent, or one part of it. One character is one byte, so that bytes outside
 * ASCII are found.
 */
final class LintedMime {
  private static final Pattern END_OF_HEADERS = Pattern.compile("\\r?\\n\\r?\\n");
  private static final Pattern FOLDED = Pattern.compile("\\r?\\n(?=[ \\t])");
  private static final Pattern ENCODED_WORD =
      Pattern.compile("=\\?([^?*]++)(?:\\*[^?]*+)?+\\?([bBqQ])\\?([^?]*+)\\?=(?:\\s++(?==\\?))?");

  /** Multiparts in one another; people's mail clients write 4. */
  private static final int MAX_DEPTH = 16;

  private final String source;
  private final String head;
  private final String body;
  private final List<Header> headers;
  private final List<LintedMime> parts;

  private LintedMime(String source, int depth) {
    if (depth > MAX_DEPTH) {
      throw new IllegalArgumentException(
          "The message has more than %s multiparts in one another.".formatted(MAX_DEPTH));
    }
    this.source = source;
    // A part without headers begins with the empty line.
    Matcher end = END_OF_HEADERS.matcher(source);
    boolean bare = source.startsWith("\n") || source.startsWith("\r\n");
    boolean split = !bare && end.find();
    this.head = bare ? "" : source.substring(0, split ? end.start() : source.length());
    this.body =
        bare ? source.stripLeading() : source.substring(split ? end.end() : source.length());
    this.headers = headers(head);
    this.parts =
        mediaType().startsWith("multipart/")
            ? parameter("content-type", "boundary")
                .map(boundary -> split(boundary, depth + 1))
                .orElse(List.of())
            : List.of();
  }

  static LintedMime of(byte[] message) {
    return new LintedMime(new String(message, StandardCharsets.ISO_8859_1), 0);
  }

  private static List<Header> headers(String head) {
    List<Header> headers = new ArrayList<>();
    for (String line : FOLDED.matcher(head).replaceAll("").split("\\r?\\n", -1)) {
      int colon = line.indexOf(':');
      if (colon > 0) {
        headers.add(new Header(line.substring(0, colon), line.substring(colon + 1).strip()));
      }
    }
    return headers;
  }

  private List<LintedMime> split(String boundary, int depth) {
    String[] pieces = ("\n" + body).split("\\r?\\n--" + Pattern.quote(boundary), -1);
    List<LintedMime> found = new ArrayList<>();
    for (int i = 1; i < pieces.length && !pieces[i].startsWith("--"); i++) {
      found.add(new LintedMime(pieces[i].replaceFirst("^[ \\t]*+\\r?\\n", ""), depth));
    }
    return found;
  }

  /** The message for the rules of every email. */
  LintedMail mail() {
    return new LintedMail(
        mailboxes("from").findFirst(),
        mailboxes("reply-to").toList(),
        mailboxes("to").toList(),
        Stream.concat(mailboxes("cc"), mailboxes("bcc")).toList(),
        header("subject").map(LintedMime::decodeWords).orElse(""),
        text("text/plain"),
        text("text/html"),
        headers,
        leaves().flatMap(leaf -> leaf.fileName().stream()).toList(),
        source.length());
  }

  private Stream<Mailbox> mailboxes(String name) {
    return headers.stream()
        .filter(header -> header.is(name))
        .flatMap(header -> addresses(header.value()).stream())
        .map(value -> Mailbox.parse(decodeWords(value)));
  }

  /** A comma within quotes belongs to a name. */
  private static List<String> addresses(String list) {
    List<String> addresses = new ArrayList<>();
    boolean quoted = false;
    int start = 0;
    for (int i = 0; i < list.length(); i++) {
      char c = list.charAt(i);
      quoted ^= c == '"';
      if (c == ',' && !quoted) {
        addresses.add(list.substring(start, i));
        start = i + 1;
      }
    }
    addresses.add(list.substring(start));
    return addresses;
  }

  private Optional<String> text(String mediaType) {
    return leaves()
        .filter(leaf -> leaf.mediaType().equals(mediaType) && leaf.fileName().isEmpty())
        .map(LintedMime::content)
        .findFirst();
  }

  /** This part, or its parts without parts of their own. */
  Stream<LintedMime> leaves() {
    return parts.isEmpty() ? Stream.of(this) : parts.stream().flatMap(LintedMime::leaves);
  }

  /** This part and all parts in it. */
  Stream<LintedMime> all() {
    return Stream.concat(Stream.of(this), parts.stream().flatMap(LintedMime::all));
  }

  List<LintedMime> parts() {
    return parts;
  }

  /** The bytes before the empty line. */
  String head() {
    return head;
  }

  /** The bytes, headers included. */
  String source() {
    return source;
  }

  String mediaType() {
    return header("content-type")
        .map(value -> value.replaceFirst(";.*", "").strip().toLowerCase(Locale.ROOT))
        .orElse("text/plain");
  }

  String charset() {
    return parameter("content-type", "charset").orElse("us-ascii").toLowerCase(Locale.ROOT);
  }

  String transferEncoding() {
    return header("content-transfer-encoding").orElse("7bit").toLowerCase(Locale.ROOT);
  }

  Optional<String> header(String name) {
    return headers.stream().filter(header -> header.is(name)).map(Header::value).findFirst();
  }

  private Optional<String> fileName() {
    return parameter("content-disposition", "filename")
        .or(() -> parameter("content-type", "name"))
        .map(LintedMime::decodeWords);
  }

  private Optional<String> parameter(String header, String name) {
    Pattern pattern =
        Pattern.compile(
            ";\\s*" + name + "\\s*=\\s*(?:\"([^\"]*)\"|([^;\\s]+))", Pattern.CASE_INSENSITIVE);
    return header(header)
        .map(pattern::matcher)
        .filter(Matcher::find)
        .map(match -> match.group(1) == null ? match.group(2) : match.group(1));
  }

  /** The decoded content. */
  String content() {
    return new String(bytes(transferEncoding(), body), charsetOf(charset()));
  }

  private static byte[] bytes(String encoding, String text) {
    return switch (encoding) {
      case "base64" -> Base64.getMimeDecoder().decode(text);
      case "quoted-printable" -> quotedPrintable(text.replaceAll("=[ \\t]*\\r?\\n", ""));
      default -> text.getBytes(StandardCharsets.ISO_8859_1);
    };
  }

  private static byte[] quotedPrintable(String text) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = 0; i < text.length(); i++) {
      int digits = text.charAt(i) == '=' && i + 2 < text.length() ? hex(text, i + 1) : -1;
      bytes.write(digits < 0 ? text.charAt(i) : digits);
      i += digits < 0 ? 0 : 2;
    }
    return bytes.toByteArray();
  }

  private static int hex(String text, int index) {
    int high = Character.digit(text.charAt(index), 16);
    int low = Character.digit(text.charAt(index + 1), 16);
    return high < 0 || low < 0 ? -1 : high << 4 | low;
  }

  private static Charset charsetOf(String name) {
    try {
      return Charset.forName(name);
    } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
      return StandardCharsets.ISO_8859_1;
    }
  }

  /** RFC 2047. */
  private static String decodeWords(String value) {
    return ENCODED_WORD
        .matcher(value)
        .replaceAll(
            word -> {
              boolean base64 = word.group(2).equalsIgnoreCase("b");
              byte[] bytes =
                  base64
                      ? Base64.getMimeDecoder().decode(word.group(3))
                      : quotedPrintable(word.group(3).replace('_', ' '));
              return Matcher.quoteReplacement(new String(bytes, charsetOf(word.group(1))));
            });
  }
}
