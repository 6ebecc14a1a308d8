package com.healthmetrics.aws.testkit.dev;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.OutputType;

/**
 * The picture of the demo in the README; {@code -Dreadme.update=true} takes it again.
 *
 * <p>It carries a hash of the words that it shows, so that it cannot show those of an older page.
 */
class DemoPictureTest extends DemoPage {
  private static final Path PICTURE = Path.of("docs", "demo.png");

  /** After the signature and the first chunk, which has 13 bytes. */
  private static final int SECOND_CHUNK = 8 + 12 + 13;

  @Test
  void hasTheWordsOfThePage() throws Exception {
    setScreenOfThePicture();
    waitForState("gallery", "shown");
    find("photo-button").click();
    waitForState("upload-result", "success");
    waitForState("position", "removed");
    await().until(driver -> stops().stream().allMatch("done"::equals));
    String words = "words " + hash(words());
    if (Boolean.getBoolean("readme.update")) {
      Files.write(PICTURE, withComment(take(), words));
    }

    assertThat(new String(Files.readAllBytes(PICTURE), ISO_8859_1))
        .as("The page has other words than docs/demo.png. To take it again: -Dreadme.update=true")
        .contains(words);
  }

  private void setScreenOfThePicture() {
    browser.executeCdpCommand(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", 1180, "height", 1150, "deviceScaleFactor", 1, "mobile", false));
    browser.executeCdpCommand("Emulation.setScrollbarsHidden", Map.of("hidden", true));
  }

  /** With the ports of a demo that was started with the default port. */
  private byte[] take() {
    browser.executeScript(
        """
        const ports = arguments;
        const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
        while (texts.nextNode()) {
          [...ports].forEach((port, index) => {
            texts.currentNode.data = texts.currentNode.data.replaceAll(`:${port}`, `:${3011 + index}`);
          });
        }
        document.activeElement.blur();
        window.scrollTo(0, 0);
        """,
        server.localAws().s3().endpoint().getPort(),
        server.localAws().cloudFront().baseUrl().getPort(),
        server.localAws().ses().endpoint().getPort());
    return browser.getScreenshotAs(OutputType.BYTES);
  }

  /** What the picture shows, without numbers: each run has others. */
  private String words() {
    return Objects.requireNonNull(
            browser.executeScript(
                """
                const shown = document.querySelectorAll('header, .route, .controls, .stage dt, .stage h3');
                return [...shown].map((element) => element.innerText).join(' ')
                  .replace(/[0-9]+/g, '#').replace(/\\s+/g, ' ');
                """))
        .toString();
  }

  private static String hash(String text) throws Exception {
    byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
    return HexFormat.of().formatHex(hash);
  }

  /** Source: PNG Specification, "tEXt Textual data". */
  private static byte[] withComment(byte[] png, String text) {
    byte[] content = ("tEXtComment\0" + text).getBytes(ISO_8859_1);
    CRC32 checksum = new CRC32();
    checksum.update(content);
    ByteBuffer chunk = ByteBuffer.allocate(4 + content.length + 4);
    chunk.putInt(content.length - 4).put(content).putInt((int) checksum.getValue());
    ByteArrayOutputStream commented = new ByteArrayOutputStream();
    commented.write(png, 0, SECOND_CHUNK);
    commented.writeBytes(chunk.array());
    commented.write(png, SECOND_CHUNK, png.length - SECOND_CHUNK);
    return commented.toByteArray();
  }
}
