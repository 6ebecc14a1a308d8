package com.healthmetrics.aws.mail;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Problems of files and models, which are found when the templates are built. */
class TemplateProblemsTest extends TemplateFiles {
  private static final URI LINK = URI.create("https://app.example.com/x?a=1&b=2");

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
  void reportsAllProblemsAtOnce() {
    files("mail", "{{a}}", "{{b}}", "{{c}}");

    assertThat(problems(builder(Hello.class)))
        .extracting(problem -> problem.substring(0, problem.indexOf(' ')))
        .containsExactly(
            "mail.subject.mustache:1:", "mail.txt.mustache:1:", "mail.html.mustache:1:");
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
}
