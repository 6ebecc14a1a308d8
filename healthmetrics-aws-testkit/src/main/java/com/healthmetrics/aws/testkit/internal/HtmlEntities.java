package com.healthmetrics.aws.testkit.internal;

import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The character references of HTML that are common in emails. */
final class HtmlEntities {
  private static final Pattern REFERENCE =
      Pattern.compile("&(?:#(\\d{1,6})|#[xX]([0-9a-fA-F]{1,5})|([a-z]+));");
  private static final Map<String, String> NAMED =
      Map.of("amp", "&", "lt", "<", "gt", ">", "quot", "\"", "apos", "'", "nbsp", " ");

  private HtmlEntities() {}

  /** Decodes as a browser does; an unknown name is left unchanged. */
  static String decode(String html) {
    return REFERENCE.matcher(html).replaceAll(match -> Matcher.quoteReplacement(character(match)));
  }

  private static String character(MatchResult match) {
    if (match.group(1) != null) {
      return Character.toString(Integer.parseInt(match.group(1)));
    }
    if (match.group(2) != null) {
      return Character.toString(Integer.parseInt(match.group(2), 16));
    }
    return NAMED.getOrDefault(match.group(3), match.group());
  }
}
