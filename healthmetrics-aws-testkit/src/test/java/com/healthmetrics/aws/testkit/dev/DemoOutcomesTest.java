package com.healthmetrics.aws.testkit.dev;

import static org.assertj.core.api.Assertions.assertThat;

import com.healthmetrics.aws.testkit.Chromium;
import com.healthmetrics.aws.testkit.Pictures;
import com.healthmetrics.aws.testkit.Sweep;
import com.healthmetrics.aws.testkit.dev.FaultProxy.Fault;
import com.healthmetrics.aws.testkit.dev.FaultProxy.Step;
import com.healthmetrics.aws.testkit.mail.SesFault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiPredicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.support.ui.ExpectedConditions;

/**
 * What the page says when a request or a response is lost: done, not done, or not known yet, and
 * what it says once it has looked again.
 */
@Sweep("what the demo page shows when requests are lost")
class DemoOutcomesTest extends DemoPage {
  /** Why the page does not know what became of a request to the server. */
  private static final Map<Fault, String> REASONS =
      Map.of(
          Fault.LOSES_THE_REQUEST,
          "No response of the development server arrived. Check that it is running.",
          Fault.LOSES_THE_RESPONSE,
          "No response of the development server arrived. Check that it is running.",
          Fault.DELAYS_THE_RESPONSE,
          "The development server did not respond in time.",
          Fault.RESPONDS_WITH_502,
          "The response, with status 502, is not JSON: a proxy may have sent it.",
          Fault.CUTS_THE_BODY,
          "The response, with status 200, was cut off.");

  @TempDir Path folder;

  private FaultProxy proxy;

  @Override
  ChromeDriver startBrowser(String check) {
    proxy = FaultProxy.start();
    return Chromium.start(
        check,
        "--proxy-server=127.0.0.1:" + proxy.port(),
        "--proxy-bypass-list=<-loopback>"); // Otherwise, this machine is reached without it.
  }

  @AfterAll
  void stopProxy() {
    if (proxy != null) {
      proxy.close();
    }
  }

  @BeforeEach
  void doNotWait() {
    doNotPause();
  }

  @AfterEach
  void forgetFaults() {
    proxy.repair();
    server.localAws().clear();
  }

  private void breakEach(BiPredicate<String, String> requests, Fault fault) {
    proxy.breakEach(requests, fault);
    if (fault == Fault.DELAYS_THE_RESPONSE) {
      // 75 seconds of the server and 30 of S3 become 4 each.
      browser.executeScript(
          """
          window.timeout = AbortSignal.timeout;
          AbortSignal.timeout = (milliseconds) => timeout.call(AbortSignal, milliseconds / 20);
          window.haste = 8;
          """);
    }
  }

  private void repair() {
    proxy.repair();
    browser.executeScript(
        "AbortSignal.timeout = window.timeout ?? AbortSignal.timeout; window.haste = 1;");
  }

  @ParameterizedTest
  @EnumSource
  void nothingWasSentWithoutASignature(Fault fault) {
    breakEach(Step.SIGN, fault);
    find("sample-button").click();

    waitForState("upload-result", "error");
    assertThat(find("result-title").getText()).isEqualTo("Nothing was sent");
    assertThat(find("error-explanation").getText()).contains("it sent nothing to S3");
    assertThat(find("error-message").getText()).isEqualTo(REASONS.get(fault));
    assertThat(server.localAws().s3().keys()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"put", "post"})
  void aPictureThatDidNotReachS3IsNotUploadedAndTheServerWasAsked(String method) {
    choose(method);
    breakEach(Step.SEND, Fault.LOSES_THE_REQUEST);
    find("sample-button").click();

    waitForState("upload-result", "error");
    assertThat(find("result-title").getText()).isEqualTo("Not uploaded");
    assertThat(find("error-explanation").getText())
        .contains("asked the server, which found no upload");
    assertThat(server.localAws().s3().keys()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "put, LOSES_THE_RESPONSE",
    "post, LOSES_THE_RESPONSE",
    "put, DELAYS_THE_RESPONSE",
    "put, RESPONDS_WITH_502",
    "post, RESPONDS_WITH_502",
  })
  void aPictureThatReachedS3IsPublishedWhateverCameBack(String method, Fault fault) {
    choose(method);
    breakEach(Step.SEND, fault);
    find("sample-button").click();

    waitForState("upload-result", "success");
    assertThat(find("result-title").getText()).isEqualTo("Published");
    assertThat(find("error-code").getText()).isEqualTo("NetworkError");
    assertThat(find("route").getText()).contains("pending, response lost");
    waitForAnnouncement("Inspected and published. It is loaded through the CDN.");
  }

