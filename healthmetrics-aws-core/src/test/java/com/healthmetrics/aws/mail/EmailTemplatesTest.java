package com.healthmetrics.aws.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.healthmetrics.aws.mail.EmailTemplates.TemplateException;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EmailTemplatesTest {
  private static final Locale AUSTRIAN = Locale.forLanguageTag("de-AT");
  private static final URI LINK = URI.create("https://app.example.com/x?a=1&b=2");

  private final Map<String, String> files = new LinkedHashMap<>();

  record Hello(String name) {}

  record Linked(URI link) {}

  record Offer(
      Optional<String> coach,
      List<Meal> meals,
      boolean trial,
      Plan plan,
      Optional<Address> address,
      BigDecimal price,
      Duration lasts) {}

  record Meal(String name, int calories) {}

  record Address(String city, Optional<String> floor) {}

  enum Plan {
    FREE,
    PAID
  }

  private void files(String name, String subject, String text, String html) {
    files.put(name + ".subject.mustache", subject);
    files.put(name + ".txt.mustache", text);
    files.put(name + ".html.mustache", html);
  }

  private InputStream open(String name) {
    String file = files.get(name);
    return file == null ? null : new ByteArrayInputStream(file.getBytes(StandardCharsets.UTF_8));
  }

  private EmailTemplates.Builder builder(Class<? extends Record> model) {
    return EmailTemplates.builder()
        .template("mail", model)
        .locales(Locale.ENGLISH)
        .files(this::open);
  }

  private List<String> problems(EmailTemplates.Builder builder) {
    TemplateException failure = catchThrowableOfType(TemplateException.class, builder::build);
    assertThat(failure).as("a failure").isNotNull();
    assertThat(failure.getMessage()).contains(failure.problems());
    return failure.problems();
  }

  private static Email finish(Email.Builder builder) {
    return builder
        .from(EmailAddress.of("a@example.com"))
        .to(EmailAddress.of("b@example.com"))
        .build();
  }

  private String text(Record model, String template) {
    files("mail", "Hello", template, "<p>Hello</p>");
    return finish(builder(model.getClass()).build().render(model)).text();
  }

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
  @CsvSource({
    "P2D, 2 days, 2 Tage",
    "PT24H, 24 hours, 24 Stunden",
    "PT1H, 1 hour, 1 Stunde",
    "PT49H, 49 hours, 49 Stunden",
    "PT90M, 90 minutes, 90 Minuten",
    "PT1M, 1 minute, 1 Minute",
    "PT61S, 61 seconds, 61 Sekunden",
    "PT1.9S, 1 second, 1 Sekunde"
  })
  void writesDurationsInWords(Duration duration, String english, String german) {
    record Timed(Duration lasts) {}
    files("mail", "Hello", "{{lasts}}", "<p>Hello</p>");
    files("de/mail", "Hallo", "{{lasts}}", "<p>Hallo</p>");
    EmailTemplates templates = builder(Timed.class).locales(Locale.ENGLISH, Locale.GERMAN).build();
    Timed model = new Timed(duration);

    assertThat(finish(templates.render(model)).text()).isEqualTo(english);
    assertThat(finish(templates.render(model, Locale.GERMAN)).text()).isEqualTo(german);
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

  // Languages.

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

  // Problems are found when the templates are built.

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{{nmae}}|Unknown variable {{nmae}}. Known variables: lang, dir, name.",
        "{{#nmae}}x{{/nmae}}|Unknown variable {{nmae}}. Known variables: lang, dir, name.",
        "{{^nmae}}x{{/nmae}}|Unknown variable {{nmae}}. Known variables: lang, dir, name.",
        "{{name.length}}|Unknown variable {{name.length}}. Known variables: lang, dir, name.",
        "{{hashCode}}|Unknown variable {{hashCode}}. Known variables: lang, dir, name.",
        "{{#name}}x{{/name}}|name is always present. Remove the section, or make the"
            + " component an Optional.",
        "{{^name}}x{{/name}}|name is always present. Remove the section, or make the"
            + " component an Optional.",
        "{{.}}|{{.}} is not text. Use a section: {{#.}}…{{/.}}.",
        "{{{name}}}|{{{name}}} is not escaped in HTML. Use {{name}}.",
        "{{&name}}|{{{name}}} is not escaped in HTML. Use {{name}}.",
        "{{#name}}|Failed to close 'name' tag.",
        "{{name|Improperly closed variable.",
        "{{/name}}|Mismatched start/end tags: null != name in mail.txt.mustache:2.",
        "{{}}|Empty mustache.",
        "{{>nowhere}}|File not found: nowhere.mustache. Add it, or correct the name.",
        "{{>../secret}}|\"../secret\" is not a valid file name. Use letters, digits, underscores, dots,"
            + " hyphens and slashes.",
        "{{>*name}}|{{>*name}} is not supported. Remove it.",
        "{{%x}}|{{%x}} is not supported. Remove it.",
        "{{<nowhere}}{{/nowhere}}|File not found: nowhere.mustache. Add it, or correct the name.",
        "{{<part}}lost{{/part}}|Content outside a block would be lost. Put it into"
            + " {{$name}}…{{/name}}.",
        "{{<part}}{{$bolck}}x{{/bolck}}{{/part}}|part has no block {{$bolck}}, so its content"
            + " would be lost. Remove it, or correct the name."
      })
  void reportsFileLineAndProblem(String line, String problem) {
    files("mail", "Hello", "First line\n" + line + "\n", "<p>x</p>");
    files.put("part.mustache", "{{$block}}{{/block}}");

    assertThat(problems(builder(Hello.class))).containsExactly("mail.txt.mustache:2: " + problem);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{{coach}}|coach may be absent. Use it only inside {{#coach}}…{{/coach}}.",
        "{{#coach}}{{.}}{{/coach}}{{coach}}|coach may be absent. Use it only inside"
            + " {{#coach}}…{{/coach}}.",
        "{{^coach}}{{coach}}{{/coach}}|coach may be absent. Use it only inside"
            + " {{#coach}}…{{/coach}}.",
        "{{address.city}}|address may be absent. Use it only inside {{#address}}…{{/address}}.",
        "{{#address}}{{floor}}{{/address}}|floor may be absent. Use it only inside"
            + " {{#floor}}…{{/floor}}.",
        "{{trial}}|{{trial}} is not text. Use a section: {{#trial}}…{{/trial}}.",
        "{{meals}}|{{meals}} is not text. Use a section: {{#meals}}…{{/meals}}.",
        "{{plan.BEST}}|Unknown variable {{plan.BEST}}. Known variables: lang, dir, coach, meals,"
            + " trial, plan, address, price, lasts.",
        "{{#meals}}{{clories}}{{/meals}}|Unknown variable {{clories}}. Known variables: lang, dir,"
            + " coach, meals, trial, plan, address, price, lasts, name, calories.",
        "{{#lasts}}x{{/lasts}}|lasts is always present. Remove the section, or make the"
            + " component an Optional."
      })
  void findsWhatMayBeAbsentAndWhatIsNotText(String line, String problem) {
    files("mail", "Hello", line, "<p>x</p>");

    assertThat(problems(builder(Offer.class))).containsExactly("mail.txt.mustache:1: " + problem);
  }

  @Test
  void reportsThePartialWithTheUnknownVariable() {
    files("mail", "Hello", "{{>part}}", "<p>{{>part}}</p>");
    files.put("part.mustache", "one\ntwo {{nobody}}\n");

    assertThat(problems(builder(Hello.class)))
        .containsExactly(
            "part.mustache:2: Unknown variable {{nobody}}. Known variables: lang, dir, name.");
  }

  @Test
  void refusesFilesThatIncludeThemselves() {
    files("mail", "Hello", "{{>one}}", "<p>x</p>");
    files.put("one.mustache", "{{>two}}");
    files.put("two.mustache", "\n{{>one}}");

    assertThat(problems(builder(Hello.class)))
        .containsExactly(
            "two.mustache:2: one.mustache would include itself. Remove this reference.");
  }

  @Test
  void refusesATextThatIsEmptyForOneSample() {
    record Quiet(boolean loud) {}
    files("mail", "Hello", "{{#loud}}x{{/loud}}", "<p>x</p>");

    assertThat(problems(builder(Quiet.class)))
        .containsExactly(
            "mail.txt.mustache:1: The text part is empty. Write the same content as in the HTML part.");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Hello\\n{{name}}\\n|mail.subject.mustache:1: The subject has more than one line. Write one line.",
        "{{^vip}}{{/vip}}|mail.subject.mustache:1: The subject is empty. Write one line."
      })
  void refusesASubjectThatIsNotOneLine(String subject, String problem) {
    record Guest(String name, boolean vip) {}
    files("mail", subject.replace("\\n", "\n"), "x", "<p>x</p>");

    assertThat(problems(builder(Guest.class))).containsExactly(problem);
  }

  @Test
  void refusesAnHtmlLinkThatTheTextLacks() {
    files(
        "mail",
        "Hello",
        "{{link}}/more",
        "<p>\n<a class=x href=\"{{link}}\">x</a>\n"
            + "<a href='https://help.example.com/a&amp;b'>x</a>"
            + "<a href=\"mailto:help@example.com?subject=x\">x</a><a href=\"#top\">x</a>");

    assertThat(problems(builder(Linked.class)))
        .containsExactly(
            "mail.html.mustache:2: The link to https://app.example.com/link?token=sample is missing"
                + " from the text part. Add it to mail.txt.mustache.",
            "mail.html.mustache:3: The link to https://help.example.com/a&b is missing from the"
                + " text part. Add it to mail.txt.mustache.",
            "mail.html.mustache:3: The link to mailto:help@example.com?subject=x is missing from the"
                + " text part. Add it to mail.txt.mustache.");

    files.put("mail.txt.mustache", "({{link}}). https://help.example.com/a&b, help@example.com!");
    assertThat(finish(builder(Linked.class).build().render(new Linked(LINK))).text())
        .isEqualTo("(" + LINK + "). https://help.example.com/a&b, help@example.com!");
  }

  @Test
  void refusesAnAttributeWithoutQuotes() {
    files("mail", "Hello", "{{link}}", "<p>\n<a href={{link}}>x</a>");

    assertThat(problems(builder(Linked.class)))
        .containsExactly(
            "mail.html.mustache:2: The attribute value {{link}} is not quoted. Put it in quotes.");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<a href=\"{{name}}\">x</a>",
        "<a HREF = ' {{name}}/more'>x</a>",
        "<a href\n=\n\"\n{{name}}\">x</a>",
        "<img alt=\"\" src=\"{{name}}\">",
        "<a href=\"{{#start}}https://a.example/{{/start}}{{name}}\">x</a>",
        "<a href=\"{{#start}}{{name}}{{/start}}\">x</a>",
        "<a href=\"{{^start}}{{name}}{{/start}}\">x</a>",
        "<a href{{>equals}}{{name}}\">x</a>"
      })
  void refusesALinkThatStartsWithAnythingButAUri(String html) {
    record Guest(String name, boolean start) {}
    files("mail", "Hello", "x", html);
    files.put("equals.mustache", "=\"");
    int line = html.substring(0, html.indexOf("{{name}}")).split("\n", -1).length;

    assertThat(problems(builder(Guest.class)))
        .containsExactly(
            "mail.html.mustache:"
                + line
                + ": {{name}} starts a link but is not a URI, so its scheme is not checked. Make the"
                + " component a java.net.URI.");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          <p title= {{name}}>          | The attribute value {{name}} is not quoted.
          <p title=a{{name}}>          | The attribute value {{name}} is not quoted.
          <p title="a"{{name}}>        | {{name}} is in a tag
          <{{name}}>                   | {{name}} is in a tag
          <p {{name}}="x">             | {{name}} is in a tag
          <p {{#start}}title="{{/start}}{{name}}"> | {{name}} is in a tag
          <p onClick="{{name}}">       | {{name}} is in an event handler
          <p style='color:{{name}}'>   | {{name}} is in the attribute style
          <img srcset="{{name}} 2x">   | {{name}} is in the attribute srcset
          <iframe src="{{name}}">      | {{name}} is in an attribute of <iframe>
          <script>'{{name}}'</script>  | {{name}} is in <script>
          <style>{{name}}</style>      | {{name}} is in <style>
          <!--[if mso]>{{name}}<![endif]--> | {{name}} is in a comment
          <!doctype {{name}}>          | {{name}} is in a comment or a doctype
          <svg></svg>{{name}}          | {{name}} comes after <svg>
          <p>&{{name}}                 | {{name}} follows an &
          <title>a</tit{{name}}        | {{name}} follows what could become the end tag
          <a href="https://{{name}}/"> | {{name}} is in the scheme or host of a URL
          <a href="https://a.example{{name}}"> | {{name}} is in the scheme or host of a URL
          <a href="javascript:{{name}}"> | {{name}} is in the scheme or host of a URL
          <a href="/x/{{name}}">       | {{name}} is in the scheme or host of a URL
          """)
  void refusesValuesThatNoEscapingKeepsInTheirPlace(String html, String problem) {
    record Guest(String name, boolean start) {}
    files("mail", "Hello", "x", "<p>x</p>\n" + html);

    assertThat(problems(builder(Guest.class)))
        .singleElement()
        .asString()
        .startsWith("mail.html.mustache:2: " + problem);
  }

  @Test
  void acceptsEachPlaceOfAValueByTheSectionThatIsRendered() {
    record Guest(String name, Optional<URI> link, List<String> rows) {}
    files(
        "mail",
        "Hello",
        "{{#link}}{{link}}?n={{name}}{{/link}}{{^link}}https://a.example/?n={{name}}{{/link}}",
        "<p{{#rows}} class=\"{{.}}\"{{/rows}}>"
            + "<a href=\"{{#link}}{{link}}{{/link}}{{^link}}https://a.example/{{/link}}?n={{name}}\">"
            + "{{name}}</a>");
    EmailTemplates templates = builder(Guest.class).build();

    Email email =
        finish(
            templates.render(
                new Guest(
                    "A&B ü", Optional.of(URI.create("https://b.example")), List.of("x\" y"))));

    String link = "https://b.example?n=A%26B%20%C3%BC";
    assertThat(email.text()).isEqualTo(link);
    assertThat(email.html())
        .hasValue("<p class=\"x&quot; y\"><a href=\"" + link + "\">A&amp;B ü</a>");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          https://{{name}}.hm.example/x   | is in the scheme or host of a URL
          https://{{name}}                | is in the scheme or host of a URL
          https://hm.example{{name}}      | is in the scheme or host of a URL
          https:{{name}}                  | is in the scheme or host of a URL
          http:/{{name}}                  | is in the scheme or host of a URL
          {{name}}://hm.example{{name}}   | is in the scheme or host of a URL
          See:HTTPS://hm.example:{{name}} | is in the scheme or host of a URL
          mailto:{{name}}@hm.example      | is in the scheme or host of a URL
          {{link}}{{name}}                | follows a URI
          {{link}}&u={{name}}             | is in the scheme or host of a URL
          {{link}}{{#start}}x{{/start}}{{name}} | is in the scheme or host of a URL
          """)
  void refusesValuesThatDecideWhereALinkOfTheTextLeads(String text, String problem) {
    record Guest(String name, URI link, boolean start) {}
    files("mail", "Hello", "x\n" + text, "<p>x</p>");

    assertThat(problems(builder(Guest.class)))
        .singleElement()
        .asString()
        .startsWith("mail.txt.mustache:2: {{name}} " + problem);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Link:https://hm.example/r?u=$ | true",
        "→https://hm.example/r?u=$ | true",
        "*https://hm.example/r?u=$* | true",
        "See\u00A0https://hm.example/r?u=$ | true",
        "请访问https://hm.example/r?u=$ | true",
        "(http://hm.example/$) | true",
        "xHTTP://hm.example/(a)/$ | true",
        "app://hm.example/$ | true",
        "mailto:a@hm.example?subject=$ | true",
        "https://hm.example/r，$ | false",
        "https://hm.example。$ | false",
        "https://hm.example/r\u00A0$ | false",
        "https://hm.example/r\u3000$ | false",
        "https://hm.example/r\u2028$ | false",
        "<https://hm.example/r>$ | false",
        "{{link}} $ | false",
        "Case #$ | false",
        "Name:$, and/or $ | false",
      })
  void encodesValuesInLinksOfTheTextAndNowhereElse(String text, boolean encoded) {
    record Guest(String name, URI link) {}
    files("mail", "Hello", text.replace("$", "{{name}}"), "<p>x</p>");

    Email email =
        finish(
            builder(Guest.class)
                .build()
                .render(new Guest("A&b c", URI.create("https://hm.example/l"))));

    assertThat(email.text())
        .isEqualTo(
            text.replace("{{link}}", "https://hm.example/l")
                .replace("$", encoded ? "A%26b%20c" : "A&b c"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", ".."})
  void refusesValuesThatWouldChangeThePathOfALink(String name) {
    files("mail", "Hello", "https://a.example/u/{{name}}/x", "<p>x</p>");
    EmailTemplates templates = builder(Hello.class).build();

    assertThatIllegalArgumentException()
        .isThrownBy(() -> templates.render(new Hello(name)))
        .withMessageStartingWith("mail.txt.mustache:1: {{name}} is empty or has only dots");
  }

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

  @Test
  void readsFilesWithAByteOrderMark() {
    files("mail", "\uFEFFHello", "\uFEFFx", "\uFEFF<p>x</p>");

    Email email = finish(builder(Hello.class).build().render(new Hello("Ada")));

    assertThat(email.subject() + email.text() + email.html().orElseThrow())
        .isEqualTo("Hellox<p>x</p>");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          PT1H    | 1 hour                         | 1 Stunde
          PT90S   | 90 seconds                     | 90 Sekunden
          PT90M   | 90 minutes                     | 90 Minuten
          PT1H30S | 1 hour 30 seconds              | 1 Stunde 30 Sekunden
          PT24H   | 24 hours                       | 24 Stunden
          PT36H   | 36 hours                       | 36 Stunden
          PT24H1S | 24 hours 1 second              | 24 Stunden 1 Sekunde
          PT73H   | 73 hours                       | 73 Stunden
          PT121H  | 5 days 1 hour                  | 5 Tage 1 Stunde
          P30D    | 30 days                        | 30 Tage
          P400D   | 400 days                       | 400 Tage
          PT48H1M1.9S | 2 days 1 minute 1 second   | 2 Tage 1 Minute 1 Sekunde
          """)
  void writesEveryDurationInWords(Duration lasts, String english, String german) {
    record Timed(Duration lasts) {}
    files("mail", "Hello", "{{lasts}}", "<p>x</p>");
    files("de/mail", "Hallo", "{{lasts}}", "<p>x</p>");
    EmailTemplates templates = builder(Timed.class).locales(Locale.ENGLISH, Locale.GERMAN).build();

    assertThat(finish(templates.render(new Timed(lasts))).text()).isEqualTo(english);
    assertThat(finish(templates.render(new Timed(lasts), Locale.GERMAN)).text()).isEqualTo(german);
  }

  @Test
  void acceptsOtherValuesWhereNoLinkStarts() {
    record Guest(String name, URI link, Optional<URI> image) {}
    files(
        "mail",
        "href=\"{{name}}\"",
        "{{link}}#{{name}} https://a.example/{{name}} src={{name}}",
        "<p title=\"{{name}}\" data-href=\"{{name}}\">{{name}}"
            + "<a href=\"{{link}}#{{name}}\">{{name}}</a>"
            + "<a href='https://a.example/{{name}}'>x</a>"
            + "{{#image}}<img alt=\"{{name}}\" src=\"{{image}}\"><img src=\"{{.}}\">{{/image}}");

    assertThat(builder(Guest.class).build().names()).containsExactly("mail");
  }

  @Test
  void refusesFilesThatAreNotUtf8() {
    files("mail", "Hello", "x", "<p>x</p>");
    byte[] latin1 = "Hallo\nGrüße".getBytes(StandardCharsets.ISO_8859_1);

    assertThat(
            problems(
                builder(Hello.class)
                    .files(
                        name ->
                            name.equals("mail.txt.mustache")
                                ? new ByteArrayInputStream(latin1)
                                : open(name))))
        .containsExactly("mail.txt.mustache:2: The file is not UTF-8. Save it as UTF-8.");
  }

  @Test
  void refusesDurationsWithoutWords() {
    record Timed(Duration lasts) {}
    files("mail", "Hello", "{{lasts}}", "<p>x</p>");
    files.put(
        "duration.mustache", "{{#hours}}{{count}} h{{/hours}}{{#days}}{{#one}}1{{/one}}{{/days}}");

    assertThat(problems(builder(Timed.class)))
        .contains(
            "duration.mustache:1: No text for the duration PT48H. Add the sections days, hours,"
                + " minutes and seconds.")
        .allMatch(problem -> problem.startsWith("duration.mustache:1: No text for the duration "))
        .hasSize(5);
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

  @Test
  void refusesWhatNoEmailMayCarry() {
    files("mail", "Hello", "a\u0000b", "<p>x</p>");
    assertThat(problems(builder(Hello.class)))
        .singleElement()
        .asString()
        .isEqualTo(
            "mail.txt.mustache:1: The file contains the control character U+0000. Remove it.");

    files("mail", "Hello", "{{link}}", "<p>x</p>");
    assertThat(
            problems(
                EmailTemplates.builder()
                    .template("mail", Linked.class, new Linked(URI.create("/nowhere")))
                    .locales(Locale.ENGLISH)
                    .files(this::open)))
        .singleElement()
        .asString()
        .startsWith("mail in en: Linked.link is not a valid link for an email.");
  }

  @Test
  void reportsAllProblemsAtOnce() {
    files("mail", "{{a}}", "{{b}}", "{{c}}");

    assertThat(problems(builder(Hello.class)))
        .extracting(problem -> problem.substring(0, problem.indexOf(' ')))
        .containsExactly(
            "mail.subject.mustache:1:", "mail.txt.mustache:1:", "mail.html.mustache:1:");
  }

  @Test
  void refusesComponentTypesThatTemplatesDoNotSupport() {
    record Odd(Instant at, Optional<Object> thing, Map<String, String> map, List<Odd> more) {}
    files("mail", "Hello", "x", "<p>x</p>");

    assertThat(problems(builder(Odd.class)))
        .extracting(problem -> problem.substring(0, problem.indexOf(',')))
        .containsExactly(
            "Odd.at has the type java.time.Instant",
            "Odd.thing has the type java.lang.Object",
            "Odd.map has the type java.util.Map<java.lang.String",
            "Odd.more contains its own record type");
  }

  // Problems of a value are found when it is rendered.

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
