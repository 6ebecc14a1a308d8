package com.healthmetrics.aws.testkit.hostile;

import java.util.List;

/**
 * A text that the public interface accepts from outside.
 *
 * @param name the type and the method or part that reads it
 * @param action gives it a text
 * @param maxLength the most characters that can arrive there
 * @param frames what surrounds a hostile text, which takes the place of the ellipsis
 */
record HostileInput(String name, Action action, int maxLength, List<String> frames) {
  static final String PLACE = "\u2026";

  /** Reads a text. */
  interface Action {
    void accept(String text) throws Exception;
  }

  static HostileInput of(String name, Action action, String... frames) {
    return new HostileInput(
        name, action, Integer.MAX_VALUE, frames.length == 0 ? List.of(PLACE) : List.of(frames));
  }

  /**
   * A text in a request's target, percent-encoded: beyond 380 KB of target and headers, the JDK's
   * server closes the connection itself.
   */
  static HostileInput inTarget(String name, Action action, String... frames) {
    return of(name, action, frames).atMost(30_000);
  }

  HostileInput atMost(int length) {
    return new HostileInput(name, action, length, frames);
  }
}
