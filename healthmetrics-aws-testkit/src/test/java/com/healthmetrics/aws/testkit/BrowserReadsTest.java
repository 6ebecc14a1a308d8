package com.healthmetrics.aws.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import com.healthmetrics.aws.storage.ObjectKey;
import com.healthmetrics.aws.storage.PresignedPut;
import com.healthmetrics.aws.storage.UploadPolicy;
import com.healthmetrics.aws.storage.UploadRequest;
import com.healthmetrics.aws.testkit.internal.HostCheck;
import com.healthmetrics.aws.testkit.internal.LoopbackServer;
import com.healthmetrics.aws.testkit.internal.ServerResponse;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.support.ui.WebDriverWait;

/** Pictures of the distribution in a real browser, whose cache is part of what is tested. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Execution(ExecutionMode.SAME_THREAD)
class BrowserReadsTest {
  private static final String SHOW_THEN_READ =
      """
      const [url, done] = arguments;
      const image = new Image();
      image.onerror = () => done("not shown");
      image.onload = () =>
        fetch(url)
          .then((response) => response.blob())
          .then((blob) => done("read " + blob.size))
          .catch((error) => done("refused: " + error.name));
      image.src = url;
      """;
  private static final String DRAW =
      """
      const [url, done] = arguments;
      const image = new Image();
      image.crossOrigin = "anonymous";
      image.onerror = () => done("refused");
      image.onload = () => {
        const canvas = document.createElement("canvas");
        canvas.getContext("2d").drawImage(image, 0, 0);
        canvas.toBlob((blob) => done("cropped to " + blob.type));
      };
      image.src = url;
      """;

  private ChromeDriver browser;
  private LoopbackServer application;
  private LoopbackServer foreign;
  private LocalAws local;

  @BeforeAll
  void start() {
    browser = Chromium.start("pictures that a page reads");
    browser.manage().timeouts().scriptTimeout(Browser.TIMEOUT);
    application = page();
    foreign = page();
    local = LocalAws.builder().appUrl(application.uri()).start();
  }

  private static LoopbackServer page() {
    byte[] html = "<!doctype html><title>page</title>".getBytes(StandardCharsets.UTF_8);
    return LoopbackServer.start(
        "page",
        0,
        new HostCheck(List.of(), (request, refused) -> ServerResponse.of(refused.status())),
        exchange -> ServerResponse.of(200).withBody("text/html", html).send(exchange));
  }

  @AfterAll
  void stop() {
    if (browser != null) {
      browser.quit();
      application.close();
      foreign.close();
      local.close();
    }
  }

  private URI publishedAvatar() {
    byte[] png = Pictures.png();
    PresignedPut upload =
        local
            .aws()
            .uploads()
            .presignPut(
                UploadPolicy.avatars(), UploadRequest.of("user-42", "image/png", png.length));
    assertThat(new Browser().send(upload, png).statusCode()).isEqualTo(200);
    return local
        .aws()
        .uploadVerifier()
        .verify(UploadPolicy.avatars(), "user-42", upload.key())
        .orThrow()
        .publicUrl()
        .orElseThrow();
  }

  private String run(LoopbackServer page, String script, URI url) {
    browser.get(page.uri() + "/");
    return Objects.toString(browser.executeAsyncScript(script, url.toString()));
  }

  /** The browser keeps an avatar for a year, and must not take that response for the read. */
  @Test
  void aPageReadsAPictureThatItHasShown() {
    URI avatar = publishedAvatar();

    assertThat(run(application, SHOW_THEN_READ, avatar))
        .isEqualTo(
            "read " + local.s3().find(avatar.getPath().substring(1)).orElseThrow().bytes().length);
  }

  @Test
  void aPageCropsAPictureThatItHasShown() {
    URI avatar = publishedAvatar();
    run(application, SHOW_THEN_READ, avatar);

    assertThat(run(application, DRAW, avatar)).isEqualTo("cropped to image/png");
  }

  @Test
  void aForeignPageShowsAPictureAndCannotReadIt() {
    URI avatar = publishedAvatar();

    assertThat(run(foreign, SHOW_THEN_READ, avatar)).isEqualTo("refused: TypeError");
    assertThat(run(foreign, DRAW, avatar)).isEqualTo("refused");
  }

  @Test
  void savesADownloadUnderItsName(@TempDir Path folder) {
    ObjectKey picture =
        ObjectKey.of(UploadPolicy.progressPhotos().keyPrefix() + "user-42/0f3c.png");
    local.s3().put(picture.value(), "image/png", Pictures.png());
    browser.executeCdpCommand(
        "Browser.setDownloadBehavior",
        Map.of("behavior", "allow", "downloadPath", folder.toString()));

    for (String name : List.of("front 1.png", "März;写真.png")) {
      URI url = local.aws().signedUrls().signDownload(picture, name, Duration.ofMinutes(10)).url();
      browser.get(application.uri() + "/");
      browser.executeScript("location.href = arguments[0]", url.toString());

      new WebDriverWait(browser, Browser.TIMEOUT)
          .until(waiting -> folder.resolve(name).toFile().length() == Pictures.png().length);
      assertThat(folder.resolve(name)).hasBinaryContent(Pictures.png());
    }
  }
}
