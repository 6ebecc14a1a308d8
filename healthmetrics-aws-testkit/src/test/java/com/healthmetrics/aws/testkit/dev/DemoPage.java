package com.healthmetrics.aws.testkit.dev;

import com.healthmetrics.aws.testkit.Chromium;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.support.ui.ExpectedConditions;
import org.openqa.selenium.support.ui.WebDriverWait;

/** Tests that open the demo page in a real browser, and what a user does in it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Execution(ExecutionMode.SAME_THREAD)
abstract class DemoPage {
  private static final Duration TIMEOUT = Duration.ofMinutes(1);

  ChromeDriver browser;
  DevServer server;

  @BeforeAll
  void startServerAndBrowser() {
    browser = startBrowser("the demo page in a browser");
    server = DevServer.start(0);
  }

  ChromeDriver startBrowser(String check) {
    return Chromium.start(check);
  }

  @AfterAll
  void stopServerAndBrowser() {
    if (browser != null) {
      browser.quit();
    }
    if (server != null) {
      server.close();
    }
  }

  @BeforeEach
  void openThePage() {
    browser.manage().window().setSize(new Dimension(1280, 1000));
    browser.get(server.pageUrl().toString());
    waitForState("server-status", "running");
  }

  /** Does something on a screen of another size, such as a phone's. */
  void on(int width, int height, Runnable task) {
    setScreen(width, height);
    try {
      task.run();
    } finally {
      clearScreen();
    }
  }

  void setScreen(int width, int height) {
    browser.executeCdpCommand(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 2, "mobile", true));
  }

  void clearScreen() {
    browser.executeCdpCommand("Emulation.clearDeviceMetricsOverride", Map.of());
  }

  void choose(String option) {
    click(find(option.contains("-") ? option : "method-" + option));
  }

  /** The radio buttons are invisible and cover their labels, so a pointer cannot click them. */
  void click(WebElement element) {
    browser.executeScript("arguments[0].click()", element);
  }

  /** The states of the stops of an upload. */
  List<String> stops() {
    return find("route").findElements(By.tagName("li")).stream()
        .map(stop -> stop.getDomAttribute("data-state"))
        .toList();
  }

  /** How far the page is wider than its window. */
  long overflow() {
    return (Long)
        Objects.requireNonNull(
            browser.executeScript(
                "return document.documentElement.scrollWidth"
                    + " - document.documentElement.clientWidth"));
  }

  WebElement find(String testId) {
    return browser.findElement(byTestId(testId));
  }

  static By byTestId(String testId) {
    return By.cssSelector("[data-testid='" + testId + "']");
  }

  /**
   * The pauses between attempts are at most 6 seconds; a twentieth will do. Timeouts are longer.
   */
  void doNotPause() {
    browser.executeScript(
        """
        const { setTimeout } = window;
        window.haste = 1;
        window.setTimeout = (task, milliseconds) =>
          setTimeout(task, milliseconds / (milliseconds > 6000 ? haste : 20));
        """);
  }

  void waitForState(String testId, String state) {
    await().until(ExpectedConditions.attributeToBe(byTestId(testId), "data-state", state));
  }

  WebDriverWait await() {
    return new WebDriverWait(browser, TIMEOUT);
  }
}
