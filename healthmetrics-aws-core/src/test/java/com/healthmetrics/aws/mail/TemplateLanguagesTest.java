package com.healthmetrics.aws.mail;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** From which language's files an email is rendered. */
class TemplateLanguagesTest extends TemplateFiles {
  private static final Locale AUSTRIAN = Locale.forLanguageTag("de-AT");

  @ParameterizedTest
  @CsvSource({
    "en, Hello",
    "de, Hallo",
    "de-AT, Servus",
    "de-CH, Hallo",
    "de-Latn-DE-x-foo, Hallo",
    "fr, Hello",
    "und, Hello"
  })
  void fallsBackFromTheLongestTagToTheDefault(String tag, String subject) {
    files("mail", "Hello", "Text", "<p>x</p>");
    files("de/mail", "Hallo", "Text", "<p>x</p>");
    files.put("de-AT/mail.subject.mustache", "Servus");
    EmailTemplates templates =
        builder(Hello.class).locales(Locale.ENGLISH, Locale.GERMAN, AUSTRIAN).build();

    Email email = finish(templates.render(new Hello("Ada"), Locale.forLanguageTag(tag)));

    assertThat(email.subject()).isEqualTo(subject);
    assertThat(templates.locales()).containsExactly(Locale.ENGLISH, Locale.GERMAN, AUSTRIAN);
    assertThat(templates).hasToString("EmailTemplates[mail][en, de, de_AT]");
  }

  @Test
  void readsEachFileFromTheNearestLocale() {
    files("mail", "Hello", "{{>bye}} {{>brand}}", "<p>x</p>");
    files("de/mail", "Hallo", "{{>bye}} {{>brand}} {{lang}} {{dir}}", "<p>x</p>");
    files.put("bye.mustache", "Bye\n");
    files.put("de/bye.mustache", "Tschüss\n");
    files.put("de-AT/bye.mustache", "Baba\n");
    files.put("brand.mustache", "Acme\n");
    EmailTemplates templates =
        builder(Hello.class).locales(Locale.ENGLISH, Locale.GERMAN, AUSTRIAN).build();

    assertThat(finish(templates.render(new Hello(""), Locale.ENGLISH)).text())
        .isEqualTo("Bye Acme");
    assertThat(finish(templates.render(new Hello(""), Locale.GERMAN)).text())
        .isEqualTo("Tschüss Acme de ltr");
    assertThat(finish(templates.render(new Hello(""), AUSTRIAN)).text())
        .isEqualTo("Baba Acme de-AT ltr");
  }

  @Test
  void recognizesRightToLeftLanguages() {
    files("mail", "مرحبا", "{{dir}}", "<p>x</p>");

    EmailTemplates templates = builder(Hello.class).locales(Locale.forLanguageTag("ar")).build();

    assertThat(finish(templates.render(new Hello(""))).text()).isEqualTo("rtl");
  }

  @Test
  void refusesATemplateThatIsNotTranslated() {
    files("mail", "Hello", "Text", "<p>x</p>");
    files.put("de/mail.subject.mustache", "Hallo");

    assertThat(problems(builder(Hello.class).locales(Locale.ENGLISH, AUSTRIAN)))
        .containsExactly(
            "File not found: de-AT/mail.txt.mustache or de/mail.txt.mustache. Add it.",
            "File not found: de-AT/mail.html.mustache or de/mail.html.mustache. Add it.");
  }

  @Test
  void refusesAPartialThatOnlySomeLanguagesHave() {
    files("mail", "Hello", "{{>bye}}", "<p>x</p>");
    files("de/mail", "Hallo", "{{>bye}}", "<p>x</p>");
    files("fr/mail", "Bonjour", "Bonjour\n{{>bye}}", "<p>x</p>");
    files.put("bye.mustache", "Bye");
    files.put("de/bye.mustache", "Tschüss");

    assertThat(problems(builder(Hello.class).locales(Locale.ENGLISH, Locale.GERMAN, Locale.FRENCH)))
        .containsExactly(
            "fr/mail.txt.mustache:2: bye.mustache exists only in other languages, so the email"
                + " would mix languages. Add fr/bye.mustache.");
  }
}
