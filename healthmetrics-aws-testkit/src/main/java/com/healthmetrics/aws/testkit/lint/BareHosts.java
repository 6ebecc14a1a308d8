package com.healthmetrics.aws.testkit.lint;

import com.healthmetrics.aws.testkit.internal.LowerCase;
import com.healthmetrics.aws.testkit.internal.TextLinks;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Host names that stand in a text without a scheme, of which mail clients make links all the same.
 *
 * <p>Source: IANA Root Zone Database, as of 2026.
 */
final class BareHosts {
  /** What a part of a host name has: mail clients make links of symbols, too. */
  private static final String LETTER = "[\\p{L}\\p{M}\\p{N}\\p{So}\\uFE0F_-]";

  /** Found first, as a look behind each character takes a symbol of two for none. */
  private static final Pattern RUN = Pattern.compile("[@." + LETTER + "]++");

  private static final Pattern DOTTED =
      Pattern.compile(LETTER + "++(?:\\." + LETTER + "++)++(?!@)");

  /** Mail clients ignore some of them, and a reader does not see them. */
  private static final Pattern INVISIBLE = Pattern.compile("\\p{Cf}");

  /** Titles and legal forms, which are not always written with a space. */
  private static final Pattern ABBREVIATION =
      Pattern.compile("(?:[bm]\\.sc|dr\\.med(?:\\.[a-z]++)?|co\\.kg)", Pattern.CASE_INSENSITIVE);

  private static final Set<String> TOP_LEVEL_DOMAINS = topLevelDomains();

  private BareHosts() {}

  /** The host names of a text outside of its links and addresses, in lower case. */
  static List<String> in(String text) {
    return RUN.matcher(INVISIBLE.matcher(TextLinks.removedFrom(text)).replaceAll(""))
        .results()
        .map(run -> DOTTED.matcher(run.group()))
        .filter(Matcher::lookingAt)
        .map(Matcher::group)
        .filter(dotted -> !ABBREVIATION.matcher(dotted).matches())
        .map(LowerCase::of)
        .filter(BareHosts::isHost)
        .toList();
  }

  private static boolean isHost(String dotted) {
    String last = dotted.substring(dotted.lastIndexOf('.') + 1);
    return TOP_LEVEL_DOMAINS.contains(last) || last.startsWith("xn--");
  }

  private static Set<String> topLevelDomains() {
    try (InputStream in = BareHosts.class.getResourceAsStream("top-level-domains.txt")) {
      String list = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
      return Set.of(list.strip().split("\\s+"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
