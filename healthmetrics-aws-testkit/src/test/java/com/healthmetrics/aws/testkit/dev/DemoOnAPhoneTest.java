package com.healthmetrics.aws.testkit.dev;

import static org.assertj.core.api.Assertions.assertThat;

import com.healthmetrics.aws.testkit.Pictures;
import com.healthmetrics.aws.testkit.Sweep;
import com.healthmetrics.aws.testkit.storage.S3Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.support.ui.ExpectedConditions;

/** A user uploads a large picture on a phone with a slow connection. */
@Sweep("the demo page on a phone")
class DemoOnAPhoneTest extends DemoPage {
  private static final int PICTURE = 4 * 1024 * 1024;

  /** 1 Mbit/s. */
  private static final int BYTES_PER_SECOND = 125_000;

  @TempDir Path folder;

  @BeforeEach
  void beOnAPhone() {
    setScreen(360, 800);
    browser.executeScript(
        """
        window.announced = [];
        const status = document.getElementById('upload-status');
        new MutationObserver(() => window.announced.push(status.textContent))
          .observe(status, { childList: true });
        """);
  }

  @AfterEach
  void beOnADesk() {
    network(0, -1);
    clearScreen();
    server.localAws().clear();
  }

  @Test
  void seesTheProgressOfASlowUploadAndCancelsIt() throws IOException {
    network(40, BYTES_PER_SECOND);
    find("file-input").sendKeys(picture().toString());

    await().until(driver -> percent() > 1);
    assertThat(percent()).as("of 4 MB at 1 Mbit/s").isLessThan(90);
    assertThat(find("upload-result").getDomAttribute("aria-busy")).isEqualTo("true");
    assertThat(announced()).startsWith("Starting the upload", "Sending, 4 MiB");
    for (int height : new int[] {0, 500, 100_000}) {
      browser.executeScript("window.scrollTo(0, arguments[0])", height);
      assertThat(inView("upload-progress")).as("scrolled to %s", height).isTrue();
      assertThat(inView("cancel-button")).as("scrolled to %s", height).isTrue();
    }
    assertThat(overflow()).isZero();

    assertThat(find("cancel-button").getText()).isEqualTo("Cancel");
    find("cancel-button").click();

    waitForState("upload-result", "canceled");
    assertThat(find("upload-result").getDomAttribute("aria-busy")).isNull();
    assertThat(browser.switchTo().activeElement()).isEqualTo(find("upload-result"));
    assertThat(server.localAws().s3().keys()).doesNotContain(find("result-key").getText());
  }

  @Test
  void seesThatEverythingIsSentAndThatTheBrowserWaitsForS3() {
    server.localAws().s3().failNext(S3Fault.acceptThenHang().onlyFor("PUT"));
    click(find("sample-button"));

    await().until(ExpectedConditions.textToBe(byTestId("progress-label"), "Sent, waiting for S3"));
    assertThat(percent()).isEqualTo(100);
    assertThat(inView("progress-label")).isTrue();
    assertThat(announced()).contains("Sent, waiting for S3");
    click(find("cancel-button"));
    waitForState("upload-result", "canceled");
  }

  /** Half a minute; a twentieth will do here. */
  @Test
  void doesNotWaitForS3Forever() {
    browser.executeScript(
        """
        const { setTimeout } = window;
        window.setTimeout = (task, milliseconds) => setTimeout(task, milliseconds / 20);
        """);
    server.localAws().s3().failNext(S3Fault.acceptThenHang().onlyFor("PUT"));
    click(find("sample-button"));

    waitForState("upload-result", "success");
    assertThat(find("error-code").getText()).isEqualTo("NetworkError");
  }

  /** In a wide window, the result is beside the buttons: the user may have scrolled to the last. */
  @Test
  void seesTheProgressBesideTheLastButton() {
    clearScreen();
    server.localAws().s3().failNext(S3Fault.acceptThenHang().onlyFor("PUT"));
    browser.executeScript(
        "document.querySelector('[data-testid=try-replay]').scrollIntoView({block: 'start'})");
    click(find("try-replay"));

    await().until(ExpectedConditions.textToBe(byTestId("progress-label"), "Sent, waiting for S3"));
    assertThat(inView("upload-progress")).isTrue();
    click(find("cancel-button"));
    waitForState("upload-result", "canceled");
  }

  @ParameterizedTest
  @ValueSource(ints = {360, 1280})
  void seesWhatEachMethodDoesRightUnderItsButton(int width) {
    setScreen(width, 800);
    for (String option : List.of("method", "visibility")) {
      for (String choice :
          option.equals("method") ? List.of("put", "post") : List.of("public", "private")) {
        Object isUnder =
            browser.executeScript(
                """
                const [option, choice] = arguments;
                const box = (id) => document.querySelector(`[data-testid=${id}]`)
                  .getBoundingClientRect();
                const button = box(`${option}-${choice}`);
                const note = box(`${option}-note-${choice}`);
                return note.height > 0 && note.top >= button.bottom
                  && note.left >= button.left - 12 && note.right <= button.right + 12;
                """,
                option,
                choice);
        assertThat(isUnder).as("the note of %s", choice).isEqualTo(true);
      }
    }
  }

  private int percent() {
    String text = find("progress-percent").getText();
    return text.isEmpty() ? 0 : Integer.parseInt(text.replace(" %", ""));
  }

  private List<Object> announced() {
    return List.copyOf((List<?>) browser.executeScript("return window.announced"));
  }

  private boolean inView(String testId) {
    return (Boolean)
        Objects.requireNonNull(
            browser.executeScript(
                """
                const element = document.querySelector(`[data-testid=${arguments[0]}]`);
                const { left, top, right, bottom } = element.getBoundingClientRect();
                return left >= 0 && top >= 0 && right <= innerWidth && bottom <= innerHeight
                  && element.contains(document.elementFromPoint((left + right) / 2, (top + bottom) / 2));
                """,
                testId));
  }

  private void network(int latency, int uploadThroughput) {
    browser.executeCdpCommand("Network.enable", Map.of());
    browser.executeCdpCommand(
        "Network.emulateNetworkConditions",
        Map.of(
            "offline",
            false,
            "latency",
            latency,
            "downloadThroughput",
            uploadThroughput,
            "uploadThroughput",
            uploadThroughput));
  }

  /** A real picture, and enough behind it. */
  private Path picture() throws IOException {
    byte[] bytes = Arrays.copyOf(Pictures.png(), PICTURE);
    return Files.write(folder.resolve("large.png"), bytes);
  }
}
