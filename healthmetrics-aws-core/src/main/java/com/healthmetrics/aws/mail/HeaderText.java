package com.healthmetrics.aws.mail;

import com.healthmetrics.aws.internal.Checks;
import java.lang.Character.UnicodeScript;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The texts of headers: what they may contain, and how they are encoded.
 *
 * <p>One rule for display names, addresses, subjects, file names and values of headers: a reader
 * sees what was written. A text that looks as if it was encoded already is refused, because readers
 * would decode it, into line breaks and further headers if it says so.
 *
 * <p>Source: RFC 2047, section 2 and 5.
 */
final class HeaderText {
  /**
   * In base64, a word of that many bytes fits on a line of 76 characters with the longest name of a
   * header before it that has such words, {@code Reply-To: }.
   */
  private static final int MAX_BYTES = 39;

  private static final Pattern LOOKS_ENCODED = Pattern.compile("=\\?.*\\?=");

  /** What makes readers look for an encoded word, and what only such a word can carry. */
  private static final Pattern NEEDS_ENCODING = Pattern.compile("=\\?|[^ -~]");

  /** Characters that show nothing; but formats of numbers and verses are seen. */
  private static final Pattern INVISIBLE =
      Pattern.compile(
          "[\\p{Cf}\\u034F\\u115F\\u1160\\u17B4\\u17B5\\u180B-\\u180D\\u3164\\uFFA0"
              + "&&[^\\u0600-\\u0605\\u06DD\\u070F\\u08E2]]");

  private static final char NON_JOINER = '\u200C';
  private static final char JOINER = '\u200D';

  private HeaderText() {}

  /** Requires a line that readers show as it is; {@code what} names it in the message. */
  static void requireLine(String what, String text) {
    SesLimits.requireOneLine(what, text);
    int override = Checks.indexOfDirectionOverride(text);
    if (override >= 0) {
      throw refused(what, text, override, "which turns the letters after it around");
    }
    if (LOOKS_ENCODED.matcher(text).find()) {
      throw Invalid.argument(
          "The %s contains =?…?=, which readers of email decode into another text. Use the text"
              + " itself; it is encoded where it must be.",
          what);
    }
  }

  /** Requires a line that names somebody or something, with nothing in it that is not seen. */
  static void requireName(String what, String name) {
    requireLine(what, name);
    Matcher invisible = INVISIBLE.matcher(name);
    while (invisible.find()) {
      if (!joins(name, invisible.start())) {
        throw refused(what, name, invisible.start(), "which is not seen");
      }
    }
  }

  /** Whether a joiner is between two letters that need it, or between two parts of an emoji. */
  private static boolean joins(String name, int at) {
    char c = name.charAt(at);
    if ((c != JOINER && c != NON_JOINER) || at == 0 || at + 1 == name.length()) {
      return false;
    }
    int before = name.codePointBefore(at);
    int after = name.codePointAt(at + 1);
    return (isJoined(before) && isJoined(after))
        || (c == JOINER && isEmojiPart(before) && isEmojiPart(after));
  }

  /** Whether a joiner between two letters of the script chooses their form. */
  private static boolean isJoined(int codePoint) {
    return switch (UnicodeScript.of(codePoint)) {
      case ARABIC,
          BENGALI,
          DEVANAGARI,
          GUJARATI,
          GURMUKHI,
          KANNADA,
          KHMER,
          MALAYALAM,
          MONGOLIAN,
          MYANMAR,
          NKO,
          ORIYA,
          SINHALA,
          SYRIAC,
          TAMIL,
          TELUGU ->
          true;
      default -> false;
    };
  }

  /** A picture, or what chooses its color or its form as a picture. */
  private static boolean isEmojiPart(int codePoint) {
    int type = Character.getType(codePoint);
    return type == Character.OTHER_SYMBOL
        || type == Character.MODIFIER_SYMBOL
        || codePoint == 0xFE0F;
  }

  private static IllegalArgumentException refused(String what, String text, int at, String why) {
    return Invalid.argument(
        "The %s contains %s, %s. Remove it.", what, Checks.describeCharacter(text, at), why);
  }

  /** Whether readers may decode a word that is not encoded, such as an address. */
  static boolean beginsEncodedWord(String word) {
    return word.contains("=?");
  }

  static boolean needsEncoding(String text) {
    return NEEDS_ENCODING.matcher(text).find();
  }

  /** Words of at most 64 characters, separated by spaces, none of which splits a character. */
  static String encodedWords(String text) {
    StringBuilder words = new StringBuilder();
    StringBuilder word = new StringBuilder();
    text.codePoints()
        .mapToObj(Character::toString)
        .forEach(
            character -> {
              if (utf8(word + character).length > MAX_BYTES) {
                words.append(encodedWord(word)).append(' ');
                word.setLength(0);
              }
              word.append(character);
            });
    return words.append(encodedWord(word)).toString();
  }

  private static String encodedWord(CharSequence text) {
    return "=?UTF-8?B?" + Base64.getEncoder().encodeToString(utf8(text.toString())) + "?=";
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
