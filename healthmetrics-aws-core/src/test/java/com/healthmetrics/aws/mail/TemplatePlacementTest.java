package com.healthmetrics.aws.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where in a file a value may be. */
class TemplatePlacementTest extends TemplateFiles {
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
}
