package com.healthmetrics.aws.testkit.lint;

import com.healthmetrics.aws.testkit.lint.HtmlTokens.Token;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The properties of an HTML part that the rules need. It reads one tag after the other and builds
 * no tree, which is enough for links, images and text.
 */
final class HtmlDocument {
  private static final Pattern ATTRIBUTE =
      Pattern.compile(
          "([^\\s\"'<>/=]++)(?:\\s*+=\\s*+(?:\"([^\"]*+)\"|'([^']*+)'|([^\\s\"'=<>`]++)))?");

  private boolean doctype;
  private Optional<String> lang = Optional.empty();
  private final StringBuilder title = new StringBuilder();
  private final StringBuilder text = new StringBuilder();
  private final List<Link> links = new ArrayList<>();
  private final List<Map<String, String>> images = new ArrayList<>();
  private final Set<String> active = new LinkedHashSet<>();

  private boolean inTitle;
  private Optional<Map<String, String>> anchor = Optional.empty();
  private final StringBuilder anchorText = new StringBuilder();

  /** Email clients and filters remove these elements, or treat them as an attack. */
  private static final Set<String> ACTIVE =
      Set.of("script", "iframe", "frame", "object", "embed", "form", "base", "link");

  private HtmlDocument(String html) {
    HtmlTokens tokens = new HtmlTokens(html);
    int after = 0;
    for (Optional<Token> next = tokens.next(); next.isPresent(); next = tokens.next()) {
      Token token = next.get();
      text(html.substring(after, token.start()));
      after = token.end();
      tag(token);
    }
    text(html.substring(after));
    endAnchor();
  }

  static HtmlDocument of(String html) {
    return new HtmlDocument(html);
  }

  /** A link with its target, text and attributes. */
  record Link(String target, String text, Map<String, String> attributes) {}

  boolean hasDoctype() {
    return doctype;
  }

  /** The {@code lang} of the html element. */
  Optional<String> lang() {
    return lang;
  }

  String title() {
    return title.toString().strip();
  }

  /** All text of the body, white space collapsed. */
  String text() {
    return fold(text);
  }

  List<Link> links() {
    return links;
  }

  /** The attributes of each image. */
  List<Map<String, String>> images() {
    return images;
  }

  /** Names of active elements and attributes. */
  Set<String> active() {
    return active;
  }

  private static String fold(CharSequence text) {
    return text.toString().replaceAll("\\s+", " ").strip();
  }

  private void text(String html) {
    String decoded = HtmlEntities.decode(html);
    if (inTitle) {
      title.append(decoded);
      return;
    }
    text.append(decoded).append(' ');
    anchorText.append(decoded);
  }

  private void tag(Token token) {
    String name = token.name();
    boolean start = token.opens();
    Map<String, String> attributes = attributes(token.attributes());
    if (ACTIVE.contains(name)) {
      active.add(name);
    }
    attributes.keySet().stream().filter(key -> key.startsWith("on")).forEach(active::add);
    switch (name) {
      case "!doctype" -> doctype = true;
      case "html" -> lang = Optional.ofNullable(attributes.get("lang")).or(() -> lang);
      case "title" -> inTitle = start;
      case "img" -> images.add(attributes);
      case "a" -> {
        endAnchor();
        if (start) {
          anchor = Optional.of(attributes);
        }
      }
      default -> {
        // The rules do not need other elements.
      }
    }
  }

  private void endAnchor() {
    Map<String, String> attributes = anchor.orElse(Map.of());
    String target = attributes.getOrDefault("href", "#").strip();
    if (!target.startsWith("#")) {
      links.add(new Link(target, fold(anchorText), attributes));
    }
    anchor = Optional.empty();
    anchorText.setLength(0);
  }

  private static Map<String, String> attributes(String source) {
    Map<String, String> attributes = new LinkedHashMap<>();
    Matcher attribute = ATTRIBUTE.matcher(source);
    while (attribute.find()) {
      String value = "";
      for (int group = 2; group <= 4; group++) {
        value = attribute.group(group) == null ? value : attribute.group(group);
      }
      attributes.putIfAbsent(LowerCase.of(attribute.group(1)), HtmlEntities.decode(value));
    }
    return attributes;
  }
}
