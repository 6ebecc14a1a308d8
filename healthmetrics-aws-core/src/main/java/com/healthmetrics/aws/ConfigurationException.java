package com.healthmetrics.aws;

import java.util.List;

/**
 * Thrown when settings or the class path are incomplete or wrong; every missing and malformed value
 * is named at once.
 *
 * <p>The message contains no secret: of a private key it states what is wrong and repeats nothing.
 *
 * <pre>{@code
 * try (HealthMetricsAws aws = HealthMetricsAws.fromEnvironment()) {
 *   LOG.info("AWS is set up: {}", aws);
 * } catch (ConfigurationException e) {
 *   e.problems().forEach(LOG::error); // one line for each setting to fix
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
   * @param problems one sentence for each, beginning with the name of the setting; no secret
   */
  public ConfigurationException(List<String> problems) {
    super(
        (problems.size() == 1 ? "1 setting needs" : problems.size() + " settings need")
            + " attention:\n  - "
            + String.join("\n  - ", problems));
    this.problems = problems.toArray(String[]::new);
  }

  /** {@return one sentence for each setting, beginning with its name; unmodifiable} */
  public List<String> problems() {
    return List.of(problems);
  }
}
