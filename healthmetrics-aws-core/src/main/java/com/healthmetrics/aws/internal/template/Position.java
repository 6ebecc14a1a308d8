package com.healthmetrics.aws.internal.template;

/**
 * Where a reader of an email is after some of it, as far as that decides what a value there means.
 * Equal positions are read on alike.
 */
interface Position {

  /** The position after the next literal character. */
  Position after(char next);

  /** The position after a value that is allowed here, escaped. */
  Position afterValue(boolean uri);

  /** What a value would be here. */
  Slot slot(boolean uri);

  /** The position after literal text. */
  default Position after(String text) {
    Position position = this;
    for (int i = 0; i < text.length(); i++) {
      position = position.after(text.charAt(i));
    }
    return position;
  }

  /** A place for a value: its escaping, or why there is none. */
  sealed interface Slot {}

  /** A value is allowed, escaped. */
  record Allowed(Escaping escaping) implements Slot {}

  /**
   * No value is allowed.
   *
   * @param why the problem and its remedy, in the format of {@link String#format}, with the value's
   *     name as its argument
   */
  record Refused(String why) implements Slot {}
}
