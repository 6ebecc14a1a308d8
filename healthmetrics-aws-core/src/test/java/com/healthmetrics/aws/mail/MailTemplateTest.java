package com.healthmetrics.aws.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The broken templates are files beside this test. */
class MailTemplateTest {
  private static final Map<String, String> VARIABLES =
      Map.of("name", "Ada & \"Bob\" <'s>", "link", "https://app.example.com/x");

  @Test
  void escapesHtmlAndNothingElse() {
    Email email =
        MailTemplate.load("test-escaping", VARIABLES)
            .render(VARIABLES)
            .from(EmailAddress.of("a@example.com"))
            .to(EmailAddress.of("b@example.com"))
            .build();

    assertThat(email.subject()).isEqualTo("Hello Ada & \"Bob\" <'s>");
    assertThat(email.text()).isEqualTo("Hello Ada & \"Bob\" <'s>\nhttps://app.example.com/x\n");
    assertThat(email.html())
        .hasValue(
            "<p>Hello Ada &amp; &quot;Bob&quot; &lt;&#39;s&gt;</p>\nhttps://app.example.com/x\n");
  }

  @ParameterizedTest
  @CsvSource({
    "test-no-html, test-no-html.html.mustache",
    "test-no-text, test-no-text.txt.mustache",
    "no-such-template, no-such-template.subject.mustache",
    "test-missing-partial, nowhere.mustache",
  })
  void namesTheFileThatIsMissing(String template, String file) {
    assertThatIllegalStateException()
        .isThrownBy(() -> MailTemplate.load(template, VARIABLES))
        .withMessageContaining("Mail template " + template)
        .withMessageContaining("There is no file " + file);
  }

  @Test
  void namesFileAndLineOfAnUnclosedTag() {
    assertThatIllegalStateException()
        .isThrownBy(() -> MailTemplate.load("test-unclosed", VARIABLES))
        .withMessageContaining("Mail template test-unclosed")
        .withMessageContaining("[test-unclosed.html.mustache:3]");
  }

  @ParameterizedTest
  @CsvSource({
    "test-missing-in-text, [test-missing-in-text.txt.mustache:3]",
    "test-missing-in-html, [test-missing-in-html.html.mustache:2]",
    "test-missing-in-subject, [test-missing-in-subject.subject.mustache:1]",
    "test-missing-section, [test-missing-section.txt.mustache:2]",
    "test-missing-inverted, [test-missing-inverted.txt.mustache:2]"
  })
  void namesFileLineAndVariableWhereOneIsMissing(String template, String place) {
    assertThatIllegalStateException()
        .isThrownBy(() -> MailTemplate.load(template, VARIABLES))
        .withMessageContaining("nobody")
        .withMessageContaining(place);
  }

  @ParameterizedTest
  @ValueSource(strings = {"test-no-link-in-text", "test-no-link-in-html"})
  void refusesATemplateWhoseLinkIsMissingInOnePart(String template) {
    assertThatIllegalStateException()
        .isThrownBy(() -> MailTemplate.load(template, VARIABLES))
        .withMessageContaining("Mail template " + template)
        .withMessageContaining("must both hold {{link}}");
  }

  @Test
  void readsTemplatesAsUtf8() {
    assertThat(
            MailTemplate.load("test-utf8", VARIABLES)
                .render(VARIABLES)
                .from(EmailAddress.of("a@example.com"))
                .to(EmailAddress.of("b@example.com"))
                .build()
                .subject())
        .isEqualTo("Grüße 漢字 😀");
  }
}
