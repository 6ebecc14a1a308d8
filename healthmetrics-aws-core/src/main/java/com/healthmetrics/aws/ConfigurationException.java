package com.healthmetrics.aws;

import java.util.List;

/**
 * Thrown when settings or the class path are incomplete or wrong; all problems are named at once.
 *
 * <p>The message contains no secret: it states the problem of a private key without repeating any
 * part of the key.
 *
 * <pre>{@code
 * try (HealthMetricsAws aws = HealthMetricsAws.fromEnvironment()) {
 *   LOG.info("AWS is set up: {}", aws);
 * } catch (ConfigurationException e) {
 *   e.problems().forEach(LOG::error); // one line for each problem
 * }
 * }</pre>
 *
 * <p>Thread-safe.
 */
public final class ConfigurationException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** One sentence for each problem. */
  private final String[] problems;

  /**
   * Creates an exception that names each problem.
   *
   * @param problems one sentence for each, beginning with the name of the setting if it is about
   *     one; no secret
   */
  public ConfigurationException(List<String> problems) {
    super(
        (problems.size() == 1
                ? "1 configuration problem"
                : problems.size() + " configuration problems")
            + ":\n  - "
            + String.join("\n  - ", problems));
    this.problems = problems.toArray(String[]::new);
  }

  /**
   * {@return one sentence for each problem, beginning with the name of the setting if it is about
   * one; unmodifiable}
   */
  public List<String> problems() {
    return List.of(problems);
  }
}
