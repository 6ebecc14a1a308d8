package com.healthmetrics.aws.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Problems of a value, which are found when it is rendered. */
class TemplateValuesTest extends TemplateFiles {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Ada\nYour account is locked",
        "Ada\u2028Lovelace",
        "Ada, see https://evil.example",
        "Claim at www.evil.example",
        "evil.com",
        "Prize:evil.com/x!",
        "evil。com",
        "evil．ｃｏｍ",
        "пример.рф",
        "i❤.ws",
        "☃.net",
        "💩.la",
        "☎.com",
        "bank®.com",
        "a@☃.net",
        "„evil.com“",
        "evil\u200d.com",
        "evil\u00ad.com",
        "evil\u200b.com",
        "evil.c\u2060om",
        "write to eve@evil.example",
        "mailto:eve@evil.example",
        "Zoëmailto:eve",
        ":www:de.®",
        "//http.\u200b",
        "10.11.12.13",
        "\u202Emoc.live"
      })
  void refusesNamesThatAreMessages(String name) {
    EmailTemplates templates = hello();

    assertThatIllegalArgumentException()
        .isThrownBy(() -> templates.render(new Hello(name)))
        .withMessageStartingWith("Hello.name contains ")
        .withMessageContaining("@EmailTemplates.Message")
        .withMessageNotContaining("evil");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "J. R. Müller-Lüdenscheidt",
        "Dr.med. Anna Schmidt, M.Sc.",
        "Beispiel GmbH & Co.KG",
        "„Beispiel Co.KG“",
        "I ❤ Köln. ☃",
        "山田 太郎・花子",
        "St.Moritz",
        "Anna-Maria O'Neill (Team 1.2)",
        "z.B. 3.5 km",
        "ada@example.com",
        "علی\u200Cرضا",
        "👩\u200D⚕️"
      })
  void acceptsNames(String name) {
    assertThat(finish(hello().render(new Hello(name))).text()).isEqualTo("Hello " + name);
  }

  private EmailTemplates hello() {
    files("mail", "Hello", "Hello {{name}}", "<p>Hello {{name}}</p>");
    return builder(Hello.class).build();
  }

  @Test
  void acceptsMessagesWhereTheRecordHasThem() {
    record Note(
        @EmailTemplates.Message String text, @EmailTemplates.Message Optional<String> more) {}
    files(
        "mail",
        "Hello",
        "{{text}}{{#more}}{{.}}{{/more}}",
        "<p>{{text}}{{#more}}{{.}}{{/more}}</p>");
    String message = "See\nwww.example.com\u2028and a@example.com";

    assertThat(
            finish(builder(Note.class).build().render(new Note(message, Optional.of(message))))
                .text())
        .isEqualTo(message + message);
  }

  /** Each value, as only the templates' own text is checked when they are built. */
  @ParameterizedTest
  @ValueSource(strings = {"a\u0000b", "\u0007", "\u007f", "\ud83d", "x\ude00", "\ud83d\ud83d"})
  void refusesValuesThatNoEmailMayCarry(String text) {
    record Note(@EmailTemplates.Message String text) {}
    files("mail", "Hello", "One\n{{text}}", "<p>x</p>");
    EmailTemplates inText = builder(Note.class).build();
    files("mail", "Hello", "One", "<p>\n{{text}}</p>");
    EmailTemplates inHtml = builder(Note.class).build();

    assertThatIllegalArgumentException()
        .isThrownBy(() -> inText.render(new Note(text)))
        .withMessageContainingAll("mail.txt.mustache:2: {{text}} contains character U+", "Leave")
        .withMessageNotContaining(text);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> inHtml.render(new Note(text)))
        .withMessageContaining("mail.html.mustache:2: {{text}} contains character U+");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://app.example.com/",
        "javascript:alert(1)",
        "/relative",
        "ftp://example.com"
      })
  void refusesLinksThatEmailsMustNotCarry(String link) {
    files("mail", "Hello", "{{link}}", "<p>x</p>");
    EmailTemplates templates = builder(Linked.class).build();

    assertThatIllegalArgumentException()
        .isThrownBy(() -> templates.render(new Linked(URI.create(link))))
        .withMessageStartingWith("Linked.link is not a valid link for an email.")
        .withMessageNotContaining(link);
  }

  @Test
  void allowsPlainHttpOnOtherMachinesOnlyIfAsked() {
    record Page(Optional<URI> link, List<URI> more) {}
    files(
        "mail",
        "Hello",
        "See{{#link}} {{link}}{{/link}}{{#more}} {{.}}{{/more}}",
        "<p>{{#link}}<a href=\"{{link}}\">x</a>{{/link}}</p>");
    EmailAddress any = EmailAddress.of("a@example.com");
    URI phone = URI.create("http://10.0.2.2:3003/x");
    Page page = new Page(Optional.of(phone), List.of(phone));

    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder(Page.class).build().render(page))
        .withMessageEndingWith("call allowCleartextHttp() on the builder.")
        .withMessageNotContaining("10.0.2.2");
    EmailTemplates templates = builder(Page.class).allowCleartextHttp().build();
    assertThat(templates.render(page).from(any).to(any).build().text())
        .isEqualTo("See http://10.0.2.2:3003/x http://10.0.2.2:3003/x");
    for (String link : List.of("javascript:alert(1)", "/relative", "ftp://example.com", "http:x")) {
      Page other = new Page(Optional.of(URI.create(link)), List.of());
      assertThatIllegalArgumentException()
          .isThrownBy(() -> templates.render(other))
          .withMessageContaining("is not a valid link for an email.")
          .withMessageEndingWith("or mailto.");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://localhost:3000/x",
        "http://app.localhost/x",
        "mailto:help@example.com",
        "HTTPS://a.example"
      })
  void acceptsOtherLinks(String link) {
    assertThat(text(new Linked(URI.create(link)), "{{link}}")).isEqualTo(link);
  }

  @Test
  void refusesNullComponents() {
    files("mail", "Hello {{name}}", "x", "<p>x</p>");
    EmailTemplates templates = builder(Hello.class).build();

    assertThatNullPointerException()
        .isThrownBy(() -> templates.render(new Hello(null)))
        .withMessage("Hello.name is null. Set a value, or make the component an Optional.");
    List<Meal> meals = new ArrayList<>();
    meals.add(null);
    record Meals(List<Meal> meals) {}
    files("mail", "Hello", "x", "<p>x</p>");
    EmailTemplates lists = builder(Meals.class).build();
    assertThatNullPointerException()
        .isThrownBy(() -> lists.render(new Meals(meals)))
        .withMessageStartingWith("An element of Meals.meals is null");
  }

  @Test
  void refusesASubjectThatAValueBreaks() {
    files("mail", "Hello {{name}}", "x", "<p>x</p>");
    EmailTemplates templates = builder(Hello.class).build();

    assertThatIllegalArgumentException()
        .isThrownBy(() -> templates.render(new Hello("a\r\nBcc: eve@example.com")));
  }

  @Test
  void keepsWhatAnAccessorThrowsAsTheCause() {
    record Shy(String name) {
      @Override
      public String name() {
        throw new UnsupportedOperationException("not today");
      }
    }
    files("mail", "Hello {{name}}", "x", "<p>x</p>");
    EmailTemplates templates = builder(Shy.class).build();

    assertThatIllegalArgumentException()
        .isThrownBy(() -> templates.render(new Shy("x")))
        .withMessage("Shy.name() failed.")
        .withCauseInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void refusesDurationsBelowOneSecond() {
    record Timed(Duration lasts) {}
    files("mail", "Hello", "{{lasts}}", "<p>x</p>");
    EmailTemplates templates = builder(Timed.class).build();

    assertThatIllegalArgumentException()
        .isThrownBy(() -> templates.render(new Timed(Duration.ofMillis(999))))
        .withMessageStartingWith("Timed.lasts is shorter than 1 second");
  }
}
