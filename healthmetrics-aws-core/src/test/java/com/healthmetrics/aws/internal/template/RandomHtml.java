package com.healthmetrics.aws.internal.template;

import java.util.List;
import java.util.Random;

/**
 * Random HTML templates: values in every place that HTML has, allowed or not, in sections, partials
 * and broken markup.
 *
 * <p>They use the variables {@code name}, {@code link}, {@code flag}, {@code maybe} and {@code
 * items}, and the partials {@code value} and {@code quote}.
 */
final class RandomHtml {
  private static final List<String> VALUES =
      List.of(
          "{{name}}",
          "{{name}}",
          "{{name}}",
          "{{name}}",
          "{{link}}",
          "{{>value}}",
          "{{name}}{{name}}",
          "{{#flag}}{{name}}{{/flag}}",
          "{{^flag}}{{name}}{{/flag}}",
          "{{#flag}}a{{/flag}}{{^flag}}{{name}}{{/flag}}",
          "{{#items}}{{.}} {{/items}}",
          "{{#maybe}}{{.}}{{/maybe}}{{^maybe}}{{link}}{{/maybe}}");

  /** Places that a value may have, each written as a dollar sign. */
  private static final List<String> ALLOWED =
      List.of(
          "<p>$</p>",
          "<h1>Hello $, welcome</h1>",
          "<div><b>$</b></div>",
          "$",
          "<table><tr><td>$</td></tr></table>",
          "<title>$</title>",
          "<textarea>x$</textarea>",
          "<p>a < $ b</p>",
          "<p>&amp;$</p>",
          "<p title=\"$\">x</p>",
          "<p title='$'>x</p>",
          "<img alt=\"team=$\">",
          "<p title = \"a $ b\" class='c'>x</p>",
          "<td data-x=\"$\" bgcolor=\"#fff\">x</td>",
          "<p title=\">$\">x</p>",
          "<p title='<b $'>x</p>",
          "<p title=\"x\"class=\"$\">x</p>",
          "<p/title=\"$\"/>x",
          "<a href=\"https://a.example/$\">x</a>",
          "<a href=\"https://a.example/x?q=$&amp;r=1\">x</a>",
          "<a href='https://a.example?$'>x</a>",
          "<a href='https://a.example/#$'>x</a>",
          "<a href=\"mailto:a@example.com?subject=$\">x</a>",
          "<a href=\"{{link}}?$\">x</a>",
          "<a href=\"{{link}}/$\">x</a>",
          "<img alt='' src=\"https://a.example/i/$.png\">");

  /** Places that no value may have, or no text. */
  private static final List<String> REFUSED =
      List.of(
          "<p>&$;</p>",
          "<p>&#$;</p>",
          "<p>&am$p;</p>",
          "<p title=\"&$;\">x</p>",
          "<a href=\"$\">x</a>",
          "<a href=\" $\">x</a>",
          "<a href='$/more'>x</a>",
          "<a href=\"{{link}}$\">x</a>",
          "<a href=\"https://$/x\">x</a>",
          "<a href=\"https://a.example$\">x</a>",
          "<a href=\"https:$\">x</a>",
          "<a href=\"java$\">x</a>",
          "<a href=\"javascript:$\">x</a>",
          "<a href=\"data:text/html,$\">x</a>",
          "<a href=\"//$\">x</a>",
          "<a href=\"https://a&#46;example$\">x</a>",
          "<p onclick=\"$\">x</p>",
          "<p ONMOUSEOVER='f(\"$\")'>x</p>",
          "<p style=\"color:$\">x</p>",
          "<img srcset=\"$ 2x\">",
          "<iframe srcdoc=\"$\"></iframe>",
          "<script src=\"$\"></script>",
          "<meta http-equiv=refresh content=\"0;url=$\">",
          "<link rel=stylesheet href=\"$\">",
          "<p title=$>x</p>",
          "<p title= $>x</p>",
          "<p title=\n$>x</p>",
          "<a href=$>x</a>",
          "<p title=a$>x</p>",
          "<p title=a/$>x</p>",
          "<$>x",
          "</$>x",
          "<p $>x</p>",
          "<p $=\"x\">x</p>",
          "<p class=\"x\" $>x</p>",
          "<p class=\"x\"$>x</p>",
          "<p title $>x</p>",
          "<p title/$>x</p>",
          "<b$>x",
          "<p>x</p $>",
          "<script>var a = '$';</script>",
          "<script><!--<script></script>$</script>",
          "<style>p { color: $ }</style>",
          "<xmp>$</xmp>",
          "<noembed>$</noembed>",
          "<noscript>$</noscript>",
          "<title>a</titl$",
          "<title><b $</title>",
          "<textarea></textarea $>x",
          "<!-- $ -->x",
          "<!--$-->x",
          "<!-- --!$>x",
          "<!-->$-->x",
          "<!--[if mso]>$<![endif]-->x",
          "<![if !mso]>$<![endif]>",
          "<![CDATA[$]]>",
          "<!doctype html $>x",
          "<!$>x",
          "<?$>x",
          "</ $>x",
          "<svg><title>$</title></svg>",
          "<svg><style><p title='$'></style></svg>",
          "<math><mtext>$</mtext></math>",
          "<select><option>$</option></select>",
          "<plaintext>$");

  /** What a piece is put into. */
  private static final List<String> FRAMES =
      List.of(
          "$",
          "$",
          "$",
          "<!doctype html><html><head><title>T</title></head><body>$</body></html>",
          "<div>$</div>",
          "{{#flag}}$$ {{/flag}}",
          "{{#items}}$${{/items}}",
          "{{#flag}}<p title={{>quote}}{{/flag}}$$",
          "<p {{#flag}}class=\"y\"{{/flag}}>$</p>",
          "<p title=\"{{#flag}}\">{{/flag}}$$\">x</p>",
          "<p title='a{{#items}}b{{/items}}'>$</p>",
          "<a href=\"{{#flag}}https://a.example/{{/flag}}{{^flag}}https://b.example/?{{/flag}}$$\">x</a>");

  private static final String NOISE = "<>\"'=/!-&;# \n?axXmpT";

  private final Random random;

  RandomHtml(Random random) {
    this.random = random;
  }

  String next() {
    StringBuilder html = new StringBuilder();
    int pieces = 1 + random.nextInt(3);
    for (int i = 0; i < pieces; i++) {
      html.append(piece());
    }
    // Most stay as people write them.
    return random.nextInt(3) > 0 ? html.toString() : damaged(html);
  }

  private String piece() {
    String place = one(random.nextInt(4) > 0 ? ALLOWED : REFUSED).replace("$", one(VALUES));
    return one(FRAMES).replace("$$", place).replace("$", place);
  }

  /** Changes the markup around the variables, not the variables. */
  private String damaged(StringBuilder html) {
    int changes = 1 + random.nextInt(4);
    for (int i = 0; i < changes; i++) {
      int at = random.nextInt(html.length() + 1);
      if (isInTag(html, at)) {
        continue;
      }
      if (at < html.length() && html.charAt(at) != '{' && random.nextInt(3) == 0) {
        html.deleteCharAt(at);
      } else {
        html.insert(at, NOISE.charAt(random.nextInt(NOISE.length())));
      }
    }
    return html.toString();
  }

  private static boolean isInTag(StringBuilder html, int at) {
    int open = html.lastIndexOf("{{", at - 1);
    int close = open < 0 ? -1 : html.indexOf("}}", open);
    return open >= 0 && at < close + 2;
  }

  private String one(List<String> choices) {
    return choices.get(random.nextInt(choices.size()));
  }
}
