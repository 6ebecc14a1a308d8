package com.healthmetrics.aws.testkit.internal;

/** Prefixes of object keys, as the servers' builders accept them. */
public final class KeyPrefix {
  private KeyPrefix() {}

  /**
   * Checks the prefix of a builder.
   *
   * @param example a valid prefix, for the message
   * @return the prefix
   * @throws IllegalArgumentException if it starts with a slash or does not end in one
   */
  public static String require(String prefix, String example) {
    if (!prefix.endsWith("/") || prefix.startsWith("/")) {
      throw new IllegalArgumentException(
          "prefix must end in a slash and not start with one, like "
              + example
              + ": "
              + Quote.of(prefix));
    }
    return prefix;
  }
}
