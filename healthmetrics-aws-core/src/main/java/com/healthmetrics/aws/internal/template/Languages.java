package com.healthmetrics.aws.internal.template;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Language tags and what they fall back to. */
public final class Languages {
  private Languages() {}

  /** A locale's tag and its shorter forms, as RFC 4647 looks them up: de-AT, de. */
  public static List<String> fallbacks(Locale locale) {
    List<String> tags = new ArrayList<>();
    String tag = locale.toLanguageTag();
    while (!tag.isEmpty()) {
      tags.add(tag);
      tag = tag.substring(0, Math.max(0, tag.lastIndexOf('-')));
      // A single letter introduces what followed it, and means nothing alone.
      if (tag.length() > 1 && tag.charAt(tag.length() - 2) == '-') {
        tag = tag.substring(0, tag.length() - 2);
      }
    }
    return tags;
  }

  /** Which way a locale is written, as html's {@code dir} says it. */
  static String direction(Locale locale) {
    return switch (locale.getLanguage()) {
      case "ar", "dv", "fa", "he", "iw", "ps", "ur", "yi", "ji" -> "rtl";
      default -> "ltr";
    };
  }
}
