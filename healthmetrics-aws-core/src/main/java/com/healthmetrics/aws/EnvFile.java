package com.healthmetrics.aws;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Detects leftovers of an env file around a value: {@code docker --env-file} and others pass on the
 * rest of the line unchanged, while shells and Docker Compose strip quotes and comments.
 */
final class EnvFile {
  /** A prefix of names that shells strip and {@code docker --env-file} does not. */
  static final String EXPORT = "export ";

  /** Without angle brackets, as a display name may contain a number sign before the address. */
  private static final Pattern COMMENT = Pattern.compile("\\s#[^<>]*$");

  private static final Pattern QUOTED =
      Pattern.compile("\\s*(?:\"(.*)\"|'(.*)')\\s*", Pattern.DOTALL);

  private EnvFile() {}

  /** Returns how to correct a value that is not valid; empty if it has no such leftovers. */
  static Optional<String> advice(String value) {
    StringBuilder advice = new StringBuilder();
    if (value.endsWith("\r")) {
      advice.append(" It ends in a carriage return. Save the env file with Unix line endings.");
    }
    if (COMMENT.matcher(value).find()) {
      advice.append(" It ends in a comment. Put the comment on a line of its own.");
    }
    if (QUOTED.matcher(withoutComment(value)).matches()) {
      advice.append(" It is in quotes, which docker --env-file does not strip. Remove the quotes.");
    }
    return advice.isEmpty() ? Optional.empty() : Optional.of(advice.substring(1));
  }

  /** The value as a shell would read it, without surrounding space. */
  static String clean(String value) {
    return QUOTED.matcher(withoutComment(value)).replaceFirst("$1$2").strip();
  }

  private static String withoutComment(String value) {
    return COMMENT.matcher(value).replaceFirst("");
  }
}
