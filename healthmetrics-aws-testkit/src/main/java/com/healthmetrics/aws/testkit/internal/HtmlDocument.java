package com.healthmetrics.aws.testkit.internal;

import com.healthmetrics.aws.testkit.internal.HtmlTokens.Token;
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
 * The links, images, text and other properties of the HTML part of an email. It reads one tag after
 * the other and builds no tree.
 */
public final class HtmlDocument {
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

  /** Reads a document; nothing is malformed. */
  public static HtmlDocument of(String html) {
    return new HtmlDocument(html);
  }

  /**
   * A link.
   *
   * @param target its {@code href}, without white space around it
   * @param text what is shown
   * @param attributes all attributes
   */
  public record Link(String target, String text, Map<String, String> attributes) {}

  /** Whether it declares that it is HTML. */
  public boolean hasDoctype() {
    return doctype;
  }

  /** The {@code lang} of the html element. */
  public Optional<String> lang() {
    return lang;
  }

  /** The title, without white space around it. */
  public String title() {
    return title.toString().strip();
  }

  /** All text of the body, white space collapsed. */
  public String text() {
    return fold(text);
  }

  /** The links that lead out of the document, character references decoded, in order. */
  public List<Link> links() {
    return links;
  }

  /** The attributes of each image. */
  public List<Map<String, String>> images() {
    return images;
  }

  /** Names of active elements and attributes. */
  public Set<String> active() {
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