  @ParameterizedTest
  @EnumSource
  void aVerificationWithoutAResponseIsNotKnownUntilItIsLookedFor(Fault fault) {
    breakEach(Step.VERIFY, fault);
    find("sample-button").click();

    waitForState("upload-result", "unknown");
    assertThat(find("result-title").getText()).isEqualTo("Not known yet");
    assertThat(find("result-key").getText()).startsWith("avatars/demo/");
    assertThat(find("result-stored").getText()).isEqualTo("stored the file");
    assertThat(browser.findElements(byTestId("error-status"))).isEmpty();
    assertThat(find("error-message").getText()).isEqualTo(REASONS.get(fault));
    assertThat(find("error-explanation").getText())
        .contains("S3 has stored the file: it is pending, published or removed.");
    assertThat(find("route").getText()).contains("not known yet");

    repair();
    click(find("look-again"));

    waitForState("upload-result", "success");
    waitForAnnouncement("Inspected and published. It is loaded through the CDN.");
    assertThat(stops()).allMatch("done"::equals);
  }

  @Test
  void aRemovalWhoseResponseIsLostIsNotKnownUntilItIsLookedFor() {
    breakEach(Step.VERIFY, Fault.LOSES_THE_RESPONSE);
    find("try-disguised").click();
    waitForState("upload-result", "unknown");

    repair();
    click(find("look-again"));

    waitForState("upload-result", "removed");
    assertThat(find("result-title").getText()).isEqualTo("No object to verify");
    assertThat(find("error-explanation").getText())
        .contains("S3 stored the file", "may have rejected and removed it");
    assertThat(find("error-fix").getText()).contains("It is not published.");
  }

  @Test
  void aLostResponseOfS3AndOneOfTheServerAreBothReported() {
    breakEach(Step.SEND.or(Step.VERIFY), Fault.LOSES_THE_RESPONSE);
    find("sample-button").click();

    waitForState("upload-result", "unknown");
    assertThat(find("result-stored").getText()).isEqualTo("response lost");
    assertThat(find("error-explanation").getText()).contains("The response of S3 was lost, too");
  }

  @Test
  void anUploadThatIsCanceledWhileItIsVerifiedIsNotKnownUntilItIsLookedFor() {
    breakEach(Step.VERIFY, Fault.DELAYS_THE_RESPONSE);
    find("sample-button").click();
    await().until(ExpectedConditions.textToBe(byTestId("progress-label"), "Asking the server"));
    find("cancel-button").click();

    waitForState("upload-result", "canceled");
    assertThat(find("result-title").getText()).isEqualTo("Canceled, and not known yet");

    repair();
    click(find("look-again"));

    waitForState("upload-result", "success");
  }

  @Test
  void lookingAgainCanBeCanceled() {
    breakEach(Step.VERIFY, Fault.LOSES_THE_REQUEST);
    find("sample-button").click();
    waitForState("upload-result", "unknown");
    proxy.breakEach(Step.VERIFY, Fault.DELAYS_THE_RESPONSE);
    click(find("look-again"));
    find("cancel-button").click();

    waitForState("upload-result", "canceled");
    assertThat(find("result-title").getText()).isEqualTo("Canceled, and not known yet");
  }

  @Test
  void aPictureThatWasAcceptedStaysPublishedWhateverIsNotKnownAfterwards() {
    AtomicInteger verifications = new AtomicInteger();
    breakEach(
        Step.VERIFY.and((method, path) -> verifications.getAndIncrement() > 0),
        Fault.LOSES_THE_RESPONSE);
    find("try-replay").click();

    waitForState("upload-result", "unknown");
    assertThat(find("result-published").getText())
        .isEqualTo("the picture that was accepted before");
    assertThat(find("error-explanation").getText()).contains("is published, and stays");

    repair();
    click(find("look-again"));

    waitForState("upload-result", "kept");
  }

