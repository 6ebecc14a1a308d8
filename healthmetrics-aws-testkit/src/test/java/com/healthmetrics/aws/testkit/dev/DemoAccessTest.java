package com.healthmetrics.aws.testkit.dev;

import static org.assertj.core.api.Assertions.assertThat;

import com.healthmetrics.aws.testkit.Axe;
import com.healthmetrics.aws.testkit.Sweep;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.support.ui.ExpectedConditions;

/** A user without a mouse, or with large fonts or other colors, works with the demo page. */
@Sweep("accessibility of the demo page")
class DemoAccessTest extends DemoPage {
  @AfterEach
  void forgetSettings() {
    clearScreen();
    media("");
    browser.executeCdpCommand(
        "Page.setFontSizes", Map.of("fontSizes", Map.of("standard", 16, "fixed", 13)));
  }

  @ParameterizedTest
  @CsvSource({"light, 1280", "light, 360", "dark, 1280", "dark, 360"})
  void meetsTheRulesOfAccessibility(String colors, int width) {
    media(colors);
    setScreen(width, 800);
    waitForState("gallery", "shown");
    assertThat(Axe.violations(browser)).as("before anything is done").isEmpty();

    choose("visibility-private");
    click(find("sample-button"));
    waitForState("upload-result", "success");
    await().until(driver -> stops().stream().allMatch("done"::equals));
    click(find("mail-send"));
    waitForState("mail-status", "success");
    await().until(ExpectedConditions.visibilityOfElementLocated(byTestId("mail-preview")));
    assertThat(Axe.violations(browser)).as("with a picture and an email").isEmpty();

    click(find("try-tampered"));
    waitForState("upload-result", "refused");
    WebElement address = find("mail-to");
    address.clear();
    address.sendKeys("nobody");
    click(find("mail-send"));
    waitForState("mail-status", "error");
    assertThat(Axe.violations(browser)).as("with errors").isEmpty();
  }

  @Test
  void seesWhereTheFocusIsAndReachesEverything() {
    waitForState("gallery", "shown");
    List<Object> reachable =
        List.copyOf(
            (List<?>)
                Objects.requireNonNull(
                    browser.executeScript(
                        """
                    return [...document.querySelectorAll('a[href], button, input, iframe, [tabindex]')]
                      .filter((element) => element.tabIndex >= 0 && element.checkVisibility())
                      .filter(({ type, name, checked }) => type !== 'radio' || checked)
                      .map((element) => element.dataset.testid ?? element.className ?? element.id);
                    """)));
    assertThat(reachable).contains("file-input", "method-put", "mail-send", "copy-environment");

    String before = "";
    for (Object expected : reachable) {
      String focused;
      do { // The links within an email, too: the page sees their frame.
        new Actions(browser).sendKeys(Keys.TAB).perform();
        focused = focused();
      } while (focused.equals(before) && focused.endsWith("-preview"));
      assertThat(focused).isEqualTo(expected);
      before = focused;
    }
  }

  private String focused() {
    return Objects.requireNonNull(
            browser.executeScript(
                """
                const element = document.activeElement;
                const marked = [element, element.nextElementSibling, element.parentElement]
                  .some((candidate) => candidate && getComputedStyle(candidate).outlineStyle !== 'none');
                return (element.dataset.testid ?? element.className ?? element.id)
                  + (marked || element.tagName === 'IFRAME' ? '' : ' without a visible focus');
                """))
        .toString();
  }

  @Test
  void uploadsAndReadsAnEmailWithTheKeyboardAlone() {
    focus("method-put");
    press(Keys.ARROW_RIGHT);
    assertThat(find("method-post").isSelected()).isTrue();
    focus("sample-button");
    press(Keys.ENTER);
    waitForState("upload-result", "success");

    focus("mail-to");
    press(Keys.ENTER);
    waitForState("mail-status", "success");
    await().until(ExpectedConditions.visibilityOfElementLocated(byTestId("tab-preview")));
    focus("tab-preview");
    press(Keys.ARROW_RIGHT);
    assertThat(find("mail-text").isDisplayed()).isTrue();
    press(Keys.END);
    assertThat(find("panel-attachments").isDisplayed()).isTrue();
    press(Keys.HOME);
    assertThat(find("mail-preview").isDisplayed()).isTrue();
  }

  /** The font size of the browser's settings, not the zoom of the page. */
  @ParameterizedTest
  @ValueSource(ints = {360, 800, 1280})
  void growsWithTheFontOfTheBrowser(int width) {
    browser.executeCdpCommand(
        "Page.setFontSizes", Map.of("fontSizes", Map.of("standard", 32, "fixed", 26)));
    setScreen(width, 800);
    waitForState("gallery", "shown");

    assertThat(browser.findElement(By.tagName("body")).getCssValue("font-size")).isEqualTo("32px");
    assertThat(find("sample-button").getCssValue("font-size")).isEqualTo("30px");
    assertThat(overflow()).isZero();
  }

  /** Windows draws no backgrounds and shadows in its contrast themes. */
  @Test
  void showsWhatIsSelectedInForcedColors() {
    find("mail-send").click();
    waitForState("mail-status", "success");
    await().until(ExpectedConditions.presenceOfElementLocated(By.cssSelector("[aria-current]")));
    browser.executeCdpCommand(
        "Emulation.setEmulatedMedia",
        Map.of(
            "features",
            List.of(
                Map.of("name", "forced-colors", "value", "active"),
                Map.of("name", "prefers-reduced-motion", "value", "reduce"))));

    assertThat(outlineOf("[data-testid=method-put] + span")).isEqualTo("solid");
    assertThat(outlineOf("[data-testid=method-post] + span")).isEqualTo("none");
    assertThat(outlineOf(".mail-list [aria-current]")).isEqualTo("solid");
    String done =
        browser
            .executeScript(
                """
                const stop = document.querySelector('[data-stop=sign]');
                const dot = () => getComputedStyle(stop, '::before').backgroundColor;
                const idle = dot();
                stop.dataset.state = 'done';
                return [idle, dot()].join(' and ');
                """)
            .toString();
    assertThat(done.split(" and ")).doesNotHaveDuplicates();
  }

  private String outlineOf(String selector) {
    return browser.findElement(By.cssSelector(selector)).getCssValue("outline-style");
  }

  private void media(String colors) {
    browser.executeCdpCommand(
        "Emulation.setEmulatedMedia",
        Map.of(
            "features",
            List.of(
                Map.of("name", "prefers-color-scheme", "value", colors),
                Map.of("name", "prefers-reduced-motion", "value", "reduce"))));
  }

  private void focus(String testId) {
    browser.executeScript("arguments[0].focus()", find(testId));
  }

  private void press(Keys key) {
    new Actions(browser).sendKeys(key).perform();
  }
}
