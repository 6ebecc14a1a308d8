package com.healthmetrics.aws.testkit.internal;

import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Writes the flat XML documents of S3 and CloudFront responses. */
public final class Xml {
  private Xml() {}

  /** A document with one child element of text for each entry, in the map's order. */
  public static byte[] document(String root, Map<String, String> elements) {
    StringBuilder xml = new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    xml.append('<').append(root).append('>');
    elements.forEach(
        (name, text) ->
            xml.append('<')
                .append(name)
                .append('>')
                .append(escape(text))
                .append("</")
                .append(name)
                .append('>'));
    xml.append("</").append(root).append('>');
    return xml.toString().getBytes(StandardCharsets.UTF_8);
  }

  /** Escapes text for an element or a quoted attribute. */
  public static String escape(String text) {
    StringBuilder escaped = new StringBuilder(text.length() + 16);
    text.codePoints()
        .forEach(
            codePoint -> {
              switch (codePoint) {
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '"' -> escaped.append("&quot;");
                case '\'' -> escaped.append("&#39;");
                case '\r' -> escaped.append("&#13;");
                default -> escaped.appendCodePoint(isXml(codePoint) ? codePoint : '\uFFFD');
              }
            });
    return escaped.toString();
  }

  /** XML 1.0 cannot represent other control characters, not even escaped. */
  private static boolean isXml(int codePoint) {
    return codePoint == '\t'
        || codePoint == '\n'
        || (codePoint >= 0x20 && codePoint <= 0xD7FF)
        || (codePoint >= 0xE000 && codePoint <= 0xFFFD)
        || codePoint >= 0x10000;
  }
}
