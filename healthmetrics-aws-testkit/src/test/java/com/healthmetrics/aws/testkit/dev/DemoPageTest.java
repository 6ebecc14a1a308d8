package com.healthmetrics.aws.testkit.dev;

import static org.assertj.core.api.Assertions.assertThat;

import com.healthmetrics.aws.testkit.Chromium;
import java.awt.image.BufferedImage;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.JavascriptExecutor;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.support.ui.ExpectedConditions;
import org.openqa.selenium.support.ui.WebDriverWait;

/** A user works with the demo page in a real browser. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Execution(ExecutionMode.SAME_THREAD)
class DemoPageTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  @TempDir Path folder;

  private ChromeDriver browser;
  private DevServer server;

  @BeforeAll
  void startServerAndBrowser() {
    browser = Chromium.start("the demo page in a browser");
    server = DevServer.start(0);
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

  @ParameterizedTest
  @ValueSource(strings = {"put", "post"})
  void showsAChosenPictureThroughTheCdnUrl(String method) throws IOException {
    choose(method);
    find("file-input").sendKeys(picture().toString());

    waitForState("upload-result", "success");
    assertThat(find("result-key").getText()).matches("avatars/demo/[0-9a-f]{32}\\.png");
    assertThat(find("result-url").getText()).endsWith(find("result-key").getText());
    WebElement image = find("result-image");
    await().until(page -> "40".equals(image.getDomProperty("naturalWidth")));
    assertThat(image.getDomProperty("src")).isEqualTo(find("result-url").getText());
  }

  @ParameterizedTest
  @ValueSource(strings = {"put", "post"})
  void uploadsASamplePicture(String method) {
    choose(method);
    find("sample-button").click();

    waitForState("upload-result", "success");
    assertThat(find("result-expiry").getText()).contains("valid for");
  }

  @ParameterizedTest
  @ValueSource(strings = {"put", "post"})
  void showsAPrivatePictureOnlyThroughASignedUrl(String method) throws IOException {
    choose(method);
    choose("visibility-private");
    find("file-input").sendKeys(picture().toString());

    waitForState("upload-result", "success");
    assertThat(find("result-key").getText()).matches("progress-photos/demo/[0-9a-f]{32}\\.png");
    WebElement image = find("result-image");
    await().until(page -> "40".equals(image.getDomProperty("naturalWidth")));
    String signed = Objects.requireNonNull(find("result-url").getDomProperty("href"));
    assertThat(image.getDomProperty("src")).isEqualTo(signed);
    assertThat(signed).contains("?Expires=", "&Signature=", "&Key-Pair-Id=");
    assertThat(find("result-url").getText()).as("secrets are shortened").contains("…&Key-Pair-Id=");
    assertThat(find("signed-expiry").getText()).startsWith("until ");

    String bare = Objects.requireNonNull(find("bare-url").getDomProperty("href"));
    assertThat(bare).isEqualTo(signed.substring(0, signed.indexOf('?')));
    assertThat(find("bare-response").getDomAttribute("data-state")).isEqualTo("refused");
    assertThat(find("bare-status").getText()).isEqualTo("403");
    assertThat(find("bare-code").getText()).isEqualTo("MissingKey");
    assertThat(find("bare-reason").getText()).contains("without a signature");
    assertThat(find("bare-explanation").getText()).isNotBlank();
    assertThat(find("expired-status").getText()).isEqualTo("403");
    assertThat(find("expired-code").getText()).isEqualTo("AccessDenied");
    assertThat(find("expired-reason").getText()).contains("the signature expired at");
    assertThat(find("expired-explanation").getText()).isNotBlank();

    browser.get(bare);
    assertThat(browser.getPageSource()).as("the browser is refused too").contains("MissingKey");
  }

  @Test
  void refusesAFileThatIsTooLargeBeforeAnythingIsSigned() throws IOException {
    Path large = Files.write(folder.resolve("large.png"), new byte[5 * 1024 * 1024 + 1]);
    find("file-input").sendKeys(large.toString());

    waitForState("upload-result", "rejected");
    assertThat(find("error-code").getText()).isEqualTo("SIZE");
    assertThat(find("error-message").getText()).contains("5242881 bytes", "5242880 bytes");
  }

  @ParameterizedTest
  @CsvSource({
    "put, try-too-large, refused, SignatureDoesNotMatch",
    "post, try-too-large, refused, EntityTooLarge",
    "put, try-declared-too-large, rejected, SIZE",
    "post, try-declared-too-large, rejected, SIZE",
    "put, try-wrong-type, refused, SignatureDoesNotMatch",
    "post, try-wrong-type, refused, AccessDenied",
    "put, try-expired, refused, AccessDenied",
    "post, try-expired, refused, AccessDenied",
    "put, try-tampered, refused, SignatureDoesNotMatch",
    "post, try-tampered, refused, SignatureDoesNotMatch",
    "put, try-twice, refused, PreconditionFailed",
  })
  void explainsEachRefusalOfS3(String method, String button, String state, String code) {
    choose(method);
    find(button).click();

    waitForState("upload-result", state);
    assertThat(find("error-code").getText()).isEqualTo(code);
    assertThat(find("error-message").getText()).isNotBlank();
    assertThat(find("error-explanation").getText()).isNotBlank();
  }

  @ParameterizedTest
  @CsvSource({
    "put, try-declared-too-large, rejected, SIZE",
    "post, try-too-large, refused, EntityTooLarge",
  })
  void allowsLargerPrivatePictures(String method, String button, String state, String code) {
    choose(method);
    choose("visibility-private");
    find(button).click();

    waitForState("upload-result", state);
    assertThat(find("error-code").getText()).isEqualTo(code);
  }

  @ParameterizedTest
  @CsvSource({"put, visibility-public", "post, visibility-public", "put, visibility-private"})
  void removesAWebPageThatIsDisguisedAsAPicture(String method, String visibility) {
    choose(method);
    choose(visibility);
    find("try-disguised").click();

    waitForState("upload-result", "removed");
    assertThat(find("error-code").getText()).isEqualTo("FILE_TYPE");
    assertThat(find("error-message").getText()).contains("was removed");
    assertThat(find("result-key").getText()).contains("/demo/");
  }

  @Test
  void reportsThatAPostCanBeRepeated() {
    choose("post");
    find("try-twice").click();

    waitForState("upload-result", "accepted-again");
  }

  @ParameterizedTest
  @CsvSource({"put, visibility-public", "post, visibility-public", "post, visibility-private"})
  void keepsAPublishedPictureWhoseUploadIsUsedAgain(String method, String visibility) {
    choose(method);
    choose(visibility);
    find("try-replay").click();

    waitForState("upload-result", "kept");
    assertThat(find("error-explanation").getText()).contains("was not touched");
    await().until(driver -> !"0".equals(find("result-image").getDomProperty("naturalWidth")));
    assertThat(stops()).allMatch("done"::equals);
  }

  @Test
  void showsTheWayFromSignedToPublished() {
    find("sample-button").click();

    waitForState("upload-result", "success");
    assertThat(find("result-title").getText()).isEqualTo("Published");
    assertThat(find("result-pending").getText()).isEqualTo("refused by the CDN, 403");
    assertThat(find("route").getText())
        .containsSubsequence("signed", "pending", "accepted", "published");
    await().until(driver -> stops().stream().allMatch("done"::equals));
  }

  private List<String> stops() {
    return find("route").findElements(By.tagName("li")).stream()
        .map(stop -> stop.getDomAttribute("data-state"))
        .toList();
  }

  @ParameterizedTest
  @CsvSource({
    "mail-kind-verification, Confirm your email address, /auth/verify-email?token=",
    "mail-kind-password-reset, Choose a new password, /auth/reset-password?token=",
    "mail-kind-email-change, Confirm your new email address, /auth/change-email?token=",
  })
  void sendsAnEmailAndOpensIt(String kind, String subject, String link) {
    click(find(kind));
    WebElement address = find("mail-to");
    address.clear();
    address.sendKeys("ada@example.com");
    find("mail-send").click();

    waitForState("mail-status", "success");
    await().until(ExpectedConditions.textToBePresentInElement(find("mail-subject"), subject));
    browser.switchTo().frame(find("mail-preview"));
    await().until(ExpectedConditions.presenceOfElementLocated(By.tagName("h1")));
    WebElement action = browser.findElement(By.cssSelector(".button a"));
    assertThat(action.getDomProperty("href")).startsWith(server.pageUrl() + link);
    browser.switchTo().defaultContent();

    find("tab-text").click();
    assertThat(find("mail-text").getText()).contains(server.pageUrl() + link);
    find("tab-headers").click();
    assertThat(find("panel-headers").getText()).containsIgnoringCase("auto-generated");
    find("tab-links").click();
    WebElement listed = find("mail-links").findElement(By.tagName("a"));
    browser.get(Objects.requireNonNull(listed.getDomProperty("href")));
    assertThat(find("landing-path").getText()).contains(link.substring(0, link.indexOf('?')));
  }

  @Test
  void showsAnEmailWithItsImageAndItsAttachments() {
    click(find("mail-kind-report"));
    find("mail-send").click();
    waitForState("mail-status", "success");
    await()
        .until(ExpectedConditions.textToBePresentInElement(find("mail-subject"), "Your steps of"));

    browser.switchTo().frame(find("mail-preview"));
    WebElement chart =
        await().until(ExpectedConditions.presenceOfElementLocated(By.tagName("img")));
    await().until(driver -> !"0".equals(chart.getDomProperty("naturalWidth")));
    browser.switchTo().defaultContent();
    find("tab-attachments").click();
    assertThat(find("mail-attachments").getText())
        .contains("chart.png", "shown inline", "steps.csv", "text/csv");
    assertThat(find("mail-raw").getDomProperty("href")).endsWith("/eml");
  }

  @Test
  void showsEmailsAsTheyArrive() {
    sendWithoutThePage();
  }

  @Test
  void opensTheEmailThatItSentEvenIfItIsListedBeforeTheResponse() {
    sendWithoutThePage(); // Now another email is open.
    browser.executeScript(
        """
        const send = window.fetch;
        const listed = () => document.querySelectorAll('[data-testid=mailbox-item]').length;
        window.fetch = async (...request) => {
          const before = listed();
          const response = await send(...request);
          while (request[1]?.method === 'POST' && listed() === before) {
            await new Promise((resolve) => setTimeout(resolve, 10));
          }
          return response;
        };
        """);

    click(find("mail-kind-report"));
    find("mail-send").click();

    await()
        .until(ExpectedConditions.textToBePresentInElement(find("mail-subject"), "Your steps of"));
  }

  /** As an application does. */
  private void sendWithoutThePage() {
    int before = browser.findElements(byTestId("mailbox-item")).size();
    browser.executeScript(
        "return fetch('/api/mails', {method: 'POST', headers: {'content-type':"
            + " 'application/json'}, body: JSON.stringify({kind: 'verification', to:"
            + " 'live@example.com'})}).then(response => response.status)");

    await().until(ExpectedConditions.numberOfElementsToBe(byTestId("mailbox-item"), before + 1));
  }

  @ParameterizedTest
  @CsvSource({
    "mail-kind-email-change-notice, Your email address for HealthMetrics is about to change",
    "mail-kind-password-changed, Your password for HealthMetrics was changed",
    "mail-kind-sign-in-code, Your sign-in code for HealthMetrics",
  })
  void sendsNoticesAndCodes(String kind, String subject) {
    click(find(kind));
    find("mail-send").click();

    waitForState("mail-status", "success");
    await().until(ExpectedConditions.textToBePresentInElement(find("mail-subject"), subject));
  }

  @ParameterizedTest
  @CsvSource({
    "verification, en, Confirm your email address",
    "verification, de, E-Mail-Adresse bestätigen",
    "password-reset, en, Choose a new password",
    "password-reset, de, Neues Passwort festlegen",
    "email-change, de, Neue E-Mail-Adresse bestätigen",
    "email-change-notice, en, Your email address is about to change",
    "password-changed, de, Ihr Passwort wurde geändert",
    "sign-in-code, en, Your sign-in code",
  })
  void showsEveryTemplateInEveryLanguage(String template, String language, String title) {
    waitForState("gallery", "shown");
    click(find("gallery-" + template));
    click(find("gallery-" + language));

    await().until(ExpectedConditions.textToBePresentInElement(find("gallery-text"), title));
    assertThat(find("gallery-subject").getText()).isNotBlank();
    await().until(ExpectedConditions.frameToBeAvailableAndSwitchToIt(byTestId("gallery-preview")));
    await().until(ExpectedConditions.textToBePresentInElementLocated(By.tagName("h1"), title));
    browser.switchTo().defaultContent();
  }

  @Test
  void explainsWhyAnAddressIsRefused() {
    WebElement address = find("mail-to");
    address.clear();
    address.sendKeys("jörg@example.com");
    find("mail-send").click();

    waitForState("mail-status", "error");
    assertThat(find("mail-error-message").getText()).contains("not ASCII");
  }

  @ParameterizedTest
  @ValueSource(ints = {1280, 500})
  void fitsTheWindow(int width) {
    browser.manage().window().setSize(new Dimension(width, 900));
    assertThat(overflow()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"visibility-public", "visibility-private"})
  void fitsAPhone(String visibility) {
    browser.executeCdpCommand(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", 360, "height", 740, "deviceScaleFactor", 2, "mobile", true));
    try {
      choose(visibility);
      find("sample-button").click();
      waitForState("upload-result", "success");
      assertThat(overflow()).isZero();
    } finally {
      browser.executeCdpCommand("Emulation.clearDeviceMetricsOverride", Map.of());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"visibility-public", "visibility-private"})
  void violatesNoneOfItsOwnSecurityRules(String visibility) {
    browser.manage().logs().get(LogType.BROWSER); // Discards messages about other pages.
    openThePage();
    choose(visibility);
    find("sample-button").click();
    waitForState("upload-result", "success");

    List<String> violations =
        browser.manage().logs().get(LogType.BROWSER).getAll().stream()
            .map(LogEntry::getMessage)
            .filter(message -> message.contains("Content Security Policy"))
            .toList();
    assertThat(violations).isEmpty();
  }

  private Path picture() throws IOException {
    File file = folder.resolve("picture.png").toFile();
    ImageIO.write(new BufferedImage(40, 30, BufferedImage.TYPE_INT_RGB), "png", file);
    return file.toPath();
  }

  private void choose(String option) {
    click(find(option.contains("-") ? option : "method-" + option));
  }

  /** The radio buttons are invisible and cover their labels, so a pointer cannot click them. */
  private void click(WebElement element) {
    ((JavascriptExecutor) browser).executeScript("arguments[0].click()", element);
  }

  private long overflow() {
    return (Long)
        Objects.requireNonNull(
            browser.executeScript(
                "return document.documentElement.scrollWidth"
                    + " - document.documentElement.clientWidth"));
  }

  private WebElement find(String testId) {
    return browser.findElement(byTestId(testId));
  }

  private static By byTestId(String testId) {
    return By.cssSelector("[data-testid='" + testId + "']");
  }

  private void waitForState(String testId, String state) {
    await().until(ExpectedConditions.attributeToBe(byTestId(testId), "data-state", state));
  }

  private WebDriverWait await() {
    return new WebDriverWait(browser, TIMEOUT);
  }
}
