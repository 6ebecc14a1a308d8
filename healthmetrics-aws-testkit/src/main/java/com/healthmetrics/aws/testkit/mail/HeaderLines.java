package com.healthmetrics.aws.testkit.mail;

import com.healthmetrics.aws.testkit.internal.Percent;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Writes header values in lines that relays carry unchanged: of at most 78 characters where a space
 * or an encoded word allows it, and never of more than 998.
 *
 * <p>Sources: RFC 5322, sections 2.1.1 and 2.2.3; RFC 2047, section 2; RFC 2231.
 */
final class HeaderLines {
  private static final int PREFERRED_LENGTH = 78;

  /** Leaves room in a line of 998 characters for the name of the header and the address. */
  private static final int MAX_NAME = 600;

  /** A line with an encoded word is shorter; RFC 2047, section 2. */
  private static final int MAX_LENGTH_WITH_WORDS = 76;

  private static final String NO_FOLD = " \\";

  private static final String PARAMETER = ";\r\n ";

  /** Never splits the encoding of one octet. */
  private static final Pattern PIECE = Pattern.compile("(?:%..|[^%]){1,20}");

  private HeaderLines() {}

  /** A value that means the same with line breaks before its spaces. */
  static String folded(String name, String value) {
    StringBuilder lines = new StringBuilder();
    int start = 0;
    int room = PREFERRED_LENGTH - name.length() - ": ".length();
    int fold = foldBefore(value, start, room);
    while (fold > 0) {
      lines.append(value, start, fold).append("\r\n");
      start = fold;
      room = PREFERRED_LENGTH;
      fold = foldBefore(value, start, room);
    }
    return lines.append(value, start, value.length()).toString();
  }

  /**
   * The last space that leaves room, or else the first one; 0 if there is none, or no need for one.
   * Only single spaces count, as some readers take all white space at a fold for one space, and
   * none that a backslash quotes.
   */
  private static int foldBefore(String value, int start, int room) {
    if (value.length() - start <= room) {
      return 0;
    }
    int last = 0;
    for (int i = start + 1; i < value.length() - 1; i++) {
      if (i - start > room && last > 0) {
        return last;
      }
      if (value.charAt(i) == ' '
          && NO_FOLD.indexOf(value.charAt(i - 1)) < 0
          && value.charAt(i + 1) != ' ') {
        last = i;
      }
    }
    return last;
  }

  /** Text: as it is if it survives folding, otherwise as encoded words. */
  static String text(String name, String text) {
    boolean readable =
        text.chars().allMatch(c -> c >= ' ' && c <= '~')
            && !text.contains("=?")
            && text.equals(text.strip());
    String folded = folded(name, text);
    return readable && longestLine(name, folded) <= PREFERRED_LENGTH
        ? folded
        : folded(name, encodedWords(name, text));
  }

  /** Addresses, which are checked already; a display name that cannot be folded is encoded. */
  static String addresses(String name, List<String> addresses) {
    return folded(
        name, addresses.stream().map(HeaderLines::foldable).collect(Collectors.joining(", ")));
  }

  private static String foldable(String address) {
    if (longestLine("", folded("", address)) <= MAX_NAME) {
      return address;
    }
    int angle = address.lastIndexOf('<');
    String name = address.substring(0, angle).strip();
    String words = name.startsWith("\"") ? unquoted(name) : MimeReader.shown(name);
    return encodedWords("", words) + " " + address.substring(angle);
  }

  private static String unquoted(String name) {
    return name.substring(1, name.length() - 1).replaceAll("\\\\(.)", "$1");
  }

  /**
   * A parameter on a line of its own: in quotes, or in pieces of percent-encoded UTF-8 (RFC 2231).
   */
  static String parameter(String name, String value) {
    if (value.chars().allMatch(c -> c >= ' ' && c <= '~')) {
      return PARAMETER + name + "=\"" + value.replaceAll("[\"\\\\]", "\\\\$0") + "\"";
    }
    List<String> pieces =
        PIECE.matcher(Percent.encode(value)).results().map(MatchResult::group).toList();
    StringBuilder parameters = new StringBuilder();
    for (int i = 0; i < pieces.size(); i++) {
      parameters.append(PARAMETER).append(name).append('*').append(i).append("*=");
      parameters.append(i == 0 ? "UTF-8''" : "").append(pieces.get(i));
    }
    return parameters.toString();
  }

  private static int longestLine(String name, String folded) {
    int longest = 0;
    int start = -name.length() - ": ".length();
    for (int end = folded.indexOf("\r\n"); end >= 0; end = folded.indexOf("\r\n", start)) {
      longest = Math.max(longest, end - start);
      start = end + 2;
    }
    return Math.max(longest, folded.length() - start);
  }

  /**
   * Words, separated by spaces, none of which splits a character or is too long for the line with
   * the header's name.
   */
  private static String encodedWords(String name, String text) {
    int base64 = MAX_LENGTH_WITH_WORDS - (name + ": " + encoded("")).length();
    int maxBytes = base64 / 4 * 3;
    StringBuilder words = new StringBuilder();
    StringBuilder word = new StringBuilder();
    text.codePoints()
        .mapToObj(Character::toString)
        .forEach(
            character -> {
              if (utf8(word + character).length > maxBytes) {
                words.append(encoded(word)).append(' ');
                word.setLength(0);
              }
              word.append(character);
            });
    return words.append(encoded(word)).toString();
  }

  private static String encoded(CharSequence text) {
    return "=?UTF-8?B?" + Base64.getEncoder().encodeToString(utf8(text.toString())) + "?=";
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
