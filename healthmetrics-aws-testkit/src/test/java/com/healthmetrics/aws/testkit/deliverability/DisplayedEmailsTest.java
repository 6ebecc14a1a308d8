package com.healthmetrics.aws.testkit.deliverability;

import static org.assertj.core.api.Assertions.assertThat;

import com.healthmetrics.aws.testkit.Axe;
import com.healthmetrics.aws.testkit.Chromium;
import com.healthmetrics.aws.testkit.Sweep;
import com.healthmetrics.aws.testkit.mail.ReceivedMail;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.openqa.selenium.chrome.ChromeDriver;

/** How email clients show every account email in every language. */
class DisplayedEmailsTest {
  /** The longest name that a product may have, and no place to break it. */
  private static final String LONG_NAME = "W".repeat(60);

  private static final Pattern FOR_OUTLOOK =
      Pattern.compile("<!--\\[if mso]>(.*?)<!\\[endif]-->", Pattern.DOTALL);
  private static final Pattern TAG = Pattern.compile("<(/?)(table|tr|td)\\b[^>]*>");

  private static Map<String, String> documents(String product) {
    Map<String, String> documents = new LinkedHashMap<>();
    for (Map.Entry<String, ReceivedMail> email :
        StockEmails.sent(builder -> builder.product(product)).entrySet()) {
      documents.put(email.getKey(), email.getValue().html().orElseThrow());
    }
    assertThat(documents).isNotEmpty();
    return documents;
  }

  /** Of a page that is as wide as the screen of a phone, of a reading pane and of a window. */
  @Sweep("the width of emails")
  @Test
  void fitTheWidthOfTheScreenWhateverTheProductIsCalled() {
    ChromeDriver browser = Chromium.start("that account emails fit a phone");
    try {
      SoftAssertions softly = new SoftAssertions();
      documents(LONG_NAME)
          .forEach(
              (name, html) -> {
                for (int width : List.of(360, 600, 1_200)) {
                  softly
                      .assertThat(contentWidth(browser, html, width))
                      .as("the content of %s in a window of %s", name, width)
                      .isLessThanOrEqualTo(width);
                }
              });
      softly.assertAll();
    } finally {
      browser.quit();
    }
  }

  /** In a frame, as the window of a browser cannot be that narrow. */
  private static long contentWidth(ChromeDriver browser, String html, int width) {
    browser.get("data:text/html,<!doctype html><title>frame</title><body>");
    return (Long)
        browser.executeScript(
            """
            const frame = document.createElement("iframe");
            frame.style = "border:0;width:" + arguments[1] + "px;height:900px";
            document.body.replaceChildren(frame);
            const bytes = Uint8Array.from(atob(arguments[0]), (c) => c.charCodeAt(0));
            frame.contentDocument.write(new TextDecoder().decode(bytes));
            frame.contentDocument.close();
            return frame.contentDocument.documentElement.scrollWidth;
            """,
            base64(html),
            width);
  }

  /** Emails have no landmarks: they are shown within the page of an email client. */
  @Sweep("accessibility of emails")
  @Test
  void areAccessibleInLightAndInDarkColors() {
    ChromeDriver browser = Chromium.start("that account emails are accessible");
    try {
      SoftAssertions softly = new SoftAssertions();
      documents("HealthMetrics")
          .forEach(
              (name, html) -> {
                for (String colors : List.of("light", "dark")) {
                  softly
                      .assertThat(violations(browser, html, colors))
                      .as("%s in %s colors", name, colors)
                      .isEmpty();
                }
              });
      softly
          .assertThat(violations(browser, "<title>x</title><p style='color:#ccc'>x", "light"))
          .as("an email that is not accessible")
          .isNotEmpty();
      softly.assertAll();
    } finally {
      browser.quit();
    }
  }

  private static List<?> violations(ChromeDriver browser, String html, String colors) {
    browser.executeCdpCommand(
        "Emulation.setEmulatedMedia",
        Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", colors))));
    browser.get("data:text/html;base64," + base64(html));
    return Axe.violations(browser, "region", "landmark-one-main");
  }

  private static String base64(String html) {
    return Base64.getEncoder().encodeToString(html.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Word, which shows emails in Outlook for Windows, knows no {@code max-width}, does not hand the
   * font of a table down to its cells, and replaces a list that begins with a font it does not know
   * by Times New Roman.
   */
  @TestFactory
  List<DynamicTest> haveFontsAndAWidthInOutlookForWindows() {
    return documents("HealthMetrics").entrySet().stream()
        .map(
            email ->
                DynamicTest.dynamicTest(
                    email.getKey(), () -> assertReadableInOutlook(email.getValue())))
        .toList();
  }

  private static void assertReadableInOutlook(String html) {
    List<String> forOutlook =
        FOR_OUTLOOK.matcher(html).results().map(match -> match.group(1)).toList();
    String added = String.join("", forOutlook);

    assertThat(added).contains("font-family: 'Segoe UI', Arial, sans-serif");
    for (String element : List.of("table", "td", "h1", "p", "a", "strong")) {
      assertThat(added).matches("(?s).*<style>[^{]*\\b" + element + "\\b[^{]*\\{.*");
    }
    String limit =
        Pattern.compile("max-width:(\\d+)px;font")
            .matcher(html)
            .results()
            .map(match -> match.group(1))
            .findFirst()
            .orElseThrow();
    assertThat(added).contains("<table role=\"presentation\" width=\"" + limit + "\"");
    assertThat(FOR_OUTLOOK.matcher(html).replaceAll("")).doesNotContain("[if", "<![endif");
    assertBalanced(FOR_OUTLOOK.matcher(html).replaceAll("$1"));
    assertBalanced(FOR_OUTLOOK.matcher(html).replaceAll(""));
  }

  private static void assertBalanced(String html) {
    Deque<String> open = new ArrayDeque<>();
    for (MatchResult tag : TAG.matcher(html).results().toList()) {
      if (tag.group(1).isEmpty()) {
        open.push(tag.group(2));
      } else {
        assertThat(tag.group(2)).isEqualTo(open.pop());
      }
    }
    assertThat(open).isEmpty();
  }
}
