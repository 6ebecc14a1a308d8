package com.healthmetrics.aws;

import java.util.List;

/**
 * The environment is not complete or not right; every missing and malformed value is named at once.
 *
 * <p>The message holds no secret: of a private key it says what is wrong with it and repeats
 * nothing.
 *
 * <pre>{@code
 * try (HealthMetricsAws aws = HealthMetricsAws.fromEnvironment()) {
 *   LOG.info("AWS is set up: {}", aws);
 * } catch (ConfigurationException e) {
 *   e.problems().forEach(LOG::error); // one line for each setting to mend
 * }
 * }</pre>
 *
 * <p>Safe for use by several threads.
 */
public final class ConfigurationException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** One sentence for each problem. */
  private final String[] problems;

  ConfigurationException(List<String> problems) {
    super(
        (problems.size() == 1 ? "1 setting needs" : problems.size() + " settings need")
            + " attention:\n  - "
            + String.join("\n  - ", problems));
    this.problems = problems.toArray(String[]::new);
  }

  /**
   * What is wrong.
   *
   * @return one sentence for each setting, beginning with its name; unmodifiable
   */
  public List<String> problems() {
    return List.of(problems);
  }
}
