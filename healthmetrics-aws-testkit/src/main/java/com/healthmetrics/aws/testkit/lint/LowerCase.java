package com.healthmetrics.aws.testkit.lint;

/**
 * Lower case, character by character: {@link String#toLowerCase} takes time by the square of the
 * length where characters become two.
 */
final class LowerCase {
  private LowerCase() {}

  static String of(String text) {
    StringBuilder lowerCase = new StringBuilder(text);
    for (int i = 0; i < text.length(); i++) {
      lowerCase.setCharAt(i, Character.toLowerCase(text.charAt(i)));
    }
    return lowerCase.toString();
  }
}
