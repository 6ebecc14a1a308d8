package com.healthmetrics.aws.internal.template;

import com.healthmetrics.aws.internal.Checks;
import com.healthmetrics.aws.internal.template.TemplateNode.Section;
import com.healthmetrics.aws.internal.template.TemplateNode.Text;
import com.healthmetrics.aws.internal.template.TemplateNode.Value;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Links in emails: which are allowed, which an HTML document has, and which values start one. */
final class Links {
  private static final Pattern TAG =
      Pattern.compile("<a(?:rea)?(?=[\\s/])", Pattern.CASE_INSENSITIVE);
  private static final Pattern ATTRIBUTE =
      Pattern.compile(
          "[\\s/]*+([^\\s/>=]++)(?:\\s*+=\\s*+(?:\"([^\"]*+)\"|'([^']*+)'|([^\\s>]++)))?");
  private static final Pattern REFERENCE =
      Pattern.compile("&(?:#(\\d{1,6})|#[xX]([0-9a-fA-F]{1,5})|(amp|lt|gt|quot|apos));");

  /** The last attribute's name, if it holds a link, before its value. */
  private static final Pattern LINK_ATTRIBUTE =
      Pattern.compile("(?<![a-z0-9_-])(?:href|src)\\z", Pattern.CASE_INSENSITIVE);

  /** A character that makes a link a longer, different one. */
  private static final Pattern CONTINUED = Pattern.compile("[A-Za-z0-9/%?&=#_~+@:-]");

  /** Browsers follow no longer one. */
  private static final int MAX_LINK = 2_048;

  private static final String SPACE = " \t\n\013\f\r";

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

  /**
   * Finds the values that an {@code href} or {@code src} starts with, by identity. Such a value
   * sets the scheme, so it could turn a link into a script.
   */
  static Set<Value> startingValues(List<TemplateNode> nodes) {
    Set<Value> values = Collections.newSetFromMap(new IdentityHashMap<>());
    collectStartingValues(nodes, Set.of(""), values);
    return values;
  }

  /**
   * Collects from nodes in sequence.
   *
   * @param before the attributes that may be open, as far as they are written; several, since a
   *     section may be rendered or not
   * @return the attributes that may be open afterwards
   */
  private static Set<String> collectStartingValues(
      List<TemplateNode> nodes, Set<String> before, Set<Value> values) {
    Set<String> open = before;
    for (TemplateNode node : nodes) {
      if (node instanceof Section section) {
        Set<String> either = new HashSet<>(open);
        either.addAll(collectStartingValues(section.body(), open, values));
        open = either;
      } else if (node instanceof Text text) {
        open =
            open.stream()
                .map(start -> openAttribute(start + text.text()))
                .collect(Collectors.toSet());
      } else if (node instanceof Value value) {
        if (open.stream().anyMatch(start -> start.contains("="))) {
          values.add(value);
        }
        open = Set.of("");
      }
    }
    return open;
  }

  /**
   * The open attribute at the end of some HTML, such as {@code href="}, with at most one space
   * after it: the text that follows is appended, and the whole is read again.
   */
  private static String openAttribute(String html) {
    int end = beforeSpace(html, html.length());
    String space = end < html.length() ? " " : "";
    boolean quoted = end > 0 && (html.charAt(end - 1) == '"' || html.charAt(end - 1) == '\'');
    int sign = quoted ? beforeSpace(html, end - 1) : end;
    boolean assigned = sign > 0 && html.charAt(sign - 1) == '=';
    if (quoted && !assigned) {
      return "";
    }
    int nameEnd = assigned ? beforeSpace(html, sign - 1) : end;
    Matcher name =
        LINK_ATTRIBUTE.matcher(html).region(Math.max(0, nameEnd - "href".length()), nameEnd);
    // The character before the name decides, too.
    if (!name.useTransparentBounds(true).find()) {
      return "";
    }
    String quote = quoted ? html.substring(end - 1, end) : "";
    return name.group() + (assigned ? "=" : "") + quote + space;
  }

  /** The index before the white space that ends at an index. */
  private static int beforeSpace(String html, int end) {
    int index = end;
    while (index > 0 && SPACE.indexOf(html.charAt(index - 1)) >= 0) {
      index--;
    }
    return index;
  }
}