  @ParameterizedTest
  @EnumSource
  void aPrivatePictureStaysPublishedWhenItsUrlIsNotSigned(Fault fault) {
    choose("visibility-private");
    breakEach(Step.SIGN_PICTURE, fault);
    find("sample-button").click();

    waitForState("upload-result", "success");
    await().until(ExpectedConditions.presenceOfElementLocated(byTestId("picture-note")));
    assertThat(find("result-title").getText()).isEqualTo("Published");
    assertThat(find("picture-note").getText())
        .startsWith("The picture is published. The server returned no signed URL");
    waitForAnnouncement("Inspected and published. " + find("picture-note").getText());

    repair();
    click(find("picture-again"));

    waitForAnnouncement("Inspected and published. It is loaded through the CDN.");
    assertThat(find("bare-response").getDomAttribute("data-state")).isEqualTo("refused");
  }

  @ParameterizedTest
  @CsvSource({
    "LOSES_THE_REQUEST, No whole response of the CDN arrived, not known yet",
    "LOSES_THE_RESPONSE, No whole response of the CDN arrived, not known yet",
    "CUTS_THE_BODY, No whole response of the CDN arrived, not known yet",
    "RESPONDS_WITH_502, 'The CDN, or a proxy before it, responds with', another response",
  })
  void aPictureStaysPublishedWhenTheCdnDoesNotServeIt(Fault fault, String reason, String stop) {
    breakEach(Step.SHOW, fault);
    find("sample-button").click();

    waitForState("upload-result", "success");
    await().until(ExpectedConditions.presenceOfElementLocated(byTestId("picture-note")));
    assertThat(find("picture-note").getText()).startsWith("The picture is published. " + reason);
    assertThat(find("route").getText()).contains(stop);
    waitForAnnouncement("Inspected and published. " + find("picture-note").getText());

    repair();
    click(find("picture-again"));

    waitForAnnouncement("Inspected and published. It is loaded through the CDN.");
    await().until(driver -> stops().stream().allMatch("done"::equals));
  }

  @Test
  void aPictureThatIsStillLoadingIsNotAnnouncedAsLoaded() {
    breakEach(Step.SHOW, Fault.DELAYS_THE_RESPONSE);
    find("sample-button").click();

    waitForState("upload-result", "success");
    assertThat(announced()).isEqualTo("Inspected and published.");
    assertThat(stops()).endsWith("done", "active");
  }

  @Test
  void aHeicThatThisBrowserDoesNotDrawIsPublishedAllTheSame() throws IOException {
    choose("visibility-private");
    find("file-input").sendKeys(file("photo.heic", Pictures.heic()).toString());

    waitForState("upload-result", "success");
    await().until(ExpectedConditions.presenceOfElementLocated(byTestId("picture-note")));
    assertThat(find("picture-note").getText())
        .startsWith("The picture is published, and the CDN serves its")
        .endsWith("This browser does not draw HEIC; others do.");
    assertThat(find("route").getText()).contains("served, not drawn");
  }

  @Test
  void aPictureWithDamagedPixelsIsServedAndNotDrawn() throws IOException {
    find("file-input").sendKeys(file("damaged.png", Pictures.damagedPng()).toString());

    waitForState("upload-result", "success");
    await().until(ExpectedConditions.presenceOfElementLocated(byTestId("picture-note")));
    assertThat(find("picture-note").getText())
        .contains("serves its", "whole. This browser cannot draw it: its pixels are damaged");
  }

