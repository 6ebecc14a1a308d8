package com.healthmetrics.aws;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What an env file may leave around a value: {@code docker --env-file} and others pass on the rest
 * of the line as it is, while shells and Docker Compose strip quotes and comments.
 */
final class EnvFile {
  /** What may come before a name. */
  static final String EXPORT = "export ";

  /** Without angle brackets, as a display name may contain a number sign before the address. */
  private static final Pattern COMMENT = Pattern.compile("\\s#[^<>]*$");

  private static final Pattern QUOTED =
      Pattern.compile("\\s*(?:\"(.*)\"|'(.*)')\\s*", Pattern.DOTALL);

  private EnvFile() {}

  /** States what to remove from a value that is not valid; empty if nothing is conspicuous. */
  static Optional<String> advice(String value) {
    StringBuilder advice = new StringBuilder();
    if (value.endsWith("\r")) {
      advice.append(" It ends in a carriage return. Save the env file with line endings of Unix.");
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
