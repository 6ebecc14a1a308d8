package com.healthmetrics.aws.internal.template;

import static org.assertj.core.api.Assertions.assertThat;

import com.healthmetrics.aws.internal.template.Shape.Scalar;
import com.healthmetrics.aws.internal.template.TemplateLinker.Linked;
import com.healthmetrics.aws.internal.template.TemplateNode.Section;
import com.healthmetrics.aws.internal.template.TemplateNode.Value;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import nu.validator.htmlparser.common.XmlViolationPolicy;
import nu.validator.htmlparser.sax.HtmlParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.xml.sax.Attributes;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;
import org.xml.sax.ext.DefaultHandler2;

/**
 * No value leaves its place: random templates that the check allows are rendered with 20 hostile
 * values and read by a browser's HTML parser. The document must be that of a harmless word, with
 * the value in the word's place.
 *
 * <p>A build tries 2,000 templates; {@code -Dhostile.batch=25} tries 10,000, and 250 ten times as
 * many. {@code -Drandom.seed} makes others.
 */
@Timeout(value = 1_800, unit = TimeUnit.SECONDS, threadMode = ThreadMode.SEPARATE_THREAD)
class PlacementFuzzTest {
  private static final int BATCH = Integer.getInteger("hostile.batch", 1);
  private static final int TEMPLATES = BATCH == 1 ? 2_000 : 400 * BATCH;
  private static final long SEED = Long.getLong("random.seed", 1);

  /** A word that no template contains, and that every escaping leaves as it is. */
  private static final String WORD = "Qzjqword";

  /** What the description of a document writes after the word in a URL. */
  private static final String IN_URL = "~url";

  private static final List<String> VALUES =
      List.of(
          "\"><script>alert(1)</script>",
          "'><img src=x onerror=alert(1)>",
          "a onmouseover=alert(1) x=",
          "\" onmouseover=\"alert(1)",
          "' onmouseover='alert(1)",
          "javascript:alert(1)",
          "--><b>x</b>",
          "--!><b>x</b>",
          "</title></textarea></style></script><b>x</b>",
          "lt;b>",
          "#60;b",
          "x2fx",
          "/../../evil",
          "..%2f",
          "?a=1&b=2#c",
          "@evil.example/",
          ".evil.example",
          "data:text/html,<b>x</b>",
          "<![CDATA[<b>]]>",
          "a=b`c\\d;e:url(x)\u00A0\u2028é𝄞");

  private record Model(
      String name, URI link, boolean flag, Optional<String> maybe, List<String> items) {}

  private static final Map<String, String> PARTIALS =
      Map.of("value.mustache", "{{name}}", "quote.mustache", "\"");

  static {
    // One of the parser's own assertions fails for an attribute that a file's end cuts off.
    PlacementFuzzTest.class
        .getClassLoader()
        .setPackageAssertionStatus("nu.validator.htmlparser.impl", false);
  }

  private final Set<String> problems = new LinkedHashSet<>();
  private final Shape.Fields shape =
      ShapeReader.read(Model.class, Scalar.LINK, component -> true, problems);

  @Test
  void noValueLeavesItsPlaceAndWithoutTheCheckSomeDo() throws Exception {
    System.err.println("Templates from -Drandom.seed=" + SEED);
    RandomHtml templates = new RandomHtml(new Random(SEED));
    Map<Boolean, Integer> counts = new TreeMap<>(Map.of(true, 0, false, 0));
    int escaped = 0;
    for (int i = 0; i < TEMPLATES; i++) {
      String html = templates.next();
      List<TemplateNode> nodes = link(html);
      boolean flag = i % 2 == 0;
      Optional<List<TemplateNode>> placed = checked(nodes);
      counts.merge(placed.isPresent(), 1, Integer::sum);
      if (placed.isPresent()) {
        Optional<String> escape = escape(placed.get(), flag, PlacementFuzzTest::percentEncoded);
        assertThat(escape).as("seed %s, %s", SEED, html).isEmpty();
      } else if (escape(unchecked(nodes), flag, UnaryOperator.identity()).isPresent()) {
        escaped++;
      }
    }
    System.err.println(
        "Allowed and refused templates: "
            + counts
            + "; of these, escaped without the check: "
            + escaped);
    assertThat(counts.get(true)).as("allowed templates").isGreaterThan(TEMPLATES / 10);
    assertThat(escaped).as("escapes without the check").isGreaterThan(TEMPLATES / 10);
  }

