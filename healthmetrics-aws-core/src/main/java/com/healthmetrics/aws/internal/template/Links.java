package com.healthmetrics.aws.internal.template;

import com.healthmetrics.aws.internal.Checks;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Links of mails: which may be in one, and which are. */
final class Links {
  private static final Pattern HREF =
      Pattern.compile(
          "<a(?:rea)?\\b[^>]*?\\shref\\s*=\\s*(?:\"([^\"]*)\"|'([^']*)'|([^\\s>]+))",
          Pattern.CASE_INSENSITIVE);
  private static final Pattern REFERENCE =
      Pattern.compile("&(?:#(\\d{1,6})|#[xX]([0-9a-fA-F]{1,5})|(amp|lt|gt|quot|apos));");

  /** What would make a link longer, so that a text merely begins like it. */
  private static final String LONGER = "(?![A-Za-z0-9/%?&=#_~+@:-])";

  private Links() {}

  /** A link as a mail may carry it; the message does not repeat it, as it may hold a token. */
  static URI require(URI link, String name) {
    String scheme = link.getScheme() == null ? "" : link.getScheme().toLowerCase(Locale.ROOT);
    boolean web = link.getHost() != null && (scheme.equals("https") || scheme.equals("http"));
    boolean fine = web && (scheme.equals("https") || Checks.isLoopback(link));
    if (!fine && !scheme.equals("mailto")) {
      throw new IllegalArgumentException(
          name + " is no link for a mail. Give an https URL, http on this machine, or mailto.");
    }
    return link;
  }

  /** An {@code href}, as browsers read it, and where it begins. */
  record Link(int offset, String target) {

    /** Whether a text holds it, or of a mailto link the address. */
    boolean isIn(String text) {
      String shown =
          target.toLowerCase(Locale.ROOT).startsWith("mailto:")
              ? target.substring("mailto:".length()).replaceFirst("\\?.*", "")
              : target;
      return Pattern.compile(Pattern.quote(shown) + LONGER).matcher(text).find();
    }
  }

  /** All links of an html document that lead out of it. */
  static List<Link> in(String html) {
    List<Link> links = new ArrayList<>();
    Matcher matcher = HREF.matcher(html);
    while (matcher.find()) {
      for (int group = 1; group <= 3; group++) {
        String value = matcher.group(group);
        if (value != null && !value.startsWith("#")) {
          links.add(new Link(matcher.start(group), decode(value)));
        }
      }
    }
    return links;
  }

  private static String decode(String html) {
    return REFERENCE.matcher(html).replaceAll(match -> Matcher.quoteReplacement(character(match)));
  }

  private static String character(MatchResult match) {
    if (match.group(1) != null) {
      return Character.toString(Integer.parseInt(match.group(1)));
    }
    if (match.group(2) != null) {
      return Character.toString(Integer.parseInt(match.group(2), 16));
    }
    return switch (match.group(3)) {
      case "lt" -> "<";
      case "gt" -> ">";
      case "quot" -> "\"";
      case "apos" -> "'";
      default -> "&";
    };
  }
}
