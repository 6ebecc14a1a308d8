package com.healthmetrics.aws.testkit.dev;

import static org.assertj.core.api.Assertions.assertThat;

import com.healthmetrics.aws.testkit.Firefox;
import com.healthmetrics.aws.testkit.Pictures;
import com.healthmetrics.aws.testkit.Sweep;
import com.healthmetrics.aws.testkit.dev.FaultProxy.Fault;
import com.healthmetrics.aws.testkit.dev.FaultProxy.Step;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Where Firefox may differ: bodies that are cut off, and pictures that it does not draw. */
@Sweep("what the demo page shows in Firefox when responses are lost")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Execution(ExecutionMode.SAME_THREAD)
class DemoOutcomesInFirefoxTest {
  /** Chooses a file or clicks, waits until an element has a state, and returns what is shown. */
  private static final String DO =
      """
      (async ({ click, picture, name, type, until }) => {
        const find = (id) => document.querySelector(`[data-testid='${id}']`);
        const { setTimeout } = window;
        if (picture) {
          const bytes = Uint8Array.from(atob(picture), (c) => c.charCodeAt(0));
          const chosen = new DataTransfer();
          chosen.items.add(new File([bytes], name, { type }));
          find('file-input').files = chosen.files;
          find('file-input').dispatchEvent(new Event('change'));
        } else {
          find(click).click();
        }
        while (!document.querySelector(until)) {
          await new Promise((resolve) => setTimeout(resolve, 50));
        }
        const text = (id) => find(id)?.textContent ?? '';
        return {
          title: text('result-title') || text('mail-outcome'),
          message: text('error-message') || text('mail-error-message'),
          note: text('picture-note'),
        };
      })""";

  private static final String WITHOUT_PAUSES =
      """
      (async () => {
        const { setTimeout } = window;
        window.setTimeout = (task, milliseconds) =>
          setTimeout(task, milliseconds > 6000 ? milliseconds : milliseconds / 20);
        return {};
      })""";

  private FaultProxy proxy;
  private DevServer server;
  private Firefox browser;

  @BeforeAll
  void start(@TempDir Path profile) throws IOException {
    proxy = FaultProxy.start();
    String preferences =
        """
        user_pref("network.proxy.type", 1);
        user_pref("network.proxy.http", "127.0.0.1");
        user_pref("network.proxy.http_port", %s);
        user_pref("network.proxy.allow_hijacking_localhost", true);
        """;
    Files.writeString(profile.resolve("user.js"), preferences.formatted(proxy.port()));
    browser = Firefox.start("what the demo page says in Firefox", profile);
    server = DevServer.start(0);
  }

  @AfterAll
  void stop() {
    if (browser != null) {
      browser.close();
    }
    if (server != null) {
      server.close();
    }
    proxy.close();
  }

  @BeforeEach
  void openThePage() {
    proxy.repair();
    browser.open(server.pageUrl().toString());
    browser.call(WITHOUT_PAUSES, Map.of());
  }

  @Test
  void aVerificationWhoseResponseIsCutOffIsNotKnownUntilItIsLookedFor() {
    proxy.breakEach(Step.VERIFY, Fault.CUTS_THE_BODY);
    assertThat(click("sample-button", "#stage[data-state=unknown]").get("title"))
        .isEqualTo("Not known yet");

    proxy.repair();

    assertThat(click("look-again", "#stage[data-state=success] img").get("title"))
        .isEqualTo("Published");
  }

  @Test
  void anEmailWhoseResponseIsLostIsSentOnce() {
    proxy.breakEach(Step.SEND_EMAIL, Fault.LOSES_THE_RESPONSE);
    int before = server.localAws().ses().emails().size();
    assertThat(click("mail-send", "#mail-status[data-state=unknown]").get("title"))
        .isEqualTo("Not known yet.");

    proxy.repair();

    click("mail-look-again", "#mail-status[data-state=success]");
    assertThat(server.localAws().ses().emails()).hasSize(before + 1);
  }

  @Test
  void aPictureThatTheCdnCutsOffIsNotDamaged() {
    proxy.breakEach(Step.SHOW, Fault.CUTS_THE_BODY);

    assertThat(click("sample-button", "[data-testid=picture-note]").get("note"))
        .asString()
        .startsWith("The picture is published. No whole response of the CDN arrived");
  }

  @Test
  void namesAPictureThatItDoesNotDraw() {
    click("visibility-private", "body");

    assertThat(choose("photo.heic", "image/heic", Pictures.heic()))
        .contains("This browser does not draw HEIC");
  }

  @Test
  void namesAPictureWithDamagedPixels() {
    assertThat(choose("damaged.png", "image/png", Pictures.damagedPng()))
        .contains("its pixels are damaged");
  }

  private Map<?, ?> click(String button, String until) {
    return browser.call(DO, Map.of("click", button, "until", until));
  }

  private String choose(String name, String type, byte[] picture) {
    String encoded = Base64.getEncoder().encodeToString(picture);
    String until = "[data-testid=picture-note]";
    Map<String, String> file =
        Map.of("picture", encoded, "name", name, "type", type, "until", until);
    return String.valueOf(browser.call(DO, file).get("note"));
  }
}
