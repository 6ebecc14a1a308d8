package com.healthmetrics.aws.internal.template;

import java.util.Set;
import java.util.function.Supplier;

/**
 * Where an HTML parser is, as far as that decides what a value there means: the state of its
 * tokenizer.
 *
 * <p>Source: HTML Living Standard, "Tokenization" and "Parsing elements that contain only text".
 *
 * @param state the tokenizer's state
 * @param element the name of the open tag, or of the element that holds only text
 * @param endTag whether the open tag is an end tag
 * @param attribute the name of the attribute
 * @param read the last characters, where they decide what the next one means
 * @param url the position in an attribute's URL
 */
record HtmlPosition(
    State state, String element, boolean endTag, String attribute, String read, UrlPosition url)
    implements Position {

  /** The states of the tokenizer; states that read on alike are one. */
  private enum State {
    TEXT,
    TAG_OPEN,
    END_TAG_OPEN,
    TAG_NAME,
    BEFORE_ATTRIBUTE,
    ATTRIBUTE,
    AFTER_ATTRIBUTE,
    BEFORE_VALUE,
    DOUBLE_QUOTED,
    SINGLE_QUOTED,
    UNQUOTED,
    DECLARATION,
    COMMENT,
    /** A doctype, or what browsers read as a comment. */
    BOGUS_COMMENT,
    /** In an element that holds only text. */
    ONLY_TEXT,
    /** After an element whose content readers do not agree on. */
    UNKNOWN
  }

  static final HtmlPosition START =
      new HtmlPosition(State.TEXT, "", false, "", "", UrlPosition.START);

  /** Longer names are none of those that matter. */
  private static final int MAX_NAME = 40;

  /** Elements that hold only text, in which character references are read. */
  private static final Set<String> ESCAPABLE = Set.of("title", "textarea");

  /** Elements that hold only text, as it is. */
  private static final Set<String> RAW =
      Set.of("style", "script", "xmp", "iframe", "noembed", "noframes");

  /** What they contain depends on the reader, or is not HTML. */
  private static final Set<String> DISPUTED =
      Set.of("svg", "math", "noscript", "select", "frameset", "plaintext");

  @Override
  public HtmlPosition after(char next) {
    return switch (state) {
      case TEXT -> next == '<' ? to(State.TAG_OPEN) : reading(reference(next));
      case TAG_OPEN -> afterLess(next);
      case END_TAG_OPEN -> afterSlash(next);
      case TAG_NAME -> inTag(next, () -> named(append(element, next)));
      case BEFORE_ATTRIBUTE -> inTag(next, () -> attribute("", next));
      case ATTRIBUTE ->
          next == '=' ? to(State.BEFORE_VALUE) : inTag(next, () -> attribute(attribute, next));
      case AFTER_ATTRIBUTE ->
          next == '=' ? to(State.BEFORE_VALUE) : inTag(next, () -> attribute("", next));
      case BEFORE_VALUE -> beforeValue(next);
      case DOUBLE_QUOTED -> next == '"' ? to(State.BEFORE_ATTRIBUTE) : inValue(next);
      case SINGLE_QUOTED -> next == '\'' ? to(State.BEFORE_ATTRIBUTE) : inValue(next);
      case UNQUOTED -> next == '/' ? this : inTag(next, () -> this);
      case DECLARATION -> declaration(next);
      case COMMENT -> comment(next);
      case BOGUS_COMMENT -> next == '>' ? START : this;
      case ONLY_TEXT -> onlyText(next);
      case UNKNOWN -> this;
    };
  }

  private HtmlPosition to(State next) {
    String name = next == State.BEFORE_ATTRIBUTE ? "" : attribute;
    return new HtmlPosition(next, element, endTag, name, "", UrlPosition.START);
  }

  private HtmlPosition reading(String characters) {
    return characters.equals(read)
        ? this
        : new HtmlPosition(state, element, endTag, attribute, characters, url);
  }

  private HtmlPosition named(String name) {
    return new HtmlPosition(State.TAG_NAME, name, endTag, "", "", UrlPosition.START);
  }

  private HtmlPosition attribute(String start, char next) {
    String name = append(start, next);
    return new HtmlPosition(State.ATTRIBUTE, element, endTag, name, "", UrlPosition.START);
  }

  private static String append(String name, char next) {
    return name.length() < MAX_NAME ? name + lowerCase(next) : name;
  }

  /** Of ASCII only, as names in HTML. */
  private static char lowerCase(char c) {
    return c >= 'A' && c <= 'Z' ? (char) (c + ('a' - 'A')) : c;
  }

  private HtmlPosition afterLess(char next) {
    if (isLetter(next)) {
      return new HtmlPosition(State.TAG_NAME, append("", next), false, "", "", UrlPosition.START);
    }
    return switch (next) {
      case '/' -> to(State.END_TAG_OPEN);
      case '!' -> to(State.DECLARATION);
      case '?' -> to(State.BOGUS_COMMENT);
      default -> START.after(next);
    };
  }

  private HtmlPosition afterSlash(char next) {
    if (isLetter(next)) {
      return new HtmlPosition(State.TAG_NAME, append("", next), true, "", "", UrlPosition.START);
    }
    return next == '>' ? START : to(State.BOGUS_COMMENT);
  }

  /** What is the same everywhere in a tag. */
  private HtmlPosition inTag(char next, Supplier<HtmlPosition> otherwise) {
    if (next == '>') {
      return afterTag();
    }
    if (next == '/') {
      return to(State.BEFORE_ATTRIBUTE);
    }
    if (!isSpace(next)) {
      return otherwise.get();
    }
    return to(
        state == State.ATTRIBUTE || state == State.AFTER_ATTRIBUTE
            ? State.AFTER_ATTRIBUTE
            : State.BEFORE_ATTRIBUTE);
  }

  private HtmlPosition afterTag() {
    if (endTag) {
      return START;
    }
    if (DISPUTED.contains(element)) {
      return to(State.UNKNOWN);
    }
    return ESCAPABLE.contains(element) || RAW.contains(element)
        ? new HtmlPosition(State.ONLY_TEXT, element, false, "", "", UrlPosition.START)
        : START;
  }

  private HtmlPosition beforeValue(char next) {
    if (isSpace(next)) {
      return this;
    }
    return switch (next) {
      case '"' -> to(State.DOUBLE_QUOTED);
      case '\'' -> to(State.SINGLE_QUOTED);
      case '>' -> afterTag();
      default -> to(State.UNQUOTED);
    };
  }

  private HtmlPosition inValue(char next) {
    // The # of a character reference starts no fragment.
    boolean ofReference = next == '#' && read.equals("&");
    UrlPosition after = HtmlAttribute.isUrl(attribute) && !ofReference ? url.after(next) : url;
    return new HtmlPosition(state, element, endTag, attribute, reference(next), after);
  }

  /** The last characters if they begin a character reference, which a value could complete. */
  private String reference(char next) {
    if (next == '&') {
      return "&";
    }
    boolean continues =
        isLetter(next) || (next >= '0' && next <= '9') || (next == '#' && read.equals("&"));
    return read.startsWith("&") && continues ? "&#" : "";
  }

  private HtmlPosition declaration(char next) {
    if (next != '-') {
      return to(State.BOGUS_COMMENT).after(next);
    }
    return read.isEmpty() ? reading("-") : to(State.COMMENT).reading("++");
  }

  /**
   * The two hyphens that open the comment are written as plus signs: they close it only at once.
   */
  private HtmlPosition comment(char next) {
    if (next == '>'
        && (read.endsWith("--")
            || read.endsWith("--!")
            || read.endsWith("++")
            || read.endsWith("++-"))) {
      return START;
    }
    String longer = read + (next == '+' ? ' ' : next);
    return reading(longer.substring(Math.max(0, longer.length() - 3)));
  }

  private HtmlPosition onlyText(char next) {
    String end = "</" + element;
    String longer = read + lowerCase(next);
    if (read.equals(end) && (isSpace(next) || next == '/' || next == '>')) {
      return new HtmlPosition(State.TAG_NAME, element, true, "", "", UrlPosition.START).after(next);
    }
    if (element.equals("script") && longer.equals("<!--")) {
      // Scripts in such comments end by rules of their own.
      return to(State.UNKNOWN);
    }
    if (end.startsWith(longer) || (element.equals("script") && "<!--".startsWith(longer))) {
      return reading(longer);
    }
    if (next == '<') {
      return reading("<");
    }
    return reading(reference(next));
  }

  private static boolean isLetter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }

  private static boolean isSpace(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\f' || c == '\r';
  }

  @Override
  public HtmlPosition afterValue(boolean uri) {
    UrlPosition after = HtmlAttribute.isUrl(attribute) ? url.afterValue(uri) : url;
    return new HtmlPosition(state, element, endTag, attribute, "", after);
  }

  @Override
  public Slot slot(boolean uri) {
    return switch (state) {
      case TEXT -> unlessInReference(new Allowed(Escaping.HTML));
      case DOUBLE_QUOTED, SINGLE_QUOTED -> unlessInReference(inAttribute(uri));
      case ONLY_TEXT -> unlessInReference(inOnlyText());
      case BEFORE_VALUE, UNQUOTED ->
          new Refused("The attribute value {{%s}} is not quoted. Put it in quotes.");
      case COMMENT, BOGUS_COMMENT, DECLARATION ->
          new Refused(
              "{{%s}} is in a comment or a doctype, conditional comments included. Remove it, or"
                  + " move it out of it.");
      case UNKNOWN ->
          new Refused(
              "{{%s}} comes after <"
                  + element
                  + ">, which readers of HTML do not read alike. Remove that element, or move it"
                  + " behind the last variable.");
      default ->
          new Refused(
              "{{%s}} is in a tag and not in an attribute's quoted value, so that it could be an"
                  + " attribute of its own. Write it into a quoted value, or into the text.");
    };
  }

  private Slot inAttribute(boolean uri) {
    if (endTag) {
      return new Refused("{{%s}} is in an end tag, which has no attributes. Remove it.");
    }
    return HtmlAttribute.refusal(element, attribute)
        .<Slot>map(refused -> refused)
        .orElseGet(
            () -> HtmlAttribute.isUrl(attribute) ? url.slot(uri) : new Allowed(Escaping.HTML));
  }

  private Slot inOnlyText() {
    return ESCAPABLE.contains(element)
        ? new Allowed(Escaping.HTML)
        : new Refused(
            "{{%s}} is in <" + element + ">, where no escaping holds. Move it out of it.");
  }

  private Slot unlessInReference(Slot slot) {
    if (read.isEmpty() || slot instanceof Refused) {
      return slot;
    }
    return read.startsWith("&")
        ? new Refused(
            "{{%s}} follows an &, with which it could become another character. Write &amp;.")
        : new Refused(
            "{{%s}} follows what could become the end tag of <" + element + ">. Write &lt; for <.");
  }
}
