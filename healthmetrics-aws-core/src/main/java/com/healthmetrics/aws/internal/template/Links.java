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

/** Links in emails: which are allowed, and which an HTML document has. */
final class Links {
  private static final Pattern TAG =
      Pattern.compile("<a(?:rea)?(?=[\\s/])", Pattern.CASE_INSENSITIVE);
  private static final Pattern ATTRIBUTE =
      Pattern.compile(
          "[\\s/]*+([^\\s/>=]++)(?:\\s*+=\\s*+(?:\"([^\"]*+)\"|'([^']*+)'|([^\\s>]++)))?");
  private static final Pattern REFERENCE =
      Pattern.compile("&(?:#(\\d{1,6})|#[xX]([0-9a-fA-F]{1,5})|(amp|lt|gt|quot|apos));");

  /** A character that makes a link a longer, different one. */
  private static final Pattern CONTINUED = Pattern.compile("[A-Za-z0-9/%?&=#_~+@:-]");

  /** Browsers follow no longer one. */
  private static final int MAX_LINK = 2_048;

  private Links() {}

  /**
   * Requires a link that an email may carry; the message omits it, as it may contain a token.
   *
   * @param cleartextAllowed whether it may be plain http on any host
   */
  static URI require(URI link, String name, boolean cleartextAllowed) {
    String scheme = link.getScheme() == null ? "" : link.getScheme().toLowerCase(Locale.ROOT);
    boolean web = link.getHost() != null && (scheme.equals("https") || scheme.equals("http"));
    boolean safe = web && (scheme.equals("https") || cleartextAllowed || Checks.isLoopback(link));
    if (!safe && !scheme.equals("mailto")) {
      throw new IllegalArgumentException(
          name
              + " is not a valid link for an email. Use an https URL, http on this machine, or mailto"
              + (web
                  ? "; or, on a development network only, " + Checks.ALLOWED_BY_BUILDER + "."
                  : "."));
    }
    return link;
  }

  /**
   * An {@code href} in an HTML document, as browsers read it.
   *
   * @param tag the index of its tag
   * @param offset the index of its value
   * @param target the URL, character references decoded
   * @param tracked whether SES may track clicks on it
   */
  record Link(int tag, int offset, String target, boolean tracked) {

    /** Whether a text contains the target, or the address if it is a mailto link. */
    boolean isIn(String text) {
      String shown =
          target.toLowerCase(Locale.ROOT).startsWith("mailto:")
              ? target.substring("mailto:".length()).replaceFirst("\\?.*", "")
              : target;
      if (shown.length() > MAX_LINK) {
        return false;
      }
      Matcher next = CONTINUED.matcher(text);
      int at = text.indexOf(shown);
      while (at >= 0 && next.region(at + shown.length(), text.length()).lookingAt()) {
        at = text.indexOf(shown, at + 1);
      }
      return at >= 0;
    }
  }

  /** All links that lead out of an HTML document. */
  static List<Link> in(String html) {
    List<Link> links = new ArrayList<>();
    Matcher tag = TAG.matcher(html);
    Matcher attribute = ATTRIBUTE.matcher(html);
    int from = 0;
    while (tag.find(from)) {
      attribute.region(tag.end(), html.length());
      link(html, tag, attribute)
          .filter(link -> !link.target().startsWith("#"))
          .ifPresent(links::add);
      // What looks like a tag within a tag is none, and would be read again and again.
      from = attribute.regionStart();
    }
    return links;
  }

  /** Reads a tag attribute by attribute, as a value may contain what looks like the tag's end. */
  private static Optional<Link> link(String html, MatchResult tag, Matcher attribute) {
    Optional<Link> link = Optional.empty();
    boolean tracked = true;
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
    return link.map(found -> new Link(found.tag(), found.offset(), found.target(), mayTrack));
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
