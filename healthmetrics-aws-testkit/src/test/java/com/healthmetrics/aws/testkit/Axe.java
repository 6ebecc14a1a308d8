package com.healthmetrics.aws.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.openqa.selenium.chrome.ChromeDriver;

/** The accessibility rules of axe-core, applied to what a browser shows. */
public final class Axe {
  private static final String SCRIPT = read();

  private Axe() {}

  private static String read() {
    try (InputStream in = Axe.class.getResourceAsStream("/axe.min.js")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The violated rules, each with the first element that violates it. */
  public static List<?> violations(ChromeDriver browser, String... exceptRules) {
    browser.executeScript(SCRIPT);
    Map<String, Map<String, Boolean>> rules =
        Stream.of(exceptRules)
            .collect(Collectors.toMap(rule -> rule, rule -> Map.of("enabled", false)));
    return (List<?>)
        Objects.requireNonNull(
            browser.executeAsyncScript(
                """
                const [rules, done] = arguments;
                axe.run({ rules }).then((result) =>
                  done(result.violations.map((found) => found.id + ": " + found.nodes[0].html)));
                """,
                rules));
  }
}
