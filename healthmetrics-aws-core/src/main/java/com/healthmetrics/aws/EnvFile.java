package com.healthmetrics.aws;

import java.util.Optional;

/**
 * Detects leftovers of an env file around a value: {@code docker --env-file} and others pass on the
 * rest of the line unchanged, while shells and Docker Compose strip quotes and comments.
 */
final class EnvFile {
  /** A prefix of names that shells strip and {@code docker --env-file} does not. */
  static final String EXPORT = "export ";

  private EnvFile() {}

  /** Returns how to correct a value that is not valid; empty if it has no such leftovers. */
  static Optional<String> advice(String value) {
    StringBuilder advice = new StringBuilder();
    if (value.endsWith("\r")) {
      advice.append(" It ends in a carriage return. Save the env file with Unix line endings.");
    }
    if (startOfComment(value) < value.length()) {
      advice.append(" It ends in a comment. Put the comment on a line of its own.");
    }
    if (isQuoted(withoutComment(value))) {
      advice.append(" It is in quotes, which docker --env-file does not strip. Remove the quotes.");
    }
    return advice.isEmpty() ? Optional.empty() : Optional.of(advice.substring(1));
  }

  /** The value as a shell would read it, without surrounding space. */
  static String clean(String value) {
    String bare = withoutComment(value);
    return isQuoted(bare) ? bare.substring(1, bare.length() - 1).strip() : bare;
  }

  private static String withoutComment(String value) {
    return value.substring(0, startOfComment(value)).strip();
  }

  /** The index of the space before a comment, or the length of the value. */
  private static int startOfComment(String value) {
    // A display name may contain a number sign before the address.
    int afterAddress = Math.max(value.lastIndexOf('<'), value.lastIndexOf('>')) + 1;
    for (int sign = value.indexOf('#', afterAddress + 1);
        sign >= 0;
        sign = value.indexOf('#', sign + 1)) {
      if (Character.isWhitespace(value.charAt(sign - 1))) {
        return sign - 1;
      }
    }
    return value.length();
  }

  private static boolean isQuoted(String bare) {
    return bare.length() > 1
        && ((bare.startsWith("\"") && bare.endsWith("\""))
            || (bare.startsWith("'") && bare.endsWith("'")));
  }
}
