package com.healthmetrics.aws.testkit.internal;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds the web links of a text, which nothing delimits: the period after a link may end a sentence
 * or the link's token.
 *
 * <p>A link is taken whole if the HTML part of the same email links to it, if it is in angle
 * brackets (RFC 3986, appendix C), or if it has a line to itself. Among other words, the
 * punctuation after it belongs to the sentence.
 */
public final class TextLinks {
  private static final Pattern CANDIDATE =
      Pattern.compile("https?://[^\\s\\p{Z}\\p{Cc}<>\"]+", Pattern.CASE_INSENSITIVE);

  private TextLinks() {}

  /**
   * The http and https links of a text, in order.
   *
   * @param targets the links of the HTML part
   */
  public static List<String> in(String text, Collection<String> targets) {
    List<String> links = new ArrayList<>();
    Matcher candidate = CANDIDATE.matcher(text);
    while (candidate.find()) {
      String link = link(text, candidate, targets);
      if (!link.endsWith("://")) {
        links.add(link);
      }
    }
    return links;
  }

  /** The text without its links. */
  public static String removedFrom(String text) {
    return CANDIDATE.matcher(text).replaceAll("");
  }

  private static String link(String text, Matcher candidate, Collection<String> targets) {
    String whole = candidate.group();
    String shortest = withoutPunctuation(whole);
    return targets.stream()
        .filter(target -> target.startsWith(shortest) && whole.startsWith(target))
        .max(Comparator.comparingInt(String::length))
        .orElseGet(() -> isDelimited(text, candidate.start(), candidate.end()) ? whole : shortest);
  }

  private static boolean isDelimited(String text, int start, int end) {
    char before = start == 0 ? '\n' : text.charAt(start - 1);
    char after = end == text.length() ? '\n' : text.charAt(end);
    return before == '<' ? after == '>' : isLineStart(text, start) && isLineEnd(text, end);
  }

  private static boolean isLineStart(String text, int index) {
    int start = index;
    while (start > 0 && isBlank(text.charAt(start - 1))) {
      start--;
    }
    return start == 0 || isLineBreak(text.charAt(start - 1));
  }

  private static boolean isLineEnd(String text, int index) {
    int end = index;
    while (end < text.length() && isBlank(text.charAt(end))) {
      end++;
    }
    return end == text.length() || isLineBreak(text.charAt(end));
  }

  private static boolean isBlank(char c) {
    return c == ' ' || c == '\t';
  }

  private static boolean isLineBreak(char c) {
    return c == '\n' || c == '\r';
  }

  private static String withoutPunctuation(String link) {
    int end = link.length();
    while (end > 0 && isPunctuation(link.charAt(end - 1))) {
      end--;
    }
    return link.substring(0, end);
  }

  /** Of ASCII, what ends sentences and closes brackets; beyond it, every punctuation mark. */
  private static boolean isPunctuation(char c) {
    if (c < 0x80) {
      return ".,;:!?)]}'".indexOf(c) >= 0;
    }
    return switch (Character.getType(c)) {
      case Character.OTHER_PUNCTUATION,
          Character.END_PUNCTUATION,
          Character.INITIAL_QUOTE_PUNCTUATION,
          Character.FINAL_QUOTE_PUNCTUATION ->
          true;
      default -> false;
    };
  }
}