  @Test
  void anEmailWhoseRequestIsLostIsSentOnceItIsSentAgain() {
    breakEach(Step.SEND_EMAIL, Fault.LOSES_THE_REQUEST);
    find("mail-send").click();
    waitForState("mail-status", "unknown");
    String key = find("mail-key").getText();

    repair();
    click(find("mail-look-again"));

    waitForState("mail-status", "error");
    assertThat(find("mail-outcome").getText()).isEqualTo("Not sent.");
    assertThat(find("mail-explanation").getText()).contains("no email with this key so far");
    assertThat(server.localAws().ses().emails()).isEmpty();

    click(find("mail-send-again"));

    waitForState("mail-status", "success");
    assertThat(find("mail-key").getText()).isEqualTo(key);
    assertThat(server.localAws().ses().emails()).hasSize(1);
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "LOSES_THE_REQUEST")
  void anEmailWhoseResponseIsLostIsNotKnownUntilItIsLookedFor(Fault fault) {
    breakEach(Step.SEND_EMAIL, fault);
    find("mail-send").click();

    waitForState("mail-status", "unknown");
    assertThat(find("mail-outcome").getText()).isEqualTo("Not known yet.");
    assertThat(find("mail-error-message").getText()).isEqualTo(REASONS.get(fault));
    assertThat(find("mail-explanation").getText()).contains("may have sent the email");
    assertThat(find("mail-recipient").getText()).isEqualTo("ada@example.com");

    repair();
    click(find("mail-look-again"));

    waitForState("mail-status", "success");
    assertThat(find("mail-explanation").getText()).contains("The email was accepted, once");
    assertThat(server.localAws().ses().emails()).hasSize(1);
    await()
        .until(
            ExpectedConditions.textToBePresentInElementLocated(
                byTestId("mail-subject"), "Confirm your email address"));
  }

  @Test
  void anEmailWhoseResponseOfSesIsLostIsSettledByItsEvent() {
    server.localAws().ses().failNext(SesFault.acceptThenReset());
    find("mail-send").click();

    waitForState("mail-status", "unknown");
    assertThat(find("mail-error-kind").getText()).isEqualTo("UNKNOWN_OUTCOME");
    assertThat(find("mail-error-delivery").getText()).isEqualTo("UNKNOWN");
    assertThat(find("mail-explanation").getText()).contains("SES may have accepted the email");

    click(find("mail-look-again"));

    waitForState("mail-status", "success");
    assertThat(find("mail-message-id").getText())
        .isEqualTo(server.localAws().ses().emails().get(0).messageId());
  }

  @Test
  void anEmailOfWhichNoEventComesStaysUnknown() {
    server.localAws().ses().failNext(SesFault.status(500));
    find("mail-send").click();
    waitForState("mail-status", "unknown");

    click(find("mail-look-again"));

    await()
        .until(
            ExpectedConditions.textToBe(
                byTestId("mail-error-message"), "No event of SES about this email has come."));
    assertThat(find("mail-outcome").getText()).isEqualTo("Not known yet.");
    assertThat(find("mail-fix").getText()).contains("That none has come proves nothing.");
    assertThat(find("mail-look-again").isDisplayed()).isTrue();
  }

  @Test
  void anEmailThatSesRefusedIsNotSent() {
    server.localAws().ses().failNext(SesFault.refused(400, "SendingPausedException", "Paused."));
    find("mail-send").click();

    waitForState("mail-status", "error");
    assertThat(find("mail-outcome").getText()).isEqualTo("Not sent.");
    assertThat(find("mail-error-delivery").getText()).isEqualTo("NOT_SENT");
    assertThat(find("mail-explanation").getText()).contains("certainly did not accept");
    assertThat(browser.findElements(byTestId("mail-look-again"))).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void aTemplateThatDoesNotLoadIsNotShownAsAnother(Fault fault) {
    waitForState("gallery", "shown");
    breakEach(Step.SHOW_TEMPLATE, fault);
    click(find("gallery-password-reset"));

    waitForState("gallery", "failed");
    assertThat(find("gallery-subject").getText()).isEqualTo("This template is not loaded.");
    assertThat(find("gallery-text").getText()).isEqualTo(REASONS.get(fault));

    repair();
    click(find("gallery-look-again"));

    waitForState("gallery", "shown");
    assertThat(find("gallery-text").getText()).contains("Choose a new password");
  }

  private void waitForAnnouncement(String text) {
    await().until(driver -> announced().equals(text));
  }

  /** What a screen reader says; the element is not visible. */
  private String announced() {
    return String.valueOf(find("upload-status").getDomProperty("textContent"));
  }

  private Path file(String name, byte[] bytes) throws IOException {
    return Files.write(folder.resolve(name), bytes);
  }
}
