package com.healthmetrics.aws.testkit;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.openqa.selenium.SessionNotCreatedException;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** The machine's own Chromium, found on the PATH; nothing is downloaded. */
public final class Chromium {
  /** Warns that it lacks developer tools bindings for this browser version; the tests use none. */
  private static final Logger SELENIUM = Logger.getLogger("org.openqa.selenium");

  static {
    SELENIUM.setLevel(Level.SEVERE);
  }

  /** For a start or a script on a busy machine. */
  private static final Duration TIMEOUT = Duration.ofMinutes(2);

  private Chromium() {}

  /** Starts one as {@link #start(String)} does, for a page of which tests call a function. */
  public static BrowserPage open(String check) {
    ChromeDriver browser = start(check);
    browser.manage().timeouts().scriptTimeout(TIMEOUT);
    return new BrowserPage() {
      @Override
      public void open(String url) {
        browser.get(url);
      }

      @Override
      public Map<?, ?> call(String function, Map<String, ?> argument) {
        String script = "const [argument, done] = arguments; " + function + "(argument).then(done)";
        return (Map<?, ?>) Objects.requireNonNull(browser.executeAsyncScript(script, argument));
      }

      @Override
      public void close() {
        browser.quit();
      }
    };
  }

  /**
   * Starts a headless Chromium.
   *
   * <p>Without one, the test is skipped with a visible warning; in continuous integration it fails.
   *
   * @param check what is checked with it
   * @param more arguments of its command line
   */
  public static ChromeDriver start(String check, String... more) {
    MachineTool tools = MachineTool.forChecking(check, "apt-get install chromium chromium-driver");
    Path browser = tools.find("chromium", "chromium-browser", "google-chrome");
    Path driver = tools.find("chromedriver");
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
    options.addArguments(more);
    LoggingPreferences logs = new LoggingPreferences();
    logs.enable(LogType.BROWSER, Level.ALL);
    options.setCapability("goog:loggingPrefs", logs);
    ChromeDriverService service =
        new ChromeDriverService.Builder()
            .usingDriverExecutable(driver.toFile())
            .withTimeout(TIMEOUT)
            .build();
    try {
      return new ChromeDriver(service, options);
    } catch (SessionNotCreatedException e) {
      throw tools.giveUp("the chromedriver does not match this chromium: " + e.getRawMessage());
    }
  }
}
