package com.healthmetrics.aws.internal.template;

import java.util.List;
import java.util.regex.Pattern;

/**
 * Where the reader of a text part is: in a URL, as mail clients find it, which takes values as the
 * HTML's link does; or in other text, which takes any value.
 *
 * @param begun the last characters, where a URL may begin with them, in lower case
 * @param url the position in a URL; {@link UrlPosition#START} outside of one
 */
record TextPosition(String begun, UrlPosition url) implements Position {
  static final TextPosition START = new TextPosition("", UrlPosition.START);

  private static final String MAILTO = "mailto:";

  /** A value may be the scheme, or a part of it. */
  private static final List<String> BEGINNINGS = List.of("https://", "http://", "://", MAILTO);

  /** After them, slashes in a value would begin a URL. */
  private static final Pattern IN_BEGINNING = Pattern.compile("https?:/?|:/");

  /** Spaces and punctuation of Chinese and Japanese, which need no space after a URL, too. */
  private static final Pattern END =
      Pattern.compile("[\\p{Z}\\p{Cc}<>\"[\\p{P}&&[\\u3000-\\u303F\\uFF00-\\uFF65]]]");

  @Override
  public TextPosition after(char next) {
    if (END.matcher(String.valueOf(next)).matches()) {
      return START;
    }
    if (inUrl()) {
      return new TextPosition("", url.after(next));
    }
    String longer = beginning(begun + Character.toLowerCase(next));
    if (!BEGINNINGS.contains(longer)) {
      return new TextPosition(longer, url);
    }
    return new TextPosition(
        "", (UrlPosition) url.after(longer.equals(MAILTO) ? MAILTO : "https://"));
  }

  /** The longest end of a text with which a URL may begin. */
  private static String beginning(String text) {
    String end = text;
    while (!isBeginning(end)) {
      end = end.substring(1);
    }
    return end;
  }

  private static boolean isBeginning(String text) {
    return BEGINNINGS.stream().anyMatch(beginning -> beginning.startsWith(text));
  }

  private boolean inUrl() {
    return url.part() != UrlPosition.Part.START;
  }

  @Override
  public TextPosition afterValue(boolean uri) {
    return new TextPosition(begun, url.afterValue(uri));
  }

  @Override
  public Slot slot(boolean uri) {
    if (inUrl()) {
      return url.slot(uri);
    }
    return IN_BEGINNING.matcher(begun).matches()
        ? url.after(begun).slot(uri)
        : new Allowed(Escaping.NONE);
  }
}
