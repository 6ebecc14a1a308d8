package com.healthmetrics.aws.testkit.dev;

import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.openqa.selenium.SessionNotCreatedException;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** The machine's own Chromium, found on the PATH; nothing is ever downloaded. */
final class Chromium {
  /** It warns that it has no bindings for this very version's developer tools; we use none. */
  private static final Logger SELENIUM = Logger.getLogger("org.openqa.selenium");

  static {
    SELENIUM.setLevel(Level.SEVERE);
  }

  private Chromium() {}

  /**
   * Starts a headless Chromium.
   *
   * <p>Where there is none, the test is skipped with a warning that cannot be overlooked, and fails
   * in continuous integration.
   */
  static ChromeDriver start() {
    Path browser = findOrGiveUp("chromium", "chromium-browser", "google-chrome");
    Path driver = findOrGiveUp("chromedriver");
    ChromeOptions options = new ChromeOptions();
    options.setBinary(browser.toFile());
    options.addArguments(
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--window-size=1280,1000");
    LoggingPreferences logs = new LoggingPreferences();
    logs.enable(LogType.BROWSER, Level.ALL);
    options.setCapability("goog:loggingPrefs", logs);
    ChromeDriverService service =
        new ChromeDriverService.Builder().usingDriverExecutable(driver.toFile()).build();
    try {
      return new ChromeDriver(service, options);
    } catch (SessionNotCreatedException e) {
      throw giveUp("there is no chromedriver that fits this chromium: " + e.getRawMessage());
    }
  }

  private static Path findOrGiveUp(String... names) {
    return Stream.of(names)
        .flatMap(name -> Stream.of(name, name + ".exe"))
        .flatMap(name -> find(name).stream())
        .findFirst()
        .orElseThrow(() -> giveUp("there is no " + names[0] + " on the PATH"));
  }

  private static Optional<Path> find(String name) {
    return Stream.of(System.getenv("PATH").split(File.pathSeparator))
        .map(folder -> Path.of(folder, name))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** Never returns; the result lets callers write {@code throw}, which the compiler understands. */
  private static RuntimeException giveUp(String why) {
    String message =
        "NOT CHECKED: the demo page in a browser, as "
            + why
            + ". On Debian: apt-get install chromium chromium-driver";
    if ("true".equals(System.getenv("CI"))) {
      return fail(message);
    }
    System.err.println("\n" + "!".repeat(80) + "\n" + message + "\n" + "!".repeat(80) + "\n");
    return abort(message);
  }
}
