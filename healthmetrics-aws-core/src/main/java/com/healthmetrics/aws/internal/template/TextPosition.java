package com.healthmetrics.aws.internal.template;

/**
 * Where the reader of a text part is: in a URL, whose path and query encode values as the HTML's
 * link does, or in other text, which takes any value.
 */
record TextPosition(UrlPosition url) implements Position {
  static final TextPosition START = new TextPosition(UrlPosition.START);

  private static final String DELIMITERS = "<>\"'()[]{}";

  @Override
  public TextPosition after(char next) {
    boolean ended = next <= ' ' || next == '<' || next == '>' || next == '"';
    boolean begins = !inUrl() && DELIMITERS.indexOf(next) >= 0;
    return ended || begins ? START : new TextPosition(url.after(next));
  }

  private boolean inUrl() {
    return url.part() == UrlPosition.Part.PATH || url.part() == UrlPosition.Part.QUERY;
  }

  @Override
  public TextPosition afterValue(boolean uri) {
    return new TextPosition(url.afterValue(uri));
  }

  @Override
  public Slot slot(boolean uri) {
    return inUrl() ? url.slot(uri) : new Allowed(Escaping.NONE);
  }
}
