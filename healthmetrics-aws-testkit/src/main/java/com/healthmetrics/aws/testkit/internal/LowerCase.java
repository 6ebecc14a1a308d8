package com.healthmetrics.aws.testkit.internal;

/**
 * Lower case, character by character: {@link String#toLowerCase} takes time by the square of the
 * length where characters become two.
 */
public final class LowerCase {
  private LowerCase() {}

  /** The text in lower case. */
  public static String of(String text) {
    StringBuilder lowerCase = new StringBuilder(text);
    for (int i = 0; i < text.length(); i++) {
      lowerCase.setCharAt(i, Character.toLowerCase(text.charAt(i)));
    }
    return lowerCase.toString();
  }
}
