package com.healthmetrics.aws.mail;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * Encodes text beyond ASCII for an email header.
 *
 * <p>Source: RFC 2047, section 2.
 */
final class EncodedWords {
  private static final int MAX_BYTES = 45;

  private EncodedWords() {}

  /** Words of at most 75 characters, separated by spaces, none of which splits a character. */
  static String of(String text) {
    StringBuilder words = new StringBuilder();
    StringBuilder word = new StringBuilder();
    text.codePoints()
        .mapToObj(Character::toString)
        .forEach(
            character -> {
              if (utf8(word + character).length > MAX_BYTES) {
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
