package com.healthmetrics.aws.testkit.dev;

import static org.assertj.core.api.Assertions.assertThat;

import com.healthmetrics.aws.mail.EmailAddress;
import com.healthmetrics.aws.testkit.Sweep;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.WindowType;
import org.openqa.selenium.support.ui.ExpectedConditions;

/** A user works with the demo page: emails, templates, windows. */
@Sweep("emails, templates and windows of the demo page")
class DemoPageTest extends DemoPage {
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

  @ParameterizedTest
  @CsvSource({
    "ada@example.com, 'Send, Delivery'",
    "bounce+demo@simulator.amazonses.com, 'Send, Bounce'",
    "complaint@simulator.amazonses.com, 'Send, Delivery, Complaint'",
    "suppressionlist@simulator.amazonses.com, 'Send, Bounce'",
  })
  void showsTheEventsOfAnEmail(String recipient, String types) {
    WebElement address = find("mail-to");
    address.clear();
    address.sendKeys(recipient);
    find("mail-send").click();

    waitForState("mail-status", "success");
    await().until(ExpectedConditions.textToBePresentInElement(find("mail-events"), recipient));
    List<WebElement> events = find("mail-events").findElements(By.tagName("li"));
    assertThat(events)
        .extracting(event -> event.findElement(By.tagName("b")).getText())
        .containsExactly(types.split(", "));
    assertThat(events)
        .allSatisfy(
            event -> {
              assertThat(event.getText()).contains(recipient);
              assertThat(event.findElement(By.tagName("time")).getText())
                  .matches("\\d\\d:\\d\\d:\\d\\d");
            });
    assertThat(find("mail-events").findElement(By.tagName("ol")).getDomAttribute("aria-label"))
        .isEqualTo("Events of this email");
    on(360, 900, this::breaksNoDomain);
  }

  /** In the hint, the email's recipient and its events; and the types keep their distance. */
  private void breaksNoDomain() {
    Object measured =
        browser.executeScript(
            """
            const lines = [];
            const texts = document.querySelectorAll('#mail-to-hint, #reader-meta, .events li');
            for (const text of texts) {
              const walker = document.createTreeWalker(text, NodeFilter.SHOW_TEXT);
              while (walker.nextNode()) {
                const start = walker.currentNode.data.indexOf('simulator.amazonses.com');
                if (start < 0) continue;
                const domain = document.createRange();
                domain.setStart(walker.currentNode, start);
                domain.setEnd(walker.currentNode, start + 'simulator.amazonses.com'.length);
                lines.push(new Set([...domain.getClientRects()].map((line) => line.top)).size);
              }
            }
            const gaps = [...document.querySelectorAll('.events li')].map((event) => {
              const type = document.createRange();
              type.selectNodeContents(event.children[0]);
              const { right } = type.getBoundingClientRect();
              return event.children[1].getBoundingClientRect().left - right;
            });
            return Math.max(...lines) === 1 && Math.min(...gaps) >= 10 ? 'ok' : [lines, gaps].join(';');
            """);
    assertThat(measured).isEqualTo("ok");
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
    assertThat(find("mail-to-error").getText()).contains("not ASCII");
    assertThat(find("mail-status").getText()).isEqualTo("Not sent. Correct the recipient.");
    assertThat(address.getDomAttribute("aria-invalid")).isEqualTo("true");
    assertThat(address.getDomAttribute("aria-describedby")).contains("mail-to-error");
    assertThat(browser.switchTo().activeElement()).isEqualTo(address);

    address.clear();
    address.sendKeys("ada@example.com");
    find("mail-send").click();

    waitForState("mail-status", "success");
    assertThat(find("mail-to-error").getText()).isEmpty();
    assertThat(address.getDomAttribute("aria-invalid")).isNull();
  }

  /** A browser has six connections to a server for all its tabs, and an event stream holds one. */
  @Test
  void opensInEightTabsAtOnce() {
    String first = browser.getWindowHandle();
    Set<String> others = new LinkedHashSet<>();
    try {
      for (int tab = 2; tab <= 8; tab++) {
        others.add(browser.switchTo().newWindow(WindowType.TAB).getWindowHandle());
        browser.get(server.pageUrl().toString());
        waitForState("server-status", "running");
        waitForState("gallery", "shown");
      }
    } finally {
      others.forEach(tab -> browser.switchTo().window(tab).close());
      browser.switchTo().window(first);
    }
    bringToFront();
    sendWithoutThePage(); // The first one listens again.
  }

  @Test
  void listsWhatArrivedWhileNobodySawThePage() {
    int before = browser.findElements(byTestId("mailbox-item")).size();
    String first = browser.getWindowHandle();
    browser.switchTo().newWindow(WindowType.TAB);
    server
        .localAws()
        .aws()
        .accountEmails()
        .sendVerification(EmailAddress.of("hidden@example.com"), "t0ken");
    browser.close();
    browser.switchTo().window(first);
    bringToFront();

    await().until(ExpectedConditions.numberOfElementsToBe(byTestId("mailbox-item"), before + 1));
  }

