package com.healthmetrics.aws.internal.template;

import com.healthmetrics.aws.internal.Checks;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Links of mails: which may be in one, and which are. */
final class Links {
  private static final Pattern TAG =
      Pattern.compile("<a(?:rea)?(?=[\\s/])", Pattern.CASE_INSENSITIVE);
  private static final Pattern ATTRIBUTE =
      Pattern.compile("[\\s/]*([^\\s/>=]+)(?:\\s*=\\s*(?:\"([^\"]*)\"|'([^']*)'|([^\\s>]+)))?");
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

  /**
   * An {@code href}, as browsers read it.
   *
   * @param tag where its tag begins
   * @param offset where it begins itself
   * @param tracked whether SES may track its clicks
   */
  record Link(int tag, int offset, String target, boolean tracked) {

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
    Matcher tag = TAG.matcher(html);
    while (tag.find()) {
      link(html, tag).filter(link -> !link.target().startsWith("#")).ifPresent(links::add);
    }
    return links;
  }

  /** The link of a tag. Read attribute by attribute, as one may hold what looks like its end. */
  private static Optional<Link> link(String html, MatchResult tag) {
    Optional<Link> link = Optional.empty();
    boolean tracked = true;
    Matcher attribute = ATTRIBUTE.matcher(html).region(tag.end(), html.length());
    while (attribute.lookingAt()) {
      String name = attribute.group(1);
      if (name.equalsIgnoreCase("ses:no-track")) {
        tracked = false;
      } else if (name.equalsIgnoreCase("href") && link.isEmpty()) {
        link = href(tag, attribute);
      }
      attribute.region(attribute.end(), html.length());
    }
    boolean mayTrack = tracked;
    return link.map(href -> new Link(href.tag(), href.offset(), href.target(), mayTrack));
  }

  private static Optional<Link> href(MatchResult tag, MatchResult attribute) {
    for (int group = 2; group <= 4; group++) {
      String value = attribute.group(group);
      if (value != null) {
        return Optional.of(new Link(tag.start(), attribute.start(group), decode(value), true));
      }
    }
    return Optional.empty();
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
