package com.healthmetrics.aws.testkit.hostile;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** A text that is long, or deeply nested, or opens what it never closes. */
record HostileShape(String name, String text) {
  /** Far beyond every limit; quadratic work on it takes seconds. */
  private static final int LENGTH = 64_000;

  private static final List<String> OPENERS =
      List.of(
          "",
          "<",
          "<!--",
          "<a ",
          "<body ",
          "<a href=",
          "href=",
          "\"",
          "'",
          "(",
          "[",
          "\\",
          "=?",
          "=?UTF-8?Q?",
          "-----BEGIN ",
          "{{",
          "{{#a}}",
          "{\"",
          "a@",
          "https://",
          "; name=\"",
          " #",
          "&#",
          "%",
          "$.");

  private static final List<String> UNITS =
      List.of(
          "a",
          "1",
          " ",
          "\t",
          "\n",
          "\r\n",
          "\r",
          "\0",
          ".",
          "-",
          "_",
          "%",
          "/",
          "\\",
          "\"",
          "'",
          "<",
          ">",
          "(",
          "[",
          "{",
          "=",
          "&",
          "#",
          "?",
          ";",
          ",",
          ":",
          "@",
          "+",
          "*",
          "$",
          "a.",
          "-a",
          "a/",
          "../",
          "a ",
          "a,",
          "a;",
          "a=",
          "&a=",
          "%41",
          "%2F",
          "\\\"",
          "<!--",
          "<!-- ",
          "-->",
          "<a ",
          "<a>",
          "<a href=",
          "<body ",
          "<style>",
          "href=",
          "href = \"",
          "&amp;",
          "&#1;",
          "=?",
          "=?a?b?",
          "=?UTF-8?B?YQ==?= ",
          "-----BEGIN ",
          "-----BEGIN A-----\n",
          "-----BEGIN PRIVATE KEY-----\n",
          "-----END A-----\n",
          "{{",
          "{{{",
          "{{#a}}",
          "{{>a}}",
          "{{<a}}",
          "{{$a}}",
          "{\"a\":",
          "[[",
          "--b\r\n",
          "--b\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n",
          "http://",
          "https://a.b ",
          "127.",
          "a@b.c, ",
          "<a@b.c>",
          "e\u0301\u0323",
          "\u0301\u0323",
          "\u1100\u1161",
          "\uFDFA",
          "\u00DF",
          "\u0130",
          "\u3042",
          "\u200D",
          "\uD83D\uDE00",
          "\uD800",
          "\uDC00");

  /** The shapes of every run, and some that chance composes. */
  static List<HostileShape> all(long seed, int random) {
    List<HostileShape> shapes = new ArrayList<>();
    for (String unit : UNITS) {
      shapes.add(repeated("", unit, ""));
      // What matches up to its last character makes an expression try every other way.
      shapes.add(repeated("", unit, "!"));
    }
    for (String opener : OPENERS) {
      for (String filler : List.of(" ", "a", "\"", "\\\\")) {
        shapes.add(repeated(opener, filler, ""));
      }
    }
    Random chance = new Random(seed);
    for (int i = 0; i < random; i++) {
      StringBuilder unit = new StringBuilder();
      for (int pieces = 2 + chance.nextInt(4); pieces > 0; pieces--) {
        unit.append(UNITS.get(chance.nextInt(UNITS.size())));
      }
      shapes.add(repeated(OPENERS.get(chance.nextInt(OPENERS.size())), unit.toString(), ""));
    }
    return shapes;
  }

  private static HostileShape repeated(String opener, String unit, String end) {
    int times = LENGTH / unit.length();
    return new HostileShape(
        printable(opener + "(" + unit + ")x" + times + end), opener + unit.repeat(times) + end);
  }

  private static String printable(String text) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      out.append(c < ' ' || c > '~' ? String.format("\\u%04x", (int) c) : String.valueOf(c));
    }
    return out.toString();
  }

  /** The same shape, cut to a length that a request can carry. */
  String text(int maxLength) {
    return text.substring(0, Math.min(text.length(), maxLength));
  }
}
