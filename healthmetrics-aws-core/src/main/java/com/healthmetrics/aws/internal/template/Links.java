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
      Pattern.compile("[\\s/]*([^\\s/>=]+)(?:\\s*=\\s*(?:\"([^\"]*)\"|'([^']*)'|([^\\s>]+)))?");
  private static final Pattern REFERENCE =
      Pattern.compile("&(?:#(\\d{1,6})|#[xX]([0-9a-fA-F]{1,5})|(amp|lt|gt|quot|apos));");

  /** The start of an attribute that holds a link, up to the value. */
  private static final Pattern OPEN_ATTRIBUTE =
      Pattern.compile(
          "(?<![a-z0-9_-])(?:href|src)\\s*(?:=\\s*[\"']?\\s*)?\\z", Pattern.CASE_INSENSITIVE);

  /** Not followed by characters that would make it a longer, different link. */
  private static final String COMPLETE = "(?![A-Za-z0-9/%?&=#_~+@:-])";

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
      return Pattern.compile(Pattern.quote(shown) + COMPLETE).matcher(text).find();
    }
  }

  /** All links that lead out of an HTML document. */
  static List<Link> in(String html) {
    List<Link> links = new ArrayList<>();
    Matcher tag = TAG.matcher(html);
    while (tag.find()) {
      link(html, tag).filter(link -> !link.target().startsWith("#")).ifPresent(links::add);
    }
    return links;
  }

  /** Reads a tag attribute by attribute, as a value may contain what looks like the tag's end. */
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

  private static String openAttribute(String html) {
    Matcher matcher = OPEN_ATTRIBUTE.matcher(html);
    return matcher.find() ? matcher.group() : "";
  }
}
