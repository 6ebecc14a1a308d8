package com.healthmetrics.aws.internal.template;

import java.util.regex.Pattern;

/**
 * Where a URL's reader is: values may fill path, query and fragment, and never scheme and host,
 * unless a whole URI begins the URL.
 *
 * <p>Sources: RFC 3986, section 3; URL Living Standard, "URL parsing", which drops spaces at the
 * start and reads a backslash as a slash.
 *
 * @param part what comes next
 * @param read what was read of the scheme and the host, as long as it may become one of them
 */
record UrlPosition(Part part, String read) implements Position {

  /** The parts of a URL. */
  enum Part {
    START,
    /** In the scheme or the host, or in a URL that has none. */
    ORIGIN,
    PATH,
    QUERY,
    /** After a whole URI, which may end in its host. */
    URI
  }

  static final UrlPosition START = new UrlPosition(Part.START, "");

  private static final UrlPosition PATH = new UrlPosition(Part.PATH, "");
  private static final UrlPosition QUERY = new UrlPosition(Part.QUERY, "");
  private static final UrlPosition URI = new UrlPosition(Part.URI, "");

  /** A host has at most 253 characters; what is longer never becomes an origin. */
  private static final int MAX_ORIGIN = 280;

  private static final UrlPosition NOWHERE = new UrlPosition(Part.ORIGIN, "?");

  /** Without user-info and character references, which could hide the host. */
  private static final Pattern ORIGIN =
      Pattern.compile("(?i)https?://[\\p{L}\\p{N}.-]+(:\\d+)?[/?#]|mailto:[^?&%\\s]+\\?|#");

  private static final String ELSEWHERE =
      "{{%s}} is in the scheme or host of a URL, so that it decides where the link leads. Write"
          + " both into the template, such as https://example.com/{{%1$s}}, or begin the URL with"
          + " a java.net.URI.";

  @Override
  public UrlPosition after(char next) {
    return switch (part) {
      case START -> isSpace(next) ? this : START.read(next);
      case ORIGIN -> read(next);
      case PATH -> next == '?' || next == '#' ? QUERY : this;
      case QUERY -> this;
      case URI -> afterUri(next);
    };
  }

  private UrlPosition read(char next) {
    if (read.length() > MAX_ORIGIN || this.equals(NOWHERE)) {
      return NOWHERE;
    }
    String longer = read + next;
    if (!ORIGIN.matcher(longer).matches()) {
      return new UrlPosition(Part.ORIGIN, longer);
    }
    return next == '/' ? PATH : QUERY;
  }

  private static UrlPosition afterUri(char next) {
    return switch (next) {
      case '/' -> PATH;
      case '?', '#' -> QUERY;
      default -> NOWHERE;
    };
  }

  private static boolean isSpace(char c) {
    return c <= ' ';
  }

  @Override
  public UrlPosition afterValue(boolean uri) {
    return part == Part.START && uri ? URI : this;
  }

  @Override
  public Slot slot(boolean uri) {
    return switch (part) {
      case START ->
          uri
              ? new Allowed(Escaping.HTML)
              : new Refused(
                  "{{%s}} starts a link but is not a URI, so its scheme is not checked. Make the"
                      + " component a java.net.URI.");
      case ORIGIN -> new Refused(ELSEWHERE);
      case PATH -> new Allowed(Escaping.PATH);
      case QUERY -> new Allowed(Escaping.QUERY);
      case URI ->
          new Refused(
              "{{%s}} follows a URI, which may end in its host, so that it decides where the link"
                  + " leads. Write a slash, a question mark or a # between them.");
    };
  }
}
