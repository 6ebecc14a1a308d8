package com.healthmetrics.aws.testkit.dev;

import static org.assertj.core.api.Assertions.assertThat;

import com.healthmetrics.aws.testkit.BrowserPage;
import com.healthmetrics.aws.testkit.Chromium;
import com.healthmetrics.aws.testkit.Firefox;
import com.healthmetrics.aws.testkit.Sweep;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the demo page does, in each browser. */
class DemoInBrowsersTest {
  private static final String CHECK = "the demo page in each browser";

  /** What a user does: each step waits until the page shows the state of the one before. */
  private static final String VISIT =
      """
      (async ({ method, visibility }) => {
        const find = (id) => document.querySelector(`[data-testid=${id}]`);
        const state = (id, ...states) => new Promise((resolve) => {
          const look = () => {
            const { state } = find(id).dataset;
            if (states.includes(state)) resolve(state);
            else setTimeout(look, 20);
          };
          look();
        });
        await state('server-status', 'running');
        await state('gallery', 'shown');
        find(`method-${method}`).click();
        find(`visibility-${visibility}`).click();
        find('photo-button').click();
        const upload = await state('upload-result', 'success', 'error', 'refused', 'unknown');
        const position = await state('position', 'removed', 'kept', 'unread');
        const image = find('result-image');
        await image.decode();
        find('mail-send').click();
        const email = await state('mail-status', 'success', 'error');
        return { upload, position, width: image.naturalWidth, email };
      })""";

  @TempDir Path folder;

  @Test
  void uploadsAndSendsInChromium() {
    try (BrowserPage browser = Chromium.open(CHECK)) {
      uploadsAndSends(browser);
    }
  }

  @Sweep("the demo page in Firefox")
  @Test
  void uploadsAndSendsInFirefox() {
    try (BrowserPage browser = Firefox.start(CHECK, folder)) {
      uploadsAndSends(browser);
    }
  }

  private static void uploadsAndSends(BrowserPage browser) {
    try (DevServer server = DevServer.start(0)) {
      for (Map<String, ?> choice :
          List.of(
              Map.of("method", "put", "visibility", "public"),
              Map.of("method", "post", "visibility", "private"))) {
        browser.open(server.pageUrl().toString());

        assertThat(browser.call(VISIT, choice))
            .as("%s", choice)
            .extracting("upload", "position", "width", "email")
            .containsExactly("success", "removed", 960L, "success");
      }
    }
  }
}