  private void bringToFront() {
    browser.executeCdpCommand("Page.bringToFront", Map.of());
  }

  @ParameterizedTest
  @CsvSource({
    "2, 'You dropped 2 files, and nothing was sent. Drop one picture.'",
    "3, 'You dropped 3 files, and nothing was sent. Drop one picture.'",
  })
  void explainsWhySeveralDroppedFilesAreNotSent(int count, String message) {
    drop(count);

    assertThat(find("drop-error").getText()).isEqualTo(message);
    assertThat(find("upload-result").getDomAttribute("data-state")).isEqualTo("idle");

    find("sample-button").click();
    waitForState("upload-result", "success");
    assertThat(find("drop-error").getText()).isEmpty();
  }

  @Test
  void uploadsAFileThatIsDropped() {
    drop(1);

    waitForState("upload-result", "removed"); // It is no picture.
  }

  private void drop(int count) {
    browser.executeScript(
        """
        const transfer = new DataTransfer();
        for (let i = 0; i < arguments[0]; i++) {
          transfer.items.add(new File(['no picture'], `${i}.png`, { type: 'image/png' }));
        }
        document.querySelector('[data-testid=drop-zone]')
          .dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, bubbles: true }));
        """,
        count);
  }

  /** S3 refuses a URL that is used again, and cannot refuse a form. */
  @Test
  void offersASecondUploadWhereItBelongs() {
    assertThat(find("refused-tries").findElements(byTestId("try-twice"))).hasSize(1);

    choose("post");

    assertThat(find("accepted-tries").findElements(byTestId("try-twice"))).hasSize(1);
    assertThat(find("try-twice").getText()).isEqualTo("Same form twice");
  }

  @Test
  void namesSizesAsPeopleCompareThem() {
    assertThat(find("file-size").getText()).isEqualTo("5 MiB");
    choose("visibility-private");
    assertThat(find("file-size").getText()).isEqualTo("20 MiB");

    find("try-declared-too-large").click();

    waitForState("upload-result", "rejected");
    assertThat(find("error-limit").getText()).isEqualTo("1 to 20971520 bytes (20 MiB)");
    assertThat(find("error-value").getText()).isEqualTo("22020096 bytes (21 MiB)");
  }

  @ParameterizedTest
  @ValueSource(ints = {360, 1280})
  void cutsNoEmailOff(int width) {
    waitForState("gallery", "shown");
    find("mail-send").click();
    waitForState("mail-status", "success");
    setScreen(width, 800);
    try {
      int mailbox = find("mail-preview").getSize().getHeight();
      for (WebElement template : browser.findElements(By.cssSelector("input[name=template]"))) {
        click(template);
        for (String language : List.of("de", "en")) {
          click(find("gallery-" + language));
          String path = "/" + template.getDomProperty("value") + "/" + language + "/";
          long height = await().until(driver -> heightOfTheTemplate(path));
          assertThat(height).as("of %s, in the mailbox", path).isLessThanOrEqualTo(mailbox);
        }
      }
    } finally {
      clearScreen();
    }
  }

  /** Null until it is loaded and shown whole. */
  private @Nullable Long heightOfTheTemplate(String path) {
    return (Long)
        browser.executeScript(
            """
            const frame = document.querySelector('[data-testid=gallery-preview]');
            const email = frame?.contentDocument;
            if (!frame?.src.includes(arguments[0]) || !email?.body?.textContent.trim()) return null;
            const { scrollHeight } = email.documentElement;
            return scrollHeight > frame.clientHeight ? null : scrollHeight;
            """,
            path);
  }

  /** An email that an application wrote may be anything: its frame has an origin of its own. */
  @Test
  void readsNothingOfAnEmailInTheMailbox() {
    find("mail-send").click();
    waitForState("mail-status", "success");
    WebElement frame =
        await().until(ExpectedConditions.presenceOfElementLocated(byTestId("mail-preview")));
    assertThat(browser.executeScript("return arguments[0].contentDocument", frame)).isNull();
  }

  @Test
  void showsTheTextPartWithTheLinesThatItHas() {
    waitForState("gallery", "shown");
    await()
        .until(ExpectedConditions.textToBePresentInElement(find("gallery-text"), "HealthMetrics"));
    Object wide =
        browser.executeScript(
            """
            const text = document.querySelector('[data-testid=gallery-text]');
            const style = getComputedStyle(text);
            const pen = document.createElement('canvas').getContext('2d');
            pen.font = style.font;
            const inner = text.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
            return inner >= pen.measureText('0'.repeat(78)).width;
            """);
    assertThat(wide).as("78 characters fit").isEqualTo(true);
  }

  @ParameterizedTest
  @ValueSource(ints = {1280, 500})
  void fitsTheWindow(int width) {
    browser.manage().window().setSize(new Dimension(width, 900));
    assertThat(overflow()).isZero();
  }
}
