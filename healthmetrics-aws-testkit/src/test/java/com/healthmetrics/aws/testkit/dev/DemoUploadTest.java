package com.healthmetrics.aws.testkit.dev;

import static org.assertj.core.api.Assertions.assertThat;

import com.healthmetrics.aws.testkit.Pictures;
import com.healthmetrics.aws.testkit.Sweep;
import com.healthmetrics.aws.testkit.storage.LocalS3;
import com.healthmetrics.aws.testkit.storage.S3Fault;
import java.awt.image.BufferedImage;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.support.ui.ExpectedConditions;

/** A user uploads with the demo page, which uses the module for browsers. */
@Sweep("uploads of the demo page")
class DemoUploadTest extends DemoPage {
  /** The tag of the directory with the position, and its type, in both byte orders. */
  private static final Pattern GPS_DIRECTORY =
      Pattern.compile("\\x88\\x25\\x00\\x04|\\x25\\x88\\x04\\x00");

  @TempDir Path folder;

  @AfterEach
  void forgetFaults() {
    server.localAws().clear();
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
    "put, try-twice, kept, PreconditionFailed",
  })
  void explainsEachRefusalOfS3(String method, String button, String state, String code) {
    choose(method);
    find(button).click();

    waitForState("upload-result", state);
    assertThat(find("error-code").getText()).isEqualTo(code);
    assertThat(find("error-message").getText()).isNotBlank().doesNotContain("LocalS3");
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
  @ValueSource(strings = {"put", "post"})
  void doesNotClaimASecondResponseThatItDidNotSee(String method) {
    choose(method);
    browser.executeScript(
        """
        const { send } = XMLHttpRequest.prototype;
        let sent = 0;
        XMLHttpRequest.prototype.send = function (body) {
          if (++sent === 2) setTimeout(() => this.dispatchEvent(new Event('loadend')));
          else send.call(this, body);
        };
        """);
    find("try-twice").click();

    waitForState("upload-result", "success");
    assertThat(find("error-code").getText()).isEqualTo("NetworkError");
    assertThat(find("error-explanation").getText()).contains("lost");
  }

  @Test
  void blamesTheServerForWhatS3Stored() {
    doNotPause();
    browser.executeScript(
        """
        const send = window.fetch;
        const missing = { outcome: 'missing', pending: { status: 403 } };
        window.fetch = (path, ...options) =>
          path === '/api/verifications'
            ? Promise.resolve(new Response(JSON.stringify(missing), { status: 404 }))
            : send(path, ...options);
        """);
    find("sample-button").click();

    waitForState("upload-result", "removed");
    assertThat(find("result-title").getText()).isEqualTo("No object to verify");
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

  @ParameterizedTest
  @ValueSource(strings = {"visibility-public", "visibility-private"})
  void showsThePositionOfAPhotoAndThatThePublishedFileHasNone(String visibility) {
    choose(visibility);
    find("photo-button").click();

    waitForState("position", "removed");
    assertThat(find("position-before").getText()).isEqualTo("51.79917° N, 10.61556° E");
    assertThat(find("position-after").getText()).startsWith("none, ");
    assertThat(published(find("result-key").getText())).doesNotContainPattern(GPS_DIRECTORY);
  }

  @Test
  void showsThePositionOfAPhonesOwnPhoto() throws IOException {
    byte[] photo = Pictures.photoAt(-33.5, -70.25);
    assertThat(latin1(photo)).containsPattern(GPS_DIRECTORY);
    find("file-input").sendKeys(Files.write(folder.resolve("photo.jpg"), photo).toString());

    waitForState("position", "removed");
    assertThat(find("position-before").getText()).isEqualTo("33.50000° S, 70.25000° W");
    assertThat(published(find("result-key").getText())).doesNotContainPattern(GPS_DIRECTORY);
  }

  @Test
  void showsThePositionThatAPublishedFileStillHas() throws IOException {
    browser.executeScript(
        """
        const [cdn] = arguments;
        const send = window.fetch;
        let chosen;
        const input = document.querySelector('input[type=file]');
        input.addEventListener('change', () => { chosen = input.files[0]; }, { capture: true });
        window.fetch = (path, ...options) =>
          path.startsWith(cdn) ? Promise.resolve(new Response(chosen)) : send(path, ...options);
        """,
        server.localAws().cloudFront().baseUrl().toString());
    byte[] photo = Pictures.photoAt(-33.5, -70.25);
    find("file-input").sendKeys(Files.write(folder.resolve("photo.jpg"), photo).toString());

    waitForState("position", "kept");
    assertThat(find("position-after").getText()).startsWith("33.50000° S, 70.25000° W, ");
  }

  @Test
  void showsNoPositionOfAPictureWithoutOne() {
    find("sample-button").click();

    waitForState("upload-result", "success");
    assertThat(find("position").isDisplayed()).isFalse();
  }

  @ParameterizedTest(name = "{0} lost")
  @ValueSource(ints = {1, 2})
  void endsWellOnAPhoneWhenTheResponseOfS3IsLost(int responses) {
    LocalS3 s3 = server.localAws().s3();
    for (int count = 0; count < responses; count++) {
      s3.failNext(onlyForThePut(S3Fault.acceptThenReset()));
    }
    on(
        360,
        800,
        () -> {
          find("sample-button").click();

          waitForState("upload-result", "success");
          assertThat(find("result-title").getText()).isEqualTo("Published");
          // The browser sent it again by itself, or had no connection that it had used before.
          assertThat(find("error-code").getText()).isIn("PreconditionFailed", "NetworkError");
          assertThat(find("error-explanation").getText()).contains("lost");
          await().until(driver -> stops().stream().allMatch("done"::equals));
          assertThat(overflow()).isZero();
        });
    assertThat(s3.find(find("result-key").getText())).isPresent();
  }

  @Test
  void sendsAgainWhatS3DidNotStore() {
    server.localAws().s3().failNext(onlyForThePut(S3Fault.slowDown()));
    find("sample-button").click();

    waitForState("upload-result", "success");
  }

  @Test
  void saysThatS3DidNotStoreIt() {
    doNotPause();
    S3Fault busy = onlyForThePut(S3Fault.slowDown());
    server.localAws().s3().failNext(busy, busy, busy, busy);
    find("sample-button").click();

    waitForState("upload-result", "error");
    assertThat(find("result-title").getText()).isEqualTo("S3 did not store it");
    assertThat(find("error-code").getText()).isEqualTo("SlowDown");
  }

  @Test
  void waitsForS3AndCanBeCanceled() {
    server.localAws().s3().failNext(onlyForThePut(S3Fault.acceptThenHang()));
    find("sample-button").click();
    await().until(ExpectedConditions.textToBe(byTestId("progress-label"), "Sent, waiting for S3"));

    find("cancel-button").click();

    waitForState("upload-result", "canceled");
    assertThat(find("error-explanation").getText()).contains("stays pending");
    assertThat(server.localAws().s3().find(find("result-key").getText())).isEmpty();
  }

  @Test
  void looksAgainWhileTheOutcomeIsNotKnown() {
    doNotPause();
    browser.executeScript(
        """
        const send = window.fetch;
        window.down = true;
        window.fetch = (path, ...options) =>
          window.down && path === '/api/verifications'
            ? Promise.resolve(new Response('', { status: 503 }))
            : send(path, ...options);
        """);
    find("sample-button").click();
    waitForState("upload-result", "unknown");
    assertThat(find("result-title").getText()).isEqualTo("Not known yet");
    click(find("look-again"));
    waitForState("upload-result", "unknown");
    assertThat(find("error-explanation").getText()).startsWith("No response of the server shows");

    browser.executeScript("window.down = false");
    click(find("look-again"));

    waitForState("upload-result", "success");
    await().until(driver -> stops().stream().allMatch("done"::equals));
  }

  @ParameterizedTest
  @ValueSource(strings = {"visibility-public", "visibility-private"})
  void fitsAPhone(String visibility) {
    on(
        360,
        740,
        () -> {
          choose(visibility);
          find("photo-button").click();
          waitForState("upload-result", "success");
          waitForState("position", "removed");
          assertThat(overflow()).isZero();
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"visibility-public", "visibility-private"})
  void violatesNoneOfItsOwnSecurityRules(String visibility) {
    browser.manage().logs().get(LogType.BROWSER); // Discards messages about other pages.
    openThePage();
    choose(visibility);
    find("photo-button").click();
    waitForState("position", "removed");

    List<String> violations =
        browser.manage().logs().get(LogType.BROWSER).getAll().stream()
            .map(LogEntry::getMessage)
            .filter(message -> message.contains("Content Security Policy"))
            .toList();
    assertThat(violations).isEmpty();
  }

  private static S3Fault onlyForThePut(S3Fault fault) {
    return fault.onlyFor("PUT").onlyForKeys(key -> key.startsWith("pending/"));
  }

  private String published(String key) {
    return latin1(server.localAws().s3().find(key).orElseThrow().bytes());
  }

  private static String latin1(byte[] file) {
    return new String(file, StandardCharsets.ISO_8859_1);
  }

  private Path picture() throws IOException {
    File file = folder.resolve("picture.png").toFile();
    ImageIO.write(new BufferedImage(40, 30, BufferedImage.TYPE_INT_RGB), "png", file);
    return file.toPath();
  }
}