  private List<TemplateNode> link(String html) {
    TemplateFiles files =
        new TemplateFiles(
            new TemplateFiles.Source(
                name -> {
                  String text = name.equals("x.html.mustache") ? html : PARTIALS.get(name);
                  return text == null
                      ? null
                      : new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
                },
                List.of(Locale.ENGLISH)));
    Set<String> found = new LinkedHashSet<>();
    Optional<Linked> linked =
        new TemplateLinker(files, Locale.ENGLISH, found).link("x.html.mustache");
    assertThat(found).as(html).isEmpty();
    return linked.orElseThrow().nodes();
  }

  private Optional<List<TemplateNode>> checked(List<TemplateNode> nodes) {
    Set<String> found = new LinkedHashSet<>();
    List<TemplateNode> placed =
        Placement.place(
            nodes, TemplateCheck.check(nodes, List.of(shape), found), HtmlPosition.START, found);
    assertThat(found)
        .allSatisfy(problem -> assertThat(problem).matches("(x\\.html|value)\\.mustache:\\d+: .*"));
    return found.isEmpty() ? Optional.of(placed) : Optional.empty();
  }

  /** Escaped for HTML everywhere, as a template engine does that does not know HTML. */
  private static List<TemplateNode> unchecked(List<TemplateNode> nodes) {
    List<TemplateNode> escaped = new ArrayList<>();
    for (TemplateNode node : nodes) {
      if (node instanceof Value value) {
        escaped.add(new Value(value.place(), value.name(), Escaping.HTML));
      } else if (node instanceof Section section) {
        escaped.add(
            new Section(
                section.place(), section.name(), section.inverted(), unchecked(section.body())));
      } else {
        escaped.add(node);
      }
    }
    return escaped;
  }

  /**
   * The first value with which a document is another one than with a harmless word.
   *
   * @param inUrls how a value looks in a URL
   */
  private Optional<String> escape(
      List<TemplateNode> nodes, boolean flag, UnaryOperator<String> inUrls)
      throws IOException, SAXException {
    String harmless = document(nodes, WORD, flag);
    for (String value : VALUES) {
      String expected = harmless.replace(WORD + IN_URL, inUrls.apply(value)).replace(WORD, value);
      String actual = document(nodes, value, flag);
      if (!actual.equals(expected)) {
        return Optional.of(value + " became\n" + actual + "\nnot\n" + expected);
      }
    }
    return Optional.empty();
  }

  /** The test's own, of what {@code application/x-www-form-urlencoded} writes otherwise. */
  private static String percentEncoded(String value) {
    return URLEncoder.encode(value, StandardCharsets.UTF_8)
        .replace("+", "%20")
        .replace("*", "%2A")
        .replace("%7E", "~");
  }

  private String document(List<TemplateNode> nodes, String value, boolean flag)
      throws IOException, SAXException {
    Model model =
        new Model(
            value,
            URI.create("https://link.example/?a='onx=1"),
            flag,
            flag ? Optional.of(value) : Optional.empty(),
            flag ? List.of() : List.of(value, value));
    Object values = shape.valueOf(model, "x", Language.withoutDurations(Locale.ENGLISH));
    String html = TemplateRenderer.render(TemplateRenderer.Compiled.of(nodes), List.of(values));
    // What is checked at build time is what is sent.
    assertThat(TemplateRenderer.locate(nodes, List.of(values)).text()).isEqualTo(html);
    Description description = new Description();
    HtmlParser parser = new HtmlParser(XmlViolationPolicy.ALLOW);
    parser.setContentHandler(description);
    parser.setLexicalHandler(description);
    parser.parse(new InputSource(new StringReader(html)));
    return description.out.toString();
  }

  /** What a browser makes of a document. */
  private static final class Description extends DefaultHandler2 {
    private final StringBuilder out = new StringBuilder();
    private boolean inText;

    private void add(String what) {
      out.append('\n').append(what);
      inText = false;
    }

    @Override
    public void startElement(String uri, String localName, String name, Attributes attributes) {
      Map<String, String> sorted = new TreeMap<>();
      for (int i = 0; i < attributes.getLength(); i++) {
        String attribute = attributes.getLocalName(i);
        String value = attributes.getValue(i);
        boolean url = attribute.equals("href") || attribute.equals("src");
        sorted.put(attribute, url ? value.replace(WORD, WORD + IN_URL) : value);
      }
      add("<" + localName + sorted + ">");
    }

    @Override
    public void endElement(String uri, String localName, String name) {
      add("</" + localName + ">");
    }

    @Override
    public void characters(char[] text, int start, int length) {
      if (!inText) {
        add("");
      }
      inText = true;
      out.append(text, start, length);
    }

    @Override
    public void comment(char[] text, int start, int length) {
      add("<!--" + new String(text, start, length) + "-->");
    }

    @Override
    public void startDTD(String name, String publicId, String systemId) {
      add("<!doctype " + name + " " + publicId + " " + systemId + ">");
    }
  }
}
