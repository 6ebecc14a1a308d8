package com.healthmetrics.aws.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.math.BigDecimal;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How templates are rendered. */
class EmailTemplatesTest extends TemplateFiles {
  private static final URI LINK = URI.create("https://app.example.com/x?a=1&b=2");

  @Test
  void escapesHtmlAndNothingElse() {
    files("mail", "Hi {{name}}\n", "Hi {{name}}\n", "<p title=\"{{name}}\">Hi {{name}}</p>\n");

    Email email = finish(builder(Hello.class).build().render(new Hello("A & \"B\" <'c=d>")));

    assertThat(email.subject()).isEqualTo("Hi A & \"B\" <'c=d>");
    assertThat(email.text()).isEqualTo("Hi A & \"B\" <'c=d>\n");
    String escaped = "A &amp; &quot;B&quot; &lt;&#39;c=d&gt;";
    assertThat(email.html()).hasValue("<p title=\"" + escaped + "\">Hi " + escaped + "</p>\n");
  }

  @Test
  void doesNotReadValuesAsTemplates() {
    assertThat(text(new Hello("{{name}} {{>greeting}}"), "{{name}}"))
        .isEqualTo("{{name}} {{>greeting}}");
  }

  @Test
  void rendersEveryComponentType() {
    String template =
        """
        {{#coach}}Coach {{coach}}, {{.}}{{/coach}}{{^coach}}No coach{{/coach}}
        {{#meals}}
        - {{name}}: {{calories}}{{#trial}} (trial){{/trial}}
        {{/meals}}
        {{^meals}}
        No meals
        {{/meals}}
        {{plan}}{{#plan.PAID}} thanks{{/plan.PAID}}{{^plan.FREE}}!{{/plan.FREE}}
        {{#address}}{{city}}{{#floor}}, {{floor}}{{/floor}}{{^floor}}, ground{{/floor}}{{/address}}
        {{price}} {{lasts}}
        """;

    Offer full =
        new Offer(
            Optional.of("Eve"),
            List.of(new Meal("Soup", 1_200), new Meal("Salad", 90)),
            true,
            Plan.PAID,
            Optional.of(new Address("Wien", Optional.empty())),
            new BigDecimal("9.50"),
            Duration.ofDays(14));
    assertThat(text(full, template))
        .isEqualTo(
            """
            Coach Eve, Eve
            - Soup: 1200 (trial)
            - Salad: 90 (trial)
            PAID thanks!
            Wien, ground
            9.50 14 days
            """);
    Offer bare =
        new Offer(
            Optional.empty(),
            List.of(),
            false,
            Plan.FREE,
            Optional.empty(),
            BigDecimal.TEN,
            Duration.ofMinutes(90));
    assertThat(text(bare, template)).isEqualTo("No coach\nNo meals\nFREE\n\n10 90 minutes\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          PT1M        | 1 minute                 | 1 Minute
          PT1.9S      | 1 second                 | 1 Sekunde
          PT61S       | 61 seconds               | 61 Sekunden
          PT90S       | 90 seconds               | 90 Sekunden
          PT90M       | 90 minutes               | 90 Minuten
          PT1H        | 1 hour                   | 1 Stunde
          PT1H30S     | 1 hour 30 seconds        | 1 Stunde 30 Sekunden
          PT24H       | 24 hours                 | 24 Stunden
          PT24H1S     | 24 hours 1 second        | 24 Stunden 1 Sekunde
          PT36H       | 36 hours                 | 36 Stunden
          P2D         | 2 days                   | 2 Tage
          PT49H       | 49 hours                 | 49 Stunden
          PT73H       | 73 hours                 | 73 Stunden
          PT121H      | 5 days 1 hour            | 5 Tage 1 Stunde
          PT48H1M1.9S | 2 days 1 minute 1 second | 2 Tage 1 Minute 1 Sekunde
          P30D        | 30 days                  | 30 Tage
          P400D       | 400 days                 | 400 Tage
          """)
  void writesDurationsInWords(Duration lasts, String english, String german) {
    record Timed(Duration lasts) {}
    files("mail", "Hello", "{{lasts}}", "<p>x</p>");
    files("de/mail", "Hallo", "{{lasts}}", "<p>x</p>");
    EmailTemplates templates = builder(Timed.class).locales(Locale.ENGLISH, Locale.GERMAN).build();

    assertThat(finish(templates.render(new Timed(lasts))).text()).isEqualTo(english);
    assertThat(finish(templates.render(new Timed(lasts), Locale.GERMAN)).text()).isEqualTo(german);
  }

  @Test
  void writesDecimalsAsTheLocaleDoes() {
    record Priced(BigDecimal price, double weight) {}
    files("de/mail", "Hallo", "{{price}} {{weight}}", "<p>Hallo</p>");
    files("mail", "Hello", "{{price}} {{weight}}", "<p>Hello</p>");
    EmailTemplates templates = builder(Priced.class).locales(Locale.ENGLISH, Locale.GERMAN).build();
    Priced model = new Priced(new BigDecimal("1234.50"), 0.5);

    assertThat(finish(templates.render(model)).text()).isEqualTo("1234.50 0.5");
    assertThat(finish(templates.render(model, Locale.GERMAN)).text()).isEqualTo("1234,50 0,5");
  }

  @Test
  void usesThisLibrarysFilesWhereTheApplicationHasNone() {
    files(
        "mail",
        "Hello",
        "{{>greeting}}",
        "{{<layout.html}}{{$brand}}Acme{{/brand}}{{$title}}Hi{{/title}}"
            + "{{$content}}<p>{{>greeting}}</p>{{/content}}{{/layout.html}}");

    Email stock = finish(builder(Hello.class).build().render(new Hello("")));
    assertThat(stock.text()).isEqualTo("Hello,");
    assertThat(stock.html().orElseThrow())
        .startsWith("<!doctype html>")
        .contains("<html lang=\"en\" dir=\"ltr\">", ">Acme<", "<title>Hi</title>", "<p>Hello,</p>");

    files.put("greeting.mustache", "Hey you,");
    assertThat(finish(builder(Hello.class).build().render(new Hello(""))).text())
        .isEqualTo("Hey you,");
  }

  @Test
  void fillsBlocksThroughSeveralLayouts() {
    files("mail", "Hello", "x", "{{<inner.html}}{{$a}}1{{/a}}{{$c}}3{{/c}}{{/inner.html}}");
    files.put(
        "inner.html.mustache",
        "{{<outer.html}}{{$a}}no{{/a}}{{$b}}2{{$c}}{{/c}}{{/b}}{{/outer.html}}");
    files.put("outer.html.mustache", "{{$a}}{{/a}}-{{$b}}{{/b}}-{{$d}}4{{/d}}");

    Email email = finish(builder(Hello.class).build().render(new Hello("")));

    assertThat(email.html()).hasValue("1-23-4");
  }

  @Test
  void readsFilesWithAByteOrderMark() {
    files("mail", "\uFEFFHello", "\uFEFFx", "\uFEFF<p>x</p>");

    Email email = finish(builder(Hello.class).build().render(new Hello("Ada")));

    assertThat(email.subject() + email.text() + email.html().orElseThrow())
        .isEqualTo("Hellox<p>x</p>");
  }

  @Test
  void rendersGeneratedAndGivenSamples() {
    files("mail", "Hello {{name}}", "x", "<p>x</p>");

    assertThat(finish(builder(Hello.class).build().sample("mail", Locale.ENGLISH)).subject())
        .isEqualTo("Hello [name]");
    EmailTemplates given =
        EmailTemplates.builder()
            .template("mail", Hello.class, new Hello("Ada"))
            .locales(Locale.ENGLISH)
            .files(this::open)
            .build();
    assertThat(finish(given.sample("mail", Locale.ENGLISH)).subject()).isEqualTo("Hello Ada");
  }

  @Test
  void namesTheKnownTemplates() {
    files("mail", "Hello", "x", "<p>x</p>");
    EmailTemplates templates = builder(Hello.class).build();

    assertThat(templates.names()).containsExactly("mail");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> templates.render(new Linked(LINK)))
        .withMessage("No template for the record Linked. Known templates: [mail].");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> templates.sample("other", Locale.ENGLISH))
        .withMessage("Unknown template name. Known templates: [mail].");
  }

  @Test
  void requiresTemplatesAndLocalesWithUniqueNames() {
    assertThatIllegalStateException()
        .isThrownBy(EmailTemplates.builder()::build)
        .withMessageContaining("template, locales");
    EmailTemplates.Builder builder = builder(Hello.class);
    assertThatIllegalArgumentException().isThrownBy(() -> builder.template("mail", Linked.class));
    assertThatIllegalArgumentException().isThrownBy(() -> builder.template("other", Hello.class));
    assertThatIllegalArgumentException().isThrownBy(() -> builder.template("../x", Linked.class));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.locales(Locale.GERMAN, Locale.forLanguageTag("de")));
    assertThatIllegalArgumentException().isThrownBy(() -> builder.locales(Locale.ROOT));
  }
}
