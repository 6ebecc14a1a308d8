package com.healthmetrics.aws.internal;

import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Texts that are JSON, and such with a small mistake. */
final class RandomJson {
  private static final int DEPTH = 6;

  private static final List<String> CHARACTERS =
      List.of(
          "a", "b", "é", "😀", "\uD800", "\u2028", "\\n", "\\\"", "\\u0041", "\\uDE00", "/", " ");

  private static final List<String> NUMBERS =
      List.of("0", "-0", "7", "-12", "1.50", "0.001", "3e2", "-4E-2", "5e+1", "1234567");

  private static final String INSERTED = "{}[]\":,\\ \n\t0159.eE+-truefalsn/*#'\0\u00A0u";

  private final Random random;

  RandomJson(Random random) {
    this.random = random;
  }

  /** Returns JSON; a name may appear twice in an object. */
  String next() {
    return value(DEPTH);
  }

  /** Returns JSON in which one character was removed, inserted or replaced. */
  String mutated() {
    String json = next();
    int at = random.nextInt(json.length());
    char inserted = INSERTED.charAt(random.nextInt(INSERTED.length()));
    return switch (random.nextInt(3)) {
      case 0 -> json.substring(0, at) + json.substring(at + 1);
      case 1 -> json.substring(0, at) + inserted + json.substring(at);
      default -> json.substring(0, at) + inserted + json.substring(at + 1);
    };
  }

  private String value(int depth) {
    return space() + bare(depth) + space();
  }

  private String bare(int depth) {
    return switch (random.nextInt(depth > 0 ? 7 : 5)) {
      case 0 -> "true";
      case 1 -> "false";
      case 2 -> "null";
      case 3 -> NUMBERS.get(random.nextInt(NUMBERS.size()));
      case 4 -> string();
      case 5 -> several(() -> value(depth - 1), "[", "]");
      default -> several(() -> space() + string() + space() + ":" + value(depth - 1), "{", "}");
    };
  }

  private String string() {
    return Stream.generate(() -> CHARACTERS.get(random.nextInt(CHARACTERS.size())))
        .limit(random.nextInt(4))
        .collect(Collectors.joining("", "\"", "\""));
  }

  private String several(Supplier<String> element, String open, String close) {
    String inside =
        Stream.generate(element).limit(random.nextInt(4)).collect(Collectors.joining(","));
    return open + (inside.isEmpty() ? space() : inside) + close;
  }

  private String space() {
    return random.nextInt(4) == 0 ? " \t\r\n".substring(random.nextInt(4)) : "";
  }
}
